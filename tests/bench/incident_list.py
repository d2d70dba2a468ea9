"""The list of incidents when there are 1,000, and when there are 100,000."""

import statistics
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.models import Agency
from incidents.models import Incident
from incidents.states import State
from portal.core import clock
from tests.bench.measure import Ratio, computing, seconds
from tests.factories.access import actor
from tests.signed_in import sign_in

FEW, MANY = 1_000, 100_000
SLOWER_AT_MOST = 2
ROUNDS = 30


def ratios() -> Iterator[Ratio]:
    """Measure for an officer whose agency has one in ten, and for an auditor."""
    agency = Agency.objects.in_force().order_by("pk").first()
    readers = {"officer": signed_in("security_officer", agency)}
    readers["auditor"] = signed_in("auditor", agency)
    fill(agency, FEW)
    before = {name: measured(client) for name, client in readers.items()}
    fill(agency, MANY)
    for name, client in readers.items():
        (time_before, queries_before), (time, queries) = before[name], measured(client)
        peer = f"that with {FEW:,}"
        yield Ratio(
            f"incident list of an {name} with {MANY:,}, computing time",
            time / time_before,
            peer,
            SLOWER_AT_MOST,
        )
        yield Ratio(
            f"incident list of an {name} with {MANY:,}, queries",
            queries / queries_before,
            peer,
            1,
        )


def signed_in(role: str, agency: Agency) -> Client:
    """Return a browser in which somebody with that role is signed in."""
    client = Client()
    sign_in(client, actor(role, agency))
    return client


def measured(client: Client) -> tuple[float, int]:
    """Return the median seconds of the page, and how many queries it asks."""
    assert client.get("/su-co/").status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get("/su-co/")
    asked = len(queries)  # the next request empties the log
    times = [seconds(lambda: client.get("/su-co/"), computing) for _ in range(ROUNDS)]
    return statistics.median(times), asked


def fill(agency: Agency, wanted: int) -> None:
    """Write incidents until there are so many, one in ten of them of that agency."""
    others = list(Agency.objects.in_force().exclude(pk=agency.pk))
    missing = range(Incident.objects.count(), wanted)
    rows = (
        incident(number, agency if number % 10 == 0 else others[number % len(others)])
        for number in missing
    )
    while batch := list(islice(rows, 2_000)):
        Incident.objects.bulk_create(batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def incident(number: int, agency: Agency) -> Incident:
    """Return one that was recorded some minutes before the one before it."""
    at = clock.now() - timedelta(minutes=7 * number)
    row = Incident(
        number=f"DC-{number:06d}",
        agency=agency,
        title=f"Máy trạm nhiễm mã độc, lần {number}",
        detected_at=at,
        recorded_at=at,
        state=State.HANDLING,
    )
    row.set_detected_at()
    row.set_folded()
    return row
