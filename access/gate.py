"""Deny by default: a view is closed unless it says that it is public."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.urls import ResolverMatch

View = TypeVar("View", bound=Callable[..., Any])

# Views of others that anybody may use; named by the resolved view, never by its path.
PUBLIC_VIEWS = frozenset({"wagtail_serve"})

# Side doors of Wagtail that exist for nobody: sign-in, passwords, accounts and groups
# have one place each, and it is ours.
_NOBODYS = (
    "wagtailadmin_login",
    "wagtailadmin_password_reset",
    "wagtailadmin_account",
    "wagtailcore_login",
    "wagtailusers_",
)

# Parts of the address tree that need a permission besides: by the route that resolved.
_AREAS = {"cms/": "cms.edit"}


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def is_public(match: ResolverMatch) -> bool:
    """Tell whether anybody may use the view that the address resolved to."""
    if match.view_name in PUBLIC_VIEWS:
        return True
    return bool(getattr(match.func, "is_public", False))


def is_nobodys(match: ResolverMatch) -> bool:
    """Tell whether the view is a side door that we keep walled up."""
    return match.view_name.startswith(_NOBODYS)


def permission_for(match: ResolverMatch) -> str | None:
    """Return the permission that this part of the portal asks for, if any."""
    for route, permission in _AREAS.items():
        if match.route.startswith(route):
            return permission
    return None
