"""What clamd says, read with suspicion: only exactly `stream: OK` is clean."""

from dataclasses import dataclass
from enum import StrEnum

# clamd reports what it could not look into under names of "viruses".
_KINDS_BY_PREFIX = {
    "Heuristics.Limits.Exceeded": "limited",
    "Heuristics.Encrypted": "encrypted",
    "Heuristics.OLE2.ContainsMacros": "active",
}


class Kind(StrEnum):
    """What one reply of the engine amounts to."""

    CLEAN = "clean"
    INFECTED = "infected"
    ACTIVE = "active"
    LIMITED = "limited"
    ENCRYPTED = "encrypted"
    ERROR = "error"


@dataclass(frozen=True)
class Reply:
    """One reply; `name` is the signature that matched, or the engine's error."""

    kind: Kind
    name: str = ""


def read(line: str) -> Reply:
    """Return the meaning of a reply to INSTREAM, without its line end."""
    if line == "stream: OK":
        return Reply(Kind.CLEAN)
    prefix, suffix = "stream: ", " FOUND"
    if not (line.startswith(prefix) and line.endswith(suffix)):
        return Reply(Kind.ERROR, line[:200])
    name = line[len(prefix) : -len(suffix)]
    if not name:
        return Reply(Kind.ERROR, line[:200])
    return Reply(_kind_of(name), name)


def _kind_of(name: str) -> Kind:
    for prefix, kind in _KINDS_BY_PREFIX.items():
        if name.startswith(prefix):
            return Kind(kind)
    return Kind.INFECTED
