"""“This is beyond us”: one act that tells everybody who must know.

Source: Quyết định 06/2012/QĐ-UBND, Điều 14.1.b; Nghị định 64/2007/NĐ-CP, Điều 43.
"""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import translation

from access import audit
from access.actors import Actor
from access.models import Agency
from incidents import lines, tasks
from incidents.models import (
    CapacityReport,
    EntryKind,
    EscalationStep,
    Incident,
    IncidentMinutes,
    StepRole,
    StepSubject,
    Trigger,
)
from incidents.refusals import AlreadyDeliveredError
from incidents.services import delivering, duties, recording
from incidents.services.locking import locked, locked_for_work
from incidents.services.timeline import enter
from incidents.states import State
from portal.core.text import nfc


@transaction.atomic
def escalate_beyond_capacity(
    incident: Incident, *, by: Actor, harm: str, needs: str, telephone: str
) -> EscalationStep:
    """Report at once an incident that the agency cannot master (Đ14.1.b).

    Goes to the competent authority of the day of T0, with copies to the direct
    superior and the coordinator of today, who must act now. Stores the report, its
    duties and the audit entry, or none of them; sending starts when all are in the
    database. A second call returns the report that the first call made.

    Raises NoAuthorityError if no authority is on record for the day of detection.
    """
    incident = locked(incident)
    by.require("incidents.record", incident.keeper)
    if incident.beyond_capacity:
        return incident.steps.get(
            role=StepRole.AS_AUTHORITY, subject=StepSubject.BEYOND_CAPACITY
        )
    incident = locked_for_work(incident, by)
    authority = lines.authority_for(incident)
    if incident.state == State.DRAFT:
        incident = recording.record_draft(incident, by=by)
    CapacityReport.objects.create(
        incident=incident,
        harm=nfc(harm),
        needs=nfc(needs),
        telephone=telephone,
        made_by=by.person,
    )
    incident.beyond_capacity = True
    incident.save(update_fields=["beyond_capacity"])
    enter(incident, EntryKind.ESCALATED, by=by, text=nfc(harm))
    duties.start(incident, Trigger.BEYOND_CAPACITY)
    step = send(incident, authority, StepRole.AS_AUTHORITY)
    _send_copies(incident, by)
    audit.record(
        incident,
        "incidents.escalated",
        by=by,
        agency=incident.keeper,
        step=step.pk,
        authority=authority.name,
        day=incident.detected_on.isoformat(),
    )
    return step


@transaction.atomic
def note_reported_outside(
    step: EscalationStep, *, by: Actor, at: datetime, to_whom: str, note: str = ""
) -> EscalationStep:
    """Note that a report was made by telephone or on paper: when, to whom, by whom.

    at: when it was reported, which may lie before now; both times are kept.
    Raises AlreadyDeliveredError.
    """
    incident = locked(step.incident)
    by.require("incidents.record", incident.keeper)
    steps = EscalationStep.objects.select_for_update(of=("self",))
    step = steps.select_related("incident__keeper", "keeper").get(pk=step.pk)
    if step.sent_at is not None:
        raise AlreadyDeliveredError
    delivering.mark_sent(step, by=by, at=at, readers=0)
    # Somebody at the other end answered the telephone or took the paper.
    step.received_at = at
    step.save(update_fields=["received_at"])
    step.finish()
    said = ". ".join(filter(None, (f"{step.keeper.name}: {to_whom}", note)))
    enter(
        incident,
        EntryKind.REPORTED_OUTSIDE,
        by=by,
        text=nfc(said),
        step=step,
        happened_at=at,
    )
    audit.record(
        incident,
        "incidents.reported_outside",
        by=by,
        agency=incident.keeper,
        step=step.pk,
        recipient=step.keeper.name,
        to_whom=to_whom,
        at=at.isoformat(),
    )
    return step


def send(
    incident: Incident,
    recipient: Agency,
    role: StepRole,
    subject: StepSubject = StepSubject.BEYOND_CAPACITY,
    minutes: IncidentMinutes | None = None,
) -> EscalationStep:
    """Write the duty to tell an agency, once; delivery starts after the commit."""
    step, is_new = EscalationStep.objects.get_or_create(
        incident=incident,
        recipient=recipient,
        role=role,
        subject=subject,
        minutes=minutes,
    )
    if is_new:
        transaction.on_commit(partial(tasks.send_step.delay, step.pk))
    return step


def _send_copies(incident: Incident, by: Actor) -> None:
    copies = (
        (StepRole.AS_SUPERIOR, lines.superior_of(incident)),
        (StepRole.AS_COORDINATOR, lines.coordinator()),
    )
    for role, agency in copies:
        if agency is None:
            note_nobody(incident, role, by)
        else:
            send(incident, agency, role)


def note_nobody(incident: Incident, role: StepRole, by: Actor) -> None:
    """Note that nobody is on record who could be told in this role."""
    with translation.override(settings.LANGUAGE_CODE):
        text = str(role.label)
    enter(incident, EntryKind.NOBODY_ON_RECORD, by=by, text=text)
