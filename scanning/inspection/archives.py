"""Walk an archive, or a document that is one, within limits for the real bytes."""

import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from scanning.inspection import directory
from scanning.inspection.directory import Member, MisleadingError
from scanning.inspection.limits import Budget
from scanning.inspection.names import is_dangerous, leaves_its_folder, parts_of, shown
from scanning.verdicts import Found

_CHUNK = 64 * 1024
_METHODS = {directory.STORED, directory.DEFLATED}
_IN_MEMORY = 1024 * 1024
_DESCRIPTOR = b"PK\x07\x08"

Visit = Callable[[str, IO[bytes]], Iterator[Found]]


def walk(file: IO[bytes], budget: Budget, visit: Visit) -> Iterator[Found]:
    """Unpack each member once and yield what `visit` finds in it.

    visit: called with the member's name and its bytes, seekable, valid for the call.
    Yields what is wrong with the archive itself too. Raises LimitError.
    """
    try:
        members = directory.read(file, budget.count)
        budget.foresee(sum(member.size for member in members))
        for member in members:
            yield from _look_at(member)
        for member in members:
            if not member.is_encrypted and member.method in _METHODS:
                yield from _open(file, member, budget, visit)
    except (MisleadingError, struct.error, zlib.error):
        yield Found("damaged")


def _look_at(member: Member) -> Iterator[Found]:
    """Yield what the directory alone says against a member."""
    names = [name for name in (member.name, member.other_name) if name]
    if member.is_encrypted:
        yield Found("encrypted")
    elif member.method not in _METHODS:
        yield Found("archive_method")
    if member.is_special or any(leaves_its_folder(name) for name in names):
        yield Found("archive_path", {"member": shown(member.name)})
    if any(is_dangerous(part) for name in names for part in parts_of(name)):
        yield Found("dangerous_name")


def _open(
    file: IO[bytes], member: Member, budget: Budget, visit: Visit
) -> Iterator[Found]:
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        _unpack(file, member, spool, budget)
        if member.is_folder:
            if member.size:
                raise MisleadingError("a folder that holds bytes")
            return
        for name in (member.name, member.other_name):
            if name:
                spool.seek(0)
                yield from visit(name, spool)


def _unpack(
    file: IO[bytes],
    member: Member,
    target: "tempfile.SpooledTemporaryFile[bytes]",
    budget: Budget,
) -> None:
    """Copy a member's bytes out. Raises MisleadingError if it is not what it says."""
    crc = size = 0
    for chunk in _chunks(file, member):
        budget.unpack(len(chunk))
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        if size > member.size:
            break
        target.write(chunk)
    if (crc, size) != (member.crc, member.size):
        raise MisleadingError("a member unpacks to something else than declared")


def _chunks(file: IO[bytes], member: Member) -> Iterator[bytes]:
    if member.method == directory.STORED:
        yield from _stored(file, member)
        return
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    for packed in _packed(file, member):
        if engine.eof:
            raise MisleadingError("bytes hide behind a member")
        rest = packed
        while rest and not engine.eof:
            yield engine.decompress(rest, _CHUNK)
            rest = engine.unconsumed_tail
    while not engine.eof and (last := engine.decompress(b"", _CHUNK)):
        yield last
    if not engine.eof or engine.unused_data:
        raise MisleadingError("a member does not end where it says")


def _stored(file: IO[bytes], member: Member) -> Iterator[bytes]:
    """Yield bytes as they are; their end must be the same to who reads forward."""
    before = b""
    for chunk in _packed(file, member):
        if member.flags & directory.SIZES_FOLLOW and _DESCRIPTOR in before + chunk:
            raise MisleadingError("a reader from the front would stop earlier")
        before = chunk[-3:]
        yield chunk


def _packed(file: IO[bytes], member: Member) -> Iterator[bytes]:
    position = member.start
    while position < member.end:
        file.seek(position)
        chunk = file.read(min(_CHUNK, member.end - position))
        if not chunk:
            raise MisleadingError("a member is cut short")
        position += len(chunk)
        yield chunk
