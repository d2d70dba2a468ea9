"""What the tests of forms, rules and pages share."""

from collections.abc import Callable

import pytest
from django.test import Client

from access.actors import Actor
from access.models import Agency
from tests.factories.access import AgencyFactory, actor
from tests.signed_in import sign_in

Person = Callable[..., Client]


@pytest.fixture
def agency(roles: None) -> Agency:
    """Return an agency; the roles are loaded."""
    return AgencyFactory(name="Văn phòng Ủy ban nhân dân tỉnh", short_name="VPUBND")


@pytest.fixture
def editor(agency: Agency) -> Actor:
    """Return somebody who drafts the forms of the agency."""
    return actor("form_editor", agency)


@pytest.fixture
def approver(agency: Agency) -> Actor:
    """Return somebody who approves the forms of the agency."""
    return actor("form_approver", agency)


@pytest.fixture
def browser_of() -> Person:
    """Return a client signed in with both factors as an actor."""

    def signed_in(person: Actor) -> Client:
        client = Client()
        sign_in(client, person)
        return client

    return signed_in
