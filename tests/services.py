"""Which tests are worth a second run, on PostgreSQL, Redis and gunicorn.

A test without a database fixture cannot reach the database: pytest-django refuses it.
Nor does it reach the broker, since whatever is queued is a row first. It would say on
other services what it said before, so `make test-production` leaves it to `make test`,
and says how many it left.
"""

import os

import pytest
from django.test import TransactionTestCase

# Set by tests/run-production.sh.
ONLY = os.environ.get("PORTAL_TEST_SERVICES_ONLY") == "yes"
_FIXTURES = {"db", "transactional_db", "django_db_setup"}


def reaches_them(item: pytest.Item) -> bool:
    """Tell whether the test may reach the database, itself or by a portal it starts."""
    if item.get_closest_marker("django_db"):
        return True
    if issubclass(getattr(item, "cls", None) or object, TransactionTestCase):
        return True
    return not _FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


def leave_the_others(items: list[pytest.Item]) -> list[pytest.Item]:
    """Take out of the list what reaches none of them, and return that."""
    left = [item for item in items if not reaches_them(item)] if ONLY else []
    items[:] = [item for item in items if not ONLY or reaches_them(item)]
    return left
