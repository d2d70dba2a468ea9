"""Among tens of thousands of people the one in question is found by an index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import AccessRequest, Account, Assignment, Role
from access.services import requests
from access.services.requests import Kind, Wish
from tests.factories.access import AccountFactory, AgencyFactory, actor
from tests.plans import plan_of

pytestmark = pytest.mark.django_db


def test_a_user_name_and_an_address_are_found_in_any_case_by_an_index():
    one = AccountFactory(username="Nguoi.Thu", email="Nguoi.Thu@Example.vn")
    AccountFactory(username="nguoi_thu", email="nguoi_thu@example.vn")
    AccountFactory.create_batch(100)
    by_name = Account.objects.with_username("nguoi.THU")
    by_email = Account.objects.with_email("NGUOI.thu@example.VN")
    assert list(by_name) == list(by_email) == [one]
    assert Account.objects.get_by_natural_key("NGUOI.THU") == one
    assert "access_username_is_unique_in_any_case" in plan_of(by_name)
    assert "access_account_by_email" in plan_of(by_email)


KINDS = [
    ("records_clerk", Kind.GRANT, "exchange_officer"),
    ("agency_admin", Kind.GRANT, "exchange_officer"),
    ("province_admin", Kind.GRANT, "auditor"),
    ("agency_admin", Kind.REOPEN, None),
    ("province_admin", Kind.REOPEN, None),
]


@pytest.mark.parametrize(("asker", "kind", "role"), KINDS)
def test_d13_5_b_who_decides_is_asked_of_all_at_once(
    office, stranger, asker, kind, role
):
    clerk = office["records_clerk"]
    agency = clerk.agency
    provincial = [actor("province_admin") for _number in range(2)]
    by = {**office, "province_admin": provincial[0]}[asker]
    if (asker, kind) == ("province_admin", Kind.REOPEN):
        # The province stands in only where the agency has no administrator left.
        Assignment.objects.filter(account=office["agency_admin"].person).delete()
    wish = Wish(
        kind=kind,
        agency=agency,
        reason="Cần cho công việc",
        account=clerk.person,
        role=Role.objects.get(code=role) if role else None,
    )
    made = requests.submit(wish, by=by)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            found = requests.deciders(made)
        return found, len(queries)

    few, number = asked()
    for _number in range(4):
        actor("agency_admin", agency)
        actor("agency_head", AgencyFactory())
        actor("province_admin")
    many, same = asked()
    assert (number, same) == (1, 1)
    everybody = Account.objects.order_by("pk")
    assert many == [who for who in everybody if requests.may_decide(made, who)]
    assert set(few) < set(many)
    assert stranger.person not in many
    assert AccessRequest.objects.decidable_by(many[0]).get() == made
