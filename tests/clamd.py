"""A real clamd for every test that needs one: our configuration, reserve signatures."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scanning import engine, reference
from scanning.engine import layout, process
from scanning.engine.address import Host

START_WITHIN = 30.0


class Clamd:
    """One running engine, which a test may stop and start again."""

    def __init__(self, folder: str = "clamav") -> None:
        # What the machine's own freshclam has fetched would take minutes to load.
        here = layout.present()
        root = here.root.with_name(folder)
        socket = here.socket if root == here.root else str(root / "clamd.sock")
        system = Path("/nonexistent")
        self.layout = replace(here, root=root, socket=socket, system=system)
        self.host = Host(self.layout.socket)
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it proves itself."""
        process.prepare(self.layout, upload_megabytes=100)
        self.child = process.launch(self.layout)
        self.wait()

    def wait(self) -> None:
        """Wait until it proves itself."""
        end = time.monotonic() + START_WITHIN
        while not self.works():
            assert time.monotonic() < end, "clamd does not work"
            time.sleep(0.05)

    def works(self) -> bool:
        """Tell whether it proves itself."""
        try:
            engine.prove(self.host)
        except engine.EngineError:
            return False
        return True

    def stop(self) -> None:
        """End it."""
        process.end(self.child)

    def kill(self) -> None:
        """End it as kill -9 does."""
        assert self.child
        self.child.kill()
        self.child.wait()


@pytest.fixture(scope="session")
def _clamd() -> Iterator[Clamd]:
    found = Clamd()
    found.start()
    yield found
    found.stop()


@pytest.fixture
def clamd(_clamd: Clamd) -> Iterator[Clamd]:
    """Give a working clamd; one that the test stopped is started again after it."""
    yield _clamd
    if not _clamd.works():
        _clamd.stop()
        _clamd.start()


@pytest.fixture
def formats(db: None) -> None:
    """Load the table of allowed types as it is delivered."""
    reference.load()
