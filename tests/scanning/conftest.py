import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from access.actors import Actor
from scanning.engine import configuration, process
from tests.clamd import Clamd
from tests.signed_in import sign_in


@pytest.fixture
def staff_client() -> Callable[[Actor], Client]:
    """Return a way to get a browser in which a person signed in with both factors."""

    def enter(actor: Actor) -> Client:
        client = Client()
        sign_in(client, actor)
        return client

    return enter


class Lessons:
    """What the engine is taught to take for malware, and forgets again."""

    def __init__(self, clamd: Clamd, folder: Path) -> None:
        self.clamd, self.folder = clamd, folder

    def __call__(self, name: str, content: bytes) -> None:
        """Teach it to see some bytes."""
        line = f"{name}:0:*:{content.hex()}\n"
        (self.folder / f"{name}.ndb").write_text(line, encoding="ascii")
        self.load()

    def forget(self, name: str) -> None:
        """Have it see them no more, as when a signature is found to be mistaken."""
        (self.folder / f"{name}.ndb").unlink()
        self.load()

    def load(self) -> None:
        configuration.lay_down_signatures(self.clamd.layout)
        process.reload(self.clamd.layout)
        self.clamd.wait()


@pytest.fixture
def learn(clamd, monkeypatch, tmp_path):
    """Return a way to teach the engine; it forgets all of it after the test."""
    folder = tmp_path / "signatures"
    shutil.copytree(configuration.FALLBACK, folder)
    monkeypatch.setattr(configuration, "FALLBACK", folder)
    lessons = Lessons(clamd, folder)
    yield lessons
    monkeypatch.undo()
    lessons.load()
