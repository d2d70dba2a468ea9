"""Writing into the timeline of an incident."""

from datetime import datetime

from access.actors import Actor
from incidents.models import EntryKind, EscalationStep, Incident, TimelineEntry
from portal.core import clock


def enter(  # noqa: PLR0913 (each is a fact of the entry)
    incident: Incident,
    kind: EntryKind,
    *,
    by: Actor,
    text: str = "",
    state: str = "",
    step: EscalationStep | None = None,
    happened_at: datetime | None = None,
) -> TimelineEntry:
    """Add one entry, with the names of the person and the agency as they are now."""
    return TimelineEntry.objects.create(
        incident=incident,
        kind=kind,
        text=text,
        state=state,
        happened_at=happened_at or clock.now(),
        by=by.account,
        by_name=by.account.full_name if by.account else "",
        for_agency=by.agency.name if by.account and by.agency else "",
        step=step,
    )
