"""The audit trail: one entry for each act, in the transaction of the act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.functional import Promise

from access.models import AuditEntry
from portal.core import clock

if TYPE_CHECKING:
    from access.actors import Actor
    from access.models import Agency

_events: dict[str, str | Promise] = {}

# Acts that only look: everything else makes or changes something.
_LOOKING = ("read", "downloaded", "exported", "searched", "verified")


def register_event(event: str, label: str | Promise) -> None:
    """Name an act, such as incidents.escalated, in words for people."""
    _events[event] = label


def label_of(event: str) -> str:
    """Return the act in words for people."""
    return str(_events.get(event, event))


def events() -> dict[str, str | Promise]:
    """Return every registered act with its words."""
    return dict(_events)


def record(
    target: models.Model,
    event: str,
    *,
    by: Actor,
    agency: Agency | None = None,
    **details: object,
) -> AuditEntry:
    """Write one act into the trail; call it inside the transaction of the act.

    agency: whose trail it belongs to; that of the actor if none is given.
    details: what else must be known, values that JSON can hold; never a secret.

    Raises ValueError for an act that nobody registered.
    """
    if event not in _events:
        raise ValueError(f"{event} is not a registered act")
    concerned = agency or by.agency
    looks = event.rsplit(".", 1)[-1].startswith(_LOOKING)
    actions = AuditEntry.Action
    return AuditEntry.objects.create(
        content_type=ContentType.objects.get_for_model(target),
        object_pk=str(target.pk),
        object_id=target.pk if isinstance(target.pk, int) else None,
        object_repr=str(target)[:300],
        action=actions.ACCESS if looks else actions.UPDATE,
        event=event,
        actor=by.account,
        actor_name=by.account.full_name if by.account else by.name,
        agency=concerned,
        agency_name=concerned.name if concerned else "",
        remote_addr=by.address,
        device=by.device[:200],
        timestamp=clock.now(),
        additional_data=_details(by, concerned, details),
    )


def _details(
    by: Actor, concerned: Agency | None, details: dict[str, object]
) -> dict[str, object]:
    """Add for which agency the person acted where that is not the agency concerned."""
    if by.agency is not None and by.agency != concerned:
        details["acting_for"] = by.agency.name
    if by.account is not None:
        details["username"] = by.account.username
    if by.session is not None:
        details["session"] = by.session.pk
    return details
