"""Proving again that one is still the person who signed in, before a sensitive act.

A browser left open, or a stolen session, must not be enough to grant a right or to add
a passkey. Source: ASVS 5.0, 7.5.1 and 7.5.3; settings.PORTAL_PROOF_LASTS.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.http import HttpResponseClientRedirect

from access import audit
from access.actors import Actor
from access.models import LoginSession
from portal.core import clock

View = TypeVar("View", bound=Callable[..., Any])


def is_recent(session: LoginSession) -> bool:
    """Tell whether the person proved himself in this sign-in just now."""
    age = clock.now() - session.proved_at
    return age < settings.PORTAL_PROOF_LASTS


@transaction.atomic
def renew(session: LoginSession, *, by: Actor, method: str) -> None:
    """Note that the person has just proved himself again."""
    session.proved_at = clock.now()
    session.save(update_fields=["proved_at"])
    audit.record(session, "access.proved_again", by=by, method=method)


def recently_proved(view: View) -> View:
    """Let only somebody in who proved himself just now; others prove it first.

    What a form sent is not kept meanwhile: the page says that nothing was changed, and
    leads back to the form.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if is_recent(request.actor.own_session):
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer
        return lead_to_proof(request)

    guarded.recently_proved = True  # type: ignore[attr-defined] # seen by tests
    return guarded  # type: ignore[return-value] # wraps keeps the signature


def lead_to_proof(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks for a proof, and from there back to the form."""
    facts = {"next": _page_of(request)}
    if request.method not in {"GET", "HEAD"}:
        facts["chua-luu"] = "1"  # the page says that nothing was changed
    address = f"{reverse('access:prove')}?{urlencode(facts)}"
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)


def _page_of(request: HttpRequest) -> str:
    """Return the page of this host on which the person stands.

    A form may send to an address that shows no page, so the page that sent it counts.
    """
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return request.get_full_path()
    sender = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        sender, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not sender or not is_ours:
        return request.path
    parts = urlsplit(sender)
    return parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
