"""A story is told at its own time: services stamp the hour at which it happens.

The demo has been in use for months, so its rows must be as old as they would be. Every
service asks `portal.core.clock`, which asks Django; here, in the one process that
builds the demo, Django's clock is set to the hour of the story and runs on from there.
Triggers and sealed chains are untouched: nothing that exists is dated back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from portal.core.clock import VIETNAM


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the work inside happen at that moment, which must not lie ahead."""
    real = timezone.now
    began = real()
    moment = min(moment, began)

    def told() -> datetime:
        return moment + (real() - began)

    timezone.now = told
    try:
        yield
    finally:
        timezone.now = real


def days_ago(days: float, *, hour: int = 9, minute: int = 0) -> datetime:
    """Return an hour of that day, Vietnamese time, so many days before today."""
    local = timezone.localtime(timezone.now()) - timedelta(days=days)
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0)


def morning(day: date, hour: int = 9) -> datetime:
    """Return an hour of a day, Vietnamese time."""
    return datetime.combine(day, time(hour), VIETNAM)
