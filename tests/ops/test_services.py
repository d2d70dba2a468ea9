"""What `make test-production` leaves to `make test` could not reach its services."""

import pytest

from access.models import Account
from tests import services


def test_without_a_fixture_of_the_database_a_test_cannot_reach_it(request):
    assert not services.reaches_them(request.node)
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Account.objects.exists()


def test_a_test_that_asks_for_the_database_is_run_on_both(request, db):
    assert services.reaches_them(request.node)


@pytest.mark.django_db
def test_so_is_one_that_is_marked(request):
    assert services.reaches_them(request.node)
