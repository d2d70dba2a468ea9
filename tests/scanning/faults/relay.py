"""An engine that lies: a real clamd behind it, and a falsifier in between.

It listens where the portal looks for clamd and passes each question on. What it answers
the falsifier decides, who sees the content asked about and clamd's true reply.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scanning.engine import canaries
from scanning.engine.address import Host

# Content and true reply to what is said instead, piece by piece.
Falsifier = Callable[[bytes, bytes], Iterator[bytes]]
_LONGEST = 64 * 1024 * 1024


class Died(Exception):  # noqa: N818 (what happens to an engine, not an error of ours)
    """The falsifier lets the engine die over this content."""


def is_of_the_proof(content: bytes) -> bool:
    """Tell whether this is asked to prove the engine, not to scan a file."""
    known = [canaries.GENERATION_MARK, *(c for _, c in canaries.all_of_them())]
    return content in known


class Relay:
    """One lying engine on a unix socket."""

    def __init__(self, path: Path, real: Host, falsify: Falsifier) -> None:
        path.unlink(missing_ok=True)
        self.host, self.real, self.falsify = Host(str(path)), real, falsify
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(50)
        threading.Thread(target=self._serve, daemon=True).start()

    def die(self) -> None:
        """Stop listening, as a killed process does."""
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            command = b""
            while not command.endswith(b"\n"):
                command += line.recv(1)  # what follows it brings the open file along
            if b"FILDES" not in command:
                line.sendall(self._asked(command, None))
                return
            _, descriptors, _, _ = socket.recv_fds(line, 1, 1)
            with os.fdopen(descriptors[0], "rb") as file:
                content = file.read(_LONGEST)
                truth = self._asked(b"nFILDES\n", descriptors[0])
            try:
                for piece in self.falsify(content, truth):
                    line.sendall(piece)
            except Died:
                self.die()

    def _asked(self, command: bytes, descriptor: int | None) -> bytes:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.real.place)
            line.sendall(command)
            if descriptor is not None:
                socket.send_fds(line, [b"\0"], [descriptor])
            return line.recv(4096)


@contextmanager
def lying(path: Path, real: Host, falsify: Falsifier) -> Iterator[Relay]:
    """Give a lying engine that is gone afterwards."""
    relay = Relay(path, real, falsify)
    try:
        yield relay
    finally:
        relay.die()
        path.unlink(missing_ok=True)
