"""Ordinary files that look like nasty ones: each must be released."""

import io
import struct
import zipfile
from functools import partial

import openpyxl
from openpyxl.chart import BarChart, Reference
from PIL import Image
from weasyprint import HTML

from portal.core import pdf_signature
from scanning.verdicts import Verdict
from tests.factories.scanning import png
from tests.scanning.corpus.case import Case, cases
from tests.scanning.corpus.compounds import doc, sheet, xls
from tests.scanning.corpus.office import odf, ooxml, related, relations, zipped
from tests.scanning.corpus.pdfs import pdf
from tests.scanning.corpus.printed import declared_jpeg, declared_png
from tests.scanning.corpus.zips import Member, archive, unicode_path

OK = True
TEXT = "Kính gửi Ủy ban nhân dân tỉnh".encode()
RESERVED = struct.pack("<HHQQ", 1, 16, 0, 0)
HYPERLINK = relations(
    ("hyperlink", "https://binhphuoc.gov.vn/a?b=c", True),
    ("hyperlink", "mailto:vanthu@binhphuoc.gov.vn", True),
    ("attachedTemplate", "file:///C:\\Users\\van.thu\\Mau\\cong-van.dotx", True),
    ("image", "https://binhphuoc.gov.vn/huy-hieu.png", True),
    ("image", "cid:image001.png@01DC", True),
)
FIELDS = (
    "<w:instrText> PAGE \\* MERGEFORMAT </w:instrText><w:instrText> HYPERLINK "
    '"https://binhphuoc.gov.vn" </w:instrText><w:t>DDE là giao thức cũ</w:t>'
)
MANIFEST_OF_OLD = (
    '<?xml version="1.0"?><!DOCTYPE manifest:manifest PUBLIC '
    '"-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"><manifest:manifest/>'
)
NO_MACROS = '<?xml version="1.0"?><library:libraries/>'
DRAWING = (
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">'
    '<image href="data:image/png;base64,AA=="/></svg>'
)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet_ = book.active
    for row in (("Sở", "Số"), ("Nội vụ", 12), ("Y tế", -5), ("Cộng", "=SUM(B2:B3)")):
        sheet_.append(row)
    sheet_["A6"].hyperlink = "https://binhphuoc.gov.vn"
    chart = BarChart()
    chart.add_data(Reference(sheet_, min_col=2, min_row=1, max_row=3))
    sheet_.add_chart(chart, "D2")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def printed() -> bytes:
    page = "<h1>Công văn</h1><p>Xem <a href='https://binhphuoc.gov.vn'>trang</a></p>"
    content: bytes = HTML(string=page).write_pdf()
    return content


def signed() -> bytes:
    return pdf_signature.sign(printed(), reason="Ký", location="Bình Phước")


def streamed(**members: bytes) -> bytes:
    """Return an archive written forwards only: the sizes follow each member."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_place: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    target = Pipe()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in members.items():
            writer.writestr(name.replace("__", "."), content)
    return target.getvalue()


def wide() -> bytes:
    """Return a small archive written as if it could grow beyond 4 GB."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as writer:
        for name in ("a.txt", "b.txt"):
            with writer.open(name, "w", force_zip64=True) as member:
                member.write(TEXT)
    return target.getvalue()


def from_mac() -> bytes:
    note = b"\0\5\x16\7\0\2\0\0Mac OS X" + bytes(40)
    return archive(
        Member("Báo cáo/", b"", method=0, mode=0o40755),
        Member("Báo cáo/a.txt", TEXT, descriptor="<3I", mode=0o100644),
        Member("Báo cáo/.DS_Store", b"\0\0\0\1Bud1" + bytes(20), descriptor="<3I"),
        Member("__MACOSX/Báo cáo/._a.txt", note, descriptor="<3I"),
    )


def picture(kind: str, more: bytes = b"") -> bytes:
    target = io.BytesIO()
    Image.effect_noise((200, 200), 60).convert("RGB").save(target, kind)
    return target.getvalue() + more


HARMLESS: list[Case] = cases(
    Verdict.CLEAN,
    ("cong-van.txt", "a text", "", OK, lambda: TEXT),
    ("cu.txt", "a text in an old encoding", "old_encoding", OK,
     lambda: b"K\xddnh g\xf6i"),
    ("tan-cong.log", "a log full of attacks", "", OK,
     lambda: b"GET /?a=<script>alert(1)</script>\n=cmd|' /C calc'!A0\n<?php a();"),
    ("luong.csv", "negative numbers, telephones, sums, names", "", OK,
     lambda: b"ten,so\na,-5\nb,+84901234567\nc,=SUM(A1:A3)\nd,@van.thu\ne,a|b!\n"),
    ("luong-16.csv", "the same in UTF-16", "", OK,
     lambda: "tên;số\nNội vụ;-5\nID;P\n".encode("utf-16")),
    ("bang.xlsx", "a workbook with sums, a chart and a link", "", OK, workbook),
    ("lien-ket.docx", "links, a template of its own machine, pictures", "", OK,
     lambda: ooxml("docx", {"word/_rels/document.xml.rels": HYPERLINK}, body=FIELDS)),
    ("bieu-do.docx", "a chart with its own workbook", "", OK,
     lambda: ooxml("docx", {"word/embeddings/Sheet1.xlsx": workbook()})),
    ("hinh.docx", "a drawing, an empty part, a name of fonts", "", OK,
     lambda: ooxml("docx", {"word/media/a.svg": DRAWING, "word/media/b.png": png(),
                            "customXml/item1.xml": "", "word/fonts/a.odttf": b"\1\2"})),
    ("trinh-chieu.pptx", "a slide with a film on the web", "", OK,
     partial(related, "video", "https://example.vn/a.mp4", extension="pptx")),
    ("lien-ket.xlsx", "a link to a workbook beside it", "", OK,
     partial(related, "externalLinkPath", "Nam%202025.xlsx", extension="xlsx")),
    ("chay.docx", "a document written forwards only", "", OK,
     lambda: streamed(**{name: zipfile.ZipFile(io.BytesIO(ooxml("docx"))).read(name)
                         for name in ("[Content_Types].xml", "_rels/.rels",
                                      "word/document.xml")})),
    ("cu.odt", "a manifest that names its grammar, no macros listed", "", OK,
     partial(odf, "text", {"META-INF/manifest.xml": MANIFEST_OF_OLD,
                           "Basic/script-lc.xml": NO_MACROS,
                           "Configurations2/accelerator/current.xml": ""})),
    ("bang.ods", "formulas and a link", "", OK,
     partial(odf, "spreadsheet", body='<a table:formula="of:=SUM([.A1:.A2])"/>'
             '<text:a xlink:href="https://binhphuoc.gov.vn"/>')),
    ("in.pdf", "a PDF made by WeasyPrint", "", OK, printed),
    ("ky.pdf", "a PDF with a signature", "", OK, signed),
    ("tieu-de.pdf", "words such as JavaScript in its title", "", OK,
     partial(pdf, b"<</Title(HTML/CSS/JavaScript)/Keywords(Rocket/Launch)>>",
             trailer=b"/Info 4 0 R")),
    ("mo.pdf", "opens at a page, links to the web", "", OK,
     partial(pdf, b"<</S/URI/URI(https://binhphuoc.gov.vn)>>",
             catalog=b"/OpenAction[3 0 R/Fit]")),
    ("cu.doc", "an old document with its colours in an archive", "", OK,
     lambda: doc(ThemeData=zipped({"theme/theme1.xml": "<a/>"}) + bytes(200))),
    ("cu.xls", "an old workbook", "", OK, lambda: xls(sheet(0), sheet(0, b"Sheet2"))),
    ("cu.rtf", "a link and a template of its own machine", "", OK,
     lambda: b"{\\rtf1{\\*\\template C:\\\\Mau\\\\a.dot}{\\field{\\*\\fldinst "
             b'HYPERLINK "https://binhphuoc.gov.vn"}{\\fldrslt a}} DDE}'),
    ("anh.png", "a picture", "", OK, partial(picture, "PNG")),
    ("ban-do.png", "a sheet of A0 at 600 dots an inch", "", OK,
     partial(declared_png, 19_866, 28_087)),
    ("ban-do.jpg", "the same as a photograph", "", OK,
     partial(declared_jpeg, 19_866, 28_087)),
    ("anh.jpg", "a photograph with zeros behind it", "", OK,
     partial(picture, "JPEG", bytes(64))),
    ("chay.zip", "an archive written forwards only", "", OK,
     lambda: streamed(a__txt=TEXT, b__txt=TEXT)),
    ("rong.zip", "an archive of 64 bits", "", OK, wide),
    ("cho.zip", "room kept for 64 bits", "", OK,
     lambda: archive(Member("a.txt", TEXT, local_extra=RESERVED))),
    ("mac.zip", "an archive made by a Mac", "", OK, from_mac),
    ("ten.zip", "a name twice, in two encodings", "", OK,
     lambda: archive(Member("Bao cao.txt", TEXT,
                            local_extra=unicode_path("Bao cao.txt", "Báo cáo.txt")))),
    ("long.zip", "an archive in an archive, an empty file, a comment", "", OK,
     lambda: archive(Member("a.zip", archive(Member("họp 10:30.txt", TEXT))),
                     Member("trong.txt", b"", method=0), comment=TEXT)),
    ("cham.zip", "stored, with sizes that follow", "", OK,
     lambda: archive(Member("a.txt", TEXT, method=0, descriptor="<I2Q"),
                     Member("b.txt", TEXT, descriptor="<3I", signed=False))),
)  # fmt: skip
