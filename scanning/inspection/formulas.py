"""Formulas that start programs, or fetch from other machines, whatever holds them."""

import re
from collections.abc import Iterator
from html import unescape
from typing import IO

from scanning.inspection.limits import Budget
from scanning.verdicts import Found

_CHUNK = 1024 * 1024
_LONGEST = 64 * 1024  # bytes of one formula with what codes make of its letters
# Spreadsheets have no prefix for it, or any; comments and sections may lie within.
_FORMULA = re.compile(
    rb"[<:]f(?:\s[^<>]*+)?>"
    rb"([^<]*+(?:<!.{0,65536}?(?=</(?:[^\s<>/:]{1,40}+:)?f\s*>))?)",
    re.DOTALL,
)
_NOTES = re.compile(rb"<!--.*?-->|<!\[CDATA\[|\]\]>", re.DOTALL)
_TEXTS = re.compile(r'"[^"]*"')
_COMMAND = re.compile(
    r"[\w'.]\|(?:'(?:[^']|'')*'|[\w.]+)!|"
    r"(?<![a-z0-9])(?:WEBSERVICE|IMAGE|IMPORT(?:XML|DATA|HTML|FEED|RANGE)|DDE|CALL|EXEC|"
    r"REGISTER(?:\.ID)?|RTD)\s*\(",
    re.IGNORECASE,
)
# What each formula that acts must hold, or what may spell it.
_HINTS = (
    b"|", b"&#", b"<!", b"SERVICE", b"IMAGE", b"IMPORT", b"DDE", b"CALL", b"EXEC",
    b"REGISTER", b"RTD",
)  # fmt: skip


def in_sheet(file: IO[bytes], budget: Budget) -> Iterator[Found]:
    """Yield what the formulas of a sheet in XML do. Raises LimitError."""
    file.seek(0)
    before = b""
    while chunk := file.read(_CHUNK):
        budget.tick()
        part = before + chunk.replace(b"\0", b"")  # as good as any reading of UTF-16
        formulas = _FORMULA.findall(part)
        large = b"\n".join(formulas).upper()
        # Most sheets hold no such word: then no formula is looked at on its own.
        if any(hint in large for hint in _HINTS) and any(map(_acts, formulas)):
            yield Found("formula")
            return
        before = part[-_LONGEST:]


def _acts(raw: bytes) -> bool:
    """Tell whether one formula starts a program or fetches."""
    plain = unescape(_NOTES.sub(b"", raw).decode("utf-8", "replace"))
    return bool(_COMMAND.search(_TEXTS.sub('""', plain)))
