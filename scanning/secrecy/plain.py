"""The text of TXT and CSV files, and of RTF."""

import codecs
import csv
import re
from collections.abc import Iterator
from typing import IO

from scanning.secrecy.drafting import Draft
from scanning.secrecy.possible import may_hold_stamp
from scanning.secrecy.stamps import Passage, Table

_BLOCK = 4_000_000  # bytes looked through at once
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SNIFFED = 20  # lines that show whether a text is a table
_DELIMITERS = (",", ";", "\t")
_MOST_ROWS = 200_000


def text(file: IO[bytes]) -> Iterator[Passage | Table]:
    """Yield the lines of a text file, block by block, and its cells if it is a CSV.

    Nothing if its bytes tell that no stamp stands in it.
    """
    if not _is_wide(file) and not may_hold_stamp(file):
        return
    first, number = True, 0
    for block in _whole(file) or _blocks(file, _encoding(file)):
        lines = block.splitlines()
        if first and (delimiter := _delimiter(lines)):
            yield _cells(lines, delimiter)
        else:
            yield Passage("line", lines, number)
        number += len(lines)
        first = False


def _is_wide(file: IO[bytes]) -> bool:
    """Tell whether each letter takes two bytes: the mark of UTF-16 says so."""
    file.seek(0)
    mark = file.read(2)
    file.seek(0)
    return mark in _WIDE


def _whole(file: IO[bytes]) -> list[str]:
    """Return a small text in UTF-8 in one piece, decoded once; of others nothing."""
    raw = file.read(_BLOCK)
    file.seek(0)
    if len(raw) == _BLOCK or raw.startswith(_WIDE):
        return []
    try:
        return [raw.decode("utf-8-sig")]
    except UnicodeDecodeError:
        return []


def _blocks(file: IO[bytes], encoding: str) -> Iterator[str]:
    """Yield the text in pieces that end where a line ends."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    begun: list[str] = []
    raw = file.read(_BLOCK)
    while raw:
        following = file.read(_BLOCK)
        said = decoder.decode(raw, final=not following)
        # Not behind a bare "\r" at the end, whose "\n" may be still to come.
        cut = (said.rfind("\n") + 1) or (said.rfind("\r", 0, -1) + 1)
        end = cut if following else len(said)
        begun.append(said[:end])
        if end:
            yield "".join(begun)
            begun = []
        begun.append(said[end:])
        raw = following


def _encoding(file: IO[bytes]) -> str:
    """Return UTF-8 or UTF-16 if it is that, else Latin-1, in which the old ones lie."""
    if _is_wide(file):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(1024 * 1024):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "latin-1"
    finally:
        file.seek(0)
    return "utf-8-sig"


def _delimiter(lines: list[str]) -> str:
    """Return what parts the cells, if every line has as many of it; else nothing."""
    sample = [line for line in lines[:_SNIFFED] if line.strip()]
    if len(sample) <= 1:
        return ""
    for each in _DELIMITERS:
        counts = {line.count(each) for line in sample}
        if len(counts) == 1 and counts != {0}:
            return each
    return ""


def _cells(lines: list[str], delimiter: str) -> Table:
    rows = {}
    try:
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter)):
            if number < _MOST_ROWS or any("ậ" in cell.lower() for cell in row):
                rows[number] = {c: cell for c, cell in enumerate(row) if cell.strip()}
    except csv.Error:
        rows = {n: {0: line} for n, line in enumerate(lines)}
    return Table("sheet", rows, 1)


_TOKEN = re.compile(
    rb"\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<word>[a-zA-Z]{1,32})(?P<value>-?\d{1,10})? ?"
    rb"|\\(?P<sign>[^a-zA-Z])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\"
)
_SILENT = {
    *(b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"themedata"),
    *(b"listtable", b"listoverridetable", b"rsidtbl", b"generator", b"fldinst"),
    *(b"datastore", b"latentstyles", b"object", b"objdata", b"xmlnstbl", b"filetbl"),
    *(b"colorschememapping", b"panose", b"falt", b"sn", b"bkmkstart", b"bkmkend"),
}
_MARGINS = {
    *(b"header", b"headerl", b"headerr", b"headerf"),
    *(b"footer", b"footerl", b"footerr", b"footerf"),
}
_LINE_ENDS = {
    b"par",
    b"line",
    b"sect",
    b"page",
    b"row",
    b"cell",
    b"nestcell",
    b"column",
}
_SIGNS = {b"~": " ", b"-": "", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}"}
_QUOTES = {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”"}
_DASHES = {b"emdash": "—", b"endash": "–", b"bullet": "•", b"tab": "\t"}
_MARKS = _QUOTES | _DASHES


def rtf(content: bytes) -> list[Passage | Table]:
    """Return what an RTF document says: text, headers and footers, text boxes."""
    return _Rtf().read(content)


class _Group:
    """What holds inside one pair of braces."""

    def __init__(self, outer: "_Group | None" = None) -> None:
        self.is_silent: bool = outer.is_silent if outer else False
        self.is_capital: bool = outer.is_capital if outer else False
        self.skipped: int = outer.skipped if outer else 1  # letters after each \u
        self.opens = False


class _Rtf:
    def __init__(self) -> None:
        self.draft = Draft("body")
        self.groups = [_Group()]
        self.to_skip = 0
        self.half = ""  # the first half of a letter beyond 16 bits

    def read(self, content: bytes) -> list[Passage | Table]:
        for token in _TOKEN.finditer(content):
            kind = token.lastgroup
            if kind == "brace":
                self._brace(token["brace"])
            elif token["word"]:
                self._word(token["word"], token["value"])
            elif token["hex"]:
                self._say(bytes.fromhex(token["hex"].decode()).decode("latin-1"), True)
            elif token["sign"]:
                self._say(_SIGNS.get(token["sign"], ""), True)
            elif token["text"]:
                self._say(token["text"].decode("latin-1"))
        return self.draft.finish()

    def _brace(self, brace: bytes) -> None:
        self.to_skip = 0
        if brace == b"{":
            self.groups.append(_Group(self.groups[-1]))
        elif len(self.groups) > 1 and self.groups.pop().opens:
            self.draft.close()

    def _word(self, word: bytes, value: bytes | None) -> None:
        group = self.groups[-1]
        # What follows \\bin is not text either.
        if word in _SILENT or word == b"bin":
            group.is_silent = True
        elif group.is_silent:
            return
        elif word in _MARGINS:
            self._open(group, "header")
        elif word == b"shptxt":
            self._open(group, "box")
        elif word in _LINE_ENDS:
            self.draft.end_line()
        elif word in _MARKS:
            self._say(_MARKS[word])
        else:
            self._style(group, word, value)

    def _style(self, group: _Group, word: bytes, value: bytes | None) -> None:
        if word in {b"caps", b"scaps"}:
            group.is_capital = value != b"0"
        elif word == b"plain":
            group.is_capital = False
        elif word == b"uc" and value:
            group.skipped = min(max(int(value), 0), 8)
        elif word == b"u" and value:
            self._unicode(int(value) & 0xFFFF)
            self.to_skip = group.skipped

    def _open(self, group: _Group, place: str) -> None:
        if not group.opens:
            group.opens = True
            self.draft.open(place)

    def _unicode(self, code: int) -> None:
        letter = chr(code)
        if "\ud800" <= letter <= "\udfff":
            return  # signs beyond 16 bits are no letters of Vietnamese
        self.to_skip = 0
        self._say(letter)

    def _say(self, said: str, is_sign: bool = False) -> None:
        """Say letters, but not those that stand in for the last Unicode letter."""
        if self.to_skip:
            dropped = 1 if is_sign else min(self.to_skip, len(said))
            self.to_skip -= dropped
            said = said[dropped:]
        group = self.groups[-1]
        if said and not group.is_silent:
            self.draft.text(said.upper() if group.is_capital else said)
