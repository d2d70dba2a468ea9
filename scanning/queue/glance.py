"""What waits, what is held and why, how fast verdicts come, and what was detected.

Counts only, of the agencies that the reader answers for: no file is named here.
Source: Quyết định 06/2012/QĐ-UBND, Điều 12.1, 12.4 and 13.5.d.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, OuterRef, Subquery
from django.db.models.functions import TruncMonth

from portal.core import clock
from scanning.models import (
    AttachmentState,
    QuarantineItem,
    QuarantineRule,
    Scan,
    Urgency,
)
from scanning.querysets import AttachmentQuerySet
from scanning.verdicts import Verdict

MONTHS = 6
MOST_MEASURED = 20_000  # verdicts of the week, the newest
MOST_AGENCIES = 12
# What counts as a detection: software that would do harm.
_HARMFUL = (QuarantineRule.VIRUS, QuarantineRule.DESTRUCTIVE)
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Waiting:
    """How many files of one urgency wait, and since when the oldest."""

    urgency: Urgency
    number: int
    oldest: datetime | None

    @property
    def is_late(self) -> bool:
        """Tell whether the oldest waits longer than the target."""
        return self.oldest is not None and clock.now() - self.oldest > target()


@dataclass(frozen=True)
class Held:
    """How many files are held by one rule."""

    rule: QuarantineRule
    number: int


@dataclass(frozen=True)
class Mark:
    """One percentile of the time to a verdict."""

    percent: int
    seconds: float

    @property
    def tone(self) -> str:
        """The colour: whether the target is met."""
        return "success" if self.seconds <= target().total_seconds() else "danger"


@dataclass(frozen=True)
class Speed:
    """The times to a verdict within one span: percentiles 50, 95 and 99."""

    number: int
    marks: tuple[Mark, ...]

    @classmethod
    def of(cls, seconds: list[float]) -> "Speed":
        """Work out the percentiles of some times: the nearest rank, so a real one."""
        ordered = sorted(seconds)
        marks = tuple(
            Mark(percent, ordered[max(-(-percent * len(ordered) // 100) - 1, 0)])
            for percent in (50, 95, 99)
            if ordered
        )
        return cls(len(ordered), marks)


@dataclass(frozen=True)
class Detected:
    """What was detected in one agency, month by month; `heights` out of a hundred."""

    agency: str
    numbers: tuple[int, ...]
    heights: tuple[int, ...]

    @property
    def cells(self) -> list[tuple[int, int, int]]:
        """For each month: the number, and where its bar begins and how high it is."""
        both = zip(self.numbers, self.heights, strict=True)
        return [(number, 100 - height, height) for number, height in both]

    @property
    def total(self) -> int:
        """How many there were in all these months."""
        return sum(self.numbers)


def target() -> timedelta:
    """Return within which time a verdict should be there; our proposal."""
    return timedelta(seconds=settings.PORTAL_VERDICT_TARGET)


def waiting(scope: AttachmentQuerySet) -> list[Waiting]:
    """Return what waits, by urgency, the most urgent first."""
    rows = scope.order_by().filter(state=AttachmentState.PENDING)
    found = rows.values_list("urgency").annotate(Count("pk"), Min("received_at"))
    known = {urgency: (number, oldest) for urgency, number, oldest in found}
    return [Waiting(each, *known.get(each, (0, None))) for each in reversed(Urgency)]


def held(scope: AttachmentQuerySet) -> list[Held]:
    """Return what is held, by the rule of its last quarantine record."""
    items = QuarantineItem.objects.filter(attachment=OuterRef("pk"))
    last = items.order_by("-pk").values("rule")[:1]
    rows = scope.order_by().filter(state=AttachmentState.HELD, disposed_at=None)
    found = dict(
        rows.annotate(rule=Subquery(last)).values_list("rule").annotate(Count("pk"))
    )
    return [Held(each, found[each]) for each in QuarantineRule if found.get(each)]


def speeds(scope: AttachmentQuerySet) -> tuple[Speed, Speed]:
    """Return how long the first verdicts of the last day and of the last week took."""
    now = clock.now()
    judged = Scan.objects.exclude(verdict=Verdict.ERROR).filter(
        attachment__in=scope.order_by().values("pk"), ended_at__gt=now - _WEEK
    )
    firsts = (
        judged.order_by()
        .values("attachment")
        .annotate(first=Min("ended_at"), came=Min("attachment__received_at"))
        .filter(came__gt=now - _WEEK)
        .order_by("-first")
        .values_list("came", "first")[:MOST_MEASURED]
    )
    took = [(first, (first - came).total_seconds()) for came, first in firsts]
    day = [seconds for first, seconds in took if first > now - _DAY]
    return Speed.of(day), Speed.of([seconds for _first, seconds in took])


def months() -> list[date]:
    """Return the first days of the last months, the present one last."""
    first = clock.today().replace(day=1)
    found = [first]
    while len(found) < MONTHS:
        first = (first - _DAY).replace(day=1)
        found.append(first)
    return found[::-1]


def detected(scope: AttachmentQuerySet) -> list[Detected]:
    """Return what was detected by agency and month, the agency with most first."""
    shown = months()
    counts: defaultdict[str, Counter[date]] = defaultdict(Counter)
    rows = (
        QuarantineItem.objects.order_by()
        .filter(
            rule__in=_HARMFUL,
            held_at__gte=clock.start_of(shown[0]),
            attachment__in=scope.order_by().values("pk"),
        )
        .annotate(month=TruncMonth("held_at", tzinfo=clock.VIETNAM))
        .values_list("attachment__keeper__short_name", "month")
        .annotate(Count("attachment", distinct=True))
    )
    for agency, month, number in rows:
        counts[agency][month.date()] += number
    most = max((max(each.values()) for each in counts.values()), default=1)
    ordered = sorted(counts, key=lambda name: (-counts[name].total(), name))
    return [_line(name, counts[name], shown, most) for name in ordered[:MOST_AGENCIES]]


def _line(name: str, of: Counter[date], shown: list[date], most: int) -> Detected:
    numbers = tuple(of[month] for month in shown)
    return Detected(name, numbers, tuple(-(-100 * each // most) for each in numbers))


def released_since(scope: AttachmentQuerySet, moment: datetime) -> int:
    """Return how many files were released since a moment."""
    return scope.filter(state=AttachmentState.RELEASED, released_at__gte=moment).count()
