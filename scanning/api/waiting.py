"""Waiting for a verdict (RFC 7240, `Prefer: wait`), without starving anybody.

Few calls of one process wait at a time; the others hear 202 at once and ask again. Who
waits holds no connection to a database server.
"""

import re
import time
from threading import BoundedSemaphore

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from scanning.api.fates import shown
from scanning.models import Attachment

LONGEST = 30  # seconds
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,4})\"?(?=$|[,;\s])", re.IGNORECASE)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.3  # seconds
_places = BoundedSemaphore(max(1, settings.PORTAL_WAITING_CALLS))


def asked_for(request: HttpRequest) -> int:
    """Return for how many seconds the caller wants to wait; 0 if he does not."""
    found = _WAIT.search(request.headers.get("Prefer", ""))
    return min(int(found[1]), LONGEST) if found else 0


def for_verdict(attachment: Attachment, seconds: int) -> Attachment:
    """Return the file as it is when it was judged, or as it is now if none may wait."""
    if not _places.acquire(blocking=False):
        return attachment
    try:
        return _wait(attachment, time.monotonic() + seconds)
    finally:
        _places.release()


def _wait(attachment: Attachment, until: float) -> Attachment:
    pause = _FIRST_PAUSE
    while time.monotonic() < until:
        _let_go()
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
        state = Attachment.objects.filter(pk=attachment.pk).values_list(
            "state", flat=True
        )
        if state.get() != attachment.state:
            return shown(Attachment.objects.all()).get(pk=attachment.pk)
    return attachment


def _let_go() -> None:
    """Give the connection back; a file needs none, and a transaction keeps its own."""
    if connection.vendor != "sqlite" and not connection.in_atomic_block:
        connection.close()
