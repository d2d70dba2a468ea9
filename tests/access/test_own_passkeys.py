"""One's own passkeys: named, removed, and never the last factor taken away."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django_otp_webauthn.models import WebAuthnUserHandle

from access.login import second_factor
from access.models import LoginSession, Notice, Passkey, TotpDevice
from access.tasks import forget_sessions
from portal.core import clock
from tests.authenticator import ASK, NEW, Authenticator, add_key, browser, come_in_with
from tests.factories.access import actor
from tests.signed_in import digits, enrolled, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return actor("records_clerk")


@pytest.fixture
def client():
    return browser()


@pytest.fixture
def key(clerk):
    """A passkey that the clerk added earlier, in another browser."""
    made, other = Authenticator(), browser()
    sign_in(other, clerk)
    add_key(other, made)
    return made


def is_in(client):
    return client.get("/tai-khoan/").status_code == 200


def test_one_names_and_removes_ones_own(client, clerk, key):
    sign_in(client, clerk)
    made = Passkey.objects.get()
    client.post(f"{NEW}{made.pk}/", {"name": "Điện thoại"})
    made.refresh_from_db()
    assert made.name == "Điện thoại"
    other = browser()
    come_in_with(other, key)
    client.post(f"{NEW}{made.pk}/go-bo/")
    assert not Passkey.objects.exists()
    assert not is_in(other)
    assert is_in(client)
    assert Notice.objects.filter(subject__contains="gỡ").count() == 1


def test_removing_the_key_one_came_in_with_ends_this_sign_in(client, clerk, key):
    come_in_with(client, key)
    page = f"{NEW}{Passkey.objects.get().pk}/go-bo/"
    assert "phiên hiện tại cũng kết thúc" in client.get(page).content.decode()
    assert client.post(page)["Location"] == "/dang-nhap/"
    assert not is_in(client)
    assert LoginSession.objects.get(method="passkey").ended_at


def test_what_is_kept_for_whoever_knocks_is_kept_for_minutes(client, key):
    client.post(ASK)
    assert client.session.get_expiry_age() <= 300
    come_in_with(client, key)
    assert client.session.get_expiry_age() > 3600

    browser().post(ASK)
    Session.objects.exclude(pk=client.session.session_key).update(
        expire_date=clock.now() - timedelta(seconds=1)
    )
    forget_sessions()
    assert Session.objects.get().pk == client.session.session_key


def test_nobody_touches_the_passkey_of_another(client, key):
    # CVE-2020-5240.
    sign_in(client, actor("auditor"))
    made = Passkey.objects.get()
    for page in (f"{NEW}{made.pk}/", f"{NEW}{made.pk}/go-bo/"):
        assert client.get(page).status_code == 404
        assert client.post(page, {"name": "Của tôi"}).status_code == 404
    assert Passkey.objects.get().name == made.name


def test_the_last_second_factor_stays(client, clerk, key):
    come_in_with(client, key)
    TotpDevice.objects.all().delete()
    answer = client.post(f"{NEW}{Passkey.objects.get().pk}/go-bo/")
    assert answer.status_code == 409
    assert "yếu tố thứ hai duy nhất" in answer.content.decode()
    assert Passkey.objects.exists()
    assert second_factor.is_enrolled(clerk.person)


def test_an_account_with_a_passkey_alone_counts_as_enrolled(clerk, key):
    TotpDevice.objects.all().delete()
    boss = actor("agency_admin", clerk.agency)
    people = type(clerk.person).objects.with_state(boss.person)
    assert people.get(pk=clerk.person.pk).state == "active"


def test_a_number_is_no_name_for_a_passkey(clerk):
    other = Client(SERVER_NAME="127.0.0.1", SERVER_PORT="8000")
    sign_in(other, clerk)
    text = other.get(NEW).content.decode()
    assert f"http://localhost:8000{NEW}" in text
    assert "data-passkey=" not in text


def test_handles_tell_nothing_of_the_person(clerk, key):
    handle = WebAuthnUserHandle.objects.get(user=clerk.person).handle
    assert len(handle) == 64
    assert clerk.person.username.encode() not in handle


def test_the_proof_again_takes_a_passkey(client, clerk, key):
    signed = sign_in(client, clerk)
    hour_ago = clock.now() - timedelta(hours=1)
    LoginSession.objects.filter(pk=signed.session.pk).update(proved_at=hour_ago)
    options = client.post(ASK, {"step": "prove"}).json()
    page = f"/dang-nhap/xac-nhan-lai/?next={NEW}"
    answer = client.post(page, {"credential": key.use(options)})
    assert answer["Location"] == NEW
    assert client.get(NEW).status_code == 200
    assert digits(enrolled(clerk))  # the authenticator's code was not used up
