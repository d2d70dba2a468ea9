"""The one door: two factors, and nothing to be learnt by knocking."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.login import second_factor, sessions
from access.models import (
    AuditEntry,
    LoginSession,
    Notice,
    RecoveryDevice,
    TotpDevice,
)
from portal.core import clock
from tests.factories.access import AccountFactory, actor
from tests.signed_in import PASSWORD, digits, enrolled, sign_in

pytestmark = pytest.mark.django_db


def give_password(client, username, password=PASSWORD, **kwargs):
    form = {"username": username, "password": password}
    return client.post("/dang-nhap/", form, **kwargs)


def give_code(client, code, **kwargs):
    return client.post("/dang-nhap/ma-xac-thuc/", {"code": code}, **kwargs)


@pytest.fixture
def clerk():
    return actor("records_clerk")


@pytest.fixture
def device(clerk):
    return enrolled(clerk)


def test_both_factors_open_the_door(client, clerk, device):
    username = clerk.person.username
    assert give_password(client, username)["Location"] == "/dang-nhap/ma-xac-thuc/"
    answer = give_code(client, digits(device))

    assert answer["Location"] == "/bang-dieu-khien/"
    assert client.get("/tai-khoan/").status_code == 200
    session = LoginSession.objects.get(account=clerk.person)
    assert session.method == "totp"
    assert session.acting_agency == clerk.agency


def test_the_user_name_may_be_typed_in_any_case(client, clerk, device):
    answer = give_password(client, f" {clerk.person.username.upper()} ")
    assert answer["Location"] == "/dang-nhap/ma-xac-thuc/"


@pytest.mark.parametrize(
    "page", ["/tai-khoan/", "/bang-dieu-khien/", "/nhat-ky/", "/thong-bao/"]
)
def test_a_password_alone_is_no_session_anywhere(client, clerk, device, page):
    give_password(client, clerk.person.username)

    assert client.get(page)["Location"] == f"/dang-nhap/?next={page}"
    assert "_auth_user_id" not in client.session
    assert not LoginSession.objects.exists()


def test_djangos_own_login_opens_nothing(client, clerk, device):
    client.force_login(clerk.person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    assert client.get("/tai-khoan/").status_code == 302
    assert client.post("/tai-khoan/don-vi/").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/cms/login/",
        "/cms/password_reset/",
        "/cms/logout/",
        "/_util/login/",
        "/admin/",
        "/admin/login/",
        "/accounts/login/",
        "/django-admin/",
        "/login/",
    ],
)
def test_there_is_no_second_password_door(client, clerk, device, path):
    form = {"username": clerk.person.username, "password": PASSWORD}
    before = client.get(path)
    after = client.post(path, form)
    assert before.status_code == 404 or before["Location"].startswith("/dang-nhap/")
    assert after.status_code == 404
    assert "_auth_user_id" not in client.session


def test_an_empty_code_skips_nothing(client, clerk, device):
    # CVE-2026-49443: an empty POST passed for an answered stage.
    give_password(client, clerk.person.username)
    for form in ({}, {"code": ""}, {"code": " "}, {"code": "000000"}):
        assert client.post("/dang-nhap/ma-xac-thuc/", form).status_code == 200
    assert not LoginSession.objects.exists()


def test_an_account_without_a_second_factor_cannot_come_in(client, clerk):
    clerk.person.set_password(PASSWORD)
    clerk.person.save()
    give_password(client, clerk.person.username)
    give_code(client, "000000")
    client.post("/dang-nhap/ma-khoi-phuc/", {"code": "AAAA-AAAA-AAAA-AAAA"})
    assert not LoginSession.objects.exists()


def test_the_answer_tells_nothing_of_whether_a_name_exists(clerk, device):
    suspended = actor("records_clerk")
    enrolled(suspended)
    suspended.person.is_active = False
    suspended.person.save()
    invited = AccountFactory()
    tries = [
        ("khong.co.ai", PASSWORD),
        (clerk.person.username, "sai mật khẩu rồi"),
        (suspended.person.username, PASSWORD),
        (invited.username, PASSWORD),
    ]

    answers = set()
    for number, (username, password) in enumerate(tries):
        browser = Client(REMOTE_ADDR=f"192.0.2.{number + 1}")
        page = give_password(browser, username, password)
        assert page.status_code == 200
        text = page.content.decode().replace(username, "")
        start = text.index("<main")
        answers.add(text[text.index("</form>", start) :])
        assert "Tên đăng nhập hoặc mật khẩu không đúng" in text
    assert len(answers) == 1


def test_every_refusal_costs_one_hash_and_the_same_queries(clerk, device, monkeypatch):
    hashed = []
    plain = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(1) or plain(self, password, salt),
    )
    suspended, invited = actor("records_clerk"), actor("records_clerk")
    enrolled(suspended)
    suspended.person.is_active = False
    suspended.person.save()
    costs = []
    people = (clerk, suspended, invited)
    names = [*(who.person.username for who in people), "khong.co.ai"]
    for number, username in enumerate(names):
        browser = Client(REMOTE_ADDR=f"192.0.2.{number + 1}")
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            give_password(browser, username, "sai mật khẩu rồi")
        costs.append((len(hashed), len(queries)))
    assert len(set(costs)) == 1
    assert costs[0][0] == 1


def test_the_password_step_ends_after_five_minutes(client, clerk, device, monkeypatch):
    give_password(client, clerk.person.username)
    later = timezone.now() + timedelta(minutes=5, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    code = digits(device)

    assert give_code(client, code)["Location"] == "/dang-nhap/"
    assert not LoginSession.objects.exists()


def test_a_password_changed_in_between_asks_for_the_new_one(client, clerk, device):
    give_password(client, clerk.person.username)
    clerk.person.set_password("Một mật khẩu khác hẳn 2026")
    clerk.person.save()
    assert give_code(client, digits(device))["Location"] == "/dang-nhap/"


def test_the_session_key_changes_at_both_steps(client, clerk, device):
    client.get("/dang-nhap/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    keys = [session.session_key]
    give_password(client, clerk.person.username)
    keys.append(client.session.session_key)
    give_code(client, digits(device))
    keys.append(client.session.session_key)

    assert len(set(keys)) == 3
    assert "planted" not in client.session
    for old in keys[:2]:
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = old
        assert thief.get("/tai-khoan/").status_code == 302


def test_a_code_works_once(client, clerk, device):
    code = digits(device)
    give_password(client, clerk.person.username)
    give_code(client, code)
    client.post("/dang-xuat/")

    give_password(client, clerk.person.username)
    answer = give_code(client, code)
    assert answer.status_code == 200
    assert "đã được sử dụng" in answer.content.decode()


def test_wrong_codes_make_wait(client, clerk, device):
    give_password(client, clerk.person.username)
    give_code(client, "000000")
    answer = give_code(client, digits(device))
    assert "Vui lòng chờ" in answer.content.decode()
    assert not LoginSession.objects.exists()


def test_wrong_codes_lock_like_wrong_passwords(client, clerk, device):
    give_password(client, clerk.person.username)
    statuses = []
    for _number in range(5):
        TotpDevice.objects.update(throttling_failure_count=0)
        statuses.append(give_code(client, "000000").status_code)
    assert statuses == [200, 200, 200, 200, 429]
    assert give_password(client, clerk.person.username).status_code == 429


def test_a_recovery_code_works_once_however_it_is_typed(client, clerk, device):
    code = second_factor.new_codes(clerk.person, by=clerk)[0]
    assert code not in str(RecoveryDevice.objects.get().codes.values_list())
    typed = {"code": f" {code.lower().replace('-', ' ')} "}
    give_password(client, clerk.person.username)
    answer = client.post("/dang-nhap/ma-khoi-phuc/", typed, follow=True)
    assert "Bạn còn 9 mã khôi phục" in answer.content.decode()
    assert AuditEntry.objects.filter(event="access.recovery_code_used").exists()

    browser = Client()
    give_password(browser, clerk.person.username)
    assert browser.post("/dang-nhap/ma-khoi-phuc/", typed).status_code == 200
    assert LoginSession.objects.count() == 1


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/su-co/?trang=2", "/su-co/?trang=2"),
        ("https://evil.example/", "/bang-dieu-khien/"),
        ("//evil.example/", "/bang-dieu-khien/"),
        ("/\\evil.example/", "/bang-dieu-khien/"),
        ("javascript:alert(1)", "/bang-dieu-khien/"),
        ("http:evil.example", "/bang-dieu-khien/"),
    ],
)
def test_after_sign_in_one_stays_on_this_host(client, clerk, device, wanted, reached):
    form = {"username": clerk.person.username, "password": PASSWORD}
    step = client.post("/dang-nhap/", form, query_params={"next": wanted})
    answer = client.post(step["Location"], {"code": digits(device)})
    assert answer["Location"] == reached


def test_idle_and_old_sign_ins_end(client, clerk, monkeypatch):
    sign_in(client, clerk)
    start = timezone.now()
    assert client.get("/tai-khoan/").status_code == 200

    at = start
    while at - start < settings.PORTAL_SESSION_ABSOLUTE - timedelta(minutes=20):
        at += settings.PORTAL_SESSION_IDLE - timedelta(minutes=1)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        assert client.get("/tai-khoan/").status_code == 200
    end = start + settings.PORTAL_SESSION_ABSOLUTE + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: end)
    assert client.get("/tai-khoan/").status_code == 302


def test_silence_ends_a_sign_in(client, clerk, monkeypatch):
    sign_in(client, clerk)
    later = timezone.now() + settings.PORTAL_SESSION_IDLE + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = client.get("/tai-khoan/", follow=True)
    assert "Phiên đăng nhập trước đã kết thúc" in answer.content.decode()


def test_a_suspended_person_is_out_at_once(client, clerk):
    # CVE-2025-53942, CVE-2023-22492, CVE-2024-46999: suspended, yet alive.
    sign_in(client, clerk)
    assert client.get("/tai-khoan/").status_code == 200
    clerk.person.is_active = False
    clerk.person.save()
    assert client.get("/tai-khoan/").status_code == 302


def test_a_device_taken_away_ends_the_sign_in(client, clerk):
    sign_in(client, clerk)
    TotpDevice.objects.all().delete()
    assert client.get("/tai-khoan/").status_code == 302


def test_leaving_takes_a_post(client, clerk):
    signed = sign_in(client, clerk)
    assert client.get("/dang-xuat/").status_code == 200
    assert client.get("/tai-khoan/").status_code == 200
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/dang-xuat/")
    signed.session.refresh_from_db()
    assert signed.session.ended_at
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    assert thief.get("/tai-khoan/").status_code == 302


def test_a_forged_forwarded_address_is_not_believed(client, clerk, device):
    for number in range(5):
        forged = {"X-Forwarded-For": f"198.51.100.{number}"}
        last = give_password(client, clerk.person.username, "sai rồi", headers=forged)
    assert last.status_code == 429
    noted = AuditEntry.objects.filter(event="access.sign_in_refused")
    assert set(noted.values_list("remote_addr", flat=True)) == {"127.0.0.1"}


def test_behind_our_proxy_its_own_word_counts(client, clerk, device, settings):
    settings.PORTAL_PROXIES = 1
    forged = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
    give_password(client, clerk.person.username, "sai rồi", headers=forged)
    noted = AuditEntry.objects.get(event="access.sign_in_refused")
    assert noted.remote_addr == "203.0.113.9"


def test_a_lock_out_tells_the_administrator_once(client, clerk, device):
    boss = actor("agency_admin", clerk.agency)
    for _number in range(8):
        give_password(client, clerk.person.username, "sai rồi")
    assert AuditEntry.objects.filter(event="access.locked_out").count() == 1
    assert Notice.objects.filter(recipient=boss.person).count() == 1


def test_one_wrong_typist_does_not_lock_out_his_office(client, clerk, device):
    for _number in range(6):
        give_password(client, "dong.nghiep", "sai rồi")
    answer = give_password(client, clerk.person.username)
    assert answer["Location"] == "/dang-nhap/ma-xac-thuc/"


def test_what_was_typed_is_not_kept(client, clerk, device):
    typed = "Mật khẩu gõ nhầm ô"
    give_password(client, typed, "sai rồi")
    give_password(client, clerk.person.username, typed)
    for entry in AuditEntry.objects.all():
        assert typed not in str(entry.__dict__)


def test_a_sign_in_of_another_person_does_not_inherit_this_one(client, clerk):
    sign_in(client, clerk)
    other = actor("auditor")
    sign_in(client, other)
    page = client.get("/tai-khoan/").content.decode()
    assert other.person.username in page
    assert clerk.person.username not in page


def test_sign_in_pages_are_not_cached(client):
    assert "no-store" in client.get("/dang-nhap/")["Cache-Control"]


def test_sessions_of_the_same_person_are_told_apart(client, clerk):
    first = sign_in(client, clerk)
    second = sign_in(Client(), clerk)
    sessions.end(first.session, by=clerk)
    assert client.get("/tai-khoan/").status_code == 302
    assert LoginSession.objects.handled_by(clerk.person).get() == second.session
