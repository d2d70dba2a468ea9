"""What every test may ask for."""

import pytest

from access.permissions import load_roles

pytest_plugins = ["tests.clamd"]


@pytest.fixture
def roles(db: None) -> None:
    """Load the roles as they are delivered."""
    load_roles()
