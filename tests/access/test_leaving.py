"""Transfer and leave: that very day nothing works (Điều 12.2, 13.5.b, 15.7)."""

from datetime import timedelta

import pytest
from django.test import Client

from access.models import (
    AccessRequest,
    Account,
    Assignment,
    AuditEntry,
    LoginSession,
    Notice,
    Role,
)
from access.refusals import (
    AccountBeyondError,
    InvitationInvalidError,
    LastAdministratorError,
    NoPostThereError,
    OwnRightsError,
    SameAgencyError,
)
from access.services import delegations, invitations, leaving, posts, requests
from access.services.leaving import Transfer
from portal.core import clock
from portal.core.errors import NotAllowedError
from tests.factories.access import AssignmentFactory, actor
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(admin):
    return actor("records_clerk", admin.agency)


@pytest.fixture
def colleague(admin):
    return actor("records_clerk", admin.agency)


def move(to, role="records_clerk"):
    found = Role.objects.get(code=role)
    return Transfer(to, found, "Điều động", decision_number="15/QĐ-SNV")


def delegated(giver, to):
    today = clock.today()
    mandate = delegations.Mandate(
        to.person, ["exchange.read"], today, today + timedelta(days=6)
    )
    return delegations.delegate(giver.person.assignments.get(), mandate, by=giver)


# ── Leave ─────────────────────────────────────────────────────────────────────────
def test_d12_2_a_leaver_loses_everything_in_one_act(admin, clerk, colleague):
    AssignmentFactory(
        account=clerk.person,
        agency=admin.agency,
        role_code="exchange_officer",
        starts_on=clock.today() + timedelta(days=5),
    )
    browser = Client()
    sign_in(browser, clerk)
    given = AssignmentFactory(
        account=colleague.person,
        agency=admin.agency,
        role_code="records_clerk",
        delegated_from=clerk.person.assignments.earliest("pk"),
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=3),
    )
    received = delegated(colleague_of(admin), clerk)
    role = Role.objects.get(code="agency_head")
    requests.submit(
        requests.Wish(
            requests.Kind.GRANT, admin.agency, "Thử", account=clerk.person, role=role
        ),
        by=clerk,
    )

    ending = leaving.preview(clerk.person)
    assert len(ending.rights) == 2
    assert (ending.given, ending.received) == ([given], [received])
    assert (len(ending.requests), ending.sessions) == (1, 1)

    leaving.leave(clerk.person, by=admin, reason="Nghỉ việc", decision_number="7/QĐ")

    left = Account.objects.get(pk=clerk.person.pk)
    assert (left.is_active, left.left_on) == (False, clock.today())
    assert not Assignment.objects.filter(account=left).unended().exists()
    given.refresh_from_db()
    assert given.revoked_at is not None
    assert not LoginSession.objects.filter(account=left, ended_at=None).exists()
    assert browser.get("/tai-khoan/").status_code == 302
    assert AccessRequest.objects.get().state == "withdrawn"
    assert not leaving.preview(left).rights
    entry = AuditEntry.objects.get(event="access.account_left")
    assert entry.actor == admin.person


def colleague_of(by):
    return actor("records_clerk", by.agency)


def test_d12_2_the_open_invitation_of_a_leaver_opens_nothing(admin):
    role = Role.objects.get(code="records_clerk")
    issued = invitations.invite(
        invitations.Person("Người Chưa Vào", "chua.vao"),
        posts.Post(admin.agency, role, clock.today()),
        by=admin,
    )
    leaving.leave(issued.invitation.account, by=admin, reason="Không nhận việc")
    with pytest.raises(InvitationInvalidError):
        invitations.find(issued.token)


def test_d12_2_leaving_twice_changes_nothing(admin, clerk):
    for _time in range(2):
        leaving.leave(clerk.person, by=admin, reason="Nghỉ việc")
    assert AuditEntry.objects.filter(event="access.account_left").count() == 1


def test_d12_5_nobody_closes_his_own_account_or_that_of_another_agency(
    client, admin, stranger, clerk
):
    for by, refusal in ((clerk, OwnRightsError), (stranger, AccountBeyondError)):
        with pytest.raises(refusal):
            leaving.leave(clerk.person, by=by, reason="Thử")
    sign_in(client, stranger)
    for act in ("thoi-viec", "dieu-chuyen"):
        page = f"/tai-khoan-don-vi/{clerk.person.pk}/{act}/"
        assert client.get(page).status_code == 404
        assert client.post(page, {"reason": "Thử"}).status_code == 404
    assert Account.objects.get(pk=clerk.person.pk).is_active


def test_d12_5_who_also_serves_elsewhere_is_not_closed_by_one_agency(
    client, admin, stranger, clerk
):
    AssignmentFactory(account=clerk.person, agency=stranger.agency)
    with pytest.raises(AccountBeyondError):
        leaving.leave(clerk.person, by=admin, reason="Nghỉ việc")
    sign_in(client, admin)
    page = f"/tai-khoan-don-vi/{clerk.person.pk}/thoi-viec/"
    assert client.get(page).status_code == 403


def test_d13_5_b_the_last_administrator_neither_leaves_nor_is_transferred(
    client, admin, stranger
):
    # The second may still act today, but tomorrow the agency would have nobody.
    second = actor("agency_admin", admin.agency)
    Assignment.objects.filter(account=second.person).update(ends_on=clock.today())
    with pytest.raises(LastAdministratorError):
        leaving.leave(admin.person, by=second, reason="Nghỉ việc")
    with pytest.raises(LastAdministratorError):
        leaving.transfer(admin.person, admin.agency, move(stranger.agency), by=second)
    sign_in(client, second)
    page = f"/tai-khoan-don-vi/{admin.person.pk}/thoi-viec/"
    assert "cuối cùng" in client.get(page).content.decode()
    assert admin.may("accounts.manage", admin.agency)


# ── Transfer ──────────────────────────────────────────────────────────────────────
def test_d15_7_a_transfer_ends_here_at_once_and_begins_there_by_approval(
    client, admin, stranger, clerk
):
    browser = Client()
    sign_in(browser, clerk)
    old = clerk.person.assignments.get()
    asked = leaving.transfer(
        clerk.person, admin.agency, move(stranger.agency), by=admin
    )
    assert browser.get("/tai-khoan/").status_code == 302
    old.refresh_from_db()
    assert (old.agency, bool(old.revoked_at)) == (admin.agency, True)
    assert not clerk.may("exchange.read", admin.agency)
    assert not clerk.may("exchange.read", stranger.agency)
    assert requests.deciders(asked) == [stranger.person]
    assert Notice.objects.filter(recipient=stranger.person).exists()

    with pytest.raises(NotAllowedError):
        requests.approve(asked, by=actor("agency_admin", admin.agency))
    requests.approve(asked, by=stranger)
    assert clerk.may("exchange.read", stranger.agency)
    assert not clerk.may("exchange.read", admin.agency)
    entry = AuditEntry.objects.get(event="access.account_transferred")
    assert entry.agency_name == admin.agency.name


def test_d15_7_what_was_delegated_there_ends_with_the_transfer(
    admin, stranger, clerk, colleague
):
    delegation = delegated(clerk, colleague)
    leaving.transfer(clerk.person, admin.agency, move(stranger.agency), by=admin)
    delegation.refresh_from_db()
    assert delegation.revoked_at is not None
    assert Account.objects.get(pk=clerk.person.pk).is_active


def test_bad_transfers_are_refused(admin, stranger, clerk):
    with pytest.raises(SameAgencyError):
        leaving.transfer(clerk.person, admin.agency, move(admin.agency), by=admin)
    with pytest.raises(NotAllowedError):
        leaving.transfer(clerk.person, admin.agency, move(stranger.agency), by=stranger)
    with pytest.raises(OwnRightsError):
        leaving.transfer(admin.person, admin.agency, move(stranger.agency), by=admin)
    outsider = AssignmentFactory(agency=stranger.agency).account
    with pytest.raises(NoPostThereError):
        leaving.transfer(outsider, admin.agency, move(stranger.agency), by=admin)
    with pytest.raises(requests.MoreThanHeldError):
        leaving.transfer(
            clerk.person, admin.agency, move(stranger.agency, "auditor"), by=admin
        )
    assert not AccessRequest.objects.exists()
    assert clerk.may("exchange.read", admin.agency)


def test_the_pages_show_what_ends_before_it_ends(client, admin, stranger, clerk):
    sign_in(client, admin)
    page = f"/tai-khoan-don-vi/{clerk.person.pk}/dieu-chuyen/"
    assert "Văn thư" in client.get(page).content.decode()
    form = {
        "agency": admin.agency.pk,
        "to_agency": stranger.agency.pk,
        "role": Role.objects.get(code="records_clerk").pk,
        "decision_number": "15/QĐ-SNV",
        "reason": "Điều động",
    }
    wrong = client.post(page, form | {"agency": stranger.agency.pk})
    assert wrong.status_code == 200
    assert not AccessRequest.objects.exists()
    answer = client.post(page, form)
    assert answer["Location"].startswith("/tai-khoan-don-vi/de-nghi/")

    person = actor("records_clerk", admin.agency).person
    page = f"/tai-khoan-don-vi/{person.pk}/thoi-viec/"
    assert "Văn thư" in client.get(page).content.decode()
    form = {"decision_number": "16/QĐ-SNV", "reason": "Nghỉ hưu"}
    assert client.post(page, form).status_code == 200
    assert Account.objects.get(pk=person.pk).is_active
    assert client.post(page, form | {"is_understood": "on"}).status_code == 302
    assert Account.objects.get(pk=person.pk).left_on == clock.today()
