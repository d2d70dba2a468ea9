"""Điều 12: what is forbidden in sending and receiving, as far as files go."""

import io
from datetime import timedelta

import pytest
from django.db import Error, transaction
from django.test import override_settings
from django.urls import reverse

from access.models import AuditEntry
from portal.core import clock
from portal.core.errors import NotAllowedError
from scanning import engine, services, tasks
from scanning.engine import canaries
from scanning.models import (
    Attachment,
    AttachmentState,
    QuarantineItem,
    QuarantineRule,
    Scan,
    ScanDuty,
)
from scanning.refusals import NotReleasedError
from scanning.signals import attachment_held
from scanning.verdicts import Verdict
from tests.clamd import Clamd
from tests.factories.access import actor
from tests.factories.scanning import AttachmentFactory, docx, eicar, zipped
from tests.reading import read

pytestmark = pytest.mark.django_db


def send(name: str, content: bytes, by=None, **details) -> Attachment:
    by = by or actor()
    return services.receive(
        io.BytesIO(content), name, by=by, agency=by.agency, **details
    )


def after_the_sweep(attachment: Attachment) -> Attachment:
    tasks.sweep()
    attachment.refresh_from_db()
    return attachment


def findings_of(attachment: Attachment) -> list[str]:
    again = Attachment.objects.get(pk=attachment.pk)
    return [each.code for each in again.last_scan_findings]


def later(minutes: int) -> None:
    """Let the waits of all duties be over."""
    ScanDuty.objects.update(due_at=clock.now() - timedelta(minutes=minutes))


SAMPLES = {
    "van-ban.txt": eicar(),
    "van-ban.zip": zipped(a__txt=eicar()),
    "long-nhau.zip": zipped(b__zip=zipped(a__txt=eicar())),
    "cong-van.pdf": canaries.in_pdf(),
    "cong-van.docx": docx(**{"word/embeddings/a.txt": eicar()}),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_d12_1_malware_is_held_however_it_is_wrapped(clamd, formats, name):
    attachment = after_the_sweep(send(name, SAMPLES[name]))

    assert attachment.state == AttachmentState.HELD
    assert attachment.verdict == Verdict.INFECTED
    item = attachment.quarantine_items.get()
    assert item.rule == QuarantineRule.VIRUS
    assert item.reason
    with pytest.raises(NotReleasedError):
        services.open_released(attachment, by=actor(agency=attachment.agency))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", b"Xin ch\xc3\xa0o"), ("a.zip", zipped(a__txt=b"x")), ("a.docx", docx())],
)
def test_d12_1_a_clean_file_goes_on_as_the_very_bytes(clamd, formats, name, content):
    by = actor()
    attachment = after_the_sweep(send(name, content, by))

    assert attachment.state == AttachmentState.RELEASED
    assert attachment.verdict == Verdict.CLEAN
    assert attachment.released_at >= attachment.scanned_at >= attachment.received_at
    with services.open_released(attachment, by=by) as file:
        assert file.read() == content
    events = AuditEntry.objects.filter(object_pk=str(attachment.pk)).values_list(
        "event", flat=True
    )
    assert set(events) == {
        "scanning.received",
        "scanning.released",
        "scanning.downloaded",
    }


def test_d12_1_with_the_engine_stopped_everything_stays_locked(
    clamd: Clamd, formats, caplog
):
    files = [send("a.txt", b"clean"), send("b.txt", eicar())]
    clamd.stop()

    for attachment in map(after_the_sweep, files):
        assert attachment.state == AttachmentState.PENDING
        assert attachment.verdict == Verdict.ERROR
        with pytest.raises(NotReleasedError):
            services.open_released(attachment, by=actor(agency=attachment.agency))
    status = engine.status()
    assert not status.is_working
    assert not status.is_releasing
    assert status.fault == "unreachable"
    assert set(ScanDuty.objects.values_list("last_error", flat=True)) == {"unreachable"}

    assert findings_of(files[0]) == findings_of(files[1]) == ["not_scanned"]

    clamd.start()
    later(minutes=1)
    assert after_the_sweep(files[0]).state == AttachmentState.RELEASED
    assert after_the_sweep(files[1]).state == AttachmentState.HELD
    # The failed attempt is over: nobody reads of it beside the verdict.
    assert findings_of(files[0]) == []
    assert findings_of(files[1]) == ["malware"]


def test_d12_1_reserve_signatures_release_nothing_unless_accepted(clamd, formats):
    clean, dirty = send("a.txt", b"clean"), send("b.txt", eicar())

    with override_settings(PORTAL_ACCEPT_FALLBACK_SIGNATURES=False):
        assert not engine.status().is_releasing
        assert after_the_sweep(clean).state == AttachmentState.PENDING
        assert [f.code for f in clean.findings.all()] == ["signatures_not_accepted"]
        assert after_the_sweep(dirty).state == AttachmentState.HELD

    later(minutes=1)
    assert after_the_sweep(clean).state == AttachmentState.RELEASED
    assert clean.is_weakly_judged
    assert clean.signature_kind == "fallback"


def test_d12_1_urgent_files_go_first(clamd, formats, monkeypatch):
    monkeypatch.setattr(tasks, "SWEEP_TAKES", 1)
    ordinary = send("a.txt", b"1")
    express = send("b.txt", b"2", urgency="hoa_toc")
    tasks.sweep()
    ordinary.refresh_from_db()
    express.refresh_from_db()
    assert express.is_released
    assert ordinary.is_pending


def test_d12_4_nothing_is_held_without_a_reason():
    attachment = AttachmentFactory()
    rule = "scanning_nothing_is_held_without_reason"
    with pytest.raises(Error, match=rule), transaction.atomic():
        QuarantineItem.objects.create(
            attachment=attachment, rule=QuarantineRule.VIRUS, reason=""
        )


def test_d12_4_a_held_file_is_announced_in_the_same_act(clamd, formats):
    heard = []

    def listen(attachment, item, by, **_):
        heard.append((attachment.pk, item.rule, by.name))
        if len(heard) == 1:
            raise RuntimeError("the listener breaks")

    attachment_held.connect(listen)
    try:
        attachment = after_the_sweep(send("a.txt", eicar()))
        assert attachment.is_pending, "an act that nobody heard did not happen"
        assert attachment.duties.get().last_error == "RuntimeError"
        later(minutes=1)
        assert after_the_sweep(attachment).is_held
    finally:
        attachment_held.disconnect(listen)
    assert heard == [(attachment.pk, "d12_1", "scanning")] * 2


PAGES = ("scanning:detail", "scanning:download")


def test_d12_5_another_agency_finds_nothing(staff_client, roles):
    released = AttachmentFactory(released=True)
    colleague = actor("records_clerk", agency=released.agency)
    stranger = actor("records_clerk")

    for page in PAGES:
        url = reverse(page, args=[released.public_id])
        answer = staff_client(colleague).get(url)
        assert answer.status_code == 200
        b"".join(answer)
        assert staff_client(stranger).get(url).status_code == 404
    for page in ("scanning:list", "scanning:quarantine", "scanning:submit"):
        answer = staff_client(stranger).get(
            reverse(page), {"tep": released.public_id, "q": released.name[:5]}
        )
        assert released.name not in read(answer)


def test_d12_5_what_has_not_been_released_cannot_be_downloaded(staff_client, roles):
    attachment = AttachmentFactory()
    colleague = actor("records_clerk", agency=attachment.agency)
    url = reverse("scanning:download", args=[attachment.public_id])
    assert staff_client(colleague).get(url).status_code == 409


def test_d12_5_only_who_may_send_for_the_agency_can(formats):
    by, other = actor("records_clerk"), actor("records_clerk")
    with pytest.raises(NotAllowedError):
        services.receive(io.BytesIO(b"x"), "a.txt", by=by, agency=other.agency)
    assert not Attachment.objects.exists()


def test_d12_6_programs_and_scripts_are_held(clamd, formats):
    for name, content in [
        ("a.exe", b"MZ\x90\x00 program"),
        ("b.txt", b"#!/bin/sh\nrm -rf /\n"),
        ("c.doc", b"MZ\x90\x00 program"),
        ("d.zip", zipped(setup__exe=b"MZ\x90\x00 program")),
    ]:
        attachment = after_the_sweep(send(name, content))
        assert attachment.is_held, name
        assert attachment.verdict == Verdict.REFUSED_TYPE, name


def test_d12_8_what_was_received_never_changes():
    attachment = AttachmentFactory()
    for change in [
        {"name": "khac.txt"},
        {"sha256": "0" * 64},
        {"received_at": clock.now()},
        {"size": 1},
    ]:
        with pytest.raises(Error, match="never change"), transaction.atomic():
            Attachment.objects.filter(pk=attachment.pk).update(**change)
    with pytest.raises(Error, match="keeps its rows"), transaction.atomic():
        attachment.delete()


def test_d12_8_a_scan_is_kept_as_it_was(clamd, formats):
    after_the_sweep(send("a.txt", b"clean"))
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        Scan.objects.update(verdict=Verdict.INFECTED)
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        Scan.objects.all().delete()
