"""Where our clamd keeps its things: one folder of ours under the portal's var."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

# What Debian's own freshclam keeps current, if it is installed and allowed out.
SYSTEM_SIGNATURES = Path("/var/lib/clamav")


@dataclass(frozen=True)
class Layout:
    """The folders and files of one clamd."""

    root: Path
    socket: str
    system: Path = SYSTEM_SIGNATURES

    @property
    def signatures(self) -> Path:
        """The folder that clamd loads: our own set and links to the official one."""
        return self.root / "signatures"

    @property
    def official(self) -> Path:
        """Where our freshclam puts what it fetches."""
        return self.root / "official"

    @property
    def temporary(self) -> Path:
        """clamd unpacks here; if it is missing or full, clamd misses malware."""
        return self.root / "tmp"

    @property
    def clamd_conf(self) -> Path:
        """The configuration of clamd, written at each start."""
        return self.root / "clamd.conf"

    @property
    def freshclam_conf(self) -> Path:
        """The configuration of freshclam, written at each start."""
        return self.root / "freshclam.conf"

    @property
    def pid(self) -> Path:
        """The process number of the clamd that we started last."""
        return self.root / "clamd.pid"


def present() -> Layout:
    """Return the layout that the settings name."""
    return Layout(settings.PORTAL_VAR / "clamav", str(settings.PORTAL_CLAMD_SOCKET))
