"""Điều 12.1 and 12.4: what signatures were mistaken about is blocked without right."""

import pytest

from access.models import AuditEntry, Notice
from portal.core import clock
from scanning import engine, services, tasks
from scanning.models import Attachment, Objection, Recall
from scanning.services import disposal, objections, rescans, second_looks
from scanning.verdicts import Verdict
from tests.factories.access import actor
from tests.factories.held_files import scanned, sent
from tests.factories.scanning import eicar, png

pytestmark = pytest.mark.django_db

MISTAKEN = "Portal.Test.Mistaken"
CONTENT = b"Phu luc 9 - mau bieu thong ke nam"


@pytest.fixture
def taught(clamd, formats, learn):
    """The engine with a signature that strikes what is harmless."""
    learn(MISTAKEN, CONTENT)
    return learn


def held(name="a.txt", content=CONTENT) -> Attachment:
    sender, recipient = actor(), actor()
    file = sent(content, name, sender.agency, recipient.agency)
    assert (file.is_held, file.verdict) == (True, Verdict.INFECTED)
    return file


def test_d12_4_a_file_goes_when_the_signature_that_held_it_is_withdrawn(taught):
    file = held()
    (recipient,) = file.message.recipients.all()
    reader = actor("records_clerk", recipient.agency)
    assert second_looks.sweep() == 0, "the present signatures have seen it"
    assert file.scans.count() == 1

    taught.forget(MISTAKEN)
    Notice.objects.all().delete()
    tasks.sweep_rescans()
    file.refresh_from_db()
    assert (file.is_released, file.verdict) == (True, Verdict.CLEAN)
    assert file.last_scan_findings == [], "what was withdrawn is not said of it"
    assert file.release is None
    assert file.signature_digest == engine.prove().signatures.digest
    assert [each.verdict for each in file.scans.order_by("pk")] == ["infected", "clean"]
    entry = AuditEntry.objects.get(event="scanning.released")
    assert (entry.object_pk, entry.agency) == (str(file.pk), file.keeper)
    told = {each.agency for each in Notice.objects.filter(subject__contains=file.name)}
    assert recipient.agency in told
    with services.open_released(file, by=reader) as there:
        assert there.read() == CONTENT


def test_d12_1_what_newer_signatures_still_find_stays_and_is_asked_once(taught):
    file = scanned(eicar(), "b.txt")
    assert file.is_held
    taught.forget(MISTAKEN)
    for _turn in range(2):
        assert second_looks.sweep() == 0
        file.refresh_from_db()
        assert (file.is_held, file.verdict) == (True, Verdict.INFECTED)
        assert file.scans.count() == 2
    assert file.signature_digest == engine.prove().signatures.digest
    assert file.quarantine_items.count() == 1


def test_d12_1_a_file_that_was_called_back_by_mistake_is_let_go_again(
    clamd, formats, learn
):
    file = sent(CONTENT, "c.txt")
    learn(MISTAKEN, CONTENT)
    rescans.sweep()
    file.refresh_from_db()
    assert file.is_held
    learn.forget(MISTAKEN)
    assert second_looks.sweep() == 1
    file.refresh_from_db()
    assert file.is_released
    assert Recall.objects.count() == 1


def test_nothing_goes_while_the_engine_is_silent_or_its_signatures_count_for_nothing(
    taught, clamd, settings
):
    file = held()
    taught.forget(MISTAKEN)
    settings.PORTAL_ACCEPT_FALLBACK_SIGNATURES = False
    assert second_looks.sweep() == 0
    settings.PORTAL_ACCEPT_FALLBACK_SIGNATURES = True
    before = Attachment.objects.get(pk=file.pk)
    clamd.stop()
    assert second_looks.sweep() == 0
    assert not second_looks.take(file)
    file.refresh_from_db()
    assert (file.is_held, file.verdict) == (True, Verdict.INFECTED)
    assert file.signature_digest == before.signature_digest
    assert file.scanned_at > before.scanned_at, "others are asked about first"
    assert [each.code for each in file.last_scan_findings] == ["malware"]
    clamd.start()


def test_what_somebody_proposed_to_destroy_waits_for_the_second_person(taught):
    file = scanned(CONTENT, "d.txt")
    officer = actor(agency=file.agency)
    disposal.propose(file, by=officer, decision_number="12/QĐ", reason="Mã độc")
    taught.forget(MISTAKEN)
    assert second_looks.sweep() == 0
    file.refresh_from_db()
    assert file.is_held


def test_what_our_own_look_holds_is_not_asked_about(taught):
    drawing = scanned(png(), "e.txt")
    assert drawing.verdict == Verdict.REFUSED_TYPE
    taught.forget(MISTAKEN)
    assert second_looks.sweep() == 0
    assert drawing.scans.count() == 1


def test_d12_4_an_objection_ends_with_the_release_of_its_file(taught, staff_client):
    file = held()
    clerk = actor("records_clerk", file.keeper)
    objection = objections.make(file, by=clerk, reason="Tệp sạch")
    taught.forget(MISTAKEN)
    Notice.objects.all().delete()
    assert second_looks.sweep() == 1
    objection.refresh_from_db()
    assert objection.outcome == Objection.Outcome.SETTLED
    assert (objection.answered_by, objection.answer) == (None, "")
    assert objection.answered_at <= clock.now()
    assert Notice.objects.filter(recipient=clerk.person).exists()
    assert AuditEntry.objects.filter(event="scanning.objection_settled").exists()
    Objection.objects.update(due_at=clock.now())
    assert objections.sweep() == 0
    page = staff_client(clerk).get(f"/tep/khieu-nai/{objection.pk}/").content.decode()
    assert "không cần trả lời nữa" in page.lower()
