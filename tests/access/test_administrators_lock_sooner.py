"""Sign-ins of administrators lock sooner, from the moment they are administrators."""

from datetime import timedelta

import pytest
from django.conf import settings

from access.models import Assignment, LoginSession
from portal.core import clock
from tests.factories.access import AssignmentFactory, actor
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

OWN_PAGE = "/tai-khoan/"


@pytest.fixture
def clerk(db):
    return actor("records_clerk")


@pytest.fixture
def silent(monkeypatch):
    """Let the time pass after which an administrator is locked out, and no other."""

    def pass_by():
        then = clock.now() + settings.PORTAL_ADMIN_IDLE + timedelta(seconds=1)
        monkeypatch.setattr(clock, "now", lambda: then)

    return pass_by


def test_a_clerk_is_not_locked_out_so_soon(client, clerk, silent):
    sign_in(client, clerk)
    silent()
    assert client.get(OWN_PAGE).status_code == 200


def test_a_right_gained_within_a_sign_in_counts_at_once(client, clerk, silent):
    sign_in(client, clerk)
    AssignmentFactory(
        account=clerk.person, agency=clerk.agency, role_code="agency_admin"
    )
    silent()
    assert not LoginSession.objects.handled_by(clerk.person).exists()
    assert client.get(OWN_PAGE).status_code == 302


def test_a_right_lost_within_a_sign_in_does_not_loosen_it(client, clerk, silent):
    right = AssignmentFactory(
        account=clerk.person, agency=clerk.agency, role_code="agency_admin"
    )
    sign_in(client, clerk)
    Assignment.objects.filter(pk=right.pk).update(revoked_at=clock.now())
    silent()
    assert client.get(OWN_PAGE).status_code == 302
