"""Documents made in code, each saying given lines in one place of one format."""

import io
import struct
import zipfile
from xml.sax.saxutils import escape

from weasyprint import HTML

_WORD = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/x" ContentType="{}"/></Types>'
)


def packed(*first: tuple[str, str], **members: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*first, *members.items()]:
            archive.writestr(zipfile.ZipInfo(name.replace("__", ".")), content)
    return target.getvalue()


def paragraphs(*lines: str, properties: str = "") -> str:
    return "".join(
        f"<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>{escape(line)}</w:t></w:r></w:p>"
        for line in lines
    )


def docx_of(body: str, **parts: str) -> bytes:
    """Return a DOCX with this XML as its body, and other parts under word/."""
    return packed(
        ("[Content_Types].xml", _TYPES.format(_WORD)),
        ("word/document.xml", f"<w:document><w:body>{body}</w:body></w:document>"),
        *((f"word/{name}.xml", content) for name, content in parts.items()),
    )


def docx(*lines: str) -> bytes:
    return docx_of(paragraphs(*lines))


def docx_header(*lines: str) -> bytes:
    return docx_of(
        paragraphs("Kính gửi"), header1=f"<w:hdr>{paragraphs(*lines)}</w:hdr>"
    )


def docx_box(*lines: str) -> bytes:
    box = f"<w:txbxContent>{paragraphs(*lines)}</w:txbxContent>"
    inner = f"<w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r>"
    return docx_of(f"<w:p>{inner}<w:r><w:t>Kính gửi</w:t></w:r></w:p>")


def docx_watermark(line: str) -> bytes:
    art = (
        f'<w:p><w:r><w:pict><v:textpath string="{escape(line)}"/></w:pict></w:r></w:p>'
    )
    return docx_of(paragraphs("Kính gửi"), header2=f"<w:hdr>{art}</w:hdr>")


def docx_font(font: str, *lines: str) -> bytes:
    properties = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>'
    return docx_of(paragraphs(*lines, properties=properties))


def docx_capitals(*lines: str) -> bytes:
    return docx_of(paragraphs(*lines, properties="<w:caps/>"))


def docx_split(*pieces: str) -> bytes:
    """Return a DOCX with one paragraph whose runs are these pieces."""
    runs = "".join(
        f'<w:r><w:t xml:space="preserve">{escape(p)}</w:t></w:r>' for p in pieces
    )
    return docx_of(f"<w:p>{runs}</w:p>")


def docx_table(*rows: list[str]) -> bytes:
    cells = "".join(
        "<w:tr>"
        + "".join(f"<w:tc>{paragraphs(cell)}</w:tc>" for cell in row)
        + "</w:tr>"
        for row in rows
    )
    return docx_of(f"<w:tbl>{cells}</w:tbl>")


def odt(*lines: str, styles: str = "") -> bytes:
    said = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
    return packed(
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        (
            "content.xml",
            f"<office:document-content>{said}</office:document-content>",
        ),
        ("styles.xml", f"<office:document-styles>{styles}</office:document-styles>"),
    )


def odt_header(*lines: str) -> bytes:
    said = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
    return odt("Kính gửi", styles=f"<style:header>{said}</style:header>")


def odt_box(*lines: str) -> bytes:
    said = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
    frame = f"<draw:frame><draw:text-box>{said}</draw:text-box></draw:frame>"
    content = f"<o:c><text:p>{frame}Kính gửi</text:p></o:c>"
    return packed(
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", content),
    )


def ods(*rows: list[str]) -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f"<table:table-cell><text:p>{escape(c)}</text:p></table:table-cell>"
            for c in row
        )
        + "</table:table-row>"
        for row in rows
    )
    return packed(
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "content.xml",
            "<o:c><office:spreadsheet><table:table>"
            f"{cells}</table:table></office:spreadsheet></o:c>",
        ),
    )


def xlsx(*rows: list[str], header: str = "") -> bytes:
    shared = [cell for row in rows for cell in row]
    strings = "".join(f"<si><t>{escape(cell)}</t></si>" for cell in shared)
    count, said = 0, ""
    for r, row in enumerate(rows, 1):
        said += f'<row r="{r}">'
        for c in range(len(row)):
            said += f'<c r="{chr(65 + c)}{r}" t="s"><v>{count}</v></c>'
            count += 1
        said += "</row>"
    return packed(
        ("[Content_Types].xml", _TYPES.format(_SHEET)),
        ("xl/workbook.xml", "<workbook/>"),
        ("xl/sharedStrings.xml", f"<sst>{strings}</sst>"),
        (
            "xl/worksheets/sheet1.xml",
            f"<worksheet><sheetData>{said}</sheetData><headerFooter><oddHeader>"
            f"{escape(header)}</oddHeader></headerFooter></worksheet>",
        ),
    )


def rtf(body: str, fonts: str = "") -> bytes:
    """Return an RTF; letters beyond ASCII become \\u escapes with a stand-in."""
    said = "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in body)
    table = f"{{\\fonttbl{{\\f0 Times New Roman;}}{fonts}}}"
    return f"{{\\rtf1\\ansi\\uc1{table}{said}}}".encode()


def rtf_bytes(line: str, font: str) -> bytes:
    """Return an RTF whose letters beyond ASCII are the codes of an old font."""
    codes = line.encode("latin-1")
    said = "".join(chr(b) if b < 128 else f"\\'{b:02x}" for b in codes)
    return f"{{\\rtf1\\ansi{{\\fonttbl{{\\f0 {font};}}}}\\f0 {said}\\par}}".encode()


def pdf(*lines: str) -> bytes:
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    style = "<style>*{font-family:'Liberation Serif'}</style>"
    return HTML(string=f"<html>{style}<body>{said}</body></html>").write_pdf()


def pdf_pages(*pages: list[str]) -> bytes:
    said = "".join(
        "<section style='page-break-after:always'>"
        + "".join(f"<p>{escape(line)}</p>" for line in page)
        + "</section>"
        for page in pages
    )
    style = "<style>*{font-family:'Liberation Serif'}</style>"
    return HTML(string=f"<html>{style}<body>{said}</body></html>").write_pdf()


_SECTOR = 512


def compound(**streams: bytes) -> bytes:
    """Return an OLE file with these streams, each in sectors of its own."""
    table, sectors, directory = [0xFFFFFFFD], [], []
    count = 1 + (len(streams) + 1 + 3) // 4
    table += [n + 1 for n in range(1, count - 1)] + [0xFFFFFFFE]
    directory.append(_entry("Root Entry", 5, 0xFFFFFFFE, 0))
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // _SECTOR) * _SECTOR), b"\0")
        length = len(padded) // _SECTOR
        start = len(table)
        table += [start + n + 1 for n in range(length - 1)] + [0xFFFFFFFE]
        sectors += [padded[i : i + _SECTOR] for i in range(0, len(padded), _SECTOR)]
        directory.append(_entry(name.lstrip("_"), 2, start, len(padded)))
    raw = b"".join(directory).ljust((count - 1) * _SECTOR, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 62, 3, 0xFFFE, 9, 6)
    header += struct.pack("<III4xI", 0, 1, 1, 4096)
    header += struct.pack("<IIII", 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    numbers = struct.pack(f"<{len(table)}I", *table).ljust(_SECTOR, b"\xff")
    return header + numbers + raw + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBB12x16x4x16xII4x", raw, len(raw), kind, 1, start, size
    ).ljust(128, b"\0")


def doc(text: str, *, wide: bool = True) -> bytes:
    """Return a DOC with this text; "\\r" ends a paragraph."""
    start = 1024
    content = text.encode("utf-16-le" if wide else "latin-1")
    place = start if wide else (start * 2) | 0x40000000
    plc = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, place, 0)
    clx = b"\x02" + struct.pack("<I", len(plc)) + plc
    head = bytearray(start)
    struct.pack_into("<HHH", head, 0, 0xA5EC, 0xC1, 0)
    struct.pack_into("<H", head, 10, 0x0200)
    struct.pack_into("<II", head, 0x01A2, 0, len(clx))
    return compound(WordDocument=bytes(head) + content, _1Table=clx)


def xls(*strings: str) -> bytes:
    """Return an XLS with these shared strings."""
    said = b"".join(
        struct.pack("<HB", len(s), 1) + s.encode("utf-16-le") for s in strings
    )
    table = struct.pack("<II", len(strings), len(strings)) + said
    records = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 0, 0, 0, 0)
    records += struct.pack("<HH", 0x00FC, len(table)) + table
    return compound(Workbook=records + struct.pack("<HH", 0x000A, 0))
