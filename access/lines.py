"""Reporting lines form a tree on every day: one superior at a time, and no circles.

Source: Quyết định 06/2012/QĐ-UBND, Điều 14.1.a and 14.1.b.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from access.refusals import (
    CircularLinesError,
    EndBeforeStartError,
    OverlappingLinesError,
)

if TYPE_CHECKING:
    from access.models import ReportingLine

_LAST = date.max


def check(line: ReportingLine) -> None:
    """Refuse a line that overlaps another of its agency, or leads back to it.

    Asked whenever a line is written, on all the days on which it would hold.

    Raises EndBeforeStartError, OverlappingLinesError or CircularLinesError.
    """
    if line.ends_on is not None and line.ends_on < line.starts_on:
        raise EndBeforeStartError(day=_shown(line.starts_on))
    if line.agency_id == line.superior_id:
        raise CircularLinesError(agency=line.agency.name, day=_shown(line.starts_on))
    others = _holding_between(line, line.starts_on, line.ends_on or _LAST)
    if other := others.filter(agency=line.agency_id).first():
        raise OverlappingLinesError(
            agency=line.agency.name,
            superior=other.superior.name,
            day=_shown(max(other.starts_on, line.starts_on)),
        )
    _follow(line)


def _follow(line: ReportingLine) -> None:
    """Walk upward from the superior, keeping the days on which each way is open."""
    ways = [(line.superior_id, line.starts_on, line.ends_on or _LAST)]
    seen = set()
    while ways:
        way = ways.pop()
        if way in seen:
            continue
        seen.add(way)
        at, first, last = way
        for above in _holding_between(line, first, last).filter(agency=at):
            begins = max(first, above.starts_on)
            if above.superior_id == line.agency_id:
                raise CircularLinesError(agency=line.agency.name, day=_shown(begins))
            ways.append((above.superior_id, begins, min(last, above.ends_on or _LAST)))


def _holding_between(line: ReportingLine, first: date, last: date):  # type: ignore[no-untyped-def]  # noqa: ANN202 (a queryset of lines, whose class loads later)
    rows = type(line).objects.exclude(pk=line.pk).select_related("superior")
    ends = Q(ends_on=None) | Q(ends_on__gte=first)
    return rows.filter(ends, starts_on__lte=last)


def _shown(day: date) -> str:
    return day.strftime("%d/%m/%Y")
