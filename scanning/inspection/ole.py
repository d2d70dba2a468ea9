"""What hides in a doc or xls: macros, commands, objects, a password."""

import struct
from collections.abc import Iterator
from typing import IO

from scanning.inspection import targets, workbooks
from scanning.inspection.compound import BrokenError, Compound, Entry
from scanning.inspection.fields import in_fields
from scanning.inspection.limits import Budget, LimitError
from scanning.verdicts import Found

_MACROS = {"_vba_project", "macros", "vba", "_vba_project_cur", "projectwm"}
_PACKED = {"\x01ole10native", "package", "equation native", "\x01ole10itemname"}
_PACKED |= {"\x03ocxname", "\x03ocxdata", "ctls"}  # controls of ActiveX
_PASSWORD = {"encryptedpackage", "encryptioninfo"}
_MOST_TEXT = 16 * 1024 * 1024  # bytes of one stream that we search
_MOST_BOOK = 64 * 1024 * 1024  # bytes; tables are larger than texts
_FIB = struct.Struct("<H8xH")
_ENCRYPTED_DOC = 0x0100
# Where the header of a document says that the names belonging to it lie, and which of
# them is its template ([MS-DOC] 2.5.6, 2.9.273).
_NAMES_AT, _NAME_OF_TEMPLATE, _OTHER_TABLE = 0x19A, 1, 0x0200
_LONG_NAMES = 0xFFFF
_LINKED, _FLAGS = 0x1, slice(4, 5)
# The name by which Windows knows a link to an address.
_ADDRESS_LINK = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")


def ole(file: IO[bytes], budget: Budget) -> Iterator[Found]:
    """Yield what is found in a compound file, or "damaged". Raises LimitError."""
    try:
        yield from _look(Compound(file), budget)
    except (BrokenError, struct.error, OSError, OverflowError):
        yield Found("damaged")


def _look(found: Compound, budget: Budget) -> Iterator[Found]:
    yield from _by_names({entry.name.lower() for entry in found.entries})
    if workbooks.pivots_refresh(found, budget):
        yield Found("remote_content")
    for entry in found.entries:
        budget.tick()
        if entry.is_stream:
            yield from _stream(found, entry, budget)


def _by_names(lower: set[str]) -> Iterator[Found]:
    if lower & _PASSWORD:
        yield Found("encrypted")
    if lower & _MACROS:
        yield Found("macro")
    if lower & _PACKED:
        yield Found("embedded_object")


def _stream(found: Compound, entry: Entry, budget: Budget) -> Iterator[Found]:
    name = entry.name.lower()  # the system that reads them ignores case
    if name == "worddocument":
        yield from _document(found, entry)
    elif name in {"workbook", "book"}:
        if entry.size > _MOST_BOOK:
            raise LimitError("limits_reached")
        yield from workbooks.workbook(found.read(entry, _MOST_BOOK), budget)
    elif name == "\x01ole":
        yield from _link(found.read(entry, 4096))


def _document(found: Compound, entry: Entry) -> Iterator[Found]:
    if entry.size > _MOST_TEXT:
        raise LimitError("limits_reached")
    content = found.read(entry, _MOST_TEXT)
    _sign, flags = _FIB.unpack_from(content)
    if flags & _ENCRYPTED_DOC:
        yield Found("encrypted")
    # Letters of one byte and of two, wherever they begin.
    yield from in_fields(content.replace(b"\0", b"").decode("latin-1"))
    table = "1table" if flags & _OTHER_TABLE else "0table"
    named = (each for each in found.entries if each.name.lower() == table)
    if any(targets.is_remote(_template(found, each, content)) for each in named):
        yield Found("remote_content")


def _template(found: Compound, table: Entry, header: bytes) -> str:
    """Return the template that a document names, empty if it names none."""
    if len(header) < _NAMES_AT + 8:
        return ""
    start, size = struct.unpack_from("<2I", header, _NAMES_AT)
    if not size:
        return ""
    names = found.read(table, min(start + size, _MOST_TEXT))[start:]
    mark, count, more = struct.unpack_from("<3H", names)
    at, text = 6, ""
    if mark != _LONG_NAMES or count <= _NAME_OF_TEMPLATE:
        return ""
    for _number in range(_NAME_OF_TEMPLATE + 1):
        (letters,) = struct.unpack_from("<H", names, at)
        text = names[at + 2 : at + 2 + letters * 2].decode("utf-16-le", "replace")
        at += 2 + letters * 2 + more
    return text


def _link(content: bytes) -> Iterator[Found]:
    is_linked = any(flag & _LINKED for flag in content[_FLAGS])
    if is_linked and _ADDRESS_LINK in content:
        yield Found("remote_content")
