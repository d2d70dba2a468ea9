"""Agencies by day, the audit trail and notices: what the pages show, and their cost."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access import audit, checking, notices, sealing
from access.actors import Actor
from access.models import (
    AgencyEvent,
    AgencyFunction,
    AgencyName,
    AuditEntry,
    LoginSession,
    Notice,
    ReportingLine,
    Succession,
)
from portal.core import clock
from portal.core.models import LegalBasis
from tests.factories.access import (
    AgencyFactory,
    AssignmentFactory,
    ReportingLineFactory,
    actor,
)
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


def queries_for(client, path):
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    assert answer.status_code == 200
    return len(seen)


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def clerk(admin):
    return actor("records_clerk", admin.agency)


# ── Agencies ──────────────────────────────────────────────────────────────────────
@pytest.fixture
def province(client):
    return sign_in(client, actor("province_admin", AgencyFactory(name="UBND tỉnh")))


def test_agencies_are_listed_by_the_names_of_the_day(client, province):
    agency = AgencyFactory(name="Sở Khoa học và Công nghệ", ends_on=date(2029, 1, 1))
    AgencyName.objects.create(
        agency=agency,
        name="Sở KH, CN và Môi trường",
        short_name="SKHCNMT",
        starts_on=date(2000, 1, 1),
        ends_on=date(2003, 12, 31),
    )
    line = ReportingLineFactory(agency=agency, superior=province.agency)
    text = text_of(client, "/co-quan/?ngay=2003-06-01")
    assert "Sở KH, CN và Môi trường" in text
    assert "Sở Khoa học và Công nghệ" not in text
    text = text_of(client, "/co-quan/?ngay=2012-03-01")
    assert "Sở Khoa học và Công nghệ" in text
    assert line.superior.name in text
    assert "Sở Khoa học" not in text_of(client, "/co-quan/?ngay=2030-01-01")
    assert client.get("/co-quan/?ngay=hôm-qua").status_code == 200


def test_one_agency_shows_its_basis_heirs_and_what_is_not_verified(client, province):
    agency, heir = AgencyFactory(), AgencyFactory(name="Cơ quan kế thừa thử")
    basis = LegalBasis.objects.create(
        number="202/2025/QH15", title="Sắp xếp", issuer="QH", starts_on=date(2025, 7, 1)
    )
    AgencyFunction.objects.create(
        agency=agency,
        function="incident_coordinator",
        starts_on=date(2012, 1, 1),
        legal_basis=basis,
    )
    ReportingLine.objects.create(
        agency=agency,
        superior=province.agency,
        starts_on=date(2012, 1, 1),
        is_verified=True,
    )
    event = AgencyEvent.objects.create(
        kind="merge", effective_on=date(2025, 7, 1), legal_basis=basis
    )
    Succession.objects.create(event=event, predecessor=agency, successor=heir)
    text = text_of(client, f"/co-quan/{agency.pk}/?ngay=2024-01-01")
    for word in ("chưa kiểm chứng", "202/2025/QH15", heir.name, "sáp nhập"):
        assert word in text
    assert agency.name in text_of(client, f"/co-quan/{province.agency.pk}/")


def test_the_list_of_agencies_costs_the_same_for_many(client, province):
    client.get("/co-quan/")
    few = queries_for(client, "/co-quan/")
    for _number in range(20):
        ReportingLineFactory()
    assert queries_for(client, "/co-quan/") == few


# ── The audit trail ───────────────────────────────────────────────────────────────
def test_the_trail_is_readable_in_vietnamese(client, admin, clerk):
    audit.record(
        clerk.person,
        "access.right_granted",
        by=admin,
        role="Văn thư",
        starts_on="2026-01-31",
        hidden="mã nội bộ",
    )
    sign_in(client, admin)
    text = text_of(client, "/nhat-ky/")
    for word in ("cấp quyền", "vai trò: Văn thư", "từ ngày: 31/01/2026"):
        assert word in text
    assert "mã nội bộ" not in text
    assert "access.right_granted" not in text.replace('value="access', "")


def test_each_sees_of_the_trail_what_is_his(client, admin, stranger):
    clerk = actor("records_clerk", admin.agency)
    for by in (admin, stranger, clerk):
        audit.record(by.agency, "access.right_granted", by=by)
    auditor = actor("auditor")

    def seen_by(who):
        entries = AuditEntry.objects.visible_to(who.person)
        return set(entries.values_list("actor_name", flat=True))

    names = {who: who.person.full_name for who in (admin, stranger, clerk)}
    assert seen_by(clerk) == {names[clerk]}
    assert seen_by(admin) == {names[admin], names[clerk]}
    assert seen_by(stranger) == {names[stranger]}
    assert seen_by(auditor) == set(names.values())


def test_the_trail_is_filtered(client, admin):
    audit.record(admin.agency, "access.right_granted", by=admin)
    audit.record(admin.agency, "access.right_ended", by=admin)
    sign_in(client, actor("auditor"))
    today = clock.today()

    def found(**question):
        page = client.get("/nhat-ky/", question).context["page"]
        return [e.event for e in page if e.event.startswith("access.right")]

    both = ["access.right_ended", "access.right_granted"]
    assert found() == both
    assert found(act="access.right_ended") == ["access.right_ended"]
    assert found(person=admin.person.username) == both
    assert found(person="Không Ai Cả") == []
    assert found(agency=admin.agency.name) == both
    assert found(agency="Sở Khác") == []
    assert found(since=today.isoformat(), until=today.isoformat()) == both
    assert found(until=(today - timedelta(days=1)).isoformat()) == []
    assert found(q="127.0.0.1") == both
    assert found(q=admin.agency.name) == both
    assert found(since="không phải ngày") == both


def events_of(client, **question):
    return [entry.event for entry in client.get("/nhat-ky/", question).context["page"]]


def test_d13_5_b_from_a_message_id_to_person_device_and_time_in_one_search(
    client, admin, clerk
):
    audit.record(
        clerk.agency,
        "access.right_granted",
        by=clerk,
        message_id="H99.00.01-2026-0042",
    )
    audit.record(clerk.agency, "access.right_ended", by=clerk, reference="BB-7/2026")
    sign_in(client, actor("auditor"))
    text = text_of(client, "/nhat-ky/?reference=H99.00.01-2026-0042")
    for word in (clerk.person.full_name, "H99.00.01-2026-0042", "127.0.0.1"):
        assert word in text
    granted, ended = ["access.right_granted"], ["access.right_ended"]
    assert events_of(client, reference="H99.00.01-2026-0042") == granted
    assert events_of(client, reference="H99.00.01-2026") == granted
    assert events_of(client, reference=" BB-7/2026 ") == ended
    assert events_of(client, q="BB-7/2026 127.0.0.1") == ended
    assert events_of(client, reference="2026-0042") == []
    assert events_of(client, reference="%") == []


def test_the_trail_is_searched_without_marks_and_by_former_names(client, admin):
    agency = AgencyFactory(name="Sở Khoa học và Công nghệ", code="000.27.00.H31")
    AgencyName.objects.create(
        agency=agency,
        name="Sở Thông tin và Truyền thông",
        short_name="STTTT",
        starts_on=date(2005, 1, 1),
        ends_on=date(2025, 2, 28),
    )
    audit.record(agency, "access.right_granted", by=admin, agency=agency)
    sign_in(client, actor("auditor", AgencyFactory(code="000.27.01.H31")))
    granted = ["access.right_granted"]
    assert events_of(client, q="khoa hoc cong nghe") == granted
    assert events_of(client, q="Khoa HỌC") == granted
    assert events_of(client, agency="thong tin truyen thong") == granted
    assert events_of(client, agency=agency.code) == granted
    assert events_of(client, agency="so tai chinh") == []


def test_a_delegated_act_bears_both_names(client, admin):
    head = actor("agency_head", admin.agency)
    source = head.person.assignments.get()
    deputy = AssignmentFactory(
        agency=admin.agency,
        role=source.role,
        delegated_from=source,
        ends_on=clock.today() + timedelta(days=9),
    )
    deputy.delegated_permissions.create(code="incidents.read")
    by = Actor(account=deputy.account, agency=admin.agency)
    audit.record(admin.agency, "access.right_granted", by=by)
    sign_in(client, actor("auditor"))
    names = f"{deputy.account.full_name} (thay mặt {head.person.full_name})"
    assert names in text_of(client, "/nhat-ky/")
    assert "access.right_granted" in events_of(client, person=head.person.full_name)


def test_the_trail_is_stepped_through_without_counting(client, admin):
    for number in range(120):
        audit.record(admin.agency, "access.right_granted", by=admin, role=number)
    sign_in(client, actor("auditor"))
    asked = {"act": "access.right_granted"}

    def numbers(page):
        return [entry.additional_data["role"] for entry in page]

    first = client.get("/nhat-ky/", asked).context["page"]
    assert (numbers(first), first.newer) == (list(range(119, 69, -1)), "")
    second = client.get("/nhat-ky/", asked | {"cu-hon": first.older}).context["page"]
    assert numbers(second) == list(range(69, 19, -1))
    last = client.get("/nhat-ky/", asked | {"cu-hon": second.older}).context["page"]
    assert (numbers(last), last.older) == (list(range(19, -1, -1)), "")
    back = client.get("/nhat-ky/", asked | {"moi-hon": last.newer}).context["page"]
    assert numbers(back) == numbers(second)
    newest = client.get("/nhat-ky/", asked | {"moi-hon": back.newer}).context["page"]
    assert (numbers(newest), newest.newer) == (numbers(first), "")
    with CaptureQueriesContext(connection) as queries:
        client.get("/nhat-ky/", asked | {"cu-hon": first.older})
    assert not [q for q in queries if "COUNT" in q["sql"] and "auditentry" in q["sql"]]
    for wrong in ("x", "1", f"{'9' * 18}-1", "-"):
        assert client.get("/nhat-ky/", {"cu-hon": wrong}).status_code == 200


# Who may open which page; 403 where the person is known and lacks the right.
PAGES = {
    "/nhat-ky/": {"anonymous": 302, "clerk": 200, "admin": 200, "auditor": 200},
    "/nhat-ky/xuat/": {"anonymous": 302, "clerk": 403, "admin": 200, "auditor": 200},
    "/nhat-ky/doi-chieu/": {
        "anonymous": 302, "clerk": 200, "admin": 200, "auditor": 200
    },
    "/nhat-ky/doi-chieu/verify_bundle.py": {
        "anonymous": 302, "clerk": 200, "admin": 200, "auditor": 200
    },
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_each_person_gets_the_answer_in_the_table(client, admin, clerk, page):
    answers = {"anonymous": client.get(page).status_code}
    people = {"clerk": clerk, "admin": admin, "auditor": actor("auditor")}
    for who, person in people.items():
        sign_in(client, person)
        answer = client.get(page)
        answers[who] = answer.status_code
        if answer.streaming:
            b"".join(answer)
    assert answers == PAGES[page]


def test_the_trail_says_how_far_it_is_sealed_and_when_it_was_checked(client, admin):
    sign_in(client, admin)
    assert "Chưa có mục nào được niêm phong" in text_of(client, "/nhat-ky/")
    sealing.seal()
    assert "chưa được kiểm tra lần nào" in text_of(client, "/nhat-ky/")
    assert checking.verify() is None
    assert "còn nguyên vẹn" in text_of(client, "/nhat-ky/")


def test_the_trail_costs_the_same_for_many(client, admin):
    sign_in(client, admin)
    client.get("/nhat-ky/")
    few = queries_for(client, "/nhat-ky/")
    for number in range(60):
        audit.record(admin.agency, "access.right_granted", by=admin, role=number)
    assert queries_for(client, "/nhat-ky/") == few
    assert few <= 15


def test_acts_without_a_person_are_told_apart(client, admin):
    audit.record(admin.agency, "access.right_ended", by=Actor.system("sweep"))
    AuditEntry.objects.create(
        content_type=AuditEntry.objects.first().content_type,
        object_pk="1",
        object_repr="Hàng cũ",
        action=0,
        remote_addr="192.0.2.1",
    )
    sign_in(client, actor("auditor"))
    text = text_of(client, "/nhat-ky/")
    for word in ("hệ thống tự thực hiện", "chưa đăng nhập", "tạo mới"):
        assert word in text
    assert "sweep" not in text


# ── Notices ───────────────────────────────────────────────────────────────────────
def test_notices_are_ones_own_and_are_read(client, clerk, stranger):
    mine = notices.notify(clerk.person, "Việc của tôi", path="/tai-khoan/")
    theirs = notices.notify(stranger.person, "Việc của người khác")
    sign_in(client, clerk)
    text = text_of(client, "/thong-bao/")
    assert "Việc của tôi" in text
    assert "Việc của người khác" not in text
    assert client.get(f"/thong-bao/{theirs.pk}/").status_code == 404
    assert client.get(f"/thong-bao/{mine.pk}/")["Location"] == "/tai-khoan/"
    mine.refresh_from_db()
    assert mine.read_at
    notices.notify(clerk.person, "Việc khác")
    client.post("/thong-bao/")
    assert not Notice.objects.filter(recipient=clerk.person, read_at=None).exists()
    assert Notice.objects.get(pk=theirs.pk).read_at is None


def test_a_notice_leads_nowhere_else(client, clerk):
    notice = notices.notify(clerk.person, "Lừa đảo", path="//evil.example/")
    sign_in(client, clerk)
    assert client.get(f"/thong-bao/{notice.pk}/")["Location"] == "/thong-bao/"


def test_a_signed_in_page_asks_the_database_little(client, clerk):
    sign_in(client, clerk)
    client.get("/thong-bao/")
    assert queries_for(client, "/thong-bao/") <= 9
    assert timezone.now() - LoginSession.objects.get().last_seen_at < timedelta(
        minutes=1
    )
    assert settings.SESSION_COOKIE_HTTPONLY
