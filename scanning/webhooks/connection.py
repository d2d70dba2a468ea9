"""One POST to an address that somebody else chose, and nothing else of our network.

The name is looked up once, every address behind it must be public, and the connection
goes to that very address: a second look-up cannot lead elsewhere. No redirect is
followed, no answer is read but its status, and ten seconds end it.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from scanning.webhooks import names

LASTS = 10.0  # seconds, from the look-up to the status
# Networks in which a translator makes IPv4 addresses of IPv6 ones (RFC 6052, RFC 8215).
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_TRANSLATED_HERE = ipaddress.IPv6Network("64:ff9b:1::/48")
_PORTS = {"https": 443, "http": 80}


class UnsafeTargetError(Exception):
    """The address is none to which the portal speaks."""


def post(address: str, body: bytes, headers: dict[str, str]) -> int:
    """Send the body; return the status. Raises OSError or UnsafeTargetError."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:  # no port, or no host, that there could be
        raise UnsafeTargetError(address) from None
    if parts.scheme not in _allowed_schemes() or not parts.hostname:
        raise UnsafeTargetError(address)
    target = _safe_address(parts.hostname, port)
    connection = _connection(parts, port)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        connection.sock = _connected(target, port, parts)
        with _deadline(connection.sock):
            connection.request("POST", path, body, headers)
            return connection.getresponse().status
    except (http.client.HTTPException, ValueError) as error:
        raise ConnectionError(type(error).__name__) from error
    finally:
        connection.close()


def _allowed_schemes() -> set[str]:
    return {"https", "http"} if settings.PORTAL_DEMO else {"https"}


def _safe_address(host: str, port: int) -> str:
    """Return the first address of the host, if all of them are public."""
    try:
        found = names.look_up(host, port)
    except (OSError, UnicodeError) as error:
        raise ConnectionError("name") from error
    addresses = [str(each[4][0]) for each in found]
    if not settings.PORTAL_DEMO:
        for each in addresses:
            if not _is_public(each):
                raise UnsafeTargetError(host)
    return addresses[0]


def _is_public(address: str) -> bool:
    """Tell whether an address is one of the internet, also inside an IPv6 one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return found.is_global and not found.is_multicast and found not in _TRANSLATED_HERE


def _connection(parts: SplitResult, port: int) -> http.client.HTTPConnection:
    kinds = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}
    return kinds[parts.scheme](parts.hostname or "", port, timeout=LASTS)


def _connected(target: str, port: int, parts: SplitResult) -> socket.socket:
    plain = socket.create_connection((target, port), timeout=LASTS)
    if parts.scheme == "http":
        return plain
    try:
        context = ssl.create_default_context()
        return context.wrap_socket(plain, server_hostname=parts.hostname)
    except BaseException:
        plain.close()
        raise


@contextlib.contextmanager
def _deadline(line: socket.socket) -> Iterator[None]:
    """Cut the line when the time is up: drop by drop an answer could last for ever."""
    timer = Timer(LASTS, _cut, [line])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
