"""One line of the table of nasty files."""

from collections.abc import Callable
from dataclasses import dataclass

from scanning.verdicts import Verdict


@dataclass(frozen=True)
class Case:
    """A harmless file that looks nasty, and what must be said of it.

    engine_alone: whether clamd alone, every alert on, calls it clean.
    """

    name: str
    what: str
    verdict: Verdict
    codes: frozenset[str]
    engine_alone: bool
    make: Callable[[], bytes]

    @property
    def is_hazard(self) -> bool:
        """Tell whether the file must not be released."""
        return self.verdict != Verdict.CLEAN


Row = tuple[str, str, str, bool, Callable[[], bytes]]


def cases(verdict: Verdict, *rows: Row) -> list[Case]:
    """Return the rows as cases. A row: name, what, codes, engine alone, maker."""
    return [
        Case(name, what, verdict, frozenset(codes.split()), missed, make)
        for name, what, codes, missed, make in rows
    ]
