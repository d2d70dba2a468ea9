"""The reader of documents: a process of its own that may use little and know nothing.

Documents come from outside, and what takes them apart can be made to hang, to fill the
memory or to fall. So it does that here: without the portal's settings and secrets, with
little memory, no right to write a file, and a parent who ends it after some seconds.

It hears one line for each file, with the file itself as an open handle, and answers
with one line: the stamps, or why it could not tell. Text never leaves this process.
"""

import contextlib
import json
import os
import resource
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from scanning.secrecy import office, ole, open_document, plain
from scanning.secrecy.drafting import TooMuchError
from scanning.secrecy.stamps import Context, Passage, Stamp, Table, in_passage
from scanning.secrecy.tables import in_table

_MOST_TOLD = 5  # stamps of one file
Piece = Passage | Table


def stamps(pieces: Iterable[Piece]) -> Iterator[Stamp]:
    """Yield the stamps in a document, in the order of its text."""
    context = Context()
    for piece in pieces:
        if isinstance(piece, Table):
            cells = (cell for row in piece.rows.values() for cell in row.values())
            context.learn(list(cells))
            yield from in_table(piece, context)
        else:
            context.learn(piece.lines)
            yield from in_passage(piece, context)


def _pdf(file: IO[bytes]) -> Iterator[Piece]:
    from scanning.secrecy import pdf  # noqa: PLC0415 (most files are none)

    yield from pdf.pages(file)


def _ole(read: Callable[[IO[bytes]], Iterator[Passage]]) -> "Reader":
    def reader(file: IO[bytes]) -> Iterator[Piece]:
        with contextlib.suppress(ole.BrokenError):
            yield from read(file)

    return reader


def _packed(read: "Reader") -> "Reader":
    """Return a reader of packages that leaves what is none: a document in a cipher."""

    def reader(file: IO[bytes]) -> Iterator[Piece]:
        if file.read(2) == b"PK":
            yield from read(file)

    return reader


def _rtf(file: IO[bytes]) -> Iterator[Piece]:
    yield from plain.rtf(file.read())


Reader = Callable[[IO[bytes]], Iterator[Piece]]
READERS: dict[str, Reader] = {
    "pdf": _pdf,
    "rtf": _rtf,
    "text": plain.text,
    "doc": _ole(ole.document),
    "xls": _ole(ole.workbook),
    "odt": open_document.document,
    "ods": open_document.document,
    "odf": open_document.document,
    "docx": _packed(office.document),
    "pptx": _packed(office.document),
    "xlsx": _packed(office.workbook),
}


def pieces(file: IO[bytes], kind: str) -> Iterator[Piece]:
    """Yield what a file of this true type says."""
    yield from READERS[kind](file)


def answer(file: IO[bytes], kind: str) -> dict[str, object]:
    """Return the stamps of a file, or why they cannot be told."""
    told: list[Stamp] = []
    try:
        for stamp in stamps(pieces(file, kind)):
            if stamp not in told:
                told.append(stamp)
            if len(told) == _MOST_TOLD:
                break
    except (TooMuchError, MemoryError):
        if not told:
            return {"fault": "limits_reached"}
    except Exception as error:  # noqa: BLE001 (whatever a file provokes is the answer)
        if not told:
            return {"fault": "damaged", "error": type(error).__name__}
    return {"stamps": [[s.level, s.place, s.number, s.spot] for s in told]}


def serve(line: socket.socket) -> None:
    """Answer until the parent is gone."""
    while True:
        asked, handles, _flags, _from = socket.recv_fds(line, 200, 1)
        if not asked or not handles:
            return
        with os.fdopen(handles[0], "rb") as file:
            file.seek(0)
            told = answer(file, json.loads(asked)["kind"])
        line.sendall(json.dumps(told).encode() + b"\n")


def main(memory: int) -> None:
    """Give up what is not needed, then serve the socket that stands for input.

    memory: bytes of address space that this process may have.
    """
    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        resource.setrlimit(limit, (most, most))
    sys.setrecursionlimit(2000)
    with socket.socket(fileno=0) as line:
        serve(line)


if __name__ == "__main__":
    main(int(sys.argv[1]))
