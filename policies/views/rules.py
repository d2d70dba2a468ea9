"""Internal rules: what holds for one's agency, read and acknowledged."""

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
from policies.acknowledgements import shares
from policies.forms import ReasonForm, RuleForm
from policies.models import (
    EditionState,
    InternalRule,
    RuleAcknowledgement,
    RuleVersion,
)
from policies.services import rules as services
from portal.core.errors import NotAllowedError


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List what binds the acting agency today, and what is being prepared for it."""
    actor = request.actor
    if actor.agency is None:
        raise NotAllowedError
    visible = RuleVersion.objects.visible_to(actor.person)
    binding = InternalRule.objects.binding(actor.agency)
    versions = list(
        visible.in_force().filter(rule__in=binding).select_related("rule__agency")
    )
    given = RuleAcknowledgement.objects.filter(
        version__in=versions, account=actor.person
    )
    acknowledged = dict(given.values_list("version", "acknowledged_at"))
    counted = shares(versions, actor.agency)
    prepared = RuleVersion.objects.handled_by(actor.person).exclude(
        state=EditionState.APPROVED
    )
    context = {
        "agency": actor.agency,
        "rows": [(v, acknowledged.get(v.pk), counted[v.pk]) for v in versions],
        "prepared": prepared.select_related("rule"),
        "may_draft": actor.may("rules.draft"),
        "has_own_rule": any(v.rule.agency_id == actor.agency.pk for v in versions),
    }
    return render(request, "policies/rules.html", context)


@require_safe
def rule(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show one wording, to be read and acknowledged or decided on."""
    version = _version(request, slug, pk)
    return render(request, "policies/rule.html", _context(request.actor, version))


def _context(actor: Actor, version: RuleVersion) -> dict[str, object]:
    agency = version.rule.agency
    given = RuleAcknowledgement.objects.filter(version=version, account=actor.person)
    wordings = version.rule.versions.in_force().exclude(pk=version.pk)
    prepared = {version.drafted_by_id, version.submitted_by_id}
    return {
        "version": version,
        "rule": version.rule,
        "acknowledgement": given.first(),
        "share": shares([version], actor.agency)[version.pk] if actor.agency else None,
        "current": wordings.first() if not version.is_in_force() else None,
        "may_acknowledge": version.is_in_force() and actor.may("rules.acknowledge"),
        "may_submit": version.is_editable and actor.may("rules.draft", agency),
        "may_decide": version.state == EditionState.SUBMITTED
        and actor.may("rules.approve", agency)
        and actor.person.pk not in prepared,
        "may_draft": version.is_approved and actor.may("rules.draft", agency),
        "reason_form": ReasonForm(),
    }


@require_POST
def acknowledge(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Note that the person has read this wording."""
    services.acknowledge(_version(request, slug, pk), by=request.actor)
    messages.success(
        request, _("Noted. You will be asked again when the text changes.")
    )
    return redirect("policies:rules")


@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """Draft a rule of the acting agency."""
    actor = request.actor
    actor.require("rules.draft")
    if actor.agency is None:
        raise NotAllowedError
    data = request.POST if request.method == "POST" else None
    form = RuleForm(data, is_new_rule=True)
    if not form.is_valid():
        return render(request, "policies/rule_form.html", {"form": form})
    with transaction.atomic():
        rule = services.create_rule(
            form.cleaned_data["title"], by=actor, agency=actor.agency
        )
        version = services.draft_version(rule, by=actor, **form.wording)
    return redirect(version)


@require_http_methods(["GET", "POST"])
def new_wording(request: HttpRequest, slug: str) -> HttpResponse:
    """Draft the next wording of a rule."""
    actor = request.actor
    handled = InternalRule.objects.handled_by(actor.person)
    rule = get_object_or_404(handled, slug=slug)
    actor.require("rules.draft", rule.agency)
    latest = rule.versions.approved().first()
    data = request.POST if request.method == "POST" else None
    text = {"text": latest.text} if latest else None
    form = RuleForm(data, is_new_rule=False, initial=text)
    if not form.is_valid():
        context = {"form": form, "rule": rule}
        return render(request, "policies/rule_form.html", context)
    return redirect(services.draft_version(rule, by=actor, **form.wording))


@require_POST
def submit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Hand a draft to those who approve it."""
    version = services.submit(_version(request, slug, pk), by=request.actor)
    messages.success(request, _("Submitted. An approver has been told."))
    return redirect(version)


@require_POST
def approve(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a wording into force by its dates."""
    version = services.approve(_version(request, slug, pk), by=request.actor)
    messages.success(
        request, _("Approved. Everybody whom it binds is asked to read it.")
    )
    return redirect(version)


@require_POST
def return_version(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give a draft back to its author, with the reason."""
    version = _version(request, slug, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        context = _context(request.actor, version) | {"reason_form": form}
        return render(request, "policies/rule.html", context)
    services.return_with_reason(
        version, by=request.actor, reason=form.cleaned_data["reason"]
    )
    messages.success(request, _("Returned. The author has been told."))
    return redirect(version)


def _version(request: HttpRequest, slug: str, pk: int) -> RuleVersion:
    visible = RuleVersion.objects.visible_to(request.actor.person).select_related(
        "rule__agency", "drafted_by", "submitted_by", "decided_by", "attachment"
    )
    version: RuleVersion = get_object_or_404(visible, rule__slug=slug, pk=pk)
    return version
