"""What people do with files: send them in, and read what was released.

Source: Quyết định 06/2012/QĐ-UBND, Điều 9.1, 11.2, 12.1 and 12.5.
"""

import unicodedata
from functools import partial
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from access import audit
from access.actors import Actor
from access.models import Agency
from portal.core.text import nfc
from scanning import fate, signals, store, tasks
from scanning.models import (
    Attachment,
    Purpose,
    QuarantineRule,
    ScanDuty,
    Urgency,
)
from scanning.refusals import BytesChangedError, NotReleasedError, TooLargeError
from scanning.uploads import HashedUpload
from scanning.verdicts import Found, Verdict

_LONGEST_NAME = 200


def receive(  # noqa: PLR0913 (each is a fact of the submission)
    stream: IO[bytes] | File,
    name: str,
    *,
    by: Actor,
    agency: Agency,
    urgency: str = Urgency.THUONG,
    purpose: str = Purpose.DOCUMENT,
) -> Attachment:
    """Take in one file; it waits for its scan and nobody can open it until then.

    The bytes are on the disk before the rows are; if the rows fail, the bytes go.
    Scanning starts when the transaction, the caller's included, has been committed.

    name: as the sender called it; folders and control characters are dropped.
    Raises NotAllowedError, TooLargeError or StorageFullError; then nothing is kept.
    """
    by.require("attachments.submit", agency)
    shown = shown_name(name)
    stored = _store(stream, shown)
    try:
        with transaction.atomic():
            attachment = Attachment.objects.create(
                agency=agency,
                submitted_by=by.account,
                name=shown,
                size=stored.size,
                sha256=stored.sha256,
                stored_as=stored.stored_as,
                purpose=purpose,
                urgency=urgency,
            )
            rank = Urgency(urgency).rank
            duty = ScanDuty.objects.create(attachment=attachment, rank=rank)
            audit.record(
                attachment,
                "scanning.received",
                by=by,
                agency=agency,
                sha256=stored.sha256,
                size=stored.size,
            )
            transaction.on_commit(partial(tasks.scan_attachment.delay, duty.pk))
    except BaseException:
        store.discard(stored.stored_as)
        raise
    return attachment


def note_read(attachment: Attachment, *, by: Actor) -> None:
    """Note who looked at what was found in a file that is held (Điều 12.3)."""
    if attachment.is_held:
        audit.record(
            attachment, "scanning.held_file_read", by=by, agency=attachment.keeper
        )


def open_released(attachment: Attachment, *, by: Actor) -> IO[bytes]:
    """Open the very bytes that were received, at their start; the read is audited.

    The caller has found the attachment through a scope. The stored bytes are hashed
    again first: changed ones are held at once and refused (Điều 9.1).

    Raises NotReleasedError or BytesChangedError.
    """
    file = open_published(attachment)
    try:
        with transaction.atomic():
            audit.record(
                attachment, "scanning.downloaded", by=by, agency=attachment.keeper
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
    attachment.refresh_from_db(fields=["state"])
    if not attachment.is_released:
        raise NotReleasedError(name=attachment.name)
    try:
        file = store.open_stored(attachment.stored_as)
    except OSError:
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
    if locked.is_held:
        return
    locked.verdict = Verdict.ERROR
    fate.hold(
        locked,
        QuarantineRule.INTEGRITY,
        (Found("bytes_changed"),),
        by=Actor.system(fate.SCANNER, locked.keeper),
    )


def shown_name(name: str) -> str:
    """Return a file name as we store and show it: NFC, no folders, no control codes.

    Characters that turn the direction of writing stay: they are evidence, and the
    inspection holds a file that has them.
    """
    bare = PurePosixPath(nfc(name).replace("\\", "/")).name
    kept = "".join(c for c in bare if unicodedata.category(c) != "Cc").strip()
    if len(kept) > _LONGEST_NAME:
        suffix = PurePosixPath(kept).suffix[:20]
        kept = kept[: _LONGEST_NAME - len(suffix)] + suffix
    return kept or "-"


def _store(stream: IO[bytes] | File, name: str) -> store.Stored:
    most = settings.PORTAL_UPLOAD_LIMIT
    try:
        if isinstance(stream, HashedUpload):
            if stream.refusal:
                raise stream.refusal
            return store.adopt(stream, stream.sha256, most=most)
        source = store.opened(stream) if isinstance(stream, File) else stream
        return store.put(source, most=most)
    except store.TooManyBytesError:
        raise TooLargeError(name=name, megabytes=most // 1024**2) from None
