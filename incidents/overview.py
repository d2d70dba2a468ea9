"""What a person has to do about incidents, for the dashboard."""

from typing import Any

from django.db.models import QuerySet

from access.actors import Actor
from incidents.models import Directive, EscalationStep, Incident, Obligation

SHOWN = 8


def dashboard(actor: Actor) -> dict[str, object]:
    """Return what waits for this person: answers, duties, and open incidents."""
    account = actor.person
    mine = Incident.objects.handled_by(account)
    found: dict[str, Any] = {
        "may_record": "incidents.record" in actor.permissions,
        "waiting": waiting_for_receipt(EscalationStep.objects.answered_by(account)),
        "directives": Directive.objects.filter(
            incident__in=mine,
            kind=Directive.Kind.GUIDANCE,
            acknowledged_at=None,
        ).select_related("incident", "giver")[:SHOWN],
        "undelivered": EscalationStep.objects.handled_by(account)
        .filter(sent_at=None, readers=0)
        .select_related("incident", "recipient")[:SHOWN],
        "duties": Obligation.objects.handled_by(account)
        .owed()
        .select_related("incident", "rule", "recipient")[:SHOWN],
        "open": mine.open().select_related("agency")[:SHOWN],
    }
    return found


def waiting_for_receipt(
    steps: QuerySet[EscalationStep, EscalationStep],
) -> QuerySet[EscalationStep, EscalationStep]:
    """Keep the reports that nobody has confirmed yet, the oldest first."""
    waiting = steps.filter(received_at=None).select_related("incident__agency")
    return waiting.order_by("made_at")[:SHOWN]
