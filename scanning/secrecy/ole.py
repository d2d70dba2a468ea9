"""The text of DOC and XLS as far as a simple, bounded reading of their streams goes.

DOC: the pieces of text that the table stream names. XLS: the shared strings, the
labels and the headers of BIFF. What is older or broken is read letter by letter.
"""

import re
import struct
from collections.abc import Iterator
from typing import IO

from scanning.secrecy.stamps import Passage

_END = 0xFFFFFFFA  # this and above name no sector
_MOST_BYTES = 64 * 1024 * 1024  # of one stream
_MINI_SECTOR = 64
_ENTRY = 128
# Ends of paragraphs, lines, pages and cells in the text of a DOC.
_DOC_ENDS = re.compile("[\r\n\x07\x0b\x0c]")
_FIELD = re.compile("[\x13\x14\x15\x01\x08]")


class BrokenError(Exception):
    """The structure leads nowhere."""


class Compound:
    """The streams of an OLE compound file. Raises BrokenError."""

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        self.content = file.read()
        try:
            self._open()
        except (struct.error, IndexError, ValueError) as error:
            raise BrokenError from error

    def _open(self) -> None:
        header = self.content[:512]
        shift = struct.unpack_from("<H", header, 30)[0]
        if shift not in {9, 12}:
            raise BrokenError
        self.size = 1 << shift
        tables = list(struct.unpack_from("<109I", header, 76))
        (more, count) = struct.unpack_from("<II", header, 68)
        while more < _END and count > 0:
            numbers = self._numbers(more)
            tables += numbers[:-1]
            more, count = numbers[-1], count - 1
        self.table: list[int] = []
        for sector in tables:
            if sector < _END:
                self.table += self._numbers(sector)
        self.cutoff = struct.unpack_from("<I", header, 56)[0]
        self.streams = self._directory(struct.unpack_from("<I", header, 48)[0])
        start, size = self.streams.get("Root Entry", (_END, 0))
        self.mini = self._chain(start, size)
        mini_start = struct.unpack_from("<I", header, 60)[0]
        raw = self._chain(mini_start, _MOST_BYTES)
        self.mini_table = list(struct.unpack(f"<{len(raw) // 4}I", raw))

    def read(self, name: str) -> bytes:
        """Return a stream by its name, empty if there is none."""
        start, size = self.streams.get(name, (_END, 0))
        size = min(size, _MOST_BYTES)
        if size >= self.cutoff:
            return self._chain(start, size)
        parts, seen = [], 0
        while start < _END and seen < size:
            at = start * _MINI_SECTOR
            parts.append(self.mini[at : at + _MINI_SECTOR])
            seen += _MINI_SECTOR
            if start >= len(self.mini_table):
                break
            start = self.mini_table[start]
        return b"".join(parts)[:size]

    def _numbers(self, sector: int) -> list[int]:
        raw = self._sector(sector)
        return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self.size
        return self.content[at : at + self.size]

    def _chain(self, sector: int, size: int) -> bytes:
        parts, left = [], min(size, len(self.content))
        while sector < _END and left > 0:
            part = self._sector(sector)
            if not part:
                break
            parts.append(part)
            left -= len(part)
            sector = self.table[sector] if sector < len(self.table) else _END
        return b"".join(parts)[:size]

    def _directory(self, start: int) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        raw = self._chain(start, _MOST_BYTES)
        for at in range(0, len(raw) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", raw, at + 64)
            if kind and 2 <= length <= 64:  # noqa: PLR2004 (bytes of a name)
                name = raw[at : at + length - 2].decode("utf-16-le", "replace")
                found.setdefault(name, struct.unpack_from("<II", raw, at + 116))
        return found


def document(file: IO[bytes]) -> Iterator[Passage]:
    """Yield what a DOC says, headers and text boxes after the body."""
    compound = Compound(file)
    stream = compound.read("WordDocument")
    try:
        text = "".join(_pieces(stream, compound))
    except (struct.error, IndexError):
        text = stream.decode("latin-1") + "\r" + stream.decode("utf-16-le", "replace")
    lines = _DOC_ENDS.split(_FIELD.sub("", text))
    yield Passage("body", lines)


def _pieces(stream: bytes, compound: Compound) -> Iterator[str]:
    flags = struct.unpack_from("<H", stream, 10)[0]
    table = compound.read("1Table" if flags & 0x0200 else "0Table")
    at, size = struct.unpack_from("<II", stream, 0x01A2)
    clx = table[at : at + size]
    position = 0
    while clx[position] == 1:  # properties that text may share
        position += 3 + struct.unpack_from("<H", clx, position + 1)[0]
    length = struct.unpack_from("<I", clx, position + 1)[0]
    plc = clx[position + 5 : position + 5 + length]
    count = (len(plc) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plc)
    for number in range(count):
        letters = min(ends[number + 1] - ends[number], len(stream))
        place = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
        if place & 0x40000000:
            start = (place & 0x3FFFFFFF) // 2
            yield stream[start : start + letters].decode("latin-1")
        else:
            start = place & 0x3FFFFFFF
            yield stream[start : start + 2 * letters].decode("utf-16-le", "replace")


_SST, _CONTINUE = 0x00FC, 0x003C
_LABELS = {0x0204, 0x00D6}
_HEADERS = {0x0014, 0x0015}
_TEXT_BOX = 0x01B6
_LAYOUT = re.compile(r'&"[^"]*"|&\d+|&[BIUESXYDTPNFAGZ]')


def workbook(file: IO[bytes]) -> Iterator[Passage]:
    """Yield the strings of an XLS, each as a line, then its headers and boxes."""
    compound = Compound(file)
    stream = compound.read("Workbook") or compound.read("Book")
    cells: list[str] = []
    headers: list[str] = []
    records = list(_records(stream))
    for number, (kind, content) in enumerate(records):
        if kind == _SST:
            parts = [content]
            for more, piece in records[number + 1 :]:
                if more != _CONTINUE:
                    break
                parts.append(piece)
            cells += _shared(parts)
        elif kind in _LABELS:
            cells.append(_string(content[6:]))
        elif kind in _HEADERS:
            headers += re.split("&[LCR]", _LAYOUT.sub("", _string(content)))
        elif kind == _TEXT_BOX:
            following = records[number + 1 : number + 2]
            if following and following[0][0] == _CONTINUE:
                headers += _loose(following[0][1]).splitlines()
    yield Passage("cells", cells)
    yield Passage("header", headers, is_margin=True)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _string(content: bytes) -> str:
    """Return a string with its length in front, of BIFF8 or older."""
    if len(content) < 3:  # noqa: PLR2004 (bytes of length and flags)
        return ""
    length = struct.unpack_from("<H", content)[0]
    if content[2] <= 1:
        return _letters(content[3:], length, wide=bool(content[2]))
    return _letters(content[2:], length, wide=False)


def _loose(content: bytes) -> str:
    return _letters(content[1:], len(content), wide=bool(content[:1] == b"\x01"))


def _letters(content: bytes, length: int, *, wide: bool) -> str:
    if wide:
        return content[: 2 * length].decode("utf-16-le", "replace")
    return content[:length].decode("latin-1")


def _shared(parts: list[bytes]) -> Iterator[str]:
    """Yield the shared strings; one may go on in the next record, with new flags."""
    source = _Parts(parts)
    source.take(8)
    while not source.is_at_end:
        head = source.take(3)
        if len(head) < 3:  # noqa: PLR2004 (bytes of length and flags)
            return
        length, flags = struct.unpack("<HB", head)
        runs = struct.unpack("<H", source.take(2))[0] if flags & 8 else 0
        extra = struct.unpack("<I", source.take(4))[0] if flags & 4 else 0
        yield source.letters(length, wide=bool(flags & 1))
        source.take(4 * runs + min(extra, _MOST_BYTES))


class _Parts:
    def __init__(self, parts: list[bytes]) -> None:
        self.parts, self.number, self.at = parts, 0, 0

    @property
    def is_at_end(self) -> bool:
        self._step()
        return self.number >= len(self.parts)

    def _step(self) -> bool:
        moved = False
        while self.number < len(self.parts) and self.at >= len(self.parts[self.number]):
            self.number, self.at, moved = self.number + 1, 0, True
        return moved

    def take(self, count: int) -> bytes:
        taken = b""
        while count > len(taken) and not self.is_at_end:
            part = self.parts[self.number][self.at : self.at + count - len(taken)]
            self.at += len(part)
            taken += part
        return taken

    def letters(self, length: int, *, wide: bool) -> str:
        said: list[str] = []
        while length > 0:
            if self._step() and self.number < len(self.parts):
                wide = bool(self.take(1)[:1] == b"\x01")
            if self.number >= len(self.parts):
                break
            part = self.parts[self.number]
            room = (len(part) - self.at) // (2 if wide else 1)
            count = min(length, max(room, 1))
            said.append(_letters(part[self.at :], count, wide=wide))
            self.at += count * (2 if wide else 1)
            length -= count
        return "".join(said)
