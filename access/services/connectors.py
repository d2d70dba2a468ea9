"""Connected systems: registered, given secrets, suspended and ended by hand.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.4, 13.4.b and 13.5.b.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from secrets import token_bytes
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from oauth2_provider.models import AccessToken

from access import audit, connecting, rights
from access.actors import Actor
from access.models import Agency, Connector, ConnectorSecret, ConnectorUsage
from access.refusals import NotConnectedError, UnsafeAddressError
from portal.core import clock, secrets
from portal.core.text import nfc

# What the usage rows are kept for: the limit of a day, and a look at yesterday.
_USAGE_KEPT = timedelta(days=2)
_KEY_BYTES = 32


@dataclass(frozen=True)
class Particulars:
    """What is registered of a system; days are Vietnamese, both included."""

    name: str
    agency: Agency
    scopes: Sequence[str]
    starts_on: date
    ends_on: date | None = None
    software: str = ""
    acts_for: Sequence[Agency] = field(default=())
    webhook_url: str = ""
    redirect_uri: str = ""
    icap_addresses: Sequence[str] = field(default=())  # networks, such as 10.1.2.0/24


@dataclass(frozen=True)
class Issued:
    """A connector with what is shown once: its secret, and its key for notices."""

    connector: Connector
    secret: str = ""
    webhook_key: str = ""


@transaction.atomic
def register(wanted: Particulars, *, by: Actor) -> Issued:
    """Register a system with its first secret.

    Raises NotAllowedError or UnsafeAddressError.
    """
    _require(by)
    connector = Connector.objects.create(
        name=nfc(wanted.name),
        agency=wanted.agency,
        software=nfc(wanted.software),
        scopes=sorted(wanted.scopes),
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        webhook_url=_checked(wanted.webhook_url),
        redirect_uris=wanted.redirect_uri,
        icap_addresses=list(wanted.icap_addresses),
        registered_by=by.account,
        client_type=Connector.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Connector.GRANT_CLIENT_CREDENTIALS,
        client_secret="",
        hash_client_secret=False,
    )
    connector.acts_for.set(wanted.acts_for)
    audit.record(
        connector,
        "access.connector_registered",
        by=by,
        agency=wanted.agency,
        client_id=connector.client_id,
        scopes=connector.scopes,
        acts_for=[agency.name for agency in wanted.acts_for],
        icap_addresses=connector.icap_addresses,
        starts_on=wanted.starts_on.isoformat(),
    )
    key = _new_key(connector, by) if connector.webhook_url else ""
    return Issued(connector, _new_secret(connector, by, timedelta()), key)


@transaction.atomic
def new_secret(connector: Connector, *, overlap: timedelta, by: Actor) -> Issued:
    """Give a system another secret; the former ones end after the overlap.

    Raises NotAllowedError or NotConnectedError.
    """
    _require(by)
    found = _lock(connector)
    return Issued(found, _new_secret(found, by, overlap))


@transaction.atomic
def change_address(connector: Connector, webhook_url: str, *, by: Actor) -> Issued:
    """Let notices go to another address, with a new key; empty: send none.

    Raises NotAllowedError, NotConnectedError or UnsafeAddressError.
    """
    _require(by)
    found = _lock(connector)
    found.webhook_url = _checked(webhook_url)
    found.sealed_webhook_key = ""
    found.save(update_fields=["webhook_url", "sealed_webhook_key"])
    audit.record(
        found,
        "access.connector_changed",
        by=by,
        agency=found.agency,
        address=found.webhook_url,
    )
    key = _new_key(found, by) if found.webhook_url else ""
    return Issued(found, webhook_key=key)


@transaction.atomic
def suspend(connector: Connector, *, reason: str, by: Actor) -> Connector:
    """Refuse every call of a system from now on, until it is resumed.

    Raises NotAllowedError or NotConnectedError.
    """
    _require(by)
    found = _lock(connector)
    if found.suspended_at is None:
        found.suspended_at = clock.now()
        found.save(update_fields=["suspended_at"])
        _record(found, "access.connector_suspended", by, reason)
    return found


@transaction.atomic
def resume(connector: Connector, *, reason: str, by: Actor) -> Connector:
    """Let a suspended system speak again; raises as `suspend` does."""
    _require(by)
    found = _lock(connector)
    if found.suspended_at is not None:
        found.suspended_at = None
        found.save(update_fields=["suspended_at"])
        _record(found, "access.connector_resumed", by, reason)
    return found


@transaction.atomic
def end(connector: Connector, *, reason: str, by: Actor) -> Connector:
    """End a connection at once and for ever; raises as `suspend` does."""
    _require(by)
    return end_locked(_lock(connector), reason=reason, by=by)


def end_locked(connector: Connector, *, reason: str, by: Actor) -> Connector:
    """End a locked connector: what a person or a reorganisation decided."""
    now = clock.now()
    connector.ended_at, connector.ended_by = now, by.account
    connector.end_reason = nfc(reason)
    connector.save(update_fields=["ended_at", "ended_by", "end_reason"])
    _running(connector).update(ends_at=now)
    AccessToken.objects.filter(application=connector).delete()
    _record(connector, "access.connector_ended", by, reason)
    return connector


def forget_expired() -> int:
    """Delete tokens that have run out and old counts; return how many rows went."""
    now = clock.now()
    tokens, _each = AccessToken.objects.filter(expires__lt=now).delete()
    old = ConnectorUsage.objects.filter(minute__lt=now - _USAGE_KEPT)
    counts, _each = old.delete()
    return tokens + counts


def _require(by: Actor) -> None:
    rights.require_anywhere(by.person, "agencies.manage")


def _lock(connector: Connector) -> Connector:
    rows = Connector.objects.select_for_update(of=("self",)).select_related("agency")
    found: Connector = rows.get(pk=connector.pk)
    if found.ended_at is not None:
        raise NotConnectedError(name=found.name)
    return found


def _running(connector: Connector):  # type: ignore[no-untyped-def]  # noqa: ANN202 (a queryset of secrets)
    now = clock.now()
    return connector.secrets.filter(Q(ends_at=None) | Q(ends_at__gt=now))


def _new_secret(connector: Connector, by: Actor, overlap: timedelta) -> str:
    now = clock.now()
    ends = now + overlap
    later = connector.secrets.filter(Q(ends_at=None) | Q(ends_at__gt=ends))
    later.update(ends_at=ends)
    secret = connecting.new_secret()
    ConnectorSecret.objects.create(
        connector=connector,
        digest=connecting.digest(secret),
        made_at=now,
        made_by=by.account,
    )
    audit.record(
        connector,
        "access.connector_secret_made",
        by=by,
        agency=connector.agency,
        client_id=connector.client_id,
        overlap_hours=overlap.total_seconds() / 3600,
    )
    return secret


def _new_key(connector: Connector, by: Actor) -> str:
    """Make the key that signs notices, as Standard Webhooks writes it."""
    key = token_bytes(_KEY_BYTES)
    connector.sealed_webhook_key = secrets.seal(key)
    connector.save(update_fields=["sealed_webhook_key"])
    audit.record(connector, "access.connector_key_made", by=by, agency=connector.agency)
    return f"whsec_{b64encode(key).decode('ascii')}"


def _checked(address: str) -> str:
    """Return the address if notices may go there; the sender looks again each time."""
    if not address:
        return ""
    parts = urlsplit(address)
    allowed = {"https", "http"} if settings.PORTAL_DEMO else {"https"}
    if parts.scheme not in allowed or not parts.hostname or parts.username:
        raise UnsafeAddressError
    return address


def _record(connector: Connector, event: str, by: Actor, reason: str) -> None:
    audit.record(
        connector,
        event,
        by=by,
        agency=connector.agency,
        client_id=connector.client_id,
        reason=nfc(reason),
    )
