"""ZIP files written byte by byte, so that each part can lie."""

import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

STORED, DEFLATED = 0, 8


@dataclass(frozen=True)
class Member:
    """One member. `local` and `central` replace what its two headers would say."""

    name: str
    content: bytes
    method: int = DEFLATED
    flags: int = 0
    mode: int = 0
    local: dict[str, Any] = field(default_factory=dict)
    central: dict[str, Any] = field(default_factory=dict)
    local_extra: bytes = b""
    central_extra: bytes = b""
    descriptor: str = ""  # a layout of struct for checksum and sizes; "" for none
    signed: bool = True
    behind: bytes = b""  # after the packed bytes

    def packed(self) -> bytes:
        """Return the bytes as they lie in the archive."""
        if self.method != DEFLATED:
            return self.content
        engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        return engine.compress(self.content) + engine.flush()


def archive(
    *members: Member,
    comment: bytes = b"",
    before_end: bytes = b"",
    **end: int,
) -> bytes:
    """Return an archive. `end` replaces count, size or offset of the last record."""
    body, directory = b"", b""
    for member in members:
        local, central = _headers(member, len(body))
        body += local
        directory += central
    count = end.get("count", len(members))
    offset = end.get("offset", len(body))
    size = end.get("size", len(directory))
    last = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, size, offset, len(comment)
    )
    return body + directory + before_end + last + comment


def end64(count: int, size: int, offset: int, at: int) -> bytes:
    """Return the 64-bit end and its locator, lying at this place."""
    return struct.pack(
        "<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset
    ) + struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)


def _headers(member: Member, offset: int) -> tuple[bytes, bytes]:
    packed = member.packed()
    crc, size = zlib.crc32(member.content), len(member.content)
    true = {
        "name": member.name.encode(),
        "flags": member.flags | (8 if member.descriptor else 0) | 0x800,
        "method": member.method,
        "crc": crc,
        "packed": len(packed) + len(member.behind),
        "size": size,
        "offset": offset,
    }
    zero = {"crc": 0, "packed": 0, "size": 0} if member.descriptor else {}
    own = true | zero | member.local
    local = (
        struct.pack(
            "<4s5H3I2H",
            b"PK\x03\x04", 20, own["flags"], own["method"], 0, 33,
            own["crc"], own["packed"], own["size"],
            len(own["name"]), len(member.local_extra),
        )
        + own["name"] + member.local_extra + packed + member.behind
    )  # fmt: skip
    if member.descriptor:
        sign = b"PK\x07\x08" if member.signed else b""
        local += sign + struct.pack(member.descriptor, crc, len(packed), size)
    seen = true | member.central
    central = (
        struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02", 3 << 8 | 20, 20, seen["flags"], seen["method"], 0, 33,
            seen["crc"], seen["packed"], seen["size"],
            len(seen["name"]), len(member.central_extra), 0, 0, 0,
            member.mode << 16, seen["offset"],
        )
        + seen["name"] + member.central_extra
    )  # fmt: skip
    return local, central


def unicode_path(name: str, other: str) -> bytes:
    """Return the extra field that gives a member another name."""
    body = struct.pack("<BI", 1, zlib.crc32(name.encode())) + other.encode()
    return struct.pack("<HH", 0x7075, len(body)) + body
