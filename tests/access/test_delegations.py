"""Delegation (ủy quyền): dated, never more than held, never handed on (Điều 13.5.b)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from access import audit
from access.models import Account, Assignment, AuditEntry, Notice, Scope
from access.permissions import LABELS, NOT_DELEGABLE, PERMISSIONS
from access.refusals import (
    AlreadyHeldError,
    DelegationTooLongError,
    NotColleagueError,
    NotDelegableError,
    OwnRightsError,
    PastDayError,
)
from access.services import accounts, delegations, posts
from access.services.delegations import LONGEST, Mandate
from portal.core import clock
from portal.core.errors import NotAllowedError, TransitionError
from tests.factories.access import AssignmentFactory, actor
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(admin):
    """The security officer, who goes on leave."""
    return actor("security_officer", admin.agency)


@pytest.fixture
def colleague(admin):
    return actor("records_clerk", admin.agency)


def mandate(to, *permissions, **changes):
    today = clock.today()
    facts = {"starts_on": today, "ends_on": today + timedelta(days=6)}
    return Mandate(
        to.person, permissions or ("incidents.record",), **{**facts, **changes}
    )


def own(person):
    return Assignment.objects.get(account=person.person, delegated_from=None)


def delegated(giver, to, *permissions, **changes):
    wanted = mandate(to, *permissions, **changes)
    return delegations.delegate(own(giver), wanted, by=giver)


def test_every_permission_has_words_and_no_other_has():
    assert set(LABELS) == PERMISSIONS
    assert NOT_DELEGABLE < PERMISSIONS


def test_d13_5_b_the_delegate_gets_what_is_ticked_and_nothing_else(officer, colleague):
    delegated(officer, colleague, "incidents.record")
    assert colleague.may("incidents.record")
    assert not colleague.may("incidents.supervise")
    assert Notice.objects.get().recipient == colleague.person


def test_d13_5_b_both_names_stand_on_every_act(admin, officer, colleague):
    delegated(officer, colleague)
    colleague.require("incidents.record", admin.agency)
    entry = audit.record(
        admin.agency, "access.right_granted", by=colleague, agency=admin.agency
    )
    assert entry.actor_name == colleague.person.full_name
    assert entry.on_behalf_of == officer.person.full_name


def test_d13_5_b_a_delegation_is_not_handed_on(admin, officer, colleague):
    held = delegated(officer, colleague)
    third = actor("records_clerk", admin.agency)
    with pytest.raises(NotDelegableError):
        delegations.delegate(held, mandate(third), by=colleague)
    assert not delegations.delegable(colleague.person).contains(held)


@pytest.mark.parametrize(
    "wanted", [("exchange.send",), ("incidents.record", "accounts.manage"), ()]
)
def test_d13_5_b_not_more_than_the_right_gives(officer, colleague, wanted):
    today = clock.today()
    with pytest.raises(NotDelegableError):
        delegations.delegate(
            own(officer), Mandate(colleague.person, wanted, today, today), by=officer
        )


@pytest.mark.parametrize("permission", ["accounts.manage", "rules.acknowledge"])
def test_d13_5_b_granting_is_never_delegated(admin, colleague, permission):
    with pytest.raises(NotDelegableError):
        delegated(admin, colleague, permission)


def test_d8_1_an_inside_right_delegates_nothing_between_agencies(admin, colleague):
    clerk = actor("records_clerk", admin.agency)
    Assignment.objects.filter(account=clerk.person).update(scope=Scope.INSIDE)
    with pytest.raises(NotDelegableError):
        delegated(clerk, colleague, "exchange.send")
    made = delegated(clerk, colleague, "exchange.read")
    assert made.scope == Scope.INSIDE


def test_d13_5_b_only_ones_own_right_and_never_to_oneself(officer, colleague):
    with pytest.raises(NotAllowedError):
        delegations.delegate(own(officer), mandate(colleague), by=colleague)
    with pytest.raises(OwnRightsError):
        delegations.delegate(own(officer), mandate(officer), by=officer)


def test_d13_5_b_only_to_somebody_with_a_post_of_his_own_there(
    stranger, officer, colleague
):
    with pytest.raises(NotColleagueError):
        delegated(officer, stranger)
    Assignment.objects.filter(account=colleague.person).update(
        ends_on=clock.today() - timedelta(days=1)
    )
    with pytest.raises(NotColleagueError):
        delegated(officer, colleague)


def test_d13_5_b_only_for_a_while_and_not_longer_than_the_right(officer, colleague):
    today = clock.today()
    with pytest.raises(DelegationTooLongError):
        delegated(officer, colleague, ends_on=today + LONGEST)
    with pytest.raises(DelegationTooLongError):
        delegated(officer, colleague, ends_on=today - timedelta(days=1))
    with pytest.raises(PastDayError):
        delegated(officer, colleague, starts_on=today - timedelta(days=1))
    Assignment.objects.filter(account=officer.person).update(
        ends_on=today + timedelta(days=2)
    )
    with pytest.raises(
        DelegationTooLongError, match=f"{today + timedelta(days=2):%d/%m/%Y}"
    ):
        delegated(officer, colleague)
    assert not Assignment.objects.exclude(delegated_from=None).exists()


def test_the_same_delegation_twice_is_refused(officer, colleague):
    delegated(officer, colleague)
    with pytest.raises(AlreadyHeldError):
        delegated(officer, colleague, "incidents.read")


# ── Its end ───────────────────────────────────────────────────────────────────────
def end_of_right(admin, officer):
    posts.end(own(officer), clock.today() - timedelta(days=1), by=admin, reason="Thử")


def revocation(admin, officer):
    posts.revoke(own(officer), by=admin, reason="Thử")


def suspension(admin, officer):
    accounts.suspend(officer.person, by=admin, reason="Thử")


@pytest.mark.parametrize("act", [end_of_right, revocation, suspension])
def test_d13_5_b_it_ends_with_the_delegator(admin, officer, colleague, act):
    delegated(officer, colleague)
    act(admin, officer)
    assert not colleague.may("incidents.record")


def test_d13_5_b_it_ends_with_its_last_day(officer, colleague, monkeypatch):
    delegated(officer, colleague)
    later = timezone.now() + timedelta(days=7)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not colleague.may("incidents.record")


@pytest.mark.parametrize("who", ["officer", "colleague", "admin"])
def test_d13_5_b_either_of_the_two_or_the_administrator_ends_it_at_once(
    request, client, officer, colleague, who
):
    held = delegated(officer, colleague)
    sign_in(client, request.getfixturevalue(who))
    client.post(f"/tai-khoan/uy-quyen/{held.pk}/cham-dut/")
    assert not colleague.may("incidents.record")
    assert AuditEntry.objects.filter(event="access.delegation_ended").count() == 1


def test_d12_5_nobody_else_ends_it_and_nobody_ends_it_twice(
    client, admin, stranger, officer, colleague
):
    held = delegated(officer, colleague)
    third = actor("records_clerk", admin.agency)
    for by in (stranger, third):
        sign_in(client, by)
        page = f"/tai-khoan/uy-quyen/{held.pk}/cham-dut/"
        assert client.post(page).status_code == 404
        with pytest.raises(NotAllowedError):
            delegations.end(held, by=by)
    with pytest.raises(NotAllowedError):
        delegations.end(own(officer), by=officer)
    delegations.end(held, by=officer)
    with pytest.raises(TransitionError):
        delegations.end(held, by=officer)


def test_d13_5_b_a_delegation_waits_for_no_confirmation(admin, officer, colleague):
    held = delegated(officer, colleague)
    head = actor("agency_head", admin.agency)
    assert held not in Assignment.objects.confirmable_by(head.person)


# ── Pages ─────────────────────────────────────────────────────────────────────────
def test_delegated_on_the_page_and_shown_to_the_administrator(
    client, admin, officer, colleague
):
    sign_in(client, officer)
    source = own(officer)
    assert "Ủy quyền" in client.get("/tai-khoan/uy-quyen/").content.decode()
    page = f"/tai-khoan/uy-quyen/{source.pk}/moi/"
    shown = client.get(page).content.decode()
    assert "incidents.record</" not in shown
    form = {
        "to": colleague.person.pk,
        "permissions": ["incidents.record"],
        "starts_on": clock.today().isoformat(),
        "ends_on": (clock.today() + timedelta(days=3)).isoformat(),
        "decision_number": "21/UQ",
    }
    foreign = client.post(page, form | {"to": AssignmentFactory().account_id})
    assert foreign.status_code == 200
    assert client.post(page, form).status_code == 302
    assert colleague.may("incidents.record")
    assert "21/UQ" in client.get("/tai-khoan/uy-quyen/").content.decode()
    sign_in(client, admin)
    account = f"/tai-khoan-don-vi/{colleague.person.pk}/"
    assert officer.person.full_name in client.get(account).content.decode()
    assert client.get(page).status_code == 404


def test_a_right_without_anything_to_delegate_says_so(client, admin):
    person = actor("agency_admin", admin.agency)
    Account.objects.filter(pk=person.person.pk).update(full_name="Người Quản Trị")
    source = own(person)
    source.role.permissions.exclude(code__in=NOT_DELEGABLE).delete()
    sign_in(client, person)
    page = client.get(f"/tai-khoan/uy-quyen/{source.pk}/moi/").content.decode()
    assert "không" in page
    assert '<form class="card form-card"' not in page
