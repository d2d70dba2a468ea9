"""The page of one incident, and what its own agency does there."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from incidents import actions, services
from incidents.forms import (
    DetailsForm,
    DetectionForm,
    EvidenceForm,
    MeasureForm,
    ReasonForm,
)
from incidents.models import EntryKind, Incident
from incidents.views.finding import filled, own, readable, reported
from portal.core import clock

FORM_METHODS = ["GET", "HEAD", "POST"]
# The newest entries; the trail has them all.
TIMELINE_SHOWN = 200
# Open at once; older ones lie behind a click.
NEWEST = 10


@require_safe
def incident(request: HttpRequest, number: str) -> HttpResponse:
    """Show what happened, the clocks, who knows, the evidence and what comes next."""
    found = readable(request, number)
    return render(request, "incidents/incident.html", _context(request, found))


def _context(request: HttpRequest, found: Incident) -> dict[str, object]:
    account = request.actor.person
    steps = list(found.steps.select_related("recipient", "keeper", "minutes"))
    may_handle = request.actor.may("incidents.record", found.keeper)
    mine = set(found.steps.answered_by(account).values_list("pk", flat=True))
    directives = list(
        found.directives.select_related("giver", "given_by", "acknowledged_by")
    )
    minutes = list(found.minutes.select_related("issued_by", "corrected_by"))
    evidence = list(
        found.evidence.select_related("attachment", "added_by").prefetch_related(
            "attachment__findings", "custody"
        )
    )
    entries = list(found.timeline.all()[:TIMELINE_SHOWN])
    standing = actions.Standing(
        may_handle=may_handle,
        may_answer=bool(mine),
        has_measure=any(e.kind == EntryKind.MEASURE for e in entries),
        has_minutes=bool(minutes),
        waits_for_receipt=any(s.pk in mine and s.received_at is None for s in steps),
        owes_directive=any(s.pk in mine and s.needs_directive for s in steps),
    )
    return {
        "incident": found,
        "report": getattr(found, "capacity_report", None),
        "actions": actions.offered(found, standing),
        "standing": standing,
        "steps": steps,
        "undelivered": [step for step in steps if step.is_undelivered],
        "duties": found.obligations.select_related(
            "rule__legal_basis", "debtor", "recipient"
        ).filter(is_replaced=False),
        "corrections": found.detection_corrections.select_related("by"),
        "evidence": evidence,
        "evidence_files": [item.attachment for item in evidence],
        "directives": directives,
        "minutes": minutes,
        "newest": entries[:NEWEST],
        "older": entries[NEWEST:],
    }


@require_http_methods(FORM_METHODS)
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Complete the details."""
    found = own(request, number)
    if request.method == "POST":
        # The form gets a row of its own: the service writes the locked one.
        form = DetailsForm(request.POST, instance=own(request, number))
    else:
        form = DetailsForm(instance=found)
    if not form.is_valid():
        context = {"incident": found, "form": form}
        return render(request, "incidents/change.html", context)
    services.change_details(found, by=request.actor, **form.cleaned_data)
    messages.success(request, _("The details have been saved."))
    return redirect(found)


@require_http_methods(FORM_METHODS)
def correct_detection(request: HttpRequest, number: str) -> HttpResponse:
    """Correct T0; both values stay."""
    found = own(request, number)
    form = filled(request, DetectionForm, became=found.detected_at)
    if not form.is_valid():
        context = {"incident": found, "form": form}
        return render(request, "incidents/detection.html", context)
    services.correct_detection(found, by=request.actor, **form.cleaned_data)
    messages.success(request, _("The time of detection has been corrected."))
    return redirect(found)


@require_http_methods(FORM_METHODS)
def measure(request: HttpRequest, number: str) -> HttpResponse:
    """Write down what was done."""
    found = own(request, number)
    form = filled(request, MeasureForm, happened_at=clock.now())
    if not form.is_valid():
        context = {"incident": found, "form": form}
        return render(request, "incidents/measure.html", context)
    services.add_measure(found, by=request.actor, **form.cleaned_data)
    messages.success(request, _("The measure has been written down."))
    return redirect(found)


@require_http_methods(FORM_METHODS)
def evidence(request: HttpRequest, number: str) -> HttpResponse:
    """Add files as evidence."""
    found = own(request, number)
    form = filled(request, EvidenceForm)
    if not form.is_valid():
        context = {"incident": found, "form": form}
        return render(request, "incidents/evidence.html", context)
    services.add_evidence(found, by=request.actor, **form.cleaned_data)
    said = _("The files were received. Each can be opened as soon as it is scanned.")
    messages.success(request, said)
    return redirect(f"{found.get_absolute_url()}#chung-cu")


@dataclass(frozen=True)
class Move:
    """One move of the handling track, under its address."""

    title: str | Promise
    service: Callable[..., Incident]
    find: Callable[[HttpRequest, str], Incident] = own
    needs_reason: bool = False


MOVES = {
    "ghi-nhan": Move(gettext_lazy("Record"), services.record_draft),
    "xu-ly": Move(gettext_lazy("Start handling"), services.start_handling),
    "da-khac-phuc": Move(gettext_lazy("Mark as mastered"), services.mark_mastered),
    "de-nghi-xac-nhan": Move(
        gettext_lazy("Ask for confirmation"), services.ask_for_confirmation
    ),
    "khong-phai-su-co": Move(
        gettext_lazy("Not an incident"), services.dismiss, needs_reason=True
    ),
    "mo-lai": Move(gettext_lazy("Reopen"), services.reopen, needs_reason=True),
    "dong": Move(gettext_lazy("Confirm the end"), services.confirm_closing, reported),
    "tra-lai": Move(
        gettext_lazy("Return for completion"),
        services.return_for_completion,
        reported,
        needs_reason=True,
    ),
}


@require_http_methods(FORM_METHODS)
def move(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Make one move; asked for a reason first where one is needed."""
    chosen = MOVES.get(name)
    if chosen is None:
        raise Http404
    found = chosen.find(request, number)
    form = filled(request, ReasonForm) if chosen.needs_reason else None
    is_ready = form.is_valid() if form else request.method == "POST"
    if not is_ready:
        context = {"incident": found, "form": form, "move": chosen}
        return render(request, "incidents/move.html", context)
    reason = form.cleaned_data if form else {}
    moved = chosen.service(found, by=request.actor, **reason)
    said = _("The incident is now: %(state)s.") % {"state": moved.get_state_display()}
    messages.success(request, said)
    return redirect(moved)
