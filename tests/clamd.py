"""A real clamd for every test that needs one: our configuration, reserve signatures."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest

from scanning import engine, reference
from scanning.engine import layout, process
from scanning.engine.address import Host

START_WITHIN = 30.0
_A_MEGABYTE = 1024 * 1024


class Clamd:
    """One running engine, which a test may stop and start again."""

    def __init__(self, folder: str = "clamav", *, megabytes: int = 100) -> None:
        # What the machine's own freshclam has fetched would take minutes to load.
        here = layout.present()
        root = here.root.with_name(folder)
        socket = here.socket if root == here.root else str(root / "clamd.sock")
        system = Path("/nonexistent")
        self.layout = replace(here, root=root, socket=socket, system=system)
        self.host, self.megabytes = Host(self.layout.socket), megabytes
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it proves itself."""
        process.prepare(self.layout, upload_megabytes=self.megabytes)
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

    def has_in_hand(self, file: IO[bytes]) -> bool:
        """Tell whether it has an open file itself, or a megabyte that was sent of it.

        What is sent to it, it writes into its temporary folder.
        """
        assert self.child
        ours, received = os.fstat(file.fileno()), str(self.layout.temporary)
        for handle in Path(f"/proc/{self.child.pid}/fd").iterdir():
            with suppress(OSError):  # closed meanwhile
                its, name = handle.stat(), str(handle.readlink())
                if os.path.samestat(ours, its):
                    return True
                if name.startswith(received) and its.st_size >= _A_MEGABYTE:
                    return True
        return False

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
