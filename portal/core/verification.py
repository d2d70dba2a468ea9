"""One door to ask: did we issue this, and is it the current one?

Each app that issues documents registers a lookup; the page /kiem-tra/ asks them all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise


@dataclass(frozen=True)
class Record:
    """What anybody may know of a document that the portal issued."""

    kind: str | Promise
    number: str
    title: str
    agency: str
    issued_on: date
    sha256: str
    is_current: bool
    current_url: str = ""


Lookup = Callable[[str, str], list[Record]]
_lookups: list[Lookup] = []


def register(lookup: Lookup) -> Lookup:
    """Add a lookup: called with (sha256, number), one of them empty."""
    _lookups.append(lookup)
    return lookup


def find(*, sha256: str = "", number: str = "") -> list[Record]:
    """Return what was issued with that hash or that number.

    sha256: 64 hex digits, or empty. number: as printed, or empty.
    """
    return [record for lookup in _lookups for record in lookup(sha256, number)]
