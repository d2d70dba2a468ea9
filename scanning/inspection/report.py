"""One report on one file: its true type, and everything found in its structure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from scanning.inspection.archives import walk
from scanning.inspection.limits import Budget, LimitError, Limits
from scanning.inspection.names import extension, shown
from scanning.inspection.ole import ole
from scanning.inspection.packages import Package
from scanning.inspection.pdf import pdf
from scanning.inspection.pictures import picture
from scanning.inspection.polyglots import polyglot
from scanning.inspection.rtf import rtf
from scanning.inspection.sheets import table
from scanning.inspection.types import (
    NEVER_ALLOWED,
    OFFICE_XML,
    OPEN_DOCUMENTS,
    FirstLook,
    TrueType,
    is_unicode,
    look_first,
)
from scanning.secrecy.look import Look
from scanning.verdicts import Found

_STOPS_ENGINE = {
    "archive_too_deep",
    "archive_too_many",
    "archive_too_big",
    "limits_reached",
    "secrecy_stamp",
}
_OF_TYPE = {"type_not_listed", "type_lies", "program", "polyglot"}
_TABLES = {"csv", "tsv", "tab"}
# Notes that a Mac adds to the archives it makes; nothing opens them.
_ATTRIBUTES_OF_MAC = b"\x00\x05\x16\x07\x00\x02\x00\x00"
_FOLDER_OF_MAC = "__MACOSX"
_VIEW_OF_MAC, _VIEW_SIGN = ".DS_Store", b"\x00\x00\x00\x01Bud1"
# Extension without dot, lower case → the true types that may bear it.
Allowed = Mapping[str, frozenset[TrueType]]


@dataclass(frozen=True)
class Report:
    """What was seen; `true_type` is what the content is, whatever the name says."""

    true_type: TrueType
    found: tuple[Found, ...]

    @property
    def stops_engine(self) -> bool:
        """Tell whether the engine must not see the file.

        It would choke on it; or it is on another machine, and a secret goes nowhere.
        """
        return any(one.code in _STOPS_ENGINE for one in self.found)


def inspect(
    file: IO[bytes],
    extension: str,
    *,
    allowed: Allowed,
    limits: Limits | None = None,
    pictures: bool = False,
) -> Report:
    """Look into an open, seekable file that came under a name with this extension.

    extension: without dot, lower case, as `names.extension` gives it.
    pictures: whether stamps of secrecy are looked for on scanned pages too.
    Never raises for what is in the file. Leaves the file at its start.
    """
    file.seek(0, 2)
    budget = Budget(limits or Limits(), packed=file.tell())
    inspector = _Inspector(allowed, budget, Look(pictures=pictures))
    first = look_first(file)
    found: list[Found] = []
    try:
        found.extend(inspector.look(file, extension, first, depth=0))
    except LimitError as error:
        found.append(Found(error.code))
    # A reader outside this process may have moved what lies under the buffer: only a
    # leap from the end makes the buffer ask again.
    file.seek(0, 2)
    file.seek(0)
    return Report(first.true_type, tuple(dict.fromkeys(found)))


@dataclass(frozen=True)
class _Inspector:
    allowed: Allowed
    budget: Budget
    secrecy: Look

    def look(
        self, file: IO[bytes], claimed: str, first: FirstLook, depth: int
    ) -> Iterator[Found]:
        """Yield what is found in a file, or in a member of an archive."""
        true_type = first.true_type
        if not self._is_locked(file, claimed, true_type):
            yield from self._type(claimed, true_type)
        is_protected = False
        if true_type == TrueType.TEXT:
            yield from self._text(file, claimed, is_plain=first.is_plain)
        else:
            for one in self._structure(file, true_type, depth):
                is_protected |= one.code == "encrypted"
                yield one
        if first.is_plain:  # so no stamp stands in it
            return
        for one in self.secrecy.at(file, true_type):
            # What only a key opens cannot be read, which is no damage to it.
            if not (is_protected and one.code == "damaged"):
                yield one

    def _is_locked(self, file: IO[bytes], claimed: str, true_type: TrueType) -> bool:
        """Tell whether only a password tells which of these documents it is."""
        file.seek(0)
        is_package = file.read(2) == b"PK"
        may_be = self.allowed.get(claimed, frozenset())
        return not is_package and true_type in OFFICE_XML and bool(may_be & OFFICE_XML)

    def _type(self, claimed: str, true_type: TrueType) -> Iterator[Found]:
        if true_type == TrueType.EMPTY:
            yield Found("empty")
        elif true_type in {TrueType.PROGRAM, TrueType.MARKUP}:
            yield Found("program")
        elif claimed not in self.allowed:
            yield Found("type_not_listed", {"extension": claimed[:20]})
        elif true_type in NEVER_ALLOWED or true_type not in self.allowed[claimed]:
            yield Found("type_lies", {"extension": claimed})

    def _text(
        self, file: IO[bytes], claimed: str, *, is_plain: bool
    ) -> Iterator[Found]:
        if claimed in _TABLES:
            yield from table(file, self.budget)
        if not is_plain and not is_unicode(file):
            yield Found("old_encoding")

    def _structure(
        self, file: IO[bytes], true_type: TrueType, depth: int
    ) -> Iterator[Found]:
        self.budget.tick()
        if true_type in OFFICE_XML | OPEN_DOCUMENTS:
            yield from self._package(file, depth)
        elif true_type == TrueType.ZIP:
            yield from self._archive(file, depth)
        elif true_type not in NEVER_ALLOWED:
            yield from polyglot(file, true_type, self.budget)
        if true_type == TrueType.PDF:
            yield from pdf(file, self.budget)
        elif true_type in {TrueType.PNG, TrueType.JPEG}:
            yield from picture(file, true_type, self.budget)
        elif true_type == TrueType.RTF:
            yield from rtf(file, self.budget)
        elif true_type in {TrueType.DOC, TrueType.XLS}:
            yield from ole(file, self.budget)

    def _package(self, file: IO[bytes], depth: int) -> Iterator[Found]:
        file.seek(0)
        if file.read(2) != b"PK":
            yield from ole(
                file, self.budget
            )  # encrypted: an OLE file round the package
            return
        self.budget.enter(depth + 1)

        def nested(part: IO[bytes], true_type: TrueType) -> Iterator[Found]:
            return self._structure(part, true_type, depth + 1)

        yield from walk(file, self.budget, Package(self.budget, nested).visit)

    def _archive(self, file: IO[bytes], depth: int) -> Iterator[Found]:
        self.budget.enter(depth + 1)

        def visit(name: str, member: IO[bytes]) -> Iterator[Found]:
            if _is_left_by_mac(name, member):
                return
            first = look_first(member)
            for one in self.look(member, extension(name), first, depth + 1):
                if one.code in _OF_TYPE:
                    yield Found("member", {"member": shown(name)})
                elif one.code != "empty":  # nothing in it, so nothing harmful
                    yield one

        yield from walk(file, self.budget, visit)


def _is_left_by_mac(name: str, member: IO[bytes]) -> bool:
    """Tell whether it is one of the notes that a Mac puts beside each file."""
    folder, _, _ = name.partition("/")
    last = name.rpartition("/")[2]
    head = member.read(len(_ATTRIBUTES_OF_MAC))
    member.seek(0)
    if last == _VIEW_OF_MAC:
        return head == _VIEW_SIGN
    is_note = folder == _FOLDER_OF_MAC and last.startswith("._")
    return is_note and head == _ATTRIBUTES_OF_MAC
