"""A web server that scans for who waits is killed: the file is judged all the same."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured

from portal.core.duties import CLAIM_LASTS
from scanning import tasks
from scanning.models import ScanDuty
from tests.bench.gateway import posted
from tests.clamd import Clamd
from tests.e2e.installation import free_port
from tests.factories.connectors import System, connected
from tests.scanning.faults.processes import listens, running, wait_until
from tests.scanning.faults.relay import is_of_the_proof, lying

CONTENT = b"Kinh g\xe1\xbb\xadi " * 1000


@pytest.fixture
def system(formats: None) -> System:
    return connected()


@pytest.mark.django_db(transaction=True)
def test_a_web_server_killed_in_the_middle_of_a_scan_loses_nothing(
    clamd: Clamd, system: System, tmp_path: Path
):
    """kill -9; when the claim is over, another takes the file."""
    asked, enough = threading.Event(), threading.Event()

    def holds_back(content: bytes, truth: bytes) -> Iterator[bytes]:
        if not is_of_the_proof(content):
            asked.set()
            enough.wait(60)
        yield truth

    headers = system.headers  # asked for here: a thread would keep its connection
    place, port = Path(configured.PORTAL_VAR, "slow.sock"), free_port()
    file = tmp_path / "cong-van.txt"
    file.write_bytes(CONTENT)
    with (
        lying(place, clamd.host, holds_back) as relay,
        running("web", PORT=str(port), PORTAL_CLAMD_SOCKET=relay.host.place) as web,
    ):
        wait_until(lambda: listens(port))
        caller = threading.Thread(
            target=hang_up, args=(port, file, system.form, headers)
        )
        caller.start()
        assert asked.wait(60)
        web.kill()
        caller.join()
        enough.set()
    duty = ScanDuty.objects.get()
    assert duty.claimed_at
    assert duty.attachment.is_pending
    assert not duty.attachment.scans.exists()

    assert not tasks.take_next(), "nobody takes what another may still be doing"

    ScanDuty.objects.update(claimed_at=duty.claimed_at - CLAIM_LASTS)
    assert tasks.take_next()
    duty.attachment.refresh_from_db()
    assert duty.attachment.is_released
    assert duty.attachment.scans.count() == 1


def hang_up(
    port: int, file: Path, form: dict[str, Any], headers: dict[str, str]
) -> None:
    """Hand in a file and wait for an answer that never comes."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with suppress(http.client.HTTPException, OSError):
        posted(line, file, form, headers)
        raise AssertionError("there was an answer")
