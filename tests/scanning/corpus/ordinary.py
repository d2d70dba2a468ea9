"""Ordinary files with what the disguised ones misuse: fields, formulas, links."""

from functools import partial

from scanning.verdicts import Verdict
from tests.scanning.corpus.case import Case, cases
from tests.scanning.corpus.disguised import RTF, connected, fields, sheet, wide
from tests.scanning.corpus.disguised import with_template as template_of
from tests.scanning.corpus.office import odf, ooxml
from tests.scanning.corpus.pdfs import objects, pdf, stream

OK = True
LOCAL = "file:///C:/Users/van.thu/Mau/cong-van.ott"
BOOKMARKS = b"<</Type/Outlines/First 5 0 R/Last 5 0 R/Count 1>>"
BOOKMARK = b"<</Title(//1. M\\341\\273\\245c)/Parent 4 0 R/Dest[3 0 R/Fit]>>"

ORDINARY: list[Case] = cases(
    Verdict.CLEAN,
    ("truong.docx", "fields of every day, links to one's own machine", "", OK,
     lambda: ooxml("docx", body=fields(
         ' TOC \\o "1-3" \\h ', " PAGEREF _Toc1 \\h ", ' DATE \\@ "dd/MM/yyyy" ',
         ' LINK Excel.Sheet.12 "C:\\\\So lieu\\\\a.xlsx" "A1" \\a ',
         ' INCLUDEPICTURE "C:\\\\Anh\\\\a.png" \\d ', ' HYPERLINK \\l "_Toc1" ',
         ' HYPERLINK "https://a.example/dde/link.html" '))),
    ("ve.docx", "a drawing of old that leads to a page", "", OK,
     partial(ooxml, "docx", body='<v:shape href="https://a.example" o:spid="a">'
                                 '<v:imagedata src="media/image1.png"/></v:shape>')),
    ("cong-thuc.xlsx", "formulas with links and signs in their texts", "", OK,
     partial(sheet, 'A1&amp;"|"&amp;B1&amp;"!"&amp;HYPERLINK("https://a.example")'
                    "&amp;SUM(IMAGES,'Số liệu'!A1)")),
    ("noi.xlsx", "a connection that a person refreshes by hand", "", OK,
     lambda: connected('<connection id="1" refreshedVersion="6"/>')),
    ("hinh.odt", "pictures of its own and of the web, a template beside it", "", OK,
     partial(odf, "text", {"meta.xml": '<?xml version="1.0"?><office:document-meta>'
             f'<meta:template xlink:href="{LOCAL}"/></office:document-meta>'},
             body='<draw:image xlink:href="Pictures/a.png"/>'
                  '<draw:image xlink:href="https://a.example/a.png"/>'
                  '<text:a xlink:href="file://may-chu/chung/a.odt"/>')),
    ("truong.doc", "fields of every day", "", OK,
     partial(wide, '\x13 PAGE \x141\x15 DDE \x13 HYPERLINK "https://a.example" '
                   "\x14trang\x15 LINK")),
    ("mau.doc", "a template of its own machine", "", OK,
     partial(template_of, "C:\\Users\\van.thu\\Mau\\cong-van.dot")),
    ("truong.rtf", "a field in a field", "", OK,
     lambda: RTF % b"{\\field{\\*\\fldinst IF {\\field{\\*\\fldinst PAGE}{\\fldrslt 1"
                   b'}} = 1 "a" "DDE"}{\\fldrslt a}}'),
    ("muc-luc.pdf", "bookmarks, a mark, a stream of objects with a number", "", OK,
     lambda: pdf(BOOKMARKS, BOOKMARK, objects(b"<</F 4/T(a)>>"),
                 stream(b"BT (stream) Tj ET"), b"(// a)",
                 catalog=b"/Outlines 4 0 R/OpenAction 9 0 R")),
    ("dong.csv", "cells of several lines beside negative numbers", "", OK,
     'sep=;\ntên;"địa chỉ\nmột|hai";số\n"a\n-b";c;-5!\n'.encode),
)  # fmt: skip
