"""Sealing while others seal and write: each entry once, and nobody waits for long.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.4.d.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from access import audit, checking, sealing
from access.models import AuditEntry, AuditSeal, SealBatch, UnsealedEntry
from tests.factories.access import actor
from tests.scanning.faults.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

SEALERS, ENTRIES = 4, 200


def write(admin, count):
    for number in range(count):
        audit.record(admin.agency, "access.right_granted", by=admin, role=number)


def test_d13_4_d_sealers_at_once_seal_each_entry_once(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 7)  # many batches to quarrel about
    admin = actor("agency_admin")
    write(admin, ENTRIES)
    together = Barrier(SEALERS)

    def seal(_number):
        together.wait()
        try:
            return sealing.seal_all()
        finally:
            connection.close()

    with ThreadPoolExecutor(SEALERS) as pool:
        sealed = list(pool.map(seal, range(SEALERS)))
    entries = AuditEntry.objects.count()
    assert sum(sealed) == AuditSeal.objects.count() == entries >= ENTRIES
    assert len(sealing.head_file().read_text().splitlines()) == (
        SealBatch.objects.count()
    )
    assert not UnsealedEntry.objects.exists()
    assert checking.verify() is None


def sealed_when_written():
    """Wait until somebody has written since the last batch; seal that."""
    wait_until(UnsealedEntry.objects.exists)
    return sealing.seal()


def test_d13_4_d_writers_without_pause_do_not_keep_the_sealer_out():
    """What others wrote meanwhile says how long the sealer waited on any machine."""
    people = [actor("agency_admin") for _each in range(6)]
    write(people[0], 20)
    enough, written = Event(), []

    def write_on(admin):
        try:
            while not enough.is_set():
                with transaction.atomic():
                    write(admin, 5)
                written.append(admin)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        writing = [pool.submit(write_on, admin) for admin in people]
        try:
            sealed = [sealed_when_written() for _turn in range(5)]
            passed_by = len(written)
        finally:
            enough.set()
    for each in writing:
        each.result()
    assert all(sealed)
    assert passed_by < 250, "transactions of others while five batches were sealed"
    sealing.seal_all()
    assert checking.verify() is None


def test_a_seal_that_is_there_already_stops_the_sealer_aloud(admin):
    write(admin, 1)
    sealing.seal()
    write(admin, 1)
    with connection.cursor() as cursor:  # as somebody with the database's password
        cursor.execute(
            "INSERT INTO access_auditseal (entry_id, position, salt, link, batch_id) "
            "SELECT MAX(entry_id), 999, '', '', 1 FROM access_unsealedentry"
        )
    with pytest.raises(sealing.IntegrityError):
        sealing.seal()
