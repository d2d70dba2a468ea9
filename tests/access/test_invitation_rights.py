"""Who may invite whom, for what, and whose account is beyond him."""

from datetime import date, timedelta

import pytest

from access.login import second_factor
from access.models import (
    Account,
    Role,
)
from access.refusals import (
    AccountBeyondError,
    AgencyEndedError,
    AlreadyEnrolledError,
    AlreadyHeldError,
    LastDayError,
    MoreThanHeldError,
    OwnRightsError,
    UsernameTakenError,
)
from access.services import invitations, posts
from access.services.invitations import Person
from access.services.posts import Post
from portal.core import clock
from portal.core.errors import NotAllowedError
from tests.factories.access import AgencyFactory, AssignmentFactory

pytestmark = pytest.mark.django_db

CLERK = Person("Trần Thị Văn Thư", "vanthu.moi", "vanthu.moi@example.test")


def clerk_of(agency, **changes):
    role = Role.objects.get(code="records_clerk")
    return Post(agency, role, **{"starts_on": clock.today(), **changes})


@pytest.fixture
def issued(admin):
    return invitations.invite(CLERK, clerk_of(admin.agency), by=admin)


def test_nobody_invites_for_another_agency(admin, stranger):
    # CVE-2026-105209: the agency of the page was checked, not that of the target.
    with pytest.raises(NotAllowedError):
        invitations.invite(CLERK, clerk_of(stranger.agency), by=admin)
    assert not Account.objects.filter(username=CLERK.username).exists()


@pytest.mark.parametrize("role", ["province_admin", "auditor", "form_approver"])
def test_nobody_grants_a_role_of_the_province(admin, role):
    post = Post(admin.agency, Role.objects.get(code=role), clock.today())
    with pytest.raises(MoreThanHeldError):
        invitations.invite(CLERK, post, by=admin)
    assert not Account.objects.filter(username=CLERK.username).exists()


def test_nobody_grants_himself(admin):
    with pytest.raises(OwnRightsError):
        posts.grant(admin.person, clerk_of(admin.agency), by=admin)


def test_a_post_before_or_after_the_agency_is_refused(admin):
    agency = AgencyFactory(ends_on=date(2030, 6, 30))
    AssignmentFactory(account=admin.person, agency=agency, role_code="agency_admin")
    late = clerk_of(agency, starts_on=date(2030, 7, 1))
    with pytest.raises(AgencyEndedError, match="01/07/2030"):
        invitations.invite(CLERK, late, by=admin)


def test_an_end_before_the_start_is_refused(admin):
    post = clerk_of(admin.agency, ends_on=clock.today() - timedelta(days=1))
    with pytest.raises(LastDayError):
        invitations.invite(CLERK, post, by=admin)


@pytest.mark.parametrize("username", ["vanthu.moi", "VanThu.Moi", " vanthu.moi "])
def test_a_user_name_is_taken_in_any_case(admin, issued, username):
    again = Person("Người Khác", username)
    with pytest.raises(UsernameTakenError):
        invitations.invite(again, clerk_of(admin.agency), by=admin)


def test_the_same_role_twice_is_refused(admin, issued):
    with pytest.raises(AlreadyHeldError):
        posts.grant(issued.invitation.account, clerk_of(admin.agency), by=admin)


def test_a_link_is_not_renewed_for_somebody_who_is_in(admin, issued):
    second_factor.enrol(issued.invitation.account, second_factor.new_seed())
    with pytest.raises(AlreadyEnrolledError):
        invitations.renew(issued.invitation.account, by=admin)


def test_an_account_of_the_province_is_not_taken_over_by_a_new_link(admin):
    # Delegated administration: a link for an account is that account.
    province = AssignmentFactory(agency=admin.agency, role_code="province_admin")
    with pytest.raises(AccountBeyondError):
        invitations.renew(province.account, by=admin)


def test_an_account_that_also_serves_elsewhere_is_not_taken_over(admin, stranger):
    both = AssignmentFactory(agency=admin.agency, role_code="records_clerk").account
    AssignmentFactory(account=both, agency=stranger.agency, role_code="agency_head")
    with pytest.raises(AccountBeyondError):
        invitations.renew(both, by=admin)
