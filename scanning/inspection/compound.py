"""The directory of an OLE compound file (doc, xls and others): the names in it."""

import struct
from typing import IO

SIGN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = 0xFFFFFFFA  # this and above name no sector
_HEADER_ENTRIES = 109
_MOST_SECTORS = 4096  # of the directory: 32,768 names at least
_ENTRY = 128
_NAME_LENGTHS = range(2, 65)  # bytes, the closing zero included


def names(file: IO[bytes]) -> frozenset[str] | None:
    """Return the names of storages and streams; None if the structure is broken."""
    try:
        return frozenset(_names(file))
    except (struct.error, ValueError):
        return None


def _names(file: IO[bytes]) -> list[str]:
    file.seek(0)
    header = file.read(512)
    shift = struct.unpack_from("<H", header, 30)[0]
    if shift not in {9, 12}:
        raise ValueError("no such sector size")
    size = 1 << shift
    (sector,) = struct.unpack_from("<I", header, 48)
    table = struct.unpack_from(f"<{_HEADER_ENTRIES}I", header, 76)
    found: list[str] = []
    seen: set[int] = set()
    while sector < _END_OF_CHAIN:
        if sector in seen or len(seen) > _MOST_SECTORS:
            raise ValueError("the directory runs in a circle")
        seen.add(sector)
        found += _names_in(_sector(file, sector, size))
        sector = _next(file, table, sector, size)
    return found


def _sector(file: IO[bytes], number: int, size: int) -> bytes:
    file.seek((number + 1) * size)
    content = file.read(size)
    if len(content) != size:
        raise ValueError("a sector lies beyond the end")
    return content


def _next(file: IO[bytes], table: tuple[int, ...], sector: int, size: int) -> int:
    index, offset = divmod(sector, size // 4)
    if index >= _HEADER_ENTRIES or table[index] >= _END_OF_CHAIN:
        raise ValueError("the directory lies beyond the table in the header")
    content = _sector(file, table[index], size)
    return int(struct.unpack_from("<I", content, offset * 4)[0])


def _names_in(content: bytes) -> list[str]:
    found = []
    for start in range(0, len(content), _ENTRY):
        length, kind = struct.unpack_from("<HB", content, start + 64)
        if kind and length in _NAME_LENGTHS:
            raw = content[start : start + length - 2]
            found.append(raw.decode("utf-16-le", "replace"))
    return found
