"""The list of the accounts of an agency with 10 people, and with 10,000."""

from collections.abc import Iterator
from datetime import date

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.models import Agency, Assignment, Role
from tests.bench import province
from tests.bench.measure import Ratio, in_turn, passing
from tests.factories.access import actor
from tests.signed_in import sign_in

FEW = 10
PAGE = "/tai-khoan-don-vi/"


def ratios() -> Iterator[Ratio]:
    """Compare what an administrator's page asks of the database."""
    many, few = province.built()[:2]
    fill(few)
    clients = [signed_in(agency) for agency in (many, few)]
    queries = [counted(client) for client in clients]
    peer = f"that with {FEW} accounts"
    name = f"account list with {province.MANY:,} accounts on {connection.vendor}"
    yield Ratio(f"{name}, queries", queries[0] / queries[1], peer, 1)
    times = in_turn(
        *(lambda client=client: client.get(PAGE) for client in clients),
        rounds=9,
        clock=passing,
    )
    yield Ratio(f"{name}, time", times, peer)


def fill(agency: Agency) -> None:
    role = Role.objects.get(code="records_clerk")
    Assignment.objects.bulk_create(
        Assignment(account_id=pk, agency=agency, role=role, starts_on=date(2010, 1, 1))
        for pk in province.people()[-FEW:]
    )


def signed_in(agency: Agency) -> Client:
    client = Client()
    sign_in(client, actor("agency_admin", agency))
    return client


def counted(client: Client) -> int:
    assert client.get(PAGE).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    return len(queries)
