"""A statement that was made once answers as the queryset that it came from."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import Agency, AgencyCode, Assignment
from access.querysets.prepared import Prepared
from tests.factories.access import AgencyFactory, AssignmentFactory

pytestmark = pytest.mark.django_db


def held_by(account: int):
    rows = Assignment.objects.filter(account=account).order_by("pk")
    return rows.select_related("agency", "role", "delegated_from")


def test_models_come_as_the_queryset_gives_them_in_one_query():
    first = AssignmentFactory()
    second = AssignmentFactory(
        account=first.account, delegated_from=first, ends_on=date(2035, 1, 1)
    )
    AssignmentFactory()
    question = Prepared(held_by, account=int)
    question.instances(account=0)
    with CaptureQueriesContext(connection) as queries:
        found = question.instances(account=first.account.pk)
        agencies = [each.agency for each in found]
        source = found[1].delegated_from
        role = found[0].role
    assert len(queries) == 1
    assert found == list(held_by(first.account.pk)) == [first, second]
    assert agencies == [first.agency, second.agency]
    assert source == first
    assert found[0].delegated_from is None
    assert role.name == first.role.name
    asked_for = Assignment.objects.get(pk=first.pk)
    for field in Assignment._meta.concrete_fields:
        assert getattr(found[0], field.attname) == getattr(asked_for, field.attname)
    found[0].save()  # it knows that it is a row already
    assert Assignment.objects.count() == 3


def test_rows_and_their_absence_are_told_for_each_value_anew():
    one = AgencyFactory()
    question = Prepared[Agency](
        lambda code: Agency.objects.filter(code=code).values_list("name", "pk"),
        code=str,
    )
    assert question.first_row(code=one.code) == (one.name, one.pk)
    assert question.first_row(code="khong.co") is None
    other = AgencyFactory()
    assert question.has_rows(code=other.code)
    assert not question.has_rows(code="khong.co")


def test_a_value_that_the_statement_does_not_ask_for_is_a_mistake():
    question = Prepared[AgencyCode](
        lambda code, agency: AgencyCode.objects.filter(code=code),
        code=str,
        agency=int,
    )
    with pytest.raises(ValueError, match="agency"):
        question.instances(code="x", agency=1)
