"""Commands in tables written as text, which spreadsheet programs carry out."""

import re
from collections.abc import Iterator
from typing import IO

from scanning.inspection.limits import Budget
from scanning.verdicts import Found

_CHUNK = 1024 * 1024
_OVERLAP = 64 * 1024
_LONGEST_CELL = 32 * 1024  # what spreadsheet programs take
# A cell that begins as a formula; programs of East Asia take the wide signs too.
_CELL = re.compile(
    rb"(?:^|[,;|\t])[ \t]*[\"']*[ \t]*(?:[=+@-]|\xef\xbc[\x9d\x8b\xa0\x8d])"
)
# Plain sums and negative numbers do no harm; these start programs or fetch.
_COMMAND = re.compile(
    rb"\|[^\r\n|]{0,8192}!|"
    rb"\b(?:DDE|WEBSERVICE|IMAGE|IMPORT(?:XML|DATA|HTML|FEED|RANGE)|CALL|EXEC|"
    rb"REGISTER(?:\.ID)?|RTD|HYPERLINK|FILTERXML)[ \t]*\(",
    re.IGNORECASE,
)
# A cell in quotes goes on over the ends of lines; two quotes stand for one.
_OPEN_CELL = re.compile(
    rb"(?:^|[,;|\t\r\n])[ \t]*\"[ \t]*(?:[=+@-]|\xef\xbc[\x9d\x8b\xa0\x8d])"
    rb"(?:[^\"]|\"\")*+\Z"
)
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
    for found in _COMMAND.finditer(part):
        budget.tick()
        line = max(part.rfind(end, 0, found.start()) for end in (b"\n", b"\r")) + 1
        cell = max(0, found.start() - _LONGEST_CELL)
        if _CELL.search(part[max(line, cell) : found.start()]):
            return True
        if _OPEN_CELL.search(part[cell : found.start()]):
            return True
    return False
