"""Real processes of the portal on the database, the folder and the clamd of a test."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.e2e.installation import ROOT, free_port, procfile

STARTS_WITHIN = 60


def wait_until(holds: Callable[[], object], *, seconds: float = STARTS_WITHIN) -> None:
    """Return when something holds; fail if it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)


class Process:
    """One process of the Procfile, in a group of its own."""

    def __init__(self, name: str, **environment: str) -> None:
        command = procfile()[name].replace("--concurrency 3", "--concurrency 1")
        with Path(settings.PORTAL_VAR, f"{name}.log").open("ab") as log:
            self.child = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {command}"],
                cwd=ROOT,
                env={**os.environ, **_shared(), **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it and its children as kill -9 does."""
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def end(self) -> None:
        """End it, if it still runs."""
        if self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGTERM)
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def running(name: str, **environment: str) -> Iterator[Process]:
    """Give a process of the Procfile that is gone afterwards."""
    process = Process(name, **environment)
    try:
        yield process
    finally:
        process.end()


@contextmanager
def serving(workers: int = 1) -> Iterator[int]:
    """Give the port of a real gunicorn with so many processes."""
    port = free_port()
    with running("web", PORT=str(port), PORTAL_WEB_WORKERS=str(workers)):
        wait_until(lambda: listens(port))
        yield port


def listens(port: int) -> bool:
    """Tell whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _shared() -> dict[str, str]:
    """Return the settings by which a process shares the test's rows and files."""
    row = connection.settings_dict
    url = f"sqlite:///{row['NAME']}"
    if connection.vendor == "postgresql":
        who = f"{row['USER']}:{row['PASSWORD']}" if row["PASSWORD"] else row["USER"]
        url = f"postgresql://{who}@{row['HOST']}:{row['PORT']}/{row['NAME']}"
    return {
        "DJANGO_SETTINGS_MODULE": "tests.scanning.faults.settings",
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORTAL_VAR": str(settings.PORTAL_VAR),
        "PORTAL_DATABASE_URL": url,
    }
