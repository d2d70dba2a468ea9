"""Forms in preparation: drafted here, decided on by somebody else."""

from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from access.actors import Actor
from access.models import Agency
from policies.forms import (
    FilesForm,
    NewFormForm,
    NewVersionForm,
    ReasonForm,
    VersionFactsForm,
)
from policies.models import EditionState, FormTemplate, FormVersion
from policies.models.editions import TONES
from policies.services import forms as services
from portal.core.errors import NotAllowedError

STATES_IN_ORDER = (
    EditionState.SUBMITTED,
    EditionState.RETURNED,
    EditionState.DRAFT,
    EditionState.APPROVED,
)
RECENT = 30


@require_safe
def manage_forms(request: HttpRequest) -> HttpResponse:
    """List the versions of one's agencies by state, those to be decided first."""
    actor = request.actor
    _require_any_right(actor)
    versions = FormVersion.objects.handled_by(actor.person).select_related(
        "template", "drafted_by", "decided_by"
    )
    sections = [
        (state, list(versions.filter(state=state).order_by("-pk")[:RECENT]))
        for state in STATES_IN_ORDER
    ]
    context = {
        "sections": sections,
        "counts": [
            {
                "label": state.label,
                "number": len(found),
                "url": f"#{state}",
                "tone": TONES[state],
            }
            for state, found in sections
        ],
        "may_draft": actor.may("forms.draft"),
    }
    return render(request, "policies/manage_forms.html", context)


@require_http_methods(["GET", "POST"])
def new_form(request: HttpRequest) -> HttpResponse:
    """Open a form under a new code, with its first version and files."""
    actor = request.actor
    actor.require("forms.draft")
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewFormForm(*data, actor=actor)
    if not form.is_valid():
        return render(request, "policies/new_form.html", {"form": form})
    version = _make_form(form, actor)
    messages.success(request, _("Drafted. Submit it once its files have been scanned."))
    return redirect("policies:manage-version", version.template.code, version.number)


@transaction.atomic
def _make_form(form: NewFormForm, actor: Actor) -> FormVersion:
    given = form.cleaned_data
    template = services.create_form(
        given["code"], given["name"], by=actor, **form.form_facts
    )
    return services.draft_version(
        template, by=actor, in_force_from=given["in_force_from"], files=form.uploads
    )


@require_http_methods(["GET", "POST"])
def new_version(request: HttpRequest, code: str) -> HttpResponse:
    """Draft the next version of a form."""
    actor = request.actor
    templates = FormTemplate.objects.handled_by(actor.person)
    template = get_object_or_404(templates, code=code)
    actor.require("forms.draft", template.agency)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewVersionForm(*data)
    if not form.is_valid():
        context = {"form": form, "template": template}
        return render(request, "policies/new_form.html", context)
    version = services.draft_version(
        template,
        by=actor,
        in_force_from=form.cleaned_data["in_force_from"],
        change_note=form.cleaned_data["change_note"],
        files=form.uploads,
    )
    messages.success(request, _("Drafted. Submit it once its files have been scanned."))
    return redirect("policies:manage-version", code, version.number)


@require_safe
def manage_version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show a version to those who work on it: its files, its story, the next step."""
    version = _version(request, code, number)
    return render(request, "policies/manage_version.html", _context(request, version))


def _context(request: HttpRequest, version: FormVersion) -> dict[str, object]:
    actor = request.actor
    agency = version.template.agency
    files = list(version.files.select_related("attachment"))
    may_draft = actor.may("forms.draft", agency)
    facts: dict[str, date | str] = {
        "in_force_from": version.in_force_from,
        "change_note": version.change_note,
    }
    prepared = {version.drafted_by_id, version.submitted_by_id}
    return {
        "version": version,
        "form_template": version.template,
        "files": files,
        "attachments": [file.attachment for file in files],
        "may_edit": may_draft and version.is_editable,
        "may_decide": version.state == EditionState.SUBMITTED
        and actor.may("forms.approve", agency)
        and actor.person.pk not in prepared,
        "facts_form": VersionFactsForm(initial=facts),
        "files_form": FilesForm(),
        "reason_form": ReasonForm(),
    }


@require_POST
def change_version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Change what a draft says of itself."""
    version = _version(request, code, number)
    form = VersionFactsForm(request.POST)
    if not form.is_valid():
        context = _context(request, version) | {"facts_form": form}
        return render(request, "policies/manage_version.html", context)
    services.change_draft(version, by=request.actor, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("policies:manage-version", code, number)


@require_POST
def put_files(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Put files into a draft, in place of the former ones of the same format."""
    version = _version(request, code, number)
    form = FilesForm(request.POST, request.FILES)
    if form.is_valid():
        with transaction.atomic():
            for upload in form.uploads:
                services.put_file(version, upload, by=request.actor)
        return redirect("policies:manage-version", code, number)
    context = _context(request, version) | {"files_form": form}
    return render(request, "policies/manage_version.html", context)


@require_POST
def submit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Hand a draft to the approvers."""
    services.submit(_version(request, code, number), by=request.actor)
    messages.success(request, _("Submitted. An approver has been told."))
    return redirect("policies:manage-version", code, number)


@require_POST
def approve(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Publish a version."""
    services.approve(_version(request, code, number), by=request.actor)
    messages.success(request, _("Approved. Citizens find it from its first day on."))
    return redirect("policies:manage-version", code, number)


@require_POST
def return_version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Give a version back to its author, with the reason."""
    version = _version(request, code, number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        context = _context(request, version) | {"reason_form": form}
        return render(request, "policies/manage_version.html", context)
    services.return_with_reason(
        version, by=request.actor, reason=form.cleaned_data["reason"]
    )
    messages.success(request, _("Returned. The author has been told."))
    return redirect("policies:manage-version", code, number)


def _version(request: HttpRequest, code: str, number: int) -> FormVersion:
    versions = FormVersion.objects.handled_by(request.actor.person).select_related(
        "template__agency",
        "template__group",
        "drafted_by",
        "submitted_by",
        "decided_by",
    )
    version: FormVersion = get_object_or_404(
        versions, template__code=code, number=number
    )
    return version


def _require_any_right(actor: Actor) -> None:
    """Raise unless the person drafts or approves forms for any agency."""
    if not Agency.objects.where(actor.person, "forms.draft", "forms.approve").exists():
        raise NotAllowedError
