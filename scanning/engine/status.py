"""The engine and its signatures in plain words, for pages, /readyz and the doctor."""

import math
from dataclasses import dataclass, replace

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scanning.engine import batch, faults, signatures
from scanning.engine.address import Host, configured
from scanning.engine.signatures import SignatureKind, SignatureState


@dataclass(frozen=True)
class HostStatus:
    """What one of the engines can do at this moment."""

    name: str
    fault: str  # a code of scanning.engine.faults, empty if it works
    version: str = ""
    signatures: SignatureState | None = None
    is_behind: bool = False  # another knows newer signatures: this one is not used
    is_different: bool = False  # its signatures are not those of the one we go by

    @property
    def is_in_use(self) -> bool:
        """Tell whether verdicts come from it."""
        return not self.fault and not self.is_behind

    @property
    def sentence(self) -> str:
        """One sentence on this engine, which names it."""
        return _sentence_on(self) % {"host": self.name}


def _sentence_on(host: HostStatus) -> str:
    if host.fault == faults.SignaturesChangedError.code:
        return _("The scanner %(host)s is loading new signatures.")
    if host.fault == faults.CanaryMissedError.code:
        return _("The scanner %(host)s misses test malware and is not used.")
    if host.fault:
        return _("The scanner %(host)s does not answer and is not used.")
    if host.is_behind:
        return _("The scanner %(host)s has older signatures and is not used.")
    if host.is_different:
        return _("The scanner %(host)s has other signatures than the rest.")
    return _("The scanner %(host)s works.")


@dataclass(frozen=True)
class EngineStatus:
    """What the engines together can do at this moment."""

    is_working: bool
    fault: str  # a code of scanning.engine.faults, empty if it works
    version: str
    signatures: SignatureState
    hosts: tuple[HostStatus, ...] = ()

    @property
    def troubled_hosts(self) -> list[HostStatus]:
        """The hosts of which people should hear, if there are several."""
        if len(self.hosts) == 1:
            return []
        return [host for host in self.hosts if not host.is_in_use or host.is_different]

    @property
    def is_releasing(self) -> bool:
        """Tell whether a clean file would be released now."""
        return self.is_working and self.signatures.kind.is_accepted

    @property
    def tone(self) -> str:
        """The colour of the state on pages."""
        if not self.is_releasing:
            return "danger"
        is_official = self.signatures.kind == SignatureKind.OFFICIAL
        is_whole = is_official and not self.troubled_hosts
        return "success" if is_whole else "warning"

    @property
    def engine_sentence(self) -> str:
        """One sentence on the engine."""
        if self.is_working:
            return _("The scanner works.")
        if self.fault == faults.SignaturesChangedError.code:
            return _("The scanner is loading new signatures; files wait meanwhile.")
        if self.fault == faults.CanaryMissedError.code:
            return _("The scanner misses test malware; every file stays locked.")
        return _("The scanner does not answer; every file stays locked.")

    @property
    def signatures_sentence(self) -> str:
        """One sentence on the signatures: which, and how old."""
        kind, age = self.signatures.kind, self.signatures.age
        if kind == SignatureKind.MISSING:
            return _("No malware signatures are loaded.")
        if kind == SignatureKind.FALLBACK or age is None:
            return _(
                "Only the reserve signatures are loaded; they know test files alone. "
                "The official ones have not been fetched."
            )
        if self.signatures.is_from_the_future:
            return _(
                "The official signatures were built after today: the clock of this "
                "machine is wrong, so nobody knows how old they are."
            )
        days = math.floor(age.total_seconds() / 86400)
        if kind == SignatureKind.STALE:
            return ngettext(
                "The official signatures are out of date: %(days)d day old.",
                "The official signatures are out of date: %(days)d days old.",
                days,
            ) % {"days": days}
        if days < 1:
            return _("The official signatures are loaded, less than a day old.")
        return ngettext(
            "The official signatures are loaded, %(days)d day old.",
            "The official signatures are loaded, %(days)d days old.",
            days,
        ) % {"days": days}


# Pages do not wait for a hanging engine each time they are asked for.
_RECENT_KEY, _RECENT_SECONDS = "scanning.engine.status", 10


def recent_status() -> EngineStatus:
    """Return a status that is at most some seconds old; for pages."""
    found = cache.get(_RECENT_KEY)
    if found is None:
        found = status()
        cache.set(_RECENT_KEY, found, _RECENT_SECONDS)
    return found


def status() -> EngineStatus:
    """Ask each engine to prove itself now; never raises, and takes milliseconds."""
    found = [_status_of(host) for host in configured()]
    working = [host for host in found if host.signatures]
    if not working:
        state = signatures.state()
        return EngineStatus(False, found[0].fault, "", state, tuple(found))
    best = max(working, key=_rank)
    compared = tuple(_compared(host, best) for host in found)
    return EngineStatus(True, "", best.version, _signatures(best), compared)


def _status_of(host: Host) -> HostStatus:
    try:
        proof = batch.prove(host)
    except faults.EngineError as error:
        return HostStatus(str(host), error.code)
    return HostStatus(str(host), "", proof.version, proof.signatures)


def _compared(host: HostStatus, best: HostStatus) -> HostStatus:
    if not host.signatures:
        return host
    return replace(
        host,
        is_behind=_rank(host) < _rank(best),
        is_different=_signatures(host).digest != _signatures(best).digest,
    )


def _rank(host: HostStatus) -> tuple[int, ...]:
    return _signatures(host).rank


def _signatures(host: HostStatus) -> SignatureState:
    if host.signatures is None:
        raise ValueError(f"{host.name} did not prove itself")
    return host.signatures
