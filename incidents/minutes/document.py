"""What a biên bản says, apart from how it looks: plain values, no rows.

Source: Nghị định 30/2020/NĐ-CP, Phụ lục I and Mẫu 1.9; Quyết định 06/2012/QĐ-UBND,
Điều 14.1.a.
"""

from dataclasses import dataclass
from datetime import date, datetime

from portal.core.paper import padded


@dataclass(frozen=True)
class Section:
    """A part of the content: a heading, empty for none, and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Signer:
    """Who signs: in which capacity ("THƯ KÝ", "CHỦ TRÌ"), and the name below it.

    on_behalf: the line above the capacity, such as "KT. CHỦ TỊCH"; empty for none.
    """

    capacity: str
    name: str
    on_behalf: str = ""


@dataclass(frozen=True)
class MinutesDocument:
    """One biên bản, ready to be laid out. All words are Vietnamese, as they will stand.

    agency, parent_agency: legal names of the day of issue; parent_agency may be empty.
    number, notation: 5 and "BB-UBND" make "05/BB-UBND".
    place: the administrative unit of the seat, such as "Đồng Xoài".
    subject: the trích yếu, a short phrase below the words BIÊN BẢN.
    started_at, ended_at: moments with a timezone; printed in Vietnamese time.
    attendees: one line for each person. recipients: one line each, "Lưu: …" last.
    check_url: the address behind the QR code, where anybody checks this document.
    check_code: what to type there from paper; empty for none.
    occasion: what began and ended, such as "Cuộc họp".
    """

    parent_agency: str
    agency: str
    number: int
    notation: str
    place: str
    day: date
    subject: str
    started_at: datetime
    ended_at: datetime
    venue: str
    attendees: tuple[str, ...]
    chair: str
    secretary: str
    sections: tuple[Section, ...]
    recipients: tuple[str, ...]
    secretary_signs: Signer
    chair_signs: Signer
    check_url: str
    check_code: str = ""
    occasion: str = "Việc lập biên bản"
    is_drill: bool = False

    def __post_init__(self) -> None:
        """Refuse what no biên bản can say.

        Raises ValueError for a number below one, a moment without a timezone, or an
        end before the start.
        """
        if self.number < 1:
            raise ValueError("the numbers of a year start with one")
        if self.started_at.tzinfo is None or self.ended_at.tzinfo is None:
            raise ValueError("the hours of a biên bản need a timezone")
        if self.ended_at < self.started_at:
            raise ValueError("a biên bản does not end before it starts")

    @property
    def code(self) -> str:
        """Number and notation as printed, such as 05/BB-UBND."""
        return f"{padded(self.number)}/{self.notation}"
