"""The records of an xls: a password, macros, commands, and questions to elsewhere.

Source of the numbers: [MS-XLS] 2.3, 2.4.
"""

import re
import struct
from collections.abc import Iterator

from scanning.inspection.compound import Compound
from scanning.inspection.limits import Budget
from scanning.verdicts import Found

_RECORD = struct.Struct("<HH")
_EOF, _FILEPASS, _SHEET, _SUPBOOK = 0x000A, 0x002F, 0x0085, 0x01AE
_QUERY, _QUERY_TABLE, _BEGIN = 0x00DC, 0x01AD, 0x0809
_SHEET_AT = struct.Struct("<I")
_SHEET_KIND = 5
_MACRO_SHEETS = {1, 6}  # Excel 4 macros, Visual Basic
_DDE_SEPARATOR = b"\x03"
# A table of the rows of a query, and whether it asks for them when the book is opened.
_QUERY_TABLE_SIGN = _QUERY_TABLE.to_bytes(2, "little")
_FLAGS = struct.Struct("<H")
_ASKS_AT_OPENING = 0x0020
_KIND_OF_SOURCE, _FROM_WEB, _IS_WEB = 0x0007, 4, 0x0040
# Tables that sum up rows keep them in streams of their own, named by four digits.
_CACHE = re.compile(r"[0-9a-f]{4}")
_CACHE_RECORD, _CACHE_FLAGS_AT, _CACHE_ASKS = 0x00C6, 6, 0x0004
_CACHE_HEAD = 64 * 1024
_CACHE_SOURCE_AT, _FROM_ITSELF = 16, {1, 4, 16}
_TICK = 4096  # records between two looks at the clock


def workbook(content: bytes, budget: Budget) -> Iterator[Found]:
    """Yield what is found in the stream of a workbook. Raises LimitError.

    The first part describes the whole; each sheet is read from where it says.
    """
    sheets = set()
    for kind, body in _records(content, 0, budget):
        if kind == _FILEPASS:
            yield Found("encrypted")
            return
        if kind == _SHEET and len(body) > _SHEET_KIND:
            sheets.add(_SHEET_AT.unpack_from(body)[0])
            if body[_SHEET_KIND] in _MACRO_SHEETS:
                yield Found("macro")
        elif kind == _SUPBOOK and _DDE_SEPARATOR in body[4:].replace(b"\0", b""):
            yield Found("dde")
    if _QUERY_TABLE_SIGN in content and _asks(content, sheets, budget):
        yield Found("remote_content")


def _asks(content: bytes, sheets: set[int], budget: Budget) -> bool:
    """Tell whether a sheet has a query of the web, or one that runs at the opening."""
    return any(
        _asks_elsewhere(kind, body)
        for start in sorted(sheets)
        for kind, body in _records(content, start, budget, nested=True)
    )


def _asks_elsewhere(kind: int, body: bytes) -> bool:
    if kind not in {_QUERY_TABLE, _QUERY} or len(body) < _FLAGS.size:
        return False
    (flags,) = _FLAGS.unpack_from(body)
    if kind == _QUERY_TABLE:
        return bool(flags & _ASKS_AT_OPENING)
    return flags & _KIND_OF_SOURCE == _FROM_WEB or bool(flags & _IS_WEB)


def _records(
    content: bytes, at: int, budget: Budget, *, nested: bool = False
) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part: their kind and their bytes.

    nested: whether the part may hold others, as a sheet its charts.
    """
    number = depth = 0
    while at + _RECORD.size <= len(content):
        if not number % _TICK:
            budget.tick()
        kind, size = _RECORD.unpack_from(content, at)
        if kind == _BEGIN:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0 or not nested:
                return
        at += _RECORD.size
        yield kind, content[at : at + size]
        at += size
        number += 1


def pivots_refresh(found: Compound, budget: Budget) -> bool:
    """Tell whether a table that sums up rows from elsewhere asks when it is opened."""
    for entry in found.entries:
        if entry.is_stream and _CACHE.fullmatch(entry.name.lower()):
            records = _records(found.read(entry, _CACHE_HEAD), 0, budget)
            if any(
                kind == _CACHE_RECORD and _cache_asks(body) for kind, body in records
            ):
                return True
    return False


def _cache_asks(body: bytes) -> bool:
    if len(body) < _CACHE_SOURCE_AT + _FLAGS.size:
        return False
    (flags,) = _FLAGS.unpack_from(body, _CACHE_FLAGS_AT)
    (source,) = _FLAGS.unpack_from(body, _CACHE_SOURCE_AT)
    return bool(flags & _CACHE_ASKS) and source not in _FROM_ITSELF
