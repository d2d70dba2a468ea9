"""The pages of access: what they show, and that they cost the same for many rows."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access import audit, checking, menu, notices, sealing
from access.actors import Actor
from access.login import second_factor
from access.models import (
    Account,
    AgencyEvent,
    AgencyFunction,
    AgencyName,
    AuditEntry,
    LoginSession,
    Notice,
    RecoveryDevice,
    ReportingLine,
    Role,
    Succession,
    TotpDevice,
)
from access.services import invitations
from access.services.posts import Post
from access.urls import urlpatterns
from portal.core import clock
from portal.core.models import LegalBasis
from tests.factories.access import (
    AccountFactory,
    AgencyFactory,
    AssignmentFactory,
    ReportingLineFactory,
    actor,
)
from tests.signed_in import PASSWORD, digits, enrolled, sign_in

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


# ── The gate ──────────────────────────────────────────────────────────────────────
OPEN_TO_ALL = {"sign-in", "second-factor", "recovery-code", "sign-out", "invitation"}


def test_the_views_of_access_are_closed_but_for_the_door(client):
    public = {p.name for p in urlpatterns if getattr(p.callback, "is_public", False)}
    assert public == OPEN_TO_ALL


def test_the_cms_asks_for_its_own_permission(client):
    sign_in(client, actor("records_clerk"))
    assert client.get("/cms/").status_code == 404
    sign_in(client, actor("form_editor"))
    assert client.get("/cms/").status_code == 200
    for closed in ("login/", "account/", "users/", "groups/", "password_reset/"):
        assert client.get(f"/cms/{closed}").status_code == 404, closed
        assert client.post(f"/cms/{closed}").status_code == 404, closed


# ── One's own account ─────────────────────────────────────────────────────────────
@pytest.fixture
def clerk(admin):
    return actor("records_clerk", admin.agency)


def test_ones_own_account_shows_posts_devices_and_sign_ins(client, clerk):
    sign_in(client, clerk)
    text = text_of(client, "/tai-khoan/")
    for word in (clerk.agency.name, "Văn thư", "chờ xác nhận", "phiên này"):
        assert word in text


def test_the_acting_agency_is_chosen_and_written_down(client, clerk):
    other = AssignmentFactory(account=clerk.person, starts_on=date(2020, 1, 1)).agency
    signed = sign_in(client, clerk)
    client.post("/tai-khoan/don-vi/", {"agency": other.pk})
    signed.session.refresh_from_db()
    assert signed.session.acting_agency == other
    assert AuditEntry.objects.get(event="access.acting_agency_chosen").agency == other


@pytest.mark.parametrize("wrong", ["", "x", "999999", "another's"])
def test_one_acts_for_ones_own_agencies_only(client, clerk, stranger, wrong):
    signed = sign_in(client, clerk)
    value = stranger.agency.pk if wrong == "another's" else wrong
    answer = client.post("/tai-khoan/don-vi/", {"agency": value})
    assert answer.status_code in {403, 404}
    signed.session.refresh_from_db()
    assert signed.session.acting_agency == clerk.agency


def test_one_sign_in_is_ended_and_then_all(client, clerk):
    sign_in(client, clerk)
    other = Client()
    theirs = sign_in(other, clerk)
    client.post(f"/tai-khoan/phien/{theirs.session.pk}/ket-thuc/")
    assert other.get("/tai-khoan/").status_code == 302
    assert client.get("/tai-khoan/").status_code == 200
    client.post("/tai-khoan/phien/ket-thuc/")
    assert client.get("/tai-khoan/").status_code == 302
    assert not LoginSession.objects.filter(ended_at=None).exists()


def test_nobody_ends_another_persons_sign_in(client, clerk, stranger):
    theirs = sign_in(Client(), stranger)
    sign_in(client, clerk)
    answer = client.post(f"/tai-khoan/phien/{theirs.session.pk}/ket-thuc/")
    assert answer.status_code == 404


def new_password(client, device, **changes):
    form = {
        "old_password": PASSWORD,
        "new_password": "Mật khẩu mới tinh 2027",
        "again": "Mật khẩu mới tinh 2027",
        "code": digits(device),
    }
    return client.post("/tai-khoan/mat-khau/", form | changes)


def test_a_new_password_ends_every_other_sign_in(client, clerk):
    other = Client()
    sign_in(other, clerk)
    sign_in(client, clerk)
    before = client.session.session_key
    assert new_password(client, enrolled(clerk)).status_code == 302
    assert client.get("/tai-khoan/").status_code == 200
    assert client.session.session_key != before
    assert other.get("/tai-khoan/").status_code == 302
    assert Account.objects.get(pk=clerk.person.pk).check_password(
        "Mật khẩu mới tinh 2027"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"old_password": "không phải"},
        {"code": "000000"},
        {"again": "khác hẳn"},
        {"new_password": "ngắn", "again": "ngắn"},
    ],
)
def test_a_new_password_needs_the_old_one_and_a_code(client, clerk, wrong):
    sign_in(client, clerk)
    assert new_password(client, enrolled(clerk), **wrong).status_code == 200
    assert Account.objects.get(pk=clerk.person.pk).check_password(PASSWORD)


def test_new_recovery_codes_need_a_code_and_end_the_old(client, clerk):
    old = second_factor.new_codes(clerk.person, by=clerk)[0]
    device = enrolled(clerk)
    sign_in(client, clerk)
    wrong = client.post("/tai-khoan/ma-khoi-phuc/moi/", {"code": "000000"})
    assert wrong.status_code == 200
    TotpDevice.objects.update(throttling_failure_count=0)
    answer = client.post("/tai-khoan/ma-khoi-phuc/moi/", {"code": digits(device)})
    assert answer["Location"] == "/tai-khoan/ma-khoi-phuc/"
    assert second_factor.check(clerk.person, old, RecoveryDevice) is None
    assert second_factor.codes_left(clerk.person) == 10


# ── Accounts of the agency ────────────────────────────────────────────────────────
@pytest.mark.parametrize("typed", ["nguyen thi bich", "Bích", "BICH nguyen", "ntbich"])
def test_people_are_found_without_diacritics(client, admin, typed):
    person = AccountFactory(full_name="Nguyễn Thị Bích", username="ntbich")
    AssignmentFactory(account=person, agency=admin.agency)
    AssignmentFactory(agency=admin.agency)
    sign_in(client, admin)
    answer = client.get("/tai-khoan-don-vi/", {"q": typed})
    assert [a.username for a in answer.context["page"]] == ["ntbich"]


def test_states_are_shown_and_filtered(client, admin):
    def member(**post):
        return AssignmentFactory(agency=admin.agency, **post).account

    active, invited, suspended = member(), member(), member()
    left = member(ends_on=clock.today() - timedelta(days=1))
    for account in (active, left):
        second_factor.enrol(account, second_factor.new_seed())
    Account.objects.filter(pk=suspended.pk).update(is_active=False)

    sign_in(client, admin)
    for state, person in [
        ("invited", invited),
        ("suspended", suspended),
        ("left", left),
    ]:
        answer = client.get("/tai-khoan-don-vi/", {"state": state})
        assert list(answer.context["page"]) == [person], state
    found = client.get("/tai-khoan-don-vi/", {"state": "active"}).context["page"]
    assert set(found) == {active, admin.person}
    waiting = client.get("/tai-khoan-don-vi/", {"state": "unconfirmed"})
    assert left not in waiting.context["page"]


def test_the_list_of_accounts_costs_the_same_for_many(client, admin):
    sign_in(client, admin)
    client.get("/tai-khoan-don-vi/")
    few = queries_for(client, "/tai-khoan-don-vi/")
    for _number in range(30):
        AssignmentFactory(agency=admin.agency)
    assert queries_for(client, "/tai-khoan-don-vi/") == few
    assert few <= 16
    second = client.get("/tai-khoan-don-vi/?page=2").context["page"]
    assert second.paginator.count == 31


def test_one_account_shows_past_posts_and_the_open_invitation(client, admin):
    issued = invitations.invite(
        invitations.Person("Phạm Người Mới", "pham.moi"),
        Post(admin.agency, Role.objects.get(code="records_clerk"), clock.today()),
        by=admin,
    )
    account = issued.invitation.account
    AssignmentFactory(
        account=account,
        agency=admin.agency,
        role_code="exchange_officer",
        ends_on=date(2020, 12, 31),
    )
    sign_in(client, admin)
    text = text_of(client, f"/tai-khoan-don-vi/{account.pk}/")
    for word in ("Lời mời đang mở", "31/12/2020", "kết thúc", "chờ xác nhận"):
        assert word in text
    assert issued.token not in text


def test_suspending_and_opening_again_ask_for_a_reason(client, admin, clerk):
    sign_in(client, admin)
    page = f"/tai-khoan-don-vi/{clerk.person.pk}/"
    assert client.post(f"{page}dinh-chi/", {"reason": ""}).status_code == 200
    assert Account.objects.get(pk=clerk.person.pk).is_active
    client.post(f"{page}dinh-chi/", {"reason": "Nghỉ việc từ hôm nay"})
    assert not Account.objects.get(pk=clerk.person.pk).is_active
    assert "tạm khoá" in text_of(client, page)
    client.post(f"{page}mo-lai/", {"reason": "Trở lại làm việc"})
    assert Account.objects.get(pk=clerk.person.pk).is_active


def test_the_head_confirms_on_the_page(client, admin, clerk):
    head = actor("agency_head", admin.agency)
    right = clerk.person.assignments.get()
    sign_in(client, head)
    assert "Xác nhận" in text_of(client, f"/tai-khoan-don-vi/{clerk.person.pk}/")
    box = menu._waiting(head)
    assert right in box["rights"]
    client.post(f"/tai-khoan-don-vi/quyen/{right.pk}/xac-nhan/")
    right.refresh_from_db()
    assert right.confirmed_by == head.person


def test_a_right_is_ended_on_the_page(client, admin, clerk):
    right = clerk.person.assignments.get()
    sign_in(client, admin)
    page = f"/tai-khoan-don-vi/quyen/{right.pk}/cham-dut/"
    assert client.get(page).status_code == 200
    too_early = clock.today() - timedelta(days=5)
    answer = client.post(page, {"last_day": too_early.isoformat(), "reason": "Thử"})
    assert answer.status_code == 200
    form = {"last_day": clock.today().isoformat(), "reason": "Chuyển công tác"}
    assert client.post(page, form).status_code == 302
    right.refresh_from_db()
    assert right.ends_on == clock.today()


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
