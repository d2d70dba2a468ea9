"""Measure two things in turn, so that whatever else the machine does hits both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Call = Callable[[], object]


@dataclass(frozen=True)
class Ratio:
    """One result. limit: None if it only informs.

    is_ceiling: the value may not be above the limit; else not below it.
    """

    name: str
    value: float
    peer: str
    limit: float | None = None
    is_ceiling: bool = True

    @property
    def holds(self) -> bool:
        """Tell whether the limit is kept."""
        if self.limit is None:
            return True
        return self.value <= self.limit if self.is_ceiling else self.value >= self.limit

    def __str__(self) -> str:
        line = f"{self.name}: {self.value:.2f} of {self.peer}"
        if self.limit is None:
            return line
        bound = "at most" if self.is_ceiling else "at least"
        verdict = "kept" if self.holds else "MISSED"
        return f"{line} (limit: {bound} {self.limit:g}; {verdict})"


def seconds(call: Call) -> float:
    """Return how long one call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def in_turn(one: Call, other: Call, *, rounds: int) -> float:
    """Return the median time of `one` as a multiple of that of `other`."""
    one(), other()  # what the first call loads belongs to neither
    pairs = [(seconds(one), seconds(other)) for _ in range(rounds)]
    ones, others = zip(*pairs, strict=True)
    return statistics.median(ones) / statistics.median(others)
