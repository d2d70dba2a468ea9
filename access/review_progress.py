"""How far a review has come: counts for a picture, each part with its word."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.models import ReviewItem

Decision = ReviewItem.Decision
# From good to bad, as the bar shows them from left to right.
_TONES: dict[str, str] = {
    Decision.CONFIRMED: "success",
    Decision.REVOKED: "danger",
    Decision.KEPT_BY_DEFAULT: "warning",
    Decision.REVOKED_BY_DEFAULT: "warning",
    Decision.ENDED_MEANWHILE: "info",
    Decision.CANCELLED: "secondary",
}


@dataclass(frozen=True)
class Part:
    """One part of the bar: where it begins and how long it is, out of a hundred."""

    value: str
    label: str | Promise
    number: int
    tone: str
    start: float
    length: float


@dataclass
class Progress:
    """How many rights of a review were decided, and how."""

    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, items: QuerySet[ReviewItem]) -> "Progress":
        """Count the rights of one review, in one query."""
        rows = items.values_list("decision").annotate(n=Count("pk")).order_by()
        return cls(Counter(dict(rows)))

    @classmethod
    def of_each(cls, items: QuerySet[ReviewItem]) -> "defaultdict[int, Progress]":
        """Count the rights of many reviews, in one query; by key of the review."""
        rows = items.values_list("campaign", "decision").annotate(n=Count("pk"))
        found: defaultdict[int, Progress] = defaultdict(cls)
        for campaign, decision, number in rows.order_by():
            found[campaign].counts[decision] = number
        return found

    @property
    def total(self) -> int:
        """How many rights there are."""
        return self.counts.total()

    @property
    def decided(self) -> int:
        """How many of them are decided."""
        return self.total - self.counts[""] - self.counts[Decision.CANCELLED]

    @property
    def percent(self) -> int:
        """How many of a hundred are decided, rounded down: 100 means all."""
        return self.decided * 100 // self.total if self.total else 0

    @property
    def parts(self) -> list[Part]:
        """The parts of the bar that are not empty, what waits at the end."""
        kinds = [(kind.value, kind.label, _TONES[kind]) for kind in Decision]
        shown, start = [], 0.0
        for value, label, tone in [*kinds, ("", _("waiting"), "secondary")]:
            number = self.counts[value]
            if number:
                length = round(number * 100 / self.total, 2)
                shown.append(Part(value, label, number, tone, round(start, 2), length))
                start += length
        return shown
