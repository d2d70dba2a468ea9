"""The directory of a ZIP file, read so that no other reader can see other members.

Every byte must be accounted for: members lie one after the other from the first byte,
each with a header of its own that says what the directory says, then the directory,
then its end. Whatever two programs could read differently is refused: 50 of 51 engines
were deceived by a directory that lies (CVE-2026-0866).
"""

import stat
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

STORED, DEFLATED, AES = 0, 8, 99
ENCRYPTED, SIZES_FOLLOW, PATCHED, STRONG = 0x1, 0x8, 0x20, 0x40
UTF8, MASKED = 0x800, 0x2000
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_LONGEST_COMMENT = 0xFFFF
_FARTHEST = 2**48
_UNIX = frozenset({3, 19})  # systems that keep the mode of a file
_SUSPECT_IN_COMMENT = (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06")
_DESCRIPTOR = b"PK\x07\x08"


class MisleadingError(ValueError):
    """Parts of an archive contradict each other, or do not fit together."""


@dataclass(frozen=True)
class Member:
    """One member. Sizes in bytes; `start`: where its packed bytes begin."""

    raw_name: bytes
    name: str
    other_name: str  # as a field beside the name has it, else empty
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    mode: int  # of Unix, 0 if unknown
    start: int
    end: int  # of its packed bytes

    @property
    def is_encrypted(self) -> bool:
        """Tell whether only a password opens it."""
        return bool(self.flags & (ENCRYPTED | STRONG)) or self.method == AES

    @property
    def is_folder(self) -> bool:
        """Tell whether it is the mere name of a folder."""
        return self.name.endswith("/")

    @property
    def is_special(self) -> bool:
        """Tell whether it is a link or a device rather than a file."""
        kind = stat.S_IFMT(self.mode)
        return kind not in {0, stat.S_IFREG, stat.S_IFDIR}


@dataclass(frozen=True)
class _Entry:
    """A line of the directory, its 64-bit fields resolved."""

    system: int
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    attributes: int
    offset: int
    raw_name: bytes
    extra: dict[int, bytes]


@dataclass(frozen=True)
class _End:
    count: int
    size: int
    offset: int


def read(file: IO[bytes], count: Callable[[int], None]) -> list[Member]:
    """Return the members in the order of their bytes.

    count: called with their number before they are read; may raise.
    Raises MisleadingError, or struct.error where a record is cut short.
    """
    end = _read_end(file)
    count(end.count)
    entries = sorted(_read_entries(file, end), key=lambda entry: entry.offset)
    if len({entry.raw_name for entry in entries}) != len(entries):
        raise MisleadingError("two members have one name")
    bounds = [*(entry.offset for entry in entries), end.offset]
    if bounds[0] != 0:
        raise MisleadingError("something lies before the first member")
    return [
        _read_member(file, entry, bound)
        for entry, bound in zip(entries, bounds[1:], strict=True)
    ]


def _read_end(file: IO[bytes]) -> _End:
    length = file.seek(0, 2)
    tail_at = max(0, length - _END.size - _LONGEST_COMMENT)
    file.seek(tail_at)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise MisleadingError("no end of the directory")
    fields = _END.unpack_from(tail, at)
    _sign, disk, first_disk, here, count, size, offset, comment = fields
    if at + _END.size + comment != len(tail):
        raise MisleadingError("something follows the end")
    if any(sign in tail[at + 4 :] for sign in _SUSPECT_IN_COMMENT):
        raise MisleadingError("the comment looks like an archive")
    if disk or first_disk or here != count:
        raise MisleadingError("one part of several")
    found, position = _End(count, size, offset), tail_at + at
    found, position = _end64(file, found, position)
    if found.offset + found.size != position:
        raise MisleadingError("the directory does not end where it says")
    return found


def _end64(file: IO[bytes], end: _End, position: int) -> tuple[_End, int]:
    """Resolve the 64-bit end record, if there is one before the end at `position`."""
    overflow = end.count == _FULL16 or _FULL32 in {end.size, end.offset}
    locator_at = position - _LOCATOR.size
    if locator_at < 0 or not (raw := _at(file, locator_at, _LOCATOR.size)).startswith(
        b"PK\x06\x07"
    ):
        if overflow:
            raise MisleadingError("the 64-bit end is missing")
        return end, position
    _sign, disk, at, disks = _LOCATOR.unpack(raw)
    record = _END64.unpack(_at(file, at, _END64.size))
    sign, length, _by, _need, own_disk, first_disk, here, count, size, offset = record
    fits = sign == b"PK\x06\x06" and at + 12 + length == locator_at
    if not fits or disk or own_disk or first_disk or disks != 1 or here != count:
        raise MisleadingError("the 64-bit end does not fit")
    for small, full, large in (
        (end.count, _FULL16, count),
        (end.size, _FULL32, size),
        (end.offset, _FULL32, offset),
    ):
        if small not in {full, large}:
            raise MisleadingError("two ends that disagree")
    return _End(count, size, offset), at


def _read_entries(file: IO[bytes], end: _End) -> list[_Entry]:
    _at(file, end.offset, 0)
    left, entries = end.size, []
    for _ in range(end.count):
        raw = file.read(_CENTRAL.size)
        fields = _CENTRAL.unpack(raw)
        sign, by, _need, flags, method, _t, _d, crc, packed, size = fields[:10]
        name, extra, comment, disk, _inner, attributes, offset = fields[10:]
        body = file.read(name + extra + comment)
        left -= _CENTRAL.size + len(body)
        if sign != b"PK\x01\x02" or left < 0:
            raise MisleadingError("no entry of the directory")
        fields_beside = _extra(body[name : name + extra])
        size, packed, offset, disk = _wide(
            [(size, _FULL32), (packed, _FULL32), (offset, _FULL32), (disk, _FULL16)],
            fields_beside.get(_ZIP64),
        )
        if disk or flags & (PATCHED | MASKED):
            raise MisleadingError("masked, or one part of several")
        entries.append(
            _Entry(
                by >> 8, flags, method, crc, packed, size, attributes, offset,
                body[:name], fields_beside,
            )
        )  # fmt: skip
    if left:
        raise MisleadingError("more entries than counted")
    return entries


def _extra(raw: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(raw):
        kind, size = struct.unpack_from("<HH", raw, at)
        if kind in found and kind in {_ZIP64, _UNICODE_PATH}:
            raise MisleadingError("a field comes twice")
        found[kind] = raw[at + 4 : at + 4 + size]
        at += 4 + size
    if at > len(raw) or any(raw[at:]):
        raise MisleadingError("the fields beside a name do not fit")
    return found


def _wide(fields: list[tuple[int, int]], beside: bytes | None) -> list[int]:
    """Replace what did not fit by its 64-bit value; refuse two values for one field.

    fields: each value with the one that stands for "too large".
    """
    widths = [4 if full == _FULL16 else 8 for _value, full in fields]
    missing = [value == full for value, full in fields]
    # Some programs keep room for it with zeros, and then do not need it.
    if beside is None or not (any(missing) or any(beside)):
        return [value for value, _full in fields]
    as_meant = sum(w for w, absent in zip(widths, missing, strict=True) if absent)
    # Some programs repeat all fields in their order; then each must agree.
    repeats = len(beside) != as_meant
    found, at = [], 0
    for (value, _full), width, absent in zip(fields, widths, missing, strict=True):
        if not (absent or repeats) or (repeats and not absent and at == len(beside)):
            found.append(value)
            continue
        wide = int.from_bytes(beside[at : at + width], "little")
        at += width
        if at > len(beside) or not (absent or wide == value):
            raise MisleadingError("two sizes that disagree")
        found.append(wide)
    if at != len(beside):
        raise MisleadingError("a 64-bit field that does not fit")
    return found


def _read_member(file: IO[bytes], entry: _Entry, bound: int) -> Member:
    """Compare an entry with the header of its member, which ends at `bound`."""
    raw = _at(file, entry.offset, _LOCAL.size)
    sign, _need, flags, method, _t, _d, crc, packed, size, name, extra = _LOCAL.unpack(
        raw
    )
    own_name = file.read(name)
    beside = _extra(file.read(extra))
    same = ENCRYPTED | STRONG | MASKED | PATCHED
    if not own_name.isascii():
        same |= UTF8
    if (
        sign != b"PK\x03\x04"
        or method != entry.method
        or (flags ^ entry.flags) & same
        or own_name != entry.raw_name
    ):
        raise MisleadingError("a member has another header than the directory says")
    start = entry.offset + _LOCAL.size + name + extra
    end = start + entry.packed
    own = (crc, *_own_sizes(size, packed, beside, later=bool(flags & SIZES_FOLLOW)))
    declared = (entry.crc, entry.size, entry.packed)
    if flags & SIZES_FOLLOW:
        fits = all(a in {0, b} for a, b in zip(own, declared, strict=True))
        fits &= _descriptor_fits(_at(file, end, max(0, bound - end)), declared)
    else:
        fits = own == declared and end == bound
    if not fits:
        raise MisleadingError("a member has other sizes than the directory says")
    return _member(entry, beside, start, end)


def _own_sizes(
    size: int, packed: int, beside: dict[int, bytes], *, later: bool
) -> tuple[int, int]:
    """Return size and packed size as the member's own header has them."""
    wide = beside.get(_ZIP64)
    if wide is None:
        return size, packed
    if later and not any(wide):  # written before they were known
        return (0, 0) if size == packed == _FULL32 else (size, packed)
    found = _wide([(size, _FULL32), (packed, _FULL32)], wide[:16])
    return found[0], found[1]


def _descriptor_fits(raw: bytes, declared: tuple[int, int, int]) -> bool:
    """Tell whether the record after a member says what the directory says."""
    crc, size, packed = declared
    for layout in ("<3I", "<I2Q"):
        try:
            plain = struct.pack(layout, crc, packed, size)
        except struct.error:
            continue
        if raw in {plain, _DESCRIPTOR + plain}:
            return True
    return False


def _member(entry: _Entry, own: dict[int, bytes], start: int, end: int) -> Member:
    raw = entry.raw_name
    name = _decoded(raw, utf8=bool(entry.flags & UTF8))
    others = {
        _decoded(field[5:], utf8=True)
        for extra in (entry.extra, own)
        if (field := extra.get(_UNICODE_PATH)) is not None
    } - {name}
    if len(others) > 1 or b"\0" in raw:
        raise MisleadingError("a member has several names")
    return Member(
        raw_name=raw,
        name=name,
        other_name=next(iter(others), ""),
        flags=entry.flags,
        method=entry.method,
        crc=entry.crc,
        packed=entry.packed,
        size=entry.size,
        mode=entry.attributes >> 16 if entry.system in _UNIX else 0,
        start=start,
        end=end,
    )


def _decoded(raw: bytes, *, utf8: bool) -> str:
    try:
        return raw.decode("utf-8")  # many programs write it without saying so
    except UnicodeDecodeError:
        if utf8:
            raise MisleadingError("a name is not in the encoding it claims") from None
        return raw.decode("cp437")


def _at(file: IO[bytes], position: int, size: int) -> bytes:
    if position >= _FARTHEST:
        raise MisleadingError("a place beyond every end")
    file.seek(position)
    return file.read(size)
