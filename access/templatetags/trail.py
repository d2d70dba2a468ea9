"""Words for what the audit trail keeps as codes."""

from django import template
from django.http import QueryDict
from django.utils.translation import gettext as _

from access import audit
from access.login import origin
from access.models import AuditEntry
from access.querysets.trail import ROW_CHANGED

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
    if entry.event == ROW_CHANGED:
        return _("the database")
    if entry.actor_id is not None and entry.on_behalf_of:
        names = {"person": entry.actor_name, "delegator": entry.on_behalf_of}
        return _("%(person)s (on behalf of %(delegator)s)") % names
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


@register.simple_tag(takes_context=True)
def place_query(context: template.Context, key: str, place: str) -> str:
    """Return the query string of this page, with the place where to go on."""
    query = _without_place(context)
    query[key] = place
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def without_place(context: template.Context) -> str:
    """Return the query string of the newest entries."""
    return f"?{_without_place(context).urlencode()}"


def _without_place(context: template.Context) -> QueryDict:
    query: QueryDict = context["request"].GET.copy()
    for key in ("cu-hon", "moi-hon"):
        query.pop(key, None)
    return query
