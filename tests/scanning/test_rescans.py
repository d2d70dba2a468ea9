"""Điều 12.1 and 13.5.d: no verdict twice, and new signatures look at what went out."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, transaction
from django.test import override_settings

from access.models import AuditEntry, Notice
from incidents.models import Incident
from portal.core import clock
from portal.core.errors import NotAllowedError
from scanning import engine, judging, reuse, services, tasks
from scanning.models import (
    Attachment,
    AttachmentState,
    Recall,
    RecallNotice,
    RescanDuty,
    Scan,
    ScanDuty,
    SignatureSet,
)
from scanning.refusals import NotReleasedError
from scanning.services import recalls, rescans
from scanning.verdicts import Verdict
from tests.factories.access import AgencyFactory, actor
from tests.factories.held_files import scanned, sent
from tests.factories.scanning import (
    AttachmentFactory,
    eicar,
    zipped,
)
from tests.plans import plan_of
from tests.reading import read

pytestmark = pytest.mark.django_db

NEW_MARK = b"Phu luc 7 - ke hoach thang sau"


# ── The same bytes are not scanned twice ──────────────────────────────────────────
@pytest.fixture
def asked(monkeypatch):
    """Count how often the engine is asked for a scan."""
    seen, plain = [], engine.scan

    def counted(files, **options):
        seen.append(len(files))
        return plain(files, **options)

    monkeypatch.setattr(judging.engine, "scan", counted)
    return seen


@pytest.mark.parametrize(
    ("content", "verdict"), [(b"Xin", "clean"), (eicar(), "infected")]
)
def test_d12_1_the_same_bytes_are_scanned_once(clamd, formats, asked, content, verdict):
    first, second = scanned(content, "a.txt"), scanned(content, "b.txt")
    assert len(asked) == 1
    assert first.verdict == second.verdict == verdict
    again = second.scans.get()
    assert again.reused == first.scans.get()
    assert again.signature_digest == engine.prove().signatures.digest
    assert (second.signature_digest, second.policy) == (
        first.signature_digest,
        first.policy,
    )
    assert [f.code for f in second.findings.all()] == [
        f.code for f in first.findings.all()
    ]


def test_earlier_scans_of_the_same_bytes_are_found_by_an_index(db):
    others = AttachmentFactory.create_batch(100, released=True, agency=AgencyFactory())
    Scan.objects.bulk_create(
        Scan(attachment=each, verdict="clean", began_at=each.received_at)
        for each in others
    )
    known = Scan.objects.exclude(reuse_key="").filter(reused=None, reuse_key="a" * 64)
    assert "scanning_known_verdicts" in plan_of(known)
    of_bytes = plan_of(reuse.scanned("a" * 64))
    assert re.search(r"scanning_attachment_sha256_\w+", of_bytes)


def test_d12_1_another_extension_or_a_bad_name_is_looked_at_anew(clamd, formats, asked):
    scanned(b"a;b", "a.txt")
    assert scanned(b"a;b", "a.csv").is_released
    assert scanned(b"a;b", "a.doc").verdict == Verdict.REFUSED_TYPE
    assert len(asked) == 3
    tricky = scanned(b"a;b", "a\u202etxt.txt")
    assert tricky.is_held


def test_d12_1_a_verdict_is_not_used_again_while_the_engine_is_down(clamd, formats):
    scanned(b"Xin", "a.txt")
    clamd.stop()
    again = scanned(b"Xin", "b.txt")
    assert again.is_pending
    assert again.verdict == Verdict.ERROR


def test_d12_1_nor_after_new_signatures(clamd, formats, learn):
    assert scanned(NEW_MARK, "a.txt").is_released
    learn("Portal.Test.Later", NEW_MARK)
    assert scanned(NEW_MARK, "b.txt").verdict == Verdict.INFECTED


def test_d12_1_nor_if_reserve_signatures_are_no_longer_accepted(clamd, formats):
    scanned(b"Xin", "a.txt")
    with override_settings(PORTAL_ACCEPT_FALLBACK_SIGNATURES=False):
        assert scanned(b"Xin", "b.txt").is_pending


def test_d12_5_a_copied_verdict_tells_nothing_of_the_other_agency(
    clamd, formats, staff_client
):
    content = zipped(setup__exe=b"MZ\x90\x00 program")
    first = scanned(content, "bi-mat-so-A.zip")
    second = scanned(content, "cua-toi.zip")
    assert second.scans.get().reused is not None
    clerk = actor(agency=second.agency)
    page = read(staff_client(clerk).get(second.get_absolute_url()))
    for secret in (first.name, first.agency.name, first.agency.short_name + "<"):
        assert secret not in page
    assert (
        AuditEntry.objects.filter(object_pk=str(second.pk), agency=first.agency).count()
        == 0
    )


# ── New signatures look at what went out ──────────────────────────────────────────
def test_d13_5_d_what_newer_signatures_find_is_called_back(clamd, formats, learn):
    sender, reader = actor(), actor("records_clerk")
    officer = actor(agency=reader.agency)
    file = sent(NEW_MARK, "a.txt", sender.agency, reader.agency)
    copies = [file, scanned(NEW_MARK, "b.txt"), scanned(NEW_MARK, "c.csv")]
    other = scanned(b"harmless", "d.txt")
    third = actor()
    visitor = actor(agency=third.agency)
    services.open_released(copies[1], by=visitor).close()
    assert rescans.sweep() == 0, "the present signatures have seen it all"
    Notice.objects.all().delete()

    learn("Portal.Test.Later", NEW_MARK)
    assert rescans.sweep() == 2  # different contents
    again = [Attachment.objects.get(pk=each.pk) for each in copies]
    assert {each.state for each in again} == {AttachmentState.HELD}
    assert {each.verdict for each in again} == {Verdict.INFECTED}
    with pytest.raises(NotReleasedError):
        services.open_released(again[0], by=reader)
    other.refresh_from_db()
    assert other.is_released
    assert other.signature_digest == engine.prove().signatures.digest

    recall = Recall.objects.get()
    assert all(e.quarantine_items.get().recall == recall for e in again)
    told = RecallNotice.objects.filter(recall=recall)
    agencies = [n.agency_id for n in told.order_by("pk")]
    assert sorted(agencies) == sorted(
        [
            sender.agency.pk,
            reader.agency.pk,
            copies[1].agency_id,
            copies[2].agency_id,
            third.agency.pk,
        ]
    )
    drafted = Incident.objects.values_list("agency", flat=True)
    assert sorted(drafted) == sorted(agencies), "one draft for each agency"
    names = Notice.objects.filter(recipient=officer.person, path="/tep/thu-hoi/")
    assert names.count() == 1
    assert "b.txt" not in names.get().body, "another agency's copy"


def test_d13_5_d_an_agency_is_told_once_for_many_copies(clamd, formats, learn):
    officer = actor()
    for name in ("a.txt", "b.txt", "c.txt"):
        scanned(NEW_MARK, name, agency=officer.agency)
    learn("Portal.Test.Later", NEW_MARK)
    rescans.sweep()
    assert RecallNotice.objects.count() == 3
    told = Notice.objects.filter(recipient=officer.person, path="/tep/thu-hoi/")
    assert told.count() == 1
    assert Incident.objects.count() == 1


def test_d13_5_d_a_detection_stays_open_until_it_was_cleaned_up(clamd, formats, learn):
    officer = actor()
    scanned(NEW_MARK, "a.txt", agency=officer.agency)
    learn("Portal.Test.Later", NEW_MARK)
    rescans.sweep()
    notice = RecallNotice.objects.get()
    for by in (actor(), actor("records_clerk", officer.agency)):
        with pytest.raises(NotAllowedError):
            recalls.confirm_clean(notice, by=by, note="Đã xoá.")
    assert recalls.confirm_clean(notice, by=officer, note="Đã xoá trên 2 máy.") == 1
    assert recalls.confirm_clean(notice, by=officer, note="Lần nữa.") == 0
    notice.refresh_from_db()
    assert (notice.cleaned_by, notice.cleaned_note) == (
        officer.person,
        "Đã xoá trên 2 máy.",
    )
    with pytest.raises(Error, match="never change"), transaction.atomic():
        RecallNotice.objects.update(told_at=clock.now())


def test_d13_5_d_most_spread_goes_first_then_the_newest(clamd, formats):
    old = clock.now() - timedelta(days=9)
    for content, copies, age in [(b"1", 1, 0), (b"2", 3, 5), (b"3", 1, 2)]:
        for _copy in range(copies):
            AttachmentFactory(
                content=content,
                released=True,
                released_at=old + timedelta(days=9 - age),
                signature_digest="0" * 64,
            )
    signatures = rescans.present_signatures()
    assert rescans.plan(signatures) == 3
    assert rescans.plan(signatures) == 0, "planned once"
    order = [hashlib.sha256(content).hexdigest() for content in (b"2", b"1", b"3")]
    assert list(RescanDuty.objects.values_list("sha256", flat=True)) == order


def test_d13_5_d_new_files_go_first_and_neither_starves(clamd, formats):
    for number in range(6):
        AttachmentFactory(
            content=b"%d" % number, released=True, signature_digest="0" * 64
        )
    waiting = AttachmentFactory(content=b"new")
    ScanDuty.objects.create(attachment=waiting, rank=3)
    assert rescans.sweep() == 1, "one, since a new file waits"
    tasks.sweep()
    assert rescans.sweep() == 5
    waiting.refresh_from_db()
    assert waiting.is_released


def test_d13_5_d_the_command_scans_the_rest_and_says_how_many(
    clamd, formats, learn, capsys
):
    scanned(NEW_MARK, "a.txt")
    scanned(b"harmless", "b.txt")
    learn("Portal.Test.Later", NEW_MARK)
    call_command("rescan")
    assert capsys.readouterr().out.split("\n")[:3] == [
        "clean: 1",
        "recalled: 1",
        "not scanned: 0",
    ]
    assert SignatureSet.objects.count() == 1


def test_d13_5_d_the_command_says_when_the_engine_is_down(clamd, formats):
    clamd.stop()
    with pytest.raises(CommandError):
        call_command("rescan")


def test_d9_1_bytes_that_changed_meanwhile_are_held_not_scanned(clamd, formats):
    file = AttachmentFactory(content=b"one", released=True, signature_digest="0" * 64)
    from scanning import store  # noqa: PLC0415 (the one test that tampers)

    (store.root() / file.stored_as).write_bytes(b"two")
    rescans.sweep()
    file.refresh_from_db()
    assert file.is_held
    assert file.quarantine_items.get().rule == "d9_1"
    assert not Recall.objects.exists()


def test_d13_5_d_a_rescan_cut_short_is_done_by_the_next_sweep(
    clamd, formats, monkeypatch
):
    AttachmentFactory(content=b"one", released=True, signature_digest="0" * 64)

    def breaks(_attachment):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(rescans, "judge", breaks)
        rescans.sweep()
    duty = RescanDuty.objects.get()
    assert duty.done_at is None
    assert duty.last_error == "RuntimeError"
    RescanDuty.objects.update(due_at=clock.now())
    rescans.sweep()
    duty.refresh_from_db()
    assert duty.done_at
    assert Scan.objects.count() == 1


def test_d12_5_agencies_that_have_nothing_to_do_with_it_hear_nothing(
    clamd, formats, learn
):
    stranger = actor(agency=AgencyFactory())
    scanned(NEW_MARK, "a.txt")
    learn("Portal.Test.Later", NEW_MARK)
    rescans.sweep()
    assert not Notice.objects.filter(recipient=stranger.person).exists()
    assert not RecallNotice.objects.visible_to(stranger.person).exists()
