"""Pictures that are small on the disk and fill the memory of whoever opens them.

Only what a picture declares is read: its head, and of a JPEG the way to its frame.
"""

import struct
from collections.abc import Iterator
from typing import IO

from scanning.inspection.limits import Budget
from scanning.inspection.types import TrueType
from scanning.verdicts import Found

_PNG_SIZE = struct.Struct(">8x4s4s2I")  # sign, length and name of the first chunk, size
_LENGTH = struct.Struct(">H")
_FRAME_SIZE = struct.Struct(">x2H")
_MARK, _ALONE = 0xFF, {0x01, *range(0xD0, 0xD9)}
# Every start of a frame; the other three of these codes are tables.
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN, _MOST_SEGMENTS = 0xDA, 2000


def picture(file: IO[bytes], true_type: TrueType, budget: Budget) -> Iterator[Found]:
    """Yield a finding if an open PNG or JPEG declares more dots than it may."""
    file.seek(0)
    declared = _of_png(file) if true_type == TrueType.PNG else _of_jpeg(file)
    if max(declared, default=0) > budget.limits.dots:
        yield Found("picture_too_big")


def _of_png(file: IO[bytes]) -> Iterator[int]:
    head = file.read(_PNG_SIZE.size)
    if len(head) == _PNG_SIZE.size:
        _length, _name, width, height = _PNG_SIZE.unpack(head)
        yield width * height


def _of_jpeg(file: IO[bytes]) -> Iterator[int]:
    """Yield the dots of each frame before the first scan."""
    file.seek(2)
    for _number in range(_MOST_SEGMENTS):
        code = _next_mark(file)
        if code is None or code == _START_OF_SCAN:
            return
        if code in _ALONE:
            continue
        start, length = file.tell(), file.read(_LENGTH.size)
        if len(length) < _LENGTH.size:
            return
        if code in _FRAMES:
            head = file.read(_FRAME_SIZE.size)
            if len(head) < _FRAME_SIZE.size:
                return
            height, width = _FRAME_SIZE.unpack(head)
            yield width * height
        file.seek(start + max(_LENGTH.unpack(length)[0], _LENGTH.size))


def _next_mark(file: IO[bytes]) -> int | None:
    """Return the next mark; None where there is none, as behind damage."""
    if file.read(1) != bytes([_MARK]):
        return None
    while code := file.read(1):
        if code[0] != _MARK:  # any number of them may stand in front
            return code[0]
    return None
