"""One test for each class of fault that others had at this door, by its number.

Faults of delegated administration and of OpenID Connect are tested where those live.
"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from access.login import first_factor, second_factor
from access.models import (
    Invitation,
    LoginSession,
    Passkey,
    RecoveryDevice,
    TotpDevice,
)
from access.refusals import InvitationInvalidError, PasskeyRefusedError
from access.services import accounts, invitations, passkeys
from portal.core import clock
from portal.core.errors import NotAllowedError
from tests.authenticator import ASK, NEW, Authenticator, add_key, browser
from tests.factories.access import actor
from tests.signed_in import PASSWORD, digits, enrolled, sign_in

pytestmark = pytest.mark.django_db

PAGES = ["/tai-khoan/", "/bang-dieu-khien/", NEW, "/tai-khoan/mat-khau/"]


@pytest.fixture
def clerk():
    return actor("records_clerk")


@pytest.fixture
def device(clerk):
    return enrolled(clerk)


@pytest.fixture
def client():
    return browser()


def give_password(client, who):
    form = {"username": who.person.username, "password": PASSWORD}
    return client.post("/dang-nhap/", form)


def is_in(client):
    return client.get("/tai-khoan/").status_code == 200


# ── CVE-2019-16766 (wagtail-2fa), GHSA-8r76-c459-ww98 (django-otp-webauthn) ────────
def test_nobody_enrols_a_factor_after_the_password_alone(client, clerk, device):
    give_password(client, clerk)
    for page in (NEW, f"{NEW}thu-thach/"):
        assert (
            client.post(page, {"name": "Khoá", "credential": "{}"}).status_code == 404
        )
        assert client.get(page).status_code == 302
    for theirs in ("registration/begin/", "registration/complete/"):
        assert client.post(f"/webauthn/{theirs}").status_code == 404
    assert not Passkey.objects.exists()
    assert not is_in(client)


def test_nobody_enrols_the_first_factor_by_a_password(client, clerk):
    clerk.person.set_password(PASSWORD)
    clerk.person.save()
    give_password(client, clerk)
    assert client.post(f"{NEW}thu-thach/").status_code == 404
    assert not second_factor.is_enrolled(clerk.person)


def test_a_sign_in_of_djangos_own_enrols_nothing(client, clerk, device):
    client.force_login(clerk.person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    assert client.post(f"{NEW}thu-thach/").status_code == 404


def test_the_service_itself_wants_a_recent_proof(rf, clerk):
    signed = sign_in(Client(), clerk)
    signed.session.proved_at = clock.now() - timedelta(hours=1)
    with pytest.raises(NotAllowedError):
        passkeys.add(rf.post("/"), "{}", "Khoá", by=signed)


# ── CVE-2020-5240 (wagtail-2fa) ───────────────────────────────────────────────────
def test_nobody_removes_the_factor_of_another(client, clerk):
    sign_in(client, clerk)
    add_key(client, Authenticator())
    key = Passkey.objects.get()
    thief = browser()
    signed = sign_in(thief, actor("agency_admin", clerk.agency))
    assert thief.post(f"{NEW}{key.pk}/go-bo/").status_code == 404
    passkeys.remove(key, by=signed)  # even past the page's own look
    assert Passkey.objects.get() == key


# ── CVE-2026-49443, CVE-2026-54730: a stage that an empty answer skips ─────────────
@pytest.mark.parametrize("form", [{}, {"code": ""}, {"credential": ""}, {"code": "\0"}])
@pytest.mark.parametrize(
    "page",
    [
        "/dang-nhap/ma-xac-thuc/",
        "/dang-nhap/ma-khoi-phuc/",
        "/dang-nhap/khoa-truy-cap/",
    ],
)
def test_an_empty_answer_skips_no_stage(client, clerk, device, page, form):
    give_password(client, clerk)
    client.post(page, form)
    assert not LoginSession.objects.exists()
    assert all(client.get(closed).status_code == 302 for closed in PAGES)


def test_the_second_stage_is_not_reached_without_the_first(client, clerk, device):
    answer = client.post("/dang-nhap/ma-xac-thuc/", {"code": digits(device)})
    assert answer["Location"] == "/dang-nhap/"
    assert not is_in(client)


# ── allauth 65.20.1-65.21.0: factors that leak, codes that are spelt anew ──────────
def test_the_factor_of_one_account_does_not_open_another(client, clerk, device):
    other = actor("auditor")
    theirs = enrolled(other)
    codes = second_factor.new_codes(other.person, by=other)
    give_password(client, clerk)
    client.post("/dang-nhap/ma-xac-thuc/", {"code": digits(theirs)})
    client.post("/dang-nhap/ma-khoi-phuc/", {"code": codes[0]})
    assert not is_in(client)
    assert second_factor.codes_left(other.person) == 10


def test_a_second_password_forgets_whose_code_was_awaited(client, clerk, device):
    other = actor("auditor")
    enrolled(other)
    give_password(client, clerk)
    give_password(client, other)
    client.post("/dang-nhap/ma-xac-thuc/", {"code": digits(device)})
    assert not is_in(client)


@pytest.mark.parametrize("respelt", ["{0} {1}", "{0}-{1}", "\u200b{0}{1}", "{wide}"])
def test_a_used_code_spelt_anew_stays_used(client, clerk, device, respelt):
    code = digits(device)
    assert second_factor.check(clerk.person, code)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    give_password(client, clerk)
    again = respelt.format(code[:3], code[3:], wide=wide)
    client.post("/dang-nhap/ma-xac-thuc/", {"code": again})
    assert not is_in(client)


# ── CVE-2026-18963, CVE-2026-37982: recovery that enrols somebody else's factor ────
def test_a_used_invitation_enrols_nothing_more(clerk):
    issued = invitations.issue(clerk.person, by=clerk, agency=clerk.agency)
    brought = invitations.Enrolment(make_password(PASSWORD), b"s" * 20, 1)
    invitations.accept(issued.invitation, brought, by=clerk)
    thief = invitations.Enrolment(make_password("của kẻ khác"), b"t" * 20, 1)
    with pytest.raises(InvitationInvalidError):
        invitations.accept(issued.invitation, thief, by=clerk)
    assert Client().get(f"/loi-moi/{issued.token}/").status_code == 410
    assert TotpDevice.objects.get().seed == b"s" * 20


def test_an_invitation_never_touches_an_account_with_a_factor(clerk, device):
    issued = invitations.issue(clerk.person, by=clerk, agency=clerk.agency)
    brought = invitations.Enrolment(make_password("của kẻ khác"), b"t" * 20, 1)
    with pytest.raises(InvitationInvalidError):
        invitations.accept(issued.invitation, brought, by=clerk)
    clerk.person.refresh_from_db()
    assert clerk.person.check_password(PASSWORD)
    assert Invitation.objects.get().used_at is None


# ── CVE-2026-105211: the code in the answer ───────────────────────────────────────
def test_no_answer_of_the_door_carries_what_it_asks_for(client, clerk, device):
    codes = second_factor.new_codes(clerk.person, by=clerk)
    secrets = [digits(device), second_factor.seed_as_text(device.seed), *codes]
    for page in ("/dang-nhap/ma-xac-thuc/", "/dang-nhap/ma-khoi-phuc/", ASK):
        give_password(client, clerk)
        wrong = client.post(page, {"code": "000000", "step": "second"})
        seen = wrong.content.decode() + str(wrong.headers)
        assert not [secret for secret in secrets if secret in seen]
        TotpDevice.objects.update(throttling_failure_count=0)
        RecoveryDevice.objects.update(throttling_failure_count=0)


# ── CVE-2025-53942, CVE-2023-22492, CVE-2024-46999: suspended, yet alive ───────────
def test_a_suspended_account_is_out_by_every_way(client, clerk, device):
    key, waiting = Authenticator(), browser()
    sign_in(client, clerk)
    add_key(client, key)
    give_password(waiting, clerk)
    boss = sign_in(Client(), actor("agency_admin", clerk.agency))
    accounts.suspend(clerk.person, by=boss, reason="Nghỉ việc")

    assert not is_in(client)
    waiting.post("/dang-nhap/ma-xac-thuc/", {"code": digits(device)})
    fresh = browser()
    answer = key.use(fresh.post(ASK).json())
    fresh.post("/dang-nhap/khoa-truy-cap/", {"credential": answer})
    again = browser()
    give_password(again, clerk)
    again.post("/dang-nhap/ma-xac-thuc/", {"code": digits(device)})
    assert not any(is_in(one) for one in (waiting, fresh, again))


# ── CVE-2024-52289 and DOT < 3.4.0: leading elsewhere after the sign-in ────────────
@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https:evil.example", "/\t/evil.example", "http://localhost@x/"],
)
def test_the_door_leads_nowhere_else(client, clerk, device, wanted):
    form = {"username": clerk.person.username, "password": PASSWORD}
    first = client.post("/dang-nhap/", form, query_params={"next": wanted})
    assert first["Location"] == "/dang-nhap/ma-xac-thuc/"
    code = {"code": digits(device)}
    second = client.post("/dang-nhap/ma-xac-thuc/", code, query_params={"next": wanted})
    assert second["Location"] == "/bang-dieu-khien/"


# ── CVE-2026-7507: a session planted before the sign-in ────────────────────────────
def test_a_planted_session_is_worth_nothing_after_a_passkey(client, clerk, device):
    key, planted = Authenticator(), browser()
    sign_in(client, clerk)
    add_key(client, key)
    planted.get("/dang-nhap/")
    session = planted.session
    session["planted"] = "by somebody else"
    session.save()
    planted.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    answer = key.use(planted.post(ASK).json())
    planted.post("/dang-nhap/khoa-truy-cap/", {"credential": answer})

    assert is_in(planted)
    assert "planted" not in planted.session
    thief = browser()
    thief.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    assert not is_in(thief)


# ── django-auditlog: the first X-Forwarded-For believed ────────────────────────────
def test_nobody_escapes_the_limit_by_naming_another_address(client, clerk, device):
    give_password(client, clerk)
    for number in range(5):
        TotpDevice.objects.update(throttling_failure_count=0)
        forged = {"X-Forwarded-For": f"198.51.100.{number}"}
        last = client.post(
            "/dang-nhap/ma-xac-thuc/", {"code": "000000"}, headers=forged
        )
    assert last.status_code == 429


def test_guesses_from_many_addresses_wait_at_the_device(clerk, device):
    for number in range(4):
        one = Client(REMOTE_ADDR=f"198.51.100.{number}")
        give_password(one, clerk)
        last = one.post("/dang-nhap/ma-xac-thuc/", {"code": "000000"})
    assert "Vui lòng chờ" in last.content.decode()
    right = Client(REMOTE_ADDR="198.51.100.99")
    give_password(right, clerk)
    right.post("/dang-nhap/ma-xac-thuc/", {"code": digits(device)})
    assert not is_in(right)


def test_a_challenge_is_asked_for_before_it_is_answered(rf, client):
    request = rf.post("/")
    request.session = client.session
    with pytest.raises(PasskeyRefusedError):
        passkeys.passkeys.verify(request, "{}", purpose="alone")
    assert first_factor.waiting(request) is None
