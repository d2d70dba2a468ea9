"""Which malware signatures lie on the disk, how old they are, and may they be trusted.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.1 and 13.5.d.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from scanning.engine import layout

GENERATION_FILE = "portal-generation.ndb"
OFFICIAL_NAMES = ("main", "daily", "bytecode")
# Without these two the official set does not protect anybody.
REQUIRED_NAMES = ("main", "daily")
OFFICIAL_SUFFIXES = (".cvd", ".cld")
STALE_AFTER = timedelta(days=7)
# What was built later than this from now shows that our clock stands wrong.
_CLOCKS_DIFFER = timedelta(hours=6)
# The head of a CVD: name, time of building, version, count of signatures, …
_HEAD = re.compile(
    rb"^ClamAV-VDB:(?P<time>[^:]+):(?P<version>\d+):(?P<count>\d+):\d+:[^:]*:[^:]*:"
    rb"[^:]*:(?P<seconds>\d+)"
)
# The name by which an engine says what it has loaded: the digest of the folder, its
# limit in MiB, and of each official database version, count and second of building.
# ClamAV adds the last word to the name of every signature that is not its own.
MARK_NAME = "Portal.Generation."
_LOADED = re.compile(
    r"Portal\.Generation\.(?P<digest>[0-9a-f]{64})\.(?P<megabytes>\d{1,4})"
    r"(?P<official>(?:\.(?:main|daily|bytecode)-\d+-\d+-\d+)*)(?:\.UNOFFICIAL)?"
)


class SignatureKind(models.TextChoices):
    """How far a set of signatures can be trusted."""

    OFFICIAL = "official", _("official, up to date")
    STALE = "stale", _("official, out of date")
    FALLBACK = "fallback", _("reserve set, for testing only")
    MISSING = "missing", _("none")

    @property
    def is_accepted(self) -> bool:
        """Tell whether a file judged with this kind may be released."""
        if self == SignatureKind.OFFICIAL:
            return True
        return (
            self != SignatureKind.MISSING and settings.PORTAL_ACCEPT_FALLBACK_SIGNATURES
        )


@dataclass(frozen=True)
class Official:
    """One official database, as its own head describes it."""

    name: str
    version: int
    count: int
    built_at: datetime

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class SignatureState:
    """The signatures of a folder. `digest`: SHA-256 (hex) over all their bytes."""

    kind: SignatureKind
    official: tuple[Official, ...]
    built_at: datetime | None
    digest: str

    @property
    def generation(self) -> str:
        """The short name of this very content, which the engine repeats to us."""
        return self.digest[:16]

    @property
    def rank(self) -> tuple[int, ...]:
        """The versions of the official databases: of two hosts, the higher is newer."""
        versions = {each.name: each.version for each in self.official}
        return tuple(versions.get(name, 0) for name in ("daily", "main", "bytecode"))

    @property
    def is_from_the_future(self) -> bool:
        """Tell whether our clock must be wrong: these were built after now."""
        return bool(self.built_at and _is_future(self.built_at))

    @property
    def description(self) -> str:
        """The names and versions, for the record of a scan."""
        names = ", ".join(str(each) for each in self.official) or str(self.kind.value)
        return f"{names} ({self.generation})"

    @property
    def age(self) -> timedelta | None:
        """How long ago the newest official database was built."""
        return clock.now() - self.built_at if self.built_at else None

    @property
    def count(self) -> int:
        """How many signatures the official databases hold."""
        return sum(each.count for each in self.official)


def head_of(path: Path) -> Official | None:
    """Return what an official database says of itself; None if it is not one."""
    try:
        with path.open("rb") as file:
            head = _HEAD.match(file.read(512))
    except OSError:
        return None
    if not head:
        return None
    version, count = int(head["version"]), int(head["count"])
    return Official(path.stem, version, count, _moment(head["seconds"]))


def state(folder: Path | None = None) -> SignatureState:
    """Return the signatures in a folder, by default that of our clamd."""
    folder = folder or layout.present().signatures
    files = sorted(_files(folder))
    heads = [head for path in files if (head := head_of(path))]
    official = tuple(sorted(heads, key=lambda head: OFFICIAL_NAMES.index(head.name)))
    built = {head.name: head.built_at for head in official}
    return SignatureState(
        kind=_kind(built) if files else SignatureKind.MISSING,
        official=official,
        built_at=built.get("daily"),
        digest=_digest(files),
    )


@dataclass(frozen=True)
class Loaded:
    """What one engine says that it has loaded, and the largest file it takes."""

    signatures: SignatureState
    most_bytes: int


def generation_line(found: SignatureState, *, megabytes: int, mark: bytes) -> str:
    """Return a signature by which the engine names the content it has loaded.

    megabytes: the largest file that it looks into, in MiB. mark: what it matches.
    """
    official = "".join(
        f".{each.name}-{each.version}-{each.count}-{int(each.built_at.timestamp())}"
        for each in found.official
    )
    name = f"{MARK_NAME}{found.digest}.{megabytes}{official}"
    return f"{name}:0:0:{mark.hex()}\n"


def read_loaded(name: str) -> Loaded | None:
    """Return what the name of the matching signature says; None if it is not ours."""
    found = _LOADED.fullmatch(name)
    if not found:
        return None
    words = (word.split("-") for word in found["official"].split(".") if word)
    official = tuple(
        Official(each, int(version), int(count), _moment(seconds))
        for each, version, count, seconds in words
    )
    built = {each.name: each.built_at for each in official}
    state = SignatureState(
        kind=_kind(built),
        official=official,
        built_at=built.get("daily"),
        digest=found["digest"],
    )
    return Loaded(state, int(found["megabytes"]) * 1024**2)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [
        path
        for path in folder.iterdir()
        if path.name != GENERATION_FILE and path.is_file()
    ]


def _kind(built: dict[str, datetime]) -> SignatureKind:
    if not all(name in built for name in REQUIRED_NAMES):
        return SignatureKind.FALLBACK
    daily = built["daily"]
    # With a clock that was set back, nobody knows how old they are: fail closed.
    if _is_future(daily) or clock.now() - daily > STALE_AFTER:
        return SignatureKind.STALE
    return SignatureKind.OFFICIAL


def _is_future(moment: datetime) -> bool:
    return moment - clock.now() > _CLOCKS_DIFFER


def _moment(seconds: str | bytes) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        found = path.stat()
        key = (str(path), found.st_ino, found.st_size, found.st_mtime_ns)
        digest.update(f"{path.name}:{_content_digest(*key)}\n".encode())
    return digest.hexdigest()


@lru_cache(maxsize=64)
def _content_digest(path: str, _inode: int, _size: int, _changed: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
