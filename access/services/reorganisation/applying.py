"""Approved by a second person, and applied on its day by whichever sweep comes first.

Source: our own; Quyết định 20/2020/QĐ-TTg and 09/2025/QĐ-TTg for codes that close.
"""

import logging

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access import audit, notices, rights
from access.actors import Actor
from access.models import Account, AgencyChange, AgencyEvent, LoginSession
from access.refusals import (
    DayPastError,
    OpenPointsError,
    OwnRightPassesError,
    PreviewChangedError,
)
from access.services.reorganisation import preview
from access.services.reorganisation.carrying_out import SYSTEM, carry_out, rehearse
from access.services.reorganisation.planning import locked
from portal.core import clock
from portal.core.errors import RefusalError, SecondPersonError
from portal.core.models import SweepRun

logger = logging.getLogger(__name__)
State = AgencyEvent.State
SWEEP = "agencies"


def approve(event: AgencyEvent, digest: str, *, by: Actor) -> AgencyEvent:
    """Approve, as the second person, what the preview of that digest showed.

    If its day has come, it is applied at once.

    Raises NotAllowedError, SecondPersonError, PlanClosedError, PreviewChangedError,
    OpenPointsError, OwnRightPassesError, DayPastError, or what cannot be applied.
    """
    found = _approve(event, digest, by)
    if found.effective_on <= clock.today():
        take(found.pk)
        found.refresh_from_db()
    return found


@transaction.atomic
def _approve(event: AgencyEvent, digest: str, by: Actor) -> AgencyEvent:
    rights.require_anywhere(by.person, "agencies.manage")
    found = locked(event)
    if by.person == found.planned_by:
        raise SecondPersonError
    if found.state == State.PLANNED and found.effective_on < clock.today():
        raise DayPastError(day=date_format(found.effective_on, "d/m/Y"))
    seen = preview.build(found)
    if seen.digest != digest:
        raise PreviewChangedError
    if seen.open_rows:
        raise OpenPointsError(count=len(seen.open_rows))
    if by.person.pk in seen.own_rights:
        raise OwnRightPassesError
    found.state, found.obstacle = State.APPROVED, ""
    found.approved_by, found.approved_at = by.person, clock.now()
    found.approved_preview = seen.digest
    found.save()
    rehearse(found)
    audit.record(
        found,
        "access.reorganisation_approved",
        by=by,
        effective_on=found.effective_on.isoformat(),
        decision=found.decision_number,
        preview=seen.digest,
    )
    return found


def sweep() -> int:
    """Apply all that is due; return how many were. Safe to run twice at once.

    What is approved for a later day is compared with what was seen, so that people
    hear of a change before the day and not on it.
    """
    approved = AgencyEvent.objects.to_apply()
    due = approved.due().order_by("effective_on", "pk")
    taken = sum(take(pk) for pk in list(due.values_list("pk", flat=True)))
    for event in approved.exclude(effective_on__lte=clock.today()):
        if preview.build(event).digest != event.approved_preview:
            _note_obstacle(event.pk, _in_portal_language(PreviewChangedError()))
    SweepRun.mark(SWEEP, taken)
    return taken


def take(event_id: int) -> bool:
    """Claim one that is due and apply it, wholly or not at all; tell what stops it."""
    try:
        return _apply(event_id)
    except RefusalError as refusal:
        _note_obstacle(event_id, _in_portal_language(refusal))
    except Exception as error:
        # One that fails must not stop the rest: it is logged, kept and told.
        logger.exception("reorganisation_failed", extra={"event": event_id})
        with translation.override(settings.LANGUAGE_CODE):
            text = _("The portal could not apply it (%(error)s). Tell the operators.")
            _note_obstacle(event_id, text % {"error": type(error).__name__})
    return False


@transaction.atomic
def _apply(event_id: int) -> bool:
    mine = AgencyEvent.objects.to_apply().due().filter(pk=event_id)
    # The claim: of two sweeps the second waits here, and then finds nothing.
    if not mine.update(state=State.APPLIED, applied_at=clock.now(), obstacle=""):
        return False
    event = AgencyEvent.objects.select_related(
        "legal_basis", "planned_by", "approved_by"
    ).get(pk=event_id)
    if preview.build(event).digest != event.approved_preview:
        raise PreviewChangedError
    seen = carry_out(event)
    _leave_ended_agencies(seen)
    _tell_heirs(seen)
    audit.record(
        event,
        "access.reorganisation_applied",
        by=Actor.system(SYSTEM),
        effective_on=event.effective_on.isoformat(),
        decision=event.decision_number,
        planned_by=event.planned_by.full_name if event.planned_by else "",
        approved_by=event.approved_by.full_name if event.approved_by else "",
        passed=sum(row.effect is preview.Effect.PASSES for row in seen.rows),
        ended=sum(row.effect is preview.Effect.ENDS for row in seen.rows),
    )
    _tell_both(event, _("Reorganisation in effect: %(what)s"))
    logger.info("reorganisation_applied", extra={"event": event_id})
    return True


def _leave_ended_agencies(seen: preview.Preview) -> None:
    """Let sign-ins that act for an ended agency fall to another post, or to none."""
    ended = [
        change.agency
        for change in seen.changes
        if change.outcome == AgencyChange.Outcome.ENDS
    ]
    acting = LoginSession.objects.filter(ended_at=None, acting_agency__in=ended)
    for session in acting.select_related("account"):
        left = rights.acting_agencies(session.account)
        session.acting_agency = left[0] if left else None
        session.save(update_fields=["acting_agency"])


def _tell_heirs(seen: preview.Preview) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        givers = ", ".join(c.agency.name for c in seen.changes if c.gives and c.agency)
        for heir in seen.heirs:
            if not heir.rows or heir.change.agency is None:
                continue
            words = {"from": givers, "count": len(heir.rows)}
            notices.notify_holders(
                "accounts.manage",
                heir.change.agency,
                _("Taken over from %(from)s") % words,
                body=_("%(count)s things passed to your agency.") % words,
                path=reverse("access:agency", args=[heir.change.agency.pk]),
            )


def _note_obstacle(event_id: int, text: str) -> None:
    """Keep why it stopped; both administrators hear of it once for each reason."""
    with transaction.atomic():
        event = AgencyEvent.objects.select_for_update(of=("self",)).get(pk=event_id)
        if event.state != State.APPROVED or event.obstacle == text:
            return
        event.obstacle = text
        event.save(update_fields=["obstacle"])
        audit.record(
            event,
            "access.reorganisation_stopped",
            by=Actor.system(SYSTEM),
            reason=text,
            decision=event.decision_number,
        )
        with translation.override(settings.LANGUAGE_CODE):
            _tell_both(event, _("Reorganisation stopped: %(what)s"), text)
    logger.warning("reorganisation_stopped", extra={"event": event_id})


def _tell_both(event: AgencyEvent, subject: str, body: str = "") -> None:
    with translation.override(settings.LANGUAGE_CODE):
        words = {"what": str(event)}
        people: set[Account] = {
            person for person in (event.planned_by, event.approved_by) if person
        }
        for person in people:
            notices.notify(
                person,
                subject % words,
                body=body,
                path=reverse("access:reorganisation", args=[event.pk]),
            )


def _in_portal_language(refusal: RefusalError) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(refusal)
