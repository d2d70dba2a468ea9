"""Requests: one asks, another decides (Điều 13.5.b, 15.7)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from access import audit
from access.login import second_factor
from access.models import (
    AccessRequest,
    Account,
    Assignment,
    AuditEntry,
    Notice,
    Role,
)
from access.refusals import (
    AccountBeyondError,
    AskedAlreadyError,
    LastDayError,
    LeftAccountError,
    MoreThanHeldError,
    NothingToAskError,
    OwnRightsError,
    RequestClosedError,
    UsernameTakenError,
)
from access.services import accounts, leaving, posts, requests
from access.services.requests import Kind, Wish
from portal.core import clock
from portal.core.errors import NotAllowedError, SecondPersonError
from tests.factories.access import AccountFactory, AssignmentFactory, actor
from tests.signed_in import enrolled, sign_in

pytestmark = pytest.mark.django_db


def role(code="exchange_officer"):
    return Role.objects.get(code=code)


@pytest.fixture
def head(admin):
    return actor("agency_head", admin.agency)


@pytest.fixture
def second(admin):
    """A second administrator of the agency."""
    return actor("agency_admin", admin.agency)


@pytest.fixture
def clerk(admin):
    return actor("records_clerk", admin.agency)


def grant_for(person, agency, **changes):
    facts = {"account": person, "role": role(), "reason": "Cần cho công việc"}
    return Wish(Kind.GRANT, agency, **{**facts, **changes})


# ── The life of a request ─────────────────────────────────────────────────────────
def test_d13_5_b_asked_by_one_approved_by_another_applied_and_confirmed(
    admin, head, clerk
):
    asked = requests.submit(grant_for(clerk.person, admin.agency), by=clerk)
    assert requests.deciders(asked) == [admin.person]
    assert Notice.objects.get().recipient == admin.person

    requests.approve(asked, by=admin, note="Đồng ý")
    right = clerk.person.assignments.get(role=role())
    assert (right.granted_by, right.confirmed_at) == (admin.person, None)
    assert Notice.objects.filter(recipient=clerk.person).count() == 1
    posts.confirm(right, by=head)

    events = AuditEntry.objects.order_by("pk").values_list("event", "actor__username")
    assert list(events) == [
        ("access.request_made", clerk.person.username),
        ("access.right_granted", admin.person.username),
        ("access.request_approved", admin.person.username),
        ("access.right_confirmed", head.person.username),
    ]


def test_d13_5_b_nobody_decides_on_his_own_request_or_right(admin, second):
    own = requests.submit(grant_for(admin.person, admin.agency), by=admin)
    for decide in (
        lambda: requests.approve(own, by=admin),
        lambda: requests.refuse(own, by=admin, reason="Không"),
    ):
        with pytest.raises(SecondPersonError):
            decide()
    for_me = requests.submit(
        grant_for(admin.person, admin.agency, role=role("records_clerk")), by=second
    )
    with pytest.raises(SecondPersonError):
        requests.approve(for_me, by=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessRequest.objects.filter(pk=own.pk).update(
            state="applied", decided_by=admin.person
        )
    requests.approve(own, by=second)
    assert admin.person.assignments.filter(role=role()).exists()


def test_d12_5_the_administrator_of_another_agency_neither_sees_nor_decides(
    client, admin, stranger, clerk
):
    asked = requests.submit(grant_for(clerk.person, admin.agency), by=clerk)
    with pytest.raises(NotAllowedError):
        requests.approve(asked, by=stranger)
    sign_in(client, stranger)
    page = f"/tai-khoan-don-vi/de-nghi/{asked.pk}/"
    assert client.get(page).status_code == 404
    decide = client.post(f"{page}quyet-dinh/", {"decision": "approve"})
    assert decide.status_code == 404
    assert client.post(f"{page}rut/").status_code == 404
    asked.refresh_from_db()
    assert asked.state == "pending"


def test_a_second_click_changes_nothing_and_a_second_person_is_told(
    admin, second, clerk
):
    asked = requests.submit(grant_for(clerk.person, admin.agency), by=clerk)
    requests.approve(asked, by=admin)
    assert requests.approve(asked, by=admin).issued is None
    assert clerk.person.assignments.filter(role=role()).count() == 1
    for late in (
        lambda: requests.approve(asked, by=second),
        lambda: requests.refuse(asked, by=second, reason="Không"),
        lambda: requests.withdraw(asked, by=clerk),
    ):
        with pytest.raises(RequestClosedError):
            late()


def test_refused_with_a_reason_and_withdrawn_by_the_asker_only(client, admin, clerk):
    asked = requests.submit(grant_for(clerk.person, admin.agency), by=clerk)
    sign_in(client, admin)
    page = f"/tai-khoan-don-vi/de-nghi/{asked.pk}/"
    client.post(f"{page}quyet-dinh/", {"decision": "refuse", "note": " "})
    asked.refresh_from_db()
    assert asked.state == "pending"
    assert client.post(f"{page}rut/").status_code == 404
    client.post(f"{page}quyet-dinh/", {"decision": "refuse", "note": "Không cần"})
    asked.refresh_from_db()
    assert (asked.state, asked.decision_note) == ("refused", "Không cần")
    again = requests.submit(grant_for(clerk.person, admin.agency), by=clerk)
    sign_in(client, clerk)
    client.post(f"/tai-khoan-don-vi/de-nghi/{again.pk}/rut/")
    again.refresh_from_db()
    assert again.state == "withdrawn"


def test_what_cannot_be_applied_waits_on(admin, clerk):
    asked = requests.submit(grant_for(clerk.person, admin.agency), by=clerk)
    AssignmentFactory(
        account=clerk.person, agency=admin.agency, role_code="exchange_officer"
    )
    with pytest.raises(posts.AlreadyHeldError):
        requests.approve(asked, by=admin)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("pending", None)


def test_an_approval_that_comes_late_does_not_reach_back(admin, clerk):
    early = clock.today() - timedelta(days=20)
    wish = grant_for(clerk.person, admin.agency, starts_on=early)
    asked = requests.submit(wish, by=clerk)
    requests.approve(asked, by=admin)
    assert clerk.person.assignments.get(role=role()).starts_on == clock.today()


# ── Who may ask for what ──────────────────────────────────────────────────────────
def test_anybody_asks_for_himself_in_any_agency_and_for_nobody_else(
    admin, stranger, clerk
):
    asked = requests.submit(grant_for(clerk.person, stranger.agency), by=clerk)
    assert requests.deciders(asked) == [stranger.person]
    with pytest.raises(NotAllowedError):
        requests.submit(grant_for(AccountFactory(), admin.agency), by=clerk)
    with pytest.raises(NotAllowedError):
        requests.submit(grant_for(clerk.person, stranger.agency), by=admin)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"role": None}, NothingToAskError),
        (
            {
                "starts_on": clock.today(),
                "ends_on": clock.today() - timedelta(days=1),
            },
            LastDayError,
        ),
    ],
)
def test_an_incomplete_or_backward_request_is_refused(admin, clerk, changes, refusal):
    with pytest.raises(refusal):
        requests.submit(grant_for(clerk.person, admin.agency, **changes), by=clerk)
    assert not AccessRequest.objects.exists()


def test_the_same_request_twice_is_refused(admin, clerk):
    requests.submit(grant_for(clerk.person, admin.agency), by=clerk)
    with pytest.raises(AskedAlreadyError):
        requests.submit(grant_for(clerk.person, admin.agency), by=clerk)


def test_the_right_of_another_is_not_smuggled_in(admin, stranger, clerk):
    theirs = AssignmentFactory(agency=stranger.agency)
    wish = Wish(Kind.END, admin.agency, "Thử", account=clerk.person, assignment=theirs)
    with pytest.raises(NothingToAskError):
        requests.submit(wish, by=clerk)


# ── Roles of the province and appointments: two who appoint ───────────────────────
def test_d13_5_b_a_role_of_the_province_needs_two_who_appoint(admin, clerk):
    first, second = actor("province_admin"), actor("province_admin")
    wish = grant_for(clerk.person, admin.agency, role=role("auditor"))
    for_himself = grant_for(first.person, admin.agency, role=role("auditor"))
    for own, asker in ((wish, clerk), (wish, admin), (for_himself, first)):
        with pytest.raises((MoreThanHeldError, OwnRightsError)):
            requests.submit(own, by=asker)
    asked = requests.submit(wish, by=first)
    assert requests.deciders(asked) == [second.person]
    for wrong in (admin, first, clerk):
        with pytest.raises((NotAllowedError, SecondPersonError)):
            requests.approve(asked, by=wrong)
    requests.approve(asked, by=second)
    assert clerk.person.assignments.filter(role__code="auditor").exists()


def test_d13_5_b_an_agency_without_administrator_gets_one_from_two(clerk):
    first, second = actor("province_admin"), actor("province_admin")
    agency = AssignmentFactory().agency
    wish = Wish(
        Kind.ACCOUNT,
        agency,
        "Cơ quan mới",
        full_name="Trần Quản Trị",
        username="tran.qt",
        role=role("agency_admin"),
    )
    asked = requests.submit(wish, by=first)
    issued = requests.approve(asked, by=second).issued
    assert issued.invitation.account.username == "tran.qt"
    right = Assignment.objects.get(account__username="tran.qt")
    assert (right.agency, right.granted_by) == (agency, second.person)


def test_a_taken_user_name_is_said_when_asking(admin, head, clerk):
    wish = Wish(
        Kind.ACCOUNT,
        admin.agency,
        "Người mới",
        full_name="Ai Đó",
        username=clerk.person.username.upper(),
        role=role(),
    )
    with pytest.raises(UsernameTakenError):
        requests.submit(wish, by=head)


# ── End, reopen, lost device ──────────────────────────────────────────────────────
def test_d15_7_the_end_of_a_right_asked_by_its_holder(admin, clerk):
    right = clerk.person.assignments.get()
    wish = Wish(
        Kind.END, admin.agency, "Đổi việc", account=clerk.person, assignment=right
    )
    asked = requests.submit(wish, by=clerk)
    requests.approve(asked, by=admin)
    right.refresh_from_db()
    assert right.revoked_at is not None


def test_d13_5_b_who_left_comes_back_by_two_persons_only(admin, head, clerk):
    leaving.leave(clerk.person, by=admin, reason="Nghỉ việc")
    with pytest.raises(LeftAccountError):
        accounts.reopen(clerk.person, by=admin, reason="Trở lại")
    wish = Wish(Kind.REOPEN, admin.agency, "Trở lại", account=clerk.person)
    asked = requests.submit(wish, by=admin)
    assert requests.deciders(asked) == [head.person]
    requests.approve(asked, by=head)
    back = Account.objects.get(pk=clerk.person.pk)
    assert (back.is_active, back.left_on) == (True, None)
    assert not Assignment.objects.effective().filter(account=back).exists()


def lost(person, agency):
    return Wish(Kind.RESET, agency, "Mất điện thoại", account=person)


def test_d13_5_b_a_lost_device_needs_an_administrator_and_a_second_person(
    client, admin, head, clerk
):
    enrolled(clerk)
    asked = requests.submit(lost(clerk.person, admin.agency), by=admin)
    assert requests.deciders(asked) == [head.person]
    sign_in(client, head)
    page = f"/tai-khoan-don-vi/de-nghi/{asked.pk}/quyet-dinh/"
    answer = client.post(page, {"decision": "approve", "note": "Đã gọi điện"})
    shown = client.get(answer["Location"]).content.decode()
    assert "/loi-moi/" in shown
    assert (
        "/loi-moi/" not in client.get(answer["Location"], follow=True).content.decode()
    )
    assert not second_factor.is_enrolled(clerk.person)


def test_d13_5_b_without_a_second_person_there_the_province_decides(admin, clerk):
    province = actor("province_admin")
    asked = requests.submit(lost(clerk.person, admin.agency), by=admin)
    assert requests.deciders(asked) == [province.person]
    actor("agency_head", admin.agency)
    assert not requests.may_decide(asked, province.person)


def test_cve_2026_37982_nobody_takes_over_an_account_that_also_serves_elsewhere(
    admin, head, stranger, clerk
):
    AssignmentFactory(account=clerk.person, agency=stranger.agency)
    with pytest.raises(AccountBeyondError):
        requests.submit(lost(clerk.person, admin.agency), by=admin)
    auditor = AssignmentFactory(agency=admin.agency, role_code="auditor").account
    with pytest.raises(AccountBeyondError):
        requests.submit(lost(auditor, admin.agency), by=admin)
    outsider = AssignmentFactory(agency=stranger.agency).account
    with pytest.raises((AccountBeyondError, NotAllowedError)):
        requests.submit(lost(outsider, admin.agency), by=admin)


def test_a_post_elsewhere_between_asking_and_approving_stops_the_reset(
    admin, head, stranger, clerk
):
    asked = requests.submit(lost(clerk.person, admin.agency), by=admin)
    AssignmentFactory(account=clerk.person, agency=stranger.agency)
    with pytest.raises(AccountBeyondError):
        requests.approve(asked, by=head)


def test_the_head_and_the_clerk_do_not_report_a_lost_device(admin, head, clerk):
    for asker in (head, clerk):
        with pytest.raises((NotAllowedError, AccountBeyondError)):
            requests.submit(
                lost(AssignmentFactory(agency=admin.agency).account, admin.agency),
                by=asker,
            )


def test_a_delegated_right_decides_nothing(admin, clerk):
    asked = requests.submit(grant_for(clerk.person, admin.agency), by=clerk)
    colleague = actor("records_clerk", admin.agency)
    AssignmentFactory(
        account=colleague.person,
        agency=admin.agency,
        role_code="agency_admin",
        delegated_from=Assignment.objects.get(account=admin.person),
        starts_on=clock.today(),
        ends_on=clock.today(),
    ).delegated_permissions.create(code="accounts.manage")
    assert replace(colleague).may("accounts.manage")
    with pytest.raises(NotAllowedError):
        requests.approve(asked, by=replace(colleague))


def test_d15_8_the_trail_speaks_vietnamese_whatever_the_actor_reads(admin, clerk):
    asked = requests.submit(grant_for(clerk.person, admin.agency), by=clerk)
    with translation.override("en"):
        assert str(asked).startswith("new right")
        entry = audit.record(asked, "access.request_made", by=clerk)
    assert entry.object_repr.startswith("cấp quyền")
