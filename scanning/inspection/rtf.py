"""What hides in an RTF document: objects of other programs, commands, templates."""

import re
from collections.abc import Iterator
from typing import IO

from scanning.inspection import targets
from scanning.inspection.limits import Budget
from scanning.inspection.types import window
from scanning.inspection.windows import finditer, search
from scanning.verdicts import Found

_OBJECT = re.compile(
    rb"\\obj(?:data|emb|ocx|link|autlink|update|class|html|sub|pub|icemb)(?![a-z])"
)
_INSTRUCTION = re.compile(rb"\\fldinst(?![a-z])")
_TEMPLATE = re.compile(rb"\\template(?![a-z])")
_LONGEST = 4096  # bytes of an instruction that we read
_WORD = re.compile(rb"\\(?:'([0-9a-fA-F]{2})|u(-?\d+) ?\??|[a-zA-Z]+-?\d* ?|\*|\r|\n)")
_DDE = re.compile(r"DDE(?:AUTO)?(?![a-z])", re.IGNORECASE)
_FETCHES = re.compile(
    r"^\s*(?:INCLUDETEXT|IMPORT|LINK|RD)\b(.*)", re.IGNORECASE | re.DOTALL
)
_ADDRESS = re.compile(r"https?:|ftp:|file:|\\\\\w", re.IGNORECASE)


def rtf(file: IO[bytes], budget: Budget) -> Iterator[Found]:
    """Yield what is found in an RTF document. Raises LimitError."""
    content = window(file)
    if search(_OBJECT, content, budget):
        yield Found("embedded_object")
    for found in finditer(_INSTRUCTION, content, budget):
        text = _plain(content[found.end() : found.end() + _LONGEST])
        if _DDE.match(text.strip(' \t\r\n"')):
            yield Found("dde")
        fetches = _FETCHES.match(text)
        if fetches and _ADDRESS.search(fetches.group(1)):
            yield Found("remote_content")
    for found in finditer(_TEMPLATE, content, budget):
        text = _plain(content[found.end() : found.end() + _LONGEST])
        if targets.is_remote(text.strip()):
            yield Found("remote_content")


def _plain(raw: bytes) -> str:
    """Return the text up to the end of the group, freed of formatting."""
    depth, parts = 0, []
    at = 0
    while at < len(raw):
        char = raw[at : at + 1]
        if char == b"{":
            depth += 1
        elif char == b"}":
            depth -= 1
            if depth < 0:
                break
        elif raw[at : at + 2] in {b"\\\\", b"\\{", b"\\}"}:
            parts.append(chr(raw[at + 1]))
            at += 1
        elif word := _WORD.match(raw, at):
            parts.append(_letter(word))
            at = word.end()
            continue
        elif char not in b"\r\n":
            parts.append(char.decode("latin-1"))
        at += 1
    return "".join(parts)


def _letter(word: re.Match[bytes]) -> str:
    if word.group(1):
        return chr(int(word.group(1), 16))
    if word.group(2):
        return chr(int(word.group(2)) % 0x10000)
    return ""
