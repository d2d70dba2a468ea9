"""Điều 12.7: a stamp of secrecy is found, and what only speaks of one is not held.

Two tables: a file, and what is found in it. Nothing else of a text is ever told.
"""

import io
import unicodedata

import pytest

from scanning.inspection import recognise
from scanning.secrecy.look import Look
from tests.factories.scanning import zipped
from tests.scanning.secrecy import documents as d


def levels(content: bytes) -> set[str]:
    file = io.BytesIO(content)
    found = list(Look().at(file, recognise(file)))
    assert {one.code for one in found} <= {"secrecy_stamp"}
    return {one.details["level"] for one in found}


def text(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\n".join(lines).encode(encoding)


HEAD = ("ỦY BAN NHÂN DÂN TỈNH", "Số: 12/UBND-NC")
BARE_HEAD = ("UY BAN NHAN DAN TINH", "So: 12/UBND-NC")
MAT, TOI, TUYET = {"MẬT"}, {"TỐI MẬT"}, {"TUYỆT MẬT"}

STAMPED = {
    "TXT": (text("UBND", "MẬT", "Kính gửi"), MAT),
    "TXT, two words": (text("TỐI MẬT"), TOI),
    "TXT, the highest": (text(*HEAD, "TUYỆT MẬT"), TUYET),
    "TXT, spaced letters": (text(*HEAD, "M Ậ T"), MAT),
    "TXT, spaced letters, two words": (text("T Ố I   M Ậ T"), TOI),
    "TXT, dotted letters": (text("M.Ậ.T"), MAT),
    "TXT, framed by stars": (text("* MẬT *"), MAT),
    "TXT, in brackets": (text("[TỐI MẬT]"), TOI),
    "TXT, between lines": (text("––– TUYỆT MẬT –––"), TUYET),
    "TXT, behind its label": (text("ĐỘ MẬT: TỐI MẬT"), TOI),
    "TXT, behind its label, small": (text("Nội dung", "Độ mật: Mật"), MAT),
    "TXT, behind a long label": (text("Mức độ mật: Tuyệt mật"), TUYET),
    "TXT, label among others": (text("Độ mật: Mật; Độ khẩn: Khẩn"), MAT),
    "TXT, label on the line before": (text("Độ mật:", "MẬT"), MAT),
    "TXT, ticked box": (text("☑ Tối mật"), TOI),
    "TXT, ticked with a cross": (text("[x] Mật"), MAT),
    "TXT, small, where stamps are put": (text(*HEAD, "Mật", "Kính gửi: Sở"), MAT),
    "TXT, on two lines": (text(*HEAD, "TUYỆT", "MẬT"), TUYET),
    "TXT, beside the place and day": (text("MẬT\t\tBình Phước, ngày 3"), MAT),
    "TXT, without marks": (text("TOI MAT"), TOI),
    "TXT, without marks, the highest": (text("UBND TINH", "TUYET MAT"), TUYET),
    "TXT, without marks, the lowest, in a letter without": (
        text(*BARE_HEAD, "MAT", "Kinh gui: So Noi vu"),
        MAT,
    ),
    "TXT, without marks, behind its label": (text("DO MAT: MAT"), MAT),
    "TXT, decomposed": (unicodedata.normalize("NFD", "TỐI MẬT").encode(), TOI),
    "TXT, with a byte order mark": (text("MẬT", encoding="utf-8-sig"), MAT),
    "TXT, UTF-16": (text("Kính gửi", "MẬT", encoding="utf-16"), MAT),
    "TXT, TCVN3": (text("MËT", "KÝnh göi", encoding="latin-1"), MAT),
    "TXT, TCVN3, the highest": (text("TUYÖT MËT", encoding="latin-1"), TUYET),
    "TXT, TCVN3, behind its label": (text("§é mËt: Tèi mËt", encoding="latin-1"), TOI),
    "TXT, VNI": (text("TOÁI MAÄT", encoding="latin-1"), TOI),
    "TXT, VNI, the highest": (text("TUYEÄT MAÄT", encoding="latin-1"), TUYET),
    "TXT, CP1258": (text("TÔìI MÂòT", encoding="latin-1"), TOI),
    "TXT, VIQR": (text("TUYE^.T MA^.T"), TUYET),
    "TXT, invisible letters between": (text("M\u200bẬ\u200bT"), MAT),
    "CSV, a cell alone": (text("UBND,,", ",,MẬT", "a,b,c"), MAT),
    "CSV, a cell beside its label": (text("Độ mật,Tối mật", "a,b"), TOI),
    "PDF": (d.pdf(*HEAD, "MẬT", "Kính gửi"), MAT),
    "PDF, the second page": (d.pdf_pages(["Tờ bìa"], ["TỐI MẬT", "Nội dung"]), TOI),
    "PDF, spaced letters": (d.pdf("T U Y Ệ T   M Ậ T"), TUYET),
    "DOCX": (d.docx(*HEAD, "MẬT"), MAT),
    "DOCX, in pieces": (d.docx_split("T", "ỐI M", "ẬT"), TOI),
    "DOCX, header": (d.docx_header("TUYỆT MẬT"), TUYET),
    "DOCX, text box": (d.docx_box("MẬT"), MAT),
    "DOCX, watermark": (d.docx_watermark("TỐI MẬT"), TOI),
    "DOCX, shown in capitals": (d.docx_capitals("Tối mật"), TOI),
    "DOCX, TCVN3 font": (d.docx_font(".VnTime", "TUYÖT MËT"), TUYET),
    "DOCX, TCVN3 font for capitals": (d.docx_font(".VnTimeH", "mËt"), MAT),
    "DOCX, VNI font": (d.docx_font("VNI-Times", "MAÄT"), MAT),
    "DOCX, a letterhead set as a table": (d.docx_table(["UBND", "MẬT"]), MAT),
    "ODT": (d.odt(*HEAD, "TỐI MẬT"), TOI),
    "ODT, header": (d.odt_header("MẬT"), MAT),
    "ODT, text box": (d.odt_box("MẬT"), MAT),
    "RTF": (d.rtf("UBND\\par TỐI MẬT\\par Kính gửi"), TOI),
    "RTF, header": (d.rtf("{\\header MẬT\\par}Kính gửi"), MAT),
    "RTF, text box": (d.rtf("{\\shp{\\*\\shpinst{\\shptxt MẬT\\par}}}a"), MAT),
    "RTF, TCVN3 font": (d.rtf_bytes("TUYÖT MËT", ".VnTime"), TUYET),
    "RTF, VNI font": (d.rtf_bytes("TOÁI MAÄT", "VNI-Times"), TOI),
    "XLSX, a cell alone": (d.xlsx(["UBND", "", "MẬT"], ["1", "a", "b"]), MAT),
    "XLSX, beside its label": (d.xlsx(["Độ mật:", "Tối mật"]), TOI),
    "XLSX, header": (d.xlsx(["a"], header='&C&"Arial,Bold"&14TUYỆT MẬT'), TUYET),
    "ODS": (d.ods(["UBND", "MẬT"], ["1", "2"]), MAT),
    "DOC": (d.doc("UBND\rMẬT\rKính gửi\r"), MAT),
    "DOC, TCVN3": (d.doc("TUYÖT MËT\rKÝnh göi\r", wide=False), TUYET),
    "XLS": (d.xls("UBND", "TỐI MẬT"), TOI),
}

NOT_STAMPED = {
    "sentence on keeping secrets": text("Giữ bí mật nhà nước là bổn phận."),
    "heading": text("BẢO MẬT"),
    "heading on two lines": text("QUY CHẾ BẢO", "MẬT", "Điều 1."),
    "heading on secrets on two lines": text("BẢO VỆ BÍ", "MẬT"),
    "heading of a letter": text(*HEAD, "Bảo mật"),
    "not secret": text("Độ mật: Không"),
    "not secret, stamped": text("KHÔNG MẬT"),
    "not secret, in small letters": text(*HEAD, "Không mật"),
    "ordinary": text("Độ mật: Thường"),
    "an empty field": text("Độ mật: ........"),
    "a field that offers choices": text("Độ mật: Mật / Tối mật / Tuyệt mật"),
    "choices alone": text("Mật / Tối mật / Tuyệt mật"),
    "choices in capitals": text("MẬT, TỐI MẬT, TUYỆT MẬT"),
    "unticked boxes": text("☐ Mật", "☐ Tối mật", "☐ Tuyệt mật"),
    "unticked boxes in one line": text("Độ mật: ☐ Mật   ☐ Tối mật   ☐ Tuyệt mật"),
    "one unticked box": text("[ ] MẬT"),
    "a law that lists": text("a) Tuyệt mật;", "b) Tối mật;", "c) Mật."),
    "a law that lists in capitals": text("1. TUYỆT MẬT", "2. TỐI MẬT", "3. MẬT"),
    "levels below one another": text("TUYỆT MẬT", "TỐI MẬT", "MẬT"),
    "bullets": text(*HEAD, "- Tuyệt mật", "- Tối mật", "- Mật"),
    "a chapter that defines": text("Điều 3. Mật", "Mật là cấp thấp nhất."),
    "a sentence on a stamp, broken": text("Văn bản được đóng dấu", "MẬT", "ở góc trái"),
    "a quotation": text(*HEAD, "“Mật”"),
    "password": text("Mật khẩu", "Tên đăng nhập"),
    "password in capitals": text("MẬT KHẨU"),
    "password on two lines": text("MẬT", "KHẨU"),
    "density": text("Mật độ dân số"),
    "honey": text("Mật ong", "mật mía"),
    "a list of goods": text("Đường", "Mật", "Sữa"),
    "code": text("MẬT MÃ"),
    "other words": text("MẤT", "MÁT", "MẶT", "MẮT", "Tôi mất", "TỐI"),
    "the word in English": text("MAT", "The mat is red."),
    "the bare word in a text with marks": text(*HEAD, "MAT"),
    "an abbreviation": text("MAT", "Ministry of Agriculture and Trade"),
    "a bare word in a sentence": text(*BARE_HEAD, "bao mat thong tin", "mat khau"),
    "lost, TCVN3": text("MÊt", "mÆt", encoding="latin-1"),
    "lost, VNI": text("MAÁT", "MAËT", encoding="latin-1"),
    "French": text("MÂTS", "Matériel", encoding="latin-1"),
    "CSV, a register": text("Số,Ngày,Độ mật", "1,2/3,MẬT", "2,3/3,Thường"),
    "CSV, headings of levels": text("Đơn vị,Mật,Tối mật,Tuyệt mật", "A,1,2,3"),
    "PDF, a law": d.pdf("Điều 8.", "a) Tuyệt mật", "b) Tối mật", "c) Mật"),
    "PDF, a rule on passwords": d.pdf("QUY CHẾ BẢO MẬT", "Mật khẩu có 12 ký tự."),
    "DOCX, a form": d.docx("Tên đăng nhập", "Mật khẩu", "Mật khẩu nhập lại"),
    "DOCX, header with another heading": d.docx_header("QUY CHẾ BẢO MẬT"),
    "DOCX, not secret in a box": d.docx_box("KHÔNG MẬT"),
    "DOCX, a register": d.docx_table(
        ["Số", "Trích yếu", "Độ mật"], ["1", "a", "MẬT"], ["2", "b", "Thường"]
    ),
    "DOCX, columns of levels": d.docx_table(
        ["Đơn vị", "MẬT", "TỐI MẬT", "TUYỆT MẬT"], ["A", "1", "2", "3"]
    ),
    "ODT, a heading": d.odt("Chính sách bảo mật", "BÍ MẬT KINH DOANH"),
    "ODT, not secret": d.odt_header("Độ mật: Không mật"),
    "RTF, a font called so": d.rtf("Kính gửi", fonts="{\\f1 MẬT;}"),
    "RTF, a heading": d.rtf("BẢO MẬT\\par MẬT KHẨU\\par"),
    "XLSX, a column of passwords": d.xlsx(["Tài khoản", "Mật khẩu"], ["a", "b"]),
    "XLSX, a register": d.xlsx(
        ["Số", "Ngày", "Độ mật"], ["1", "2/3", "MẬT"], ["2", "3/3", "MẬT"]
    ),
    "XLSX, columns of levels": d.xlsx(["", "MẬT", "TỐI MẬT", "TUYỆT MẬT"], ["A"]),
    "XLSX, a small value": d.xlsx(["Sản phẩm", "Mật"], ["a", "b"]),
    "XLSX, header of a rule": d.xlsx(["a"], header="&LBẢO MẬT&RTrang &P"),
    "ODS, a register": d.ods(["Số", "Ngày", "Độ mật"], ["1", "2", "TỐI MẬT"]),
    "DOC, a heading": d.doc("BẢO MẬT\rMật khẩu\r"),
    "XLS, names of columns": d.xls("Mật khẩu", "Độ mật", "Không mật"),
    "XLS, the levels": d.xls("TUYỆT MẬT", "TỐI MẬT", "MẬT"),
}


@pytest.mark.parametrize("case", STAMPED)
def test_d12_7_a_stamp_that_stands_alone_is_found(case):
    content, expected = STAMPED[case]
    assert levels(content) == expected


@pytest.mark.parametrize("case", NOT_STAMPED)
def test_d12_4_what_only_speaks_of_secrecy_is_not_held(case):
    assert levels(NOT_STAMPED[case]) == set()


def test_the_tables_are_as_large_as_they_should_be():
    assert len(STAMPED) >= 40
    assert len(NOT_STAMPED) >= 40


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (text("a", "", "MẬT"), {"place": "line", "spot": "3"}),
        (d.pdf_pages(["a"], ["b"], ["MẬT"]), {"place": "page", "number": "3"}),
        (d.xlsx(["a", "b"], ["c", "MẬT"]), {"place": "sheet", "spot": "B2"}),
        (d.docx_header("MẬT"), {"place": "header"}),
        (zipped(a__txt=b"x"), None),
    ],
)
def test_only_the_level_and_the_place_are_told(content, place):
    file = io.BytesIO(content)
    found = list(Look().at(file, recognise(file)))
    if place is None:
        assert found == []
        return
    details = dict(found[0].details)
    assert place.items() <= details.items()
    assert set(details) == {"level", "place", "number", "spot"}
