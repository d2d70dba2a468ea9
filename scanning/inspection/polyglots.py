"""Files that are two things at once: a picture or document, and an archive or page."""

import re
import struct
import zipfile
from collections.abc import Iterator
from typing import IO

from scanning.inspection.limits import Budget
from scanning.inspection.types import BROKEN_ZIP, TrueType, window
from scanning.inspection.windows import Content, search
from scanning.verdicts import Found

_PICTURES = {TrueType.PNG, TrueType.JPEG}
_OLD_OFFICE = {TrueType.DOC, TrueType.XLS}
# Long enough not to come up by chance in what is compressed.
_ARCHIVES = [
    re.compile(re.escape(sign))
    for sign in (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MSCF\0\0\0\0")
]
_PAGES = re.compile(
    rb"<(?:\?php\s|script[\s>]|html[\s>]|!doctype html|hta:application)", re.IGNORECASE
)
_DOCUMENT = re.compile(rb"%PDF-\d\.\d")
_APPLICATION = re.compile(
    rb"<(?:hta:application|script[^>]{0,80}vbscript)", re.IGNORECASE
)
_PROGRAM_BEHIND = re.compile(rb"MZ[\s\S]{60,400}?This program cannot be run")
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
        patterns = [*_ARCHIVES, _PAGES, _DOCUMENT, _PROGRAM_BEHIND]
    elif true_type == TrueType.PDF:
        patterns = [*_ARCHIVES, _APPLICATION, _PROGRAM_BEHIND]
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
