"""The one room in which python-clamd is used.

Its faults were seen in a trial: one object shared by threads calls viruses clean, an
empty reply returns None, sends are cut short, chunks are 1 KB, connecting and reading
have no common deadline. So: a new object for each exchange, 64 KB chunks with sendall,
one deadline over everything, and replies that end with a line end or do not count.
"""

import errno
import hashlib
import socket
import struct
import time
from dataclasses import dataclass
from typing import IO

from python_clamd import ClamdError, ClamdUnixSocket

from scanning.engine import faults, replies

CHUNK = 64 * 1024
LONGEST_REPLY = 4096
# A full queue of connections answers EAGAIN on a unix socket: ask again soon.
_RETRY_AFTER = 0.02
_BUSY = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR}


@dataclass(frozen=True)
class Answer:
    """The engine's reply, and the SHA-256 (hex) of the very bytes it was sent."""

    reply: replies.Reply
    sha256: str
    size: int


class Exchange(ClamdUnixSocket):
    """One question to clamd over one connection, finished before one deadline."""

    clamd_socket: socket.socket

    def __init__(self, path: str, *, seconds: float) -> None:
        """Prepare a question to the socket at `path`; `seconds` covers all of it."""
        super().__init__(path, timeout=seconds)
        self.ends_at = time.monotonic() + seconds

    def scan(self, file: IO[bytes]) -> Answer:
        """Send an open file from its present position and return the answer.

        Raises EngineError if no reply that can be believed came in time.
        """
        digest, size = hashlib.sha256(), 0
        self._init_socket()
        try:
            self._send_command("INSTREAM")
            try:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    self._send(struct.pack("!L", len(chunk)) + chunk)
                self._send(struct.pack("!L", 0))
            except (BrokenPipeError, ConnectionResetError):
                # clamd hung up: it may have said why, such as its size limit.
                reply = replies.read(self._recv_response())
                raise faults.ProtocolError(reply.name or "hung up early") from None
            return Answer(replies.read(self._recv_response()), digest.hexdigest(), size)
        finally:
            self._close_socket()

    def ask(self, command: str) -> str:
        """Send PING, VERSION or RELOAD and return the reply.

        Raises EngineError if no reply that can be believed came in time.
        """
        try:
            return str(self._basic_command(command))
        except ClamdError as error:
            raise faults.ProtocolError(str(error)) from error

    def _left(self) -> float:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise faults.DeadlineError
        return left

    def _init_socket(self) -> None:
        while True:
            self.clamd_socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                self.clamd_socket.settimeout(self._left())
                self.clamd_socket.connect(self.unix_socket)
            except OSError as error:
                self._close_socket()
                if error.errno not in _BUSY:
                    raise faults.UnreachableError(error.strerror or "") from error
                self._left()
                time.sleep(_RETRY_AFTER)
            else:
                return

    def _send_command(self, cmd: str, *args: str) -> None:
        try:
            self._send(f"n{' '.join([cmd, *args])}\n".encode())
        except OSError as error:
            raise faults.UnreachableError(error.strerror or "") from error

    def _send(self, content: bytes) -> None:
        self.clamd_socket.settimeout(self._left())
        try:
            self.clamd_socket.sendall(content)
        except TimeoutError:
            raise faults.DeadlineError from None

    def _recv_response(self) -> str:
        reply = b""
        while not reply.endswith(b"\n"):
            self.clamd_socket.settimeout(self._left())
            try:
                part = self.clamd_socket.recv(LONGEST_REPLY)
            except TimeoutError:
                raise faults.DeadlineError from None
            except OSError as error:
                raise faults.UnreachableError(error.strerror or "") from error
            if not part or len(reply) > LONGEST_REPLY:
                raise faults.ProtocolError("the reply was empty or cut short")
            reply += part
        return reply[:-1].decode("utf-8", "backslashreplace")
