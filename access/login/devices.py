"""Browsers in which a person has signed in before; a new one is told to him.

A long-lived cookie marks the browser, of which we keep the keyed hash. It opens
nothing: it only spares its person a notice. Source: ASVS 5.0, 6.3.5.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from access import notices
from access.models import KnownDevice, LoginSession
from access.models.login import code_digest, known_digests
from portal.core import clock

LASTS = timedelta(days=400)  # browsers keep no cookie for longer
TOKEN_BYTES = 32


def recognise(request: HttpRequest, session: LoginSession) -> None:
    """Note the browser of a sign-in; tell the person if he never used it before.

    Call it in the transaction that begins the sign-in. Nothing is told at the very
    first one: that browser is the one of the enrolment.
    """
    token = request.COOKIES.get(settings.PORTAL_DEVICE_COOKIE, "")
    digests = known_digests(token)
    mine = KnownDevice.objects.filter(account=session.account)
    mine.filter(last_seen_at__lt=clock.now() - LASTS).delete()
    if mine.filter(digest__in=digests).update(last_seen_at=clock.now()):
        return
    # A mark that we gave to a colleague at the same machine serves both; any other was
    # put there by somebody else.
    if not KnownDevice.objects.filter(digest__in=digests).exists():
        token = secrets.token_urlsafe(TOKEN_BYTES)
        request.fresh_device_token = token  # type: ignore[attr-defined] # for `mark`
    KnownDevice.objects.create(
        account=session.account, digest=code_digest(token), device=session.device
    )
    earlier = LoginSession.objects.filter(account=session.account)
    if earlier.exclude(pk=session.pk).exists():
        _tell(session)


def mark(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser its mark, if the sign-in of this request made one."""
    token = getattr(request, "fresh_device_token", None)
    if token is None:
        return
    response.set_cookie(
        settings.PORTAL_DEVICE_COOKIE,
        token,
        max_age=LASTS,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _tell(session: LoginSession) -> None:
    notices.notify(
        session.account,
        _("Sign-in from a new device"),
        body=format_lazy(
            _(
                "Your account was signed in to at {time} with {device}, from the "
                "address {address}. If it was you, there is nothing to do. If not: end "
                "all sign-ins under “My account”, change your password, and call your "
                "administrator at once."
            ),
            time=localtime(session.started_at).strftime("%H:%M %d/%m/%Y"),
            device=session.device_name or _("an unknown browser"),
            address=session.address or "–",
        ),
        path=reverse("access:own-account"),
        agency=session.acting_agency,
    )
