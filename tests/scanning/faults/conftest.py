import io
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from portal.core import clock
from scanning import services, tasks
from scanning.engine import hosts, proofs
from scanning.models import Attachment, ScanDuty
from tests.clamd import Clamd
from tests.e2e.installation import free_port
from tests.factories.access import actor


@pytest.fixture(autouse=True)
def nobody_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test know of another which hosts failed it."""
    monkeypatch.setattr(hosts, "_known", {})
    monkeypatch.setattr(proofs, "_standing", {})


@pytest.fixture(scope="module")
def other_clamd() -> Iterator[Clamd]:
    """Give a second real clamd, which listens on a port as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "PORTAL_CLAMD_BIND", f"127.0.0.1:{free_port()}")
        found = Clamd("clamav2")
        found.port = int(settings.PORTAL_CLAMD_BIND.rpartition(":")[2])
        found.start()
    yield found
    found.stop()


@pytest.fixture
def send(formats: None) -> Callable[..., Attachment]:
    """Return a way to hand in a file as an officer does."""
    by = actor()

    def hand_in(content: bytes, name: str = "a.txt") -> Attachment:
        return services.receive(io.BytesIO(content), name, by=by, agency=by.agency)

    return hand_in


@pytest.fixture
def sweep() -> Callable[..., Attachment]:
    """Return a way to let all waits be over and the sweep come by."""

    def come_by(attachment: Attachment) -> Attachment:
        past = clock.now() - timedelta(minutes=1)
        ScanDuty.objects.filter(done_at=None).update(due_at=past)
        tasks.sweep()
        attachment.refresh_from_db()
        return attachment

    return come_by


@pytest.fixture
def small_disk() -> Callable[[Path], AbstractContextManager[None]]:
    """Return a way to lay a disk of 256 KB over a folder; only root can."""

    @contextmanager
    def over(folder: Path) -> Iterator[None]:
        owner = folder.stat()
        options = f"size=256k,mode=0777,uid={owner.st_uid}"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("only root may mount a small disk")
        try:
            yield
        finally:
            subprocess.run(["umount", str(folder)], check=True)

    return over
