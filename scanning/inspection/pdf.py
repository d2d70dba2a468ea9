"""What hides in a PDF: names that act, in plain sight, escaped, or in object streams.

No object is looked up by the tables of the file, which may lie: whatever stands in it
counts, as does every stream that reads like a stream of objects.
"""

import re
from collections.abc import Iterator
from typing import IO

from scanning.inspection import pdf_strings as strings
from scanning.inspection import targets
from scanning.inspection.limits import Budget
from scanning.inspection.pdf_actions import LONGEST, does, lead_away
from scanning.inspection.pdf_streams import UndecodableError, object_streams
from scanning.inspection.types import window
from scanning.inspection.windows import Content, Sought, finditer
from scanning.verdicts import Found

# Names that act wherever they stand as a value, a key, or an object of their own.
_ACTING = {
    b"JavaScript": "pdf_script",
    b"Launch": "pdf_launch",
    b"EmbeddedFile": "pdf_attachment",
    b"EmbeddedFiles": "pdf_attachment",
    b"SubmitForm": "pdf_remote",
    b"ImportData": "pdf_remote",
    b"GoToE": "pdf_remote",
    b"RichMedia": "pdf_media",
    b"Rendition": "pdf_media",
    b"Movie": "pdf_media",
    b"Sound": "pdf_media",
    b"3DD": "pdf_media",
    b"OnInstantiate": "pdf_script",
}
_BLANK = rb"\0\t\n\f\r "
# Taken as a whole: nothing that follows may be read as a part of it.
_SEP = rb"(?:[" + _BLANK + rb"]+|%[^\r\n]*+(?:[\r\n]|\Z))*+"
_SEPARATED = re.compile(_SEP)
_REFERENCE = rb"\d{1,10}" + _SEP + rb"\d{1,5}" + _SEP + rb"R"
_VALUE = re.compile(_SEP + rb"(?:<<|\[|" + _REFERENCE + rb")")
_DELIMITERS = b"\0\t\n\f\r <>[])}"
_BEFORE = 512  # bytes; a key and comments between it and its value
_AFTER = 1024


def _name(word: bytes) -> bytes:
    """Return a pattern for a name, each letter plain or written as #hex."""
    return b"".join(b"(?:%c|#(?i:%02x))" % (c, c) for c in word)


_KEY = re.compile(
    rb"/(?:"
    + b"|".join(_name(word) for word in (b"S", b"Type", b"Subtype"))
    + rb")"
    + _SEP
    + rb"$"
)
_SHARE = re.compile(r"\s*(?:file:|[\\/]{2}\w)", re.IGNORECASE)
_FILE_THAT_RUNS = re.compile(
    r"\s*file:.*\.(?:exe|scr|com|pif|bat|cmd|ps1|vb[se]|jse?|ws[fh]|hta|lnk|msi|jar)\b",
    re.IGNORECASE,
)
# Names that count with what follows them: the pattern, and the finding.
_WITH_VALUE = {
    b"Encrypt": (re.compile(_SEP + rb"(?:<<|" + _REFERENCE + rb")"), "encrypted"),
    b"XFA": (_VALUE, "pdf_form"),
    b"FS": (re.compile(_SEP + rb"/URL(?![A-Za-z])"), "pdf_remote"),
    b"EF": (re.compile(_SEP + rb"(?:<<|" + _REFERENCE + rb")"), "pdf_attachment"),
}
# Names whose value is an address.
_ADDRESSES = {b"URI", b"F", b"UF"}
# An address that is an object of its own, for such a name to refer to.
# It begins with letters, since a search for digits takes ten times as long.
_ADDRESS_APART = Sought(
    rb"obj" + _SEP + rb"(?=\(|<[^<])", begins=rb"obj[\0\t\n\f\r %(<]"
)
_NUMBERED = re.compile(rb"\d[" + _BLANK + rb"]+$")
_END = rb"(?![^\0\t\n\f\r ()<>\[\]{}/%])"
# What acts at once, and what does when something happens.
_BY_ITSELF = {b"OpenAction": False, b"AA": True}
_WORDS = sorted([*_ACTING, *_WITH_VALUE, *_ADDRESSES, *_BY_ITSELF], reverse=True)
_ONE_OF_THEM = b"|".join(_name(word) for word in _WORDS)
_NAMES = Sought(rb"/(" + _ONE_OF_THEM + rb")" + _END, begins=rb"/(?:%s)" % _ONE_OF_THEM)
_ESCAPE = re.compile(rb"#([0-9a-fA-F]{2})")


def pdf(file: IO[bytes], budget: Budget) -> Iterator[Found]:
    """Yield what is found in a PDF. Raises LimitError."""
    content = window(file)
    wanted: set[int] = set()
    found = set(_in(content, wanted, budget))
    if "encrypted" not in found:  # or its streams could not be read
        try:
            for part in object_streams(content, budget):
                found |= set(_in(part, wanted, budget))
            if lead_away(content, wanted, budget):
                found.add("pdf_remote")
        except UndecodableError:
            found.add("damaged")
    yield from (Found(code) for code in sorted(found))


def _in(content: Content, wanted: set[int], budget: Budget) -> Iterator[str]:
    for match in finditer(_NAMES, content, budget):
        word = _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), match.group(1))
        after = content[match.end() : match.end() + _AFTER]
        if word in _WITH_VALUE:
            pattern, code = _WITH_VALUE[word]
            if pattern.match(after) or _is_hidden(after):
                yield code
        elif word in _ADDRESSES:
            yield from _address(word, after)
        elif word in _BY_ITSELF:
            value = content[match.end() : match.end() + LONGEST]
            if does(value, wanted, events=_BY_ITSELF[word]):
                yield "pdf_remote"
        elif _acts(content, match.start(), after):
            yield _ACTING[word]
    for match in finditer(_ADDRESS_APART, content, budget):
        if _NUMBERED.search(content[max(0, match.start() - _BEFORE) : match.start()]):
            yield from _address(b"", content[match.end() : match.end() + _AFTER])


def _is_hidden(after: bytes) -> bool:
    """Tell whether a value lies behind more blanks and comments than anybody writes."""
    separated = _SEPARATED.match(after)
    return bool(separated and separated.end() == _AFTER)


def _address(word: bytes, after: bytes) -> Iterator[str]:
    """Yield what following an address does: run script or a program, log in elsewhere.

    word: the name before it, empty for one that stands apart.
    """
    text = strings.read(_SEPARATED.sub(b"", after, count=1))
    if word in {b"URI", b""} and targets.is_script(text):
        yield "pdf_script"
    elif word == b"URI" and (
        targets.starts_a_program(text) or _FILE_THAT_RUNS.match(text)
    ):
        yield "pdf_launch"
    if _SHARE.match(text) and targets.is_share(text):
        yield "pdf_remote"


def _acts(content: Content, start: int, after: bytes) -> bool:
    """Tell a name from the same letters in a title such as “HTML/CSS/JavaScript”."""
    before = content[max(0, start - _BEFORE) : start]
    stands_alone = before[-1:] in {bytes([c]) for c in _DELIMITERS} or not before
    return bool(stands_alone or _VALUE.match(after) or _KEY.search(before))
