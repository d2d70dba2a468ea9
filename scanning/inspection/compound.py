"""OLE compound files (doc, xls and others): their names, and the bytes of a stream.

Read within bounds: chains that run in a circle, leave the file or are longer than the
file end the reading.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

SIGN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = 0xFFFFFFFA  # this and above name no sector
_HEADER_ENTRIES = 109
_HEADER = 512
_MOST_SECTORS = 4096  # of the directory: 16,384 names at least
_MOST_MINI = 32 * 1024 * 1024  # bytes of all small streams together
_CUTOFF = 4096  # bytes; smaller streams lie together, in every file there is
_ENTRY = 128
_NAME_LENGTHS = range(2, 65)  # bytes, the closing zero included
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_SHIFTS = {9, 12}
_BROKEN = (struct.error, ValueError, OSError, OverflowError)


class BrokenError(ValueError):
    """The structure contradicts itself or leaves the file."""


@dataclass(frozen=True)
class Entry:
    """A name in the directory. `size` in bytes; `start`: its first sector."""

    name: str
    kind: int
    start: int
    size: int

    @property
    def is_stream(self) -> bool:
        """Tell whether bytes belong to it."""
        return self.kind == _STREAM


def names(file: IO[bytes]) -> frozenset[str]:
    """Return the names of storages and streams; none if the structure is broken."""
    try:
        return frozenset(entry.name for entry in Compound(file).entries)
    except _BROKEN:
        return frozenset()


class Compound:
    """An open compound file. Raises BrokenError, or struct.error at a short read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        file.seek(0)
        header = file.read(_HEADER)
        if not header.startswith(SIGN):
            raise BrokenError("no compound file")
        self._length = file.seek(0, 2)
        self._shift, mini_shift = struct.unpack_from("<HH", header, 30)
        if self._shift not in _SHIFTS or not 1 <= mini_shift < self._shift:
            raise BrokenError("no such sector size")
        self._size, self._mini_size = 1 << self._shift, 1 << mini_shift
        directory, _, self._cutoff, mini, _, difat = struct.unpack_from(
            "<6I", header, 48
        )
        if self._cutoff != _CUTOFF:
            raise BrokenError("small streams of another size")
        self._table = self._read_table(header, difat)
        self.entries = list(self._read_entries(directory))
        self._root = next((e for e in self.entries if e.kind == _ROOT), None)
        self._mini_start = mini

    def read(self, entry: Entry, most: int) -> bytes:
        """Return the first bytes of a stream, at most so many."""
        wanted = min(entry.size, most)
        if entry.size >= self._cutoff:
            return self._join(entry.start, wanted)
        if self._root is None:
            raise BrokenError("no root")
        holder = self._join(self._root.start, min(self._root.size, _MOST_MINI))
        links = self._join(self._mini_start, _MOST_MINI)
        found, sector, seen = b"", entry.start, 0
        while sector < _END_OF_CHAIN and len(found) < wanted:
            seen += 1
            at = sector * self._mini_size
            found += holder[at : at + self._mini_size]
            if seen * self._mini_size > len(holder) + self._mini_size:
                raise BrokenError("a chain runs in a circle")
            (sector,) = struct.unpack_from("<I", links, sector * 4)
        return found[:wanted]

    def _read_table(self, header: bytes, difat: int) -> list[int]:
        """Return the sectors that hold the table of sectors."""
        found = list(struct.unpack_from(f"<{_HEADER_ENTRIES}I", header, 76))
        most = self._length // self._size + 1
        seen: set[int] = set()
        while difat < _END_OF_CHAIN:
            if difat in seen or len(seen) > most:
                raise BrokenError("the table runs in a circle")
            seen.add(difat)
            *more, difat = struct.unpack(f"<{self._size // 4}I", self._sector(difat))
            found += more
        while found and found[-1] >= _END_OF_CHAIN:
            found.pop()
        return found

    def _read_entries(self, sector: int) -> Iterator[Entry]:
        for number, each in enumerate(self._chain(sector)):
            if number > _MOST_SECTORS:
                raise BrokenError("a directory without end")
            content = self._sector(each)
            for start in range(0, len(content), _ENTRY):
                length, kind = struct.unpack_from("<HB", content, start + 64)
                first, size, high = struct.unpack_from("<3I", content, start + 116)
                if self._shift > min(_SHIFTS):
                    size |= high << 32
                if kind and length in _NAME_LENGTHS:
                    raw = content[start : start + length - 2]
                    name = raw.decode("utf-16-le", "replace")
                    yield Entry(name, kind, first, size)

    def _chain(self, sector: int) -> Iterator[int]:
        seen: set[int] = set()
        while sector < _END_OF_CHAIN:
            if sector in seen:
                raise BrokenError("a chain runs in a circle")
            seen.add(sector)
            yield sector
            sector = self._next(sector)

    def _join(self, sector: int, wanted: int) -> bytes:
        parts, size = [], 0
        for each in self._chain(sector):
            parts.append(self._sector(each))
            size += self._size
            if size >= wanted:
                break
        return b"".join(parts)[:wanted]

    def _next(self, sector: int) -> int:
        index, offset = divmod(sector, self._size // 4)
        if index >= len(self._table) or self._table[index] >= _END_OF_CHAIN:
            raise BrokenError("a sector lies beyond the table")
        at = ((self._table[index] + 1) << self._shift) + offset * 4
        self._file.seek(at)
        return int(struct.unpack("<I", self._file.read(4))[0])

    def _sector(self, number: int) -> bytes:
        self._file.seek((number + 1) << self._shift)
        content = self._file.read(self._size)
        if not content:
            raise BrokenError("a sector lies beyond the end")
        # The last one may be cut: some programs save only what they use of it.
        return content.ljust(self._size, b"\0")
