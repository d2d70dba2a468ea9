"""For which agencies a file is open that nobody could look into.

Of a message to several agencies each decides for its own machines alone: the file stays
held, and is open to those whose officer let it go, until all of them have.

Source: Quyết định 06/2012/QĐ-UBND, Điều 9.2 and 12.1.
"""

from datetime import datetime

from django.db.models import QuerySet

from access.models import Account, Agency, Connector
from scanning.models import Attachment, AttachmentState, ReleaseDecision
from scanning.verdicts import Verdict

_FOR_ONE = (ReleaseDecision.Ground.OFFICER, ReleaseDecision.Ground.OBJECTION)


def decisions(attachment: Attachment) -> list[ReleaseDecision]:
    """Return the decisions that hold, each for its own agency, the oldest first.

    What was found after a decision ends it: the file was put into quarantine anew.
    """
    if attachment.verdict != Verdict.UNSCANNABLE or attachment.message_id is None:
        return []
    made = attachment.release_decisions.filter(ground__in=_FOR_ONE)
    found = list(made.select_related("agency", "decided_by").order_by("pk"))
    if not found:
        return []
    last = attachment.quarantine_items.order_by("-pk").first()
    return [each for each in found if last is None or each.decided_at >= last.held_at]


def is_out(attachment: Attachment) -> bool:
    """Tell whether anybody at all may read the file."""
    return attachment.is_released or bool(decisions(attachment))


def opened_at(
    attachment: Attachment, agencies: QuerySet[Agency] | None
) -> datetime | None:
    """Return since when the file is open to one of these agencies; None if it is not.

    agencies: for which somebody reads; none: only what is open to everybody counts.
    """
    if attachment.is_released:
        return attachment.released_at
    if not attachment.is_held or agencies is None or attachment.disposed_at:
        return None
    held_open = {each.agency_id: each.decided_at for each in decisions(attachment)}
    if not held_open:
        return None
    own = agencies.filter(pk__in=held_open).values_list("pk", flat=True)
    return min((held_open[key] for key in own), default=None)


def state_for(
    attachment: Attachment, agencies: QuerySet[Agency]
) -> tuple[str, datetime | None]:
    """Return state and time of release as these agencies are to be told them."""
    since = opened_at(attachment, agencies)
    if attachment.is_held and since is not None:
        return AttachmentState.RELEASED, since
    return attachment.state, attachment.released_at


def read_for(person: Account) -> QuerySet[Agency]:
    """Return the agencies for which a person reads files."""
    return Agency.objects.where(person, "attachments.read")


def spoken_for(connector: Connector) -> QuerySet[Agency]:
    """Return the agencies for which a connected system speaks."""
    also = Connector.acts_for.through.objects.filter(connector=connector)
    own = Agency.objects.filter(pk=connector.agency_id)
    return own | Agency.objects.filter(pk__in=also.values("agency"))


def partly() -> QuerySet[Attachment]:
    """Return the held files that some agency may have been let open."""
    decided = ReleaseDecision.objects.filter(ground__in=_FOR_ONE)
    return Attachment.objects.filter(
        state=AttachmentState.HELD,
        verdict=Verdict.UNSCANNABLE,
        disposed_at=None,
        message__isnull=False,
        pk__in=decided.values("attachment"),
    )
