"""Evidence goes through the scan, and everybody who has it in hands is noted."""

from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction

import scanning.services
import scanning.tasks
from incidents import services
from incidents.models import CustodyAct, EntryKind, Incident, State
from incidents.refusals import ClosedToChangesError, NoFileError
from portal.core import clock
from scanning.models import Attachment
from scanning.refusals import NotReleasedError
from tests.factories.access import actor
from tests.factories.incidents import IncidentFactory
from tests.factories.scanning import eicar

pytestmark = pytest.mark.django_db
LOG = b"2026-11-22 01:58 DENY 203.0.113.7"


@pytest.fixture
def seized(case, clamd, formats):
    """An incident with a log file and a piece of malware as evidence, scanned."""
    incident = IncidentFactory(agency=case.town)
    services.add_evidence(
        incident,
        by=case.officer,
        files=[ContentFile(LOG, "tường lửa.log"), ContentFile(eicar(), "mẫu.txt")],
        caption="Máy chủ thư",
    )
    scanning.tasks.sweep()
    return incident


def test_d12_1_malware_among_the_evidence_is_held_by_name_and_the_rest_goes_on(seized):
    log, sample = (item.attachment for item in seized.evidence.all())
    assert (log.is_released, sample.is_held) == (True, True)
    held = seized.timeline.get(kind=EntryKind.EVIDENCE_HELD)
    assert held.text.startswith("mẫu.txt\n")
    assert "mã độc" in held.text
    released = seized.timeline.get(kind=EntryKind.EVIDENCE_RELEASED)
    assert released.text == "tường lửa.log"
    # The sample belongs to this incident: no other is drafted for it.
    assert Incident.objects.count() == 1


def test_d12_1_the_page_names_the_held_file_with_its_reason(seized, case, enter):
    page = enter(case.officer).get(seized.get_absolute_url()).content.decode()
    assert "mẫu.txt" in page
    assert "Tệp có mã độc" in page
    log = seized.evidence.earliest("pk").attachment
    assert f"/tep/{log.public_id}/tai-ve/" in page


def test_d12_1_before_the_scan_nobody_opens_evidence(case, formats, enter):
    incident = IncidentFactory(agency=case.town)
    [item] = services.add_evidence(
        incident, by=case.officer, files=[ContentFile(LOG, "a.log")]
    )
    with pytest.raises(NotReleasedError):
        scanning.services.open_released(item.attachment, by=case.officer)
    client = enter(case.officer)
    url = f"/tep/{item.attachment.public_id}/tai-ve/"
    assert client.get(url).status_code == 409


def test_d14_3_b_custody_names_who_took_which_bytes(seized, case, enter):
    item = seized.evidence.earliest("pk")
    client = enter(case.officer)
    answer = client.get(f"/tep/{item.attachment.public_id}/tai-ve/")
    assert b"".join(answer.streaming_content) == LOG
    intake, download = item.custody.all()
    assert (intake.act, download.act) == (CustodyAct.INTAKE, CustodyAct.DOWNLOADED)
    assert download.by == case.officer.account
    assert download.sha256 == intake.sha256 == item.attachment.sha256
    with pytest.raises(DatabaseError), transaction.atomic():
        item.custody.update(by_name="ai khác")


def test_d12_5_a_superior_opens_evidence_only_once_it_was_reported_to_him(
    seized, case, enter
):
    item = seized.evidence.earliest("pk")
    url = f"/tep/{item.attachment.public_id}/tai-ve/"
    superior, stranger = enter(case.superior_officer), enter(case.stranger)
    assert superior.get(url).status_code == 404
    services.escalate_beyond_capacity(
        seized, by=case.officer, harm="Mất thư", needs="Cán bộ", telephone="0912"
    )
    answer = superior.get(url)
    assert b"".join(answer.streaming_content) == LOG
    assert stranger.get(url).status_code == 404
    assert not Attachment.objects.visible_to(case.stranger.account).exists()
    assert item.custody.filter(by=case.superior_officer.account).exists()


def test_d12_1_malware_elsewhere_drafts_an_incident(case, clamd, formats):
    clerk = actor("records_clerk", case.town)
    scanning.services.receive(
        ContentFile(eicar()).file, "công văn.txt", by=clerk, agency=case.town
    )
    scanning.tasks.sweep()
    drafted = Incident.objects.get()
    assert (drafted.agency, drafted.state) == (case.town, State.DRAFT)
    assert "công văn.txt" in drafted.title
    assert not drafted.obligations.exists()
    recorded = services.record_draft(drafted, by=case.officer)
    assert recorded.obligations.exists()


def test_nothing_is_added_to_what_is_over(case, formats):
    incident = IncidentFactory(
        agency=case.town, state=State.CLOSED, closed_at=clock.now()
    )
    with pytest.raises(ClosedToChangesError):
        services.add_evidence(
            incident, by=case.officer, files=[ContentFile(LOG, "a.log")]
        )
    assert not Attachment.objects.exists()
    still_open = IncidentFactory(agency=case.town)
    with pytest.raises(NoFileError):
        services.add_evidence(still_open, by=case.officer, files=[])


def first_form(detected: datetime) -> dict[str, object]:
    """Return what the browser sends for a new incident with two files."""
    when = detected.astimezone(clock.VIETNAM).strftime("%Y-%m-%dT%H:%M")
    return {
        "title": "Máy chủ thư không mở được",
        "category": "malware",
        "detected_at": when,
        "token": "6e2f6f0e-4c0f-4c55-9f0c-2f6f7a1f2c11",
        "files": [ContentFile(LOG, "a.log"), ContentFile(eicar(), "b.txt")],
    }


def test_the_same_form_sent_twice_is_one_incident(case, formats, enter):
    client = enter(case.officer)
    detected = clock.now() - timedelta(minutes=20)
    answers = [client.post("/su-co/moi/", first_form(detected)) for _ in range(2)]

    incident = Incident.objects.get()
    assert {answer.url for answer in answers} == {incident.get_absolute_url()}
    assert incident.evidence.count() == 2


def test_evidence_comes_in_with_the_first_form(case, clamd, formats, enter):
    client = enter(case.officer)
    detected = clock.now() - timedelta(minutes=20)
    answer = client.post("/su-co/moi/", first_form(detected), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain, page
    incident = Incident.objects.get()
    assert incident.number in page
    assert incident.detected_at == detected.replace(second=0, microsecond=0)
    assert incident.evidence.count() == 2
    scanning.tasks.sweep()
    states = {item.attachment.state for item in incident.evidence.all()}
    assert states == {"released", "held"}


def test_d13_2_every_page_that_takes_files_warns_of_state_secrets(case, enter):
    incident = IncidentFactory(agency=case.town)
    client = enter(case.officer)
    for url in ("/su-co/moi/", f"/su-co/{incident.number}/chung-cu/"):
        assert "Không gửi tài liệu mật" in client.get(url).content.decode()
