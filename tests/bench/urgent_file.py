"""A new urgent file, until its verdict: with 10,000 others waiting, and with none.

Each of the others lies in the store, has its duty, and its message in the queue; a
worker is at them all the time. The urgent one comes over the HTTP gateway, once with a
caller who waits for the verdict, and once with one who does not.
"""

import http.client
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

from django.db import connections

from portal.celery import app
from portal.core import clock
from scanning import store, tasks
from scanning.models import Attachment, ScanDuty, Urgency
from tests.bench.gateway import connected_system, fresh, posted, working_clamd
from tests.bench.measure import Ratio, passing, seconds
from tests.factories.access import AccountFactory, AgencyFactory
from tests.factories.connectors import System
from tests.factories.scanning import AttachmentFactory
from tests.scanning.faults.processes import running, serving, wait_until

WAITING = 10_000
TIMES_SLOWER_AT_MOST = 2
ROUNDS = 15
SIZE = 20_000  # bytes of each file
_BATCH = 500
Hand = Callable[[Path], float]


def ratios() -> Iterator[Ratio]:
    """Hand in urgent files with an empty queue, then with a full one."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(working_clamd())
        system = connected_system()
        headers = system.headers
        connections.close_all()
        port = stack.enter_context(serving())
        hands: dict[str, Hand] = {
            "whose caller waits": partial(_awaited, port, system, headers),
            "whose caller does not wait": partial(_left, port, system, headers),
        }
        with running("worker"):
            alone = _measured(hands, folder)
        fill()
        with running("worker"):
            duties = ScanDuty.objects.undone()
            wait_until(lambda: duties.count() < WAITING)
            among = _measured(hands, folder)
            assert duties.count() > WAITING * 0.9, "they waited all the time"
    for whose in hands:
        yield Ratio(
            f"seconds to the verdict on an urgent file {whose}, {WAITING:,} waiting",
            among[whose] / alone[whose],
            "those with none waiting",
            TIMES_SLOWER_AT_MOST,
        )


def fill() -> None:
    """Let so many ordinary files wait, with a message in the queue for each."""
    agency, account = AgencyFactory(), AccountFactory()
    for _batch in range(WAITING // _BATCH):
        files = Attachment.objects.bulk_create(
            AttachmentFactory.build(
                agency=agency, submitted_by=account, stored=_stored()
            )
            for _each in range(_BATCH)
        )
        rank = Urgency.THUONG.rank
        duties = ScanDuty.objects.bulk_create(
            ScanDuty(attachment=file, rank=rank) for file in files
        )
        with app.producer_pool.acquire(block=True) as producer:
            for duty in duties:
                tasks.scan_attachment.apply_async([duty.pk], producer=producer)


def _stored() -> store.Stored:
    content = os.urandom(SIZE // 2).hex().encode()
    return store.put(io.BytesIO(content), most=SIZE)


def _measured(hands: dict[str, Hand], folder: Path) -> dict[str, float]:
    """Return the median seconds of each way to hand in, in turn."""
    took: dict[str, list[float]] = {whose: [] for whose in hands}
    for each in range(ROUNDS + 1):
        for whose, hand in hands.items():
            (file,) = fresh(folder, "text", SIZE, 1)
            found = hand(file)
            if each:  # what the first call loads belongs to neither
                took[whose].append(found)
    return {whose: median(each) for whose, each in took.items()}


def _awaited(port: int, system: System, headers: dict[str, str], file: Path) -> float:
    """Return the seconds until the answer, which has the verdict."""

    def hand_in() -> None:
        said = _handed_in(port, system, headers, file, wait=30)
        assert b'"clean"' in said, said

    return seconds(hand_in, passing)


def _left(port: int, system: System, headers: dict[str, str], file: Path) -> float:
    """Return the seconds until the scan ended, as its row has it."""
    began = clock.now()
    _handed_in(port, system, headers, file, wait=0)
    rows = Attachment.objects.filter(message__message_id=file.name)
    wait_until(lambda: not rows.get().is_pending)
    judged = rows.get()
    assert judged.is_released
    assert judged.scanned_at
    return (judged.scanned_at - began).total_seconds()


def _handed_in(
    port: int, system: System, headers: dict[str, str], file: Path, *, wait: int
) -> bytes:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        form = system.form | {"urgency": Urgency.HOA_TOC.value}
        return posted(line, file, form, headers, wait=wait)
    finally:
        line.close()
