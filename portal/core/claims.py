"""Claims on duties are kept alive while the work on them lasts.

One thread of the process does it for all of them: to start one for each claim takes
longer than nearly all work does. A process that is killed renews nothing, so another
takes its duties soon after.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)

# Without a claim it looks so often whether there is one: to wake it costs the caller
# more, and a claim is renewed much later.
_IDLE = 10.0  # seconds


@dataclass(eq=False)
class _Claim:
    """One claim. `renew`: returns whether it is still ours; asked every so often."""

    renew: Callable[[], bool]
    every: float  # seconds
    due_at: float = 0.0  # by the monotonic clock
    is_over: bool = False
    asking: threading.Lock = field(default_factory=threading.Lock)


class _Keeper:
    """Renews the claims of this process in a thread of its own."""

    def __init__(self) -> None:
        self.claims: set[_Claim] = set()
        self.changed = threading.Condition()
        self.thread: threading.Thread | None = None
        self.looks_at = 0.0  # by the monotonic clock

    def add(self, claim: _Claim) -> None:
        claim.due_at = time.monotonic() + claim.every
        with self.changed:
            self.claims.add(claim)
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, daemon=True)
                self.thread.start()
            elif claim.due_at < self.looks_at:
                self.changed.notify()

    def remove(self, claim: _Claim) -> None:
        """Forget a claim; when this returns, nothing asks for it any more."""
        with self.changed:
            self.claims.discard(claim)
        with claim.asking:
            claim.is_over = True

    def _run(self) -> None:
        while True:
            for claim in self._next():
                self._renew(claim)
            connection.close()

    def _next(self) -> list[_Claim]:
        """Wait until claims are due; return them."""
        with self.changed:
            while True:
                now = time.monotonic()
                if due := [claim for claim in self.claims if claim.due_at <= now]:
                    return due
                ends = (claim.due_at for claim in self.claims)
                self.looks_at = min(ends, default=now + _IDLE)
                self.changed.wait(self.looks_at - now)

    def _renew(self, claim: _Claim) -> None:
        with claim.asking:
            if claim.is_over:
                return
            claim.due_at = time.monotonic() + claim.every
            try:
                is_ours = claim.renew()
            except DatabaseError:
                # The work goes on; if no renewal follows, it is done twice.
                logger.warning("claim_not_renewed", exc_info=True)
                return
        if not is_ours:
            with self.changed:
                self.claims.discard(claim)


_keeper = _Keeper()


def _begin_anew() -> None:
    """Let a child process have a keeper of its own: threads are not inherited."""
    global _keeper  # noqa: PLW0603 (one of each process)
    _keeper = _Keeper()


os.register_at_fork(after_in_child=_begin_anew)


@contextmanager
def renewed(renew: Callable[[], bool], *, every: float) -> Iterator[None]:
    """Ask again and again for a claim while the work inside lasts.

    renew: tells whether the claim is still ours; it is called by another thread, with
    a connection of its own, every so many seconds, and no more once it is not.
    """
    keeper, claim = _keeper, _Claim(renew, every)
    keeper.add(claim)
    try:
        yield
    finally:
        keeper.remove(claim)
