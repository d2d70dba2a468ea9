"""/o/token/: client credentials, and nothing else (RFC 6749, section 4.4).

The library reads the request and writes the answer; who may have which token is ours.
The same answer meets a wrong secret and an unknown name, and both are slowed down.
"""

import base64
import binascii
from http import HTTPStatus
from urllib.parse import unquote_plus

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2 import BackendApplicationServer

from access import connecting
from access.gate import public
from access.models import Connector

_FORM = "application/x-www-form-urlencoded"


class Validator(OAuth2Validator):
    """Which connector asks, and what it may ask for."""

    def __init__(self, asked: HttpRequest) -> None:
        super().__init__()
        self.asked = asked

    def authenticate_client(
        self, request: Request, *_args: object, **_kw: object
    ) -> bool:
        """Accept a connector that may speak now and gives a secret in force."""
        asked = self.asked
        client_id, secret = _credentials(request)
        connector = connecting.known(client_id)
        fits = connecting.secret_of(connector, secret)
        if connector is None or fits is None:
            _count_wrong(asked, connector, client_id)
            return False
        if connector.obstacle is not None:
            by = connecting.actor_for(connector, asked)
            connecting.note_refusal(connector, connector.obstacle.value, by=by)
            return False
        connecting.note_use(fits)
        request.client, request.client_id = connector, client_id
        return True

    def get_default_scopes(
        self, client_id: str, request: Request, *_args: object, **_kw: object
    ) -> list[str]:
        """Give all that the connector may ask for where it asks for nothing."""
        return list(request.client.scopes)

    def validate_scopes(
        self,
        client_id: str,
        scopes: list[str],
        client: Connector,
        request: Request,
        *_args: object,
        **_kw: object,
    ) -> bool:
        """Accept the scopes of this connector alone."""
        return bool(scopes) and set(scopes) <= set(client.scopes)


class Backend(OAuthLibCore):
    """The library's reading of a request, with the one grant that we give."""

    def __init__(self, asked: HttpRequest) -> None:
        lasts = int(connecting.TOKEN_LASTS.total_seconds())
        server = BackendApplicationServer(Validator(asked), token_expires_in=lasts)
        super().__init__(server)

    def extract_headers(self, request: HttpRequest) -> dict[str, str]:
        """Return the two headers that count; the library would read all others too."""
        names = ("Authorization", "Content-Type")
        return {name: request.headers.get(name, "") for name in names}


@public
@csrf_exempt
@require_POST
@sensitive_post_parameters("client_secret")
def token(request: HttpRequest) -> HttpResponse:
    """Answer with a token of at most ten minutes, or with the error of RFC 6749."""
    if request.content_type != _FORM:
        return _error("invalid_request", 400)
    if not _may_try(request):
        refused = _error("invalid_client", 429)
        refused["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME.total_seconds()))
        return refused
    _uri, headers, body, status = Backend(request).create_token_response(request)
    # Its own middleware would answer with a page for people.
    request.axes_locked_out = False  # type: ignore[attr-defined] # axes's own mark
    answer = HttpResponse(body, status=status)
    for name, value in headers.items():
        answer[name] = value
    if status == HTTPStatus.UNAUTHORIZED and "Authorization" in request.headers:
        answer["WWW-Authenticate"] = 'Basic realm="portal", charset="UTF-8"'
    answer["Content-Type"] = "application/json"
    answer["Cache-Control"] = "no-store"
    return answer


def _error(code: str, status: int) -> JsonResponse:
    return JsonResponse(
        {"error": code}, status=status, headers={"Cache-Control": "no-store"}
    )


def _credentials(request: Request) -> tuple[str, str]:
    """Return name and secret, from the Basic header or else from the form."""
    scheme, _blank, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return _from_basic(given)
    return request.client_id or "", request.client_secret or ""


def _from_basic(given: str) -> tuple[str, str]:
    try:
        name, _colon, secret = base64.b64decode(given).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _counted_as(client_id: str) -> dict[str, str]:
    """Return under which name wrong tries count: never what was typed itself."""
    return {"username": f"connector:{connecting.digest(client_id)[:32]}"}


def _may_try(request: HttpRequest) -> bool:
    scheme, _blank, given = request.headers.get("Authorization", "").partition(" ")
    is_basic = scheme.lower() == "basic"
    name = _from_basic(given)[0] if is_basic else request.POST.get("client_id", "")
    return AxesProxyHandler.is_allowed(request, _counted_as(name))


def _count_wrong(
    request: HttpRequest, connector: Connector | None, client_id: str
) -> None:
    """Count a wrong try by name and address, and write it down."""
    user_login_failed.send(
        __name__, credentials=_counted_as(client_id), request=request
    )
    why = "wrong_secret" if connector else "unknown"
    by = connecting.actor_for(connector, request)
    connecting.note_refusal(connector, why, by=by)
