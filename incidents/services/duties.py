"""Reporting duties: started by their trigger, counted once, ended by an act.

Source: Quyết định 06/2012/QĐ-UBND, Điều 14.1.d; the rule of each duty names its own.
"""

from datetime import datetime

from django.db import transaction

from access import audit
from access.actors import Actor
from access.models import Agency
from access.refusals import NoAuthorityError
from incidents import lines
from incidents.deadlines import times
from incidents.models import (
    ClockRule,
    EntryKind,
    EscalationStep,
    Fulfilment,
    Incident,
    Obligation,
    RecipientKind,
    Trigger,
)
from incidents.services.locking import locked
from incidents.services.timeline import enter
from portal.core import clock
from portal.core.text import nfc


def start(
    incident: Incident,
    trigger: Trigger,
    *,
    step: EscalationStep | None = None,
    happened_at: datetime | None = None,
) -> list[Obligation]:
    """Write the duties of a trigger, each once; call it inside a transaction.

    step: the report that set the clock running; its recipient then owes the duty.
    The rules are those in force on the Vietnamese day of T0.
    """
    rules = ClockRule.objects.in_force(incident.detected_on).filter(trigger=trigger)
    running = incident.obligations.filter(step=step, is_replaced=False)
    known = set(running.values_list("rule", flat=True))
    return [
        _owe(incident, rule, step=step, happened_at=happened_at)
        for rule in rules.select_related("legal_basis")
        if rule.pk not in known
    ]


def end(
    incident: Incident,
    fulfilment: Fulfilment,
    *,
    by: Actor,
    step: EscalationStep | None = None,
    done_at: datetime | None = None,
) -> None:
    """Note as done the duties that this act ends; each is set once."""
    owed = incident.obligations.owed().filter(rule__fulfilled_by=fulfilment)
    if step is not None:
        owed = owed.filter(step=step)
    for duty in owed.select_related("rule"):
        _finish(duty, by=by, done_at=done_at or clock.now())


@transaction.atomic
def note_done(
    duty: Obligation, *, by: Actor, done_at: datetime, note: str
) -> Obligation:
    """Note that a duty was done outside the portal: when, how, to whom."""
    incident = locked(duty.incident)
    by.require("incidents.record", duty.keeper)
    duty = Obligation.objects.select_for_update(of=("self",)).get(pk=duty.pk)
    if not duty.is_open:
        return duty
    _finish(duty, by=by, done_at=done_at, note=nfc(note))
    enter(
        incident,
        EntryKind.FULFILLED,
        by=by,
        text=f"{duty.rule.title}. {nfc(note)}",
        happened_at=done_at,
    )
    return duty


def waive(duty: Obligation, *, by: Actor, reason: str) -> None:
    """End a duty that is owed no more, with the reason."""
    duty.is_waived = True
    duty.save(update_fields=["is_waived"])
    _finish(duty, by=by, done_at=clock.now(), note=reason)


def recount(incident: Incident) -> None:
    """Count anew, from a corrected T0, what is still owed; old rows stay as they are.

    A duty whose rule does not hold on the new day gives way to the rule that does.
    """
    owed = incident.obligations.owed().filter(step=None).select_related("rule")
    for duty in owed:
        day = incident.detected_on
        rules = ClockRule.objects.in_force(day).filter(code=duty.rule.code)
        rule = rules.select_related("legal_basis").first()
        stays = rule == duty.rule and not duty.rule.counts_from_detection
        if rule is None or stays:
            continue
        Obligation.objects.filter(pk=duty.pk).update(is_replaced=True)
        started = None if rule.counts_from_detection else duty.started_at
        _owe(incident, rule, happened_at=started, replaces=duty)


def recipient_of(rule: ClockRule, incident: Incident) -> Agency | None:
    """Return to whom the duty is owed, or None if none is on record."""
    match rule.recipient_kind:
        case RecipientKind.DIRECT_SUPERIOR:
            return lines.superior_of(incident)
        case RecipientKind.INCIDENT_COORDINATOR:
            return lines.coordinator()
        case RecipientKind.REPORTING_AGENCY:
            return incident.keeper
        case RecipientKind.COMPETENT_AUTHORITY:
            try:
                return lines.authority_for(incident)
            except NoAuthorityError:
                return None
        case _other:
            return None


def _owe(
    incident: Incident,
    rule: ClockRule,
    *,
    step: EscalationStep | None = None,
    happened_at: datetime | None = None,
    replaces: Obligation | None = None,
) -> Obligation:
    counted = times(rule, detected_at=incident.detected_at, happened_at=happened_at)
    recipient = recipient_of(rule, incident)
    return Obligation.objects.create(
        incident=incident,
        rule=rule,
        step=step,
        debtor=step.keeper if step else incident.keeper,
        recipient=recipient,
        recipient_name=recipient.name if recipient else rule.recipient_name,
        started_at=counted.started_at,
        warn_at=counted.warn_at,
        due_at=counted.due_at,
        alarm_at=counted.alarm_at,
        replaces=replaces,
    )


def _finish(duty: Obligation, *, by: Actor, done_at: datetime, note: str = "") -> None:
    duty.done_at, duty.done_by, duty.done_note = done_at, by.account, note
    duty.save(update_fields=["done_at", "done_by", "done_note"])
    audit.record(
        duty.incident,
        "incidents.duty_done",
        by=by,
        agency=duty.keeper,
        duty=duty.pk,
        rule=str(duty.rule),
        due_at=duty.due_at.isoformat(),
        done_at=done_at.isoformat(),
    )
