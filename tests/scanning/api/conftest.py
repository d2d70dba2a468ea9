import pytest

from tests.factories.access import AgencyFactory
from tests.factories.connectors import System, connected


@pytest.fixture
def sender(db) -> System:
    """The exchange system of one agency."""
    return connected(AgencyFactory(name="Sở Nội vụ"))


@pytest.fixture
def receiver(db) -> System:
    """The exchange system of another agency."""
    return connected(AgencyFactory(name="Thị xã Đồng Xoài"))


@pytest.fixture
def stranger(db) -> System:
    """The exchange system of an agency that has nothing to do with them."""
    return connected(AgencyFactory(name="Huyện Bù Đăng"))
