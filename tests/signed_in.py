"""Signed-in browsers, made by the portal's own services: both factors, a real row."""

from dataclasses import replace

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client

from access.actors import Actor
from access.login import second_factor, sessions
from access.models import LoginSession, TotpDevice
from portal.core import clock

PASSWORD = "Một mật khẩu đủ dài 2026"


def enrolled(actor: Actor) -> TotpDevice:
    """Give the person a password and an authenticator, if he has none yet."""
    account = actor.person
    if devices := second_factor.devices_of(account):
        return devices[0]
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])
    return second_factor.enrol(account, second_factor.new_seed())


def digits(device: TotpDevice) -> str:
    """Return what the authenticator application shows now."""
    return device.digits_at(int(clock.now().timestamp()) // device.STEP)


def sign_in(client: Client, actor: Actor) -> Actor:
    """Begin a genuine sign-in in this browser; return the actor with its session."""
    device = enrolled(actor)
    request = HttpRequest()
    request.session = client.session
    request.user = AnonymousUser()
    request.META = {
        "REMOTE_ADDR": actor.address or "127.0.0.1",
        "HTTP_USER_AGENT": actor.device,
    }
    session = sessions.begin(request, actor.person, device)
    if actor.agency is not None and session.acting_agency != actor.agency:
        LoginSession.objects.filter(pk=session.pk).update(acting_agency=actor.agency)
        session.refresh_from_db()
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return replace(actor, session=session)
