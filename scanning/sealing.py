"""Held bytes lie encrypted: nothing on the host can run, index or clean them away.

A release changes rows alone; the sweep then puts the open form back. Until it has, a
reader gets the bytes out of the sealed form. So no crash leaves the two in discord.

One line for each piece, encrypted with its number, and a last line that says how many
there are; so no piece can be altered, dropped or put elsewhere unseen.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5 and 13.4.b.
"""

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction

from portal.core import clock, secrets
from scanning import store
from scanning.models import Attachment, AttachmentState

logger = logging.getLogger(__name__)

PIECE = 1024 * 1024
_NUMBER = 8  # bytes before each piece: its number, or the count on the last line
_PIECE, _END = b"p", b"e"


class SealBrokenError(Exception):
    """A sealed file is not what was sealed."""


def seal_held(limit: int) -> int:
    """Seal held files that lie open; return how many. Safe to run twice."""
    waiting = Attachment.objects.filter(
        state=AttachmentState.HELD, sealed_at=None, disposed_at=None
    )
    return sum(_done(_seal, each) for each in waiting.order_by("pk")[:limit])


def seal_at_once(attachment: Attachment) -> None:
    """Seal a held file now, in the task that held it; the sweep makes up for a fall."""
    _seal(attachment)


def _done(act: Callable[[Attachment], bool], attachment: Attachment) -> bool:
    """Seal or unseal one file; if the disk is full, those behind it have their turn.

    It stays as it is, and the next sweep tries again.
    """
    try:
        return act(attachment)
    except (OSError, SealBrokenError):
        logger.exception("not_sealed_or_unsealed", extra={"attachment": attachment.pk})
        return False


def _seal(attachment: Attachment) -> bool:
    path = store.root() / attachment.stored_as
    _write_sealed(path)
    return _give_up_open_form(attachment.pk, path)


def unseal_released(limit: int) -> int:
    """Put the open form of released files back; return how many. Safe to run twice."""
    waiting = Attachment.objects.filter(
        state=AttachmentState.RELEASED, sealed_at__isnull=False
    )
    return sum(_done(_unseal, each) for each in waiting.order_by("pk")[:limit])


def open_bytes(attachment: Attachment) -> IO[bytes]:
    """Open the received bytes for reading, sealed or not, at their start.

    Out of the sealed form they go into a file without a name, gone when it is closed.
    Raises OSError if they are gone, or SealBrokenError.
    """
    path = store.root() / attachment.stored_as
    try:
        return path.open("rb")
    except FileNotFoundError:
        if not sealed_path(path).exists():
            raise
    plain = nameless()
    try:
        for piece in opened(sealed_path(path)):
            plain.write(piece)
    except BaseException:
        plain.close()
        raise
    plain.seek(0)
    return plain


def nameless() -> IO[bytes]:
    """Return a new file that no other process finds, and no crash leaves behind."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return tempfile.TemporaryFile(dir=folder)


def forget(attachment: Attachment) -> None:
    """Remove every form of the bytes. Safe to run twice."""
    path = store.root() / attachment.stored_as
    path.unlink(missing_ok=True)
    sealed_path(path).unlink(missing_ok=True)


def seal(path: Path) -> None:
    """Encrypt a file beside itself, read it back, and only then remove the open one.

    Nothing happens if the file is gone: it was sealed before, or lost.
    """
    _write_sealed(path)
    path.unlink(missing_ok=True)


@transaction.atomic
def _give_up_open_form(pk: int, path: Path) -> bool:
    """Remove the open form, unless the file was let go while it was being sealed."""
    attachment = Attachment.objects.select_for_update().get(pk=pk)
    if not attachment.is_held:
        if path.exists():
            sealed_path(path).unlink(missing_ok=True)
        return False
    path.unlink(missing_ok=True)
    attachment.sealed_at = clock.now()
    attachment.save(update_fields=["sealed_at"])
    return True


def _unseal(attachment: Attachment) -> bool:
    path = store.root() / attachment.stored_as
    part = path.with_suffix(".part")
    if not path.exists():
        with _or_nothing(part):
            with open_bytes(attachment) as source, part.open("wb") as target:
                part.chmod(0o600)
                while piece := source.read(PIECE):
                    target.write(piece)
                target.flush()
                os.fsync(target.fileno())
            part.replace(path)
        store.sync_folder(path.parent)
    with transaction.atomic():
        locked = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if not locked.is_released:
            return False  # held again meanwhile: the other sweep sees to it
        locked.sealed_at = None
        locked.save(update_fields=["sealed_at"])
    sealed_path(path).unlink(missing_ok=True)
    return True


def _write_sealed(path: Path) -> None:
    if not path.exists():
        return
    target = sealed_path(path)
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    with _or_nothing(part):
        if _encrypted(path, part) != _digest(opened(part)):
            raise SealBrokenError(path.name)
        part.replace(target)
    store.sync_folder(target.parent)


def _encrypted(path: Path, part: Path) -> bytes:
    """Write the sealed form of a file; return the SHA-256 of its bytes."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    digest, count = hashlib.sha256(), 0
    with (
        path.open("rb") as source,
        os.fdopen(os.open(part, flags, 0o600), "w", encoding="ascii") as sealed,
    ):
        while piece := source.read(PIECE):
            digest.update(piece)
            sealed.write(_line(_PIECE, count, piece))
            count += 1
        sealed.write(_line(_END, count, b""))
        sealed.flush()
        os.fsync(sealed.fileno())
    return digest.digest()


def _digest(pieces: Iterator[bytes]) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


@contextmanager
def _or_nothing(part: Path) -> Iterator[None]:
    """Leave no half of a file behind: it takes room that may be missing."""
    try:
        yield
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def opened(sealed: Path) -> Iterator[bytes]:
    """Yield the pieces of a sealed file in order.

    Raises SealBrokenError at the first thing that is not as it was sealed.
    """
    count = 0
    with sealed.open(encoding="ascii") as lines:
        for line in lines:
            kind, number, piece = _parts(line)
            if number != count:
                raise SealBrokenError(sealed.name)
            if kind == _END:
                if lines.read(1):
                    raise SealBrokenError(sealed.name)
                return
            yield piece
            count += 1
    raise SealBrokenError(sealed.name)


def sealed_path(path: Path) -> Path:
    """Return where the sealed form of a stored file lies."""
    return path.with_suffix(".sealed")


def _line(kind: bytes, number: int, piece: bytes) -> str:
    return secrets.seal(kind + number.to_bytes(_NUMBER, "big") + piece) + "\n"


def _parts(line: str) -> tuple[bytes, int, bytes]:
    try:
        content = secrets.open_sealed(line.rstrip("\n"))
    except InvalidToken:
        raise SealBrokenError from None
    start = 1 + _NUMBER
    return content[:1], int.from_bytes(content[1:start], "big"), content[start:]
