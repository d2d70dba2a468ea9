"""Stepping through a trail of millions: by the place reached, not by page numbers.

Counting all that fits, or skipping what comes before, takes longer with each entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from access.querysets.trail import in_order
from portal.core import clock

if TYPE_CHECKING:
    from django.http import QueryDict

    from access.models import AuditEntry
    from access.querysets import AuditEntryQuerySet

ROWS = 50
# Where a page begins or ends: microseconds since 1970, and the number of the entry.
_PLACE = re.compile(r"(\d{1,18})-(\d{1,18})")
_EPOCH = datetime(1970, 1, 1, tzinfo=clock.UTC)


@dataclass(frozen=True)
class Stretch:
    """Some entries in order, newest first, and where the next ones lie.

    older, newer: for the query string; empty where there are none.
    """

    rows: list[AuditEntry]
    older: str = ""
    newer: str = ""

    def __iter__(self) -> Iterator[AuditEntry]:
        return iter(self.rows)

    @property
    def is_first(self) -> bool:
        """Whether nothing is newer."""
        return not self.newer


def stretch(parts: list[AuditEntryQuerySet], asked: QueryDict) -> Stretch:
    """Return the entries before `cu-hon`, or those after `moi-hon`, or the newest.

    parts: selections that hold them together, and may overlap.
    """
    if place := _PLACE.fullmatch(asked.get("moi-hon", "")):
        newer = [part.filter(_after(place)) for part in parts]
        rows = in_order(newer, "timestamp", "pk", count=ROWS + 1)
        if len(rows) > ROWS:  # else the newest page shows them, and is full
            shown = rows[:ROWS][::-1]
            return Stretch(shown, older=_place(shown[-1]), newer=_place(shown[0]))
        place = None
    else:
        place = _PLACE.fullmatch(asked.get("cu-hon", ""))
    if place:
        parts = [part.filter(_before(place)) for part in parts]
    rows = in_order(parts, "-timestamp", "-pk", count=ROWS + 1)
    shown = rows[:ROWS]
    return Stretch(
        shown,
        older=_place(shown[-1]) if len(rows) > ROWS else "",
        newer=_place(shown[0]) if place and shown else "",
    )


def _place(entry: AuditEntry) -> str:
    return f"{(entry.timestamp - _EPOCH) // timedelta(microseconds=1)}-{entry.pk}"


def _read(place: re.Match[str]) -> tuple[datetime, int]:
    try:
        return _EPOCH + timedelta(microseconds=int(place[1])), int(place[2])
    except OverflowError:
        return _EPOCH, 0


# Written so that the index on the time serves: one bound, then the few beside it.
def _before(place: re.Match[str]) -> Q:
    at, pk = _read(place)
    return Q(timestamp__lte=at) & (Q(timestamp__lt=at) | Q(pk__lt=pk))


def _after(place: re.Match[str]) -> Q:
    at, pk = _read(place)
    return Q(timestamp__gte=at) & (Q(timestamp__gt=at) | Q(pk__gt=pk))
