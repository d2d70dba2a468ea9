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
    rb"\b(?:DDE|WEBSERVICE|IMPORT(?:XML|DATA|HTML|FEED|RANGE)|CALL|EXEC|REGISTER|RTD|"
    rb"HYPERLINK|FILTERXML)[ \t]*\(",
    re.IGNORECASE,
)
# What Excel reads by its own old rules whatever the extension: macros included.
_SYLK = re.compile(rb"\AID;P[^\r\n]*[\r\n]+(?:[A-Z]{1,2};[^\r\n]*[\r\n]+|E[\r\n]*)+")


def table(file: IO[bytes], budget: Budget) -> Iterator[Found]:
    """Yield what is found in a text that a spreadsheet program opens."""
    file.seek(0)
    before, is_first = b"", True
    while chunk := file.read(_CHUNK):
        budget.tick()
        part = before + chunk.replace(b"\0", b"")
        bare = part.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe")
        if _commands(bare) or (is_first and _SYLK.match(bare)):
            yield Found("formula")
            return
        before, is_first = part[-_OVERLAP:], False


def _commands(part: bytes) -> bool:
    """Tell whether a command stands in a cell that is a formula."""
    for found in _COMMAND.finditer(part):
        line = max(part.rfind(end, 0, found.start()) for end in (b"\n", b"\r")) + 1
        start = max(line, found.start() - _LONGEST_CELL)
        if _CELL.search(part[start : found.start()]):
            return True
    return False
