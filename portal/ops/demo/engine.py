"""The real scanner, for as long as the demo is being built.

The demo is loaded before the portal starts. Its files are judged like any other, so a
clamd of ours runs meanwhile; one that runs already is used.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from portal.core import clock
from scanning import engine, tasks
from scanning.engine import layout, process
from scanning.models import ScanDuty

# Loading the official signatures takes a minute on a slow machine.
STARTS_WITHIN = 180.0


class NoEngineError(Exception):
    """The scanner does not work, so no file of the demo can be judged."""


@contextmanager
def running() -> Iterator[None]:
    """Have a working clamd inside, whose verdicts release files.

    Raises NoEngineError if it is not installed, does not come up, or has signatures
    that this installation does not accept.
    """
    if engine.status().is_working:
        _require_releasing()
        yield
        return
    ours = layout.present()
    process.prepare(ours, upload_megabytes=settings.PORTAL_UPLOAD_LIMIT // 1024**2)
    try:
        child = process.launch(ours)
    except process.MissingProgramError:
        raise NoEngineError("clamd is not installed.") from None
    try:
        _wait()
        _require_releasing()
        yield
    finally:
        process.end(child)


def _wait() -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while not engine.status().is_working:
        if time.monotonic() > ends:
            raise NoEngineError("clamd does not answer.")
        time.sleep(0.2)


def _require_releasing() -> None:
    found = engine.status()
    if not found.is_releasing:
        raise NoEngineError(f"{found.engine_sentence} {found.signatures_sentence}")


def scan_waiting() -> int:
    """Scan everything that waits, at the hour of the story; return how many."""
    waiting = ScanDuty.objects.claimable(clock.now()).values_list("pk", flat=True)
    return sum(tasks.take(pk) for pk in list(waiting))
