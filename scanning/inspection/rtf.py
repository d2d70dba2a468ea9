"""What hides in an RTF document: objects of other programs, commands, templates."""

import re
from collections.abc import Iterator
from typing import IO

from scanning.inspection import fields, targets
from scanning.inspection.limits import Budget
from scanning.inspection.types import window
from scanning.inspection.windows import finditer, search
from scanning.verdicts import Found

_OBJECT = re.compile(
    rb"\\obj(?:data|emb|ocx|link|autlink|update|class|html|sub|pub|icemb)(?![a-z])"
)
_INSTRUCTION = re.compile(rb"\\fldinst(?![a-z])")
_TEMPLATE = re.compile(rb"\\template(?![a-z])")
_LONGEST = 256 * 1024  # bytes of an instruction that we read
_TEMPLATE_LENGTH = 4096
_WORD = re.compile(
    rb"\\(?:'([0-9a-fA-F]{2})|u(-?\d+) ?\??|([a-zA-Z]+)-?\d* ?|\*|\r|\n)"
)
_MARKS = {b"field": fields.BEGIN, b"fldrslt": fields.RESULT}


def rtf(file: IO[bytes], budget: Budget) -> Iterator[Found]:
    """Yield what is found in an RTF document. Raises LimitError."""
    content = window(file)
    if search(_OBJECT, content, budget):
        yield Found("embedded_object")
    for found in finditer(_INSTRUCTION, content, budget):
        budget.tick()
        text, is_whole = _plain(content[found.end() : found.end() + _LONGEST])
        yield from fields.in_fields(text, bare=True)
        if not is_whole:
            yield Found("damaged")
    for found in finditer(_TEMPLATE, content, budget):
        text, _ = _plain(content[found.end() : found.end() + _TEMPLATE_LENGTH])
        if targets.is_remote(text.strip()):
            yield Found("remote_content")


def _plain(raw: bytes) -> tuple[str, bool]:
    """Return the text up to the end of the group, freed of formatting.

    Fields within keep their marks. Tells too whether the group ends.
    """
    groups: list[bool] = []  # whether each holds a field
    parts: list[str] = []
    at = 0
    while at < len(raw):
        char = raw[at : at + 1]
        if char == b"{":
            groups.append(False)
        elif char == b"}":
            if not groups:
                return "".join(parts), True
            parts.append(fields.END * groups.pop())
        elif raw[at : at + 2] in {b"\\\\", b"\\{", b"\\}"}:
            parts.append(chr(raw[at + 1]))
            at += 1
        elif word := _WORD.match(raw, at):
            parts.append(_letter(word))
            if word.group(3) == b"field" and groups:
                groups[-1] = True
            at = word.end()
            continue
        elif char not in b"\r\n":
            parts.append(char.decode("latin-1"))
        at += 1
    return "".join(parts), False


def _letter(word: re.Match[bytes]) -> str:
    if word.group(1):
        return chr(int(word.group(1), 16))
    if word.group(2):
        return chr(int(word.group(2)) % 0x10000)
    return _MARKS.get(word.group(3) or b"", "")
