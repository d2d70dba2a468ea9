"""Điều 13.4.d and 12.5: bytes are destroyed by two persons, the record stays."""

import pytest
from django.db import Error, transaction

from portal.core.errors import NotAllowedError, SecondPersonError
from scanning import sealing, store, tasks
from scanning.models import Attachment, Disposal, Purpose
from scanning.refusals import (
    AlreadyProposedError,
    DisposedError,
    KeptError,
    NotHeldError,
    StillObjectedError,
)
from scanning.services import disposal, objections, releasing
from tests.factories.access import actor
from tests.factories.held_files import scanned
from tests.factories.incidents import IncidentFactory
from tests.factories.scanning import AttachmentFactory, eicar

pytestmark = pytest.mark.django_db

REASON = "Mã độc đã xử lý xong, hết hạn lưu."


@pytest.fixture
def held(clamd, formats, roles):
    """An officer, the head of the same agency, and their held file, sealed."""
    officer = actor()
    head = actor("agency_head", officer.agency)
    file = scanned(eicar(), "a.txt", agency=officer.agency)
    tasks.sweep()
    file.refresh_from_db()
    return officer, head, file


def bytes_left(file: Attachment) -> bool:
    path = store.root() / file.stored_as
    return path.exists() or sealing.sealed_path(path).exists()


def test_d13_4_d_two_persons_destroy_the_bytes_and_the_record_stays(
    held, django_capture_on_commit_callbacks
):
    officer, head, file = held
    assert bytes_left(file)
    proposed = disposal.propose(
        file, by=officer, reason=REASON, decision_number="12/QĐ"
    )
    with django_capture_on_commit_callbacks(execute=True):
        disposal.confirm(proposed, by=head, note="Đồng ý.")
    assert not bytes_left(file)
    file.refresh_from_db()
    assert file.is_held
    assert file.disposed_at
    assert (file.sha256, file.findings.count()) == (file.sha256, 1)
    with pytest.raises(DisposedError):
        releasing.release_protected(file, by=officer, reason=REASON)
    tasks.sweep()
    assert not bytes_left(file)
    with pytest.raises(Error, match="ruins_stay_held"), transaction.atomic():
        Attachment.objects.filter(pk=file.pk).update(
            state="released", verdict="clean", released_at=file.scanned_at
        )


def test_d13_4_d_what_a_crash_left_is_removed_by_the_sweep(held):
    officer, head, file = held
    proposed = disposal.propose(file, by=officer, reason=REASON)
    disposal.confirm(proposed, by=head, note="Đồng ý.")  # its last line never ran
    assert bytes_left(file)
    tasks.sweep()
    assert not bytes_left(file)
    assert disposal.forget_due(10) == 0


def test_d13_4_d_one_person_never_destroys(held):
    officer, _head, file = held
    proposed = disposal.propose(file, by=officer, reason=REASON)
    with pytest.raises(SecondPersonError):
        disposal.confirm(proposed, by=officer, note="Tự xác nhận.")
    for by in (actor("agency_head"), actor("records_clerk", officer.agency)):
        with pytest.raises(NotAllowedError):
            disposal.confirm(proposed, by=by, note="x")
    with pytest.raises(AlreadyProposedError):
        disposal.propose(file, by=officer, reason=REASON)
    with pytest.raises(Error, match="two_persons"), transaction.atomic():
        Disposal.objects.update(decided_by=officer.person)
    assert bytes_left(file)


def test_d12_4_nothing_is_destroyed_while_an_objection_is_open(held):
    officer, head, file = held
    proposed = disposal.propose(file, by=officer, reason=REASON)
    clerk = actor("records_clerk", officer.agency)
    objections.make(file, by=clerk, reason="Xin xem lại.")
    with pytest.raises(StillObjectedError):
        disposal.confirm(proposed, by=head, note="Đồng ý.")
    proposed.refresh_from_db()
    assert proposed.state == "proposed"
    assert bytes_left(file)


def test_d13_4_d_evidence_of_an_open_incident_is_kept(held):
    from incidents.models import EvidenceItem  # noqa: PLC0415 (the one test)

    officer = held[0]
    file = scanned(eicar(), "b.txt", agency=officer.agency, purpose=Purpose.EVIDENCE)
    incident = IncidentFactory(agency=officer.agency)
    EvidenceItem.objects.create(
        incident=incident, attachment=file, added_by=officer.person
    )
    with pytest.raises(KeptError, match=incident.number):
        disposal.propose(file, by=officer, reason=REASON)


def test_d12_5_a_released_file_is_never_destroyed(roles):
    officer = actor()
    file = AttachmentFactory(released=True, agency=officer.agency)
    with pytest.raises(NotHeldError):
        disposal.propose(file, by=officer, reason=REASON)
    held_elsewhere = AttachmentFactory()
    with pytest.raises((NotAllowedError, NotHeldError)):
        disposal.propose(held_elsewhere, by=officer, reason=REASON)
