"""The superior, the authority and the coordinator answer; the agency confirms.

Source: Quyết định 06/2012/QĐ-UBND, Điều 14.1.c and 14.2.a.
"""

from django.db import transaction

from access import audit
from access.actors import Actor
from access.models import Agency
from incidents.models import (
    Directive,
    EntryKind,
    EscalationStep,
    Fulfilment,
    Incident,
    StepRole,
    StepSubject,
    Trigger,
)
from incidents.refusals import NotReceivedYetError, NotReportedHereError
from incidents.services import delivering, duties, telling
from incidents.services.locking import locked
from incidents.services.timeline import enter
from portal.core import clock
from portal.core.text import nfc


def answering_agency(incident: Incident, by: Actor) -> Agency:
    """Return for which agency this person answers: the acting one, if it was told.

    Raises NotReportedHereError if no report reached an agency of his.
    """
    steps = incident.steps.answered_by(by.person).select_related("keeper")
    told = {step.keeper_id: step.keeper for step in steps}
    if by.agency and by.agency.pk in told:
        return by.agency
    if not told:
        raise NotReportedHereError(agency=by.agency.name if by.agency else "–")
    return next(iter(told.values()))


@transaction.atomic
def acknowledge(incident: Incident, *, by: Actor) -> list[EscalationStep]:
    """Confirm receipt of all that was reported to one's agency; once is enough.

    Returns the reports that this call confirmed, none if all were confirmed before.
    """
    incident = locked(incident)
    agency = answering_agency(incident, by)
    now = clock.now()
    waiting = list(
        incident.steps.filter(keeper=agency, received_at=None).select_related("keeper")
    )
    for step in waiting:
        step.incident = incident
        if step.sent_at is None:  # read before the delivery came round to it
            delivering.mark_sent(step, by=by, at=now, readers=1)
        step.received_at = now
        step.save(update_fields=["received_at"])
        duties.end(incident, Fulfilment.RECEIPT, by=by, step=step, done_at=now)
        if step.role == StepRole.AS_SUPERIOR and step.subject != StepSubject.MINUTES:
            duties.start(incident, Trigger.RECEIVED_UPWARD, step=step, happened_at=now)
        enter(incident, EntryKind.RECEIVED, by=by, text=step.keeper.name, step=step)
    if waiting:
        audit.record(
            incident,
            "incidents.acknowledged",
            by=by,
            agency=incident.keeper,
            steps=[step.pk for step in waiting],
            recipient=agency.name,
        )
        telling.tell_answered(incident, agency)
    return waiting


@transaction.atomic
def give_directive(
    incident: Incident,
    *,
    by: Actor,
    text: str,
    kind: str = Directive.Kind.GUIDANCE,
) -> Directive:
    """Give guidance, or record with its reason that none is needed (Đ14.2.a).

    Raises NotReportedHereError, or NotReceivedYetError before the receipt.
    """
    incident = locked(incident)
    agency = answering_agency(incident, by)
    steps = incident.steps.filter(keeper=agency).exclude(received_at=None)
    if not steps.exists():
        raise NotReceivedYetError
    now = clock.now()
    directive = Directive.objects.create(
        incident=incident,
        giver=agency,
        kind=kind,
        text=nfc(text),
        given_by=by.person,
        given_at=now,
    )
    is_guidance = kind == Directive.Kind.GUIDANCE
    for step in steps.filter(directed_at=None):
        step.directed_at = now
        step.completed_at = None if is_guidance else now
        step.save(update_fields=["directed_at", "completed_at"])
        duties.end(incident, Fulfilment.DIRECTIVE, by=by, step=step, done_at=now)
    entry = EntryKind.DIRECTED if is_guidance else EntryKind.NO_DIRECTIVE_NEEDED
    enter(incident, entry, by=by, text=nfc(text))
    audit.record(
        incident,
        "incidents.directed",
        by=by,
        agency=incident.keeper,
        directive=directive.pk,
        kind=kind,
    )
    telling.tell_answered(incident, agency)
    return directive


@transaction.atomic
def acknowledge_directive(directive: Directive, *, by: Actor) -> Directive:
    """Confirm, as the agency that got it, that guidance was received (Đ14.1.c)."""
    incident = locked(directive.incident)
    by.require("incidents.record", incident.keeper)
    directive = Directive.objects.select_related("giver").get(pk=directive.pk)
    if not directive.is_waiting:
        return directive
    directive.acknowledged_by, directive.acknowledged_at = by.person, clock.now()
    directive.save(update_fields=["acknowledged_by", "acknowledged_at"])
    enter(incident, EntryKind.DIRECTIVE_RECEIVED, by=by, text=directive.giver.name)
    audit.record(
        incident,
        "incidents.directive_acknowledged",
        by=by,
        agency=incident.keeper,
        directive=directive.pk,
    )
    telling.tell_directive_received(incident, directive.giver)
    return directive
