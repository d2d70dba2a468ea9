"""What every document on paper shares: names, days and codes as the decree writes them.

Liberation Serif has the metrics of Times New Roman and all Vietnamese letters; the
package fonts-liberation2 brings it. The style that goes with this is
`templates/portal/paper.css`.

Source: Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I and II.
"""

import re
import secrets
from datetime import date, datetime
from itertools import combinations, cycle, pairwise

import segno
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.core.clock import VIETNAM

# Below these, the decree puts a zero in front (Phụ lục I, II.3.c and II.4.b).
PADDED_BELOW = 10
LAST_PADDED_MONTH = 2
# Without letters and digits that look alike on paper.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
NO_BREAK = "\N{NO-BREAK SPACE}"
LONGEST_LINE = 26  # capitals of 12 points in the left half of the head
# The name of a place stays on one line with the word that introduces it.
_PLACE = re.compile(
    r"\b(tỉnh|thành phố|thị xã|thị trấn|huyện|phường|xã) (\w+(?: \w+){0,2})$",
    re.IGNORECASE,
)
# Words of two syllables that a line should not part.
_COMPOUND = re.compile(
    r"(công|truyền|thông|nhân|văn|môi|nông|đầu|trung) "
    r"(?=nghệ|thông|tin|dân|phòng|trường|thôn|tư|tâm)",
    re.IGNORECASE,
)
_LONG_WORD = re.compile(r"(\S{30,})")  # a hash or an address
_ABBREVIATIONS = {"Ủy ban nhân dân": "UBND", "Hội đồng nhân dân": "HĐND"}


def check_code(prefix: str) -> str:
    """Return a code of 58 bits of chance that people can type from paper."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _each in range(12))


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


def abbreviated(name: str) -> str:
    """Return the parent agency's name with its common phrases cut (II.2.a)."""
    for phrase, short in _ABBREVIATIONS.items():
        name = re.sub(phrase, short, name, flags=re.IGNORECASE)
    return name


def parent_shown(agency: str, parent: str) -> str:
    """Return what stands above the agency's name; a People's Committee stands alone.

    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I, II.2.a.
    """
    stands_alone = agency.lower().startswith("ủy ban nhân dân")
    return "" if stands_alone else abbreviated(parent)


def balanced(name: str) -> list[str]:
    """Return an agency's name in capitals, on as few lines as fit, alike in length.

    An empty name has no lines. Neither a place name nor a word of two syllables is
    broken.
    """
    if not name:
        return []
    glued = _PLACE.sub(lambda found: found.group().replace(" ", NO_BREAK), name)
    glued = _COMPOUND.sub(rf"\g<1>{NO_BREAK}", glued)
    words = glued.upper().split(" ")
    for count in range(1, len(words) + 1):
        lines = min(_splits(words, count), key=_unevenness)
        if max(map(len, lines)) <= LONGEST_LINE:
            return lines
    return words


def _splits(words: list[str], count: int) -> list[list[str]]:
    """Return every way to put the words on so many lines."""
    ways = combinations(range(1, len(words)), count - 1)
    return [
        [" ".join(words[a:b]) for a, b in pairwise((0, *way, len(words)))]
        for way in ways
    ]


def _unevenness(lines: list[str]) -> tuple[int, int]:
    return sum(len(line) ** 2 for line in lines), len(lines[0])


def breakable(paragraph: str) -> SafeString:
    """Return a paragraph whose hashes and addresses may break anywhere."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span class="long">{}</span>', part) if is_long else part,)
            for part, is_long in zip(
                _LONG_WORD.split(paragraph), cycle((False, True)), strict=False
            )
        ),
    )


def qr_code(address: str) -> str:
    """Return the QR code of an address as a `data:` address of an SVG picture."""
    code = segno.make(address, error="m", micro=False)
    picture: str = code.svg_data_uri(border=0, omitsize=True, xmldecl=False)
    return picture
