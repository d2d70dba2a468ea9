"""Waiting for a verdict, without starving anybody: who waits does the work himself.

A caller who wants the verdict in his answer keeps a thread of his process until it is
there. If his file is next, that thread scans it, instead of telling a worker and asking
again and again what became of it. Else the workers do it, the most urgent first, and he
waits for them. Few calls of one process wait at a time.

A process that dies in the middle leaves a claim behind, which others take over after
`CLAIM_LASTS`, as that of any worker.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore

from django.conf import settings
from django.db import connection

from access.querysets.prepared import Prepared
from portal.core import clock
from portal.core.duties import CLAIM_LASTS
from scanning import fate
from scanning.models import Attachment, ScanDuty
from scanning.querysets import ScanDutyQuerySet

# A larger file would keep a thread of a web server too long from its pages.
LARGEST = 64 * 1024 * 1024  # bytes
# Who waits for less hears sooner if he leaves the scan to the workers.
SHORTEST = 5.0  # seconds
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.3  # seconds
_places = BoundedSemaphore(max(1, settings.PORTAL_WAITING_CALLS))


class Waiting:
    """One caller who waits until a moment, and the duty that he has taken himself."""

    def __init__(self, seconds: float) -> None:
        """Begin; the time runs from now."""
        self.until = time.monotonic() + seconds
        self.duty: ScanDuty | None = None

    @property
    def left(self) -> float:
        """The seconds that are left, none below 0."""
        return max(0.0, self.until - time.monotonic())

    def may_take(self, duty: ScanDuty) -> bool:
        """Tell whether the file of a duty that is being stored is next; remember it."""
        if duty.attachment.size > LARGEST or self.left < SHORTEST:
            return False
        if _has_before(duty.rank):
            return False
        self.duty = duty
        return True

    def for_verdict(self, attachment: Attachment) -> Attachment:
        """Return the file as it is when it was judged, or when the time is over."""
        if self.duty is not None and self.duty.attachment is attachment:
            attachment = fate.do(self.duty, self.left)
        pause = _FIRST_PAUSE
        while attachment.is_pending and self.left:
            _let_go()
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
            rows = Attachment.objects.filter(pk=attachment.pk)
            if rows.values_list("state", flat=True).get() != attachment.state:
                attachment.refresh_from_db()
        return attachment


def _unclaimed(rank: int, long_ago: datetime, far_ahead: datetime) -> ScanDutyQuerySet:
    rows = ScanDuty.objects.unclaimed(long_ago, far_ahead)
    return rows.filter(rank__lte=rank)


_UNCLAIMED = Prepared[ScanDuty](
    _unclaimed, rank=int, long_ago=datetime, far_ahead=datetime
)


def _has_before(rank: int) -> bool:
    """Tell whether another file of this rank or a more urgent one could be scanned."""
    at = clock.now()
    if not _UNCLAIMED.has_rows(
        rank=rank, long_ago=at - CLAIM_LASTS, far_ahead=at + CLAIM_LASTS
    ):
        return False
    return ScanDuty.objects.claimable(at).filter(rank__lte=rank).exists()


@contextmanager
def place(seconds: float) -> Iterator[Waiting | None]:
    """Give a place to wait for so long; None if nobody wants to, or none is free."""
    if seconds <= 0 or not _places.acquire(blocking=False):
        yield None
        return
    try:
        yield Waiting(seconds)
    finally:
        _places.release()


def _let_go() -> None:
    """Give the connection back; a file needs none, and a transaction keeps its own."""
    if connection.vendor != "sqlite" and not connection.in_atomic_block:
        connection.close()
