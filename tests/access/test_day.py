"""What an administrator begins the day with (Điều 12.2, 13.5.b, 15.7, 15.9)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access import audit, day, menu
from access.actors import Actor
from access.models import Account, AuditEntry, Invitation
from access.services import invitations
from access.services.posts import Post
from portal.core import clock
from tests.access.test_pages import queries_for, text_of
from tests.factories.access import (
    AccountFactory,
    AgencyFactory,
    AssignmentFactory,
    actor,
)
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

PAGE = "/tai-khoan-don-vi/can-xem/"


@pytest.fixture(autouse=True)
def nobody_is_idle(admin, stranger):
    Account.objects.update(last_login=clock.now())


@pytest.fixture
def staffed(admin):
    """The agency of the administrator, with everybody in office and confirmed."""
    for role in ("agency_head", "security_officer"):
        actor(role, admin.agency)
    for _number in range(2):
        actor("exchange_officer", admin.agency)
    settle()
    return admin


@pytest.fixture
def province():
    return actor("province_admin", AgencyFactory(name="Ủy ban nhân dân tỉnh"))


def settle():
    """Confirm every right and let everybody have signed in today."""
    from access.models import Assignment  # noqa: PLC0415 (of this helper only)

    Assignment.objects.update(confirmed_at=clock.now())
    Account.objects.update(last_login=clock.now())


def seen(by):
    return {s.kind.key: s for s in day.sections(by.person)}


def who(section):
    return [line.who for line in section.lines]


def lock_out(account, agency, *, minutes=5):
    by = Actor(account=None, address="192.0.2.7")
    entry = audit.record(account, "access.locked_out", by=by, agency=agency)
    moment = clock.now() - timedelta(minutes=minutes)
    # Entries are append-only; a test writes them as they would have been written then.
    AuditEntry.objects.bulk_create(
        [AuditEntry(**{**_columns(entry), "timestamp": moment})]
    )


def _columns(entry):
    kept = {f.attname: getattr(entry, f.attname) for f in entry._meta.concrete_fields}
    del kept["id"]
    return kept


def test_where_all_is_well_there_is_nothing_to_look_at(client, staffed):
    assert seen(staffed) == {}
    assert menu._to_look_at(staffed) == {}
    sign_in(client, staffed)
    assert "Không có gì" in text_of(client, PAGE)


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("agency_head", "người đứng đầu"),
        ("security_officer", "an toàn thông tin"),
        ("exchange_officer", "theo dõi gửi, nhận"),
    ],
)
def test_d15_1_d13_3_d15_9_who_is_not_in_office_is_named(staffed, role, words):
    for right in staffed.agency.assignments.filter(role__code=role):
        right.ends_on = clock.today() - timedelta(days=1)
        right.save(update_fields=["ends_on"])
    found = seen(staffed)["chuc-danh"]
    assert who(found) == [staffed.agency.name]
    assert words in found.lines[0].what.lower()


def test_d15_9_one_exchange_officer_has_no_deputy(staffed):
    right = staffed.agency.assignments.filter(role__code="exchange_officer").first()
    Account.objects.filter(pk=right.account_id).update(is_active=False)
    assert "dự phòng" in seen(staffed)["chuc-danh"].lines[0].what


def test_the_province_sees_every_agency_and_no_person_of_another(province, stranger):
    Account.objects.filter(pk=stranger.person.pk).update(is_active=False)
    away = clock.now() - timedelta(days=60)
    idle = AccountFactory(full_name="Người Vắng", last_login=away)
    AssignmentFactory(account=idle, agency=stranger.agency)
    central = AgencyFactory(agency_type="central", name="Bộ")
    found = seen(province)
    assert stranger.agency.name in who(found["cua"])
    assert stranger.agency.name in who(found["chuc-danh"])
    assert central.name not in who(found["chuc-danh"])
    assert "Người Vắng" not in str(found)


def test_d12_5_an_administrator_sees_his_own_agency_only(staffed, stranger):
    Account.objects.filter(pk=stranger.person.pk).update(is_active=False)
    lock_out(stranger.person, stranger.agency)
    assert seen(staffed) == {}


def test_d12_2_who_was_locked_out_today_is_listed_once(staffed):
    clerk = actor("records_clerk", staffed.agency).person
    settle()
    for minutes in (1, 3):
        lock_out(clerk, staffed.agency, minutes=minutes)
    found = seen(staffed)["khoa"]
    assert who(found) == [clerk.full_name]
    assert "192.0.2.7" in found.lines[0].what
    assert found.lines[0].url == f"/tai-khoan-don-vi/{clerk.pk}/"


def test_an_agency_with_many_lock_outs_at_once_stands_before_its_door(
    province, stranger
):
    people = [actor("records_clerk", stranger.agency).person for _n in range(3)]
    for person in people[:2]:
        lock_out(person, stranger.agency)
    assert "cua" not in seen(province)
    lock_out(people[2], stranger.agency)
    assert who(seen(province)["cua"]) == [stranger.agency.name]


@pytest.mark.parametrize("how", ["locked out", "suspended"])
def test_an_agency_none_of_whose_administrators_can_come_in(province, stranger, how):
    second = actor("agency_admin", stranger.agency).person
    Account.objects.filter(pk=second.pk).update(is_active=False)
    assert "cua" not in seen(province)
    if how == "locked out":
        lock_out(stranger.person, stranger.agency)
    else:
        Account.objects.filter(pk=stranger.person.pk).update(is_active=False)
    assert who(seen(province)["cua"]) == [stranger.agency.name]


@pytest.mark.parametrize(("days", "shown"), [(6, False), (8, True)])
def test_d13_5_b_rights_nobody_confirms_are_listed_after_a_week(staffed, days, shown):
    right = AssignmentFactory(agency=staffed.agency)
    right.granted_at = clock.now() - timedelta(days=days)
    right.save(update_fields=["granted_at"])
    Account.objects.update(last_login=clock.now())
    assert ("xac-nhan" in seen(staffed)) is shown


@pytest.mark.parametrize(
    ("days", "shown"), [(-1, False), (0, True), (14, True), (15, False)]
)
def test_rights_that_end_within_a_fortnight_are_listed(staffed, days, shown):
    last = clock.today() + timedelta(days=days)
    AssignmentFactory(agency=staffed.agency, ends_on=last)
    settle()
    assert ("sap-het" in seen(staffed)) is shown


@pytest.mark.parametrize(("hours", "shown"), [(-5, True), (5, True), (50, False)])
def test_invitations_that_end_or_ended_unused_are_listed(staffed, hours, shown):
    person = invitations.Person("Phạm Người Mới", "pham.moi")
    role = staffed.agency.assignments.get(role__code="agency_head").role
    role = type(role).objects.get(code="records_clerk")
    invitations.invite(person, Post(staffed.agency, role, clock.today()), by=staffed)
    Invitation.objects.update(expires_at=clock.now() + timedelta(hours=hours))
    settle()
    assert ("loi-moi" in seen(staffed)) is shown


def test_idle_accounts_are_listed_the_last_administrator_too(staffed, settings):
    away = clock.now() - timedelta(days=46)
    Account.objects.filter(pk=staffed.person.pk).update(last_login=away)
    assert who(seen(staffed)["khong-dung"]) == [staffed.person.full_name]
    settings.PORTAL_IDLE_DAYS = 0
    assert "khong-dung" not in seen(staffed)


def test_a_long_list_is_cut_and_says_how_many_there_are(client, staffed):
    away = clock.now() - timedelta(days=46)
    for _number in range(day.MOST_LINES + 3):
        account = AccountFactory()
        AssignmentFactory(account=account, agency=staffed.agency)
    settle()
    people = Account.objects.filter(assignments__role__code="security_officer")
    people.update(last_login=away)
    found = seen(staffed)["khong-dung"]
    assert (len(found.lines), found.more) == (day.MOST_LINES, 4)


def test_the_page_and_the_panel_cost_the_same_for_many(client, province):
    sign_in(client, province)
    client.get(PAGE)
    few = queries_for(client, PAGE)
    for _number in range(10):
        agency = AgencyFactory()
        person = AssignmentFactory(agency=agency).account
        lock_out(person, agency)
    for _number in range(30):
        AssignmentFactory(agency=province.agency, ends_on=clock.today())
    assert queries_for(client, PAGE) == few
    with CaptureQueriesContext(connection) as asked:
        day.sections(province.person)
    assert len(asked) <= 16


@pytest.mark.parametrize(
    ("role", "answer"),
    [("agency_head", 200), ("agency_admin", 200), ("records_clerk", 403)],
)
def test_the_page_is_for_those_who_look_after_accounts(client, admin, role, answer):
    sign_in(client, actor(role, admin.agency))
    assert client.get(PAGE).status_code == answer


def test_the_dashboard_leads_there(client, admin):
    sign_in(client, admin)
    text = text_of(client, "/bang-dieu-khien/")
    assert f"{PAGE}#chuc-danh" in text
