"""Agencies by hand, the directory of any day, and the pages of reorganisations.

Source: Quyết định 06/2012/QĐ-UBND, Điều 7.2, 12.5, 13.3, 14.1, 14.3, 15.9 and 16.1;
QCVN 102:2016/BTTTT; Quyết định 20/2020/QĐ-TTg.
"""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access import codes
from access.models import (
    AgencyCode,
    AgencyEvent,
    AgencyFunction,
    AuditEntry,
    Succession,
)
from access.refusals import (
    AgencyNotThereError,
    CodeClosedError,
    CodeFormError,
    CodeGivenError,
    EndBeforeStartError,
    OtherNextDayError,
)
from access.services import agencies
from portal.core import clock
from portal.core.errors import NotAllowedError
from portal.core.models import LegalBasis
from tests.factories.access import (
    AgencyFactory,
    AssignmentFactory,
    AuthorityFactory,
    ReportingLineFactory,
    actor,
)
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
QCVN, QD20 = AgencyCode.Scheme
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


# ── Codes ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("scheme", "code"),
    [
        (QCVN, "000.00.05.H10"),
        (QCVN, " 001.12.31.h10 "),
        (QD20, "H19"),
        (QD20, "H19.05.01"),
        (QD20, "G22." + "A1." * 10 + "B"),
    ],
)
def test_qcvn102_and_qd20_codes_are_taken_in_their_forms(db, scheme, code):
    assert codes.check(code, scheme) == code.strip().upper()


@pytest.mark.parametrize(
    ("scheme", "code"),
    [
        (QCVN, "H10.05.00.000"),
        (QCVN, "000.00.5.H10"),
        (QCVN, "000.00.05.H10.1"),
        (QD20, "000.00.05.H10"),
        (QD20, "H19..05"),
        (QD20, "H19.Đ5"),
        (QD20, "H19." + "A" * 32),
        (QD20, ""),
    ],
)
def test_other_codes_are_refused_with_an_example(db, scheme, code):
    with pytest.raises(CodeFormError, match=r"H10|H19"):
        codes.check(code, scheme)


def test_qd20_a_code_is_opened_closed_and_never_given_again(admin):
    one, other = AgencyFactory(), AgencyFactory()
    opened = agencies.open_code(one, "H19.77", QD20, date(2026, 1, 1), by=admin)
    with pytest.raises(EndBeforeStartError):
        agencies.close_code(opened, date(2025, 12, 31), by=admin)
    agencies.close_code(opened, date(2026, 6, 30), by=admin)
    with pytest.raises(CodeClosedError):
        agencies.close_code(opened, date(2026, 7, 1), by=admin)
    for agency in (one, other):
        with pytest.raises(CodeGivenError):
            agencies.open_code(agency, "h19.77", QD20, date(2026, 7, 1), by=admin)
    with pytest.raises(CodeGivenError):
        agencies.open_code(other, one.code, QCVN, date(2026, 7, 1), by=admin)
    past = AgencyFactory(ends_on=date(2020, 1, 1))
    with pytest.raises(AgencyNotThereError):
        agencies.open_code(past, "H19.78", QD20, date(2026, 7, 1), by=admin)
    acts = AuditEntry.objects.filter(event__startswith="access.code_")
    assert acts.count() == 2


# ── Functions and contact ─────────────────────────────────────────────────────────
def test_d14_3_a_function_given_anew_ends_the_old_holder_the_day_before(admin, basis):
    old = AuthorityFactory(function="incident_coordinator")
    new, day = AgencyFactory(), date(2026, 9, 1)
    agencies.give_function(new, "incident_coordinator", day, basis, by=admin)
    holder = AgencyFunction.objects.holder
    assert holder("incident_coordinator", day) == new
    assert holder("incident_coordinator", date(2026, 8, 31)) == old.agency
    old.refresh_from_db()
    assert old.ends_on == date(2026, 8, 31)
    with pytest.raises(OtherNextDayError):
        agencies.give_function(old.agency, "incident_coordinator", day, basis, by=admin)
    past = AgencyFactory(ends_on=date(2020, 1, 1))
    with pytest.raises(AgencyNotThereError):
        agencies.give_function(past, "form_owner", day, basis, by=admin)


def test_only_who_manages_agencies_changes_them(admin, basis):
    agency = AgencyFactory()
    other = actor("agency_admin", agency)
    for act in (
        lambda: agencies.correct(agency, telephone="1", email="", address="", by=other),
        lambda: agencies.open_code(agency, "H19.1", QD20, clock.today(), by=other),
        lambda: agencies.give_function(
            agency, "form_owner", clock.today(), basis, by=other
        ),
    ):
        with pytest.raises(NotAllowedError):
            act()
    agencies.correct(agency, telephone="0271", email="", address="Số 1", by=admin)
    agencies.correct(agency, telephone="0271", email="", address="Số 1", by=admin)
    assert AuditEntry.objects.filter(event="access.agency_corrected").count() == 1


def test_the_pages_by_hand_keep_what_is_typed(client, admin, basis):
    agency = AgencyFactory()
    held = AuthorityFactory(function="form_owner")
    sign_in(client, admin)
    page = f"/co-quan/{agency.pk}/"
    client.post(f"{page}lien-he/", {"telephone": "0271 3 888 999"})
    client.post(
        f"{page}ma/", {"code": "H19.9", "scheme": QD20, "opened_on": "2026-01-01"}
    )
    shown = client.get(f"{page}chuc-nang/").content.decode()
    assert held.agency.name in shown, "who loses it is said before"
    form = {"function": "form_owner", "starts_on": "2026-09-01"}
    assert client.post(f"{page}chuc-nang/", form | {"number": "?"}).status_code == 200
    client.post(f"{page}chuc-nang/", form | {"number": basis.number})
    agency.refresh_from_db()
    assert agency.telephone == "0271 3 888 999"
    code = agency.codes.get()
    assert code.code == "H19.9"
    assert agency.functions.get().function == "form_owner"
    client.post(f"{page}ma/{code.pk}/dong/", {"closed_on": "2026-02-01"})
    code.refresh_from_db()
    assert code.closed_on == date(2026, 2, 1)
    wrong = client.post(
        f"{page}ma/", {"code": "H10?", "scheme": QD20, "opened_on": "2026-01-01"}
    )
    assert "không đúng dạng" in wrong.content.decode()


# ── Directory ─────────────────────────────────────────────────────────────────────
def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_d7_2_everybody_inside_reads_the_directory_and_nobody_outside(client, admin):
    assert client.get("/co-quan/").status_code == 302
    clerk = actor("records_clerk", AgencyFactory(name="Sở Đọc"))
    sign_in(client, clerk)
    assert "Sở Đọc" in text_of(client, "/co-quan/")
    page = text_of(client, f"/co-quan/{clerk.agency.pk}/")
    assert "lien-he" not in page
    assert "sap-xep" not in page


def test_the_tree_runs_from_the_top_down(client, admin):
    low = ReportingLineFactory(
        agency=AgencyFactory(name="AA thấp"), superior=AgencyFactory(name="ZZ cao")
    )
    sign_in(client, admin)
    page = client.get("/co-quan/").context["page"]
    places = [(place.agency.name, place.depth) for place in page]
    top = places.index(("ZZ cao", 0))
    assert places[top + 1] == ("AA thấp", 1)
    before = client.get("/co-quan/?ngay=2005-01-01").context["page"]
    assert ("AA thấp", 0) in [(p.agency.name, p.depth) for p in before]
    assert low.starts_on > date(2005, 1, 1)


@pytest.mark.parametrize("typed", ["dong xoai", "Đồng Xoài", "XOÀI ĐỒNG", "031.H77"])
def test_agencies_are_found_without_diacritics(client, admin, typed):
    AgencyFactory(name="Thị xã Đồng Xoài", code="000.00.031.H77")
    AgencyFactory(name="Sở Nội vụ")
    sign_in(client, admin)
    found = client.get("/co-quan/", {"q": typed}).context["page"]
    assert [place.agency.name for place in found] == ["Thị xã Đồng Xoài"]


def test_ended_agencies_are_named_with_their_heirs_when_asked(client, admin, basis):
    past = AgencyFactory(name="Sở Cũ", ends_on=date(2025, 2, 28))
    heir = AgencyFactory(name="Sở Kế Thừa")
    event = AgencyEvent.objects.create(
        kind="merge", effective_on=date(2025, 3, 1), legal_basis=basis
    )
    Succession.objects.create(event=event, predecessor=past, successor=heir)
    sign_in(client, admin)
    assert "Sở Cũ" not in text_of(client, "/co-quan/")
    for path in ("/co-quan/?tat-ca=on", f"/co-quan/{past.pk}/"):
        text = text_of(client, path)
        said = "Đã sáp nhập: Sở Kế Thừa kế thừa từ ngày 01/03/2025"
        assert said in " ".join(text.split())
        assert basis.number in text


def test_d13_3_and_d15_9_the_page_says_who_is_head_and_who_is_missing(client, admin):
    agency = AgencyFactory()
    AssignmentFactory(
        agency=agency,
        role_code="agency_head",
        decision_number="12/QĐ",
        account__full_name="Lê Người Đứng Đầu",
        starts_on=date(2024, 1, 1),
    )
    sign_in(client, admin)
    text = text_of(client, f"/co-quan/{agency.pk}/")
    assert "Lê Người Đứng Đầu" in text
    assert "12/QĐ" in text
    assert text.count("chưa phân công") == 2
    before = text_of(client, f"/co-quan/{agency.pk}/?ngay=2023-12-31")
    assert before.count("chưa phân công") == 3


def queries_for(client, path):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_the_directory_costs_the_same_for_many(client, admin, basis):
    sign_in(client, admin)
    page = f"/co-quan/{admin.agency.pk}/"
    paths = ["/co-quan/", "/co-quan/?tat-ca=on&q=s", page, "/co-quan/sap-xep/"]
    event = AgencyEvent.objects.create(
        kind="merge", effective_on=date(2025, 3, 1), legal_basis=basis
    )

    def fill():
        past = AgencyFactory(ends_on=date(2025, 2, 28))
        Succession.objects.create(
            event=event, predecessor=past, successor=AgencyFactory()
        )
        ReportingLineFactory(superior=admin.agency)

    fill()
    client.get("/co-quan/")
    few = {path: queries_for(client, path) for path in paths}
    for _each in range(15):
        fill()
    assert {path: queries_for(client, path) for path in paths} == few
    assert max(few.values()) <= 22, few
