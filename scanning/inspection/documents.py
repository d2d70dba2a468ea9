"""What hides in documents that are not archives: PDF, RTF and OLE files."""

import mmap
import re
import zlib
from collections.abc import Iterator
from typing import IO

from scanning.inspection import compound
from scanning.inspection.types import window
from scanning.verdicts import Found

_MOST_UNPACKED = 64 * 1024 * 1024  # bytes of object streams that we look through


def _pdf_name(word: str) -> bytes:
    """Return a pattern for a PDF name, each letter plain or written as #hex."""
    letters = [f"(?:{c}|#(?i:{ord(c):02x}))" for c in word]
    return ("/" + "".join(letters) + r"(?![A-Za-z])").encode("ascii")


# Long names only: these do not turn up by chance in compressed pictures.
_PDF = {
    "pdf_script": re.compile(_pdf_name("JavaScript")),
    "pdf_launch": re.compile(_pdf_name("Launch")),
    "pdf_attachment": re.compile(
        b"|".join([_pdf_name("EmbeddedFile"), _pdf_name("EmbeddedFiles")])
    ),
}
_PDF_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_PDF_OBJECT_STREAM = re.compile(
    _pdf_name("ObjStm") + rb"(?:(?!endobj).){0,4096}?stream\r?\n", re.DOTALL
)
_RTF_OBJECT = re.compile(rb"\\obj(?:data|emb|ocx|link|autlink|update|class)\b")
_OLE_MACROS = {"_VBA_PROJECT", "Macros", "VBA", "_VBA_PROJECT_CUR", "PROJECTwm"}
_OLE_OBJECTS = {"\x01Ole10Native", "Package"}


def pdf(file: IO[bytes]) -> Iterator[Found]:
    """Yield script, launch actions, attachments and encryption in a PDF."""
    content = window(file)
    if _PDF_ENCRYPTED.search(content):
        yield Found("encrypted")
    parts = [content, *_object_streams(content)]
    for code, pattern in _PDF.items():
        if any(pattern.search(part) for part in parts):
            yield Found(code)


def _object_streams(content: bytes | mmap.mmap) -> list[bytes]:
    unpacked, left = [], _MOST_UNPACKED
    for found in _PDF_OBJECT_STREAM.finditer(content):
        engine = zlib.decompressobj()
        start = found.end()
        try:
            part = engine.decompress(content[start : start + 1024 * 1024], left)
        except zlib.error:
            continue
        unpacked.append(part)
        left -= len(part)
        if left <= 0:
            break
    return unpacked


def rtf(file: IO[bytes]) -> Iterator[Found]:
    """Yield objects of other programs in an RTF document."""
    if _RTF_OBJECT.search(window(file)):
        yield Found("embedded_object")


def ole(file: IO[bytes]) -> Iterator[Found]:
    """Yield macros, packed objects, encryption or damage in a doc or xls."""
    names = compound.names(file)
    if names is None:
        yield Found("damaged")
        return
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        yield Found("encrypted")
    if names & _OLE_MACROS:
        yield Found("macro")
    if names & _OLE_OBJECTS:
        yield Found("embedded_object")
