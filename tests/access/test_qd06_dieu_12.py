"""Quyết định 06/2012/QĐ-UBND, Điều 12: no unauthorised access, nothing disclosed."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from access.models import Account, Agency, Assignment, AuditEntry
from access.refusals import AccountBeyondError, OwnRightsError
from access.services import accounts, posts
from portal.core import clock
from tests.factories.access import AgencyFactory, AssignmentFactory, actor
from tests.signed_in import PASSWORD, enrolled, sign_in

pytestmark = pytest.mark.django_db


def test_d12_2_five_wrong_tries_lock_for_a_quarter_of_an_hour(client):
    clerk = actor("records_clerk")
    enrolled(clerk)
    form = {"username": clerk.person.username, "password": "sai mật khẩu rồi"}
    statuses = [client.post("/dang-nhap/", form).status_code for _try in range(5)]
    assert statuses == [200, 200, 200, 200, 429]

    right = {**form, "password": PASSWORD}
    locked = client.post("/dang-nhap/", right)
    assert locked.status_code == 429
    assert "chờ 15 phút" in locked.content.decode()

    AccessAttempt.objects.update(
        attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1)
    )
    assert client.post("/dang-nhap/", right).status_code == 302


def test_d12_2_a_refused_try_shows_with_account_address_and_time(client):
    clerk = actor("records_clerk")
    admin = actor("agency_admin", clerk.agency)
    form = {"username": clerk.person.username, "password": "sai mật khẩu rồi"}
    client.post("/dang-nhap/", form, REMOTE_ADDR="192.0.2.44")

    sign_in(client, admin)
    page = client.get("/nhat-ky/?act=access.sign_in_refused").content.decode()
    assert clerk.person.full_name in page
    assert "192.0.2.44" in page
    assert "bị từ chối khi đăng nhập" in page


def test_d12_5_another_agencys_administrator_sees_nothing(client, admin, stranger):
    clerk = AssignmentFactory(agency=admin.agency, role_code="records_clerk")
    clerk.account.full_name = "Nguyễn Thị Riêng"
    clerk.account.save()
    posts.end(clerk, clock.today(), by=admin, reason="Chuyển công tác")

    sign_in(client, stranger)
    listed = client.get("/tai-khoan-don-vi/?q=rieng").content.decode()
    trail = client.get("/nhat-ky/?q=Riêng").content.decode()
    assert "Nguyễn Thị Riêng" not in listed.replace('value="rieng"', "")
    assert "Nguyễn Thị Riêng" not in trail
    pk, right = clerk.account_id, clerk.pk
    for path in (
        f"/tai-khoan-don-vi/{pk}/",
        f"/tai-khoan-don-vi/{pk}/loi-moi/",
        f"/tai-khoan-don-vi/{pk}/dinh-chi/",
        f"/tai-khoan-don-vi/{pk}/mo-lai/",
        f"/tai-khoan-don-vi/quyen/{right}/cham-dut/",
    ):
        assert client.get(path).status_code == 404, path
        assert client.post(path, {"reason": "Không"}).status_code in {404, 405}, path
    assert client.post(f"/tai-khoan-don-vi/quyen/{right}/xac-nhan/").status_code == 404

    sign_in(client, admin)
    assert (
        "Nguyễn Thị Riêng" in client.get("/tai-khoan-don-vi/?q=rieng").content.decode()
    )
    assert "Nguyễn Thị Riêng" in client.get("/nhat-ky/?q=Riêng").content.decode()


def test_d12_5_a_shared_person_is_seen_with_the_posts_of_ones_own_agency_only(
    client, admin, stranger
):
    both = AssignmentFactory(agency=admin.agency, role_code="records_clerk").account
    AssignmentFactory(account=both, agency=stranger.agency, role_code="agency_head")
    sign_in(client, admin)
    page = client.get(f"/tai-khoan-don-vi/{both.pk}/").content.decode()
    assert admin.agency.name in page
    assert stranger.agency.name not in page


@pytest.mark.parametrize("scope", ["visible_to", "handled_by"])
def test_d12_5_scopes_of_a_person_without_posts_are_empty(scope):
    nobody = actor("agency_admin")
    Assignment.objects.update(ends_on=clock.today() - timedelta(days=1))
    found = getattr(Account.objects, scope)(nobody.person)
    assert not found.exists()
    assert not AuditEntry.objects.visible_to(nobody.person).exists()


def test_d12_5_a_right_ends_with_its_last_day(client, monkeypatch):
    admin = actor("agency_admin")
    Assignment.objects.update(ends_on=clock.today())
    assert admin.may("accounts.manage")
    monkeypatch.setattr(clock, "now", lambda: timezone.now() + timedelta(days=1))
    assert not admin.may("accounts.manage")


def test_d12_5_a_right_ends_with_its_agency():
    admin = actor("agency_admin")
    Agency.objects.update(ends_on=clock.today() - timedelta(days=1))
    assert not admin.may("accounts.manage")


def test_d12_5_only_whoever_governs_a_whole_account_may_suspend_it(admin, stranger):
    both = AssignmentFactory(agency=admin.agency, role_code="records_clerk").account
    AssignmentFactory(account=both, agency=stranger.agency)
    with pytest.raises(AccountBeyondError):
        accounts.suspend(both, by=admin, reason="Nghỉ việc")
    both.refresh_from_db()
    assert both.is_active
    with pytest.raises(OwnRightsError):
        accounts.suspend(admin.person, by=admin, reason="Chính mình")


def test_d12_5_a_suspended_person_leaves_every_browser_at_once(client, admin):
    clerk = actor("records_clerk", admin.agency)
    sign_in(client, clerk)
    assert client.get("/tai-khoan/").status_code == 200
    accounts.suspend(clerk.person, by=admin, reason="Nghỉ việc")
    assert client.get("/tai-khoan/").status_code == 302
    accounts.reopen(clerk.person, by=admin, reason="Trở lại")
    assert client.get("/tai-khoan/").status_code == 302


def test_d12_5_the_directory_is_read_by_all_staff_and_kept_by_few(client, admin):
    page = f"/co-quan/{admin.agency.pk}/"
    kept = [f"{page}{act}/" for act in ("lien-he", "ma", "chuc-nang")]
    kept += ["/co-quan/sap-xep/", "/co-quan/sap-xep/moi/"]
    assert client.get("/co-quan/").status_code == 302
    sign_in(client, admin)
    for read in ("/co-quan/", page):
        assert client.get(read).status_code == 200
    assert [client.get(each).status_code for each in kept] == [404] * len(kept)
    sign_in(client, actor("province_admin", AgencyFactory()))
    assert [client.get(each).status_code for each in kept] == [200] * len(kept)


def test_d12_5_the_list_of_accounts_is_refused_without_the_right(client):
    sign_in(client, actor("records_clerk"))
    assert client.get("/tai-khoan-don-vi/").status_code == 403
    assert client.get("/tai-khoan-don-vi/moi/").status_code == 403


def test_d12_5_a_reader_of_accounts_changes_none(client, admin):
    head = actor("agency_head", admin.agency)
    clerk = AssignmentFactory(agency=admin.agency, role_code="records_clerk")
    sign_in(client, head)
    page = client.get(f"/tai-khoan-don-vi/{clerk.account_id}/")
    assert page.status_code == 200
    assert "dinh-chi" not in page.content.decode()
    assert (
        client.post(f"/tai-khoan-don-vi/{clerk.account_id}/dinh-chi/").status_code
        == 404
    )
