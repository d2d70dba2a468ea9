"""How far the inspection follows a file, and what is left of that on the way."""

import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """How far we follow a file; beyond, it cannot be vouched for."""

    depth: int = 3
    members: int = 5000
    unpacked: int = 400 * 1024 * 1024  # bytes, of all members at all depths
    ratio: int = 200  # unpacked to packed, once over `ratio_from` bytes
    ratio_from: int = 16 * 1024 * 1024
    seconds: float = 45.0  # for the whole file
    # Of one picture: a sheet of A0 scanned at 600 dots an inch has 558 millions.
    dots: int = 600_000_000


class LimitError(Exception):
    """A limit is reached; `code` is the finding."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Budget:
    """What is left of the limits during one inspection."""

    limits: Limits
    packed: int  # bytes of the outermost file
    members: int = 0
    unpacked: int = 0
    began: float = field(default_factory=time.monotonic)

    def tick(self) -> None:
        """Call between pieces of work. Raises LimitError when the time is up."""
        if time.monotonic() - self.began > self.limits.seconds:
            raise LimitError("limits_reached")

    def enter(self, depth: int) -> None:
        """Go one archive deeper. Raises LimitError beyond the depth."""
        if depth > self.limits.depth:
            raise LimitError("archive_too_deep")

    def count(self, members: int) -> None:
        """Add members. Raises LimitError if there are too many."""
        self.members += members
        if self.members > self.limits.members:
            raise LimitError("archive_too_many")

    def unpack(self, size: int) -> None:
        """Add unpacked bytes. Raises LimitError if there are too many."""
        self.tick()
        self.unpacked += size
        bomb = self.unpacked > max(
            self.limits.ratio_from, self.limits.ratio * self.packed
        )
        if bomb or self.unpacked > self.limits.unpacked:
            raise LimitError("archive_too_big")

    def foresee(self, size: int) -> None:
        """Refuse declared bytes that would not fit, before unpacking them."""
        if self.unpacked + size > self.limits.unpacked:
            raise LimitError("archive_too_big")
