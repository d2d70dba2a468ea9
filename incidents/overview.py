"""What a person has to do about incidents, for the dashboard."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from access.actors import Actor
from incidents.models import Directive, EscalationStep, Incident, Obligation
from incidents.querysets import IncidentQuerySet
from portal.core import clock

SHOWN = 8


def dashboard(actor: Actor) -> dict[str, object]:
    """Return what waits for this person: answers, duties, and open incidents."""
    account = actor.person
    mine = Incident.objects.handled_by(account)
    owed = Obligation.objects.handled_by(account).owed()
    found: dict[str, Any] = {
        "counts": _counts(mine, owed),
        "may_record": "incidents.record" in actor.permissions,
        "waiting": waiting_for_receipt(EscalationStep.objects.answered_by(account)),
        "directives": Directive.objects.filter(
            incident__in=mine,
            kind=Directive.Kind.GUIDANCE,
            acknowledged_at=None,
        ).select_related("incident", "giver")[:SHOWN],
        "undelivered": EscalationStep.objects.handled_by(account)
        .filter(sent_at=None, readers=0)
        .select_related("incident", "keeper")[:SHOWN],
        "duties": owed.select_related("incident", "rule", "recipient")[:SHOWN],
        "open": mine.open().select_related("agency")[:SHOWN],
    }
    return found


def _counts(
    mine: IncidentQuerySet, owed: QuerySet[Obligation, Obligation]
) -> list[dict[str, object]]:
    """Return what one wants to know at a glance, for portal/_counts.html."""
    now = clock.now()
    overdue = owed.filter(due_at__lt=now).count()
    soon = owed.filter(due_at__gte=now, due_at__lt=now + timedelta(days=1)).count()
    return [
        {
            "label": _("duties overdue"),
            "number": overdue,
            "tone": "danger" if overdue else "success",
            "icon": "alarm",
        },
        {
            "label": _("duties due within a day"),
            "number": soon,
            "tone": "warning" if soon else "secondary",
            "icon": "clock",
        },
        {
            "label": _("incidents not closed"),
            "number": mine.open().count(),
            "tone": "info",
            "icon": "alert-triangle",
        },
    ]


def waiting_for_receipt(
    steps: QuerySet[EscalationStep, EscalationStep],
) -> QuerySet[EscalationStep, EscalationStep]:
    """Keep the reports that nobody has confirmed yet, the oldest first."""
    waiting = steps.filter(received_at=None).select_related("incident__agency")
    return waiting.order_by("made_at")[:SHOWN]
