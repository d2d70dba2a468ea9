"""For which agency somebody acts on a file, and the file locked for the act."""

from access.actors import Actor
from access.models import Agency
from portal.core.errors import NotAllowedError
from scanning.models import Attachment
from scanning.refusals import DisposedError, NotHeldError
from scanning.telling import recipients


def lock_held(attachment: Attachment) -> Attachment:
    """Return the row locked, for one who decides; of two at once the second is refused.

    Raises NotHeldError or DisposedError.
    """
    locked = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("keeper", "agency", "message", "submitted_by")
        .get(pk=attachment.pk)
    )
    if locked.disposed_at is not None:
        raise DisposedError(name=locked.name)
    if not locked.is_held:
        raise NotHeldError(name=locked.name)
    return locked


def deciding_agencies(attachment: Attachment) -> list[Agency]:
    """Return the agencies whose officers decide on the release (Điều 9.2).

    Those that receive the file, whose machines it will reach; of a file that goes
    nowhere, the one that keeps it.
    """
    return recipients(attachment) or [attachment.keeper]


def speaking_for(by: Actor, permission: str, agencies: list[Agency]) -> Agency:
    """Return for which of the agencies the person acts; the acting one comes first.

    Raises NotAllowedError if it is none of them.
    """
    ordered = sorted(agencies, key=lambda agency: agency != by.agency)
    for agency in ordered:
        if by.may(permission, agency):
            return agency
    raise NotAllowedError


def signature_of(attachment: Attachment) -> str:
    """Return what the engine called the thing that holds this file."""
    last = attachment.scans.exclude(verdict="error").order_by("-pk").first()
    return last.signature if last else ""
