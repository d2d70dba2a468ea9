"""Hazards within the parts of a file that its format calls something else."""

import gzip
import lzma
import struct
import zlib
from functools import partial

from scanning.verdicts import Verdict
from tests.factories.scanning import png
from tests.scanning.corpus.case import Case, cases
from tests.scanning.corpus.compounds import doc, queried, summed
from tests.scanning.corpus.office import odf, ooxml
from tests.scanning.corpus.pdfs import objects, pdf, stream
from tests.scanning.corpus.printed import jpeg
from tests.scanning.corpus.zips import Member, archive

MISSED = True
AWAY = b"<</S/URI/URI(https://a.example)>>"
LINK = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A " + AWAY + b">>"
TAPE = b"a.txt".ljust(257, b"\0") + b"ustar\x0000" + bytes(247) + bytes(1024)
GIF = b"GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
# The trailer of a telephone: a short film behind the photograph.
FILM = struct.pack(">I", 24) + b"ftypmp42\0\0\0\0isommp42" + bytes(400)


# The head of a program for Windows, without the words that compilers put before it.
PROGRAM = b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0\x64\x86" + bytes(400)
METAFILE = b"\1\0\0\0\x6c\0\0\0" + bytes(32) + b" EMF" + bytes(200)
SCRIPT = b"var shell = new ActiveXObject('WScript.Shell');\n"


def zip_of_text() -> bytes:
    return archive(Member("a.txt", b"a"))


def shown(content: bytes, name: str = "word/media/image1.png") -> bytes:
    """Return a docx with this as its picture."""
    return ooxml("docx", {name: content})


_POSING = cases(
    Verdict.REFUSED_TYPE,
    ("media-7z.docx", "an archive as a picture", "polyglot", MISSED,
     lambda: shown(b"7z\xbc\xaf\x27\x1c\0\4" + bytes(40))),
    ("media-rar.docx", "an archive as a picture", "polyglot", MISSED,
     lambda: shown(b"Rar!\x1a\x07\x01\0" + bytes(40))),
    ("media-xz.docx", "an archive as a picture", "polyglot", MISSED,
     lambda: shown(lzma.compress(b"a"))),
    ("media-tar.odt", "an archive as a picture", "polyglot", MISSED,
     lambda: odf("text", {"Pictures/a.png": TAPE.replace(b"a.txt", b"\1.txt")})),
    ("media-behind.docx", "a photograph with an archive behind it", "polyglot", MISSED,
     lambda: shown(jpeg() + zip_of_text(), "word/media/image1.jpeg")),
    ("media-gif.pptx", "a picture of old with an archive behind it", "polyglot", MISSED,
     lambda: ooxml("pptx", {"ppt/media/image1.gif": GIF + zip_of_text()})),
    ("media-middle.xlsx", "an archive within a photograph", "polyglot", MISSED,
     lambda: ooxml("xlsx", {"xl/media/a.jpg": jpeg(zip_of_text() + bytes(70_000))})),
    ("behind-xz.png", "a picture with an archive behind it", "polyglot", MISSED,
     lambda: png() + lzma.compress(b"a")),
    ("behind-tar.jpg", "a photograph with an archive behind it", "polyglot", MISSED,
     lambda: jpeg() + TAPE),
    ("behind-old.png", "a picture with a document of old behind it", "polyglot", MISSED,
     lambda: png() + doc()),
    ("behind-program.jpg", "a photograph with a bare program behind it", "polyglot",
     MISSED, lambda: jpeg() + PROGRAM),
    ("media-program.docx", "a drawing of Windows with a program behind it", "polyglot",
     MISSED, lambda: shown(METAFILE + PROGRAM, "word/media/image1.emf")),
    ("media-gz.docx", "a packed file as a picture", "polyglot", MISSED,
     lambda: shown(gzip.compress(SCRIPT))),
    ("media-zst.xlsx", "the same, packed anew", "polyglot", MISSED,
     lambda: ooxml("xlsx", {"xl/media/a.png": b"\x28\xb5\x2f\xfd\x24" + bytes(9)})),
    ("media-lzh.odt", "the same, packed of old", "polyglot", MISSED,
     lambda: odf("text", {"Pictures/a.png": b"\x20\x30-lh5-" + bytes(60)})),
)  # fmt: skip

_ACTING = cases(
    Verdict.ACTIVE_CONTENT,
    ("query.xls", "rows that are asked for when it opens", "remote_content", MISSED,
     partial(queried, 0x0020)),
    ("query-web.xls", "rows of a page of the web", "remote_content", MISSED,
     partial(queried, 0, 0x0044)),
    ("query-gap.xls", "the same, its sheet behind a gap", "remote_content", MISSED,
     partial(queried, 0x0021, 1, b"\xff" * 7)),
    ("sums.xls", "sums that ask a database when it opens", "remote_content", MISSED,
     partial(summed, 0x0005, 2)),
    ("opens-packed.pdf", "calls the web when it opens, packed", "pdf_remote", MISSED,
     lambda: pdf(objects(b"<</T(a)>>", AWAY), catalog=b"/OpenAction 21 0 R")),
    ("opens-plain.pdf", "the same in a stream that is not packed", "pdf_remote", MISSED,
     lambda: pdf(stream(b"20 0 " + AWAY, b"/Type/ObjStm/N 1/First 5"),
                 catalog=b"/OpenAction 20 0 R")),
    ("opens-hex.pdf", "the same in digits", "pdf_remote", MISSED,
     lambda: pdf(objects(AWAY, filters=(b"FlateDecode", b"ASCIIHexDecode")),
                 catalog=b"/OpenAction 20 0 R")),
    ("page-event.pdf", "calls the web when a page is shown", "pdf_remote", MISSED,
     lambda: pdf(page=b"/AA<</O " + AWAY + b">>")),
    ("page-event-apart.pdf", "the same, its events and action packed", "pdf_remote",
     MISSED, lambda: pdf(objects(b"<</O 21 0 R>>", AWAY), page=b"/AA 20 0 R")),
    ("page-event-text.pdf", "the same behind a text that looks like its end",
     "pdf_remote", MISSED,
     lambda: pdf(page=b"/AA<</C<</S/Hide/T(>>>>)>>%>>>>\n/#4f " + AWAY + b">>")),
    ("page-event-far.pdf", "the same behind 2,000 letters", "pdf_remote", MISSED,
     lambda: pdf(page=b"/AA<</X(" + b"a" * 2000 + b")/O " + AWAY + b">>")),
    ("field-event.pdf", "calls the web when a field is entered", "pdf_remote", MISSED,
     lambda: pdf(objects(b"<</FT/Tx/AA<</Fo 21 0 R>>>>", AWAY))),
    ("note-event.pdf", "calls the web when a note comes into sight", "pdf_remote",
     MISSED, lambda: pdf(b"<</Type/Annot/Subtype/Widget/AA<</PV " + AWAY + b">>>>",
                         page=b"/Annots[4 0 R]")),
    ("extended.pdf", "the same, in a stream that another one goes on", "pdf_remote",
     MISSED, lambda: pdf(objects(b"<</AA<</O " + AWAY + b">>>>"),
                         objects(b"<<>>", kind=b"/Type/ObjStm/Extends 4 0 R"))),
    ("media-script.docx", "a script as a picture", "embedded_object", MISSED,
     lambda: shown(SCRIPT)),
    ("media-program.pptx", "a bare program as a picture", "embedded_object", MISSED,
     lambda: ooxml("pptx", {"ppt/media/image1.png": PROGRAM})),
    ("drawing-late.docx", "a drawing that makes script of a link", "macro", MISSED,
     lambda: shown(b'<svg xmlns="http://www.w3.org/2000/svg"><a><set '
                   b'attributeName="href" to=" Java&#10;Script:alert(1)"/></a></svg>',
                   "word/media/a.svg")),
    ("next.pdf", "calls the web after its first page is shown", "pdf_remote", MISSED,
     lambda: pdf(objects(b"<</S/GoTo/D[3 0 R/Fit]/Next 21 0 R>>", AWAY),
                 catalog=b"/OpenAction 20 0 R")),
)  # fmt: skip

HIDDEN: list[Case] = [*_POSING, *_ACTING]

BESIDE: list[Case] = cases(
    Verdict.CLEAN,
    ("hoi.xls", "a query that a person repeats by hand", "", MISSED,
     partial(queried, 0x0201)),
    ("tong.xls", "sums of its own sheet, made anew when it opens", "", MISSED,
     partial(summed, 0x0005, 1)),
    ("anh.docx", "pictures of every kind, one from a telephone", "", MISSED,
     lambda: ooxml("docx", {
         "word/media/image1.jpeg": jpeg() + FILM, "word/media/image2.gif": GIF,
         "word/media/image3.png": png(),
         "word/media/image4.emz": gzip.compress(METAFILE),
         "word/media/image5.emf": METAFILE,
         "word/media/image6.wmf": b"\xd7\xcd\xc6\x9a" + bytes(200)})),
    ("dien-thoai.jpg", "a photograph with a short film behind it", "", MISSED,
     lambda: jpeg() + FILM),
    ("hai-anh.jpg", "a photograph with a second one behind it", "", MISSED,
     lambda: jpeg() + jpeg() + b"\0\0\xa1\x0a\x0e\0\0\0Image_UTC_Data1SEFT"),
    ("mo-trang.pdf", "opens at a page, with links that are clicked, packed", "", MISSED,
     lambda: pdf(objects(b"<</S/GoTo/D[3 0 R/Fit]>>", LINK, AWAY),
                 catalog=b"/OpenAction 20 0 R", page=b"/Annots[21 0 R]")),
    ("ban-do.pdf", "a drawing of 5 million bytes that begins with numbers", "", MISSED,
     lambda: pdf(stream(zlib.compress(b"1 0 0 1 0 0 cm\n" + b"5 6 l\n" * 900_000),
                        b"/Filter/FlateDecode"),
                 b"<</S/GoTo/D[3 0 R/Fit]>>", catalog=b"/OpenAction 5 0 R")),
    ("nut.pdf", "a button that leads to a page when it is pressed", "", MISSED,
     lambda: pdf(b"<</FT/Btn/AA<</U " + AWAY + b">>>>")),
)  # fmt: skip
