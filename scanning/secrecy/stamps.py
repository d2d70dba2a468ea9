"""What is a stamp of secrecy in a text, and what merely speaks of one.

Three words mark a paper as a state secret: MẬT, TỐI MẬT, TUYỆT MẬT. They are stamped
on it, so they stand alone: on a line, in a frame, in a cell, or behind "Độ mật:". The
same words in a sentence, a heading, a list of levels or the column of a register only
speak of it, and Điều 12.4 forbids to hold a paper for that. The rules:

1. In capitals, the words alone on their line are a stamp, bare, framed by signs or
   with spaced letters. Behind a bullet only where stamps are put.
2. In small letters they are one behind "Độ mật:" or in a ticked box; otherwise only
   where stamps are put (head or foot of a page, text box) of an official document.
3. Without marks, TOI MAT and TUYET MAT are treated alike. MAT alone is too common: only
   behind "Do mat:", or in capitals where stamps are put, if the whole text is
   Vietnamese of an office, written without marks.
4. Not a stamp: what has a number or a letter of a list before it, an unticked box, a
   quotation in small letters, a line that is the rest of "bảo mật", "bí mật", "mật
   khẩu" or of a sentence about a stamp, different levels within three lines of one
   another (a list of levels), and a cell below the heading "Độ mật" of a register.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.4 and 12.7; Luật Bảo vệ bí mật nhà nước.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from scanning.secrecy.spelling import is_capital, spellings, without_marks


class Level(StrEnum):
    """The three levels, as they are stamped; never translated."""

    MAT = "MẬT"
    TOI_MAT = "TỐI MẬT"
    TUYET_MAT = "TUYỆT MẬT"


@dataclass(frozen=True)
class Passage:
    """Text that stands together: a page, a header, a text box, a body.

    place, number: where people find it: see `scanning.verdicts.PLACES`. is_margin: a
    header, footer or box, where stamps are put. is_guess: read from a picture, so
    marks may have been misread.
    """

    place: str
    lines: Sequence[str]
    number: int = 0
    is_margin: bool = False
    is_guess: bool = False


@dataclass(frozen=True)
class Table:
    """Cells with text, by row and column from 0; a cell may have lines."""

    place: str
    rows: Mapping[int, Mapping[int, str]]
    number: int = 0


@dataclass(frozen=True)
class Stamp:
    """A level, and where it stands. `spot`: the line (from 1) or the cell, if any."""

    level: Level
    place: str
    number: int = 0
    spot: str = ""


@dataclass
class Context:
    """What the beginning of a document tells about the whole of it."""

    left: int = 4000  # letters still to be read
    is_official: bool = False
    has_marks: bool = False

    def learn(self, lines: Sequence[str]) -> None:
        """Take in the beginning of a document, piece by piece."""
        if self.left <= 0:
            return
        # Each takes one letter at least, its end.
        text = "\n".join(line[: self.left] for line in lines[: self.left])[: self.left]
        self.left -= len(text)
        for each in spellings(text):
            self.is_official |= bool(_OFFICIAL.search(without_marks(each)))
        self.has_marks |= without_marks(text) != text.lower()


_OFFICIAL = re.compile(
    r"\b(?:cong hoa xa hoi|doc lap|uy ban|ubnd|hdnd|kinh gui|quyet dinh|cong van"
    r"|noi nhan|so\s*:|dang cong san|ban chi dao|cong an|bo chi huy)"
)
# The possible middle of a stamp in any encoding, without the commonest words that hold
# it too; quick, over a whole text.
POSSIBLE = re.compile(
    r"[mM](?<!bảo m)(?<!Bảo m)(?<!BẢO M)(?<!bí m)(?<!Bí m)(?<!BÍ M)"
    r"[\W_]{0,6}[aAâÂậẬạẠËäÄ][\u0302\u0323äÄòÒ^]{0,2}[\W_]{0,6}[tT](?![^\W_])"
    r"(?! (?:khẩu|mã|ong))"
)
_LEVELS = {
    "mật": Level.MAT,
    "tốimật": Level.TOI_MAT,
    "tuyệtmật": Level.TUYET_MAT,
}
_BARE_LEVELS = {without_marks(key): level for key, level in _LEVELS.items()}
# Signs of a line that may hold no more than a stamp: with spaces, and without.
_LONGEST, _MOST_SIGNS = 200, 48
_AT_ONCE = 100  # lines looked through together
NEAR = 3  # lines, or cells: within them, different levels are a list
_TOP, _BOTTOM = 10, 3  # lines
_FRAMES = "[]()*<>{}=~_#-–—|•★☆«»\"“”'+:."
_OPENING = "[(*<{=~_#-–—|★☆«\"“'"
_CLOSING = "])*>}=~_#-–—|★☆»\"”'"
_QUOTES = "\"“”«»'‘’"
_BULLETS = "-–—+•●▪◦*·➢✓"
_BETWEEN = re.compile(r"^[\s.\-–—_·*]*$")
_TICKED = re.compile(r"^\s*(?:[☑☒✓✔■]|[\[(]\s*[xXvV✓✔]\s*[\])])\s*")
_UNTICKED = re.compile(r"[☐□○◯❑❏▢]|\[\s*\]|\(\s*\)")
_IN_A_LIST = re.compile(
    r"^\s*(?:[a-zđ]|[ivx]{1,4}|\d{1,3})\s*[.)\]:]\s*", re.IGNORECASE
)
_BULLET = re.compile(rf"^\s*[{re.escape(_BULLETS)}]\s*")
_LABEL = re.compile(
    r"^\W*(?:dấu\s+)?(?:chỉ\s+)?(?:mức\s+)?(?:độ\s+)?(?:bảo\s+)?độ\s+mật\s*"
    r"|^\W*mức\s+độ\s+(?:bảo\s+)?mật\s*|^\W*(?:muc\s+)?do\s+mat\s*",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(
    r"(?:trang|page)?\s*\d+\s*(?:(?:/|của|of)\s*\d+)?", re.IGNORECASE
)
_WIDE_GAP = re.compile(r"\t+|\s{3,}|[|;]")
# Without one of these a line has no wide gap: every blank but the plain one, or two.
_BLANKS = tuple(chr(code) for code in range(0x3001) if chr(code).isspace())
_GAPS = ("  ", "|", ";", *(blank for blank in _BLANKS if blank != " "))
_ASCII_GAPS = tuple(gap for gap in _GAPS if gap.isascii())
_MOST_COLUMNS = 2  # of a letterhead set side by side; more is a table
# Ends of a line of which "mật" on the next is the rest.
_BEFORE = re.compile(
    r"(?:bảo|bí|không|cẩn|cơ|thân|mức|dấu|đóng|loại|chữ|từ|là|hoặc|và|thuộc|các|hay"
    r"|về|của|theo|tính|tin|độ|mức độ|bao|khong|dau)[\s:“\"‘']*$",
    re.IGNORECASE,
)
# Whole lines that are the rest of a word which begins with "mật".
_AFTER = {
    *("khẩu", "mã", "độ", "ong", "thư", "vụ", "thất", "ngữ", "lệnh", "hiệu", "danh"),
    *("thiết", "đàm", "mía", "gấu", "khau", "ma", "do", "thu", "vu"),
}
# What a reader of pictures makes of the marks.
_MISREAD = re.compile(r"^(?:(t[oôốồổ]i|tuy[eêệếễ]t))?m[aâậạ]t$", re.IGNORECASE)


def letters_of(text: str) -> str:
    """Return the letters alone, small."""
    return "".join(c for c in text.lower() if c.isalpha())


@dataclass(frozen=True)
class Words:
    """A line that says a level and nothing else."""

    level: Level
    is_capital: bool
    is_labelled: bool = False
    is_ticked: bool = False
    is_framed: bool = False
    is_listed: bool = False
    is_bulleted: bool = False
    is_quoted: bool = False
    is_bare: bool = False  # written without marks
    is_spaced: bool = False


def words(
    line: str, *, is_margin: bool = False, is_guess: bool = False
) -> Words | None:
    """Return what a line says if it says a level and nothing else."""
    if len(line) > _LONGEST or len(line.replace(" ", "")) > _MOST_SIGNS:
        return None
    if not POSSIBLE.search(line):
        return None
    for text in spellings(line):
        whole = _PAGE_NUMBER.sub(" ", text) if is_margin else text
        if found := _words(whole, is_guess):
            return found
    return None


def _words(text: str, is_guess: bool) -> Words | None:
    label = _LABEL.match(text)
    if label and (rest := text[label.end() :]).strip(_FRAMES + " "):
        found = _words(rest.lstrip(" :：.-–—=("), is_guess)
        is_value = found and not found.is_listed
        return replace(found, is_labelled=True) if found and is_value else None
    ticked = _TICKED.match(text)
    if ticked:
        text = text[ticked.end() :]
    elif _UNTICKED.search(text):
        return None
    listed = _IN_A_LIST.match(text)
    # "M. Ậ. T" begins like a list, but goes on in single letters.
    if listed and letters_of(text) not in _LEVELS:
        text = text[listed.end() :]
    else:
        listed = None
    if re.search(r"\d", text):
        return None
    level, is_bare = _level(text, is_guess)
    if level is None:
        return None
    return _described(text, level, is_bare, bool(ticked), bool(listed))


def _level(text: str, is_guess: bool) -> tuple[Level | None, bool]:
    said = letters_of(text)
    if said in _LEVELS:
        return _LEVELS[said], False
    if said in _BARE_LEVELS:
        return _BARE_LEVELS[said], not is_guess
    if is_guess and is_capital(text) and (read := _MISREAD.match(said)):
        word = without_marks(read.group(1) or "")
        return _BARE_LEVELS[f"{word}mat"], False
    return None, False


def _described(
    text: str, level: Level, is_bare: bool, ticked: bool, listed: bool
) -> Words | None:
    first = next(i for i, c in enumerate(text) if c.isalpha())
    last = max(i for i, c in enumerate(text) if c.isalpha())
    before, inside, after = text[:first], text[first : last + 1], text[last + 1 :]
    if not _BETWEEN.match("".join(c for c in inside if not c.isalpha())):
        return None
    opening, closing = before.strip(), after.strip().rstrip(".:!;,")
    return Words(
        level,
        is_capital=is_capital(inside),
        is_ticked=ticked,
        is_listed=listed,
        is_framed=bool(opening and closing)
        and opening[-1] in _OPENING
        and closing[0] in _CLOSING,
        is_bulleted=bool(opening) and not closing and opening[-1] in _BULLETS,
        is_quoted=bool(opening) and opening[-1] in _QUOTES,
        is_bare=is_bare,
        is_spaced=len(inside) > len(letters_of(inside)) + 1,
    )


def is_stamp(said: Words, *, is_edge: bool, context: Context) -> bool:
    """Tell whether words that stand alone are a stamp (see the rules above).

    is_edge: where stamps are put: head or foot of a page, header, footer, text box.
    """
    if said.is_listed:
        return False
    if said.is_labelled or said.is_ticked:
        return True
    if said.is_bulleted and not (said.is_capital and is_edge):
        return False
    if said.is_bare and said.level == Level.MAT:
        is_unmarked = context.is_official and not context.has_marks
        return said.is_capital and is_edge and is_unmarked
    if said.is_capital:
        return True
    return is_edge and context.is_official and not said.is_quoted


def _may_say(line: str) -> bool:
    """Tell quickly that a line, or a part of it, is short enough for a stamp."""
    if len(line) <= _LONGEST:
        return True
    if "m" not in line and "M" not in line:
        return False
    gaps = _ASCII_GAPS if line.isascii() else _GAPS
    return any(gap in line for gap in gaps)


@dataclass
class _Reading:
    """The lines of one passage that say a level, and how those around them read."""

    passage: Passage
    context: Context
    lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = [line for line in self.passage.lines if line.strip()]

    def stamps(self) -> Iterator[Stamp]:
        said = {at: found for at in self._hits() if (found := self._said(at))}
        for at, group in said.items():
            around = {
                w.level
                for other in range(at - NEAR, at + NEAR + 1)
                for w in said.get(other, ())
            }
            if len(around) > 1:
                continue  # a list of levels
            if any(self._stands(w, at) for w in group):
                yield self._stamp(self._whole(group[0].level, at), at)

    def _hits(self) -> Iterator[int]:
        for start in range(0, len(self.lines), _AT_ONCE):
            some = self.lines[start : start + _AT_ONCE]
            # What no line holds alone, they may hold together; never the reverse.
            if POSSIBLE.search("\n".join(filter(_may_say, some))):
                for at, line in enumerate(some, start):
                    if _may_say(line) and POSSIBLE.search(line):
                        yield at

    def _said(self, at: int) -> list[Words]:
        """Return what a line says alone, or its parts set side by side."""
        line, passage = self.lines[at], self.passage
        kind = {"is_margin": passage.is_margin, "is_guess": passage.is_guess}
        if whole := words(line, **kind):
            return [whole]
        if not _WIDE_GAP.search(line):
            return []
        parts = [part for part in _WIDE_GAP.split(line) if part.strip()]
        found = [one for part in parts if (one := words(part, **kind))]
        levels = {one.level for one in found}
        if len(levels) > 1:
            return found
        if len(parts) > _MOST_COLUMNS:
            return [one for one in found if one.is_labelled]
        return [one for one in found if one.is_capital or one.is_labelled]

    def _stands(self, said: Words, at: int) -> bool:
        is_edge = self.passage.is_margin or at < _TOP or at >= len(self.lines) - _BOTTOM
        if not is_stamp(said, is_edge=is_edge, context=self.context):
            return False
        before, after = self._beside(at - 1), self._beside(at + 1)
        if said.is_labelled or said.is_framed:
            return True
        is_rest = any(_BEFORE.search(text) for text in spellings(before))
        is_rest &= not any(is_label_alone(text) for text in spellings(before))
        goes_on = any(text.lower().strip() in _AFTER for text in spellings(after))
        return not (is_rest or goes_on)

    def _whole(self, level: Level, at: int) -> Level:
        """Return the level of a stamp that is set on two lines."""
        if level == Level.MAT:
            for text in spellings(self._beside(at - 1)):
                both = letters_of(text) + "mật"
                level = _LEVELS.get(both, level)
        return level

    def _beside(self, at: int) -> str:
        return self.lines[at] if 0 <= at < len(self.lines) else ""

    def _stamp(self, level: Level, at: int) -> Stamp:
        spot = str(self._number(at)) if self.passage.place == "line" else ""
        return Stamp(level, self.passage.place, self.passage.number, spot)

    def _number(self, at: int) -> int:
        """Return the number of a line as people count it, empty ones included."""
        filled = [i for i, line in enumerate(self.passage.lines, 1) if line.strip()]
        return filled[at] + self.passage.number


def is_label_alone(text: str) -> bool:
    """Tell whether a text is "Độ mật" and says no level."""
    label = _LABEL.match(text)
    return bool(label) and not letters_of(text[label.end() :]) if label else False


def in_passage(passage: Passage, context: Context) -> Iterator[Stamp]:
    """Yield the stamps in one passage of a document that begins as `context` says."""
    yield from _Reading(passage, context).stamps()
