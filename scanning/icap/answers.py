"""What we reply: nothing to change, the very message again, or a page that refuses."""

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import IO

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from scanning.icap.wire import Request

_PIECE = 64 * 1024
_NAMES = {
    200: "OK",
    204: "No Content",
    400: "Bad Request",
    403: "Forbidden",
    404: "ICAP Service not found",
    405: "Method not allowed for service",
    408: "Request timeout",
    503: "Service overloaded",
    505: "ICAP version not supported by server",
}


@dataclass(frozen=True)
class Answer:
    """One reply. `pieces`: what follows its head, if anything."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Iterator[bytes] | None = None

    def head(self, istag: str) -> bytes:
        """Return the status line and the headers."""
        lines = [
            f"ICAP/1.0 {self.status} {_NAMES[self.status]}",
            f'ISTag: "{istag}"',
            f"Date: {formatdate(usegmt=True)}",
            "Server: portal",
            *(f"{name}: {_plain(value)}" for name, value in self.headers.items()),
        ]
        if self.pieces is None and "Encapsulated" not in self.headers:
            lines.append("Encapsulated: null-body=0")
        return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"


def options(service: str, most_connections: int) -> Answer:
    """Say what we do: both ways of modification, previews, and no change (204)."""
    return Answer(
        200,
        {
            "Methods": "RESPMOD, REQMOD",
            "Service": f"Portal {service}",
            "Max-Connections": str(most_connections),
            "Options-TTL": "300",
            "Allow": "204",
            "Preview": "4096",
            "Transfer-Preview": "*",
            "X-Include": "X-Client-IP",
        },
    )


def unchanged(request: Request, content: IO[bytes] | None, *, may_204: bool) -> Answer:
    """Let the message pass: by 204 if the peer may hear it, else by the very bytes."""
    if may_204:
        return Answer(204)
    kind = "req" if request.method == "REQMOD" else "res"
    head = request.sections.get(f"{kind}-hdr", b"")
    body = "null-body" if content is None else f"{kind}-body"
    told = f"{kind}-hdr=0, {body}={len(head)}" if head else f"{body}=0"
    return Answer(200, {"Encapsulated": told}, _again(head, content))


def _again(head: bytes, content: IO[bytes] | None) -> Iterator[bytes]:
    yield head
    if content is None:
        return
    with content:
        while piece := content.read(_PIECE):
            yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def refused(
    status: int, sentences: list[str], headers: dict[str, str] | None = None
) -> Answer:
    """Put a page in the place of the message, in Vietnamese, as an HTTP response."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("The file was not passed on")
    said = "".join(f"<p>{html.escape(each)}</p>" for each in sentences)
    page = (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title></head>"
        f"<body><h1>{html.escape(title)}</h1>{said}</body></html>"
    ).encode()
    reason = "Forbidden" if status == 403 else "Service Unavailable"  # noqa: PLR2004
    head = (
        f"HTTP/1.1 {status} {reason}\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(page)}\r\n"
        "Cache-Control: no-store\r\n"
        "Content-Security-Policy: default-src 'none'\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        + ("Retry-After: 60\r\n" if status == 503 else "")  # noqa: PLR2004
        + "Connection: close\r\n\r\n"
    ).encode("ascii")
    told = {"Encapsulated": f"res-hdr=0, res-body={len(head)}", **(headers or {})}
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(page), page)
    return Answer(200, told, iter([head, body]))


def _plain(value: str) -> str:
    """Return a value that cannot begin another header."""
    return "".join(c if c.isprintable() else " " for c in value)
