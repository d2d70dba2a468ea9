"""The lost telephone: what a reset takes, whom it tells, and how one comes back."""

import base64

import pytest
from django.core import mail
from django.test import Client

from access import notices
from access.login import second_factor
from access.models import (
    Account,
    AuditEntry,
    Invitation,
    KnownDevice,
    Notice,
    Passkey,
    TotpDevice,
)
from access.refusals import AccountEndedError, OwnRightsError
from access.services import device_reset
from access.services.device_reset import reset
from portal.core import secrets
from tests.authenticator import Authenticator, add_key, browser
from tests.factories.access import actor
from tests.signed_in import PASSWORD, digits, enrolled, sign_in

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "chim sẻ đậu trên dây điện"


@pytest.fixture
def boss():
    return actor("agency_admin")


@pytest.fixture
def clerk(boss):
    return actor("records_clerk", boss.agency)


def in_with_everything(clerk):
    """Sign in, with a passkey and recovery codes besides."""
    own = browser()
    signed = sign_in(own, clerk)
    second_factor.new_codes(clerk.person, by=signed)
    add_key(own, Authenticator())
    assert Passkey.objects.filter(user=clerk.person).exists()
    return own


def test_a_reset_leaves_nothing_that_opens_the_account(clerk, boss):
    own = in_with_everything(clerk)
    reset(clerk.person, by=boss)
    assert own.get("/tai-khoan/").status_code == 302
    assert not second_factor.is_enrolled(clerk.person)
    assert second_factor.codes_left(clerk.person) == 0
    assert not KnownDevice.objects.filter(account=clerk.person).exists()
    assert not Account.objects.get(pk=clerk.person.pk).has_usable_password()
    noted = AuditEntry.objects.get(event="access.second_factor_reset")
    assert noted.actor == boss.person


def test_d13_5_b_the_person_enrols_anew_by_the_link(clerk, boss, client):
    in_with_everything(clerk)
    page = f"/loi-moi/{reset(clerk.person, by=boss).token}/"
    form = {"step": "password", "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}
    client.post(page, form)
    seed = client.get(page).context["seed"].replace(" ", "")
    telephone = TotpDevice(sealed_seed=secrets.seal(base64.b32decode(seed)))
    client.post(page, {"step": "code", "code": digits(telephone)})
    assert client.get("/tai-khoan/").status_code == 200
    account = Account.objects.get(pk=clerk.person.pk)
    assert account.check_password(NEW_PASSWORD)
    assert not account.check_password(PASSWORD)
    assert Client().get(page).status_code == 410


def test_the_link_goes_to_the_administrator_and_the_news_to_the_person(
    clerk, boss, django_capture_on_commit_callbacks
):
    # Whoever reads the person's mail must not enrol in his place.
    with django_capture_on_commit_callbacks(execute=True):
        issued = reset(clerk.person, by=boss)
    assert not mail.outbox
    assert "được đặt lại" in Notice.objects.get(recipient=clerk.person).subject
    notices.send_due()
    [sent] = mail.outbox
    assert sent.to == [clerk.person.email]
    assert issued.token not in sent.body


def test_nobody_resets_himself_nor_an_ended_account(clerk, boss):
    enrolled(boss)
    with pytest.raises(OwnRightsError):
        reset(boss.person, by=boss)
    Account.objects.filter(pk=clerk.person.pk).update(is_active=False)
    with pytest.raises(AccountEndedError):
        reset(clerk.person, by=boss)
    assert second_factor.is_enrolled(boss.person)
    assert not Invitation.objects.exists()


def test_a_reset_that_fails_takes_nothing(clerk, boss, monkeypatch):
    enrolled(clerk)

    def fails(*_args, **_kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(device_reset.invitations, "issue", fails)
    with pytest.raises(OSError, match="disk"):
        reset(clerk.person, by=boss)
    assert second_factor.is_enrolled(clerk.person)
    assert Account.objects.get(pk=clerk.person.pk).check_password(PASSWORD)


def test_an_earlier_link_stops_working(clerk, boss, client):
    first = reset(clerk.person, by=boss)
    second = reset(clerk.person, by=boss)
    assert client.get(f"/loi-moi/{first.token}/").status_code == 410
    assert client.get(f"/loi-moi/{second.token}/").status_code == 200
