"""Điều 13.3.b: whoever manages systems sees what one was told, and nobody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import clock
from scanning.models import WebhookDelivery
from tests.factories.access import AgencyFactory, actor
from tests.factories.connectors import connected
from tests.factories.scanning import AttachmentFactory
from tests.reading import read
from tests.signed_in import PASSWORD, enrolled, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def system():
    agency = AgencyFactory(name="Sở Nội vụ")
    return connected(agency, webhook_url="https://noi-bo.example/thong-bao")


@pytest.fixture
def page(system) -> str:
    return f"/co-quan/ket-noi/{system.connector.pk}/da-gui/"


def told(system, number: int, **state) -> WebhookDelivery:
    """Put a notice in the list as the sender leaves it."""
    file = AttachmentFactory(agency=system.connector.agency)
    return WebhookDelivery.objects.create(
        connector=system.connector,
        attachment=file,
        kind=WebhookDelivery.Kind.VERDICT,
        event_id=f"evt-{number}",
        body={"data": {"message_id": f"2026/{number:04}@noivu"}},
        due_at=clock.now(),
        **state,
    )


def test_nothing_sent_yet_is_said_with_what_makes_a_notice(client, page):
    sign_in(client, actor("province_admin"))
    said = read(client.get(page))
    assert "Chưa gửi thông báo nào" in said
    assert "<table" not in client.get(page).content.decode()


def test_each_notice_tells_what_became_of_it_and_only_the_unheard_are_sent_again(
    client, system, page
):
    at = clock.now()
    told(system, 1, done_at=at, attempts=1, last_status=204)
    told(system, 2, attempts=3, last_status=500)
    told(system, 3, attempts=2, last_error="TimeoutError")
    told(system, 4, attempts=9, given_up_at=at, last_status=503)
    sign_in(client, actor("province_admin"))
    answer = client.get(page)
    rows = answer.content.decode().split("<tr>")[2:]
    assert [
        f"2026/{n:04}@noivu" in row for n, row in zip((4, 3, 2, 1), rows, strict=True)
    ]
    given_up, silent, waits, heard = rows
    assert "HTTP 503" in given_up
    assert "HTTP" not in silent
    assert "TimeoutError" not in read(answer), "no identifier for an officer"
    assert "HTTP 500" in waits
    assert ["gui-lai" in row for row in rows] == [True, True, True, False]
    assert "HTTP 204" in heard


@pytest.mark.parametrize(
    "role",
    ["security_officer", "records_clerk", "agency_head", "auditor", "form_editor"],
)
def test_d13_5_who_manages_no_systems_finds_no_page(client, system, page, role):
    kept = told(system, 1, attempts=1)
    sign_in(client, actor(role, system.connector.agency))
    assert client.get(page).status_code in {403, 404}
    assert client.post(f"{page}{kept.pk}/gui-lai/").status_code in {403, 404}
    kept.refresh_from_db()
    assert kept.attempts == 1


def test_d13_5_another_agencys_administrator_finds_nothing(client, system, page):
    kept = told(system, 1, given_up_at=clock.now())
    sign_in(client, actor("agency_admin", AgencyFactory()))
    assert client.get(page).status_code == 404
    assert client.post(f"{page}{kept.pk}/gui-lai/").status_code == 404
    kept.refresh_from_db()
    assert kept.given_up_at is not None


def test_a_notice_of_another_system_is_not_sent_again_through_this_page(
    client, system, page
):
    other = connected(AgencyFactory(), webhook_url="https://khac.example/")
    kept = told(other, 1, given_up_at=clock.now())
    sign_in(client, actor("province_admin"))
    assert client.post(f"{page}{kept.pk}/gui-lai/").status_code == 404


def test_a_password_alone_opens_nothing(client, system, page):
    person = actor("province_admin")
    enrolled(person)
    answer = client.post(
        "/dang-nhap/", {"username": person.person.username, "password": PASSWORD}
    )
    assert answer.status_code == 302
    refused = client.get(page)
    assert refused.status_code == 302
    assert refused["Location"].startswith("/dang-nhap/")


def test_what_was_heard_is_not_sent_again(client, system, page):
    kept = told(system, 1, done_at=clock.now() - timedelta(hours=1), attempts=1)
    sign_in(client, actor("province_admin"))
    client.post(f"{page}{kept.pk}/gui-lai/")
    before = kept.due_at
    kept.refresh_from_db()
    assert (kept.due_at, kept.claimed_at) == (before, None)


def test_many_notices_cost_no_more_queries_and_come_in_pages(client, system, page):
    sign_in(client, actor("province_admin"))
    told(system, 1)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for number in range(2, 60):
        told(system, number)
    with CaptureQueriesContext(connection) as many:
        answer = client.get(page)
    assert len(many) == len(few)
    assert answer.content.decode().count("gui-lai") == 50
    assert client.get(f"{page}?page=2").content.decode().count("gui-lai") == 9
