"""The true type of a file by its content; its name has no say here."""

import codecs
import mmap
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from scanning.inspection import compound
from scanning.inspection.plain_text import NOT_TEXT, is_plain

CHUNK = 1024 * 1024
# What Python's zipfile raises for archives that somebody has tampered with.
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    OverflowError,
)
_HEAD = 4096


class TrueType(StrEnum):
    """What a file is. The values are stored in the format table."""

    TEXT = "text"
    RTF = "rtf"
    PDF = "pdf"
    DOC = "doc"
    XLS = "xls"
    ODT = "odt"
    ODS = "ods"
    ODF = "odf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    JPEG = "jpeg"
    PNG = "png"
    ZIP = "zip"
    # What follows is never allowed, whatever the table says.
    PROGRAM = "program"
    MARKUP = "markup"
    OTHER = "other"
    EMPTY = "empty"


NEVER_ALLOWED = frozenset(
    {TrueType.PROGRAM, TrueType.MARKUP, TrueType.OTHER, TrueType.EMPTY}
)
OPEN_DOCUMENTS = frozenset({TrueType.ODT, TrueType.ODS, TrueType.ODF})
OFFICE_XML = frozenset({TrueType.DOCX, TrueType.XLSX, TrueType.PPTX})

_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\x4c\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
    b"#!",
    b"dex\n",
)
_SIGNS = dict.fromkeys(_PROGRAMS, TrueType.PROGRAM) | {
    b"%PDF-": TrueType.PDF,
    b"{\\rtf": TrueType.RTF,
    b"\x89PNG\r\n\x1a\n": TrueType.PNG,
    b"\xff\xd8\xff": TrueType.JPEG,
}
# Only at the start: a log full of attempted attacks is just the evidence we want.
_BEFORE_MARKUP = rb"^(?:\s|<!--.{0,2048}?-->)*"
_MARKUP = re.compile(
    _BEFORE_MARKUP
    + rb"<(?:!doctype\s+(?:html|svg)|(?:html|head|body|script|svg|iframe|meta|job|"
    rb"package|scriptlet)[\s>/]|\?php|hta:)",
    re.IGNORECASE | re.DOTALL,
)
_SCRIPTED_XML = re.compile(
    _BEFORE_MARKUP
    + rb"<\?xml.{0,2048}?<(?:html|(?:\w+:)?svg|job|package|component|scriptlet|"
    rb"\?xml-stylesheet)\b",
    re.IGNORECASE | re.DOTALL,
)
_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_OFFICE_PARTS = {
    b"wordprocessingml.document": TrueType.DOCX,
    b"spreadsheetml.sheet": TrueType.XLSX,
    b"presentationml.presentation": TrueType.PPTX,
    b"application/vnd.ms-word": TrueType.DOCX,
    b"application/vnd.ms-excel": TrueType.XLSX,
    b"application/vnd.ms-powerpoint": TrueType.PPTX,
}
_MAIN_PART = re.compile(
    rb"application/(?:vnd\.openxmlformats-officedocument\.(?P<plain>[a-z.]+)|"
    rb"(?P<macro>vnd\.ms-(?:word|excel|powerpoint)))[a-zA-Z0-9.]*\.main\+xml"
)


@dataclass(frozen=True)
class FirstLook:
    """What a file is. `is_plain`: text as `plain_text.is_plain` tells it."""

    true_type: TrueType
    is_plain: bool = False


def recognise(file: IO[bytes]) -> TrueType:
    """Return what an open, seekable file is. Leaves it at its start."""
    return look_first(file).true_type


def look_first(file: IO[bytes]) -> FirstLook:
    """As `recognise`, and tell whether it is plain text."""
    file.seek(0)
    head = file.read(_HEAD)
    true_type = _by_head(file, head) if head else TrueType.EMPTY
    if true_type:
        found = FirstLook(true_type)
    elif is_plain(window(file)):
        found = FirstLook(TrueType.TEXT, is_plain=True)
    else:
        found = FirstLook(TrueType.TEXT if is_text(file) else TrueType.OTHER)
    file.seek(0)
    return found


def _by_head(file: IO[bytes], head: bytes) -> TrueType | None:
    """Return what the first bytes tell; None if only all of them do."""
    for sign, true_type in _SIGNS.items():
        if head.startswith(sign):
            return true_type
    if head.startswith(compound.SIGN):
        return _compound(file)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(file)
    return TrueType.MARKUP if is_markup(head) else None


def is_markup(head: bytes) -> bool:
    """Tell by its first bytes whether something is a page, a drawing or a script."""
    bare = _without_bom(head)
    return bool(_MARKUP.match(bare) or _SCRIPTED_XML.match(bare))


def _without_bom(head: bytes) -> bytes:
    if head.startswith(_BOMS):
        return head[2:].replace(b"\0", b"")
    return head.removeprefix(codecs.BOM_UTF8)


def is_text(file: IO[bytes]) -> bool:
    """Tell whether no byte of a file is one that text does not hold."""
    file.seek(0)
    start = file.read(2)
    if start in _BOMS:
        return _decodes(file, "utf-16-le" if start == _BOMS[0] else "utf-16-be")
    file.seek(0)
    while chunk := file.read(CHUNK):
        if any(byte in chunk for byte in NOT_TEXT):
            return False
    return True


def is_unicode(file: IO[bytes]) -> bool:
    """Tell whether a text file is in UTF-8, or in UTF-16 with its mark."""
    file.seek(0)
    if file.read(2) in _BOMS:
        return True
    file.seek(0)
    return _decodes(file, "utf-8")


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(CHUNK):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _compound(file: IO[bytes]) -> TrueType:
    names = compound.names(file)
    if "WordDocument" in names:
        return TrueType.DOC
    if names & {"Workbook", "Book"}:
        return TrueType.XLS
    if "EncryptedPackage" in names:
        # An Office document under a password: which one, only the password tells.
        return TrueType.DOCX
    return TrueType.OTHER


def _zip(file: IO[bytes]) -> TrueType:
    try:
        with zipfile.ZipFile(file) as archive:
            return _by_members(archive)
    except BROKEN_ZIP:
        # Damaged, or made to look so: the walker says which.
        return TrueType.ZIP


def _by_members(archive: zipfile.ZipFile) -> TrueType:
    members = {info.filename: info for info in archive.infolist()}
    lower = {name.lower() for name in members}
    if lower & {"meta-inf/manifest.mf", "classes.dex", "androidmanifest.xml"}:
        return TrueType.PROGRAM
    if info := members.get("mimetype"):
        kind = _read(archive, info, 200).strip()
        if kind.startswith(_OPEN_DOCUMENT):
            names = {
                b"text": TrueType.ODT,
                b"spreadsheet": TrueType.ODS,
                # A database starts programs and speaks to servers: no document.
                b"base": TrueType.OTHER,
                b"database": TrueType.OTHER,
            }
            return names.get(kind.removeprefix(_OPEN_DOCUMENT), TrueType.ODF)
    if info := members.get("[Content_Types].xml"):
        found = _MAIN_PART.search(_read(archive, info, CHUNK))
        if found:
            return _office_type(found.group(0))
    return TrueType.ZIP


def _office_type(part: bytes) -> TrueType:
    return next((t for sign, t in _OFFICE_PARTS.items() if sign in part), TrueType.ZIP)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    if info.flag_bits & 1:
        return b""
    with archive.open(info) as member:
        return member.read(limit)


def window(file: IO[bytes]) -> mmap.mmap | bytes:
    """Return the whole of a file to search in; a large one is not read into memory."""
    size = file.seek(0, 2)
    file.seek(0)
    if size <= CHUNK:  # asking a spooled one for its number would put it on the disk
        return file.read()
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return file.read()  # one held in memory already, or empty
