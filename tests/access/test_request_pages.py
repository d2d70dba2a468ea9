"""The pages of requests: asked, decided, withdrawn, and closed to others (13.5.b)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access import menu
from access.models import AccessRequest
from access.services import requests
from portal.core import clock
from tests.access.test_requests import grant_for, role
from tests.factories.access import AssignmentFactory, actor
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(admin):
    return actor("records_clerk", admin.agency)


def test_asked_and_approved_on_the_pages(client, admin, clerk):
    sign_in(client, clerk)
    form = {
        "username": clerk.person.username,
        "agency": admin.agency.pk,
        "role": role().pk,
        "scope": "between",
        "starts_on": clock.today().isoformat(),
        "reason": "Theo dõi gửi nhận",
    }
    answer = client.post("/tai-khoan-don-vi/de-nghi/moi/cap-quyen/", form)
    page = answer["Location"]
    assert "chờ" in client.get(page).content.decode()
    assert "Rút" in client.get(page).content.decode()
    sign_in(client, admin)
    assert menu._waiting(admin)["requests_count"] == 1
    listed = client.get("/tai-khoan-don-vi/de-nghi/").content.decode()
    assert clerk.person.full_name in listed
    client.post(f"{page}quyet-dinh/", {"decision": "approve", "note": ""})
    assert clerk.person.assignments.filter(role=role()).exists()
    assert (
        "requests_count" not in menu._waiting(admin)
        or not (menu._waiting(admin)["requests_count"])
    )


def test_a_clerk_asks_for_nobody_else_on_the_page(client, admin, clerk):
    other = actor("records_clerk", admin.agency)
    sign_in(client, clerk)
    form = {
        "username": other.person.username,
        "agency": admin.agency.pk,
        "role": role().pk,
        "scope": "between",
        "starts_on": clock.today().isoformat(),
        "reason": "Thử",
    }
    page = "/tai-khoan-don-vi/de-nghi/moi/cap-quyen/"
    known = client.post(page, form)
    unknown = client.post(page, form | {"username": "khong.co.ai"})
    assert known.status_code == unknown.status_code == 200
    assert not AccessRequest.objects.exists()
    said = known.context["form"].non_field_errors()
    assert said == unknown.context["form"].non_field_errors()
    assert client.get("/tai-khoan-don-vi/de-nghi/moi/tai-khoan/").status_code == 403


def test_d12_5_no_request_about_people_one_does_not_see(client, admin, stranger):
    outsider = AssignmentFactory(agency=stranger.agency)
    sign_in(client, admin)
    base = "/tai-khoan-don-vi/de-nghi/moi/"
    for path in (
        f"{base}mat-thiet-bi/?nguoi={outsider.account_id}",
        f"{base}mo-lai/?nguoi={outsider.account_id}",
        f"{base}cham-dut/?quyen={outsider.pk}",
        f"{base}mat-thiet-bi/?nguoi=x",
        f"{base}gi-do/",
    ):
        assert client.get(path).status_code == 404, path
        assert client.post(path, {"reason": "Thử"}).status_code == 404, path


def test_the_list_of_requests_costs_the_same_for_many(client, admin, clerk):
    def ask():
        person = actor("records_clerk", admin.agency)
        requests.submit(grant_for(person.person, admin.agency), by=person)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            answer = client.get("/tai-khoan-don-vi/de-nghi/?muc=tat-ca")
        assert answer.status_code == 200
        return len(seen)

    ask()
    sign_in(client, admin)
    queries()
    few = queries()
    for _number in range(12):
        ask()
    assert queries() == few
    assert few <= 16
