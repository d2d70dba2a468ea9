"""Who may grant what: never more than he holds to grant (Điều 13.5.b, 15.7).

Classes of faults of others are named where they are tried: CVE-2026-105209 (the agency
of the page was checked, not that of the target), CVE-2026-9099 (something put under
one's own gave power over it).
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from access.models import (
    Assignment,
    AuditEntry,
    DelegatedPermission,
    Role,
    Scope,
)
from access.refusals import (
    AccountEndedError,
    AlreadyHeldError,
    LastAdministratorError,
    LastAppointerError,
    MoreThanHeldError,
    OwnRightsError,
    ScopeBeyondError,
    SecondHeadError,
)
from access.services import accounts, last_administrator, posts
from access.services.posts import Post
from portal.core import clock
from portal.core.errors import NotAllowedError, TransitionError
from tests.factories.access import (
    AccountFactory,
    AgencyFactory,
    AssignmentFactory,
    ReportingLineFactory,
    actor,
)
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


def post(agency, role="records_clerk", **changes):
    found = Role.objects.get(code=role)
    return Post(agency, found, **{"starts_on": clock.today(), **changes})


@pytest.fixture
def clerk(admin):
    return AssignmentFactory(agency=admin.agency, role_code="records_clerk").account


def form_of(agency, role="exchange_officer", **changes):
    return {
        "agency": agency.pk,
        "role": Role.objects.get(code=role).pk,
        "scope": "between",
        "starts_on": clock.today().isoformat(),
    } | changes


# ── Within what one holds to grant ────────────────────────────────────────────────
@pytest.mark.parametrize("role", ["province_admin", "auditor", "incident_coordinator"])
def test_d13_5_b_no_administrator_grants_a_role_of_the_province(admin, clerk, role):
    with pytest.raises(MoreThanHeldError):
        posts.grant(clerk, post(admin.agency, role), by=admin)


def test_d13_5_b_the_province_administrator_alone_grants_no_role_of_the_province(
    admin, clerk
):
    province = actor("province_admin", admin.agency)
    with pytest.raises(MoreThanHeldError):
        posts.grant(clerk, post(admin.agency, "auditor"), by=province)
    with pytest.raises(NotAllowedError):
        posts.grant(clerk, post(AgencyFactory(), "agency_admin"), by=province)


def test_d13_5_b_two_who_appoint_do_it_together(admin, clerk):
    first, second = actor("province_admin"), actor("province_admin")
    made = posts.grant(
        clerk, post(admin.agency, "auditor"), by=second, asked_by=first.person
    )
    assert made.granted_by == second.person
    for asker in (second.person, admin.person):
        with pytest.raises(NotAllowedError):
            posts.grant(
                AccountFactory(),
                post(admin.agency, "auditor"),
                by=second,
                asked_by=asker,
            )


def test_cve_2026_105209_the_agency_of_the_target_counts(
    client, admin, stranger, clerk
):
    with pytest.raises(NotAllowedError):
        posts.grant(clerk, post(stranger.agency), by=admin)
    sign_in(client, admin)
    page = f"/tai-khoan-don-vi/{clerk.pk}/cap-quyen/"
    assert client.post(page, form_of(stranger.agency)).status_code == 200
    theirs = AssignmentFactory(agency=stranger.agency).account
    page = f"/tai-khoan-don-vi/{theirs.pk}/cap-quyen/"
    assert client.get(page).status_code == 404
    assert client.post(page, form_of(admin.agency)).status_code == 404
    assert theirs.assignments.count() == 1
    assert clerk.assignments.count() == 1


@pytest.mark.parametrize("is_above", [True, False])
def test_cve_2026_9099_a_place_in_the_tree_gives_no_right(admin, stranger, is_above):
    ends = (admin.agency, stranger.agency)
    superior, agency = ends if is_above else ends[::-1]
    ReportingLineFactory(agency=agency, superior=superior)
    person = AssignmentFactory(agency=stranger.agency)
    with pytest.raises(NotAllowedError):
        posts.grant(AccountFactory(), post(stranger.agency), by=admin)
    with pytest.raises(NotAllowedError):
        posts.revoke(person, by=admin, reason="Cấp trên")
    assert not Assignment.objects.handled_by(admin.person).contains(person)


def test_d13_5_b_granting_is_not_delegable_even_past_the_service(admin, clerk):
    source = Assignment.objects.get(account=admin.person)
    delegation = AssignmentFactory(
        account=clerk,
        agency=admin.agency,
        role_code="agency_admin",
        delegated_from=source,
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=5),
    )
    DelegatedPermission.objects.create(assignment=delegation, code="accounts.manage")
    by = replace(admin, account=clerk)
    with pytest.raises(NotAllowedError):
        posts.grant(AccountFactory(), post(admin.agency), by=by)


def test_d8_1_inside_grants_only_inside(admin, clerk):
    Assignment.objects.filter(account=admin.person).update(scope=Scope.INSIDE)
    with pytest.raises(ScopeBeyondError, match=admin.agency.name):
        posts.grant(clerk, post(admin.agency, "exchange_officer"), by=admin)
    inside = post(admin.agency, "exchange_officer", scope=Scope.INSIDE)
    assert posts.grant(clerk, inside, by=admin).scope == Scope.INSIDE


def test_d8_1_an_inside_clerk_sends_nothing_to_other_agencies(admin):
    person = AccountFactory()
    posts.grant(person, post(admin.agency, scope=Scope.INSIDE), by=admin)
    by = replace(admin, account=person)
    assert not by.may("exchange.send")
    assert by.may("exchange.register")


# ── Bad input: a sentence, and nothing changed ────────────────────────────────────
def test_a_grant_to_a_suspended_or_left_account_is_refused(admin, clerk):
    accounts.suspend(clerk, by=admin, reason="Nghỉ thai sản")
    clerk.refresh_from_db()
    with pytest.raises(AccountEndedError, match=clerk.full_name):
        posts.grant(clerk, post(admin.agency, "exchange_officer"), by=admin)


def test_d3_3_two_heads_at_once_are_refused_and_one_after_the_other_are_not(admin):
    today = clock.today()
    head = AssignmentFactory(
        agency=admin.agency,
        role_code="agency_head",
        ends_on=today + timedelta(days=30),
    )
    with pytest.raises(SecondHeadError, match=head.account.full_name) as refused:
        posts.grant(AccountFactory(), post(admin.agency, "agency_head"), by=admin)
    assert f"{head.ends_on:%d/%m/%Y}" in str(refused.value)
    later = post(admin.agency, "agency_head", starts_on=today + timedelta(days=31))
    assert posts.grant(AccountFactory(), later, by=admin)


def test_d3_3_a_suspended_head_is_still_the_head(admin):
    head = AssignmentFactory(agency=admin.agency, role_code="agency_head")
    accounts.suspend(head.account, by=admin, reason="Nghỉ ốm")
    with pytest.raises(SecondHeadError):
        posts.grant(AccountFactory(), post(admin.agency, "agency_head"), by=admin)


def test_the_same_right_twice_is_refused_and_its_continuation_is_not(admin, clerk):
    today = clock.today()
    with pytest.raises(AlreadyHeldError):
        posts.grant(clerk, post(admin.agency), by=admin)
    Assignment.objects.filter(account=clerk).update(ends_on=today)
    next_day = today + timedelta(days=1)
    assert posts.grant(clerk, post(admin.agency, starts_on=next_day), by=admin)


# ── Revocation at once ────────────────────────────────────────────────────────────
def test_d12_2_a_revoked_right_gives_nothing_from_that_moment(admin, clerk):
    by = replace(admin, account=clerk)
    assert by.may("exchange.read")
    posts.revoke(clerk.assignments.get(), by=admin, reason="Lộ mật khẩu")
    assert not replace(admin, account=clerk).may("exchange.read")
    right = clerk.assignments.get()
    assert (right.ends_on, bool(right.revoked_at)) == (clock.today(), True)
    assert AuditEntry.objects.filter(event="access.right_revoked").count() == 1
    with pytest.raises(TransitionError):
        posts.revoke(right, by=admin, reason="Lần nữa")
    assert posts.grant(clerk, post(admin.agency), by=admin).pk != right.pk


def test_d12_2_a_right_that_has_not_begun_is_revoked_too(admin):
    begins = clock.today() + timedelta(days=9)
    right = AssignmentFactory(
        agency=admin.agency, role_code="records_clerk", starts_on=begins
    )
    posts.revoke(right, by=admin, reason="Không nhận việc")
    assert not Assignment.objects.effective(begins).contains(right)


def test_d12_2_revoked_on_the_page(client, admin, clerk):
    sign_in(client, admin)
    right = clerk.assignments.get()
    form = {
        "last_day": clock.today().isoformat(),
        "is_at_once": "on",
        "reason": "Thu hồi khẩn cấp",
    }
    page = f"/tai-khoan-don-vi/quyen/{right.pk}/cham-dut/"
    assert client.post(page, form).status_code == 302
    right.refresh_from_db()
    assert right.revoked_at is not None


def test_d13_5_b_a_role_of_the_province_is_not_ended_by_the_agency(admin):
    auditor = AssignmentFactory(agency=admin.agency, role_code="auditor")
    with pytest.raises(NotAllowedError):
        posts.end(auditor, clock.today(), by=admin, reason="Không thích")
    assert not Assignment.objects.handled_by(admin.person).contains(auditor)
    posts.end(auditor, clock.today(), by=actor("province_admin"), reason="Hết nhiệm kỳ")


# ── The last administrator ────────────────────────────────────────────────────────
@pytest.fixture
def other(admin):
    """A second administrator of the agency."""
    return actor("agency_admin", admin.agency)


ACTS = {
    "end": lambda right, by: posts.end(right, clock.today(), by=by, reason="Thử"),
    "revoke": lambda right, by: posts.revoke(right, by=by, reason="Thử"),
    "suspend": lambda right, by: accounts.suspend(right.account, by=by, reason="Thử"),
}


@pytest.mark.parametrize("act", ACTS)
def test_d13_5_b_one_of_two_administrators_may_go(admin, other, act):
    right = Assignment.objects.get(account=admin.person)
    ACTS[act](right, other)


@pytest.mark.parametrize("act", ["end", "revoke"])
def test_d13_5_b_the_last_administrator_may_not(admin, act):
    # The portal itself (a review that nobody answered) is refused as people are.
    right = Assignment.objects.get(account=admin.person)
    with pytest.raises(LastAdministratorError, match=admin.agency.name):
        ACTS[act](right, type(admin).system("rà soát"))
    right.refresh_from_db()
    assert (right.ends_on, right.revoked_at) == (None, None)


def test_d13_5_b_the_last_administrator_is_not_suspended(admin, stranger):
    # The stranger administers this agency too, until his right there is cut off in
    # his own transaction: what counts is who is left, not who acts.
    with pytest.raises(LastAdministratorError):
        last_administrator.require_another_everywhere(admin.person, clock.today())
    AssignmentFactory(
        account=stranger.person, agency=admin.agency, role_code="agency_admin"
    )
    accounts.suspend(admin.person, by=stranger, reason="Nghỉ ốm")
    with pytest.raises(LastAdministratorError):
        last_administrator.require_another_everywhere(stranger.person, clock.today())


def test_d13_5_b_the_second_must_still_be_there_the_day_after(admin, other):
    right = Assignment.objects.get(account=admin.person)
    Assignment.objects.filter(account=other.person).update(ends_on=clock.today())
    with pytest.raises(LastAdministratorError, match=admin.person.full_name):
        posts.end(right, clock.today(), by=other, reason="Thử")


def test_d13_5_b_an_administrator_with_a_further_administering_right_may_lose_one(
    admin, other
):
    further = AssignmentFactory(
        account=admin.person, agency=admin.agency, role_code="province_admin"
    )
    Assignment.objects.filter(account=other.person).update(ends_on=clock.today())
    own = Assignment.objects.exclude(pk=further.pk).get(account=admin.person)
    posts.end(own, clock.today(), by=other, reason="Đã có quyền khác")


def test_d13_5_b_the_last_administrator_of_the_province_stays(admin):
    first, second = actor("province_admin"), actor("province_admin")
    for agency in (first.agency, second.agency):
        actor("agency_admin", agency)
    posts.revoke(
        Assignment.objects.get(account=second.person), by=first, reason="Nghỉ hưu"
    )
    third = actor("province_admin", first.agency)
    Assignment.objects.filter(account=third.person).update(ends_on=clock.today())
    last = Assignment.objects.get(account=first.person)
    with pytest.raises(LastAppointerError):
        posts.end(last, clock.today(), by=third, reason="Thử")


def test_an_agency_that_ends_needs_no_administrator(admin, other):
    agency = admin.agency
    agency.ends_on = clock.today()
    agency.save()
    for person in (admin, other):
        right = Assignment.objects.get(account=person.person)
        by = other if person is admin else admin
        posts.end(right, clock.today(), by=by, reason="Sáp nhập")


# ── Pages ─────────────────────────────────────────────────────────────────────────
def test_a_further_right_is_granted_on_the_page(client, admin, clerk):
    sign_in(client, admin)
    page = f"/tai-khoan-don-vi/{clerk.pk}/cap-quyen/"
    assert clerk.full_name in client.get(page).content.decode()
    assert client.post(page, form_of(admin.agency)).status_code == 302
    assert clerk.assignments.filter(role__code="exchange_officer").exists()


def test_a_person_of_another_agency_is_found_by_the_exact_user_name_only(
    client, admin, stranger
):
    person = AccountFactory(
        full_name="Lê Kiêm Nhiệm", username="le.kiem", telephone="0912"
    )
    AssignmentFactory(account=person, agency=stranger.agency)
    sign_in(client, admin)
    near = client.get("/tai-khoan-don-vi/kiem-nhiem/?ten=le.kie").content.decode()
    assert "Lê Kiêm Nhiệm" not in near
    page = "/tai-khoan-don-vi/kiem-nhiem/?ten=le.kiem"
    text = client.get(page).content.decode()
    assert "Lê Kiêm Nhiệm" in text
    for untold in (stranger.agency.name, person.email, "0912"):
        assert untold not in text
    assert AuditEntry.objects.filter(event="access.searched_person").exists()
    assert client.post(page, form_of(admin.agency)).status_code == 302
    assert person.assignments.filter(agency=admin.agency).exists()


def test_a_clerk_neither_finds_nor_grants(client, admin, clerk):
    by = actor("records_clerk", admin.agency)
    sign_in(client, by)
    assert client.get("/tai-khoan-don-vi/kiem-nhiem/?ten=x").status_code == 403
    assert client.get(f"/tai-khoan-don-vi/{clerk.pk}/cap-quyen/").status_code == 404
    head = actor("agency_head", admin.agency)
    sign_in(client, head)
    assert client.get(f"/tai-khoan-don-vi/{clerk.pk}/cap-quyen/").status_code == 403


def test_nobody_grants_himself_on_the_page_or_in_the_database(client, admin):
    sign_in(client, admin)
    page = f"/tai-khoan-don-vi/{admin.person.pk}/cap-quyen/"
    answer = client.post(page, form_of(admin.agency))
    assert answer.status_code == 200
    with pytest.raises(OwnRightsError):
        posts.grant(admin.person, post(admin.agency), by=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentFactory(account=admin.person, granted_by=admin.person)
