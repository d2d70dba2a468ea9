"""The steps that forms and rules share; the calling service locks, saves and audits."""

from datetime import timedelta
from typing import TypeVar

from access.actors import Actor
from policies.models import Edition, EditionState
from policies.refusals import EffectiveDateError, FixedError
from portal.core import clock
from portal.core.errors import SecondPersonError

AnyEdition = TypeVar("AnyEdition", bound=Edition)


def require_editable(edition: Edition) -> None:
    """Raise FixedError unless the author may still change the edition."""
    if not edition.is_editable:
        raise FixedError(state=EditionState(edition.state).label)


def mark_submitted(edition: Edition, by: Actor) -> None:
    """Move to submitted, in memory; a former decision gives way to the next one."""
    edition.move_to(EditionState.SUBMITTED)
    edition.submitted_by, edition.submitted_at = by.person, clock.now()
    edition.decided_by = edition.decided_at = None
    edition.decision_reason = ""


def mark_decided(
    edition: Edition, decision: EditionState, by: Actor, reason: str = ""
) -> None:
    """Move to approved or returned, in memory.

    Raises TransitionError, or SecondPersonError if the decider prepared it himself.
    """
    edition.move_to(decision)
    if by.person.pk in {edition.drafted_by_id, edition.submitted_by_id}:
        raise SecondPersonError
    edition.decided_by, edition.decided_at = by.person, clock.now()
    edition.decision_reason = reason


def close_predecessor(edition: AnyEdition, former: AnyEdition | None) -> None:
    """End the former edition on the day before the new one begins, and save it.

    Dates alone say what holds: a first day in the future changes nothing until then.
    Raises EffectiveDateError if the new one does not begin after the former.
    """
    if former is None:
        return
    if edition.in_force_from <= former.in_force_from:
        raise EffectiveDateError(day=former.in_force_from.strftime("%d/%m/%Y"))
    last_day = edition.in_force_from - timedelta(days=1)
    if former.in_force_to is None or former.in_force_to > last_day:
        former.in_force_to = last_day
        former.save(update_fields=["in_force_to"])
