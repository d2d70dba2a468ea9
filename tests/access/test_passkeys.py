"""Passkeys: who may add one, what one opens, and what none of them opens."""

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from access.models import AuditEntry, LoginSession, Notice, Passkey
from portal.core import clock
from tests.authenticator import (
    ALONE,
    ASK,
    NEW,
    Authenticator,
    add_key,
    browser,
    come_in_with,
    from_text,
    text,
)
from tests.factories.access import actor
from tests.signed_in import PASSWORD, enrolled, sign_in

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
    made = Authenticator()
    other = browser()
    sign_in(other, clerk)
    assert add_key(other, made)["Location"] == "/tai-khoan/"
    return made


def is_in(client):
    return client.get("/tai-khoan/").status_code == 200


# ── Adding ────────────────────────────────────────────────────────────────────────
def test_whoever_proved_himself_adds_a_passkey_and_is_told(client, clerk):
    sign_in(client, clerk)
    options = client.post(f"{NEW}thu-thach/").json()
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    add_key(client, Authenticator())

    added = Passkey.objects.get()
    assert (added.user, added.name) == (clerk.person, "Máy tính cơ quan")
    assert AuditEntry.objects.get(event="access.passkey_added").actor == clerk.person
    notice = Notice.objects.get(recipient=clerk.person)
    assert "Máy tính cơ quan" in notice.body
    assert "Máy tính cơ quan" in client.get("/tai-khoan/").content.decode()


def test_adding_one_does_not_change_how_one_signed_in(client, clerk):
    signed = sign_in(client, clerk)
    before = client.session["otp_device_id"]
    add_key(client, Authenticator())
    signed.session.refresh_from_db()
    assert signed.session.method == "totp"
    assert client.session["otp_device_id"] == before


def test_an_authenticator_that_does_not_know_its_owner_is_refused(client, clerk):
    sign_in(client, clerk)
    answer = add_key(client, Authenticator(verifies=False))
    assert answer.status_code == 200
    assert not Passkey.objects.exists()


def test_a_key_made_at_another_address_is_refused(client, clerk):
    sign_in(client, clerk)
    add_key(client, Authenticator(origin="http://localhost.evil.example:8000"))
    assert not Passkey.objects.exists()


def test_a_challenge_makes_one_key(client, clerk):
    sign_in(client, clerk)
    options = client.post(f"{NEW}thu-thach/").json()
    for number in range(2):
        made = Authenticator().make(options)
        client.post(NEW, {"name": f"Khoá {number}", "credential": made})
    assert Passkey.objects.count() == 1


def test_the_same_key_is_not_added_twice_nor_to_two_people(client, clerk, key):
    other = actor("auditor")
    for person in (clerk, other):
        other = browser()
        sign_in(other, person)
        assert add_key(other, key).status_code == 200
    assert Passkey.objects.get().user == clerk.person


def test_nobody_keeps_more_than_ten(client, clerk):
    sign_in(client, clerk)
    for number in range(11):
        last = add_key(client, Authenticator(), f"Khoá {number}")
    assert Passkey.objects.count() == 10
    assert "Bạn có 10 khoá truy cập" in last.content.decode()


def test_an_old_sign_in_adds_nothing(client, clerk):
    signed = sign_in(client, clerk)
    options = client.post(f"{NEW}thu-thach/").json()
    hour_ago = clock.now() - timedelta(hours=1)
    LoginSession.objects.filter(pk=signed.session.pk).update(proved_at=hour_ago)

    made = Authenticator().make(options)
    answer = client.post(NEW, {"name": "Khoá", "credential": made})
    assert answer["Location"].startswith("/dang-nhap/xac-nhan-lai/")
    assert client.post(f"{NEW}thu-thach/").status_code == 302
    assert not Passkey.objects.exists()


# ── Coming in ─────────────────────────────────────────────────────────────────────
def test_a_passkey_alone_is_two_factors(client, clerk, key):
    answer = come_in_with(client, key)
    assert answer["Location"] == "/bang-dieu-khien/"
    assert is_in(client)
    session = LoginSession.objects.get(method="passkey")
    assert (session.account, session.amr) == (clerk.person, "hwk user mfa")
    assert "chỉ khoá truy cập" in client.get("/tai-khoan/").content.decode()


def test_a_key_that_its_maker_copies_is_called_a_software_key(client, clerk):
    made = Authenticator(is_synced=True)
    sign_in(client, clerk)
    add_key(client, made)
    other = browser()
    come_in_with(other, made)
    assert LoginSession.objects.get(method="passkey").amr == "swk user mfa"


def test_a_passkey_is_a_second_factor_after_the_password(client, clerk, key):
    form = {"username": clerk.person.username, "password": PASSWORD}
    client.post("/dang-nhap/", form)
    options = client.post(ASK, {"step": "second"}).json()
    assert [k["id"] for k in options["allowCredentials"]]
    client.post("/dang-nhap/ma-xac-thuc/", {"credential": key.use(options)})
    assert LoginSession.objects.get(method="passkey").amr == "pwd hwk mfa"


def test_the_challenge_for_coming_in_names_nobody(client, key):
    options = client.post(ASK).json()
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")


def test_a_browser_without_password_gets_no_names_of_keys(client, clerk, key):
    assert client.post(ASK, {"step": "second"}).status_code == 409


def test_coming_in_leads_to_the_wanted_page_of_this_host(client, key):
    options = client.post(ASK).json()
    answer = client.post(f"{ALONE}?next=/thong-bao/", {"credential": key.use(options)})
    assert answer["Location"] == "/thong-bao/"
    other = browser()
    options = other.post(ASK).json()
    wrong = f"{ALONE}?next=https://evil.example/"
    answer = other.post(wrong, {"credential": key.use(options)})
    assert answer["Location"] == "/bang-dieu-khien/"


def test_the_key_of_the_session_changes(client, key):
    client.post(ASK)
    before = client.session.session_key
    come_in_with(client, key)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "lie",
    [
        {"verifies": False},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:8000"},
        {"user_handle": b"somebody else"},
        {"key_id": b"unknown to the portal"},
        {"counter": -1},
    ],
    ids=str,
)
def test_a_key_that_lies_stays_outside(client, key, lie):
    come_in_with(browser(), key)
    for name, value in lie.items():
        if name == "counter":  # a copy of the key, which counts behind the original
            come_in_with(browser(), key)
            key.counter -= 2
        else:
            setattr(key, name, value)
    answer = come_in_with(client, key)
    assert answer["Location"] == "/dang-nhap/"
    assert not is_in(client)
    assert "không được chấp nhận" in client.get("/dang-nhap/").content.decode()
    assert AuditEntry.objects.filter(event="access.passkey_refused").exists()


def test_an_answer_counts_once(client, key):
    options = client.post(ASK).json()
    answer = {"credential": key.use(options)}
    client.post(ALONE, answer)
    assert is_in(client)
    client.post("/dang-xuat/")
    client.post(ALONE, answer)
    assert not is_in(client)


def test_an_answer_counts_in_its_own_session(client, key):
    options = client.post(ASK).json()
    thief = browser()
    thief.post(ASK)
    thief.post(ALONE, {"credential": key.use(options)})
    assert not is_in(thief)


def test_a_challenge_for_one_thing_serves_no_other(client, clerk, key):
    form = {"username": clerk.person.username, "password": PASSWORD}
    client.post("/dang-nhap/", form)
    options = client.post(ASK).json()  # to come in without the password
    answer = {"credential": key.use(options)}
    assert client.post("/dang-nhap/ma-xac-thuc/", answer).status_code == 200
    assert not is_in(client)


def test_an_old_challenge_is_refused(client, key, monkeypatch):
    options = client.post(ASK).json()
    later = clock.now() + timedelta(minutes=5, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    client.post(ALONE, {"credential": key.use(options)})
    assert not LoginSession.objects.filter(method="passkey").exists()


def test_the_key_of_another_account_is_no_second_factor(client, clerk, key):
    victim = actor("auditor")
    enrolled(victim)
    form = {"username": victim.person.username, "password": PASSWORD}
    client.post("/dang-nhap/", form)
    options = client.post(ASK, {"step": "second"}).json()
    answer = {"credential": key.use(options)}
    client.post("/dang-nhap/ma-xac-thuc/", answer)
    assert not is_in(client)


def test_a_suspended_person_does_not_come_in(client, clerk, key):
    clerk.person.is_active = False
    clerk.person.save()
    come_in_with(client, key)
    assert not is_in(client)


def test_a_passkey_is_never_a_way_round_the_gate_for_an_empty_answer(client, key):
    # CVE-2026-49443.
    for form in ({}, {"credential": ""}, {"credential": "{}"}, {"credential": "[]"}):
        client.post(ASK)
        client.post(ALONE, form)
        assert not is_in(client)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
parts = st.sampled_from(["id", "rawId", "type", "response", "clientExtensionResults"])
answers = st.dictionaries(
    st.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle"]),
    json_like,
)


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=st.dictionaries(parts, json_like | answers), inner=answers)
def test_a_broken_answer_is_a_refusal_and_no_fault(client, key, changes, inner):
    options = client.post(ASK).json()
    sent = json.loads(key.use(options))
    sent["response"] |= inner
    answer = client.post(ALONE, {"credential": json.dumps(sent | changes)})
    assert answer.status_code == 302
    if changes or inner:
        client.post("/dang-xuat/")


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=80), place=st.integers(0, 250))
def test_a_broken_new_key_is_a_refusal_and_no_fault(client, clerk, content, place):
    if not is_in(client):
        sign_in(client, clerk)
    key = Authenticator()
    options = client.post(f"{NEW}thu-thach/").json()
    sent = json.loads(key.make(options))
    whole = from_text(sent["response"]["attestationObject"])
    torn = whole[:place] + content + whole[place + len(content) :]
    sent["response"]["attestationObject"] = text(torn)
    form = {"name": "Khoá", "credential": json.dumps(sent)}
    assert client.post(NEW, form).status_code in {200, 302}
    Passkey.objects.all().delete()


@pytest.mark.parametrize("answer", ["[" * 15_000, '{"a":' * 4_000, "\\ud800", "nul"])
def test_no_depth_and_no_letters_break_the_door(client, answer):
    client.post(ASK)
    assert client.post(ALONE, {"credential": answer}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_the_same_answer_in_parallel_one_wins(client, key):
    options = client.post(ASK).json()
    answer = key.use(options, steps=0)  # makers that copy keys count nothing
    start = Barrier(6)

    def send():
        twin = browser()
        twin.cookies = client.cookies
        start.wait()
        twin.post(ALONE, {"credential": answer})
        connection.close()

    threads = [Thread(target=send) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert LoginSession.objects.filter(method="passkey").count() == 1
