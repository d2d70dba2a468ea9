"""The only clamd is killed and started again while new signatures arrive."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from access.models import AuditEntry
from scanning import store
from scanning.engine import configuration, process, signatures
from scanning.models import Attachment
from scanning.verdicts import Verdict
from tests.clamd import Clamd
from tests.scanning.corpus.pdfs import pdf, stream
from tests.scanning.faults.processes import running, wait_until

MEGABYTE = 1024 * 1024
FOUND_BY_NEW_ONES = b"only the new signatures know this"


@dataclass
class Supervised:
    """The only clamd, kept running by our supervisor."""

    clamd: Clamd
    delivered: Path
    supervisor: process.Supervisor

    def new_signatures_arrive(self) -> None:
        """Have new ones lie in the folder, of which clamd has not been told."""
        line = f"New:0:*:{FOUND_BY_NEW_ONES.hex()}\n"
        for folder in (self.delivered, self.clamd.layout.signatures):
            Path(folder, "new.ndb").write_text(line, encoding="ascii")


@pytest.fixture
def supervised(
    clamd: Clamd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Supervised]:
    delivered = tmp_path / "delivered"
    shutil.copytree(configuration.FALLBACK, delivered)
    monkeypatch.setattr(configuration, "FALLBACK", delivered)
    clamd.stop()
    supervisor = process.Supervisor(clamd.layout, upload_megabytes=100, fetches=False)
    keeping = threading.Thread(target=supervisor.run)
    keeping.start()
    try:
        wait_until(clamd.works)
        clamd.child = supervisor.child
        yield Supervised(clamd, delivered, supervisor)
    finally:
        supervisor.stop()
        keeping.join()


@pytest.mark.django_db(transaction=True)
def test_a_file_from_the_kill_of_the_only_clamd_to_its_release(
    supervised: Supervised, send, sweep
):
    """kill -9 in mid-file, a restart, a reload: one verdict, by the new signatures."""
    before = signatures.state().digest
    with running("worker"):
        picture = stream(os.urandom(40 * MEGABYTE), b"/Subtype/Image")
        file: Attachment = send(pdf(picture), "a.pdf")
        with store.open_stored(file.stored_as) as content:
            wait_until(lambda: supervised.clamd.has_in_hand(content))
        # The next look at the folder comes when the new clamd is there already.
        supervised.supervisor.look_at = time.monotonic() + 4
        supervised.clamd.kill()
        supervised.new_signatures_arrive()
        marked: Attachment = send(FOUND_BY_NEW_ONES, "b.txt")
        wait_until(lambda: sweep(file).is_released)
        wait_until(lambda: sweep(marked).is_held)

    assert file.scans.earliest("pk").fault == "engine_died"
    after = signatures.state().digest
    assert after != before
    for each, verdict in ((file, Verdict.CLEAN), (marked, Verdict.INFECTED)):
        judged = each.scans.exclude(verdict=Verdict.ERROR)
        assert [(s.verdict, s.signature_digest) for s in judged] == [(verdict, after)]
        assert not each.duties.undone().exists()
    assert AuditEntry.objects.filter(event="scanning.released").count() == 1
    with store.open_stored(file.stored_as) as content:
        assert store.hash_of(content) == file.sha256


def test_a_clamd_that_hears_nothing_yet_is_asked_again_to_reload(
    supervised: Supervised, tmp_path: Path
):
    """Else it would keep the old signatures, and nothing would ever be released."""
    supervisor, clamd = supervised.supervisor, supervised.clamd
    there = supervisor.layout
    supervisor.layout = replace(there, socket=str(tmp_path / "nobody-listens"))
    supervised.new_signatures_arrive()
    supervisor.look_at = 0
    wait_until(lambda: supervisor.must_load)
    assert not clamd.works()

    supervisor.layout, supervisor.look_at = there, 0
    wait_until(clamd.works)
