from collections.abc import Callable

import pytest
from django.test import Client

from access.actors import Actor
from tests.signed_in import sign_in


@pytest.fixture
def staff_client() -> Callable[[Actor], Client]:
    """Return a way to get a browser in which a person signed in with both factors."""

    def enter(actor: Actor) -> Client:
        client = Client()
        sign_in(client, actor)
        return client

    return enter
