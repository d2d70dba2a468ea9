"""Workbooks: their first sheet, line by line, within limits that hold for real bytes.

What a list of people never needs is refused before anything is parsed: macros, links
to other files, embedded objects, document types and entities.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from access.staff_lists.refusals import (
    ActiveWorkbookError,
    FileTooBigError,
    UnreadableFileError,
)

MOST_UNPACKED = 20 * 1024 * 1024  # bytes of all parts together
MOST_PARTS = 200
MOST_COLUMNS = 60

_ACTIVE = re.compile(
    r"vbaProject|macrosheets/|externalLinks/|embeddings/|activeX/|connections\.xml"
    r"|queryTables/|ctrlProps/",
    re.IGNORECASE,
)
_TYPES = "[Content_Types].xml"
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# What openpyxl and zipfile raise on files that are not what they claim to be.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)

Value = str | int | float | date | datetime | bool | None


class Formula:
    """What stands in a cell whose value would be computed."""


def lines(content: bytes) -> Iterator[tuple[int, list[Value | Formula]]]:
    """Yield the lines of the first sheet with their numbers, empty ones too.

    Raises FileTooBigError, ActiveWorkbookError or UnreadableFileError.
    """
    try:
        _inspect(content)
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, keep_links=False
        )
        sheet = book.worksheets[0]
        # What the sheet says of its own size may be wrong.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=MOST_COLUMNS)
        for number, row in enumerate(rows, start=1):
            yield number, [_value(cell) for cell in row]
    except _BROKEN as error:
        raise UnreadableFileError from error


def _value(cell: object) -> Value | Formula:
    kind = getattr(cell, "data_type", "n")
    if kind in {"f", "e"}:
        return Formula()
    value = getattr(cell, "value", None)
    if value is None or isinstance(value, str | int | float | date | bool):
        return value
    return str(value)  # a time or a length of time: no column takes one


def _inspect(content: bytes) -> None:
    """Refuse what a list never needs, reading each part once.

    zipfile hands out no more bytes of a part than its directory declares, so the sum
    of what is declared bounds what can unpack.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED:
            raise FileTooBigError
        if len(names) != len(parts) or _TYPES not in names:
            raise UnreadableFileError
        if any(_ACTIVE.search(name) for name in names):
            raise ActiveWorkbookError
        if b"macroenabled" in archive.read(_TYPES).lower():
            raise ActiveWorkbookError
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                _inspect_xml(archive.read(part))


def _inspect_xml(content: bytes) -> None:
    # In UTF-16 a declaration would not be seen, and no program writes parts so.
    if b"\0" in content or _DECLARATION.search(content):
        raise UnreadableFileError
