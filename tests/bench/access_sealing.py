"""Eight people at work at once, while their acts are sealed, and while they are not.

The sealer is a process of its own, as in an installation, and never rests: harder than
its turn every two seconds. SQLite has one writer at a time whoever it is, the sealer
among them, so there the result only informs.
"""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from time import sleep

from django.db import connection, connections, transaction

from access import audit, sealing
from access.actors import Actor
from tests.bench import province
from tests.bench.measure import Ratio, passing, seconds
from tests.factories.access import actor

WRITERS, ACTS, ROUNDS = 8, 60, 7
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
    is_concurrent = connection.vendor == "postgresql"
    yield Ratio(
        f"acts a second of {WRITERS} writers at once on {connection.vendor}, sealing",
        alone[middle] / accompanied[middle],
        "those without sealing" if is_concurrent else "those without (one writer)",
        THROUGHPUT_AT_LEAST if is_concurrent else None,
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
    while sealing.seal():
        pass


@contextmanager
def sealer() -> Iterator[None]:
    """Run a process that seals without rest."""
    connections.close_all()  # the new process must not share them
    context = multiprocessing.get_context("fork")
    stop = context.Event()
    process = context.Process(target=seal_until, args=(stop,))
    process.start()
    try:
        yield
    finally:
        stop.set()
        process.join()


def seal_until(stop: Event) -> None:
    while not stop.is_set():
        if not sealing.seal():
            sleep(0.01)
    connections.close_all()
