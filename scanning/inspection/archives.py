"""Walk an archive, or a document that is one, within limits that hold for real bytes.

What the directory of an archive claims is compared with the headers of its members and
with what really unpacks: 50 of 51 engines were deceived by a directory that lies.
"""

import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from scanning.inspection.types import BROKEN_ZIP
from scanning.verdicts import Found

_CHUNK = 64 * 1024
_LOCAL = struct.Struct("<4s5H3I2H")
_LOCAL_SIGN = b"PK\x03\x04"
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED, _SIZES_FOLLOW = 0x1, 0x8
_IN_MEMORY = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How far we follow an archive; beyond, it cannot be vouched for."""

    depth: int = 3
    members: int = 2000
    unpacked: int = 400 * 1024 * 1024  # bytes, of all members at all depths
    ratio: int = 200  # unpacked to packed, once over `ratio_from` bytes
    ratio_from: int = 16 * 1024 * 1024


class LimitError(Exception):
    """A limit is reached; `code` is the finding."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Budget:
    """What is left of the limits during one walk."""

    limits: Limits
    packed: int  # bytes of the outermost file
    members: int = 0
    unpacked: int = 0

    def enter(self, depth: int) -> None:
        """Go one archive deeper. Raises LimitError beyond the depth."""
        if depth > self.limits.depth:
            raise LimitError("archive_too_deep")

    def count(self, members: int) -> None:
        """Add members. Raises LimitError if there are too many."""
        self.members += members
        if self.members > self.limits.members:
            raise LimitError("archive_too_many")

    def unpack(self, size: int) -> None:
        """Add unpacked bytes. Raises LimitError if there are too many."""
        self.unpacked += size
        bomb = self.unpacked > max(
            self.limits.ratio_from, self.limits.ratio * self.packed
        )
        if bomb or self.unpacked > self.limits.unpacked:
            raise LimitError("archive_too_big")

    def foresee(self, size: int) -> None:
        """Refuse declared bytes that would not fit, before unpacking them."""
        if self.unpacked + size > self.limits.unpacked:
            raise LimitError("archive_too_big")


Visit = Callable[[str, IO[bytes]], Iterator[Found]]


def walk(file: IO[bytes], budget: Budget, visit: Visit) -> Iterator[Found]:
    """Unpack each member once and yield what `visit` finds in it.

    visit: called with the member's name and its bytes, seekable, valid for the call.
    Yields "damaged" or "encrypted" for what cannot be looked into. Raises LimitError.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            yield from _walk(file, archive, budget, visit)
    except BROKEN_ZIP:
        yield Found("damaged")


def _walk(
    file: IO[bytes], archive: zipfile.ZipFile, budget: Budget, visit: Visit
) -> Iterator[Found]:
    members = archive.infolist()
    budget.count(len(members))
    budget.foresee(sum(info.file_size for info in members))
    if _is_misleading(file, archive, members):
        yield Found("damaged")
        return
    if any(info.flag_bits & _ENCRYPTED for info in members):
        yield Found("encrypted")
    for info in members:
        if info.is_dir() or info.flag_bits & _ENCRYPTED:
            continue
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
            with archive.open(info) as packed:
                _copy(packed, spool, budget)
            spool.seek(0)
            yield from visit(info.filename, spool)


def _copy(
    source: IO[bytes], target: "tempfile.SpooledTemporaryFile[bytes]", budget: Budget
) -> None:
    while chunk := source.read(_CHUNK):
        budget.unpack(len(chunk))
        target.write(chunk)


def _is_misleading(
    file: IO[bytes], archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]
) -> bool:
    """Tell whether the directory and the members of an archive disagree."""
    names = [info.filename for info in members]
    if len(set(names)) != len(names):
        return True
    ordered = sorted(members, key=lambda info: info.header_offset)
    if ordered and ordered[0].header_offset != 0:
        return True
    file.seek(0, 2)
    if file.tell() != _end_of(file, archive):
        return True
    end = 0
    for info in ordered:
        if info.compress_type not in _METHODS or info.header_offset < end:
            return True
        end = _end_of_member(file, info)
        if end < 0 or end > archive.start_dir:
            return True
    return False


def _end_of(file: IO[bytes], archive: zipfile.ZipFile) -> int:
    """Return where the archive says that it ends, by its last record."""
    size = 22 + len(archive.comment)
    file.seek(-min(size, file.tell()), 2)
    at = file.tell()
    return at + size if file.read(4) == b"PK\x05\x06" else -1


def _end_of_member(file: IO[bytes], info: zipfile.ZipInfo) -> int:
    """Return where the packed bytes of a member end, -1 if its own header differs."""
    file.seek(info.header_offset)
    raw = file.read(_LOCAL.size)
    if len(raw) != _LOCAL.size:
        return -1
    sign, _version, flags, method, _t, _d, _crc, packed, size, name, extra = (
        _LOCAL.unpack(raw)
    )
    own_name = file.read(name)
    agrees = (
        sign == _LOCAL_SIGN
        and method == info.compress_type
        and flags & _ENCRYPTED == info.flag_bits & _ENCRYPTED
        and own_name == _raw_name(info)
    )
    if not flags & _SIZES_FOLLOW:
        agrees &= (packed, size) == (info.compress_size, info.file_size)
    start = info.header_offset + _LOCAL.size + name + extra
    return start + info.compress_size if agrees else -1


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    is_utf8 = info.flag_bits & 0x800
    return info.orig_filename.encode("utf-8" if is_utf8 else "cp437")
