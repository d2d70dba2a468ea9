"""Who else may see an attachment: higher floors register their reasons.

An incident's superior sees its evidence; scanning knows nothing of incidents. Each
reason is a subquery of attachment keys for an account, so no row comes twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from access.models import Account

Reason = Callable[["Account"], "QuerySet[Any, Any]"]
_reasons: list[Reason] = []


def register(reason: Reason) -> Reason:
    """Add a reason: it returns a values queryset of attachment primary keys."""
    _reasons.append(reason)
    return reason


def reasons() -> tuple[Reason, ...]:
    """Return what was registered."""
    return tuple(_reasons)
