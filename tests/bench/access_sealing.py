"""Eight people at work at once, while their acts are sealed, and while they are not.

The sealer is a process of its own, as in an installation, and does what the scheduled
task does; its turn comes twice in a second, four times as often as there. SQLite has
one writer at a time, the sealer among them: there too the limit holds.
"""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.synchronize import Event

from django.db import connection, connections, transaction

from access import audit, sealing
from access.actors import Actor
from access.models import AuditEntry
from access.tasks import seal_audit
from portal.core import clock
from tests.bench import province
from tests.bench.measure import Ratio, passing, seconds
from tests.factories.access import actor

WRITERS, ACTS, ROUNDS = 8, 240, 7
TURN = 0.5  # seconds from the end of one to the next
SEALED_WITHIN = timedelta(seconds=10)
THROUGHPUT_AT_LEAST = 0.8


def ratios() -> Iterator[Ratio]:
    """Compare acts a second, round by round."""
    agencies = province.built()
    people = [actor("records_clerk", agency) for agency in agencies[-WRITERS:]]
    work_at_once(people)
    alone, accompanied = [], []
    for _round in range(ROUNDS):
        drain()
        alone.append(seconds(lambda: work_at_once(people), passing))
        drain()
        with sealer():
            accompanied.append(seconds(lambda: work_at_once(people), passing))
    alone.sort()
    accompanied.sort()
    middle = ROUNDS // 2
    yield Ratio(
        f"acts a second of {WRITERS} writers at once on {connection.vendor}, sealing",
        alone[middle] / accompanied[middle],
        "those without sealing",
        THROUGHPUT_AT_LEAST,
        is_ceiling=False,
    )


def work_at_once(people: list[Actor]) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, people))


def work(person: Actor) -> None:
    """Do some acts, each in a transaction of its own."""
    try:
        for number in range(ACTS):
            with transaction.atomic():
                audit.record(
                    person.person, "access.right_granted", by=person, role=number
                )
    finally:
        connection.close()


def drain() -> None:
    """Seal what waits, so that each round begins alike."""
    sealing.seal_all()


@contextmanager
def sealer() -> Iterator[None]:
    """Run a process that seals at its turns; see that it keeps up."""
    connections.close_all()  # the new process must not share them
    context = multiprocessing.get_context("fork")
    stop = context.Event()
    process = context.Process(target=seal_until, args=(stop,))
    process.start()
    try:
        yield
        oldest = AuditEntry.objects.exclude(waiting=None).order_by("pk").first()
        waited = clock.now() - oldest.timestamp if oldest else timedelta()
    finally:
        stop.set()
        process.join()
    assert waited < SEALED_WITHIN, f"the sealer did not keep up: {waited}"


def seal_until(stop: Event) -> None:
    while not stop.wait(TURN):
        seal_audit()
    connections.close_all()
