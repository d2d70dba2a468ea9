"""A report reaches its recipient in the portal, or visibly does not.

Source: Quyết định 06/2012/QĐ-UBND, Điều 14.1.a and 14.1.b.
"""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from access import audit
from access.actors import Actor
from access.models import AgencyType
from incidents.models import (
    EntryKind,
    EscalationStep,
    Fulfilment,
    StepRole,
    StepSubject,
    Trigger,
)
from incidents.services import duties, telling
from incidents.services.timeline import enter
from portal.core import clock

logger = logging.getLogger(__name__)
PORTAL = "incidents"
NOBODY = "nobody_to_read"


def take(step_id: int) -> bool:
    """Claim one report and deliver it; return whether it was ours to deliver."""
    if not EscalationStep.objects.claim(step_id):
        logger.info("step_not_claimed", extra={"step": step_id})
        return False
    return _deliver(step_id)


@transaction.atomic
def _deliver(step_id: int) -> bool:
    """Tell the recipient's people; where there is nobody, say so and try later."""
    steps = EscalationStep.objects.select_for_update(of=("self",))
    step = steps.select_related("incident__keeper", "keeper", "minutes").get(pk=step_id)
    if step.sent_at is not None:  # reported by telephone meanwhile
        step.finish()
        return True
    by = Actor.system(PORTAL, step.incident.keeper)
    told = telling.tell_recipient(step)
    if told:
        mark_sent(step, by=by, at=clock.now(), readers=told)
        enter(step.incident, EntryKind.SENT, by=by, text=step.keeper.name, step=step)
        _record(step, "incidents.step_sent", by, readers=told)
        step.finish()
        logger.info("step_sent", extra={"step": step_id})
    else:
        _leave_undelivered(step, by)
    return True


def mark_sent(step: EscalationStep, *, by: Actor, at: datetime, readers: int) -> None:
    """Set the time of sending, end the duty to send, start those of the recipient."""
    incident = step.incident
    step.sent_at, step.readers = at, readers
    step.save(update_fields=["sent_at", "readers"])
    if step.subject == StepSubject.MINUTES:
        duties.end(incident, Fulfilment.MINUTES, by=by, done_at=at)
        return
    if step.role == StepRole.AS_AUTHORITY:
        duties.end(incident, Fulfilment.CAPACITY_REPORT, by=by, done_at=at)
    # Who has nobody in the portal cannot confirm here, and the coordinator watches.
    if readers and step.role != StepRole.AS_COORDINATOR:
        duties.start(incident, Trigger.SENT_UPWARD, step=step, happened_at=at)


def _leave_undelivered(step: EscalationStep, by: Actor) -> None:
    is_news = step.readers is None
    if is_news:
        step.readers = 0
        step.save(update_fields=["readers"])
        text = " ".join(filter(None, (step.keeper.name, step.keeper.telephone)))
        enter(step.incident, EntryKind.NOT_DELIVERED, by=by, text=text, step=step)
        _record(step, "incidents.step_not_delivered", by)
        telling.tell_not_delivered(step)
    # It is tried for ever; only the first time is it news to who reads the log.
    level = logging.WARNING if is_news else logging.INFO
    logger.log(level, "step_not_delivered", extra={"step": step.pk})
    if step.keeper.agency_type == AgencyType.CENTRAL:
        step.finish()  # outside the portal: only the telephone is left
    else:
        step.postpone(NOBODY)


def _record(
    step: EscalationStep,
    event: str,
    by: Actor,
    **details: Any,  # noqa: ANN401 - whatever JSON holds
) -> None:
    audit.record(
        step.incident,
        event,
        by=by,
        agency=step.incident.keeper,
        step=step.pk,
        recipient=step.keeper.name,
        role=step.role,
        **details,
    )
