"""The quick decision and the slow queryset are one rule: they never disagree."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access import rights
from access.models import Account, Agency, Assignment
from access.querysets.prepared import Prepared
from portal.core import clock
from tests.factories.access import AgencyFactory, AssignmentFactory, actor

pytestmark = pytest.mark.django_db

PERMISSIONS = ["incidents.read", "incidents.supervise", "accounts.manage"]


@pytest.fixture
def rows(roles):
    """Make one right for each reason for which a right may give nothing."""
    today, day = clock.today(), timedelta(days=1)
    agency = AgencyFactory()
    own = AssignmentFactory(agency=agency)
    AssignmentFactory(agency=agency, scope="inside")
    AssignmentFactory(agency=agency, ends_on=today - day)
    AssignmentFactory(agency=agency, starts_on=today + day)
    AssignmentFactory(agency=agency, revoked_at=clock.now())
    AssignmentFactory(agency=agency, account__is_active=False)
    AssignmentFactory(agency=AgencyFactory(ends_on=today - day))
    for lost in ({}, {"revoked_at": clock.now()}, {"ends_on": today - day}):
        source = AssignmentFactory(agency=agency, **lost)
        stand_in = AssignmentFactory(
            agency=agency, delegated_from=source, ends_on=today + day
        )
        stand_in.delegated_permissions.create(code="incidents.read")
    return own


def slowly(account, permission, agency, on):
    giving = Assignment.objects.giving(account, permission, on=on)
    return (giving.filter(agency=agency) if agency else giving).exists()


def test_d13_5_b_the_prepared_question_answers_as_the_queryset_does(rows):
    today = clock.today()
    days = [None, today, today - timedelta(days=2), today + timedelta(days=2)]
    agencies = [None, *Agency.objects.all()]
    answers = set()
    for asked in product(Account.objects.all(), PERMISSIONS, agencies, days):
        answer = rights.may(*asked)
        assert answer == slowly(*asked), asked
        assert answer == (rights.basis(*asked) is not None), asked
        answers.add(answer)
    assert answers == {True, False}


def test_d13_5_b_ones_own_right_comes_before_a_lent_one(rows):
    lent = Assignment.objects.exclude(delegated_from=None).earliest("pk")
    source = AssignmentFactory(agency=rows.agency)
    Assignment.objects.filter(pk=lent.pk).update(delegated_from=source)
    asked = lent.account, "incidents.read", rows.agency
    in_whose_name = rights.Basis(rows.agency.pk, source.account.full_name)
    assert rights.basis(*asked) == in_whose_name
    AssignmentFactory(agency=rows.agency, account=lent.account)
    assert rights.basis(*asked) == rights.Basis(rows.agency.pk, None)


def test_a_decision_costs_one_query(rows):
    with CaptureQueriesContext(connection) as queries:
        assert rights.may(rows.account, "incidents.read", rows.agency)
        assert not rights.may(rows.account, "accounts.manage", rows.agency)
    assert len(queries) == 2


def test_a_decision_sees_at_once_what_has_changed(admin):
    assert rights.may(admin.person, "accounts.manage", admin.agency)
    Assignment.objects.filter(account=admin.person).update(revoked_at=clock.now())
    assert not rights.may(admin.person, "accounts.manage", admin.agency)


def test_a_question_that_forgets_a_value_is_a_bug(db):
    asks = Prepared(lambda account, agency: Account.objects.filter(pk=account),
                    account=int, agency=int)  # fmt: skip
    with pytest.raises(ValueError, match="agency"):
        asks.has_rows(account=1, agency=1)


def test_a_permission_is_a_value_and_never_sql(admin):
    assert not rights.may(admin.person, "x' OR '1'='1", admin.agency)
    assert actor("auditor")
