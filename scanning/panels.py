"""What scanning shows on the dashboard: what waits, what is held."""

from access.actors import Actor
from portal.core.panels import Panel, register
from scanning import engine, openness
from scanning.models import Attachment, AttachmentState

_MOST_SHOWN = 4


def files(actor: Actor) -> dict[str, object]:
    """Return the state of the scanner, counts, and what was held last."""
    scope = Attachment.objects.visible_to(actor.person)
    agencies = openness.read_for(actor.person)
    counts = scope.counted_by_state(agencies)
    held = scope.told_as(AttachmentState.HELD, agencies).prefetch_related("findings")
    return {
        "status": engine.recent_status(),
        "waiting": counts.get(AttachmentState.PENDING, 0),
        "held_count": counts.get(AttachmentState.HELD, 0),
        "held": openness.told_of(held[:_MOST_SHOWN], agencies),
    }


register(
    Panel("scanning/panels/files.html", files, permission="attachments.read", order=40)
)
