"""When a duty falls due. Pure: a dated rule and moments go in, a moment comes out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import is_naive

from incidents.models import ClockRule
from portal.core import clock

WARN_AFTER = 0.8  # of the time that the rule gives


@dataclass(frozen=True)
class Times:
    """When a duty starts, is warned of, falls due, and sets off the alarm.

    warn_at: after four fifths of the time; None where the law says "at once".
    """

    started_at: datetime
    warn_at: datetime | None
    due_at: datetime
    alarm_at: datetime


def times(
    rule: ClockRule, *, detected_at: datetime, happened_at: datetime | None = None
) -> Times:
    """Return the times of a duty. Ask once and store the answer.

    A later change of rule, or of T0, makes a new row and leaves this one alone. Hours
    are elapsed hours: a legal clock does not stop at night or at Tết.

    rule: limit in minutes, hours or days, 0 for "at once" (ngay), with the days it is
    in force. detected_at: T0, with a timezone; its Vietnamese day decides which rule
    holds. happened_at: what set the clock running; now if none is given.

    Raises ValueError if a moment has no timezone or the rule does not hold on that day.

    Source: `rule.source`, such as Quyết định 06/2012/QĐ-UBND, Điều 14.1.b.
    """
    happened_at = happened_at or clock.now()
    if is_naive(detected_at) or is_naive(happened_at):
        raise ValueError("T0 needs a timezone: hours cannot be counted from it")
    if not rule.is_in_force(clock.vietnamese_day(detected_at)):
        raise ValueError(f"{rule} is not in force on the day of T0")
    started_at = detected_at if rule.counts_from_detection else happened_at
    due_at = started_at + rule.length
    return Times(
        started_at=started_at,
        warn_at=started_at + rule.length * WARN_AFTER if rule.limit else None,
        due_at=due_at,
        alarm_at=due_at + timedelta(minutes=rule.grace_minutes),
    )
