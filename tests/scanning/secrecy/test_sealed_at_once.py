"""Điều 12.7: what happens to a file that bears a stamp, from receipt to incident."""

import io
import json

import pytest
from django.core import serializers
from django.db import Error, transaction
from django.urls import reverse

from access.models import AuditEntry
from incidents.models import Category, Incident
from scanning import sealing, services, store, tasks
from scanning.models import Attachment, AttachmentState, QuarantineRule
from scanning.refusals import NotReleasedError
from scanning.verdicts import Verdict
from tests.factories.access import actor
from tests.factories.scanning import zipped
from tests.scanning.secrecy import documents as d

pytestmark = pytest.mark.django_db
SECRET = "Vị trí kho số bảy ở đồi Con Cua"
PAPERS = {
    "a.txt": f"UBND\nMẬT\n{SECRET}".encode(),
    "a.docx": d.docx("TỐI MẬT", SECRET),
    "a.pdf": d.pdf("TUYỆT MẬT", SECRET),
    "a.zip": zipped(b__zip=zipped(c__odt=d.odt("MẬT", SECRET))),
}


@pytest.fixture
def sealed(clamd, formats, django_capture_on_commit_callbacks):
    """Return a way to send a file and let one task do everything it does."""

    def send(name: str, content: bytes, by=None) -> Attachment:
        by = by or actor()
        attachment = services.receive(
            io.BytesIO(content), name, by=by, agency=by.agency
        )
        duty = attachment.duties.get()
        with django_capture_on_commit_callbacks(execute=True):
            tasks.scan_attachment(duty.pk)
        attachment.refresh_from_db()
        return attachment

    return send


@pytest.mark.parametrize("name", PAPERS)
def test_d12_7_a_stamped_file_is_sealed_in_the_task_that_finds_it(sealed, name):
    attachment = sealed(name, PAPERS[name])

    assert attachment.state == AttachmentState.HELD
    assert attachment.verdict == Verdict.SECRECY_SUSPECTED
    assert attachment.quarantine_items.get().rule == QuarantineRule.SECRECY
    path = store.root() / attachment.stored_as
    assert attachment.sealed_at, "not at the next sweep: now"
    assert not path.exists()
    assert SECRET.encode() not in sealing.sealed_path(path).read_bytes()


def test_d12_7_nobody_downloads_it_and_nobody_releases_it(sealed):
    attachment = sealed("a.txt", PAPERS["a.txt"])
    head = actor("agency_head", agency=attachment.agency)
    with pytest.raises(NotReleasedError):
        services.open_released(attachment, by=head)
    for change in (
        {"state": AttachmentState.RELEASED},
        {"state": AttachmentState.RELEASED, "verdict": Verdict.CLEAN},
    ):
        with pytest.raises(Error), transaction.atomic():
            Attachment.objects.filter(pk=attachment.pk).update(**change)


def test_d12_7_a_special_incident_holds_fingerprint_and_facts_only(sealed):
    attachment = sealed("a.docx", PAPERS["a.docx"])
    incident = Incident.objects.get()
    assert incident.category == Category.SECRECY
    assert incident.agency == attachment.agency
    assert attachment.sha256 in incident.description
    assert "TỐI MẬT" in incident.description
    assert not incident.evidence.exists()


def test_d12_7_the_text_is_in_no_row_log_or_entry(sealed, caplog):
    for name, content in PAPERS.items():
        sealed(name, content)
    attachments = Attachment.objects.all()
    kept = [
        *attachments,
        *(f for a in attachments for f in a.findings.all()),
        *(i for a in attachments for i in a.quarantine_items.all()),
        *Incident.objects.all(),
    ]
    written = json.dumps(
        json.loads(serializers.serialize("json", kept)), ensure_ascii=False
    )
    written += str(list(AuditEntry.objects.values())) + caplog.text
    assert "kho số" not in written
    assert "Con Cua" not in written


def test_d12_7_a_secret_is_not_sent_to_an_engine(sealed):
    attachment = sealed("a.txt", PAPERS["a.txt"])
    assert attachment.scans.get().engine == ""


def test_d12_7_with_the_engine_dead_it_is_sealed_all_the_same(sealed, clamd):
    clamd.stop()
    assert sealed("a.txt", PAPERS["a.txt"]).sealed_at


def test_d12_7_the_page_says_what_to_do(sealed, staff_client, roles):
    attachment = sealed("a.txt", PAPERS["a.txt"])
    colleague = actor("records_clerk", agency=attachment.agency)
    url = reverse("scanning:detail", args=[attachment.public_id])
    page = staff_client(colleague).get(url).content.decode()
    assert "MẬT" in page
    assert "người đứng đầu" in page
    assert "dòng 2" in page
    assert SECRET not in page
    download = reverse("scanning:download", args=[attachment.public_id])
    assert staff_client(colleague).get(download).status_code == 409
