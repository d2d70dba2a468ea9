"""The citizen's front page and the frame around it."""

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client

from access.models import AgencyFunction
from portal.core import panels
from portal.core.panels import Panel
from tests.factories.access import AgencyFactory

pytestmark = pytest.mark.django_db


def test_a_citizen_finds_the_search_for_forms_at_once(client: Client):
    page = client.get("/").content.decode()

    assert 'action="/bieu-mau/"' in page
    assert 'name="q"' in page
    assert 'href="/kiem-tra/"' in page


def test_the_front_page_stands_when_no_app_has_anything_to_show(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(panels, "_panels", {})

    assert client.get("/").status_code == 200


def test_a_panel_with_nothing_to_show_takes_no_room(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(panels, "_panels", {})
    panels.register(Panel("portal/_empty.html", lambda _actor: {}, place="front"))

    assert "front-box" not in client.get("/").content.decode()


def test_the_dashboard_is_for_those_who_signed_in(client: Client):
    answer = client.get("/bang-dieu-khien/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/dang-nhap/")


def test_no_page_may_run_or_load_anything_but_our_own_files(client: Client):
    policy = client.get("/")["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


@pytest.fixture
def _forgetful():
    cache.clear()
    yield
    cache.clear()


@pytest.mark.usefixtures("_forgetful")
def test_every_public_page_says_whom_to_ask(client: Client):
    office = AgencyFactory(
        name="Văn phòng UBND tỉnh thử nghiệm", telephone="0271 000 0000 (mẫu)"
    )
    AgencyFunction.objects.create(
        agency=office, function="form_owner", starts_on=date(2012, 1, 1)
    )

    for address in ("/", "/kiem-tra/", "/bieu-mau/"):
        page = client.get(address).content.decode()
        assert "Văn phòng UBND tỉnh thử nghiệm" in page
        assert 'href="tel:02710000000"' in page


@pytest.mark.usefixtures("_forgetful")
def test_without_an_office_on_record_the_page_pretends_nothing(client: Client):
    assert "Chưa khai báo số điện thoại." in client.get("/").content.decode()
