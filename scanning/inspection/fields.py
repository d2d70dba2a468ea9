"""Instructions of fields, alike in doc, docx and rtf: which of them act.

A field is text between marks, as Word keeps it: BEGIN, its instruction, RESULT, what it
shows, END. Fields lie within one another, in the instruction too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scanning.inspection import targets
from scanning.verdicts import Found

BEGIN, RESULT, END = "\x13", "\x14", "\x15"
_MARKS = re.compile("[\x13-\x15]")
_DEEPEST = 32  # beyond, a field counts as a part of the one around it
_LONGEST = 64 * 1024  # characters of one field that we keep
_DDE = re.compile(r"[\W_]*DDE(?:AUTO)?(?![a-z])", re.IGNORECASE)
_DDE_ANYWHERE = re.compile(r"DDEAUTO", re.IGNORECASE)
_FETCHES = re.compile(r"[\s\"]*(?:INCLUDETEXT|IMPORT|LINK|RD)\b", re.IGNORECASE)
_SHOWS = re.compile(r"[\s\"]*INCLUDEPICTURE\b", re.IGNORECASE)
_LEADS = re.compile(
    r"[\s\"]*HYPERLINK\b(?:\s+\\[a-z](?=\s))*\s*\"?([^\"]+)", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"https?:|ftp:|file://|[\s\"]\\{2,}[\w?.]|\\{4}|[\s\"]//\w", re.IGNORECASE
)
_SHARE = re.compile(
    r"[\s\"]\\{2,}[\w?.]|\\{4}\w|[\s\"]//\w|file:(?://(?!/|localhost/)|/{4}|\\)",
    re.IGNORECASE,
)


@dataclass
class _Field:
    """One field while it is read. own: its instruction; whole: with what lies in it."""

    own: str = ""
    whole: str = ""
    is_instruction: bool = True

    def add(self, text: str, *, own: bool) -> None:
        """Keep text as far as there is room."""
        if own:
            self.own += text[: _LONGEST - len(self.own)]
        self.whole += text[: _LONGEST - len(self.whole)]


@dataclass
class _Reading:
    open: list[_Field] = field(default_factory=list)
    floor: int = 0  # so many are open from the beginning to the end
    too_deep: int = 0


def in_fields(text: str, *, bare: bool = False) -> Iterator[Found]:
    """Yield what the fields in a text do.

    bare: whether text outside every mark is an instruction too.
    """
    reading = _Reading([_Field()] if bare else [], floor=int(bare))
    at = 0
    for mark in _MARKS.finditer(text):
        yield from _piece(reading, text, at, mark.start())
        yield from _turn(reading, mark.group())
        at = mark.end()
    yield from _piece(reading, text, at, len(text))
    for each in reading.open:
        yield from _judged(each)


def _piece(reading: _Reading, text: str, start: int, end: int) -> Iterator[Found]:
    top = reading.open[-1] if reading.open else None
    if top is None or start == end or not top.is_instruction:
        return
    if _DDE.match(text, start, end):
        yield Found("dde")
    piece = text[start : min(end, start + _LONGEST)]
    yield from _judged(_Field(piece, piece))
    for each in reading.open:
        each.add(piece, own=each is top)


def _turn(reading: _Reading, mark: str) -> Iterator[Found]:
    """Go into a field, to its result, or out of it."""
    if mark == BEGIN:
        if len(reading.open) < _DEEPEST:
            reading.open.append(_Field())
        else:
            reading.too_deep += 1
    elif mark == END and reading.too_deep:
        reading.too_deep -= 1
    elif len(reading.open) <= reading.floor:
        return
    elif mark == END:
        yield from _judged(reading.open.pop())
    elif not reading.too_deep:
        reading.open[-1].is_instruction = False


def _judged(found: _Field) -> Iterator[Found]:
    if _DDE.match(found.own) or _DDE_ANYWHERE.search(found.whole):
        yield Found("dde")
    if _FETCHES.match(found.own) and _ADDRESS.search(found.whole):
        yield Found("remote_content")
    if _SHOWS.match(found.own) and _SHARE.search(found.whole):
        yield Found("remote_content")
    leads = _LEADS.match(found.own)
    if leads and targets.starts_a_program(leads.group(1)):
        yield Found("office_launch")
