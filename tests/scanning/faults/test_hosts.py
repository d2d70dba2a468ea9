"""Several real clamds: health, failover in the middle of a file, no idle host."""

import hashlib
import os
import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.ops import doctor, health
from scanning import engine
from scanning.engine import canaries, configuration, process, signatures
from scanning.engine.address import Host
from scanning.engine.replies import Kind
from scanning.engine.signatures import Official
from scanning.engine.stream import Exchange
from tests.clamd import Clamd
from tests.scanning.faults.processes import wait_until

MEGABYTE = 1024 * 1024


@pytest.fixture
def both(clamd: Clamd, other_clamd: Clamd, settings) -> Iterator[list[Clamd]]:
    """Let two clamds scan for us: our own, and one that is reached by its port."""
    other_clamd.host = Host("127.0.0.1", other_clamd.port)
    settings.PORTAL_CLAMD_HOSTS = [str(clamd.host), str(other_clamd.host)]
    yield [clamd, other_clamd]
    for each in (clamd, other_clamd):
        if not each.works():
            settings.PORTAL_CLAMD_BIND = f"127.0.0.1:{other_clamd.port}"
            each.stop()
            each.start()


def scanned(size: int = 100_000) -> engine.Result:
    with tempfile.TemporaryFile() as file:
        file.write(os.urandom(size))
        file.seek(0)
        return engine.scan([file])


def is_busy(each: Clamd) -> bool:
    busy, _most = Exchange(each.host, seconds=5).load()
    return busy > 0


def test_every_host_gets_its_share(both):
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: scanned(MEGABYTE), range(48)))
    share = Counter(result.proof.host for result in results)
    assert {result.answers[0].reply.kind for result in results} == {Kind.CLEAN}
    assert set(share) == {str(each.host) for each in both}
    assert min(share.values()) >= 48 / 4, share


@pytest.mark.parametrize("number", [0, 1])
def test_work_that_others_gave_a_host_is_seen_and_goes_to_the_idle_one(both, number):
    busy, idle = both[number], both[1 - number]
    content = os.urandom(12 * MEGABYTE)
    with ThreadPoolExecutor(3) as pool:
        ends = threading.Event()

        def others_work() -> None:
            place = Host(busy.layout.socket)
            while not ends.is_set():
                with tempfile.TemporaryFile() as own:
                    own.write(content)
                    own.flush()
                    Exchange(place, seconds=60).scan_open(own)

        working = [pool.submit(others_work) for _ in range(3)]
        try:
            wait_until(lambda: is_busy(busy))
            share = Counter(scanned().proof.host for _ in range(8))
        finally:
            ends.set()
        for each in working:
            each.result()
    assert share[str(idle.host)] >= 7, share


@pytest.mark.parametrize("number", [0, 1])
def test_a_host_that_dies_in_the_middle_of_a_file_is_replaced_by_another(
    both, number, monkeypatch
):
    """Handed over to our own, streamed to the other; one host gives the verdict."""
    dying, other = both[number], both[1 - number]
    monkeypatch.setattr("scanning.engine.hosts.in_order", lambda: order)
    order = [dying.host, other.host]
    content = os.urandom(40 * MEGABYTE) + canaries.eicar()
    with tempfile.TemporaryFile() as file, ThreadPoolExecutor(1) as pool:
        file.write(content)
        file.seek(0)
        result = pool.submit(engine.scan, [file])
        # It has proved itself by then: the canaries come first, and are smaller.
        wait_until(lambda: dying.has_in_hand(file))
        dying.kill()
        found = result.result()
    assert found.proof.host == str(other.host)
    assert found.answers[0].reply.kind == Kind.INFECTED
    assert found.answers[0].sha256 == hashlib.sha256(content).hexdigest()


def test_a_dead_host_is_left_alone_and_told_to_people(both, db):
    dead, alive = both
    dead.kill()
    assert {scanned().proof.host for _ in range(5)} == {str(alive.host)}
    status = engine.status()
    assert status.is_working
    assert status.is_releasing
    assert status.tone == "warning"
    assert [host.name for host in status.troubled_hosts] == [str(dead.host)]
    reading = next(iter(health.scanner()))
    assert reading.is_ok
    assert reading.facts == {"hosts": 2, "in_use": 1}
    assert str(dead.host) in " ".join(each.sentence for each in doctor.findings())


def test_a_host_with_older_signatures_is_noticed_and_not_used(both):
    older, newer = both
    folder = newer.layout.signatures
    rows = [("main", 62), ("daily", 27500)]
    built = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    official = tuple(Official(name, number, 1000, built) for name, number in rows)
    present = signatures.state(folder)
    ahead = signatures.SignatureState(
        signatures.SignatureKind.OFFICIAL, official, built, present.digest
    )
    load(newer, ahead)
    try:
        assert {scanned().proof.host for _ in range(10)} == {str(newer.host)}
        status = engine.status()
        assert status.signatures.rank == (27500, 62, 0)
        assert [h.name for h in status.troubled_hosts] == [str(older.host)]
        assert status.troubled_hosts[0].is_behind
        newer.kill()
        assert scanned().proof.host == str(older.host)
    finally:
        configuration.lay_down_signatures(newer.layout)


def load(clamd: Clamd, state: signatures.SignatureState) -> None:
    """Have a clamd say that it has loaded this."""
    mark = Path(clamd.layout.signatures, signatures.GENERATION_FILE)
    line = signatures.generation_line(
        state, megabytes=101, mark=canaries.GENERATION_MARK
    )
    mark.write_text(line, encoding="ascii")
    process.reload(clamd.layout)
    wait_until(lambda: engine.prove(clamd.host).signatures == state)


def test_half_open_streams_do_not_stop_the_engine(clamd, send, sweep, db):
    """As many as a queue of connections takes, each of which never ends."""
    open_lines = []
    try:
        for _ in range(200):
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(1)
            line.connect(clamd.layout.socket)
            line.sendall(b"nINSTREAM\n\0\0\1\0half")
            open_lines.append(line)
        file = send(b"Kinh g\xe1\xbb\xadi")
        state = sweep(file).state
    finally:
        for line in open_lines:
            line.close()
    wait_until(clamd.works)
    assert state in {"pending", "released"}
    assert sweep(file).is_released
    assert file.scans.exclude(verdict="error").count() == 1
