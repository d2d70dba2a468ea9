"""Files that are two things at once: a picture or document, and an archive or page."""

import re
import struct
import zipfile
from collections.abc import Iterator
from typing import IO

from scanning.inspection.limits import Budget
from scanning.inspection.types import BROKEN_ZIP, TrueType, window
from scanning.inspection.windows import Content, Sought, search
from scanning.verdicts import Found

_PICTURES = {TrueType.PNG, TrueType.JPEG}
_OLD_OFFICE = {TrueType.DOC, TrueType.XLS}
# Long enough not to come up by chance in what is compressed. One by one they are found
# six times as fast as all in one pattern, since each begins with a byte of its own.
_ARCHIVES = [
    Sought(sign, begins=sign)
    for sign in (
        rb"Rar!\x1a\x07",
        rb"7z\xbc\xaf\x27\x1c",
        rb"MSCF\x00\x00\x00\x00",
        rb"\xfd7zXZ\x00\x00[\x00\x01\x04\x0a]",
        rb"BZh[1-9]1AY&SY",
        rb"ustar(?:\x0000|  \x00)",
    )
]
# What has no place in a picture or a font: a member of an archive, a program, a
# document of old. Films that telephones append to their pictures are none of these.
_FOREIGN = [
    Sought(sign, begins=sign)
    for sign in (
        rb"PK\x03\x04[\x0a-\x3f]\x00[\x00-\xff]{2}[\x00-\x63]\x00",
        rb"\x7fELF[\x01\x02][\x01\x02]\x01",
        rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    )
]
_PAGES = Sought(
    rb"<(?:\?php\s|script[\s>]|html[\s>]|!doctype html|hta:application)",
    begins=rb"<(?i:\?php|script|html|!doctype|hta:app)",
    flags=re.IGNORECASE,
)
_DOCUMENT = Sought(rb"%PDF-\d\.\d", begins=rb"%PDF-")
_APPLICATION = Sought(
    rb"<(?:hta:application|script[^>]{0,80}vbscript)",
    begins=rb"<(?i:hta:app|script)",
    flags=re.IGNORECASE,
)
# What Windows runs: as its compilers write it, or its inner head for any machine.
_PROGRAMS = [
    Sought(rb"MZ[\s\S]{60,400}?This program cannot be run", begins=rb"MZ"),
    Sought(
        rb"PE\x00\x00(?:\x4c\x01|\x64\x86|\xc4\x01|\x64\xaa)", begins=rb"PE\x00\x00"
    ),
]
_DISC_AT, _DISC = 32769, b"CD001"
_TAPE_AT, _TAPE = 257, b"ustar"
_END = b"PK\x05\x06"
_END_SIZE = 22
_TAIL = 0xFFFF + _END_SIZE


def polyglot(file: IO[bytes], true_type: TrueType, budget: Budget) -> Iterator[Found]:
    """Yield a finding if a file can be opened as something else too."""
    content = window(file)
    if (
        _is_archive(file, content, true_type)
        or content[_DISC_AT : _DISC_AT + len(_DISC)] == _DISC
        or content[_TAPE_AT : _TAPE_AT + len(_TAPE)] == _TAPE
        or _holds_page(content, true_type, budget)
    ):
        yield Found("polyglot")


def _holds_page(content: Content, true_type: TrueType, budget: Budget) -> bool:
    if true_type in _PICTURES:
        patterns = [*_ARCHIVES, *_FOREIGN, _PAGES, _DOCUMENT, *_PROGRAMS]
    elif true_type == TrueType.PDF:
        patterns = [*_ARCHIVES, _APPLICATION, *_PROGRAMS]
    elif true_type == TrueType.OTHER:  # a picture or a font within a document
        patterns = [*_ARCHIVES, *_FOREIGN, *_PROGRAMS]
    else:
        patterns = [_APPLICATION]
    return any(search(pattern, content, budget) for pattern in patterns)


def _is_archive(file: IO[bytes], content: Content, true_type: TrueType) -> bool:
    """Tell whether a program for archives would find members in it."""
    tail = content[max(0, len(content) - _TAIL) :]
    at = tail.rfind(_END)
    if at < 0:
        return False
    if true_type in _OLD_OFFICE:
        # These hold small archives of colours by custom; but none ends with the file.
        comment = struct.unpack("<H", tail[at + 20 : at + 22].ljust(2, b"\0"))[0]
        return bool(at + _END_SIZE + comment == len(tail))
    try:
        with zipfile.ZipFile(file) as archive:
            return bool(archive.infolist())
    except BROKEN_ZIP:
        return False
