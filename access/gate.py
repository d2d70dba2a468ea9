"""Deny by default: a view is closed unless it says that it is public."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.urls import ResolverMatch

View = TypeVar("View", bound=Callable[..., Any])

# Views of others that anybody may use; named by the resolved view, never by its path.
PUBLIC_VIEWS = frozenset({"wagtail_serve"})


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def is_public(match: ResolverMatch) -> bool:
    """Tell whether anybody may use the view that the address resolved to."""
    if match.view_name in PUBLIC_VIEWS:
        return True
    return bool(getattr(match.func, "is_public", False))
