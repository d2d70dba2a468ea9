"""Search as people type: with marks, without, abbreviated, or by number.

Neither SQLite's nor PostgreSQL's own search folds Vietnamese marks and đ, or keeps
"15/QĐ-UBND" in one piece, so we store what is searched in two columns: the words as
written, and the same folded. A condition on words looks at their beginnings, so that
"bieu" finds "biểu" and "biểu mẫu", but "an" does not find "đơn vị".
"""

import re
from dataclasses import dataclass
from typing import Self

from django.db.models import Case, IntegerField, Q, Value, When

from portal.core.text import fold, glue, nfc, without_marks

# Both ways: who types one finds the other. Folded, and only what officers really use.
ABBREVIATIONS = {
    "antt": "an ninh thong tin",
    "attt": "an toan thong tin",
    "bb": "bien ban",
    "bc": "bao cao",
    "bm": "bieu mau",
    "cccd": "can cuoc cong dan",
    "cntt": "cong nghe thong tin",
    "cbccvc": "can bo cong chuc vien chuc",
    "dvc": "dich vu cong",
    "hdnd": "hoi dong nhan dan",
    "nd": "nghi dinh",
    "qc": "quy che",
    "qd": "quyet dinh",
    "tp": "thanh pho",
    "tt": "thong tu",
    "ttg": "thu tuong chinh phu",
    "tthc": "thu tuc hanh chinh",
    "tttt": "thong tin va truyen thong",
    "tx": "thi xa",
    "ubnd": "uy ban nhan dan",
    "vbdt": "van ban dien tu",
}

# Citizens call the same sheet giấy, phiếu, đơn or tờ khai: beside other words of a
# query these only help to rank. "giay bao su co" finds "Phiếu báo sự cố" (Điều 2.4).
KINDS = {"giay", "phieu", "don", "mau", "bieu", "ban", "to", "khai", "bien"}

_CODE = re.compile(r"[0-9a-z]+(?:[-/._][0-9a-z]+)+")
# Officials write kỹ and kĩ, lý and lí: alone after a consonant, y sounds as i.
_Y_ALONE = re.compile(r"(?<=[bcdghklmnpqrstvx])y\b")
LONGEST_QUERY = 200  # characters; more is no search


def _sounded(folded: str) -> str:
    return _Y_ALONE.sub("i", folded)


def _glued_codes(text: str) -> set[str]:
    """Return each code in one piece, and its tails: 15qdubnd, qdubnd."""
    found = set()
    for code in _CODE.findall(without_marks(text)):
        parts = re.split(r"[-/._]", code)
        found |= {"".join(parts[start:]) for start in range(len(parts) - 1)}
    return found


def _other_writings(folded: str) -> set[str]:
    framed = f" {folded} "
    shortened = {s for s, long in ABBREVIATIONS.items() if f" {long} " in framed}
    written_out = {long for s, long in ABBREVIATIONS.items() if f" {s} " in framed}
    return shortened | written_out


def _that_count(tokens: list[str]) -> list[str]:
    return [token for token in tokens if token not in KINDS] or tokens


def _all_of(tokens: list[str]) -> Q:
    condition = Q()
    for token in tokens:
        condition &= Q(folded__contains=f" {token}")
    return condition


@dataclass(frozen=True)
class Folded:
    """The two columns in which a row is searched."""

    words: str
    folded: str

    @classmethod
    def of(cls, *texts: str) -> Self:
        """Return the columns of a row made of these texts."""
        written = " ".join(nfc(text) for text in texts if text).lower()
        folded = fold(written)
        more = sorted(_glued_codes(written) | _other_writings(folded))
        # The leading blank lets every word be found by its beginning.
        return cls(f" {written}", _sounded(f" {' '.join([folded, *more])} "))


@dataclass(frozen=True)
class Query:
    """What somebody typed into a search box."""

    text: str

    @classmethod
    def of(cls, typed: str) -> Self:
        """Return the query in NFC, without surplus blanks, at most 200 characters."""
        return cls(" ".join(nfc(typed)[:LONGEST_QUERY].split()))

    def __bool__(self) -> bool:
        return bool(self.tokens)

    @property
    def tokens(self) -> list[str]:
        """The folded words, each once."""
        return list(dict.fromkeys(_sounded(fold(self.text)).split()))

    @property
    def glued(self) -> list[str]:
        """The folded words, codes in one piece."""
        return list(dict.fromkeys(_sounded(glue(self.text)).split()))

    def condition(self) -> Q:
        """Return the condition on rows that hold all of the words that count."""
        return _all_of(_that_count(self.tokens)) | _all_of(_that_count(self.glued))

    def near_condition(self) -> Q:
        """Return the condition on rows that hold at least one longer word."""
        near = Q(pk__in=[])
        for token in self.tokens:
            if len(token) > 2:  # noqa: PLR2004 (shorter words are in nearly every row)
                near |= Q(folded__contains=f" {token}")
        return near

    def rank(self) -> Case:
        """Return the order: the code, as written, one phrase, every word, the rest."""
        phrase = " ".join(_that_count(_sounded(fold(self.text)).split()))
        code = fold(self.text).replace(" ", "-").upper()
        return Case(
            When(code=code, then=Value(0)),
            When(words__contains=f" {self.text.lower()}", then=Value(1)),
            When(folded__contains=f" {phrase}", then=Value(2)),
            When(_all_of(self.tokens), then=Value(3)),
            default=Value(4),
            output_field=IntegerField(),
        )

    def nearness(self) -> Case:
        """Return an expression that counts how many of the words a row holds."""
        total: Case | None = None
        for token in self.tokens:
            one = Case(
                When(folded__contains=f" {token}", then=Value(1)),
                default=Value(0),
                output_field=IntegerField(),
            )
            total = one if total is None else total + one  # type: ignore[assignment]
        return total if total is not None else Case(default=Value(0))

    def matches(self, *texts: str) -> bool:
        """Tell whether a row made of these texts holds all of the words."""
        folded = Folded.of(*texts).folded
        return any(
            all(f" {token}" in folded for token in tokens)
            for tokens in (_that_count(self.tokens), _that_count(self.glued))
        )
