"""The staff menu: each app registers its entries, and the frame shows whom they serve.

`register` is called from `AppConfig.ready`; nothing is decided here but what is shown:
the views behind the entries check for themselves.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise


class Asker(Protocol):
    """Whoever can say what he may do for his acting agency: `access.actors.Actor`."""

    @property
    def permissions(self) -> Container[str]:
        """The names of the permissions held today."""


@dataclass(frozen=True)
class Entry:
    """One line of the menu.

    permission: a name, or several of which one is enough; None shows it to all staff.
    icon: the name of an outline icon of Tabler. order: low comes first.
    """

    label: str | Promise
    url_name: str
    permission: str | tuple[str, ...] | None = None
    icon: str = "file-text"
    order: int = 100


_entries: dict[str, Entry] = {}


def register(entry: Entry) -> Entry:
    """Add an entry; a second one for the same page takes the place of the first."""
    _entries[entry.url_name] = entry
    return entry


def entries_for(asker: Asker) -> list[Entry]:
    """Return the entries that serve this person, in their order."""
    shown = [entry for entry in _entries.values() if may_any(asker, entry.permission)]
    return sorted(shown, key=lambda entry: entry.order)


def may_any(asker: Asker, permission: str | tuple[str, ...] | None) -> bool:
    """Say whether the person holds one of the permissions, or none is asked for."""
    if permission is None:
        return True
    names = (permission,) if isinstance(permission, str) else permission
    return any(name in asker.permissions for name in names)
