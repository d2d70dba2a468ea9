"""A released file is read: the very bytes received, hashed again each time.

Source: Quyết định 06/2012/QĐ-UBND, Điều 9.1, 12.3 and 12.5.
"""

from typing import IO

from django.db import transaction
from django.db.models import QuerySet

from access import audit
from access.actors import Actor
from access.models import Agency
from scanning import fate, openness, sealing, signals, store
from scanning.models import Attachment, QuarantineRule
from scanning.refusals import BytesChangedError, NotReleasedError
from scanning.verdicts import Found, Verdict


def note_read(attachment: Attachment, *, by: Actor) -> None:
    """Note who looked at what was found in a file that is held (Điều 12.3)."""
    if attachment.is_held:
        audit.record(
            attachment, "scanning.held_file_read", by=by, agency=attachment.keeper
        )


def open_released(
    attachment: Attachment, *, by: Actor, agencies: QuerySet[Agency] | None = None
) -> IO[bytes]:
    """Open the very bytes that were received, at their start; the read is audited.

    The caller has found the attachment through a scope. The stored bytes are hashed
    again first: changed ones are held at once and refused (Điều 9.1).
    agencies: for which the reader reads; what is held for others may be open to them.

    Raises NotReleasedError or BytesChangedError.
    """
    file = _opened(attachment, agencies)
    try:
        with transaction.atomic():
            audit.record(
                attachment,
                "scanning.downloaded",
                by=by,
                agency=attachment.keeper,
                read_for=by.agency.pk if by.agency else None,  # told of a recall
            )
            signals.attachment_opened.send(Attachment, attachment=attachment, by=by)
    except BaseException:
        file.close()
        raise
    return file


def open_published(attachment: Attachment) -> IO[bytes]:
    """Open what a higher floor has published to everybody, such as a form.

    As `open_released`, but a public read leaves no entry in the trail.
    """
    return _opened(attachment, None)


def _opened(attachment: Attachment, agencies: QuerySet[Agency] | None) -> IO[bytes]:
    fields = ["state", "verdict", "disposed_at", "released_at"]
    attachment.refresh_from_db(fields=fields)
    if openness.opened_at(attachment, agencies) is None:
        raise NotReleasedError(name=attachment.name)
    try:
        file = sealing.open_bytes(attachment)
    except (OSError, sealing.SealBrokenError):
        _hold_changed(attachment)
        raise BytesChangedError(name=attachment.name) from None
    if store.hash_of(file) != attachment.sha256:
        file.close()
        _hold_changed(attachment)
        raise BytesChangedError(name=attachment.name)
    return file


@transaction.atomic
def _hold_changed(attachment: Attachment) -> None:
    locked = (
        Attachment.objects.select_for_update()
        .select_related("keeper")
        .get(pk=attachment.pk)
    )
    if locked.is_held and not openness.decisions(locked):
        return
    locked.verdict = Verdict.ERROR
    fate.hold(
        locked,
        QuarantineRule.INTEGRITY,
        (Found("bytes_changed"),),
        by=Actor.system(fate.SCANNER, locked.keeper),
    )
