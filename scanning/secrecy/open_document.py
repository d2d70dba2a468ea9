"""The text of ODT, ODS and their kin: bodies, headers, text boxes, cells."""

import zipfile
from collections.abc import Iterator
from typing import IO

from scanning.secrecy import markup
from scanning.secrecy.drafting import Draft
from scanning.secrecy.stamps import Passage, Table

_MARGINS = {
    *("header", "header-left", "header-first"),
    *("footer", "footer-left", "footer-first"),
}
# What a text may stand in on a page, apart from the page's own text.
_BOXES = {"text-box", "custom-shape", "rect", "ellipse"}
_MOST_REPEATED = 1_048_576  # rows of a sheet


def document(file: IO[bytes]) -> Iterator[Passage | Table]:
    """Yield what an OpenDocument says, its main text first."""
    with zipfile.ZipFile(file) as archive:
        for name in ("content.xml", "styles.xml"):
            info = archive.NameToInfo.get(name)
            if info and not info.flag_bits & 1:
                with archive.open(info) as part:
                    yield from _Part().read(part)


class _Part:
    def __init__(self) -> None:
        self.draft = Draft("body")
        self.paragraphs = self.sheets = 0
        self.is_sheet = False
        self.repeated_row = 1
        self.repeated: list[int] = []

    def read(self, part: IO[bytes]) -> list[Passage | Table]:
        markup.read(part, self._start, self._end, self._text)
        return self.draft.finish()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        draft = self.draft
        match name:
            case "p" | "h":
                self.paragraphs += 1
            case "tab":
                draft.text("\t")
            case "s":
                draft.text(" ")
            case "line-break":
                draft.end_line()
            case "spreadsheet":
                self.is_sheet = True
            case "table":
                self._open_table()
            case "table-row":
                draft.next_row(self.repeated_row)
                self.repeated_row = _count(attributes, "number-rows-repeated")
            case "table-cell" | "covered-table-cell":
                self.repeated.append(_count(attributes, "number-columns-repeated"))
                draft.open_cell()
            case _:
                self._open(name)

    def _open_table(self) -> None:
        if self.is_sheet:
            self.sheets += 1
            self.draft.open("sheet", self.sheets, is_margin=False)
        self.draft.open_table()

    def _open(self, name: str) -> None:
        if name in _MARGINS:
            self.draft.open("header")
        elif name in _BOXES:
            self.draft.open("box")

    def _end(self, name: str) -> None:
        draft = self.draft
        match name:
            case "p" | "h":
                self.paragraphs -= 1
                draft.end_line()
            case "table":
                draft.close_table(is_sheet=self.is_sheet)
                self.repeated_row = 1
                if self.is_sheet:
                    draft.close()
            case "table-cell" | "covered-table-cell":
                draft.close_cell(self.repeated.pop() if self.repeated else 1)
            case _ if name in _MARGINS or name in _BOXES:
                draft.close()

    def _text(self, text: str) -> None:
        if self.paragraphs:
            self.draft.text(" ".join(text.split("\n")))


def _count(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(name, "1")
    is_number = value.isdecimal() and len(value) <= len(str(_MOST_REPEATED))
    return min(int(value), _MOST_REPEATED) if is_number else 1
