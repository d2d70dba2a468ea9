"""Where an agency has nobody left who may, two of the province act for it (13.5.b)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from access import notices
from access.login import second_factor
from access.models import AccessRequest, Account, Assignment, AuditEntry, Notice
from access.refusals import AdministeredError, OwnRightsError
from access.services import people, requests
from access.services.requests import Kind, Wish
from portal.core import clock
from portal.core.errors import NotAllowedError, SecondPersonError
from tests.factories.access import AccountFactory, AssignmentFactory, actor
from tests.signed_in import enrolled, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/tai-khoan-don-vi/de-nghi/thay-co-quan/"


@pytest.fixture
def first(db):
    return actor("province_admin")


@pytest.fixture
def second(first):
    return actor("province_admin", first.agency)


def lost(whom):
    return Wish(Kind.RESET, whom.agency, "Mất điện thoại", account=whom.person)


def form_for(whom, kind=Kind.RESET):
    username = whom.person.username
    return {"username": username, "kind": kind, "reason": "Đã gọi điện xác minh"}


def approve_on_its_page(client, asked):
    page = f"/tai-khoan-don-vi/de-nghi/{asked.pk}/quyet-dinh/"
    answer = client.post(page, {"decision": "approve", "note": "Đã gọi lại"})
    return client.get(answer["Location"]).content.decode()


def test_d13_5_b_the_only_administrator_gets_a_new_invitation_from_two(
    client, admin, first, second
):
    enrolled(admin)
    sign_in(client, first)
    client.post(PAGE, form_for(admin))
    asked = AccessRequest.objects.get()
    assert (asked.account, asked.agency) == (admin.person, admin.agency)
    assert requests.deciders(asked) == [second.person]
    other = Client()
    sign_in(other, second)
    assert "/loi-moi/" in approve_on_its_page(other, asked)
    assert not second_factor.is_enrolled(admin.person)
    reset = AuditEntry.objects.get(event="access.second_factor_reset")
    assert reset.actor == second.person
    made = AuditEntry.objects.get(event="access.request_made")
    assert made.actor == first.person


def test_the_person_hears_of_it_at_once_and_by_mail_without_the_link(
    admin, first, second
):
    asked = requests.submit(lost(admin), by=first)
    assert Notice.objects.filter(recipient=admin.person).count() == 1
    issued = requests.approve(asked, by=second).issued
    notices.send_due()
    told = [letter for letter in mail.outbox if letter.to == [admin.person.email]]
    assert len(told) >= 2
    assert all(issued.token not in letter.body for letter in told)


def test_d13_5_b_a_closed_only_administrator_is_opened_again_by_two(
    client, admin, first, second
):
    Account.objects.filter(pk=admin.person.pk).update(is_active=False)
    sign_in(client, first)
    client.post(PAGE, form_for(admin, Kind.REOPEN))
    requests.approve(AccessRequest.objects.get(), by=second)
    assert Account.objects.get(pk=admin.person.pk).is_active


def test_d13_5_b_one_person_is_not_two(admin, first, second):
    asked = requests.submit(lost(admin), by=first)
    with pytest.raises(SecondPersonError):
        requests.approve(asked, by=first)
    with pytest.raises(SecondPersonError):
        requests.approve(asked, by=admin)
    Assignment.objects.filter(account=second.person).update(revoked_at=clock.now())
    with pytest.raises(NotAllowedError):
        requests.approve(asked, by=second)


def test_d13_5_b_nobody_asks_for_his_own_device_or_account(first, second):
    for kind in (Kind.RESET, Kind.REOPEN):
        wish = Wish(kind, first.agency, "Thử", account=first.person)
        with pytest.raises(OwnRightsError):
            requests.submit(wish, by=first)


def test_d13_5_b_an_agency_with_an_administrator_helps_its_own(
    client, admin, first, second
):
    clerk = actor("records_clerk", admin.agency)
    enrolled(clerk)
    for kind in (Kind.RESET, Kind.REOPEN):
        wish = Wish(kind, clerk.agency, "Thử", account=clerk.person)
        with pytest.raises(AdministeredError, match=admin.person.full_name):
            requests.submit(wish, by=first)
    sign_in(client, first)
    said = client.post(PAGE, form_for(clerk)).content.decode()
    assert admin.person.full_name in said
    assert not AccessRequest.objects.exists()
    assert second_factor.is_enrolled(clerk.person)


def test_d13_5_b_an_administrator_who_came_meanwhile_decides_instead(
    admin, first, second
):
    asked = requests.submit(lost(admin), by=first)
    new = actor("agency_admin", admin.agency)
    with pytest.raises(NotAllowedError):
        requests.approve(asked, by=second)
    assert requests.deciders(asked) == [new.person]


def test_d13_5_b_the_head_of_the_agency_is_the_second_person(admin, first, second):
    head = actor("agency_head", admin.agency)
    asked = requests.submit(lost(admin), by=first)
    assert requests.deciders(asked) == [head.person]


def test_a_former_agency_without_administrator_is_no_way_round(admin, first, second):
    clerk = actor("records_clerk", admin.agency)
    yesterday = clock.today() - timedelta(days=1)
    former = AssignmentFactory(account=clerk.person, ends_on=yesterday).agency
    assert people.agency_to_help(clerk.person) == admin.agency
    wish = Wish(Kind.RESET, former, "Thử", account=clerk.person)
    with pytest.raises(NotAllowedError):
        requests.submit(wish, by=first)


def test_the_agency_without_administrator_is_found_among_several(admin, first):
    AssignmentFactory(account=admin.person, agency=first.agency)
    assert people.agency_to_help(admin.person) == admin.agency
    with pytest.raises(NotAllowedError):
        people.agency_to_help(AccountFactory())


def test_d12_5_the_page_is_for_the_province_alone(client, admin, stranger):
    sign_in(client, stranger)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, form_for(admin)).status_code == 403
    assert PAGE not in client.get("/tai-khoan-don-vi/de-nghi/").content.decode()
    assert not AccessRequest.objects.exists()


def test_without_a_fresh_second_factor_nothing_is_asked(client, admin, first):
    signed = sign_in(client, first)
    signed.session.proved_at = clock.now() - timedelta(hours=1)
    signed.session.save(update_fields=["proved_at"])
    answer = client.post(PAGE, form_for(admin))
    assert answer.status_code == 302
    assert "chua-luu=1" in answer["Location"]
    assert not AccessRequest.objects.exists()


def test_an_unknown_or_a_closed_name_is_told_alike(client, admin, first):
    Account.objects.filter(pk=admin.person.pk).update(is_active=False)
    sign_in(client, first)
    closed = client.post(PAGE, form_for(admin)).context["form"].non_field_errors()
    form = form_for(admin) | {"username": "khong.co.ai"}
    unknown = client.post(PAGE, form).context["form"].non_field_errors()
    name = admin.person.username
    assert str(closed).replace(name, "khong.co.ai") == str(unknown)
