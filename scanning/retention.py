"""Why the bytes of a file must stay: higher floors register their reasons.

An open incident needs its evidence; scanning knows nothing of incidents.
Source: Quyết định 06/2012/QĐ-UBND, Điều 13.4.d.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanning.models import Attachment

Reason = Callable[["Attachment"], str]
_reasons: list[Reason] = []


def register(reason: Reason) -> Reason:
    """Add a reason: it returns a sentence for people, empty if the bytes may go."""
    _reasons.append(reason)
    return reason


def reason_for(attachment: Attachment) -> str:
    """Return the first reason for which the bytes must stay, or an empty text."""
    return next(filter(None, (reason(attachment) for reason in _reasons)), "")
