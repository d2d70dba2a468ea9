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
