"""What hides in documents that are archives of parts: Office Open XML, OpenDocument.

The rules of both hold for each such file, since some files can be opened as either.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO

from scanning.inspection import compound, fields, formulas, targets
from scanning.inspection.limits import Budget
from scanning.inspection.markup import Attributes, Reader, looks_like_xml
from scanning.inspection.polyglots import polyglot
from scanning.inspection.types import (
    OFFICE_XML,
    OPEN_DOCUMENTS,
    TrueType,
    is_markup,
    recognise,
)
from scanning.verdicts import Found

_HEAD = 4096
_LOOKED_INTO = {TrueType.PDF, TrueType.RTF, TrueType.PNG, TrueType.JPEG}
_MACRO_FILES = {"vbaproject.bin", "vbadata.xml"}
_MACRO_FOLDERS = {"macrosheets"}
_MACRO_WORDS = ("vbaproject", "vbadata", "macroenabled", "macrosheet")
_LISTS_OF_MACROS = {"library", "libraries"}
_PARSED_STRICTLY = {".xml", ".rels"}
# Where pictures, sounds and films lie; no text is one of them.
_SHOWN = {"media", "pictures"}
# How packed files begin that have no list of members, and which pictures are packed so.
_PACKED = re.compile(
    rb"\x1f\x8b\x08|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|LZIP|[\s\S]{2}-lh[0-7dx]-"
)
_PACKED_PICTURES = {".emz", ".wmz", ".pcz", ".svgz"}
_FIELDS = frozenset({"instrText", "delInstrText"})
_FIELD_MARKS = {"begin": fields.BEGIN, "separate": fields.RESULT, "end": fields.END}
_SHEETS = frozenset({"worksheet", "dialogsheet", "chartsheet"})
# Elements whose address a person follows by hand; any other fetches what it names.
_FOLLOWED = frozenset({
    "a", "area", "shape", "shapetype", "group", "rect", "roundrect", "line", "oval",
    "polyline", "arc", "curve", "hyperlink", "form",
})  # fmt: skip
# Where a merge of letters takes its data from, which Word asks for when it opens.
_SOURCE_ELSEWHERE = re.compile(r"(?:[=;\s\"]|^)(?:\\\\\w|https?:|ftp:)", re.IGNORECASE)
_YES = {"1", "true", "on"}
_DDE_FORMULA = re.compile(r"\bDDE\s*\(", re.IGNORECASE)
_FETCHING_FORMULA = re.compile(r"\bWEBSERVICE\s*\(", re.IGNORECASE)

# The last word of the type of a relation. Links that only a person follows, pictures
# and films may lie elsewhere; anything else that does is a part of the document.
_MAY_BE_ELSEWHERE = {
    "hyperlink", "image", "video", "audio", "media", "externalLinkPath",
    "xlPathMissing", "xlStartup", "xlAlternateStartup", "xlLibrary",
    "mailMergeSource", "mailMergeHeaderSource", "recipientData",
}  # fmt: skip
_OBJECTS = {"oleObject", "control", "activeXControlBinary", "aFChunk"}
_MACRO_RELATIONS = {"vbaProject", "wordVbaData", "xlMacrosheet", "xlIntlMacrosheet"}

_DDE_ELEMENTS = {"ddeLink", "dde-source", "dde-link", "dde-connection-decl"}
_SOURCES = {"section-source", "cell-range-source", "table-source", "object"}
_SOURCES |= {"object-ole"}
_CLICKS = {"hlinkClick", "hlinkMouseOver", "hlinkHover"}

Nested = Callable[[IO[bytes], TrueType], Iterator[Found]]


class Package:
    """Looks at the parts of one document."""

    def __init__(self, budget: Budget, nested: Nested) -> None:
        """nested: looks into a document that is a part of this one."""
        self._budget = budget
        self._nested = nested
        self._seen: set[str] = set()

    def visit(self, name: str, part: IO[bytes]) -> Iterator[Found]:
        """Yield what is found in one part."""
        if name.lower() in self._seen:  # readers ignore case, and take either
            yield Found("damaged")
        self._seen.add(name.lower())
        yield from _by_name(name)
        head = part.read(_HEAD)
        part.seek(0)
        if looks_like_xml(head):
            yield from self._markup(name, head, part)
        elif head:
            yield from self._binary(name, head, part)

    def _markup(self, name: str, head: bytes, part: IO[bytes]) -> Iterator[Found]:
        is_picture = is_markup(head)
        judge = _in_picture if is_picture else _in_document
        reader = Reader(judge, _FIELDS, {"fldChar": _field_mark})
        is_sound = reader.read(part, self._budget)
        yield from reader.found
        yield from fields.in_fields(reader.text, bare=True)
        if reader.root in _SHEETS:
            yield from formulas.in_sheet(part, self._budget)
        root = reader.root.lower()
        if root == "html" or (is_picture and root != "svg"):
            yield Found("embedded_object")
        if not is_sound and PurePosixPath(name.lower()).suffix in _PARSED_STRICTLY:
            yield Found("damaged")
        if _is_basic(name) and root not in _LISTS_OF_MACROS:
            yield Found("macro")

    def _binary(self, name: str, head: bytes, part: IO[bytes]) -> Iterator[Found]:
        if _is_basic(name):
            yield Found("macro")
        if PurePosixPath(name.lower()).suffix in _PARSED_STRICTLY:
            yield Found("damaged")
        true_type = recognise(part)
        is_package = head.startswith(b"PK") and true_type in OFFICE_XML | OPEN_DOCUMENTS
        if is_package or true_type in _LOOKED_INTO:
            yield from self._nested(part, true_type)
        elif (
            head.startswith(compound.SIGN)
            or true_type in {TrueType.PROGRAM, TrueType.ZIP}
            or (true_type == TrueType.TEXT and _is_shown(name))
        ):
            yield Found("embedded_object")
        elif true_type == TrueType.OTHER:
            if _PACKED.match(head) and not _is_packed_picture(name):
                yield Found("polyglot")
            yield from polyglot(part, true_type, self._budget)


def _by_name(name: str) -> Iterator[Found]:
    path = PurePosixPath(name.lower())
    if path.name in _MACRO_FILES or _MACRO_FOLDERS & set(path.parts):
        yield Found("macro")
    elif "activex" in path.parts or path.name.startswith("oleobject"):
        yield Found("embedded_object")
    if path.parts[:1] == ("scripts",):
        yield Found("macro")


def _is_basic(name: str) -> bool:
    parts = PurePosixPath(name.lower()).parts
    return parts[:1] == ("basic",) and not name.endswith("/")


def _is_shown(name: str) -> bool:
    return bool(_SHOWN & set(PurePosixPath(name.lower()).parts[:-1]))


def _is_packed_picture(name: str) -> bool:
    return PurePosixPath(name.lower()).suffix in _PACKED_PICTURES


def _field_mark(attributes: Attributes) -> str:
    return _FIELD_MARKS.get(attributes.get("fldCharType", ""), "")


def _in_picture(element: str, attributes: Attributes) -> Iterator[Found]:
    if (
        element == "script"
        or any(key.lower().startswith("on") for key in attributes)
        or any(map(targets.is_script, attributes.values()))
    ):
        yield Found("macro")
    yield from _in_document(element, attributes)


def _in_document(element: str, attributes: Attributes) -> Iterator[Found]:
    rule = _RULES.get(element)
    if rule:
        yield from rule(attributes)
    if not attributes:
        return
    if href := attributes.get("href"):
        yield from _link(href)
        if element not in _FOLLOWED and targets.is_share(href):
            yield Found("remote_content")
    if (source := attributes.get("src")) and targets.is_share(source):
        yield Found("remote_content")
    if formula := attributes.get("formula"):
        if _DDE_FORMULA.search(formula):
            yield Found("dde")
        if _FETCHING_FORMULA.search(formula):
            yield Found("remote_content")


def _link(target: str) -> Iterator[Found]:
    if targets.is_macro(target):
        yield Found("macro")
    elif targets.starts_a_program(target):
        yield Found("office_launch")


def _relation(attributes: Attributes) -> Iterator[Found]:
    kind = attributes.get("Type", "").rstrip("/").rpartition("/")[2]
    target = attributes.get("Target", "")
    is_remote = targets.is_remote(target)
    outside = attributes.get("TargetMode", "").lower() == "external" or is_remote
    if kind in _MACRO_RELATIONS:
        yield Found("macro")
    if kind in _OBJECTS:
        yield Found("remote_content" if outside else "embedded_object")
    elif _fetches(kind, target) or (outside and kind == "subDocument"):
        yield Found("remote_content")
    if outside and kind == "hyperlink":
        yield from _link(target)


def _fetches(kind: str, target: str) -> bool:
    """Tell whether opening alone reaches out to another machine."""
    if kind in {"hyperlink", "externalLinkPath"}:  # followed by hand, after a question
        return False
    if kind in _MAY_BE_ELSEWHERE:
        return targets.is_share(target)
    return targets.is_remote(target)


def _content_type(attributes: Attributes) -> Iterator[Found]:
    kind = attributes.get("ContentType", "").lower()
    if any(word in kind for word in _MACRO_WORDS):
        yield Found("macro")
    if "activex" in kind:
        yield Found("embedded_object")


def _simple_field(attributes: Attributes) -> Iterator[Found]:
    yield from fields.in_fields(attributes.get("instr", ""), bare=True)


def _click(attributes: Attributes) -> Iterator[Found]:
    action = attributes.get("action", "").lower()
    if action.startswith("ppaction://program"):
        yield Found("office_launch")
    elif action.startswith("ppaction://macro"):
        yield Found("macro")


def _listener(attributes: Attributes) -> Iterator[Found]:
    action = attributes.get("action", "")
    if action == "execute":
        yield Found("office_launch")
    elif action == "macro" or "macro-name" in attributes:
        yield Found("macro")


def _source(attributes: Attributes) -> Iterator[Found]:
    if targets.is_remote(attributes.get("href", "")):
        yield Found("remote_content")


def _refreshed(attributes: Attributes) -> Iterator[Found]:
    """A table that asks another place for its rows as soon as it is opened."""
    if attributes.get("refreshOnLoad", "").lower() in _YES:
        yield Found("remote_content")


def _asked(attributes: Attributes) -> Iterator[Found]:
    if _SOURCE_ELSEWHERE.search(attributes.get("val", "")):
        yield Found("remote_content")


def _read_from(attributes: Attributes) -> Iterator[Found]:
    if targets.is_share(attributes.get("sourceFile", "")):
        yield Found("remote_content")


def _plugin(attributes: Attributes) -> Iterator[Found]:
    if not attributes.get("mime-type", "").startswith("application/vnd.sun.star.media"):
        yield Found("embedded_object")
    yield from _source(attributes)


def _module(attributes: Attributes) -> Iterator[Found]:
    if "language" in attributes:
        yield Found("macro")


def _always(code: str) -> Callable[[Attributes], Iterator[Found]]:
    def rule(_attributes: Attributes) -> Iterator[Found]:
        yield Found(code)

    return rule


_RULES: dict[str, Callable[[Attributes], Iterator[Found]]] = {
    "Relationship": _relation,
    "Override": _content_type,
    "Default": _content_type,
    "fldSimple": _simple_field,
    "event-listener": _listener,
    "plugin": _plugin,
    "script": _module,
    "module": _module,
    "macrosheet": _always("macro"),
    "encryption-data": _always("encrypted"),
    "floating-frame": _always("remote_content"),
    "applet": _always("embedded_object"),
    "webextension": _always("remote_content"),
    "auto-reload": _source,
    "connection": _refreshed,
    "queryTable": _refreshed,
    "webPr": _always("remote_content"),
    "textPr": _read_from,
    "connectString": _asked,
    "udl": _asked,
    **dict.fromkeys(_DDE_ELEMENTS, _always("dde")),
    **dict.fromkeys(_SOURCES, _source),
    **dict.fromkeys(_CLICKS, _click),
}
