"""Proving again before a sensitive act, passwords that hold, and new devices."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from access.models import (
    Account,
    AuditEntry,
    LoginSession,
    TotpDevice,
)
from portal.core import clock
from tests.factories.access import actor
from tests.signed_in import PASSWORD, digits, enrolled, sign_in

pytestmark = pytest.mark.django_db

SENSITIVE = "/tai-khoan/khoa-truy-cap/"
PROVE = "/dang-nhap/xac-nhan-lai/"


@pytest.fixture
def clerk():
    return actor("records_clerk")


@pytest.fixture
def signed(client, clerk):
    """A sign-in that was proved an hour ago."""
    found = sign_in(client, clerk)
    hour_ago = clock.now() - timedelta(hours=1)
    LoginSession.objects.filter(pk=found.session.pk).update(proved_at=hour_ago)
    return found


def prove(client, code, page=SENSITIVE):
    return client.post(f"{PROVE}?next={page}", {"code": code})


# ── Proving again ─────────────────────────────────────────────────────────────────
def test_a_sensitive_page_leads_to_the_proof_and_back(client, signed):
    answer = client.get(SENSITIVE)
    assert answer["Location"] == f"{PROVE}?next=%2Ftai-khoan%2Fkhoa-truy-cap%2F"
    assert client.get(answer["Location"]).status_code == 200

    back = client.post(answer["Location"], {"code": digits(enrolled(signed))})
    assert back["Location"] == SENSITIVE
    assert client.get(SENSITIVE).status_code == 200
    noted = AuditEntry.objects.get(event="access.proved_again")
    assert noted.actor == signed.person
    assert noted.additional_data["method"] == "totp"


def test_the_proof_lasts_five_minutes(client, clerk, monkeypatch):
    sign_in(client, clerk)
    start = timezone.now()
    for age, status in [(timedelta(minutes=4), 200), (timedelta(minutes=5), 302)]:
        monkeypatch.setattr(clock, "now", lambda age=age: start + age)
        assert client.get(SENSITIVE).status_code == status


def test_a_form_is_not_sent_and_the_page_says_so(client, signed):
    form = {"name": "Khoá", "credential": "{}"}
    sender = f"http://testserver{SENSITIVE}?x=1"
    answer = client.post(SENSITIVE, form, headers={"Referer": sender})
    assert "next=%2Ftai-khoan%2Fkhoa-truy-cap%2F%3Fx%3D1" in answer["Location"]
    text = client.get(answer["Location"]).content.decode()
    assert "Chưa có gì thay đổi" in text


def test_a_form_from_elsewhere_does_not_choose_the_way_back(client, signed):
    for sender in ("https://evil.example/x", "//evil.example/", "javascript:alert(1)"):
        answer = client.post(SENSITIVE, {}, headers={"Referer": sender})
        assert "evil" not in answer["Location"]
        assert "javascript" not in answer["Location"]


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\x"])
def test_the_proof_leads_to_this_host_only(client, signed, wanted):
    answer = prove(client, digits(enrolled(signed)), wanted)
    assert answer["Location"] == "/bang-dieu-khien/"


def test_a_page_that_htmx_asked_for_leads_the_whole_browser(client, signed):
    answer = client.get(SENSITIVE, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith(PROVE)


def test_the_proof_is_for_people_who_are_signed_in(client):
    assert client.get(PROVE)["Location"].startswith("/dang-nhap/?next=")
    assert client.post(PROVE, {"code": "000000"}).status_code == 404


@pytest.mark.parametrize("form", [{}, {"code": ""}, {"credential": ""}, {"code": "0"}])
def test_an_empty_or_wrong_answer_proves_nothing(client, signed, form):
    assert client.post(f"{PROVE}?next={SENSITIVE}", form).status_code == 200
    assert client.get(SENSITIVE).status_code == 302


def test_the_code_of_the_sign_in_does_not_prove_again(client, clerk):
    device = enrolled(clerk)
    code = digits(device)
    form = {"username": clerk.person.username, "password": PASSWORD}
    client.post("/dang-nhap/", form)
    client.post("/dang-nhap/ma-xac-thuc/", {"code": code})
    LoginSession.objects.update(proved_at=clock.now() - timedelta(hours=1))
    assert prove(client, code).status_code == 200
    assert client.get(SENSITIVE).status_code == 302


def test_wrong_proofs_lock_like_wrong_passwords(client, signed):
    statuses = []
    for _number in range(5):
        TotpDevice.objects.update(throttling_failure_count=0)
        statuses.append(prove(client, "000000").status_code)
    assert statuses == [200, 200, 200, 200, 429]
    TotpDevice.objects.update(throttling_failure_count=0)
    assert prove(client, digits(enrolled(signed))).status_code == 429
    assert client.get(SENSITIVE).status_code == 302


def test_a_right_proof_forgets_the_wrong_ones(client, signed):
    prove(client, "000000")
    assert AccessAttempt.objects.exists()
    TotpDevice.objects.update(throttling_failure_count=0)
    prove(client, digits(enrolled(signed)))
    assert not AccessAttempt.objects.exists()


def test_a_stolen_session_does_not_guess_the_password_without_end(client, clerk):
    sign_in(client, clerk)
    device = enrolled(clerk)
    wanted = {"new_password": "Bốn con voi đi chợ", "again": "Bốn con voi đi chợ"}
    statuses = []
    for number in range(5):
        form = wanted | {"old_password": f"đoán {number}", "code": "000000"}
        statuses.append(client.post("/tai-khoan/mat-khau/", form).status_code)
    assert statuses == [200, 200, 200, 200, 429]
    right = wanted | {"old_password": PASSWORD, "code": digits(device)}
    assert client.post("/tai-khoan/mat-khau/", right).status_code == 429
    assert Account.objects.get(pk=clerk.person.pk).check_password(PASSWORD)
    assert AuditEntry.objects.filter(event="access.password_refused").count() == 5


def test_new_recovery_codes_are_not_guessed_without_end(client, clerk):
    sign_in(client, clerk)
    for _number in range(5):
        TotpDevice.objects.update(throttling_failure_count=0)
        last = client.post("/tai-khoan/ma-khoi-phuc/moi/", {"code": "000000"})
    assert last.status_code == 429
    assert client.get("/tai-khoan/ma-khoi-phuc/moi/").status_code == 429


def test_what_a_wrong_try_sent_is_not_kept(client, clerk):
    sign_in(client, clerk)
    form = {"old_password": "bí mật cũ", "new_password": "bí mật mới"}
    client.post("/tai-khoan/mat-khau/", form | {"again": "bí mật", "code": "987654"})
    kept = AccessAttempt.objects.get().post_data
    for secret in ("bí mật", "987654"):
        assert secret not in kept


# ── Limits of sign-ins ────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("role", "minutes"),
    [("records_clerk", 15), ("agency_admin", 5), ("province_admin", 5)],
)
def test_an_administrators_sign_in_locks_sooner(client, role, minutes, monkeypatch):
    who = actor(role)
    sign_in(client, who)
    start = timezone.now()
    for age, is_in in [(minutes - 1, True), (2 * minutes - 0.9, False)]:
        later = start + timedelta(minutes=age)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        listed = LoginSession.objects.handled_by(who.person).exists()
        assert listed == is_in
        assert (client.get("/tai-khoan/").status_code == 200) == is_in


def test_how_one_signed_in_is_kept_in_the_names_of_rfc_8176(clerk):
    assert sign_in(Client(), clerk).own_session.amr == "pwd otp mfa"


# Whoever adds a page that grants, ends, exports or decides adds its name here.
WANT_A_PROOF = {
    "account-invitation",
    "add-passkey",
    "approve-reorganisation",
    "audit-export",
    "cancel-review",
    "clean-up",
    "close-code",
    "confirm-right",
    "connector-address",
    "connector-secret",
    "decide-reorganisation",
    "decide-request",
    "delegate",
    "disposal",
    "end-connector",
    "end-right",
    "export-powers",
    "false-alarm",
    "find-person",
    "give-function",
    "give-password",
    "grant",
    "invite",
    "leave",
    "new-passkey-challenge",
    "objection",
    "open-code",
    "open-review",
    "plan-reorganisation",
    "propose-disposal",
    "propose-false-alarm",
    "register-connector",
    "release",
    "remove-passkey",
    "reopen",
    "resume-connector",
    "staff-export",
    "staff-list",
    "staff-list-preview",
    "stand-in",
    "suspend",
    "suspend-connector",
    "transfer",
    "withdraw-reorganisation",
}


def test_every_page_of_the_plan_that_is_sensitive_wants_a_recent_proof():
    found = {
        pattern.name
        for resolver in get_resolver().url_patterns
        for pattern in getattr(resolver, "url_patterns", [])
        if "recently_proved" in getattr(pattern.callback, "__dict__", {})
    }
    assert found == WANT_A_PROOF
