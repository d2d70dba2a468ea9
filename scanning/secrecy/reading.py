"""Have documents read by a process of its own, which is ended when it takes too long.

Each process that asks keeps its readers for the next file, as many as it had files at
once. A new one follows a fork, a fall, and so many files, lest leaks add up.
"""

import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

_ROOT = Path(__file__).resolve().parent.parent.parent
_MEMORY = 1024**3  # bytes of address space that it may have
_FILES = 500  # that one reader reads
_MOST_ANSWERED = 64 * 1024  # bytes
_COPIED = 1024 * 1024


class TooSlowError(Exception):
    """The reader was ended: the file took more time or memory than it may."""


class _Reader:
    def __init__(self, memory: int = _MEMORY) -> None:
        self.line, theirs = socket.socketpair()
        self.owner, self.read = os.getpid(), 0
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 (our own reader)
                [sys.executable, "-s", "-m", "scanning.secrecy.reader", str(memory)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )

    @property
    def is_usable(self) -> bool:
        is_ours = self.owner == os.getpid()
        return is_ours and self.read < _FILES and self.process.poll() is None

    def ask(self, handle: int, kind: str, seconds: float) -> dict[str, object]:
        self.read += 1
        end = time.monotonic() + seconds
        self.line.settimeout(seconds)
        socket.send_fds(self.line, [json.dumps({"kind": kind}).encode()], [handle])
        told = b""
        while not told.endswith(b"\n"):
            self.line.settimeout(max(end - time.monotonic(), 0.001))
            part = self.line.recv(_MOST_ANSWERED)
            if not part or len(told) > _MOST_ANSWERED:
                raise TooSlowError
            told += part
        answer: dict[str, object] = json.loads(told)
        return answer

    def end(self) -> None:
        self.line.close()
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()


class _Desk:
    """The readers of this process: one for each file that is read at this moment."""

    def __init__(self) -> None:
        self.idle: list[_Reader] = []
        self.all: set[_Reader] = set()

    def ask(self, file: IO[bytes], kind: str, seconds: float) -> dict[str, object]:
        reader = self._idle() or self._new()
        try:
            answer = _with_handle(reader, file, kind, seconds)
        except (OSError, TooSlowError, ValueError) as error:
            self._end(reader)
            raise TooSlowError from error
        self.idle.append(reader)
        return answer

    def end(self) -> None:
        """End every reader, as this process ends."""
        for reader in list(self.all):
            self._end(reader)

    def forget(self) -> None:
        """Begin anew in a child: the readers are those of the parent."""
        for reader in self.all:
            reader.line.close()
        self.idle, self.all = [], set()

    def _idle(self) -> _Reader | None:
        """Take a reader that waits; those that are worn out or gone are ended."""
        while self.idle:
            try:
                reader = self.idle.pop()
            except IndexError:
                break  # another thread took the last one
            if reader.is_usable:
                return reader
            self._end(reader)
        return None

    def _new(self) -> _Reader:
        reader = _Reader()
        self.all.add(reader)
        return reader

    def _end(self, reader: _Reader) -> None:
        self.all.discard(reader)
        reader.end()


_desk = _Desk()
atexit.register(_desk.end)
os.register_at_fork(after_in_child=_desk.forget)


def ask(file: IO[bytes], kind: str, seconds: float) -> dict[str, object]:
    """Return what a reader says of an open file. Raises TooSlowError."""
    return _desk.ask(file, kind, seconds)


def _with_handle(
    reader: _Reader, file: IO[bytes], kind: str, seconds: float
) -> dict[str, object]:
    """Ask with the handle of the file; one in memory is written to the disk first."""
    if hasattr(file, "rollover"):
        file.rollover()
    try:
        handle = file.fileno()
    except OSError:
        with tempfile.TemporaryFile() as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy, _COPIED)
            copy.flush()
            return reader.ask(copy.fileno(), kind, seconds)
    file.flush()
    return reader.ask(handle, kind, seconds)
