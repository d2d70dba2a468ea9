"""Which of several clamds gets the next batch, and which are left alone for a while.

Each clamd tells itself how busy it is, with what all our processes on all machines gave
it: so no process of ours need tell another anything. What a process remembers, for some
seconds, is who failed it, and what each has loaded.
"""

import contextlib
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from scanning.engine import faults, marks, proofs
from scanning.engine.address import Host, configured
from scanning.engine.stream import Exchange

SICK_FOR = 10.0  # seconds for which a host that failed is asked last
LOADED_FOR = 10.0  # seconds for which we remember what a host has loaded
# One that does not even tell its load in this time has no thread left for it.
SECONDS_TO_TELL = 0.5
_FULL = 1000.0


@dataclass
class _Known:
    """What this process remembers of one host. Times: of the monotonic clock."""

    sick_until: float = 0.0
    loaded_until: float = 0.0
    rank: tuple[int, ...] = (0, 0, 0)
    in_hand: int = 0  # batches that threads of this process have there


_lock = threading.Lock()
_known: dict[Host, _Known] = {}


def in_order() -> list[Host]:
    """Return every host, the best first.

    Those that failed lately come last; before them those with older signatures, since
    they are used only while none with newer ones answers; then the least busy is first.
    """
    hosts = configured()
    if len(hosts) == 1:
        return hosts
    placed = [(*_place(host), random.random(), host) for host in hosts]  # noqa: S311 (an equal chance, no secret)
    return [host for *_, host in sorted(placed, key=lambda each: each[:-1])]


@contextlib.contextmanager
def working(host: Host) -> Iterator[None]:
    """Count a batch on a host while it lasts, and remember it if the host fails."""
    with _lock:
        known = _known.setdefault(host, _Known())
        known.in_hand += 1
    try:
        yield
    except faults.EngineError:
        known.sick_until = time.monotonic() + SICK_FOR
        known.loaded_until = 0.0
        proofs.forget(host)
        raise
    else:
        known.sick_until = 0.0
    finally:
        with _lock:
            known.in_hand -= 1


def _place(host: Host) -> tuple[bool, tuple[int, ...], float]:
    """Return what puts a host before others: well, newer signatures, less work."""
    with _lock:
        known = _known.setdefault(host, _Known())
    if time.monotonic() < known.sick_until:
        return True, (), 0.0
    try:
        load = _load(host, known)
        if time.monotonic() >= known.loaded_until:
            loaded = marks.loaded_by(host, seconds=SECONDS_TO_TELL)
            known.rank = loaded.signatures.rank
            known.loaded_until = time.monotonic() + LOADED_FOR
    except faults.DeadlineError:
        load = _FULL
    except faults.EngineError:
        known.sick_until = time.monotonic() + SICK_FOR
        return True, (), 0.0
    return False, tuple(-number for number in known.rank), load


def _load(host: Host, known: _Known) -> float:
    """Return how busy a host is, as a multiple of the scans it can run at once.

    What is on its way to it, it does not count yet; what of that is ours, we do.
    """
    busy, most = Exchange(host, seconds=SECONDS_TO_TELL).load()
    return max(busy, known.in_hand) / most
