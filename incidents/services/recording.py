"""An incident is recorded, completed, and its T0 corrected.

Source: Quyết định 06/2012/QĐ-UBND, Điều 4.9, 14.1.a and 14.1.d.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation

from access import audit
from access.actors import Actor
from access.models import Agency
from incidents.models import (
    DetectionCorrection,
    EntryKind,
    Incident,
    Trigger,
    YearlySequence,
)
from incidents.refusals import DetectedInFutureError
from incidents.services import duties
from incidents.services.locking import locked, locked_for_work
from incidents.services.timeline import enter
from incidents.states import State
from portal.core import clock
from portal.core.text import nfc

# What people may write; everything else is derived or set by its own act.
WRITABLE = frozenset(
    {
        "title",
        "category",
        "system",
        "description",
        "harm",
        "is_confidentiality_hit",
        "is_integrity_hit",
        "is_availability_hit",
        "cause",
        "cause_note",
        "severity",
        "has_personal_data",
        "has_security_signs",
    }
)


@transaction.atomic
def record_incident(
    agency: Agency,
    *,
    by: Actor,
    detected_at: datetime,
    is_drill: bool = False,
    token: UUID | None = None,
    **facts: Any,  # noqa: ANN401 (values of the WRITABLE fields)
) -> Incident:
    """Record what was found; from here its clocks run from T0.

    facts: values of the `WRITABLE` fields. A drill runs the same clocks and stays out
    of the statistics. token: of the form in which it was written, if there was one.

    Raises NotAllowedError or DetectedInFutureError.
    """
    by.require("incidents.record", agency)
    incident = _new(agency, by=by, detected_at=detected_at, facts=facts)
    incident.is_drill = is_drill
    incident.form_token = token
    _record(incident, by=by)
    return incident


@transaction.atomic
def draft_incident(
    agency: Agency,
    *,
    by: Actor,
    detected_at: datetime,
    text: str = "",
    **facts: Any,  # noqa: ANN401 (as above)
) -> Incident:
    """Draft an incident that an officer of the agency completes or sets aside.

    text: what made the portal draft it, in the words of people.
    """
    incident = _new(agency, by=by, detected_at=detected_at, facts=facts)
    incident.save()
    enter(incident, EntryKind.DRAFTED, by=by, text=text)
    audit.record(incident, "incidents.drafted", by=by, agency=agency)
    return incident


@transaction.atomic
def record_draft(incident: Incident, *, by: Actor) -> Incident:
    """Record an incident that the portal drafted."""
    incident = locked(incident)
    by.require("incidents.record", incident.keeper)
    _record(incident, by=by)
    return incident


@transaction.atomic
def change_details(
    incident: Incident,
    *,
    by: Actor,
    **facts: Any,  # noqa: ANN401 (as above)
) -> Incident:
    """Complete or correct what was written; the trail keeps what changed."""
    incident = locked_for_work(incident, by)
    changed = {
        name: [str(getattr(incident, name)), str(value)]
        for name, value in _clean(facts).items()
        if getattr(incident, name) != value
    }
    if not changed:
        return incident
    _write(incident, facts)
    incident.save()
    enter(incident, EntryKind.CHANGED, by=by, text=_names(changed))
    audit.record(
        incident, "incidents.changed", by=by, agency=incident.keeper, changes=changed
    )
    if incident.state != State.DRAFT:
        _start_clocks(incident)
    return incident


@transaction.atomic
def correct_detection(
    incident: Incident, *, by: Actor, became: datetime, reason: str
) -> Incident:
    """Correct T0 and keep both values; clocks that count from it are counted anew.

    Duties that were already done, and those that count from another event, stay.
    """
    incident = locked_for_work(incident, by)
    was = incident.detected_at
    _set_detected(incident, became)
    if incident.detected_at == was:
        return incident
    incident.save()
    DetectionCorrection.objects.create(
        incident=incident,
        was=was,
        became=incident.detected_at,
        reason=nfc(reason),
        by=by.person,
    )
    enter(incident, EntryKind.DETECTION_CORRECTED, by=by, text=nfc(reason))
    audit.record(
        incident,
        "incidents.detection_corrected",
        by=by,
        agency=incident.keeper,
        was=was.isoformat(),
        became=incident.detected_at.isoformat(),
    )
    duties.recount(incident)
    return incident


def _new(
    agency: Agency, *, by: Actor, detected_at: datetime, facts: Mapping[str, Any]
) -> Incident:
    today = clock.today()
    ordinal = YearlySequence.take("incident", today)
    incident = Incident(
        number=f"SC-{today.year}-{ordinal:06d}",
        agency=agency,
        created_by=by.account,
    )
    _set_detected(incident, detected_at)
    _write(incident, facts)
    return incident


def _record(incident: Incident, *, by: Actor) -> None:
    incident.move_to(State.RECORDED)
    incident.recorded_at = clock.now()
    incident.save()
    enter(incident, EntryKind.RECORDED, by=by)
    audit.record(incident, "incidents.recorded", by=by, agency=incident.keeper)
    _start_clocks(incident)


def _start_clocks(incident: Incident) -> None:
    duties.start(incident, Trigger.RECORDED)
    if incident.is_serious:
        duties.start(incident, Trigger.SERIOUS)
    if incident.has_personal_data:
        duties.start(incident, Trigger.PERSONAL_DATA)
    if incident.has_security_signs:
        duties.start(incident, Trigger.SECURITY_SIGNS)


def _set_detected(incident: Incident, moment: datetime) -> None:
    """Set T0 to the minute."""
    if moment > clock.now():
        raise DetectedInFutureError
    incident.detected_at = moment.replace(second=0, microsecond=0)
    incident.set_detected_at()


def _names(fields: Iterable[str]) -> str:
    """Return the words for some fields, in Vietnamese, as the timeline keeps them."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {f.name: str(f.verbose_name) for f in Incident._meta.fields}
    return ", ".join(words[name] for name in fields)


def _clean(facts: Mapping[str, Any]) -> dict[str, Any]:
    if strange := facts.keys() - WRITABLE:
        raise ValueError(f"nobody may write {sorted(strange)}")
    return {
        name: nfc(value) if isinstance(value, str) else value
        for name, value in facts.items()
    }


def _write(incident: Incident, facts: Mapping[str, Any]) -> None:
    for name, value in _clean(facts).items():
        setattr(incident, name, value)
    incident.set_folded()
