"""PDF files, object by object, with a sound table."""

import zlib
from collections.abc import Sequence

_CATALOG = b"<</Type/Catalog/Pages 2 0 R%s>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]%s>>"


def pdf(
    *objects: bytes, catalog: bytes = b"", page: bytes = b"", trailer: bytes = b""
) -> bytes:
    """Return a PDF of one page. Objects are numbered from 4 on."""
    everything = [_CATALOG % catalog, _PAGES, _PAGE % page, *objects]
    content, offsets = b"%PDF-1.7\n", []
    for number, each in enumerate(everything, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    count = len(everything) + 1
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        content
        + b"xref\n0 %d\n0000000000 65535 f \n" % count
        + table
        + b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (count, trailer)
        + b"startxref\n%d\n%%%%EOF\n" % len(content)
    )


def stream(content: bytes, dictionary: bytes = b"") -> bytes:
    """Return a stream with this in its dictionary."""
    head = b"<<%s/Length %d>>\nstream\n" % (dictionary, len(content))
    return head + content + b"\nendstream"


def objects(
    *inner: bytes,
    kind: bytes = b"/Type/ObjStm",
    filters: Sequence[bytes] = (b"FlateDecode",),
) -> bytes:
    """Return a stream of objects, packed by these filters, the last one outermost."""
    head, body = b"", b""
    for number, each in enumerate(inner, start=20):
        head += b"%d %d " % (number, len(body))
        body += each + b" "
    content = head + body
    for name in filters:
        if name == b"FlateDecode":
            content = zlib.compress(content)
        elif name == b"ASCIIHexDecode":
            content = content.hex().encode() + b">"
    names = b"".join(b"/" + name for name in reversed(filters))
    described = b"%s/N %d/First %d/Filter[%s]" % (kind, len(inner), len(head), names)
    return stream(content, described)


def predicted(*inner: bytes) -> bytes:
    """Return a stream of objects in rows, each row with the mark of a predictor."""
    head, body = b"", b""
    for number, each in enumerate(inner, start=20):
        head += b"%d %d " % (number, len(body))
        body += each + b" "
    plain, width = head + body, 5
    rows = [plain[i : i + width].ljust(width) for i in range(0, len(plain), width)]
    packed = zlib.compress(b"".join(b"\0" + row for row in rows))
    described = b"/N %d/First %d/Filter/FlateDecode" % (len(inner), len(head))
    more = b"/DecodeParms<</Predictor 12/Columns %d>>" % width
    return stream(packed, described + more)
