"""The register of connected systems: its pages, and agencies that end."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.actors import Actor
from access.heritage import Granters, Move, kind
from access.models import AgencyEvent, AuditEntry, Connector, LoginSession
from access.services import connectors
from portal.core import clock
from portal.core.errors import NotAllowedError
from portal.core.models import LegalBasis
from tests.factories.access import AgencyFactory, actor
from tests.factories.connectors import connected
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
LIST = "/co-quan/ket-noi/"


@pytest.fixture
def manager(client):
    return sign_in(client, actor("province_admin"))


@pytest.fixture
def form():
    return {
        "agency": AgencyFactory(name="Sở Nội vụ").pk,
        "name": "QLVB Sở Nội vụ",
        "software": "QLVB 4.2",
        "scopes": ["scan", "events"],
        "starts_on": clock.today().isoformat(),
        "webhook_url": "https://qlvb.example.vn/thong-bao",
    }


def test_a_system_is_registered_and_its_secret_shown_once(client, manager, form):
    answer = client.post(f"{LIST}moi/", form)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    issued = answer.context["issued"]
    page = answer.content.decode()
    assert issued.secret in page
    assert issued.webhook_key in page
    made = Connector.objects.get()
    assert (made.name, made.scopes) == ("QLVB Sở Nội vụ", ["events", "scan"])
    for path in (LIST, f"{LIST}{made.pk}/"):
        again = client.get(path).content.decode()
        assert "QLVB Sở Nội vụ" in again
        assert issued.secret not in again
    entry = AuditEntry.objects.get(event="access.connector_registered")
    assert entry.actor == manager.person
    assert issued.secret not in str(entry.additional_data)


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": ["everything"]},
        {"scopes": []},
        {"agency": 0},
        {"name": ""},
        {"ends_on": "2001-01-01"},
        {"acts_for": "999.99.99.H10"},
        {"webhook_url": "ftp://example.vn/"},
    ],
)
def test_a_wrong_form_registers_nothing(client, manager, form, wrong):
    assert client.post(f"{LIST}moi/", form | wrong).status_code == 200
    assert not Connector.objects.exists()


def test_in_production_notices_go_to_https_alone(client, manager, form, settings):
    settings.PORTAL_DEMO = False
    client.post(f"{LIST}moi/", form | {"webhook_url": "http://example.vn/"})
    assert not Connector.objects.exists()


def test_a_new_secret_is_shown_once_and_the_old_ends_as_stated(client, manager):
    system = connected()
    page = f"{LIST}{system.connector.pk}/khoa-moi/"
    assert client.get(page).status_code == 200
    answer = client.post(page, {"overlap": "24"})
    assert answer.context["issued"].secret in answer.content.decode()
    old, new = system.connector.secrets.order_by("pk")
    assert timedelta(hours=23) < old.ends_at - clock.now() <= timedelta(hours=24)
    assert new.ends_at is None
    assert client.post(page, {"overlap": "100000"}).status_code == 200
    assert system.connector.secrets.count() == 2


def test_a_system_is_suspended_resumed_and_ended_with_a_reason(client, manager):
    system = connected()
    page = f"{LIST}{system.connector.pk}/"
    for act, refused in (("tam-dung", True), ("mo-lai", False), ("cham-dut", True)):
        assert client.post(f"{page}{act}/", {"reason": ""}).status_code == 200
        answer = client.post(f"{page}{act}/", {"reason": "Theo công văn 12"})
        assert answer["Location"] == page
        system.connector.refresh_from_db()
        assert (system.connector.obstacle is not None) == refused
    again = client.post(f"{page}mo-lai/", {"reason": "Thử lại"})
    assert again.status_code == 409
    assert "Theo công văn 12" in client.get(page).content.decode()


@pytest.mark.parametrize("role", ["agency_admin", "security_officer", "auditor"])
def test_for_others_there_are_no_such_pages(client, role):
    system = connected()
    sign_in(client, actor(role, system.connector.agency))
    one = f"{LIST}{system.connector.pk}/"
    for path in (LIST, f"{LIST}moi/", one, f"{one}khoa-moi/", f"{one}da-gui/"):
        assert client.get(path).status_code == 404, path
    for act in ("khoa-moi", "tam-dung", "cham-dut", "thong-bao"):
        assert client.post(f"{one}{act}/", {"reason": "x"}).status_code == 404
    with pytest.raises(NotAllowedError):
        connectors.end(system.connector, reason="x", by=actor(role))


def test_secrets_want_a_fresh_proof(client, manager, form):
    hour_ago = clock.now() - timedelta(hours=1)
    LoginSession.objects.update(proved_at=hour_ago)
    answer = client.post(f"{LIST}moi/", form)
    assert answer["Location"].startswith("/dang-nhap/xac-nhan-lai/")
    assert not Connector.objects.exists()


def test_the_page_of_an_agency_names_its_system_or_says_that_there_is_none(
    client, manager
):
    system = connected(AgencyFactory(name="Sở Nội vụ"))
    other = AgencyFactory(name="Huyện Bù Đăng")
    page = client.get(f"/co-quan/{system.connector.agency.pk}/").content.decode()
    assert system.connector.name in page
    assert "chưa kết nối" in client.get(f"/co-quan/{other.pk}/").content.decode()


def test_the_list_costs_the_same_for_many(client, manager):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(LIST).status_code == 200
        return len(seen)

    connected()
    client.get(LIST)
    few = queries()
    for _number in range(10):
        connected()
    assert queries() == few <= 12


def test_the_systems_of_an_agency_end_with_it():
    system = connected()
    headers = system.headers
    ends = kind("access.connector")
    agency = system.connector.agency
    [thing] = ends.things(agency, clock.today())
    assert (thing.words, ends.may_pass) == (system.connector.name, False)
    basis = LegalBasis.objects.create(number="1/QĐ", starts_on=clock.today())
    event = AgencyEvent.objects.create(
        kind="abolish",
        effective_on=clock.today(),
        legal_basis=basis,
        decision_number="1/QĐ",
    )
    ends.end(thing.key, Move(event, Actor.system("agencies"), Granters(None, None)))
    system.connector.refresh_from_db()
    assert "1/QĐ" in system.connector.end_reason
    assert system.client.get("/api/v1/directory", headers=headers).status_code == 401
    assert not ends.things(agency, clock.today())
