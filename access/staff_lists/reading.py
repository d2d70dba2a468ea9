"""A file becomes a table: which line is the heading, which column is which."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from access.staff_lists import tables, workbooks
from access.staff_lists.columns import BY_KEY, REQUIRED, key_of
from access.staff_lists.refusals import (
    FileTooBigError,
    NobodyError,
    NoHeadingError,
    OldWorkbookError,
    TooManyPeopleError,
    TwiceError,
    UnreadableFileError,
)
from access.staff_lists.workbooks import Formula, Value

MOST_BYTES = 1024 * 1024
MOST_PEOPLE = 300
_HEADING_WITHIN = 20  # lines: above the heading stand titles
_MOST_LINES = 20_000  # empty ones too: formatted sheets have many

_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_OTHER = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf")

Cell = Value | Formula


@dataclass(frozen=True)
class Line:
    """One person as he stands in the file; number: of the line, as programs show it."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Table:
    """The people of a file, and the headings that nobody reads."""

    lines: list[Line]
    unknown: list[str]


def read(content: bytes) -> Table:
    """Find the table in an XLSX or CSV file.

    Raises a refusal of `access.staff_lists.refusals`.
    """
    found = _all_lines(content)
    keys, unknown = _heading(found)
    people: list[Line] = []
    for number, cells in found:
        if number > _MOST_LINES:
            raise TooManyPeopleError(most=MOST_PEOPLE)
        if all(_is_empty(cell) for cell in cells):
            continue
        if len(people) == MOST_PEOPLE:
            raise TooManyPeopleError(most=MOST_PEOPLE)
        named = zip(keys, cells, strict=False)
        people.append(Line(number, {key: cell for key, cell in named if key}))
    if not people:
        raise NobodyError
    return Table(people, unknown)


def _all_lines(content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    if len(content) > MOST_BYTES:
        raise FileTooBigError
    if content.startswith(_OLD_WORKBOOK):
        raise OldWorkbookError
    if content.startswith(_OTHER):
        raise UnreadableFileError
    if content.startswith(_WORKBOOK):
        return workbooks.lines(content)
    return ((number, list(cells)) for number, cells in tables.lines(content))


def _heading(
    found: Iterator[tuple[int, list[Cell]]],
) -> tuple[list[str | None], list[str]]:
    """Read as far as the heading; return the column of each cell, and the unknown."""
    for number, cells in found:
        keys = [key_of(cell) for cell in cells]
        if {column.key for column in REQUIRED} <= set(keys):
            for key, times in Counter(filter(None, keys)).items():
                if times > 1:
                    raise TwiceError(column=BY_KEY[key].heading)
            pairs = zip(cells, keys, strict=True)
            return keys, [str(c) for c, key in pairs if not (key or _is_empty(c))]
        if number >= _HEADING_WITHIN:
            break
    names = ", ".join(f"“{column.heading}”" for column in REQUIRED)
    raise NoHeadingError(columns=names)


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
