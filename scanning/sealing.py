"""Held bytes lie encrypted: nothing on the host can run, index or clean them away.

One line for each piece, encrypted with its number, and a last line that says how many
there are; so no piece can be altered, dropped or put elsewhere unseen.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5 and 13.4.b.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from cryptography.fernet import InvalidToken

from portal.core import clock, secrets
from scanning import store
from scanning.models import Attachment, AttachmentState

PIECE = 1024 * 1024
_NUMBER = 8  # bytes before each piece: its number, or the count on the last line
_PIECE, _END = b"p", b"e"


class SealBrokenError(Exception):
    """A sealed file is not what was sealed."""


def seal_held(limit: int) -> int:
    """Seal held files that lie open; return how many. Safe to run twice."""
    waiting = Attachment.objects.filter(state=AttachmentState.HELD, sealed_at=None)
    sealed = 0
    for attachment in waiting.order_by("pk")[:limit]:
        seal(store.root() / attachment.stored_as)
        sealed += Attachment.objects.filter(pk=attachment.pk, sealed_at=None).update(
            sealed_at=clock.now()
        )
    return sealed


def seal(path: Path) -> None:
    """Encrypt a file beside itself, read it back, and only then remove the open one.

    Nothing happens if the file is gone: it was sealed before, or lost.
    """
    if not path.exists():
        return
    target = sealed_path(path)
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
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
    again = hashlib.sha256()
    for piece in opened(part):
        again.update(piece)
    if again.digest() != digest.digest():
        raise SealBrokenError(path.name)
    part.replace(target)
    store.sync_folder(target.parent)
    path.unlink()


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
