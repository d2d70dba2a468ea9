"""How a connected system proves itself: its secrets, its tokens, its calls.

Secrets are 256 random bits, so a plain SHA-256 keeps them: nobody tries that many.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.4 and 12.3.
"""

import hashlib
import re
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AccessToken

from access import audit
from access.actors import Actor
from access.login import origin
from access.models import AuditEntry, Connector, ConnectorSecret
from access.querysets.prepared import Prepared
from access.refusals import ConnectorClosedError, NoTokenError, ScopeMissingError
from portal.core import clock

SCOPES = {
    "scan": _("hand in files and fetch released ones"),
    "directory": _("read the directory of agencies"),
    "decision": _("ask who may do what"),
    "events": _("report what happened in the exchange"),
}
TOKEN_LASTS = timedelta(minutes=10)
_SECRET_BYTES = 32
_CLIENT_ID = re.compile(r"[\w.-]{1,255}", re.ASCII)
_TOKEN = re.compile(r"[\w.~+/=-]{16,255}", re.ASCII)
# One refusal of a kind in so long is written down; the rest says nothing new.
_NOTED_FOR = timedelta(minutes=1)


def new_secret() -> str:
    """Return a fresh secret; it is shown once and kept nowhere."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def digest(secret: str) -> str:
    """Return what is kept of a secret or a token: its SHA-256, 64 hex digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def known(client_id: str) -> Connector | None:
    """Return the connector of that name, whether it may speak or not."""
    if not _CLIENT_ID.fullmatch(client_id):
        return None
    found = Connector.objects.select_related("agency")
    return found.filter(client_id=client_id).first()


def secret_of(connector: Connector | None, given: str) -> ConnectorSecret | None:
    """Return the secret in force that was given, or None.

    Every one in force is compared, and something even where there is no connector.
    """
    now, wanted = clock.now(), digest(given)
    in_force = ConnectorSecret.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), connector=connector or Connector(pk=0)
    )
    fits = None
    for kept in in_force:
        if constant_time_compare(kept.digest, wanted):
            fits = kept
    return fits


def note_use(secret: ConnectorSecret) -> None:
    """Remember when a secret was last used, so that idle ones are seen."""
    ConnectorSecret.objects.filter(pk=secret.pk).update(last_used_at=clock.now())


def actor_for(connector: Connector | None, request: HttpRequest) -> Actor:
    """Return who acts when this system calls: it, for its agency, from that address."""
    return Actor(
        account=None,
        agency=connector.agency if connector else None,
        name=connector.name if connector else "",
        address=origin.client_address(request),
        device=origin.device(request),
    )


def caller(request: HttpRequest, token: str, scope: str) -> Connector:
    """Return the system that calls with this token; one query.

    What holds is looked at anew at every call: a token that still lives opens nothing
    once the connector or its agency has ended (Điều 3.4); the refusal is written down.

    Raises NoTokenError, ConnectorClosedError or ScopeMissingError.
    """
    if not _TOKEN.fullmatch(token):
        raise NoTokenError
    found = next(iter(_OF_TOKEN.instances(digest=digest(token))), None)
    if found is None or found.application is None or found.is_expired():
        raise NoTokenError
    connector: Connector = found.application
    obstacle = connector.obstacle
    if obstacle is not None:
        note_refusal(connector, obstacle.value, by=actor_for(connector, request))
        raise ConnectorClosedError(why=obstacle.label)
    if scope not in found.scope.split() or scope not in connector.scopes:
        raise ScopeMissingError(scope=scope)
    return connector


_OF_TOKEN = Prepared[AccessToken](
    lambda digest: AccessToken.objects.filter(token_checksum=digest).select_related(
        "application__agency"
    ),
    digest=str,
)


@transaction.atomic
def note_refusal(connector: Connector | None, why: str, *, by: Actor) -> None:
    """Write into the trail that a system was refused (Điều 3.4), once in a minute.

    connector: none for a try of a system that nobody registered; its name is not kept.
    """
    since = clock.now() - _NOTED_FOR
    noted = AuditEntry.objects.filter(
        event="access.connector_refused",
        object_pk=str((connector or Connector()).pk),
        timestamp__gt=since,
        additional_data__why=why,
    )
    if connector is None:
        noted = noted.filter(remote_addr=by.address)
    if noted.exists():
        return
    agency = connector.agency if connector else None
    known = {"client_id": connector.client_id} if connector else {}
    audit.record(
        connector or Connector(),
        "access.connector_refused",
        by=by,
        agency=agency,
        why=why,
        **known,
    )
