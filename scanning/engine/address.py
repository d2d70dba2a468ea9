"""Where a clamd listens: a socket of this machine, or a port of another."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_LONGEST_NAME = 120  # as long as the record of a scan keeps


@dataclass(frozen=True)
class Host:
    """One clamd. `place`: the path of a socket, or with a port a name or number."""

    place: str
    port: int = 0

    @property
    def is_of_this_machine(self) -> bool:
        """Tell whether open files can be handed to it: it listens on a socket here."""
        return not self.port

    @property
    def is_ours(self) -> bool:
        """Tell whether it is the one that reads the folder of this installation."""
        return self == own()

    def __str__(self) -> str:
        if not self.port:
            return f"unix:{self.place}"[:_LONGEST_NAME]
        name = f"[{self.place}]" if ":" in self.place else self.place
        return f"tcp:{name}:{self.port}"[:_LONGEST_NAME]


def own() -> Host:
    """Return the clamd that `manage.py clamd` runs here."""
    return Host(str(settings.PORTAL_CLAMD_SOCKET))


def configured() -> list[Host]:
    """Return every clamd that the settings name; our own alone if they name none.

    Raises ImproperlyConfigured for words that name no place.
    """
    return [read(word) for word in settings.PORTAL_CLAMD_HOSTS] or [own()]


def read(word: str) -> Host:
    """Return the host of `unix:/path`, `tcp:name:port` or `tcp:[IPv6]:port`.

    Raises ImproperlyConfigured if it is none of them.
    """
    kind, _, rest = word.partition(":")
    if kind == "unix" and rest.startswith("/"):
        return Host(rest)
    place, _, port = rest.rpartition(":")
    if kind == "tcp" and place and port.isdecimal() and 0 < int(port) < 2**16:
        return Host(place.removeprefix("[").removesuffix("]"), int(port))
    raise ImproperlyConfigured(
        f"{word!r} names no clamd; write unix:/path or tcp:host:port."
    )
