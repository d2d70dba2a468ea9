"""Pages on files: the list, the quarantine, one file, its bytes, and sending."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from access.models import Account
from portal.core.errors import NotAllowedError
from portal.core.text import nfc
from scanning import engine, openness, services
from scanning.fates import fates_now
from scanning.forms import NEVER_SEEN, UNSEEN, FilterForm, SubmitForm
from scanning.models import (
    Attachment,
    AttachmentState,
    FormatRule,
    Objection,
    QuarantineItem,
    ReleaseDecision,
)
from scanning.quarantine import acts, let_through
from scanning.quarantine.forms import HeldFilterForm
from scanning.querysets import AttachmentQuerySet
from scanning.services import rescans

PAGE_SIZE = 25
_MOST_POLLED = 50


def _shown(request: HttpRequest) -> AttachmentQuerySet:
    """Return what the person may see, with what a list of them needs."""
    return _with_facts(Attachment.objects.visible_to(request.actor.person))


def _with_facts(scope: AttachmentQuerySet) -> AttachmentQuerySet:
    return scope.select_related("agency", "keeper", "submitted_by").prefetch_related(
        "findings"
    )


@require_safe
def attachments(request: HttpRequest) -> HttpResponse:
    """List the files of one's agencies, newest first."""
    form = FilterForm(request.GET)
    state, words = form.chosen("state"), nfc(form.chosen("q"))
    person = request.actor.person
    agencies = openness.read_for(person)
    found = Attachment.objects.visible_to(person)
    unseen = Attachment.objects.let_through_for(person)
    if words:
        found = found.filter(name__icontains=words)
        unseen = unseen.filter(name__icontains=words)
    counts = found.counted_by_state(agencies)
    reads = bool(counts) or agencies.exists()
    if state == UNSEEN or not reads:
        state, found = UNSEEN, unseen
    elif state:
        found = found.told_as(state, agencies)
    page = Paginator(_with_facts(found), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": openness.told_of(page, agencies),
        "tabs": _tabs(counts if reads else None, unseen.count()),
        "state": state,
        "passed": let_through.rows(page, person) if state == UNSEEN else None,
        "words": words,
        "status": engine.recent_status(),
        "may_submit": request.actor.may("attachments.submit"),
    }
    return render(request, "scanning/list.html", context)


def _tabs(
    counts: dict[str, int] | None, unseen: int
) -> list[tuple[str, str | Promise, int]]:
    """Return value, words and number of each filter; some have the last one alone."""
    last = (UNSEEN, NEVER_SEEN, unseen)
    if counts is None:
        return [last]
    states = [(s.value, s.label, counts.get(s.value, 0)) for s in AttachmentState]
    return [("", "", sum(counts.values())), *states, last]


@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """List what is held, and for each by which rule, why, by whom and since when."""
    agencies = openness.read_for(request.actor.person)
    held = _shown(request).told_as(AttachmentState.HELD, agencies)
    form = HeldFilterForm(request.GET)
    rule, words = form.chosen("rule"), nfc(form.chosen("q"))
    if rule:
        items = QuarantineItem.objects.filter(rule=rule)
        held = held.filter(pk__in=items.values("attachment"))
    if words:
        held = held.filter(name__icontains=words)
    held = held.prefetch_related("quarantine_items__held_by")
    page = Paginator(held, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = openness.told_of(page, agencies)
    context = {"page": page, "rows": rows, "form": form}
    return render(request, "scanning/quarantine.html", context)


@require_safe
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one file: what it is, what was found in it, and what became of it."""
    shown = _shown(request).select_related("message", "connector")
    shown = shown.prefetch_related("message__recipients__agency")
    attachment = get_object_or_404(shown, public_id=public_id)
    services.note_read(attachment, by=request.actor)
    agencies = openness.read_for(request.actor.person)
    [(_same, told)] = openness.told_of([attachment], agencies)
    context = {
        "attachment": attachment,
        "told": told,
        "quarantine_items": attachment.quarantine_items.select_related("held_by"),
        "acts": acts.offered(attachment, request.actor),
        "decision": _decision_on(attachment),
        "shares": _shares(attachment),
        "blindness": rescans.blindness(attachment) if told.is_open else "",
        "is_sender": agencies.filter(pk=attachment.keeper_id).exists(),
        "objections": _objections_to(attachment, request.actor.person),
        "scans": attachment.scans.order_by("-pk")[:10],
        "is_specialist": request.actor.may("attachments.release", attachment.keeper),
    }
    return render(request, "scanning/detail.html", context)


def _decision_on(attachment: Attachment) -> ReleaseDecision | None:
    """Return by which decision of people the file is released, if it is."""
    if attachment.release_id is None:
        return None
    decisions = ReleaseDecision.objects.select_related("decided_by", "agency")
    return decisions.filter(pk=attachment.release_id).first()


def _shares(attachment: Attachment) -> list[openness.Share]:
    """Return each recipient with its decision, if one of them has decided."""
    if not attachment.is_held:
        return []
    shares = openness.shares_of([attachment]).get(attachment.pk, [])
    return shares if any(each.decision for each in shares) else []


def _objections_to(attachment: Attachment, person: Account) -> QuerySet[Objection]:
    seen = Objection.objects.visible_to(person)
    return seen.filter(attachment=attachment).select_related("answers")


@require_safe
def download(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Send the very bytes that were received, if they were released."""
    attachment = get_object_or_404(_shown(request), public_id=public_id)
    agencies = openness.read_for(request.actor.person)
    file = services.open_released(attachment, by=request.actor, agencies=agencies)
    response = FileResponse(
        file,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.media_type or "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """Take in files for one's acting agency, and tell the fate of those just sent."""
    agency = request.actor.agency
    if agency is None:
        raise NotAllowedError
    request.actor.require("attachments.submit", agency)
    is_sent = request.method == "POST"
    form = SubmitForm(
        request.POST if is_sent else None, request.FILES if is_sent else None
    )
    if not form.is_valid():
        context = {
            "form": form,
            "agency": agency,
            "sent": _named(request),
            "formats": FormatRule.objects.for_agency(agency).select_related(
                "legal_basis"
            ),
        }
        return render(request, "scanning/submit.html", context)
    taken = [
        services.receive(
            file,
            file.name,
            by=request.actor,
            agency=agency,
            urgency=form.cleaned_data["urgency"],
        )
        for file in form.cleaned_data["files"]
    ]
    text = ngettext(
        "%(count)d file was received and waits for its scan.",
        "%(count)d files were received and wait for their scan.",
        len(taken),
    )
    messages.success(request, text % {"count": len(taken)})
    query = urlencode({"tep": [each.public_id for each in taken]}, doseq=True)
    return redirect(f"{reverse('scanning:submit')}?{query}")


@require_safe
def fates(request: HttpRequest) -> HttpResponse:
    """Answer with the fate of the named files, or 204 if the asker knows it already."""
    now = fates_now(_named(request))
    if now["mark"] == request.GET.get("da_biet"):
        return HttpResponse(status=204)
    return render(request, "scanning/fates.html", now)


def _named(request: HttpRequest) -> AttachmentQuerySet:
    """Return the files that the address names, as far as the person may see them."""
    names = request.GET.getlist("tep")[:_MOST_POLLED]
    return _shown(request).filter(public_id__in=names).order_by("pk")
