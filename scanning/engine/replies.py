"""What clamd says, read with suspicion: only exactly `stream: OK` is clean.

Of an open file that was handed over it is exactly `fd[10]: OK`, whatever the number.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

STREAMED = re.compile(r"stream: ")
HANDED_OVER = re.compile(r"fd\[\d{1,9}\]: ")

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


# Larger than the engine looks into: it is not asked, or says so itself.
TOO_LARGE = Reply(Kind.LIMITED, "Portal.Limits.FileSize")


def read(line: str, subject: re.Pattern[str] = STREAMED) -> Reply:
    """Return the meaning of a reply about `subject`, without its line end."""
    found = subject.match(line)
    said = line[found.end() :] if found else ""
    if said == "OK":
        return Reply(Kind.CLEAN)
    name = said.removesuffix(" FOUND")
    if not name or name == said:
        return Reply(Kind.ERROR, line[:200])
    return Reply(_kind_of(name), name)


def _kind_of(name: str) -> Kind:
    for prefix, kind in _KINDS_BY_PREFIX.items():
        if name.startswith(prefix):
            return Kind(kind)
    return Kind.INFECTED
