"""Before a body is read: may it come, is it not too large, is there room in the queue.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.4: whoever is turned away is told when to
come again.
"""

from datetime import timedelta
from functools import cache

from django.conf import settings
from django.http import HttpRequest

from access.calling import Caller
from access.models import Connector
from access.querysets.prepared import Prepared
from portal.core import clock
from scanning.models import Scan, ScanDuty
from scanning.refusals import NotMultipartError, QueueFullError, TooLargeError

# What the fields and the frame of a form may take besides the file.
_FRAME = 1024**2
_DIGITS = 18  # of a length; one with more is too large in any case
_MEASURED = timedelta(minutes=5)
_LONGEST, _SHORTEST = 3600, 5  # seconds


class Intake(Caller):
    """As `Caller`, for calls that bring a file."""

    def __call__(self, request: HttpRequest) -> Connector:
        """Return who calls.

        Raises what `Caller` does, NotMultipartError, TooLargeError or QueueFullError.
        """
        if request.content_type != "multipart/form-data":
            connector = super().__call__(request)
            raise NotMultipartError
        connector = super().__call__(request)
        if _announced(request) > _most():
            megabytes = settings.PORTAL_UPLOAD_LIMIT // 1024**2
            raise TooLargeError(name="file", megabytes=megabytes)
        require_room()
        return connector

    def size_of(self, request: HttpRequest) -> int:
        """Return the bytes that will be read: none of a body that is too large."""
        announced = _announced(request)
        return announced if announced <= _most() else 0


def _most() -> int:
    return settings.PORTAL_UPLOAD_LIMIT + _FRAME


def _announced(request: HttpRequest) -> int:
    """Return the length in bytes that the caller gives for the body."""
    length = (request.META.get("CONTENT_LENGTH") or "").lstrip("0")
    return int(length[:_DIGITS]) if length.isdecimal() else 0


def require_room() -> None:
    """Refuse while too many files wait; say when the queue will have room again."""
    limit = settings.PORTAL_QUEUE_LIMIT
    if _beyond(limit).first_row() is None:
        return
    done = Scan.objects.filter(ended_at__gt=clock.now() - _MEASURED).count()
    a_second = max(done / _MEASURED.total_seconds(), 1 / _LONGEST)
    too_many = ScanDuty.objects.undone().count() - limit
    seconds = int(too_many / a_second) + _SHORTEST
    raise QueueFullError(seconds=min(seconds, _LONGEST))


@cache
def _beyond(limit: int) -> Prepared[ScanDuty]:
    """Return the question for what waits behind so many others.

    Along the index of what waits; its end is never counted.
    """
    waiting = ScanDuty.objects.undone().order_by("rank", "due_at").values("pk")
    return Prepared(lambda: waiting[limit : limit + 1])
