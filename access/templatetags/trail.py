"""Words for what the audit trail keeps as codes."""

from django import template
from django.utils.translation import gettext as _

from access import audit
from access.login import origin
from access.models import AuditEntry

register = template.Library()


@register.filter
def act(entry: AuditEntry) -> str:
    """Return what was done."""
    if entry.event:
        return audit.label_of(entry.event)
    names = {
        AuditEntry.Action.CREATE: _("created"),
        AuditEntry.Action.UPDATE: _("changed"),
        AuditEntry.Action.DELETE: _("deleted"),
        AuditEntry.Action.ACCESS: _("looked at"),
    }
    return names[entry.action]


@register.filter
def author(entry: AuditEntry) -> str:
    """Return who did it; without an account it was the portal, or nobody known."""
    if entry.actor_id is not None:
        return entry.actor_name
    return _("not signed in") if entry.remote_addr else _("the portal itself")


@register.filter
def thing(entry: AuditEntry) -> str:
    """Return to what it was done, as it was called then."""
    return entry.object_repr or _("unknown user name")


@register.filter
def details(entry: AuditEntry) -> list[tuple[str, str]]:
    """Return what else is told, name and value."""
    return audit.details_of(entry)


@register.filter
def device(user_agent: str) -> str:
    """Return a browser and its system in two words."""
    return origin.in_words(user_agent)
