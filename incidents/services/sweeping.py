"""What is due and undone: reports to deliver, clocks to warn of and to alarm.

Never by an equality test on time: what one sweep missed, the next one takes.
"""

import logging
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from access import audit
from access.actors import Actor
from incidents import lines
from incidents.models import (
    EntryKind,
    EscalationStep,
    Obligation,
    StepRole,
    StepSubject,
)
from incidents.services import delivering, telling
from incidents.services.escalating import send
from incidents.services.timeline import enter
from portal.core import clock

logger = logging.getLogger(__name__)
# How many of each kind one sweep takes; the next comes in seconds.
TAKES = 100


def sweep() -> int:
    """Take all that is due; return how many. Safe to run twice at once."""
    taken = sum(delivering.take(pk) for pk in _keys(EscalationStep.objects.claimable()))
    late = sum(alarm(pk) for pk in _keys(Obligation.objects.to_alarm()))
    if late:  # one line for all: after a night without power there may be hundreds
        logger.warning("duties_late", extra={"duties": late})
    return taken + late + sum(warn(pk) for pk in _keys(Obligation.objects.to_warn()))


def _keys(due: QuerySet[Any, Any]) -> list[int]:
    return list(due.values_list("pk", flat=True)[:TAKES])


@transaction.atomic
def warn(duty_id: int) -> bool:
    """Tell once that a duty is soon due."""
    waiting = Obligation.objects.to_warn().filter(pk=duty_id)
    if not waiting.update(warned_at=clock.now()):
        return False
    duty = _get(duty_id)
    if duty.alarmed_at is None:
        telling.tell_due(duty, is_late=False)
    return True


@transaction.atomic
def alarm(duty_id: int) -> bool:
    """Tell once that a duty is overdue; pass over a superior who keeps silent."""
    waiting = Obligation.objects.to_alarm().filter(pk=duty_id)
    if not waiting.update(alarmed_at=clock.now()):
        return False
    duty = _get(duty_id)
    by = Actor.system(delivering.PORTAL, duty.keeper)
    telling.tell_due(duty, is_late=True)
    audit.record(
        duty.incident,
        "incidents.duty_late",
        by=by,
        agency=duty.keeper,
        duty=duty.pk,
        rule=str(duty.rule),
        due_at=duty.due_at.isoformat(),
    )
    if duty.keeper_id == duty.incident.keeper_id:
        enter(duty.incident, EntryKind.LATE, by=by, text=duty.rule.title)
    else:
        _pass_over(duty, by)
    logger.info("duty_late", extra={"duty": duty_id, "incident": duty.incident_id})
    return True


def _pass_over(duty: Obligation, by: Actor) -> None:
    """Bring the silence of a superior before the coordinator (Điều 14.2, 14.3)."""
    incident = duty.incident
    coordinator = lines.coordinator()
    text = f"{duty.keeper.name}: {duty.rule.title}"
    enter(incident, EntryKind.SILENCE, by=by, text=text, step=duty.step)
    if coordinator and not incident.steps.filter(keeper=coordinator).exists():
        send(incident, coordinator, StepRole.AS_COORDINATOR, StepSubject.SILENCE)
    telling.tell_silence(duty, coordinator)


def _get(duty_id: int) -> Obligation:
    related = ("incident__keeper", "rule", "keeper", "step")
    return Obligation.objects.select_related(*related).get(pk=duty_id)
