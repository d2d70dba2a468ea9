"""Four eyes, in the service and in the database; files that passed the real scan.

Source: Quyết định 06/2012/QĐ-UBND, Điều 2.4, 12.1, 12.5 and 16.1.
"""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from access.models import AuditEntry, Notice
from policies.models import EditionState, FormVersion
from policies.refusals import (
    EffectiveDateError,
    FileKindError,
    FilesMissingError,
    FilesNotReleasedError,
    FixedError,
    NotFormOwnerError,
    OpenDraftError,
)
from policies.services import forms
from portal.core import clock, verification
from portal.core.errors import NotAllowedError, SecondPersonError, TransitionError
from scanning.models import AttachmentState, ScanDuty
from scanning.tasks import scan_attachment
from tests.factories.access import AuthorityFactory, actor
from tests.factories.policies import (
    FormFileFactory,
    FormGroupFactory,
    FormTemplateFactory,
    FormVersionFactory,
    pdf,
    published_version,
    submitted_version,
)
from tests.factories.scanning import AttachmentFactory, docx, eicar

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)


def upload(name, content):
    return SimpleUploadedFile(name, content)


def scan_all():
    for duty in ScanDuty.objects.undone():
        scan_attachment(duty.pk)


@pytest.mark.usefixtures("clamd", "formats")
def test_d2_4_a_form_goes_from_draft_through_the_scan_to_the_public(editor, approver):
    template = forms.create_form(
        "BM-01",
        "Phiếu đề nghị cấp tài khoản",
        by=editor,
        agency=editor.agency,
        group=FormGroupFactory(),
    )
    files = [upload("mau.pdf", pdf(3)), upload("mau.docx", docx())]
    version = forms.draft_version(template, by=editor, in_force_from=DAY, files=files)
    with pytest.raises(FilesNotReleasedError):
        forms.submit(version, by=editor)

    scan_all()
    forms.submit(version, by=editor)
    forms.approve(version, by=approver)

    assert FormVersion.objects.in_force().get() == version
    assert version.files.get(kind="pdf").pages == 3
    events = AuditEntry.objects.filter(event__startswith="policies.")
    assert list(events.order_by("pk").values_list("event", flat=True)) == [
        "policies.form_created",
        "policies.form_drafted",
        "policies.form_changed",
        "policies.form_changed",
        "policies.form_submitted",
        "policies.form_approved",
    ]
    assert Notice.objects.filter(recipient=approver.person).count() == 1
    assert Notice.objects.filter(recipient=editor.person).count() == 1


@pytest.mark.usefixtures("clamd", "formats")
def test_d12_1_a_form_with_a_virus_is_never_submitted(editor):
    template = FormTemplateFactory(agency=editor.agency)
    files = [upload("mau.pdf", pdf() + eicar()), upload("mau.docx", docx())]
    version = forms.draft_version(template, by=editor, in_force_from=DAY, files=files)
    scan_all()

    held = version.files.get(kind="pdf").attachment
    assert held.state == AttachmentState.HELD
    with pytest.raises(FilesNotReleasedError, match=r"mau\.pdf"):
        forms.submit(version, by=editor)

    forms.put_file(version, upload("khac.pdf", pdf()), by=editor)
    scan_all()
    assert forms.submit(version, by=editor).state == EditionState.SUBMITTED


def test_nobody_approves_what_he_drafted_or_submitted_or_uploaded(editor, approver):
    both = actor("form_approver", editor.agency)
    template = FormTemplateFactory(agency=editor.agency)
    drafted = submitted_version(template=template, drafted_by=both.person)
    with pytest.raises(SecondPersonError):
        forms.approve(drafted, by=both)

    version = submitted_version(
        template=FormTemplateFactory(agency=editor.agency), drafted_by=editor.person
    )
    uploaded = AttachmentFactory(released=True, submitted_by=both.person)
    FormFileFactory(version=version, kind="odt", attachment=uploaded)
    with pytest.raises(SecondPersonError):
        forms.approve(version, by=both)
    assert forms.approve(version, by=approver).is_approved


def test_the_database_refuses_a_self_approval_too():
    version = submitted_version()
    with pytest.raises(IntegrityError), transaction.atomic():
        FormVersion.objects.filter(pk=version.pk).update(
            state=EditionState.APPROVED,
            decided_by=version.drafted_by,
            decided_at=clock.now(),
        )


def test_an_editor_does_not_approve_and_an_approver_does_not_draft(editor, approver):
    version = submitted_version(template=FormTemplateFactory(agency=editor.agency))
    with pytest.raises(NotAllowedError):
        forms.approve(version, by=editor)
    with pytest.raises(NotAllowedError):
        forms.draft_version(version.template, by=approver, in_force_from=DAY)


def test_d12_5_an_approver_of_another_agency_neither_sees_nor_decides(approver):
    version = submitted_version()
    assert not FormVersion.objects.handled_by(approver.person).exists()
    with pytest.raises(NotAllowedError):
        forms.approve(version, by=approver)


def test_d16_1_only_the_owner_of_common_forms_publishes_one(editor, approver):
    template = FormTemplateFactory(agency=editor.agency, is_common=True)
    version = submitted_version(template=template)
    owner = AuthorityFactory(function="form_owner")
    with pytest.raises(NotFormOwnerError, match=owner.agency.name):
        forms.approve(version, by=approver)

    owner.agency = editor.agency
    owner.save()
    assert forms.approve(version, by=approver).is_approved


def test_approving_ends_the_former_version_on_the_day_before(editor, approver):
    template = FormTemplateFactory(agency=editor.agency)
    former = published_version(template=template)
    version = submitted_version(template=template, number=2, in_force_from=DAY)

    forms.approve(version, by=approver)

    former.refresh_from_db()
    assert former.in_force_to == DAY - timedelta(days=1)
    assert FormVersion.objects.get(pk=version.pk).replaces == former


def test_a_version_must_begin_after_the_one_that_it_replaces(editor, approver):
    template = FormTemplateFactory(agency=editor.agency)
    former = published_version(template=template, in_force_from=DAY)
    version = submitted_version(template=template, number=2, in_force_from=DAY)
    with pytest.raises(EffectiveDateError, match="01/01/2026"):
        forms.approve(version, by=approver)
    former.refresh_from_db()
    assert former.in_force_to is None


def test_a_version_needs_a_pdf_and_a_file_to_fill_in(editor):
    version = FormVersionFactory(template=FormTemplateFactory(agency=editor.agency))
    FormFileFactory(version=version, kind="docx")
    with pytest.raises(FilesMissingError):
        forms.submit(version, by=editor)


def test_only_the_three_formats_come_in(editor):
    version = FormVersionFactory(template=FormTemplateFactory(agency=editor.agency))
    for name in ("mau.exe", "mau.doc", "mau", "mau.pdf.js"):
        with pytest.raises(FileKindError):
            forms.put_file(version, upload(name, b"x"), by=editor)


def test_a_returned_version_is_changed_and_submitted_again(editor, approver):
    template = FormTemplateFactory(agency=editor.agency)
    version = submitted_version(template=template, drafted_by=editor.person)
    with pytest.raises(FixedError):
        forms.change_draft(version, by=editor, in_force_from=DAY, change_note="")

    forms.return_with_reason(version, by=approver, reason="Thiếu chữ ký")
    forms.change_draft(version, by=editor, in_force_from=DAY, change_note="Đã thêm")
    version = forms.submit(version, by=editor)

    assert version.decided_by is None
    assert forms.approve(version, by=approver).is_approved


def test_one_version_is_prepared_at_a_time(editor):
    version = FormVersionFactory(template=FormTemplateFactory(agency=editor.agency))
    with pytest.raises(OpenDraftError):
        forms.draft_version(version.template, by=editor, in_force_from=DAY)


@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_one_holds(roles):
    author = actor("form_editor")
    template = FormTemplateFactory(agency=author.agency)
    version = submitted_version(template=template, drafted_by=author.person)
    people = [actor("form_approver", author.agency) for _ in range(2)]
    start, outcomes = Barrier(2), []

    def approve(by):
        start.wait()
        try:
            forms.approve(version, by=by)
            outcomes.append("approved")
        except TransitionError as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=approve, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["approved", "transition"]
    approvals = AuditEntry.objects.filter(event="policies.form_approved")
    assert approvals.count() == 1


def test_verification_knows_a_published_file_by_hash_and_by_number():
    version = published_version(template=FormTemplateFactory(code="BM-01"))
    file = version.files.get(kind="pdf")

    for question in (
        {"sha256": file.sha256},
        {"number": "BM-01"},
        {"number": "bm-01/1"},
        {"number": "BM-01 1"},
    ):
        (record,) = verification.find(**question)
        assert (record.number, record.is_current) == ("BM-01/1", True)
    assert verification.find(number="BM-01/2") == []
    assert verification.find(number="BM") == []


def test_verification_knows_nothing_of_a_draft():
    version = submitted_version(template=FormTemplateFactory(code="BM-01"))
    assert verification.find(number="BM-01") == []
    assert verification.find(sha256=version.files.first().sha256) == []
