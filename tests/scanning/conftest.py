from collections.abc import Callable

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from access.actors import Actor
from access.login import sessions
from access.models import TotpDevice


@pytest.fixture
def staff_client() -> Callable[[Actor], Client]:
    """Return a way to get a browser in which a person signed in with both factors."""

    def enter(actor: Actor) -> Client:
        client, request = Client(), HttpRequest()
        request.session, request.user = client.session, actor.person
        request.META["REMOTE_ADDR"] = "127.0.0.1"
        device = TotpDevice.objects.create(user=actor.person, name="test")
        sessions.begin(request, actor.person, device)
        request.session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
        return client

    return enter
