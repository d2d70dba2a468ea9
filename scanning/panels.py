"""What scanning shows on the dashboard: what waits, what is held."""

from django.db.models import Count

from access.actors import Actor
from portal.core.panels import Panel, register
from scanning import engine
from scanning.models import Attachment, AttachmentState

_MOST_SHOWN = 4


def files(actor: Actor) -> dict[str, object]:
    """Return the state of the scanner, counts, and what was held last."""
    scope = Attachment.objects.visible_to(actor.person)
    counts = dict(scope.order_by().values_list("state").annotate(Count("pk")))
    held = scope.filter(state=AttachmentState.HELD).prefetch_related("findings")
    return {
        "status": engine.recent_status(),
        "waiting": counts.get(AttachmentState.PENDING, 0),
        "held_count": counts.get(AttachmentState.HELD, 0),
        "held": held[:_MOST_SHOWN],
    }


register(
    Panel("scanning/panels/files.html", files, permission="attachments.read", order=40)
)
