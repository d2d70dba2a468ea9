"""The text of DOCX, PPTX and XLSX: bodies, headers, text boxes, WordArt, cells."""

import re
import zipfile
from collections.abc import Iterator
from typing import IO

from scanning.secrecy import markup
from scanning.secrecy.drafting import Draft
from scanning.secrecy.stamps import Passage, Table

_NUMBER = re.compile(r"(\d+)\.xml$")
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
# Old fonts that draw small letters as capitals: .VnTimeH, .VnArialH.
_CAPITAL_FONT = re.compile(r"^\.Vn\w+H$")
# Layout of the header of a sheet: fonts, sizes, colours; then left, middle and right.
_LAYOUT = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&\d+|&[BIUESXYDTPNFAGZ]')
_HEADERS = {
    *("oddHeader", "oddFooter", "evenHeader", "evenFooter"),
    *("firstHeader", "firstFooter"),
}
_WITHOUT_TEXT = ("styles.xml", "theme1.xml", "settings.xml", "fontTable.xml")


def document(file: IO[bytes]) -> Iterator[Passage | Table]:
    """Yield what a DOCX or PPTX says, its main text first."""
    with zipfile.ZipFile(file) as archive:
        parts = [i for i in archive.infolist() if _has_text(i)]
        for info in sorted(parts, key=lambda i: _order(i.filename)):
            with archive.open(info) as part:
                yield from _Words(info.filename).read(part)


def workbook(file: IO[bytes]) -> Iterator[Passage | Table]:
    """Yield what an XLSX says: each sheet a table, then headers and text boxes."""
    with zipfile.ZipFile(file) as archive:
        parts = [i for i in archive.infolist() if _has_text(i)]
        shared: list[str] = []
        for info in parts:
            if info.filename.lower().endswith("sharedstrings.xml"):
                with archive.open(info) as part:
                    shared = _Shared().read(part)
        for info in sorted(parts, key=lambda i: _order(i.filename)):
            with archive.open(info) as part:
                if "worksheets/" in info.filename.lower():
                    yield from _Sheet(info.filename, shared).read(part)
                elif not info.filename.lower().endswith("sharedstrings.xml"):
                    yield from _Words(info.filename).read(part)


def _has_text(info: zipfile.ZipInfo) -> bool:
    name = info.filename.lower()
    is_plain = not info.flag_bits & 1
    return is_plain and name.endswith(".xml") and not name.endswith(_WITHOUT_TEXT)


def _order(name: str) -> tuple[bool, int, str]:
    is_main = name.rpartition("/")[2].startswith(("document", "sheet", "slide"))
    return not is_main, _number(name), name


def _number(name: str) -> int:
    found = _NUMBER.search(name)
    return int(found.group(1)[:6]) if found else 0


class _Words:
    """The paragraphs of one part, in the words of Word and of DrawingML alike."""

    def __init__(self, name: str) -> None:
        is_slide = "slides/" in name
        place = "slide" if is_slide else "box" if "drawings/" in name else "body"
        number = _number(name) if is_slide else 0
        self.draft = Draft(place, number, is_margin=place == "box")
        self.place, self.number = place, number
        self.is_text = self.is_capital = False

    def read(self, part: IO[bytes]) -> list[Passage | Table]:
        markup.read(part, self._start, self._end, self._text)
        return self.draft.finish()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        draft = self.draft
        match name:
            case "t":
                self.is_text = True
            case "tab":
                draft.text("\t")
            case "br" | "cr":
                draft.end_line()
            case "tbl":
                draft.open_table()
            case "tr":
                draft.next_row()
            case "tc":
                draft.open_cell()
            case "textpath":
                draft.open("box")
                draft.text(attributes.get("string", ""))
                draft.close()
            case _:
                self._open(name)
                self._style(name, attributes)

    def _open(self, name: str) -> None:
        match name:
            case "hdr" | "ftr":
                self.draft.open("header")
            case "txbxContent":
                self.draft.open("box")
            case "txBody":
                self.draft.open(self.place, self.number)

    def _style(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "r":
                self.is_capital = False
            case "caps":
                self.is_capital = attributes.get("val", "1") not in {"0", "false"}
            case "rFonts":
                fonts = (attributes.get(key, "") for key in ("ascii", "hAnsi"))
                self.is_capital |= any(map(_CAPITAL_FONT.match, fonts))

    def _end(self, name: str) -> None:
        match name:
            case "t":
                self.is_text = False
            case "p":
                self.draft.end_line()
            case "hdr" | "ftr" | "txbxContent" | "txBody":
                self.draft.close()
            case "tc":
                self.draft.close_cell()
            case "tbl":
                self.draft.close_table()

    def _text(self, text: str) -> None:
        if self.is_text:
            self.draft.text(_capitals(text) if self.is_capital else text)


def _capitals(text: str) -> str:
    """Return plain letters as capitals; the codes of old fonts have no others."""
    if any("\x80" <= c <= "\xff" for c in text):
        return "".join(c.upper() if c.isascii() else c for c in text)
    return text.upper()


class _Shared:
    """The strings that the cells of a workbook name by number."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.parts: list[str] = []
        self.is_text = False

    def read(self, part: IO[bytes]) -> list[str]:
        markup.read(part, self._start, self._end, self._text)
        return self.strings

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self.is_text = name == "t"

    def _end(self, name: str) -> None:
        self.is_text = False
        if name == "si":
            self.strings.append("".join(self.parts))
            self.parts.clear()

    def _text(self, text: str) -> None:
        if self.is_text:
            self.parts.append(text)


class _Sheet:
    """The cells of one sheet, and what stands above and below its pages."""

    def __init__(self, name: str, shared: list[str]) -> None:
        self.number = _number(name)
        self.shared = shared
        self.rows: dict[int, dict[int, str]] = {}
        self.headers: list[str] = []
        self.cell = self.kind = ""
        self.is_header = self.is_value = False
        self.parts: list[str] = []

    def read(self, part: IO[bytes]) -> Iterator[Passage | Table]:
        markup.read(part, self._start, self._end, self._text)
        yield Table("sheet", self.rows, self.number)
        yield Passage("header", self.headers, is_margin=True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.cell, self.kind = attributes.get("r", ""), attributes.get("t", "")
        self.is_header = name in _HEADERS
        self.is_value = name in {"v", "t"} and self.kind in {"s", "str", "inlineStr"}

    def _end(self, name: str) -> None:
        if name in _HEADERS:
            text = _LAYOUT.sub("", "".join(self.parts))
            self.headers += re.split("&[LCR]|\n", text)
            self.parts.clear()
        elif name == "c":
            self._keep("".join(self.parts))
            self.parts.clear()
        self.is_value = self.is_header = False

    def _text(self, text: str) -> None:
        if self.is_value or self.is_header:
            self.parts.append(text)

    def _keep(self, text: str) -> None:
        at = _CELL.fullmatch(self.cell)
        if self.kind == "s":
            number = int(text) if text.isdecimal() and len(text) < 10 else -1  # noqa: PLR2004 (digits)
            text = self.shared[number] if 0 <= number < len(self.shared) else ""
        if at and text:
            column = 0
            for letter in at.group(1):
                column = column * 26 + ord(letter) - ord("A") + 1
            self.rows.setdefault(int(at.group(2)) - 1, {})[column - 1] = text
