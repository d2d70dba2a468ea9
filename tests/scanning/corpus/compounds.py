"""OLE compound files, written stream by stream."""

import struct

_SECTOR = 512
_FREE, _END, _TABLE, _TABLE_OF_TABLES = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_IN_HEADER = 109
_SMALL = 4096  # below, a stream would lie elsewhere: ours are padded


def compound(
    streams: dict[str, bytes], *, storages: tuple[str, ...] = (), circle: bool = False
) -> bytes:
    """Return a compound file. The directory comes last, after all streams.

    circle: let the directory follow upon itself.
    """
    sectors: list[bytes] = []
    table: list[int] = []
    entries = [_entry("Root Entry", 5, _END, 0)]
    entries += [_entry(name, 1, 0, 0) for name in storages]
    for name, content in streams.items():
        padded = content.ljust(_SMALL, b"\0")
        entries.append(_entry(name, 2, len(sectors), len(padded)))
        _add(sectors, table, padded)
    directory = len(sectors)
    _add(sectors, table, b"".join(entries))
    if circle:
        table[-1] = directory
    return _assemble(sectors, table, directory)


def _add(sectors: list[bytes], table: list[int], content: bytes) -> None:
    count = -(-len(content) // _SECTOR)
    first = len(sectors)
    sectors += [
        content[i * _SECTOR : (i + 1) * _SECTOR].ljust(_SECTOR, b"\0")
        for i in range(count)
    ]
    table += [*range(first + 1, first + count), _END]


def _assemble(sectors: list[bytes], table: list[int], directory: int) -> bytes:
    each = _SECTOR // 4
    tables = more = 0
    while True:  # the table describes its own sectors too
        needed = -(-(len(table) + tables + more) // each)
        needed_more = -(-max(0, needed - _IN_HEADER) // (each - 1))
        if (needed, needed_more) == (tables, more):
            break
        tables, more = needed, needed_more
    at = list(range(len(table), len(table) + tables))
    more_at = list(range(len(table) + tables, len(table) + tables + more))
    table = [*table, *[_TABLE] * tables, *[_TABLE_OF_TABLES] * more]
    table += [_FREE] * (tables * each - len(table))
    sectors = [*sectors, *_packed(table, each)]
    beyond = at[_IN_HEADER:]
    for number in range(more):
        part = beyond[number * (each - 1) : (number + 1) * (each - 1)]
        part += [_FREE] * (each - 1 - len(part))
        following = more_at[number + 1] if number + 1 < more else _END
        sectors.append(struct.pack(f"<{each}I", *part, following))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack(
        "<9I", 0, tables, directory, 0, _SMALL, _END, 0,
        more_at[0] if more else _END, more,
    )  # fmt: skip
    named = at[:_IN_HEADER]
    header += struct.pack(
        f"<{_IN_HEADER}I", *named, *[_FREE] * (_IN_HEADER - len(named))
    )
    return header + b"".join(sectors)


def _packed(table: list[int], each: int) -> list[bytes]:
    return [
        struct.pack(f"<{each}I", *table[i : i + each])
        for i in range(0, len(table), each)
    ]


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBB3I", len(raw) + 2, kind, 1, _FREE, _FREE, _FREE)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def doc(*more: str, flags: int = 0, text: bytes = b"", **streams: bytes) -> bytes:
    """Return a doc with these storages beside its text."""
    fib = struct.pack("<H8xH", 0xA5EC, flags) + bytes(500) + text
    return compound({"WordDocument": fib, "1Table": b"", **streams}, storages=more)


def xls(*records: tuple[int, bytes], **streams: bytes) -> bytes:
    """Return an xls whose first part has these records."""
    inner = [(0x0809, b"\0\6\5\0" + bytes(12)), *records, (0x000A, b"")]
    book = b"".join(struct.pack("<HH", kind, len(b)) + b for kind, b in inner)
    return compound({"Workbook": book, **streams})


def sheet(kind: int, name: bytes = b"Sheet1") -> tuple[int, bytes]:
    """Return the record of a sheet: 0 a table, 1 Excel 4 macros, 6 Visual Basic."""
    return 0x0085, struct.pack("<IBBBB", 0, 0, kind, len(name), 0) + name


def queried(flags: int, query: int = 1, before: bytes = b"") -> bytes:
    """Return an xls whose one sheet shows the rows of a query.

    flags: of the table of rows; query: what it asks; before: bytes ahead of the sheet.
    """
    begin = (0x0809, b"\0\6\5\0" + bytes(12))
    named = (0x0085, sheet(0)[1])
    end = (0x000A, b"")
    size = sum(4 + len(body) for _kind, body in (begin, named, end))
    at = struct.pack("<I", size + len(before))
    parts = [begin, (named[0], at + named[1][4:]), end]
    chart = [begin, (0x1002, bytes(16)), end]
    rows = [(0x00DC, struct.pack("<6H", query, 0, 0, 0, 0, 0))]
    rows += [(0x01AD, struct.pack("<5H", flags, 0, 0, 0, 0))]
    first = _records(parts) + before
    return compound({"Workbook": first + _records([begin, *chart, *rows, end])})


def summed(flags: int, source: int) -> bytes:
    """Return an xls with a table that sums up rows, and from where it has them."""
    cache = struct.pack("<IHH4HH", 1, 1, flags, 0, 1, 1, 1, source) + bytes(4)
    return xls(**{"0001": _records([(0x00C6, cache), (0x000A, b"")])})


def _records(some: list[tuple[int, bytes]]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(b)) + b for kind, b in some)
