"""Idle accounts: told, then suspended, but never the last administrator."""

from datetime import timedelta

import pytest
from django.urls import reverse

from access.models import Account, AuditEntry, LoginSession, Notice
from access.services import accounts, idle
from access.tasks import sweep_idle
from portal.celery import SWEEPS
from portal.core import clock
from portal.core.models import SweepRun
from portal.ops.demo import past
from tests.factories.access import AccountFactory, AssignmentFactory, actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def unused(admin):
    """A clerk who last signed in 60 days ago."""
    return member(admin.agency, days=60)


def member(agency, *, days, role="records_clerk", **fields):
    ago = clock.now() - timedelta(days=days)
    account = AccountFactory(last_login=ago, created_at=ago, **fields)
    AssignmentFactory(account=account, agency=agency, role_code=role)
    return account


@pytest.fixture(autouse=True)
def administrators_are_there(admin):
    Account.objects.filter(pk=admin.person.pk).update(last_login=clock.now())


def later(days):
    """Let the sweep come by so many days from now, by telling the rows older."""
    for account in Account.objects.exclude(idle_told_at=None):
        account.idle_told_at -= timedelta(days=days)
        account.save(update_fields=["idle_told_at"])


def is_open(account):
    return Account.objects.get(pk=account.pk).is_active


def test_an_idle_account_is_told_a_week_before_and_then_suspended(unused):
    with past.at(clock.now() - timedelta(days=20)):
        assert idle.sweep() == 1  # the fortieth day
    assert idle.sweep() == 1
    assert not is_open(unused)
    told = AuditEntry.objects.get(event="access.account_suspended")
    assert "45" in told.additional_data["reason"]
    assert told.actor is None


def test_whoever_was_not_told_is_told_first_however_long_he_was_away(unused):
    assert idle.sweep() == 1
    assert is_open(unused)
    assert Notice.objects.get().recipient == unused
    assert Notice.objects.get().path == reverse("access:own-account")
    assert idle.sweep() == 0, "told once"
    later(6)
    assert idle.sweep() == 0
    later(1)
    assert idle.sweep() == 1
    assert not is_open(unused)
    assert idle.sweep() == 0


def test_a_sign_in_ends_the_wait_and_a_later_silence_is_told_anew(unused):
    idle.sweep()
    Account.objects.filter(pk=unused.pk).update(last_login=clock.now())
    later(30)
    assert idle.sweep() == 0
    assert is_open(unused)
    away = clock.now() - timedelta(days=60)
    Account.objects.filter(pk=unused.pk).update(last_login=away)
    Account.objects.filter(pk=unused.pk).update(idle_told_at=away - timedelta(days=1))
    assert idle.sweep() == 1
    assert is_open(unused), "an old notice suspends nobody"


@pytest.mark.parametrize(("days", "told"), [(30, 0), (37, 0), (38, 1), (44, 1)])
def test_who_never_signed_in_counts_from_his_first_day(admin, days, told):
    account = member(admin.agency, days=days)
    Account.objects.filter(pk=account.pk).update(last_login=None)
    assert idle.sweep() == told
    assert is_open(account)


def test_suspending_ends_every_sign_in(unused):
    session = LoginSession.objects.create(account=unused, key_digest="x", method="totp")
    idle.sweep()
    later(7)
    idle.sweep()
    session.refresh_from_db()
    assert session.ended_at is not None


def test_the_last_administrator_of_an_agency_is_only_listed(admin):
    away = clock.now() - timedelta(days=90)
    Account.objects.filter(pk=admin.person.pk).update(last_login=away)
    idle.sweep()
    later(8)
    assert idle.sweep() == 0
    assert is_open(admin.person)
    assert admin.person in idle.idle(clock.now())
    second = actor("agency_admin", admin.agency).person
    Account.objects.filter(pk=second.pk).update(last_login=clock.now())
    assert idle.sweep() == 1, "with a second one he is suspended like anybody"
    assert not is_open(admin.person)


def test_of_two_idle_administrators_one_stays(admin):
    away = clock.now() - timedelta(days=90)
    second = actor("agency_admin", admin.agency).person
    Account.objects.filter(pk__in=[admin.person.pk, second.pk]).update(last_login=away)
    idle.sweep()
    later(8)
    idle.sweep()
    assert [is_open(admin.person), is_open(second)].count(True) == 1


def test_demo_people_sleep_undisturbed(unused):
    Account.objects.filter(pk=unused.pk).update(is_demo=True)
    assert idle.sweep() == 0


def test_opened_again_one_has_a_week_to_sign_in(admin, unused):
    idle.sweep()
    later(8)
    idle.sweep()
    accounts.reopen(unused, by=admin, reason="Trở lại làm việc")
    assert idle.sweep() == 1, "told again"
    assert is_open(unused)
    assert idle.sweep() == 0


def test_the_number_of_days_is_a_setting(settings, unused):
    settings.PORTAL_IDLE_DAYS = 90
    assert idle.sweep() == 0
    settings.PORTAL_IDLE_DAYS = 0
    assert idle.sweep() == 0


def test_the_sweep_leaves_its_mark_and_is_on_the_plan(unused):
    sweep_idle()
    assert SweepRun.objects.get(name="idle").taken == 1
    assert SWEEPS["idle"][0] == "access.tasks.sweep_idle"
