"""The handling of an incident: every move has its service and its guard.

Source: Quyết định 06/2012/QĐ-UBND, Điều 4.9, 14.1.a and 14.1.d.
"""

from datetime import datetime

from django.db import transaction

from access import audit
from access.actors import Actor
from incidents.models import EntryKind, Incident, TimelineEntry, Trigger
from incidents.refusals import (
    AlreadyReportedError,
    DutyOpenError,
    NoMeasureError,
    NoMinutesError,
    PropertiesMissingError,
    ReasonMissingError,
)
from incidents.services import duties, telling
from incidents.services.answering import answering_agency
from incidents.services.locking import locked, locked_for_work
from incidents.services.timeline import enter
from incidents.states import State
from portal.core import clock
from portal.core.text import nfc


@transaction.atomic
def add_measure(
    incident: Incident, *, by: Actor, text: str, happened_at: datetime
) -> TimelineEntry:
    """Write down what was done, and when; it is never changed afterwards."""
    incident = locked_for_work(incident, by)
    entry = enter(
        incident, EntryKind.MEASURE, by=by, text=nfc(text), happened_at=happened_at
    )
    audit.record(
        incident,
        "incidents.measure_added",
        by=by,
        agency=incident.keeper,
        entry=entry.pk,
    )
    return entry


@transaction.atomic
def start_handling(incident: Incident, *, by: Actor) -> Incident:
    """Begin, or go on, to handle it; needs to know what it hits (Điều 4.9)."""
    incident = locked(incident)
    by.require("incidents.record", incident.keeper)
    if not incident.hit_properties:
        raise PropertiesMissingError
    return _move(incident, State.HANDLING, by=by)


@transaction.atomic
def mark_mastered(incident: Incident, *, by: Actor) -> Incident:
    """Say that the incident is mastered; something must have been done for that."""
    incident = locked(incident)
    by.require("incidents.record", incident.keeper)
    if not incident.timeline.filter(kind=EntryKind.MEASURE).exists():
        raise NoMeasureError
    _move(incident, State.MASTERED, by=by)
    duties.start(incident, Trigger.MASTERED)
    return incident


@transaction.atomic
def ask_for_confirmation(incident: Incident, *, by: Actor) -> Incident:
    """Ask the superior to confirm that it is over; he must have the minutes."""
    incident = locked(incident)
    by.require("incidents.record", incident.keeper)
    if not incident.minutes.exists():
        raise NoMinutesError
    _move(incident, State.AWAITING, by=by)
    telling.tell_superiors(incident)
    return incident


@transaction.atomic
def confirm_closing(incident: Incident, *, by: Actor) -> Incident:
    """Close it, as its superior; refused without minutes or with a duty still open."""
    incident = locked(incident)
    agency = answering_agency(incident, by)
    if not incident.minutes.exists():
        raise NoMinutesError
    owed = incident.obligations.owed().filter(keeper=incident.keeper)
    if duty := owed.select_related("rule").first():
        raise DutyOpenError(duty=duty.rule.title)
    incident.closed_at = clock.now()
    _move(incident, State.CLOSED, by=by)
    steps = incident.steps.filter(keeper=agency, completed_at=None)
    steps.update(completed_at=incident.closed_at)
    telling.tell_agency(incident)
    return incident


@transaction.atomic
def return_for_completion(incident: Incident, *, by: Actor, reason: str) -> Incident:
    """Send it back to its agency, as its superior, with what is missing."""
    incident = locked(incident)
    answering_agency(incident, by)
    _move(incident, State.RETURNED, by=by, reason=_needed(reason))
    telling.tell_agency(incident)
    return incident


@transaction.atomic
def dismiss(incident: Incident, *, by: Actor, reason: str) -> Incident:
    """Say that it was no incident; impossible once it was reported upward."""
    incident = locked(incident)
    by.require("incidents.record", incident.keeper)
    if incident.beyond_capacity:
        raise AlreadyReportedError
    _move(incident, State.NOT_AN_INCIDENT, by=by, reason=_needed(reason))
    for duty in incident.obligations.owed().select_related("rule"):
        duties.waive(duty, by=by, reason=nfc(reason))
    return incident


@transaction.atomic
def reopen(incident: Incident, *, by: Actor, reason: str) -> Incident:
    """Take up again what was closed or set aside."""
    incident = locked(incident)
    by.require("incidents.record", incident.keeper)
    incident.closed_at = None
    if incident.recorded_at is None:
        incident.recorded_at = clock.now()
    return _move(incident, State.REOPENED, by=by, reason=_needed(reason))


def _needed(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissingError
    return nfc(reason)


def _move(
    incident: Incident, wanted: State, *, by: Actor, reason: str = ""
) -> Incident:
    was = State(incident.state)
    incident.move_to(wanted)
    incident.save()
    enter(incident, EntryKind.MOVED, by=by, text=reason, state=wanted)
    audit.record(
        incident,
        "incidents.moved",
        by=by,
        agency=incident.keeper,
        was=was.value,
        became=wanted.value,
        reason=reason,
    )
    return incident
