"""Test strings that the engine must see, or nothing that it says counts.

clamd has been seen to answer OK to a bare EICAR when its temporary folder was gone. The
strings are put together here at run time: no file of ours holds one, so no scanner on
the way takes the portal for malware.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache

# What the engine answers to this tells what it has loaded: `signatures.read_loaded`.
GENERATION_MARK = b"portal: which signatures are loaded?"


@cache
def eicar() -> bytes:
    """Return the 68 bytes of the EICAR test string."""
    parts = ("X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!")
    return "".join([*parts, "$H+H*"]).encode("ascii")


@cache
def zipped() -> bytes:
    """Return a ZIP file with the test string, compressed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("canary.txt", eicar())
    return target.getvalue()


@cache
def in_pdf() -> bytes:
    """Return a PDF that carries the test string in a compressed stream."""
    body = zlib.compress(eicar())
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(c)4 0 R]>>>>>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>stream\n" % len(body)
        + body
        + b"\nendstream",
        b"<</Type/Filespec/F(canary.txt)/EF<</F 3 0 R>>>>",
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj" % number + each + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return (
        content
        + b"xref\n0 %d\n0000000000 65535 f \n" % count
        + table
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n" % count
        + b"%d\n%%%%EOF\n" % len(content)
    )


def all_of_them() -> Iterator[tuple[str, bytes]]:
    """Yield each canary with its name: bare, in a ZIP, in a PDF."""
    yield "bare", eicar()
    yield "zip", zipped()
    yield "pdf", in_pdf()
