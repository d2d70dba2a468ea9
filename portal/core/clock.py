"""Time: UTC in rows, and the Vietnamese day decides which rule holds."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

__all__ = ["UTC", "VIETNAM", "now", "start_of", "today", "vietnamese_day"]

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """Return the present moment in UTC, with its timezone."""
    return timezone.now()


def vietnamese_day(moment: datetime) -> date:
    """Return the calendar day in Vietnam of a moment that has a timezone."""
    if timezone.is_naive(moment):
        raise ValueError("a moment needs a timezone before it has a Vietnamese day")
    return moment.astimezone(VIETNAM).date()


def start_of(day: date) -> datetime:
    """Return the first moment of a Vietnamese day."""
    return datetime.combine(day, time.min, VIETNAM)


def today() -> date:
    """Return the present calendar day in Vietnam."""
    return vietnamese_day(now())
