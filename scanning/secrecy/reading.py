"""Have documents read by a process of its own, which is ended when it takes too long.

One reader for each process that asks, kept for the next file; a new one after a fork,
after a fall, and after so many files that leaks do not add up.
"""

import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
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
    """The one reader of this process, and the turn to ask it."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.reader: _Reader | None = None

    def ask(self, file: IO[bytes], kind: str, seconds: float) -> dict[str, object]:
        with self.turn:
            if self.reader and not self.reader.is_usable:
                self.end()
            reader = self.reader = self.reader or _Reader()
            try:
                return _with_handle(reader, file, kind, seconds)
            except (OSError, TooSlowError, ValueError) as error:
                self.end()
                raise TooSlowError from error

    def end(self) -> None:
        if self.reader:
            self.reader.end()
            self.reader = None

    def forget(self) -> None:
        """Begin anew in a child: the reader and the turn are those of the parent."""
        if self.reader:
            self.reader.line.close()
        self.turn, self.reader = threading.Lock(), None


_desk = _Desk()
atexit.register(_desk.end)
os.register_at_fork(after_in_child=_desk.forget)


def ask(file: IO[bytes], kind: str, seconds: float) -> dict[str, object]:
    """Return what the reader says of an open file. Raises TooSlowError."""
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
