"""Commands in tables written as text, which spreadsheet programs carry out."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import IO

from scanning.inspection.limits import Budget
from scanning.verdicts import Found

_CHUNK = 1024 * 1024
_OVERLAP = 64 * 1024
_LONGEST_CELL = 32 * 1024  # what spreadsheet programs take
# A cell that begins as a formula; programs of East Asia take the wide signs too. It is
# matched without its sign as well, so that no run of blanks is walked from each blank.
_SIGN = rb"(?:[ \t]*+([=+@-]|\xef\xbc[\x9d\x8b\xa0\x8d]))?"
_FORMULA = re.compile(rb"(?:^|[,;|\t\r\n])[ \t]*+[\"']*+" + _SIGN)
# Plain sums and negative numbers do no harm; these start programs or fetch.
_COMMAND = re.compile(
    rb"\|[^\r\n|]{0,8192}!|"
    rb"\b(?:DDE|WEBSERVICE|IMAGE|IMPORT(?:XML|DATA|HTML|FEED|RANGE)|CALL|EXEC|"
    rb"REGISTER(?:\.ID)?|RTD|HYPERLINK|FILTERXML)[ \t]*\(",
    re.IGNORECASE,
)
# A cell in quotes goes on over the ends of lines; two quotes stand for one.
_QUOTED_FORMULA = re.compile(rb"(?:^|[,;|\t\r\n])[ \t]*+(?:\"" + _SIGN + rb")?")
_QUOTES = re.compile(rb"\"+")
_LINE_ENDS = re.compile(rb"[\r\n]")
_BYTE_ORDERS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# How Excel is told what divides the cells, in the first line.
_DIVIDER = re.compile(rb"\A\"?sep=([^\r\n\"]{1,4}?)\"?[\r\n]", re.IGNORECASE)
# What Excel reads by its own old rules whatever the extension: macros included.
_SYLK = re.compile(rb"\AID;P[^\r\n]*[\r\n]+(?:[A-Z]{1,2};[^\r\n]*[\r\n]+|E[\r\n]*)+")


def table(file: IO[bytes], budget: Budget) -> Iterator[Found]:
    """Yield what is found in a text that a spreadsheet program opens."""
    file.seek(0)
    before, divider = b"", b""
    while chunk := file.read(_CHUNK):
        budget.tick()
        part = before + chunk.replace(b"\0", b"")
        if file.tell() <= _CHUNK:
            part = _without_mark(part)
            told = _DIVIDER.match(part)
            divider = told[1] if told else b""
            if _SYLK.match(part):
                yield Found("formula")
                return
        if _commands(part.replace(divider, b",") if divider else part, budget):
            yield Found("formula")
            return
        before = part[-_OVERLAP:]


def _without_mark(part: bytes) -> bytes:
    for mark in _BYTE_ORDERS:
        part = part.removeprefix(mark)
    return part


def _commands(part: bytes, budget: Budget) -> bool:
    """Tell whether a command stands in a cell that is a formula."""
    if not _COMMAND.search(part):
        return False
    lines = [each.end() for each in _LINE_ENDS.finditer(part)]
    # An odd number of quotes opens a cell or ends it; pairs stand for quotes in it.
    quotes = _QUOTES.finditer(part)
    turns = [each.end() for each in quotes if (each.end() - each.start()) % 2]
    return _holds_command(part, _stretches(part, _FORMULA, lines), budget) or (
        _holds_command(part, _stretches(part, _QUOTED_FORMULA, turns), budget)
    )


def _stretches(
    part: bytes, begins: re.Pattern[bytes], ends: list[int]
) -> Iterator[tuple[int, int]]:
    """Yield from where to where formulas go, in ascending order.

    ends: where such cells end, in ascending order.
    """
    start = stop = 0
    for found in begins.finditer(part):
        if not found[1]:
            continue
        at = found.end()
        number = bisect_right(ends, at)
        end = ends[number] if number < len(ends) else len(part)
        end = min(end, at + _LONGEST_CELL)
        if at > stop:
            yield start, stop
            start = at
        stop = max(stop, end)
    yield start, stop


def _holds_command(
    part: bytes, stretches: Iterator[tuple[int, int]], budget: Budget
) -> bool:
    """Tell whether a command begins in one of them. Looks at each byte once."""
    found = _COMMAND.search(part)
    for start, stop in stretches:
        budget.tick()
        if found and found.start() < start:
            found = _COMMAND.search(part, start)
        if not found:
            return False
        if found.start() < stop:
            return True
    return False
