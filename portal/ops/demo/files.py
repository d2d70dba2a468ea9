"""Little real files for the demo: documents, sheets, logs and pictures. Pure.

Each is a valid file of its type, made here so that nothing binary is in the repository.
"""

import io
import zipfile
from collections.abc import Sequence
from html import escape

from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFont

_STYLE = """
@page { size: A4; margin: 20mm 20mm 20mm 30mm; }
html { font: 13pt/1.4 "Liberation Serif"; }
.head { text-align: center; font-weight: bold; }
h1 { font-size: 14pt; text-align: center; margin: 18pt 0 2pt; }
.code { text-align: center; font-size: 11pt; margin: 0 0 14pt; }
.field { margin: 0 0 10pt; }
.line { border-bottom: .5pt solid #777; height: 20pt; }
"""
_CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"""  # noqa: E501 (names of the standard)
_RELATIONSHIPS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>"""  # noqa: E501 (names of the standard)
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def form_pdf(code: str, name: str, note: str, fields: Sequence[str]) -> bytes:
    """Return a form to print and fill in by hand, as PDF/A with tags."""
    asked = "".join(
        f'<p class="field">{number}. {escape(field)}:</p>'
        '<div class="line"></div><div class="line"></div>'
        for number, field in enumerate(fields, start=1)
    )
    return _pdf(name, f'<p class="code">{escape(code)} – {escape(note)}</p>{asked}')


def document_pdf(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return a short document as PDF/A with tags."""
    return _pdf(title, "".join(f"<p>{escape(words)}</p>" for words in paragraphs))


def _pdf(title: str, body: str) -> bytes:
    from portal.core import pdf  # noqa: PLC0415 (WeasyPrint loads for a second)

    page = (
        '<html lang="vi"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body>"
        '<p class="head">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>'
        "Độc lập - Tự do - Hạnh phúc</p>"
        f"<h1>{escape(title.upper())}</h1>{body}</body></html>"
    )
    return pdf.render(page, _STYLE)


def docx(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return a document that word processors open and people fill in."""
    words = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in (title.upper(), "", *paragraphs)
    )
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:document xmlns:w="{_WORD}"><w:body>{words}</w:body></w:document>'
    )
    return archive(
        {
            "[Content_Types].xml": _CONTENT_TYPES.encode(),
            "_rels/.rels": _RELATIONSHIPS.encode(),
            "word/document.xml": document.encode(),
        }
    )


def odt(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return the same as an OpenDocument text, which was allowed from the first day."""
    words = "".join(
        f"<text:p>{escape(line)}</text:p>" for line in (title.upper(), "", *paragraphs)
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        f'xmlns:office="{_OPEN}:office:1.0" xmlns:text="{_OPEN}:text:1.0" '
        'office:version="1.2"><office:body><office:text>'
        f"{words}</office:text></office:body></office:document-content>"
    )
    media_type = "application/vnd.oasis.opendocument.text"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        f'xmlns:manifest="{_OPEN}:manifest:1.0" manifest:version="1.2">'
        '<manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{media_type}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" '
        'manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return archive(
        {
            "mimetype": media_type.encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def archive(members: dict[str, bytes]) -> bytes:
    """Return a ZIP archive; the same members give the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            # OpenDocument wants its media type to be found without unpacking.
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            target.writestr(zipfile.ZipInfo(name), data, kind)
    return content.getvalue()


def sheet(title: str, rows: Sequence[Sequence[str | int]]) -> bytes:
    """Return a workbook with one sheet."""
    book = Workbook()
    page = book.active
    page.title = title[:31]
    for row in rows:
        page.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def csv(rows: Sequence[Sequence[str | int]]) -> bytes:
    """Return a table as text, separated by semicolons, in UTF-8."""
    lines = (";".join(str(cell) for cell in row) for row in rows)
    return ("\n".join(lines) + "\n").encode()


def log(lines: Sequence[str]) -> bytes:
    """Return lines of a log."""
    return ("\n".join(lines) + "\n").encode()


def screenshot(title: str, lines: Sequence[str], *, hue: int) -> bytes:
    """Return a picture of a window with words in it. hue: 0 to 255."""
    picture = Image.new("RGB", (960, 540), (243, 244, 246))
    brush = ImageDraw.Draw(picture)
    bar = (hue // 2, 60, 140 - hue // 3)
    brush.rectangle((60, 40, 900, 500), fill="white", outline=(190, 195, 205))
    brush.rectangle((60, 40, 900, 88), fill=bar)
    brush.text((78, 50), title, font=_font(22), fill="white")
    for number, line in enumerate(lines):
        brush.text((84, 116 + 40 * number), line, font=_font(20), fill=(30, 34, 42))
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype("LiberationSans-Regular.ttf", size)
