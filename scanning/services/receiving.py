"""A file comes in: on the disk first, then as rows, then it waits for its scan.

Source: Quyết định 06/2012/QĐ-UBND, Điều 11.2 and 12.1.
"""

import unicodedata
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from access import audit
from access.actors import Actor
from access.models import Agency, Connector
from portal.core.text import nfc
from scanning import store, tasks
from scanning.models import Attachment, Message, Purpose, ScanDuty, Urgency
from scanning.refusals import TooLargeError
from scanning.services.waiting import Waiting
from scanning.uploads import HashedUpload

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
    stored = keep_bytes(stream, shown)
    facts = Facts(name=shown, agency=agency, urgency=urgency, purpose=purpose)
    try:
        with transaction.atomic():
            return enter(stored, facts, by=by)
    except BaseException:
        store.discard(stored.stored_as)
        raise


@dataclass(frozen=True)
class Facts:
    """What is known of a file besides its bytes; name: as `shown_name` gives it."""

    name: str
    agency: Agency
    urgency: str = Urgency.THUONG
    purpose: str = Purpose.DOCUMENT
    connector: Connector | None = None
    message: Message | None = None


def enter(
    stored: store.Stored,
    facts: Facts,
    *,
    by: Actor,
    waiting: Waiting | None = None,
    **details: str,
) -> Attachment:
    """Write the rows of a file whose bytes are kept; call it inside a transaction.

    waiting: who waits for the verdict, and may do the scan himself if it is next.
    details: what else the trail must tell of its arrival.
    """
    attachment = Attachment.objects.create(
        agency=facts.agency,
        submitted_by=by.account,
        connector=facts.connector,
        message=facts.message,
        name=facts.name,
        size=stored.size,
        sha256=stored.sha256,
        stored_as=stored.stored_as,
        purpose=facts.purpose,
        urgency=facts.urgency,
    )
    duty = ScanDuty(attachment=attachment, rank=Urgency(facts.urgency).rank)
    if waiting and waiting.may_take(duty):
        duty.hold()
    duty.save()
    audit.record(
        attachment,
        "scanning.received",
        by=by,
        agency=facts.agency,
        sha256=stored.sha256,
        size=stored.size,
        **details,
    )
    if duty.claimed_at is None:
        transaction.on_commit(partial(tasks.scan_attachment.delay, duty.pk))
    return attachment


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


def keep_bytes(stream: IO[bytes] | File, name: str) -> store.Stored:
    """Put the bytes into the store, of an upload without copying them again.

    Raises TooLargeError or StorageFullError.
    """
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
