"""The engine and its signatures in plain words, for pages, /readyz and the doctor."""

import math
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scanning.engine import batch, faults, signatures
from scanning.engine.signatures import SignatureKind, SignatureState


@dataclass(frozen=True)
class EngineStatus:
    """What the engine can do at this moment."""

    is_working: bool
    fault: str  # a code of scanning.engine.faults, empty if it works
    version: str
    signatures: SignatureState

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
        return "success" if is_official else "warning"

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
    """Ask the engine to prove itself now; never raises, and takes milliseconds."""
    try:
        proof = batch.prove()
    except faults.EngineError as error:
        return EngineStatus(False, error.code, "", signatures.state())
    return EngineStatus(True, "", proof.version, proof.signatures)
