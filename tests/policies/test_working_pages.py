"""The pages of those who prepare and decide, as their browsers use them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from policies.models import EditionState, FormVersion, RuleVersion
from tests.factories.access import actor
from tests.factories.policies import (
    FormGroupFactory,
    FormTemplateFactory,
    FormVersionFactory,
    pdf,
    published_version,
    submitted_version,
)
from tests.factories.scanning import docx

pytestmark = pytest.mark.django_db


def files():
    return {
        "pdf": SimpleUploadedFile("mau.pdf", pdf()),
        "editable": SimpleUploadedFile("mau.docx", docx()),
    }


def test_an_editor_drafts_a_new_form_with_its_files(browser_of, editor):
    written = {
        "code": "bm-77",
        "name": "Phiếu đề nghị",
        "group": FormGroupFactory().pk,
        "agency": editor.agency.pk,
        "in_force_from": "2026-01-01",
        **files(),
    }
    answer = browser_of(editor).post(reverse("policies:new-form"), written)

    assert answer["Location"] == "/quan-ly-bieu-mau/BM-77/1/"
    version = FormVersion.objects.get()
    assert {file.kind for file in version.files.all()} == {"pdf", "docx"}
    assert all(file.attachment.is_pending for file in version.files.all())


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("code", "BM 77"),
        ("code", "Mẫu-1"),
        ("in_force_from", "32/13/2026"),
        ("name", ""),
    ],
)
def test_a_wrong_entry_is_said_and_nothing_is_kept(browser_of, editor, field, typed):
    written = {
        "code": "BM-77",
        "name": "Phiếu",
        "group": FormGroupFactory().pk,
        "agency": editor.agency.pk,
        "in_force_from": "2026-01-01",
        field: typed,
    }
    answer = browser_of(editor).post(reverse("policies:new-form"), written)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not FormVersion.objects.exists()


def test_an_editor_cannot_give_a_form_to_an_agency_of_others(browser_of, editor):
    other = FormTemplateFactory().agency
    answer = browser_of(editor).post(reverse("policies:new-form"), {"agency": other.pk})
    assert "agency" in answer.context["form"].errors


def test_a_file_of_another_kind_is_refused_with_a_sentence(browser_of, editor):
    FormVersionFactory(template=FormTemplateFactory(code="BM-1", agency=editor.agency))
    sent = {"pdf": SimpleUploadedFile("mau.exe", b"MZ")}
    answer = browser_of(editor).post("/quan-ly-bieu-mau/BM-1/1/tep/", sent)
    assert answer.status_code == 415
    assert "không phải tệp PDF, DOCX hoặc ODT" in answer.content.decode()


def test_an_approver_approves_on_the_page(browser_of, approver):
    template = FormTemplateFactory(code="BM-1", agency=approver.agency)
    submitted_version(template=template)
    browser = browser_of(approver)
    page = browser.get("/quan-ly-bieu-mau/BM-1/1/").content.decode()
    assert "Duyệt và công bố" in page

    browser.post("/quan-ly-bieu-mau/BM-1/1/duyet/")

    assert FormVersion.objects.get().is_approved
    assert browser.post("/quan-ly-bieu-mau/BM-1/1/duyet/").status_code == 409


def test_an_approver_returns_with_a_reason(browser_of, approver):
    template = FormTemplateFactory(code="BM-1", agency=approver.agency)
    submitted_version(template=template)
    browser = browser_of(approver)
    assert browser.post("/quan-ly-bieu-mau/BM-1/1/tra-lai/").status_code == 200
    browser.post("/quan-ly-bieu-mau/BM-1/1/tra-lai/", {"reason": "Thiếu mục 3"})
    version = FormVersion.objects.get()
    assert version.state == EditionState.RETURNED
    assert version.decision_reason == "Thiếu mục 3"


def test_the_author_sees_no_button_to_approve(browser_of, editor):
    template = FormTemplateFactory(code="BM-1", agency=editor.agency)
    submitted_version(template=template, drafted_by=editor.person)
    page = browser_of(editor).get("/quan-ly-bieu-mau/BM-1/1/").content.decode()
    assert "Duyệt và công bố" not in page


def test_a_next_version_is_drafted_from_the_page(browser_of, editor):
    published_version(template=FormTemplateFactory(code="BM-1", agency=editor.agency))
    written = {"in_force_from": "2026-02-01", "change_note": "Bớt một mục", **files()}
    browser_of(editor).post("/quan-ly-bieu-mau/BM-1/phien-ban-moi/", written)
    assert FormVersion.objects.get(number=2).change_note == "Bớt một mục"


def test_an_officer_drafts_a_rule_and_the_head_approves_it(browser_of, agency):
    officer = browser_of(actor("security_officer", agency))
    head = browser_of(actor("agency_head", agency))
    written = {
        "title": "Quy chế sử dụng mạng nội bộ",
        "number": "5/QĐ-VP",
        "issued_on": "2026-01-10",
        "in_force_from": "",
        "text": "Điều 1. Quy chế có hiệu lực sau 5 ngày kể từ ngày ký.",
    }
    drafted = officer.post(reverse("policies:new-rule"), written)
    officer.post(f"{drafted['Location']}gui-duyet/")
    head.post(f"{drafted['Location']}duyet/")

    version = RuleVersion.objects.get()
    assert version.is_approved
    assert version.in_force_from.isoformat() == "2026-01-15"
    assert "Quy chế sử dụng mạng nội bộ" in officer.get("/quy-che/").content.decode()
