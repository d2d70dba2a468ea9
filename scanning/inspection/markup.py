"""Read XML by a real parser, so that no encoding or spelling hides what it says.

Entities are never expanded: the first declaration of one ends the reading.
"""

import pyexpat
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from scanning.inspection.limits import Budget, LimitError
from scanning.verdicts import Found

_CHUNK = 256 * 1024
_LONGEST_TOKEN = 8 * 1024 * 1024  # bytes; the parser keeps one token in memory
_MOST_TEXT = 4 * 1024 * 1024  # characters of instructions that we keep
# Old writers name the grammar of these, which nobody fetches.
_HARMLESS_DOCTYPES = frozenset({"manifest", "library", "libraries", "module", "svg"})
# Cells of a large table: nothing in them acts, and there are millions.
_BULK = frozenset({"sst", "worksheet", "pivotCacheRecords"})

Attributes = Mapping[str, str]
# Given the local name of an element and its attributes, by local name too.
Judge = Callable[[str, Attributes], Iterator[Found]]
# By the local name of an element: what it puts into the text that is listened to.
Marks = Mapping[str, Callable[[Attributes], str]]


class _Enough(Exception):  # noqa: N818 (no error: the reading ends here)
    """What is known suffices."""


class Reader:
    """Reads one XML part and keeps what it found.

    `text`: what stands in elements named by `listen`, one after another, with `marks`
    between.
    """

    def __init__(
        self,
        judge: Judge,
        listen: frozenset[str] = frozenset(),
        marks: Marks | None = None,
    ) -> None:
        self.found: dict[Found, None] = {}
        self.root = ""
        self._judge = judge
        self._listen = listen
        self._marks = marks or {}
        self._heard: list[str] = []
        self._room = _MOST_TEXT
        self._hears = 0
        self._parser = parser = pyexpat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.StartElementHandler = self._start
        if listen:
            parser.EndElementHandler = self._end
            parser.CharacterDataHandler = self._characters

    @property
    def text(self) -> str:
        """Return what stood in the elements listened to."""
        return "".join(self._heard)

    def read(self, file: IO[bytes], budget: Budget) -> bool:
        """Read all of a file. Returns whether it is well-formed. Raises LimitError."""
        file.seek(0)
        fed = 0
        try:
            while chunk := file.read(_CHUNK):
                budget.tick()
                self._parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - self._parser.CurrentByteIndex > _LONGEST_TOKEN:
                    raise LimitError("limits_reached")
            self._parser.Parse(b"", True)
        except _Enough:
            return True
        except (pyexpat.ExpatError, ValueError, LookupError):
            return False
        return True

    def _doctype(
        self, name: str, system: str | None, _public: str | None, internal: bool
    ) -> None:
        local = name.rpartition(":")[2]
        if internal or local not in _HARMLESS_DOCTYPES:
            self._stop("xml_entities")

    def _entity(self, *_declaration: object) -> None:
        self._stop("xml_entities")

    def _stop(self, code: str) -> None:
        self.found[Found(code)] = None
        raise _Enough

    def _start(self, name: str, raw: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if not self.root:
            self.root = local
            if local in _BULK:
                self._parser.StartElementHandler = None
        for attributes in _by_local_name(raw):
            self.found.update(dict.fromkeys(self._judge(local, attributes)))
            if local in self._marks:
                self._hear(self._marks[local](attributes))
        if local in self._listen:
            self._hears += 1

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] in self._listen:
            self._hears -= 1

    def _characters(self, text: str) -> None:
        if self._hears:
            self._hear(text)

    def _hear(self, text: str) -> None:
        self._heard.append(text)
        self._room -= len(text)
        if self._room < 0:
            raise LimitError("limits_reached")


def _by_local_name(raw: dict[str, str]) -> Iterator[Attributes]:
    """Yield the attributes without prefixes; once more for each of a second prefix."""
    found: dict[str, str] = {}
    doubles = []
    for key, value in raw.items():
        local = key.rpartition(":")[2]
        if local in found:
            doubles.append((local, value))
        else:
            found[local] = value
    yield found
    for local, value in doubles:
        yield found | {local: value}


def looks_like_xml(head: bytes) -> bool:
    """Tell by its first bytes whether a part is XML, in whatever encoding."""
    bare = head.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe")
    bare = bare.removeprefix(b"\xfe\xff").replace(b"\0", b"").lstrip()
    is_blank = not bare and bool(head.strip(b"\0"))  # it may begin after that
    return is_blank or bare.startswith((b"<", b"\x4c\x6f\xa7\x94"))
