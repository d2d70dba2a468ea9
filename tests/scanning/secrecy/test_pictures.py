"""Điều 12.7 on scanned paper: stamps that are drawn, not written."""

import io
import shutil

import pytest
from PIL import Image, ImageDraw, ImageFont

from scanning.inspection import TrueType
from scanning.secrecy import pictures
from scanning.secrecy.look import Look

pytestmark = pytest.mark.skipif(
    bool(pictures.missing()), reason=f"{pictures.missing()} is not installed"
)
_TYPE = "/usr/share/fonts/truetype/liberation2/LiberationSerif-{}.ttf"


def scan(stamp: str, kind: str = "PNG", body: str = "Kính gửi: Sở Nội vụ") -> bytes:
    """Return a page as a scanner makes it: head, a stamp in red, a sentence."""
    page = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(page)
    plain = ImageFont.truetype(_TYPE.format("Regular"), 30)
    bold = ImageFont.truetype(_TYPE.format("Bold"), 44)
    draw.text((100, 80), "ỦY BAN NHÂN DÂN TỈNH", font=plain, fill="black")
    draw.text((120, 130), "Số: 12/UBND-NC", font=plain, fill="black")
    if stamp:
        draw.rectangle((110, 210, 420, 290), outline="red", width=4)
        draw.text((150, 222), stamp, font=bold, fill="red")
    draw.text((300, 420), body, font=plain, fill="black")
    target = io.BytesIO()
    page.save(target, kind)
    return target.getvalue()


def levels(content: bytes, true_type: TrueType, **settings) -> set[str]:
    found = list(Look(pictures=True, **settings).at(io.BytesIO(content), true_type))
    assert {one.code for one in found} <= {"secrecy_stamp"}, found
    return {one.details["level"] for one in found}


@pytest.mark.parametrize("stamp", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_d12_7_a_stamp_on_a_scanned_page_is_found(stamp):
    assert levels(scan(stamp), TrueType.PNG) == {stamp}
    assert levels(scan(stamp, "PDF"), TrueType.PDF) == {stamp}


def test_d12_4_a_scanned_page_without_a_stamp_passes():
    body = "Quy chế bảo mật: mật khẩu có 12 ký tự"
    assert levels(scan("", body=body), TrueType.PNG) == set()
    assert levels(scan("KHẨN", "PDF"), TrueType.PDF) == set()


def test_pictures_are_not_read_unless_that_is_wanted():
    assert list(Look().at(io.BytesIO(scan("MẬT")), TrueType.PNG)) == []


def test_a_picture_that_takes_too_long_is_held():
    look = Look(pictures=True, seconds=0.2)
    found = list(look.at(io.BytesIO(scan("MẬT", "PDF")), TrueType.PDF))
    assert [one.code for one in found] == ["limits_reached"]


def test_without_the_program_pictures_are_held(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr("os.defpath", "/nonexistent")
    assert shutil.which("tesseract") is None
    found = list(Look(pictures=True).at(io.BytesIO(scan("MẬT")), TrueType.PNG))
    assert [one.code for one in found] == ["limits_reached"]
    assert pictures.missing() == "tesseract-ocr"
