"""The worker is killed, the broker is lost, the disk is full, the clock is set back."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from kombu import pools

from portal.celery import app
from portal.core import clock
from portal.core.duties import CLAIM_LASTS
from portal.core.errors import StorageFullError
from portal.core.models import SweepRun
from scanning import engine, sealing, store, tasks
from scanning.engine import signatures
from scanning.models import Attachment, AttachmentState, ScanDuty
from tests.clamd import Clamd
from tests.factories.scanning import eicar
from tests.scanning.faults.processes import running, wait_until

MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def empty_queue() -> None:
    """Let no task of another test lie in the queue."""
    with app.connection_for_write() as line:
        for name in ("celery", "scan"):
            line.default_channel.queue_purge(name)


def attempts(file: Attachment) -> int:
    return ScanDuty.objects.get(attachment=file).attempts


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_scan_loses_nothing(clamd: Clamd, send):
    """kill -9; the next worker's sweep finishes the duty when the claim is over."""
    with running("worker") as worker:
        file = send(b"Kinh gui " * (2 * MEGABYTE))
        wait_until(lambda: attempts(file) == 1)
        worker.kill()
    file.refresh_from_db()
    duty = ScanDuty.objects.get(attachment=file)
    assert file.is_pending
    assert duty.claimed_at
    assert not file.scans.exists()

    tasks.sweep()
    assert attempts(file) == 1, "nobody takes what another may still be doing"

    past = duty.claimed_at - CLAIM_LASTS
    ScanDuty.objects.filter(pk=duty.pk).update(claimed_at=past)
    with running("worker"):
        tasks.sweep.delay()
        wait_until(lambda: ScanDuty.objects.get(pk=duty.pk).done_at)
    file.refresh_from_db()
    assert file.is_released
    assert file.scans.count() == 1
    assert attempts(file) == 2


@pytest.mark.django_db
def test_a_long_scan_keeps_its_claim_and_a_dead_one_does_not(send, monkeypatch):
    monkeypatch.setattr("portal.core.duties.RENEW_EVERY", timedelta(seconds=0.05))
    send(b"x")
    duty = ScanDuty.objects.get()
    ScanDuty.objects.claim(duty.pk)
    duty.refresh_from_db()
    claimed_at = []
    rows = ScanDuty._default_manager
    monkeypatch.setattr(
        type(rows.all()), "update", lambda _rows, **new: claimed_at.append(new)
    )
    with duty.renewed():
        wait_until(lambda: claimed_at, seconds=5)
    assert set(claimed_at[0]) == {"claimed_at"}
    assert len(claimed_at) == 1, "a claim that is somebody else's is let go"


@contextmanager
def queue_lost():
    """Have no queue folder, nor a way to make one."""
    folder = Path(configured.PORTAL_VAR, "queue")
    away = folder.with_name("queue-away")
    folder.rename(away)
    folder.write_text("not a folder", encoding="ascii")
    try:
        yield
    finally:
        folder.unlink()
        away.rename(folder)


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_files_come_in_and_the_sweep_scans_them(clamd, send, sweep):
    if configured.CELERY_BROKER_URL != "filesystem://":
        pytest.skip("the queue of files is lost here; Redis below")
    with queue_lost():
        file = send(b"Kinh g\xe1\xbb\xadi")
        assert file.is_pending
        assert sweep(file).is_released


@contextmanager
def queued_in_redis(socket: Path):
    """Have the queue in that Redis instead."""
    new = {
        "broker_url": f"redis+socket://{socket}",
        "broker_transport": None,
        "broker_transport_options": {"max_retries": 1, "interval_start": 0},
    }
    old = {name: app.conf.get(name) for name in new}
    for settings in (new, old):
        app.conf.update(settings)
        # All of them: a pool that is closed but still known refuses for ever.
        pools.reset()
        app._pool = app.amqp._producer_pool = None
        if settings is new:
            yield


@pytest.mark.django_db(transaction=True)
def test_with_redis_gone_files_come_in_and_the_sweep_scans_them(
    clamd, send, sweep, tmp_path
):
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("Redis is not installed")
    socket = tmp_path / "redis.sock"
    arguments = ["--port", "0", "--unixsocket", str(socket), "--save", ""]
    server = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)
    try:
        wait_until(socket.exists)
        with queued_in_redis(socket):
            first = send(b"Kinh g\xe1\xbb\xadi 1")
            with app.connection_for_write() as line:
                assert line.default_channel.client.llen("scan") == 1
            server.kill()
            server.wait()
            second = send(b"Kinh g\xe1\xbb\xadi 2", "b.txt")
    finally:
        server.kill()
        server.wait()
    assert sweep(first).is_released
    second.refresh_from_db()
    assert second.is_released


@pytest.mark.django_db
def test_on_a_full_disk_a_file_is_refused_and_leaves_nothing(clamd, send, small_disk):
    folder = store.root()
    folder.mkdir(parents=True, exist_ok=True)
    with small_disk(folder):
        with pytest.raises(StorageFullError):
            send(bytes(MEGABYTE))
        assert not [path for path in folder.rglob("*") if path.is_file()]
        assert not Attachment.objects.exists()
    assert send(bytes(100)).is_pending


@pytest.mark.django_db
def test_on_a_full_disk_a_held_file_is_sealed_later_and_stops_nobody(
    clamd: Clamd, send, sweep, small_disk
):
    """Điều 12.4: it stays held with its bytes, and no half of a seal takes up room."""
    folder = store.root()
    folder.mkdir(parents=True, exist_ok=True)
    with small_disk(folder):
        large = send(eicar() + b"\n" + bytes(32 * 1024 - 100), "a.txt")
        small = send(eicar(), "b.txt")
        rest = shutil.disk_usage(folder).free - 16 * 1024
        filling = folder / "filling"
        filling.write_bytes(bytes(rest))

        sweep(large)
        small.refresh_from_db()
        assert [large.state, small.state] == [AttachmentState.HELD] * 2
        assert large.sealed_at is None
        assert small.sealed_at, "what fits is sealed"
        assert SweepRun.objects.get(name="scan").ran_at, "the sweep went on to its end"
        assert not [*folder.rglob("*.part")]
        with store.open_stored(large.stored_as) as file:
            assert store.hash_of(file) == large.sha256

        filling.unlink()
        assert sweep(large).sealed_at
        assert not (folder / large.stored_as).exists()
        with sealing.open_bytes(large) as file:
            assert store.hash_of(file) == large.sha256


@pytest.mark.django_db
def test_with_its_temporary_disk_full_the_engine_is_not_believed(
    clamd: Clamd, send, sweep, small_disk
):
    """clamd then calls malware in a PDF clean: the canaries show it."""
    file = send(b"Kinh g\xe1\xbb\xadi")
    with small_disk(clamd.layout.temporary):
        Path(clamd.layout.temporary, "full").write_bytes(os.urandom(256 * 1024))
        assert sweep(file).is_pending
        assert file.scans.get().fault
        assert engine.status().fault
    assert sweep(file).is_released


@pytest.mark.django_db
def test_a_clock_set_back_keeps_no_file_waiting(clamd: Clamd, send, sweep, monkeypatch):
    """Neither a claim nor a wait from the future stops the sweep."""
    claimed, postponed = send(b"a"), send(b"b", "b.txt")
    ahead = clock.now() + timedelta(days=3)
    duties = ScanDuty.objects
    duties.filter(attachment=claimed).update(claimed_at=ahead, attempts=1)
    duties.filter(attachment=postponed).update(due_at=ahead, attempts=1)
    tasks.sweep()
    for file in (claimed, postponed):
        file.refresh_from_db()
        assert file.is_released
        assert file.scans.count() == 1


@pytest.mark.django_db
def test_a_clock_set_back_makes_no_old_signatures_look_fresh(monkeypatch, tmp_path):
    def head(name: str, version: int, seconds: float) -> None:
        text = f"ClamAV-VDB:x:{version}:9:90:a:b:c:{int(seconds)}"
        (tmp_path / f"{name}.cvd").write_bytes(text.encode().ljust(512))

    now = clock.now()
    head("main", 62, (now - timedelta(days=900)).timestamp())
    head("daily", 27500, (now - timedelta(days=30)).timestamp())
    assert signatures.state(tmp_path).kind == "stale"
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(days=40))
    back = signatures.state(tmp_path)
    assert back.kind == "stale"
    assert back.is_from_the_future
