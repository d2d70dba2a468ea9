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


@pytest.fixture
def office(db) -> dict[str, Actor]:
    """Return the head, the administrator and a clerk of one agency, by role."""
    agency = AgencyFactory(name="Sở Nội vụ")
    roles = ("agency_head", "agency_admin", "records_clerk")
    return {role: actor(role, agency) for role in roles}
