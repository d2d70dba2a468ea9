"""What the report of an access review says, apart from how it looks: plain values.

A Vietnamese document stays Vietnamese whoever opens it: its words are not
translated.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Row:
    """One right: whose, which, since when, and what was decided on what ground.

    decision: in words. by_default: nobody answered. decided: by whom and when, or
    empty. evidence: on what the decision rests.
    """

    person: str
    username: str
    agency: str
    role: str
    basis: str
    days: str
    decision: str
    by_default: bool
    decided_by: str
    decided_at: str
    evidence: str


@dataclass(frozen=True)
class ReviewDocument:
    """One report, ready to be laid out.

    issuer: the agency reviewed, or the province. parent: the agency above, or empty.
    opened, closed: moments with a timezone. counts: pairs of words and number.
    reviewers: pairs of name and how many rights he decided on.
    groups: pairs of an agency and its rows. cancelled: who called the review off, and
    why; None if it came to its end.
    """

    parent: str
    issuer: str
    day: date
    title: str
    opened_by: str
    opened: datetime
    fallback_on: date
    due_on: date
    closed: datetime
    on_silence: str
    cancelled: tuple[str, str] | None
    counts: tuple[tuple[str, int], ...]
    reviewers: tuple[tuple[str, int], ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    check_code: str
    check_url: str
    is_own_signature: bool
    fingerprint: str

    @property
    def total(self) -> int:
        """How many rights were reviewed."""
        return sum(number for _words, number in self.counts)

    @property
    def has_defaults(self) -> bool:
        """Whether nobody answered on some right."""
        return any(row.by_default for _agency, rows in self.groups for row in rows)
