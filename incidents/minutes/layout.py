"""How a biên bản looks: Nghị định 30/2020/NĐ-CP, Phụ lục I, on A4.

Pure: a document goes in, bytes come out, the same bytes each time. Nothing is read but
our own template and style. Liberation Serif has the metrics of Times New Roman and all
Vietnamese letters; the package fonts-liberation2 brings it.
"""

import re
from itertools import combinations, cycle, pairwise
from urllib.parse import unquote

import segno
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from incidents.minutes.document import MinutesDocument, spoken_day, spoken_moment

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


def render(document: MinutesDocument) -> bytes:
    """Return the biên bản as PDF/A-2a in the layout of Mẫu 1.9.

    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I, and Phụ lục III, Mẫu 1.9.
    """
    from portal.core import pdf  # noqa: PLC0415 (WeasyPrint loads for a second)

    page = render_to_string(
        "incidents/minutes/page.html",
        {
            "minutes": document,
            "title": f"Biên bản số {document.code}: {document.subject}",
            "agency": balanced(document.agency),
            "parent_agency": balanced(abbreviated(_parent_of(document))),
            "sections": [
                (part.heading, [breakable(text) for text in part.paragraphs])
                for part in document.sections
            ],
            "day": spoken_day(document.day),
            "starts": spoken_moment(document.started_at),
            "ends": spoken_moment(document.ended_at),
            "qr": qr_code(document.check_url),
            "check_address": unquote(document.check_url),
        },
    )
    style = render_to_string("incidents/minutes/page.css")
    return pdf.render(page, style)


def _parent_of(document: MinutesDocument) -> str:
    """Return the agency above the name; a People's Committee stands alone (II.2.a)."""
    stands_alone = document.agency.lower().startswith("ủy ban nhân dân")
    return "" if stands_alone else document.parent_agency


def abbreviated(name: str) -> str:
    """Return the parent agency's name with its common phrases cut (II.2.a)."""
    for phrase, short in _ABBREVIATIONS.items():
        name = re.sub(phrase, short, name, flags=re.IGNORECASE)
    return name


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
