"""What held files ask of this person, in numbers on the dashboard."""

from django.urls import reverse
from django.utils.translation import gettext as _

from access.actors import Actor
from portal.core.panels import Panel, register
from scanning.models import Disposal, FalseAlarm, Objection, RecallNotice


def waiting(actor: Actor) -> dict[str, object]:
    """Return what waits for a decision of this person; nothing hides the box."""
    person = actor.person
    asked = [
        (
            _("Objections to answer"),
            Objection.objects.answerable_by(person).count(),
            "scanning:objections",
            "message-exclamation",
        ),
        (
            _("Recalled files to clean up"),
            RecallNotice.objects.handled_by(person).open().count(),
            "scanning:recalls",
            "alert-triangle",
        ),
        (
            _("False alarms to confirm"),
            FalseAlarm.objects.decidable_by(person).count(),
            "scanning:false-alarms",
            "alert-circle",
        ),
        (
            _("Destructions to confirm"),
            Disposal.objects.decidable_by(person).count(),
            "scanning:disposals",
            "trash",
        ),
    ]
    counts = [
        {
            "label": label,
            "number": number,
            "url": reverse(page),
            "tone": "warning",
            "icon": icon,
        }
        for label, number, page, icon in asked
        if number
    ]
    return {"counts": counts} if counts else {}


register(
    Panel(
        "scanning/panels/decisions.html",
        waiting,
        ("attachments.release", "attachments.clear", "attachments.dispose"),
        order=36,
    )
)
