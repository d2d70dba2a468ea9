"""How much a connected system asks for: counted in the database, over all processes.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.4 (no obstruction: a refusal says when to
come again) and 3.4.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet, Sum

from access.models import Connector, ConnectorUsage
from access.querysets.prepared import Prepared
from access.refusals import TooManyBytesTodayError, TooManyCallsError
from portal.core import clock

MEGABYTE = 1024**2
WINDOW = 60  # seconds


@dataclass(frozen=True)
class Standing:
    """What is left in this minute, for the headers of the answer."""

    limit: int
    left: int
    seconds: int


def count(connector: Connector, size: int = 0) -> Standing:
    """Count a call with so many bytes; two queries, three in a new minute.

    Raises TooManyCallsError or TooManyBytesTodayError, with `seconds` to wait.
    """
    now = clock.now()
    minute = now.replace(second=0, microsecond=0)
    rows = ConnectorUsage.objects.filter(connector=connector)
    if not rows.filter(minute=minute).update(
        calls=F("calls") + 1, size=F("size") + size
    ):
        _begin(connector, minute, size)
    midnight = clock.start_of(clock.vietnamese_day(now))
    since = min(midnight, minute)
    used = _USED.first_row(connector=connector.pk, minute=minute, since=since)
    calls, total = used or (0, 0)
    seconds = WINDOW - now.second
    limit = connector.calls_a_minute
    if calls > limit:
        _give_back(rows.filter(minute=minute), size)
        raise TooManyCallsError(limit=limit, seconds=seconds)
    if size and total > connector.megabytes_a_day * MEGABYTE:
        _give_back(rows.filter(minute=minute), size)
        tomorrow = midnight.timestamp() + 86400
        raise TooManyBytesTodayError(
            limit=connector.megabytes_a_day,
            seconds=max(1, int(tomorrow - now.timestamp())),
        )
    return Standing(limit, limit - calls, seconds)


def _give_back(row: QuerySet[ConnectorUsage], size: int) -> None:
    """Count no bytes that are refused unread: smaller files may still come today."""
    if size:
        row.update(size=F("size") - size)


def _used(
    connector: int, minute: datetime, since: datetime
) -> QuerySet[ConnectorUsage, tuple[int, ...]]:
    rows = ConnectorUsage.objects.filter(connector=connector, minute__gte=since)
    both = rows.values("connector").annotate(
        calls=Sum("calls", filter=Q(minute=minute), default=0), size=Sum("size")
    )
    return both.order_by().values_list("calls", "size")


_USED = Prepared(_used, connector=int, minute=datetime, since=datetime)


def _begin(connector: Connector, minute: datetime, size: int) -> None:
    """Open the row of a minute; of two who open it at once, one only adds."""
    try:
        with transaction.atomic():
            ConnectorUsage.objects.create(
                connector=connector, minute=minute, calls=1, size=size
            )
    except IntegrityError:
        row = ConnectorUsage.objects.filter(connector=connector, minute=minute)
        row.update(calls=F("calls") + 1, size=F("size") + size)
