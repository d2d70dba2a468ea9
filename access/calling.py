"""Who calls the programming interface: a connected system with a token, nobody else.

Cookies count for nothing here, so no page of another site can make a browser call.
"""

from typing import Any

from django.http import HttpRequest

from access import connecting, metering
from access.models import Connector
from access.refusals import NoTokenError

# How one operation says in its description which scope it needs.
SCHEME = "connector"


def described(scope: str) -> dict[str, Any]:
    """Return what the description of an operation says of its scope."""
    return {"security": [{SCHEME: [scope]}]}


class Caller:
    """Lets a call through that bears a token with this scope, and counts it."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Connector:
        """Return who calls.

        Raises NoTokenError, ConnectorClosedError, ScopeMissingError,
        TooManyCallsError or TooManyBytesTodayError.
        """
        scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NoTokenError
        connector = connecting.caller(request, token.strip(), self.scope)
        standing = metering.count(connector, self.size_of(request))
        request.standing = standing  # type: ignore[attr-defined] # for the headers
        return connector

    def size_of(self, _request: HttpRequest) -> int:
        """Return how many bytes of the day's allowance the call takes: none here."""
        return 0
