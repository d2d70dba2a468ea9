"""The pages on which reorganisations are planned, decided on and approved.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5 and 13.5.b.
"""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from access.models import (
    Agency,
    AgencyChange,
    AgencyEvent,
    LoginSession,
    Succession,
)
from access.services import reorganisation
from access.services.reorganisation import ChangePlan, Plan
from portal.core import clock
from portal.core.models import LegalBasis
from tests.factories.access import (
    AgencyFactory,
    AssignmentFactory,
    actor,
)
from tests.factories.incidents import IncidentFactory
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
TOMORROW = timedelta(days=1)


@pytest.fixture
def admin(db):
    return actor("province_admin", AgencyFactory(name="UBND tỉnh"))


@pytest.fixture
def basis(db):
    return LegalBasis.objects.create(
        number="15/2026/QĐ-UBND",
        title="Giao chức năng",
        issuer="UBND tỉnh",
        starts_on=date(2026, 1, 1),
    )


# ── Pages of reorganisations ──────────────────────────────────────────────────────
PAGES = {
    "": "both",
    "moi/": "both",
    "moi/sap-nhap/": "both",
    "{pk}/": "both",
    "{pk}/quyet-dinh/": "both",
    "{pk}/rut-lai/": "both",
}


@pytest.fixture
def event(admin, basis):
    plan = Plan(
        kind=AgencyEvent.Kind.MERGE,
        effective_on=clock.today() + TOMORROW,
        legal_basis=basis,
        changes=(
            ChangePlan(AgencyChange.Outcome.ENDS, AgencyFactory(), gives=True),
            ChangePlan(AgencyChange.Outcome.CONTINUES, AgencyFactory()),
        ),
    )
    return reorganisation.propose(plan, by=admin)


@pytest.mark.parametrize("page", PAGES)
def test_d12_5_plans_are_for_administrators_of_agencies_alone(
    client, admin, event, page
):
    path = f"/co-quan/sap-xep/{page.format(pk=event.pk)}"
    assert client.get(path).status_code == 302
    for role in ("agency_admin", "agency_head", "auditor"):
        sign_in(client, actor(role))
        assert client.get(path).status_code == 404, role
    sign_in(client, admin)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("act", ["duyet/", "rut-lai/", "quyet-dinh/"])
def test_d13_5_b_nobody_else_acts_on_a_plan(client, event, act):
    sign_in(client, actor("agency_admin"))
    answer = client.post(f"/co-quan/sap-xep/{event.pk}/{act}", {"reason": "Không"})
    assert answer.status_code == 404
    event.refresh_from_db()
    assert event.state == "planned"


@pytest.mark.parametrize("act", ["duyet/", "rut-lai/", "quyet-dinh/"])
def test_acts_on_a_plan_ask_for_a_fresh_proof(client, admin, event, act):
    signed = sign_in(client, admin)
    LoginSession.objects.filter(pk=signed.session.pk).update(
        proved_at=clock.now() - timedelta(hours=2)
    )
    answer = client.post(f"/co-quan/sap-xep/{event.pk}/{act}", {"reason": "Muộn"})
    assert answer.status_code == 302
    assert "xac-nhan-lai" in answer["Location"]


def planned(client, slug, **fields):
    form = {
        "effective_on": (clock.today() + TOMORROW).isoformat(),
        "number": "15/2026/QĐ-UBND",
    }
    return client.post(f"/co-quan/sap-xep/moi/{slug}/", form | fields)


NEW = {
    "name": "Sở Mới",
    "short_name": "SM",
    "code": "000.00.88.H88",
    "scheme": "qcvn102",
    "level": "commune",
    "agency_type": "administrative",
}


def test_each_kind_is_planned_on_its_page(client, admin, basis):
    one = AgencyFactory(name="Sở Một", code="000.91.01.H10")
    two = AgencyFactory(name="Sở Hai", code="000.91.02.H10")
    sign_in(client, admin)
    asked = [
        ("doi-ten", {"agency": "so mot", "name": "Sở Một mới", "short_name": "SMM"}),
        ("doi-cap-tren", {"agencies": ["Sở Một", "Sở Hai"], "superior": "UBND tỉnh"}),
        ("thanh-lap", NEW),
        ("chia-tach", {"source": one.code, "goes_on": "on", "heirs": [two.code]}),
        ("giai-the", {"ending": [f"Sở Hai ({two.code})"], "heirs": ["Sở Một"]}),
        ("sap-nhap", {"ending": ["Sở Một"], **NEW, "code": "000.00.89.H88"}),
    ]
    for slug, fields in asked:
        answer = planned(client, slug, **({"scheme": "qcvn102"} | fields))
        errors = answer.context and answer.context["form"].errors
        assert answer.status_code == 302, (slug, errors)
        assert client.get(answer["Location"]).status_code == 200
    assert AgencyEvent.objects.filter(state="planned").count() == len(asked)
    merge = AgencyEvent.objects.get(kind="merge")
    assert merge.changes.get(outcome="begins").name == "Sở Mới"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ending": ["Không có"], "heir": "Sở Hai"}, "Không xác định được"),
        (
            {
                "ending": ["Sở Hai"],
                "heir": "Sở Hai",
                "number": "16/2026/QĐ-UBND",
                "title": "Mới",
                "issuer": "UBND tỉnh",
                "issued_on": "2026-01-01",
            },
            "với chính mình",
        ),
        ({"ending": ["Sở Hai"]}, "cơ quan kế thừa"),
        ({"ending": ["Sở Hai"], "heir": "UBND tỉnh", "number": "?"}, "chưa có trong"),
        (
            {"ending": ["Sở Hai"], "heir": "UBND tỉnh", "effective_on": "2020-01-01"},
            "đã qua",
        ),
    ],
)
def test_bad_input_is_said_on_the_page_and_nothing_is_kept(
    client, admin, basis, fields, said
):
    AgencyFactory(name="Sở Hai")
    sign_in(client, admin)
    answer = planned(client, "sap-nhap", scheme="qcvn102", **fields)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not AgencyEvent.objects.exists()
    assert LegalBasis.objects.count() == 1


def test_the_second_person_approves_on_the_page_what_it_shows(client, admin, event):
    IncidentFactory(agency=event.changes.get(gives=True).agency)
    path = f"/co-quan/sap-xep/{event.pk}/"
    sign_in(client, admin)
    assert client.get(path).context["is_own"]
    second = actor("province_admin", admin.agency)
    sign_in(client, second)
    seen = client.get(path).context["seen"]
    IncidentFactory(agency=event.changes.get(gives=True).agency)
    client.post(f"{path}duyet/", {"preview": seen.digest})
    event.refresh_from_db()
    assert event.state == "planned", "something new came in since the page was shown"
    seen = client.get(path).context["seen"]
    client.post(f"{path}duyet/", {"preview": seen.digest})
    event.refresh_from_db()
    assert (event.state, event.approved_by) == ("approved", second.person)
    client.post(f"{path}rut-lai/", {"reason": "Chưa đủ căn cứ"})
    event.refresh_from_db()
    assert event.state == "withdrawn"
    assert client.get(path).status_code == 200


def test_choices_on_the_page_are_kept(client, admin, event):
    source = event.changes.get(gives=True).agency
    right = AssignmentFactory(agency=source, role_code="records_clerk")
    heir = event.changes.get(gives=False)
    sign_in(client, admin)
    path = f"/co-quan/sap-xep/{event.pk}/quyet-dinh/"
    client.post(path, {f"access.assignment:{right.pk}": str(heir.pk), "x:y": "1"})
    assert event.inheritances.get().heir == heir
    shown = client.get(path).content.decode()
    assert f'<option value="{heir.pk}" selected>' in shown


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_apply_it_once(monkeypatch):
    admin = actor("province_admin", AgencyFactory(name="UBND tỉnh"))
    second = actor("province_admin", admin.agency)
    basis = reorganisation.basis_for("1/QĐ", "Sắp xếp", "UBND", date(2026, 1, 1))
    town, heir = AgencyFactory(), AgencyFactory()
    plan = Plan(
        kind=AgencyEvent.Kind.MERGE,
        effective_on=clock.today() + TOMORROW,
        legal_basis=basis,
        changes=(
            ChangePlan(AgencyChange.Outcome.ENDS, town, gives=True),
            ChangePlan(AgencyChange.Outcome.CONTINUES, heir),
        ),
    )
    event = reorganisation.propose(plan, by=admin)
    digest = reorganisation.build(event).digest
    reorganisation.approve(event, digest, by=second)
    day = plan.effective_on
    monkeypatch.setattr(clock, "today", lambda: day)
    start, taken = threading.Barrier(4), []

    def sweep():
        start.wait()
        try:
            taken.append(reorganisation.take(event.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False, False, False, True]
    assert Succession.objects.count() == 1
    assert Agency.objects.get(pk=town.pk).ends_on == day - TOMORROW
