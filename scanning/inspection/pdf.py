"""What hides in a PDF: names that act, in plain sight, escaped, or in object streams.

No object is looked up by the tables of the file, which may lie: whatever stands in it
counts, as does every stream that reads like a stream of objects.
"""

import re
from collections.abc import Iterator
from typing import IO

from scanning.inspection.limits import Budget
from scanning.inspection.pdf_streams import UndecodableError, object_streams
from scanning.inspection.types import window
from scanning.inspection.windows import Content, finditer
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
}
_SEP = rb"(?:[\0\t\n\f\r ]|%[^\r\n]{0,256}[\r\n]){0,64}"
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
_SCRIPT_ADDRESS = _SEP + rb"\(\s*(?:java|vb)script:"
_SHARE = re.compile(_SEP + rb"\((?:\\\\\\\\|//)\w")
# Names that count with what follows them: the pattern, and the finding.
_WITH_VALUE = {
    b"Encrypt": (re.compile(_SEP + rb"(?:<<|" + _REFERENCE + rb")"), "encrypted"),
    b"XFA": (_VALUE, "pdf_form"),
    b"EF": (re.compile(_SEP + rb"(?:<<|" + _REFERENCE + rb")"), "pdf_attachment"),
    b"URI": (re.compile(_SCRIPT_ADDRESS, re.IGNORECASE), "pdf_script"),
    b"F": (_SHARE, "pdf_remote"),
    b"UF": (_SHARE, "pdf_remote"),
}
_END = rb"(?![^\0\t\n\f\r ()<>\[\]{}/%])"
_NAMES = re.compile(
    rb"/("
    + b"|".join(_name(word) for word in sorted([*_ACTING, *_WITH_VALUE], reverse=True))
    + rb")"
    + _END
)
_ESCAPE = re.compile(rb"#([0-9a-fA-F]{2})")


def pdf(file: IO[bytes], budget: Budget) -> Iterator[Found]:
    """Yield what is found in a PDF. Raises LimitError."""
    content = window(file)
    found = set(_in(content, budget))
    if "encrypted" not in found:  # or its streams could not be read
        try:
            for part in object_streams(content, budget):
                found |= set(_in(part, budget))
        except UndecodableError:
            found.add("damaged")
    yield from (Found(code) for code in sorted(found))


def _in(content: Content, budget: Budget) -> Iterator[str]:
    for match in finditer(_NAMES, content, budget):
        word = _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), match.group(1))
        after = content[match.end() : match.end() + _AFTER]
        if word in _WITH_VALUE:
            pattern, code = _WITH_VALUE[word]
            if pattern.match(after):
                yield code
        elif _acts(content, match.start(), after):
            yield _ACTING[word]


def _acts(content: Content, start: int, after: bytes) -> bool:
    """Tell a name from the same letters in a title such as “HTML/CSS/JavaScript”."""
    before = content[max(0, start - _BEFORE) : start]
    stands_alone = before[-1:] in {bytes([c]) for c in _DELIMITERS} or not before
    return bool(stands_alone or _VALUE.match(after) or _KEY.search(before))
