"""/healthz says that the process runs, /readyz that it can work, and why not."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from portal.celery import SWEEPS
from portal.core import clock
from portal.core.models import SweepRun


@pytest.fixture
def swept(db):
    """All sweeps ran just now."""
    for name in SWEEPS:
        SweepRun.mark(name)


def test_alive_asks_nothing_of_the_database(client):
    # Without the `db` fixture, any query would fail the test.
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert "no-store" in answer["Cache-Control"]


def test_with_every_part_there_the_portal_is_ready_and_says_which_signatures(
    client, swept, clamd
):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert answer.json()["engine"] == {"ok": True}
    assert answer.json()["signatures"] == {"ok": True, "kind": "fallback", "count": 0}


def test_production_is_not_ready_with_reserve_signatures(
    client, swept, clamd, settings
):
    settings.PORTAL_ACCEPT_FALLBACK_SIGNATURES = False
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["signatures"]["ok"] is False
    assert answer.json()["signatures"]["kind"] == "fallback"


def test_without_clamd_the_portal_is_not_ready_and_says_which_part(
    client, swept, settings, tmp_path
):
    settings.PORTAL_CLAMD_SOCKET = str(tmp_path / "nobody-listens")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert answer.json()["engine"] == {"ok": False}
    assert answer.json()["database"] == {"ok": True}
    assert answer.json()["broker"] == {"ok": True}


def test_a_sweep_that_has_not_run_for_ten_minutes_is_named(client, swept):
    long_ago = clock.now() - timedelta(minutes=11)
    SweepRun.objects.filter(name="seals").update(ran_at=long_ago)
    assert client.get("/readyz").json()["sweeps"] == {"ok": False, "silent": ["seals"]}


def test_nobody_waits_for_a_broker_that_is_gone():
    # A process of its own, because Celery keeps the connections that it has.
    program = """
import time, django
django.setup()
from access.tasks import seal_audit
from portal.ops import health
seal_audit.delay()  # the first call also loads what the client needs
took = []
for turn in range(3):  # whatever else the machine does, it does not do thrice
    begin = time.monotonic()
    said = seal_audit.delay()
    took.append(time.monotonic() - begin)
print(said, min(took) < 1, health.broker().is_ok)
"""
    nobody = {"PORTAL_BROKER_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **nobody},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["None", "True", "False"]


def test_what_readyz_tells_to_anybody_names_no_host_path_or_version(client, swept):
    told = client.get("/readyz").content.decode()
    for secret in (str(settings.PORTAL_VAR), "ClamAV", connection.vendor, "127.0.0.1"):
        assert secret not in told
