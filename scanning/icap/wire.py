"""The lines of ICAP: one request from a connection, within limits and a deadline."""

import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_HEAD = 64 * 1024  # bytes of all headers of a request, ICAP's and HTTP's
_MOST_LINE = 8 * 1024
_MOST_HEADERS = 100
_PIECE = 64 * 1024
_REQUEST = re.compile(r"([A-Z]{3,10}) (icap://[!-~]{1,2000}) ICAP/1\.0")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*(.*?)[ \t]*")
_SECTION = re.compile(
    r"(req-hdr|res-hdr|req-body|res-body|opt-body|null-body)=(\d{1,7})"
)


class ProtocolError(Exception):
    """The peer does not speak ICAP, or not within the limits. `status`: the answer."""

    def __init__(self, status: int = 400) -> None:
        super().__init__(status)
        self.status = status


class GoneError(Exception):
    """The peer closed the connection, or was too slow."""


@dataclass(frozen=True)
class Patience:
    """How long a peer may take. Bytes that come buy time, a drop at a time does not."""

    idle: float = 60.0  # seconds between two requests
    grace: float = 30.0  # seconds for a request, whatever its size
    rate: int = 50_000  # bytes that buy one second more


@dataclass
class Line:
    """The bytes of one connection, read under a deadline that progress moves."""

    peer: socket.socket
    patience: Patience
    buffer: bytearray = field(default_factory=bytearray)
    began: float = 0.0
    received: int = 0

    def begin(self) -> bool:
        """Wait for the next request; return whether one begins."""
        self.began, self.received = time.monotonic(), 0
        if self.buffer:
            return True
        self.peer.settimeout(self.patience.idle)
        try:
            self._take(self.peer.recv(_PIECE))
        except (OSError, GoneError):
            return False
        self.began = time.monotonic()
        return True

    def line(self) -> bytes:
        """Return the next line without its end. Raises ProtocolError or GoneError."""
        while (end := self.buffer.find(b"\n")) < 0:
            if len(self.buffer) > _MOST_LINE:
                raise ProtocolError
            self._more()
        if end > _MOST_LINE:
            raise ProtocolError
        found = bytes(self.buffer[:end])
        del self.buffer[: end + 1]
        return found.removesuffix(b"\r")

    def read(self, count: int) -> bytes:
        """Return at least one byte, at most so many."""
        if not self.buffer:
            self._more()
        found = bytes(self.buffer[:count])
        del self.buffer[:count]
        return found

    def exactly(self, count: int) -> bytes:
        """Return just so many bytes."""
        found = bytearray()
        while len(found) < count:
            found += self.read(count - len(found))
        return bytes(found)

    def send(self, content: bytes) -> None:
        """Send everything. Raises GoneError."""
        self.peer.settimeout(self.patience.grace)
        try:
            self.peer.sendall(content)
        except OSError as error:
            raise GoneError from error

    def _more(self) -> None:
        allowed = self.patience.grace + self.received / self.patience.rate
        left = self.began + allowed - time.monotonic()
        if left <= 0:
            raise GoneError
        self.peer.settimeout(left)
        try:
            self._take(self.peer.recv(_PIECE))
        except OSError as error:
            raise GoneError from error

    def _take(self, content: bytes) -> None:
        if not content:
            raise GoneError
        self.received += len(content)
        self.buffer += content


@dataclass(frozen=True)
class Request:
    """One ICAP request up to its body, which is still on the line.

    preview: bytes that the peer sends at first; None: all of them. sections: the HTTP
    headers as they came, by name (req-hdr, res-hdr).
    """

    method: str
    address: str
    headers: Mapping[str, str]
    sections: Mapping[str, bytes]
    has_body: bool

    @property
    def service(self) -> str:
        """The name of the service: the path of the address."""
        return self.address.split("/", 3)[-1].partition("?")[0].strip("/")

    @property
    def preview(self) -> int | None:
        """How many bytes come before we must ask for the rest."""
        value = self.headers.get("preview", "")
        if not value:
            return None
        if not value.isdecimal() or len(value) > 7:  # noqa: PLR2004 (digits)
            raise ProtocolError
        return int(value)

    @property
    def allows_204(self) -> bool:
        """Tell whether "nothing to change" may be answered without the body."""
        return "204" in re.split(r"[,\s]+", self.headers.get("allow", ""))

    @property
    def closes(self) -> bool:
        """Tell whether the peer ends the connection after this request."""
        return self.headers.get("connection", "").lower() == "close"


def read_request(line: Line) -> Request:
    """Read a request up to its body. Raises ProtocolError or GoneError."""
    first = line.line().decode("latin-1")
    found = _REQUEST.fullmatch(first)
    if not found:
        raise ProtocolError(505 if " ICAP/" in first else 400)
    headers = _headers(line)
    sections, has_body = _sections(line, headers.get("encapsulated", ""), found[1])
    return Request(found[1], found[2], headers, sections, has_body)


def _headers(line: Line) -> dict[str, str]:
    headers: dict[str, str] = {}
    size = count = 0
    while content := line.line():
        size, count = size + len(content), count + 1
        found = _HEADER.fullmatch(content.decode("latin-1"))
        if not found or count > _MOST_HEADERS or size > MOST_HEAD:
            raise ProtocolError
        name = found[1].lower()
        if name in headers and name in {"encapsulated", "preview"}:
            raise ProtocolError
        headers[name] = found[2]
    return headers


def _sections(line: Line, told: str, method: str) -> tuple[dict[str, bytes], bool]:
    """Read the HTTP headers that the "Encapsulated" header names, in its order."""
    if not told:
        if method == "OPTIONS":
            return {}, False
        raise ProtocolError
    named = [_SECTION.fullmatch(part.strip()) for part in told.split(",")]
    places = [(found[1], int(found[2])) for found in named if found]
    offsets = [offset for _name, offset in places]
    is_sound = (
        len(places) == len(named)
        and offsets[0] == 0
        and offsets == sorted(set(offsets))
        and offsets[-1] <= MOST_HEAD
        and places[-1][0].endswith("-body")
        and all(name.endswith("-hdr") for name, _offset in places[:-1])
        and len({name for name, _offset in places}) == len(places)
    )
    if not is_sound:
        raise ProtocolError
    ends = offsets[1:]
    sections = {
        name: line.exactly(end - offset)
        for (name, offset), end in zip(places[:-1], ends, strict=True)
    }
    return sections, places[-1][0] != "null-body"
