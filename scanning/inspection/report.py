"""One report on one file: its true type, and everything found in its structure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from scanning.inspection import documents
from scanning.inspection.archives import Budget, LimitError, Limits, walk
from scanning.inspection.types import (
    NEVER_ALLOWED,
    OFFICE_XML,
    OPEN_DOCUMENTS,
    TrueType,
    is_unicode,
    recognise,
)
from scanning.verdicts import Found

# Characters that hide a type: they turn the direction of writing, or do not show.
_HIDING = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff") | frozenset(
    map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
)
_OFFICE_MACROS = {"vbaproject.bin", "vbadata.xml"}
_STOPS_ENGINE = {"archive_too_deep", "archive_too_many", "archive_too_big"}
# Extension without dot, lower case → the true types that may bear it.
Allowed = Mapping[str, frozenset[TrueType]]


@dataclass(frozen=True)
class Report:
    """What was seen; `true_type` is None where nobody could say."""

    true_type: TrueType
    found: tuple[Found, ...]

    @property
    def stops_engine(self) -> bool:
        """Tell whether the engine must not see the file: it would choke on it."""
        return any(one.code in _STOPS_ENGINE for one in self.found)


def extension(name: str) -> str:
    """Return the extension of a file name, lower case, without its dot."""
    return PurePosixPath(name.strip()).suffix.removeprefix(".").lower()


def inspect(
    file: IO[bytes], name: str, *, allowed: Allowed, limits: Limits | None = None
) -> Report:
    """Look into an open, seekable file that came under this name.

    Never raises for what is in the file. Leaves the file at its start.
    """
    file.seek(0, 2)
    budget = Budget(limits or Limits(), packed=file.tell())
    inspector = _Inspector(allowed, budget)
    true_type = recognise(file)
    found: list[Found] = []
    try:
        found.extend(inspector.look(file, name, true_type, depth=0))
    except LimitError as error:
        found.append(Found(error.code))
    file.seek(0)
    return Report(true_type, tuple(dict.fromkeys(found)))


@dataclass(frozen=True)
class _Inspector:
    allowed: Allowed
    budget: Budget

    def look(
        self, file: IO[bytes], name: str, true_type: TrueType, depth: int
    ) -> Iterator[Found]:
        if _HIDING & set(name):
            yield Found("dangerous_name")
        yield from self._type(name, true_type)
        yield from self._structure(file, true_type, depth)

    def _type(self, name: str, true_type: TrueType) -> Iterator[Found]:
        claimed = extension(name)
        if true_type == TrueType.EMPTY:
            yield Found("empty")
        elif true_type in {TrueType.PROGRAM, TrueType.MARKUP}:
            yield Found("program")
        elif claimed not in self.allowed:
            yield Found("type_not_listed", {"extension": claimed[:20]})
        elif true_type in NEVER_ALLOWED or true_type not in self.allowed[claimed]:
            yield Found("type_lies", {"extension": claimed})

    def _structure(
        self, file: IO[bytes], true_type: TrueType, depth: int
    ) -> Iterator[Found]:
        if true_type == TrueType.PDF:
            yield from documents.pdf(file)
        elif true_type == TrueType.RTF:
            yield from documents.rtf(file)
        elif true_type in {TrueType.DOC, TrueType.XLS}:
            yield from documents.ole(file)
        elif true_type == TrueType.TEXT:
            if not is_unicode(file):
                yield Found("old_encoding")
        elif true_type in OFFICE_XML:
            yield from self._office(file, depth)
        elif true_type in OPEN_DOCUMENTS:
            self.budget.enter(depth + 1)
            yield from walk(file, self.budget, _open_document_part)
        elif true_type == TrueType.ZIP:
            yield from self._archive(file, depth)

    def _office(self, file: IO[bytes], depth: int) -> Iterator[Found]:
        file.seek(0)
        if file.read(2) != b"PK":
            yield from documents.ole(file)  # encrypted: an OLE file round the package
            return
        self.budget.enter(depth + 1)
        yield from walk(file, self.budget, _office_part)

    def _archive(self, file: IO[bytes], depth: int) -> Iterator[Found]:
        self.budget.enter(depth + 1)

        def visit(name: str, member: IO[bytes]) -> Iterator[Found]:
            true_type = recognise(member)
            for one in self.look(member, name, true_type, depth + 1):
                if one.code in {"type_not_listed", "type_lies", "program"}:
                    yield Found("member", {"member": _shown(name)})
                elif one.code != "empty":  # nothing in it, so nothing harmful
                    yield one

        yield from walk(file, self.budget, visit)


def _office_part(name: str, _part: IO[bytes]) -> Iterator[Found]:
    path = PurePosixPath(name.lower())
    if path.name in _OFFICE_MACROS or "macrosheets" in path.parts:
        yield Found("macro")
    elif "activex" in path.parts or path.name.startswith("oleobject"):
        yield Found("embedded_object")


def _open_document_part(name: str, part: IO[bytes]) -> Iterator[Found]:
    top = PurePosixPath(name).parts[:1]
    if top in {("Basic",), ("Scripts",)}:
        yield Found("macro")
    if name == "META-INF/manifest.xml" and b"encryption-data" in part.read():
        yield Found("encrypted")


def _shown(name: str) -> str:
    bare = "".join(c for c in name if c.isprintable() and c not in _HIDING)
    return PurePosixPath(bare).name[:80]
