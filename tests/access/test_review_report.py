"""The signed report of an access review (Điều 3.3, 13.4.d, 13.5.b).

The signature is PAdES; the layout is measured against Nghị định 30/2020/NĐ-CP.
"""

import hashlib
import io
import subprocess
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from access.models import AuditEntry, Notice, ReviewReport
from access.refusals import ReportChangedError
from access.services import review_reports, review_sweep, reviews
from portal.core import clock, pdf_signature, verification
from portal.core.pdf_signature import certificate, fingerprint
from tests.factories.access import AssignmentFactory, actor
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

EVIDENCE = "Quyết định số 12/QĐ-SNV về phân công nhiệm vụ"


@pytest.fixture
def campaign(office):
    """Return a closed review: one right confirmed, one revoked, one never answered."""
    head = office["agency_head"]
    AssignmentFactory(agency=head.agency, role_code="agency_admin")
    today = clock.today()
    wanted = reviews.Wanted(
        title="Rà soát quyền năm 2026",
        agency=head.agency,
        fallback_on=today + timedelta(days=1),
        due_on=today + timedelta(days=2),
        on_silence="keep",
    )
    opened = reviews.open_campaign(wanted, by=head)
    items = {i.assignment.account_id: i for i in opened.items.all()}
    admin, clerk = (office[role].person for role in ("agency_admin", "records_clerk"))
    reviews.confirm(items[clerk.pk], by=head, evidence=EVIDENCE)
    reviews.revoke(items[admin.pk], by=head, evidence="Đã chuyển công tác")
    type(opened).objects.update(
        due_on=today - timedelta(days=1), fallback_on=today - timedelta(days=2)
    )
    return opened


@pytest.fixture
def report(campaign):
    review_sweep.sweep()
    return ReviewReport.objects.get()


def status_of(content, trusted=True):
    reader = PdfFileReader(io.BytesIO(content))
    signature = reader.embedded_signatures[0]
    own = [signature.signer_cert] if trusted else []
    return validate_pdf_signature(signature, ValidationContext(trust_roots=own))


def test_d13_5_b_the_report_says_each_right_with_decision_person_and_evidence(
    report, office
):
    reader = PdfReader(io.BytesIO(bytes(report.content)))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for words in (
        "Rà soát quyền năm 2026",
        EVIDENCE,
        "Đã chuyển công tác",
        office["records_clerk"].person.full_name,
        "Giữ nguyên, không ai trả lời",
        "không phải chữ ký số công vụ",
        report.check_code,
    ):
        assert words in text, words
    assert "Tổng số 4" in text
    assert reader.metadata.title.startswith(f"Báo cáo rà soát quyền truy cập {report}")


def test_d13_4_d_any_pdf_reader_can_validate_the_signature(report):
    status = status_of(bytes(report.content))
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.md_algorithm == "sha256"
    assert status.signing_cert.dump() == certificate()


def test_nobody_vouches_for_the_portals_own_certificate(report):
    assert not status_of(bytes(report.content), trusted=False).trusted
    assert pdf_signature.is_own()


def test_d13_4_d_one_changed_byte_breaks_the_signature(report):
    content = bytes(report.content)
    at = content.index(b"stream") + 40
    forged = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    assert not status_of(forged).intact


def test_every_host_signs_with_the_same_certificate(report, settings):
    before = fingerprint()
    pdf_signature._signer.cache_clear()
    assert fingerprint() == before
    settings.SECRET_KEY = "another portal"
    assert fingerprint() != before


def test_an_installation_may_name_its_own_certificate(tmp_path, settings, campaign):
    settings.SECRET_KEY = "the key of a certification authority, so to speak"
    bundle = tmp_path / "signer.p12"
    bundle.write_bytes(pdf_signature._own())
    theirs = fingerprint()
    settings.SECRET_KEY = "the portal's own"
    assert fingerprint() != theirs
    settings.PORTAL_PDF_CERTIFICATE = str(bundle)
    assert (fingerprint(), pdf_signature.is_own()) == (theirs, False)
    review_sweep.sweep()
    content = bytes(ReviewReport.objects.get().content)
    assert status_of(content).valid
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert "không phải chữ ký số" not in text


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_wrong_certificate_says_which_setting_is_wrong(tmp_path, settings, content):
    path = tmp_path / "signer.p12"
    if content is not None:
        path.write_bytes(content)
    settings.PORTAL_PDF_CERTIFICATE = str(path)
    with pytest.raises(ImproperlyConfigured, match="PORTAL_PDF_CERTIFICATE"):
        fingerprint()


def test_the_report_is_made_once_and_the_opener_told(report, office):
    review_sweep.sweep()
    assert ReviewReport.objects.count() == 1
    assert review_reports.issue(report.campaign) is None  # another worker was faster
    told = Notice.objects.filter(recipient=office["agency_head"].person)
    assert told.filter(subject__contains="Rà soát quyền năm 2026").exists()


def test_the_door_knows_it_by_hash_and_by_code_and_names_no_person(report, client):
    by_hash = verification.find(sha256=report.sha256)
    by_code = verification.find(number=report.check_code.lower())
    assert [r.number for r in by_hash + by_code] == [report.check_code] * 2
    assert (by_hash[0].agency, by_hash[0].is_current) == ("Sở Nội vụ", True)
    page = client.get("/kiem-tra/", {"so": report.check_code}).content.decode()
    assert "Báo cáo rà soát quyền truy cập" in page
    assert "Rà soát quyền năm 2026" not in page


def test_a_download_is_the_same_bytes_and_an_act(report, office, client):
    sign_in(client, office["agency_head"])
    page = f"/tai-khoan-don-vi/ra-soat/{report.campaign_id}/bao-cao.pdf"
    answer = client.get(page)
    assert answer.content == bytes(report.content)
    assert hashlib.sha256(answer.content).hexdigest() == report.sha256
    assert answer["Content-Disposition"].startswith("attachment;")
    entry = AuditEntry.objects.get(event="access.review_report_downloaded")
    assert entry.additional_data["check_code"] == report.check_code


def test_d12_5_nobody_else_downloads_it(report, office, stranger, client):
    page = f"/tai-khoan-don-vi/ra-soat/{report.campaign_id}/bao-cao.pdf"
    for person in (stranger, office["records_clerk"]):
        sign_in(client, person)
        assert client.get(page).status_code == 404
    sign_in(client, actor("auditor"))
    assert client.get(page).status_code == 200


def test_bytes_that_no_longer_match_are_not_handed_out(report, office):
    report.content = b"%PDF-1.7 forged"
    with pytest.raises(ReportChangedError):
        review_reports.issued_bytes(report, by=office["agency_head"])


def test_it_is_a4_with_embedded_fonts_for_the_archive(report, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(bytes(report.content))
    fonts = subprocess.run(
        ["pdffonts", path], check=True, capture_output=True, text=True
    )
    rows = fonts.stdout.splitlines()[2:]
    assert rows
    assert all(row.split()[-5] == "yes" for row in rows)
    first, second = PdfReader(path).pages[:2]
    assert [round(float(n)) for n in first.mediabox[2:]] == [595, 842]
    assert [round(float(n)) for n in second.mediabox[2:]] == [842, 595]


def test_the_key_of_the_signature_is_p_256():
    signer = pdf_signature._signer()
    public = signer.signing_cert.public_key
    assert (public.algorithm, public.curve) == ("ec", ("named", "secp256r1"))
