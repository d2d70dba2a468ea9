"""The one-time invitation: the only way to a password and a second factor."""

import base64
import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_otp.oath import hotp

from access import audit
from access.login import second_factor
from access.models import (
    Account,
    Assignment,
    AuditEntry,
    Invitation,
    LoginSession,
    Notice,
    Role,
    RoleGrant,
    TotpDevice,
)
from access.refusals import (
    InvitationInvalidError,
)
from access.services import invitations
from access.services.invitations import Person
from access.services.posts import Post
from portal.core import clock
from tests.factories.access import AgencyFactory
from tests.signed_in import PASSWORD, enrolled, sign_in

pytestmark = pytest.mark.django_db

CLERK = Person("Trần Thị Văn Thư", "vanthu.moi", "vanthu.moi@example.test")


def clerk_of(agency, **changes):
    role = Role.objects.get(code="records_clerk")
    return Post(agency, role, **{"starts_on": clock.today(), **changes})


@pytest.fixture
def issued(admin):
    return invitations.invite(CLERK, clerk_of(admin.agency), by=admin)


def page_of(issued):
    return issued.link.removeprefix(settings.PORTAL_BASE_URL)


def set_password(browser, page, password=PASSWORD):
    form = {"step": "password", "new_password": password, "again": password}
    return browser.post(page, form)


def seed_on(browser, page):
    text = browser.get(page).content.decode()
    shown = re.search(r'class="seed"><code>([A-Z2-7 ]+)</code>', text)[1]
    return base64.b32decode(shown.replace(" ", ""))


def code_for(seed):
    step = int(clock.now().timestamp()) // 30
    return f"{hotp(seed, step):06d}"


def accept(browser, page):
    set_password(browser, page)
    return browser.post(
        page, {"step": "code", "code": code_for(seed_on(browser, page))}
    )


def test_an_invited_clerk_comes_in(client, admin, issued):
    page = page_of(issued)
    account = issued.invitation.account
    welcome = client.get(page)
    assert "Chào mừng Trần Thị Văn Thư" in welcome.content.decode()
    assert welcome["Referrer-Policy"] == "strict-origin"
    assert "no-store" in welcome["Cache-Control"]

    assert accept(client, page)["Location"] == "/tai-khoan/ma-khoi-phuc/"
    text = client.get("/tai-khoan/ma-khoi-phuc/").content.decode()
    codes = re.findall(r"<code>([A-Z2-9-]{19})</code>", text)
    assert len(codes) == 10
    # A reload shows them again, until they are stored; then never.
    assert codes[0] in client.get("/tai-khoan/ma-khoi-phuc/").content.decode()
    client.post("/tai-khoan/ma-khoi-phuc/")
    assert client.get("/tai-khoan/ma-khoi-phuc/").status_code == 302

    session = LoginSession.objects.get()
    assert (session.account, session.acting_agency) == (account, admin.agency)
    events = AuditEntry.objects.filter(actor=account).values_list("event", flat=True)
    assert set(events) == {
        "access.invitation_accepted",
        "access.second_factor_enrolled",
        "access.recovery_codes_made",
        "access.signed_in",
    }


def test_a_visit_uses_nothing_and_a_reload_breaks_nothing(client, issued):
    page = page_of(issued)
    for _number in range(3):
        client.get(page)
        client.head(page)
    set_password(client, page)
    seed = seed_on(client, page)
    assert seed_on(client, page) == seed
    client.post(page, {"step": "code", "code": "000000"})
    client.post(page, {"step": "code", "code": ""})
    assert seed_on(client, page) == seed
    account = Account.objects.get(pk=issued.invitation.account_id)
    assert not account.has_usable_password()
    assert not TotpDevice.objects.exists()
    assert client.get("/tai-khoan/").status_code == 302
    answer = client.post(page, {"step": "code", "code": code_for(seed)})
    assert answer["Location"] == "/tai-khoan/ma-khoi-phuc/"


def test_nothing_of_it_lies_in_clear_in_the_database(client, admin, issued):
    page = page_of(issued)
    set_password(client, page)
    seed = second_factor.seed_as_text(seed_on(client, page)).replace(" ", "")
    client.post(page, {"step": "code", "code": code_for(seed_on(client, page))})
    text = client.get("/tai-khoan/ma-khoi-phuc/").content.decode()
    code = re.findall(r"<code>([A-Z2-9-]{19})</code>", text)[0]

    with connection.cursor() as cursor:
        dump = ""
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (our own names)
            dump += repr(cursor.fetchall())
    for secret in (issued.token, PASSWORD, seed, code, code.replace("-", "")):
        assert secret not in dump


def test_another_browser_begins_at_the_beginning(client, issued):
    page = page_of(issued)
    set_password(client, page)
    other = Client()
    assert "Bước 1/3" in other.get(page).content.decode()
    answer = other.post(page, {"step": "code", "code": code_for(seed_on(client, page))})
    assert answer.status_code == 200
    assert not TotpDevice.objects.exists()


def test_what_was_begun_with_one_link_is_no_good_for_another(client, admin, issued):
    set_password(client, page_of(issued))
    second = Person("Người Thứ Hai", "nguoi.hai")
    other = invitations.invite(second, clerk_of(admin.agency), by=admin)
    assert "Bước 1/3" in client.get(page_of(other)).content.decode()


@pytest.mark.parametrize(
    "how", ["used", "expired", "withdrawn", "unknown", "suspended"]
)
def test_a_dead_link_says_so_and_what_to_do(client, admin, issued, how, monkeypatch):
    page = page_of(issued)
    match how:
        case "used":
            accept(Client(), page)
        case "expired":
            later = timezone.now() + timedelta(hours=72, seconds=1)
            monkeypatch.setattr(clock, "now", lambda: later)
        case "withdrawn":
            invitations.renew(issued.invitation.account, by=admin)
        case "unknown":
            page = "/loi-moi/" + "A" * 43 + "/"
        case "suspended":
            Account.objects.filter(pk=issued.invitation.account_id).update(
                is_active=False
            )
    answer = client.get(page)
    assert answer.status_code == 410
    assert "gửi lời mời mới" in answer.content.decode()
    assert answer["Referrer-Policy"] == "strict-origin"
    assert set_password(client, page).status_code == 410


def test_a_replayed_link_enrols_no_second_device(client, issued):
    # CVE-2026-37982: a replayed link enrolled another key.
    page = page_of(issued)
    thief = Client()
    set_password(thief, page)
    code = code_for(seed_on(thief, page))
    accept(client, page)
    assert thief.post(page, {"step": "code", "code": code}).status_code == 410
    assert TotpDevice.objects.count() == 1


def test_the_code_that_enrolled_is_used(client, issued):
    page = page_of(issued)
    set_password(client, page)
    code = code_for(seed_on(client, page))
    client.post(page, {"step": "code", "code": code})
    assert second_factor.check(issued.invitation.account, code) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_wins(admin, issued):
    seed = second_factor.new_seed()
    brought = invitations.Enrolment("a hash", seed, used_step=1)
    start, won, lost = Barrier(4), [], []

    def take():
        start.wait()
        try:
            won.append(invitations.accept(issued.invitation, brought, by=admin))
        except InvitationInvalidError as refusal:
            lost.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=take) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 3)
    assert TotpDevice.objects.count() == 1


@pytest.mark.parametrize(
    "password", ["ngắn", "123456789012345", "password12345", "vanthu.moi.2026"]
)
def test_a_weak_password_is_refused_with_the_reason(client, issued, password):
    page = page_of(issued)
    answer = set_password(client, page, password)
    assert answer.status_code == 200
    assert "field-error" in answer.content.decode()
    assert "Bước 1/3" in client.get(page).content.decode()


def test_whoever_is_signed_in_does_not_become_another_by_a_link(client, admin, issued):
    sign_in(client, admin)
    answer = client.get(page_of(issued))
    assert answer.status_code == 409
    assert admin.person.full_name in answer.content.decode()


def test_the_link_is_mailed_at_once_and_no_notice_holds_it(
    admin, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        issued = invitations.invite(CLERK, clerk_of(admin.agency), by=admin)
    assert issued.link in mail.outbox[0].body
    assert mail.outbox[0].to == [CLERK.email]
    assert not Notice.objects.exists()
    assert issued.token not in repr(issued)


def test_a_new_link_replaces_the_old_and_there_is_one_at_a_time(admin, issued):
    second = invitations.renew(issued.invitation.account, by=admin)
    assert Invitation.objects.open().get() == second.invitation
    with pytest.raises(InvitationInvalidError):
        invitations.find(issued.token)
    assert invitations.find(second.token) == second.invitation


# ── Pages and commands ────────────────────────────────────────────────────────────
def test_the_administrator_sees_the_link_once(client, admin):
    sign_in(client, admin)
    role = Role.objects.get(code="records_clerk")
    form = {
        "full_name": "  Lê   Văn Thư ",
        "username": "le.vanthu",
        "agency": admin.agency.pk,
        "role": role.pk,
        "scope": "between",
        "starts_on": clock.today().isoformat(),
        "decision_number": "12/QĐ-SNV",
    }
    answer = client.post("/tai-khoan-don-vi/moi/", form)
    made = Assignment.objects.get(account__username="le.vanthu")
    assert made.account.full_name == "Lê Văn Thư"
    assert (made.agency, made.granted_by) == (admin.agency, admin.person)
    page = client.get(answer["Location"])
    assert "/loi-moi/" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert client.get(answer["Location"]).status_code == 302


def test_the_form_offers_only_roles_that_the_administrator_may_grant(client, admin):
    sign_in(client, admin)

    def offered():
        form = client.get("/tai-khoan-don-vi/moi/").context["form"]
        return set(form.fields["role"].queryset.values_list("code", flat=True))

    assert {"agency_head", "records_clerk"} <= offered()
    RoleGrant.objects.filter(granted__code="agency_head").delete()
    assert "agency_head" not in offered()
    assert "records_clerk" in offered()


@pytest.mark.parametrize("field", ["agency", "role"])
def test_the_form_takes_no_foreign_agency_or_role(client, admin, stranger, field):
    sign_in(client, admin)
    form = {
        "full_name": "Ai Đó",
        "username": "ai.do",
        "agency": admin.agency.pk,
        "role": Role.objects.get(code="records_clerk").pk,
        "scope": "between",
        "starts_on": clock.today().isoformat(),
    }
    form[field] = {
        "agency": stranger.agency.pk,
        "role": Role.objects.get(code="province_admin").pk,
    }[field]
    assert client.post("/tai-khoan-don-vi/moi/", form).status_code == 200
    assert not Account.objects.filter(username="ai.do").exists()


def test_the_first_administrator_comes_by_the_command_line(roles, client, capsys):
    agency = AgencyFactory()
    call_command(
        "invite",
        "quantri",
        "--full-name=Nguyễn Quản Trị",
        f"--agency={agency.code}",
        "--role=province_admin",
    )
    link = capsys.readouterr().out.strip()
    assert (
        accept(client, link.removeprefix(settings.PORTAL_BASE_URL)).status_code == 302
    )
    entry = AuditEntry.objects.get(event="access.right_granted")
    assert audit.details_of(entry)
    with pytest.raises(CommandError, match="No agency"):
        call_command(
            "invite", "x", "--full-name=X", "--agency=none", "--role=province_admin"
        )


def test_digits_are_printed_for_demo_accounts_only(admin, settings, capsys):
    enrolled(admin)
    username = admin.person.username
    with pytest.raises(CommandError, match="no demo account"):
        call_command("totp", username)
    Account.objects.filter(pk=admin.person.pk).update(is_demo=True)
    call_command("totp", username)
    assert second_factor.check(admin.person, capsys.readouterr().out.strip())
    settings.PORTAL_DEMO = False
    with pytest.raises(CommandError, match="demo installation"):
        call_command("totp", username)
