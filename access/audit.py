"""The audit trail: one entry for each act, in the transaction of the act."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise

from access.models import AuditEntry
from portal.core import clock

if TYPE_CHECKING:
    from access.actors import Actor
    from access.models import Agency

Text = str | Promise

_events: dict[str, Text] = {}
_details_known: dict[str, tuple[Text, dict[str, Text]]] = {}

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

# By which of these the outside knows a matter, the first that there is.
_KNOWN_BY = ("message_id", "known_outside_as", "number", "sha256")

# Acts that only look: everything else makes or changes something.
_LOOKING = frozenset({"read", "downloaded", "exported", "searched", "verified"})


def register_event(event: str, label: Text) -> None:
    """Name an act, such as incidents.escalated, in words for people."""
    _events[event] = label


def label_of(event: str) -> str:
    """Return the act in words for people."""
    return str(_events.get(event, event))


def events() -> dict[str, Text]:
    """Return every registered act with its words."""
    return dict(_events)


def register_detail(
    key: str, label: Text, values: dict[str, Text] | None = None
) -> None:
    """Name a detail of acts in words for people, and its values if they are codes.

    What nobody names is kept and sealed, but not shown on the page.
    """
    _details_known[key] = (label, values or {})


def details_of(entry: AuditEntry) -> list[tuple[str, str]]:
    """Return the details of an act in words: name and value."""
    kept = entry.additional_data if isinstance(entry.additional_data, dict) else {}
    return [
        (str(label), str(values.get(str(kept[key]), _shown(kept[key]))))
        for key, (label, values) in _details_known.items()
        if kept.get(key) not in (None, "", [])
    ]


def _shown(value: object) -> str:
    """Return days as people write them, and lists without brackets."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date_format(date.fromisoformat(value), "d/m/Y")
    return str(value)


def record(
    target: models.Model,
    event: str,
    *,
    by: Actor,
    agency: Agency | None = None,
    reference: str = "",
    **details: object,
) -> AuditEntry:
    """Write one act into the trail; call it inside the transaction of the act.

    agency: whose trail it belongs to; that of the actor if none is given.
    reference: by what the outside knows the matter; without one it is the `message_id`,
    `number` or `sha256` among the details, or of the target.
    details: what else must be known, values that JSON can hold; never a secret.

    Raises ValueError for an act that nobody registered.
    """
    if event not in _events:
        raise ValueError(f"{event} is not a registered act")
    concerned = agency or by.agency
    looks = not _LOOKING.isdisjoint(event.rpartition(".")[2].split("_"))
    actions = AuditEntry.Action
    behalf = by.on_behalf_of(concerned)
    # Whatever language the actor reads: the trail speaks that of the province.
    with translation.override(settings.LANGUAGE_CODE):
        named = str(target)[:300]
    return AuditEntry.objects.create(
        content_type=ContentType.objects.get_for_model(target),
        object_pk=str(target.pk),
        object_id=target.pk if isinstance(target.pk, int) else None,
        object_repr=named,
        action=actions.ACCESS if looks else actions.UPDATE,
        event=event,
        actor=by.account,
        actor_name=by.account.full_name if by.account else by.name,
        agency=concerned,
        agency_name=concerned.name if concerned else "",
        remote_addr=by.address,
        device=by.device[:200],
        on_behalf_of=", ".join(behalf)[:400],
        reference=(reference or _known_by(target, details))[:200],
        timestamp=clock.now(),
        additional_data=_details(by, concerned, details),
    )


def _known_by(target: models.Model, details: dict[str, object]) -> str:
    found = [details.get(name, getattr(target, name, None)) for name in _KNOWN_BY]
    return next((name for name in found if isinstance(name, str) and name), "")


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
