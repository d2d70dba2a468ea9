"""The biên bản on paper, measured against Nghị định 30/2020/NĐ-CP, Phụ lục I.

Figures are those of its Phần I; a test reads them out of the finished file.
"""

import io
import os
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from pypdf import PdfReader

from incidents.minutes.document import (
    MinutesDocument,
    Section,
    Signer,
)
from incidents.minutes.layout import render
from portal.core import pdf
from portal.core.paper import (
    LONGEST_LINE,
    balanced,
    padded,
    spoken_day,
    spoken_moment,
)

POINTS = 72 / 25.4  # in a millimetre
HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
# Every Vietnamese vowel with every mark, and đ: what a font may lack.
ALPHABET = unicodedata.normalize(
    "NFC",
    " ".join(
        vowel + mark
        for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
        for mark in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    )
    + " đ Đ",
)

MINUTES = MinutesDocument(
    parent_agency="Ủy ban nhân dân tỉnh Bình Phước",
    agency="Sở Nội vụ",
    number=5,
    notation="BB-SNV",
    place="Đồng Xoài",
    day=date(2026, 2, 5),
    subject="Sự cố an toàn thông tin tại máy chủ quản lý văn bản",
    started_at=datetime(2026, 2, 5, 1, 5, tzinfo=UTC),
    ended_at=datetime(2026, 2, 5, 3, 30, tzinfo=UTC),
    venue="Phòng họp số 2, trụ sở Sở Nội vụ",
    attendees=("Nguyễn Văn Mẫu, Cán bộ phụ trách", "Trần Thị Thử, Văn thư"),
    chair="Lê Văn Dụ, Chánh Văn phòng",
    secretary="Trần Thị Thử, Văn thư",
    sections=(
        Section("Diễn biến", ("Người dùng không đăng nhập được. " * 12,) * 8),
        Section("Chứng cứ", (f"nhat-ky.log, SHA-256 {HASH}.", ALPHABET)),
    ),
    recipients=("UBND tỉnh Bình Phước (báo cáo)", "Lưu: VT, Hồ sơ"),
    secretary_signs=Signer("Thư ký", "Trần Thị Thử"),
    chair_signs=Signer("Chủ trì", "Lê Văn Dụ", on_behalf="KT. Giám đốc"),
    check_url="https://portal.example/kiem-tra/?so=05%2FBB-SNV",
    check_code="BB23456789ABCD",
)


@dataclass(frozen=True)
class Line:
    """A run of words as it stands on a page; lengths in points, y from the top."""

    page: int
    words: str
    font: str
    size: float
    x: float
    y: float


def lines_of(content: bytes) -> list[Line]:
    found: list[Line] = []
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages, start=1):

        def visit(*run, number=number):
            words, scale, place, font, size = run
            if words.strip():
                name = font["/BaseFont"].split("+")[1]
                x, y, size = (each * scale[0] for each in (place[4], place[5], size))
                found.append(Line(number, words.strip(), name, round(size, 1), x, y))

        page.extract_text(visitor_text=visit)
    return found


def text_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return "\n".join(page.extract_text() for page in pages)


def squeezed(words: str) -> str:
    return re.sub(r"\s", "", words)


@pytest.fixture(scope="module")
def printed() -> bytes:
    return render(MINUTES)


@pytest.fixture(scope="module")
def lines(printed: bytes) -> list[Line]:
    return lines_of(printed)


def line(lines: list[Line], words: str) -> Line:
    plain = [replace(each, words=each.words.replace("\xa0", " ")) for each in lines]
    return next(each for each in plain if each.words.startswith(words))


# Element → font and size; 12/13 with body 14 is the pair of the decree's own samples.
METRICS = {
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM": ("Liberation-Serif-Bold", 12),
    "Độc lập - Tự do - Hạnh phúc": ("Liberation-Serif-Bold", 13),
    "UBND TỈNH BÌNH PHƯỚC": ("Liberation-Serif", 12),
    "SỞ NỘI VỤ": ("Liberation-Serif-Bold", 12),
    "Số: 05/BB-SNV": ("Liberation-Serif", 13),
    "Đồng Xoài, ngày 05 tháng 02 năm 2026": ("Liberation-Serif-Italic", 13),
    "BIÊN BẢN": ("Liberation-Serif-Bold", 14),
    "Sự cố an toàn thông tin": ("Liberation-Serif-Bold", 14),
    "Thời gian bắt đầu: 08 giờ 05 phút": ("Liberation-Serif", 14),
    "1. Diễn biến": ("Liberation-Serif-Bold", 14),
    "THƯ KÝ": ("Liberation-Serif-Bold", 14),
    "KT. GIÁM ĐỐC": ("Liberation-Serif-Bold", 14),
    "Lê Văn Dụ": ("Liberation-Serif-Bold", 14),
    "Nơi nhận:": ("Liberation-Serif-Bold-Italic", 12),
    "- Lưu: VT, Hồ sơ.": ("Liberation-Serif", 11),
}


@pytest.mark.parametrize("words", METRICS)
def test_each_element_has_the_size_and_style_of_the_decree(lines, words):
    found = line(lines, words)
    assert (found.font, found.size) == METRICS[words]


def test_the_page_is_a4_with_the_margins_of_the_decree(printed, lines):
    box = PdfReader(io.BytesIO(printed)).pages[0].mediabox
    assert (round(box.width / POINTS), round(box.height / POINTS)) == (210, 297)
    body = [each for each in lines if not each.words.isdecimal()]
    left = min(each.x for each in body) / POINTS
    assert 29.9 <= left <= 35
    assert all(20 <= each.y / POINTS <= 277 for each in body)


def test_the_first_line_of_a_paragraph_is_indented_by_1_27_cm(lines):
    indent = line(lines, "Thời gian bắt đầu").x / POINTS - 30
    assert indent == pytest.approx(12.7, abs=0.1)


def test_paragraphs_are_six_points_apart_and_lines_single(lines):
    first = next(each for each in lines if each.words.startswith("Người dùng không"))
    at = lines.index(first)
    leading = lines[at + 1].y - first.y
    assert 14 * 1.15 <= leading <= 14 * 1.5
    gap = line(lines, "Địa điểm").y - line(lines, "Thời gian bắt đầu").y - leading
    assert gap == pytest.approx(6, abs=0.1)


def test_number_and_date_stand_on_one_line(lines):
    assert line(lines, "Số: 05").y == line(lines, "Đồng Xoài, ngày").y


def test_the_page_number_is_in_the_top_margin_from_page_two(lines):
    numbers = [each for each in lines if each.words in {"1", "2", "3"}]
    assert [(each.page, each.words) for each in numbers] == [(2, "2"), (3, "3")]
    number = numbers[0]
    assert (number.font, number.size) == ("Liberation-Serif", 14)
    assert number.y / POINTS < 20
    middle = 30 + (210 - 30 - 20) / 2
    assert number.x / POINTS + 14 / POINTS / 4 == pytest.approx(middle, abs=0.5)


def test_both_names_are_signed_on_one_line(lines):
    chair, secretary = line(lines, "Lê Văn Dụ"), line(lines, "Trần Thị Thử")
    assert chair.y == secretary.y
    assert chair.y - line(lines, "THƯ KÝ").y > 20 * POINTS  # room for the hand


def test_only_liberation_serif_is_used_and_all_of_it_is_embedded(printed):
    fonts = {}
    for page in PdfReader(io.BytesIO(printed)).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font["/DescendantFonts"][0]["/FontDescriptor"]
            fonts[font["/BaseFont"].split("+")[1]] = "/FontFile2" in inner
    assert fonts, "no text at all"
    assert all(name.startswith("Liberation-Serif") for name in fonts), fonts
    assert all(fonts.values())


def test_d5_2_the_text_of_the_file_is_the_text_that_was_entered(printed):
    out = text_of(printed)
    assert unicodedata.is_normalized("NFC", out)
    copied = squeezed(out)
    for part in (MINUTES.subject, MINUTES.venue, *MINUTES.attendees, HASH, ALPHABET):
        assert squeezed(part) in copied
    assert copied.count(squeezed(MINUTES.sections[0].paragraphs[0])) == 8


def test_text_entered_decomposed_comes_out_composed():
    loose = unicodedata.normalize("NFD", MINUTES.subject)
    assert render(replace(MINUTES, subject=loose)) == render(MINUTES)


def test_d6_1_the_same_document_is_the_same_bytes(printed):
    assert render(MINUTES) == printed
    # In another process too, where sets and dictionaries of strings run differently.
    again = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        capture_output=True,
        check=True,
        cwd=settings.BASE_DIR,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    assert again.stdout == printed


ELSEWHERE = """
import sys
import django
django.setup()
from tests.incidents.test_minutes_layout import MINUTES, render
sys.stdout.buffer.write(render(MINUTES))
"""


def test_it_is_an_archive_file_with_tags_language_and_title(printed):
    reader = PdfReader(io.BytesIO(printed))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    metadata = root["/Metadata"].get_data().decode()
    assert 'pdfaid:part="2"' in metadata or "<pdfaid:part>2<" in metadata
    assert 'pdfaid:conformance="A"' in metadata or "conformance>A<" in metadata
    assert reader.metadata is not None
    assert reader.metadata.title == f"Biên bản số 05/BB-SNV: {MINUTES.subject}"


def test_the_address_to_check_it_is_printed_as_people_type_it(printed):
    assert "https://portal.example/kiem-tra/?so=05/BB-SNV" in text_of(printed)
    assert "Mã kiểm tra: BB23456789ABCD" in text_of(printed)


def test_a_drill_says_so_on_every_page(printed):
    assert "DIỄN TẬP" not in text_of(printed)
    drill = PdfReader(io.BytesIO(render(replace(MINUTES, is_drill=True))))
    assert len(drill.pages) > 1
    assert all("DIỄN TẬP" in page.extract_text() for page in drill.pages)


def test_a_peoples_committee_stands_alone_in_the_head():
    town = replace(MINUTES, agency="Ủy ban nhân dân thị xã Đồng Xoài")
    head = text_of(render(town)).split("CỘNG HÒA")[0].split("\n")
    assert [line.replace("\xa0", " ").strip() for line in head if line.strip()] == [
        "ỦY BAN NHÂN DÂN",
        "THỊ XÃ ĐỒNG XOÀI",
    ]


def test_what_people_typed_is_text_and_never_markup():
    sly = '<img src="http://127.0.0.1:9/x"><b>đậm</b> & {{ đây }}'
    assert squeezed(sly) in squeezed(text_of(render(replace(MINUTES, subject=sly))))


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/x.png", "file:///etc/passwd", "ftp://a/b"]
)
def test_a_foreign_address_is_never_followed(address):
    page = f'<html lang="vi"><title>t</title><img src="{address}" alt="">'
    with pytest.raises(pdf.ForeignAddressError):
        pdf.render(page, f"body {{ background: url('{address}') }}")


def test_zeros_stand_where_the_decree_wants_them():
    assert [padded(n) for n in (1, 9, 10, 120)] == ["01", "09", "10", "120"]
    assert spoken_day(date(2026, 1, 9)) == "ngày 09 tháng 01 năm 2026"
    assert spoken_day(date(2026, 3, 10)) == "ngày 10 tháng 3 năm 2026"


def test_hours_are_those_of_vietnam():
    night = datetime(2026, 2, 28, 17, 5, tzinfo=UTC)
    assert spoken_moment(night) == "00 giờ 05 phút, ngày 01 tháng 3 năm 2026"


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"started_at": datetime(2026, 2, 5, 1, 5)},  # noqa: DTZ001 (that is the point)
        {"ended_at": datetime(2026, 2, 4, 1, 5, tzinfo=UTC)},
    ],
)
def test_an_impossible_document_is_refused(change):
    with pytest.raises(ValueError, match=r"year|timezone|end"):
        replace(MINUTES, **change)


NAMES = {
    "Ủy ban nhân dân thị xã Đồng Xoài": ["ỦY BAN NHÂN DÂN", "THỊ XÃ ĐỒNG XOÀI"],
    "Sở Thông tin và Truyền thông": ["SỞ THÔNG TIN", "VÀ TRUYỀN THÔNG"],
    "Sở Nội vụ": ["SỞ NỘI VỤ"],
    "Trung tâm Công nghệ thông tin và Truyền thông tỉnh Bình Phước": [
        "TRUNG TÂM CÔNG NGHỆ",
        "THÔNG TIN VÀ TRUYỀN THÔNG",
        "TỈNH BÌNH PHƯỚC",
    ],
}


@pytest.mark.parametrize("name", NAMES)
def test_long_names_break_where_an_official_would(name):
    broken = [each.replace("\xa0", " ") for each in balanced(name)]
    assert broken == NAMES[name]
    assert all(len(each) <= LONGEST_LINE for each in broken)
