"""Measure two things in turn, so that whatever else the machine does hits both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Call = Callable[[], object]
Clock = Callable[[], float]


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


# What this process itself computes, SQLite included, however busy the machine is.
computing: Clock = time.process_time
# What passes on the wall, other processes included.
passing: Clock = time.perf_counter


def seconds(call: Call, clock: Clock) -> float:
    """Return how long one call takes by that clock."""
    begin = clock()
    call()
    return clock() - begin


def in_turn(one: Call, other: Call, *, rounds: int, clock: Clock) -> float:
    """Return the median time of `one` as a multiple of that of `other`."""
    one(), other()  # what the first call loads belongs to neither
    pairs = [(seconds(one, clock), seconds(other, clock)) for _ in range(rounds)]
    ones, others = zip(*pairs, strict=True)
    return statistics.median(ones) / statistics.median(others)
