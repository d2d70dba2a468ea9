"""What a biên bản says, apart from how it looks: plain values, no rows.

Source: Nghị định 30/2020/NĐ-CP, Phụ lục I and Mẫu 1.9; Quyết định 06/2012/QĐ-UBND,
Điều 14.1.a.
"""

from dataclasses import dataclass
from datetime import date, datetime

from portal.core.clock import VIETNAM

# Below these, the decree puts a zero in front (Phụ lục I, II.3.c and II.4.b).
PADDED_BELOW = 10
LAST_PADDED_MONTH = 2


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


def padded(number: int) -> str:
    """Return a number with a zero in front if it has one digit only."""
    return f"{number:02d}" if number < PADDED_BELOW else str(number)


def spoken_day(day: date) -> str:
    """Return a day as the decree writes it: "ngày 05 tháng 02 năm 2026".

    Zeros stand before days below 10 and before months 1 and 2, and nowhere else.
    """
    month = f"{day.month:02d}" if day.month <= LAST_PADDED_MONTH else str(day.month)
    return f"ngày {padded(day.day)} tháng {month} năm {day.year}"


def spoken_moment(moment: datetime) -> str:
    """Return it in Vietnamese time: "08 giờ 05 phút, ngày 05 tháng 9 năm 2026"."""
    local = moment.astimezone(VIETNAM)
    hour, minute = padded(local.hour), padded(local.minute)
    return f"{hour} giờ {minute} phút, {spoken_day(local.date())}"
