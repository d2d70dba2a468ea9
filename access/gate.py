"""Deny by default: a view is closed unless it says that it is public."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django.urls import ResolverMatch

from access.actors import Actor

View = TypeVar("View", bound=Callable[..., Any])

# Views of others that anybody may use; named by the resolved view, never by its path.
PUBLIC_VIEWS = frozenset({"wagtail_serve"})

# Parts of the address tree that need a permission besides: by the route that resolved.
_AREAS = {"cms/": "cms.edit"}


def actor_of(request: HttpRequest) -> Actor | None:
    """Return who acts, where that may be nobody: in public views and middleware."""
    return getattr(request, "actor", None)


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def is_public(match: ResolverMatch) -> bool:
    """Tell whether anybody may use the view that the address resolved to."""
    if match.view_name in PUBLIC_VIEWS:
        return True
    return bool(getattr(match.func, "is_public", False))


def permission_for(match: ResolverMatch) -> str | None:
    """Return the permission that this part of the portal asks for, if any."""
    for route, permission in _AREAS.items():
        if match.route.startswith(route):
            return permission
    return None
