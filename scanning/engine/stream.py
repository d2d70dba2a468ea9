"""The one room in which python-clamd is used.

Its faults were seen in a trial: one object shared by threads calls viruses clean, an
empty reply returns None, sends are cut short, chunks are 1 KB, connecting and reading
have no common deadline. So: a new object for each exchange, 64 KB chunks with sendall,
one deadline over everything, and replies that end with a line end or do not count.
"""

import errno
import hashlib
import os
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from python_clamd import ClamdError, ClamdUnixSocket

from scanning.engine import faults, replies
from scanning.engine.address import Host

CHUNK = 64 * 1024
# What we read for the hash alone; larger pieces leave other threads more time.
PIECE = 1024 * 1024
LONGEST_REPLY = 4096
# A machine that is gone must not hold up those that are there.
SECONDS_TO_CONNECT = 3.0
# A full queue of connections answers EAGAIN on a unix socket: ask again soon.
_RETRY_AFTER = 0.02
_BUSY = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR}
_TOO_LARGE = "INSTREAM size limit exceeded"
_THREADS = re.compile(r"^THREADS: live (\d+) +idle (\d+) max (\d+) ", re.MULTILINE)
_QUEUE = re.compile(r"^QUEUE: (\d+) items", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """The engine's reply, and the SHA-256 (hex) of the very bytes it was sent."""

    reply: replies.Reply
    sha256: str
    size: int


class Exchange(ClamdUnixSocket):
    """One question to clamd over one connection, finished before one deadline."""

    clamd_socket: socket.socket

    def __init__(self, host: Host, *, seconds: float) -> None:
        """Prepare a question to a host; `seconds` covers all of it."""
        super().__init__(host.place, timeout=seconds)
        self.address = host
        self.ends_at = time.monotonic() + seconds

    def scan(self, file: IO[bytes]) -> Answer:
        """Send a file from its present position, chunk by chunk; return the answer.

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
                return self._why_it_hung_up(file, digest, size)
            return Answer(replies.read(self._recv_response()), digest.hexdigest(), size)
        finally:
            self._close_socket()

    def scan_open(self, file: IO[bytes]) -> Answer:
        """Hand over the open file itself, from its start; return the answer.

        clamd reads the same descriptor of which we compute the hash meanwhile. Only
        for a host of this machine, and only if its limit is above the file's size:
        what is larger it calls clean unread.

        Raises EngineError as `scan` does.
        """
        descriptor = file.fileno()
        self._init_socket()
        try:
            self._hand_over(descriptor)
            sha256, size = self._hash(descriptor)
            reply = replies.read(self._recv_response(), replies.HANDED_OVER)
            return Answer(reply, sha256, size)
        finally:
            self._close_socket()

    @contextmanager
    def asked_about(
        self, content: bytes, *, handed_over: bool
    ) -> Iterator[Callable[[], replies.Reply]]:
        """Ask about a few bytes; give what waits for the reply, so that others may go.

        handed_over: whether they go the way that open files go. Raises as `scan` does.
        """
        self._init_socket()
        try:
            if handed_over:
                with in_memory(content) as file:
                    self._hand_over(file.fileno())
            else:
                self._send_command("INSTREAM")
                length = struct.pack("!L", len(content))
                try:
                    self._send(length + content + struct.pack("!L", 0))
                except OSError as error:
                    raise faults.HungUpError(error.strerror or "") from error
            form = replies.HANDED_OVER if handed_over else replies.STREAMED
            yield lambda: replies.read(self._recv_response(), form)
        finally:
            self._close_socket()

    def _hand_over(self, descriptor: int) -> None:
        self._send_command("FILDES")
        try:
            socket.send_fds(self.clamd_socket, [b"\0"], [descriptor])
        except OSError as error:
            raise faults.HungUpError(error.strerror or "") from error

    def refuse(self, file: IO[bytes]) -> Answer:
        """Answer for a file that is larger than the engine looks into: ask nobody."""
        digest, size = hashlib.sha256(), 0
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
            self._left()
        return Answer(replies.TOO_LARGE, digest.hexdigest(), size)

    def ask(self, command: str) -> str:
        """Send PING, VERSION or RELOAD and return the reply.

        Raises EngineError if no reply that can be believed came in time.
        """
        try:
            return str(self._basic_command(command))
        except ClamdError as error:
            raise faults.ProtocolError(str(error)) from error

    def load(self) -> tuple[int, int]:
        """Return the scans running and waiting, and how many can run at once.

        Raises EngineError; DeadlineError perhaps because every thread is busy, since
        one of them must give this answer.
        """
        self._init_socket()
        try:
            self._send_command("STATS")
            said = self._recv_until(b"END\n")
        finally:
            self._close_socket()
        threads, queues = _THREADS.findall(said), _QUEUE.findall(said)
        if not threads or len(threads) != len(queues):
            raise faults.ProtocolError(said[:200])
        # One thread is busy with telling us.
        busy = sum(int(live) - int(idle) for live, idle, _ in threads) - 1
        most = sum(int(most) for _, _, most in threads)
        return busy + sum(map(int, queues)), max(1, most)

    def _why_it_hung_up(
        self, file: IO[bytes], digest: "hashlib._Hash", size: int
    ) -> Answer:
        """Return its answer if it met its limit of size; else raise EngineError."""
        reply = replies.read(self._recv_response())
        if not reply.name.startswith(_TOO_LARGE):
            raise faults.ProtocolError(reply.name or "hung up early")
        while chunk := file.read(PIECE):
            digest.update(chunk)
            size += len(chunk)
        return Answer(replies.TOO_LARGE, digest.hexdigest(), size)

    def _hash(self, descriptor: int) -> tuple[str, int]:
        """Hash an open file without moving its position, which clamd shares."""
        digest, size = hashlib.sha256(), 0
        while piece := os.pread(descriptor, PIECE, size):
            digest.update(piece)
            size += len(piece)
            self._left()
        return digest.hexdigest(), size

    def _left(self) -> float:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise faults.DeadlineError
        return left

    def _init_socket(self) -> None:
        while True:
            try:
                self.clamd_socket = self._connected()
            except OSError as error:
                if error.errno not in _BUSY:
                    raise faults.UnreachableError(error.strerror or "") from error
                self._left()
                time.sleep(_RETRY_AFTER)
            else:
                return

    def _connected(self) -> socket.socket:
        if self.address.port:
            place = (self.address.place, self.address.port)
            wait = min(self._left(), SECONDS_TO_CONNECT)
            line = socket.create_connection(place, timeout=wait)
            # Commands are short, and the next waits for the answer to the last.
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return line
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(self._left())
            line.connect(self.address.place)
        except BaseException:
            line.close()
            raise
        return line

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
        return self._recv_until(b"\n")[:-1]

    def _recv_until(self, end: bytes) -> str:
        reply = b""
        while not reply.endswith(end):
            self.clamd_socket.settimeout(self._left())
            try:
                part = self.clamd_socket.recv(LONGEST_REPLY)
            except TimeoutError:
                raise faults.DeadlineError from None
            except OSError as error:
                raise faults.HungUpError(error.strerror or "") from error
            if not part and not reply:
                raise faults.HungUpError("no answer")
            if not part or len(reply) > LONGEST_REPLY:
                raise faults.ProtocolError("the reply was empty or cut short")
            reply += part
        return reply.decode("utf-8", "backslashreplace")


def in_memory(content: bytes) -> IO[bytes]:
    """Return an open file with a descriptor that lies on no disk."""
    file = os.fdopen(os.memfd_create("portal"), "w+b")
    file.write(content)
    file.seek(0)
    return file
