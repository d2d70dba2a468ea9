"""People of two agencies that must not see each other."""

import pytest

from access.actors import Actor
from tests.factories.access import AgencyFactory, actor


@pytest.fixture
def admin(db) -> Actor:
    """The account administrator of one agency."""
    return actor("agency_admin", AgencyFactory(name="Sở Nội vụ"))


@pytest.fixture
def stranger(db) -> Actor:
    """The account administrator of another agency."""
    return actor("agency_admin", AgencyFactory(name="Thị xã Đồng Xoài"))
