"""The pages of access: what they show, and that they cost the same for many rows."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access import menu
from access.login import second_factor
from access.models import (
    Account,
    AuditEntry,
    LoginSession,
    RecoveryDevice,
    Role,
    TotpDevice,
)
from access.services import invitations
from access.services.posts import Post
from access.urls import urlpatterns
from portal.core import clock
from tests.factories.access import (
    AccountFactory,
    AssignmentFactory,
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
OPEN_TO_ALL |= {"passkey-sign-in", "passkey-challenge", "token"}


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
