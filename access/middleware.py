"""Who asks, and whether the door is open."""

from collections.abc import Callable

from auditlog.context import set_actor
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import ResolverMatch

from access import gate, rights
from access.actors import Actor
from access.login import origin, sessions

GetResponse = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Sets `request.actor`: who signed in with both factors, or None."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = sessions.current(request)
        request.actor = None  # type: ignore[assignment] # views behind the gate have one
        if session is None:
            return self.get_response(request)
        request.actor = Actor(
            account=session.account,
            agency=session.acting_agency,
            address=origin.client_address(request),
            device=origin.device(request),
            session=session,
        )
        with set_actor(session.account, remote_addr=request.actor.address):
            return self.get_response(request)


class GateMiddleware:
    """Lets nobody through to a view that is not public without an actor."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Answer with the sign-in page, or 404 where nobody can follow a redirect."""
        match = request.resolver_match
        if match is not None and gate.is_public(match):
            return None
        actor = gate.actor_of(request)
        if actor is None:
            if request.method not in {"GET", "HEAD"} or request.headers.get(
                "HX-Request"
            ):
                raise Http404
            return redirect_to_login(
                request.get_full_path(), resolve_url(settings.LOGIN_URL)
            )
        if match is None or not _may_enter(actor, match):
            raise Http404
        return None


def _may_enter(actor: Actor, match: ResolverMatch) -> bool:
    permission = gate.permission_for(match)
    return permission is None or rights.may(actor.person, permission)
