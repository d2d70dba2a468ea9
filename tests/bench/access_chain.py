"""Verifying a chain of 1,000,000 entries: memory; and the page over so many."""

import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access import audit, checking, sealing
from access.models import Agency, AuditEntry, SealBatch
from tests.bench import province
from tests.bench.measure import Ratio, passing, seconds
from tests.factories.access import actor
from tests.signed_in import sign_in

FEW, MANY = 10_000, 1_000_000
MEMORY_AT_MOST = 1.2
PAGE_AT_MOST = 2
PAGES, ROUNDS = {"an auditor": "auditor", "an officer": "security_officer"}, 9


def ratios() -> Iterator[Ratio]:
    """Measure with few entries, add the others, measure again."""
    agencies = list(Agency.objects.in_force().order_by("pk")[:20])
    fill(FEW, agencies)
    before = {who: measured(role, agencies[0]) for who, role in PAGES.items()}
    memory = peak_of_verifying()
    fill(MANY, agencies)
    engine, peer = connection.vendor, f"that with {FEW:,}"
    yield Ratio(
        f"peak memory of verifying {MANY:,} entries on {engine}",
        peak_of_verifying() / memory,
        peer,
        MEMORY_AT_MOST,
    )
    for who, role in PAGES.items():
        time, queries = measured(role, agencies[0])
        name = f"audit trail of {who} with {MANY:,} entries on {engine}"
        yield Ratio(f"{name}, time", time / before[who][0], peer, PAGE_AT_MOST)
        yield Ratio(f"{name}, queries", queries / before[who][1], peer, 1)


def signed_in(role: str, agency: Agency) -> Client:
    client = Client()
    sign_in(client, actor(role, agency))
    return client


def measured(role: str, agency: Agency) -> tuple[float, int]:
    """Return the median seconds of the page, and how many queries it asks.

    The reader has just signed in: filling may outlast a sign-in.
    """
    client = signed_in(role, agency)
    assert client.get("/nhat-ky/").status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get("/nhat-ky/")
    asked = len(queries)  # the next request forgets them
    times = sorted(
        seconds(lambda: client.get("/nhat-ky/"), passing) for _ in range(ROUNDS)
    )
    return times[ROUNDS // 2], asked


def fill(wanted: int, agencies: list[Agency]) -> None:
    """Add acts until the chain is so long: copied in the database, sealed by us."""
    for agency in agencies:
        person = actor("records_clerk", agency)
        audit.record(agency, "access.right_granted", by=person, role="số")
    drain()
    last = SealBatch.objects.order_by("number").last()
    copies = wanted - (last.last_position if last else 0)
    templates = AuditEntry.objects.order_by("-pk")[: len(agencies)]
    shares = [copies // len(agencies)] * len(agencies)
    shares[0] += copies - sum(shares)
    for template, share in zip(templates, shares, strict=True):
        copy(template, share)
    drain()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def copy(entry: AuditEntry, times: int) -> None:
    """Write the same entry so many times, and the duty to seal each."""
    highest = AuditEntry.objects.order_by("pk").last()
    assert highest is not None
    province.copies(entry, times)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_unsealedentry (entry_id) "
            "SELECT id FROM access_auditentry WHERE id > %s",
            [highest.pk],
        )


def drain() -> None:
    while sealing.seal():
        pass


def peak_of_verifying() -> int:
    """Return the bytes that a process of its own has in memory at most."""
    connections.close_all()  # the new process must not share them
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=verify, args=(there,))
    process.start()
    peak = int(here.recv())
    process.join()
    return peak


def verify(answer: Connection) -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak
    assert checking.verify() is None
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            answer.send(int(line.split()[1]) * 1024)
    connections.close_all()
