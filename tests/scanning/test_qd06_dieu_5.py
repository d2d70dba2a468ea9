"""Điều 5: the forms that an electronic document may take."""

import io
import re
from datetime import date

import pytest
from django.urls import reverse

from portal.core import clock
from portal.core.models import LegalBasis
from scanning import reference, services, tasks
from scanning.formats import table_for
from scanning.models import Attachment, FormatRule
from scanning.verdicts import Verdict
from tests.factories.access import AgencyFactory, actor
from tests.factories.scanning import docx, odt, png, zipped

pytestmark = pytest.mark.django_db

PASSES = {
    "a.txt": b"Xin ch\xc3\xa0o",
    "a.log": b"2026-11-22 GET /?q=<script>alert(1)</script> 404\n",
    "a.csv": b"stt,ten\n1,A\n",
    "a.rtf": b"{\\rtf1 Xin chao}",
    "a.odt": odt(),
    "a.docx": docx(),
    "a.png": png(),
    "a.zip": zipped(a__txt=b"x", b__docx=docx()),
    "a.pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n"
    b"startxref\n0\n%%EOF",
}


def judged(name: str, content: bytes, by=None) -> Attachment:
    by = by or actor()
    attachment = services.receive(io.BytesIO(content), name, by=by, agency=by.agency)
    tasks.sweep()
    attachment.refresh_from_db()
    return attachment


@pytest.mark.parametrize("name", PASSES)
def test_d5_1_listed_types_pass(clamd, formats, name):
    assert judged(name, PASSES[name]).is_released


@pytest.mark.parametrize("name", PASSES)
def test_d5_1_b_no_type_passes_under_the_name_of_another(clamd, formats, name):
    wrong = "b.pdf" if name != "a.pdf" else "b.txt"
    assert judged(wrong, PASSES[name]).verdict == Verdict.REFUSED_TYPE


def test_d5_1_a_an_expired_rule_admits_nothing(clamd, formats):
    FormatRule.objects.filter(extension="rtf").update(ends_on=date(2026, 1, 1))
    attachment = judged("a.rtf", PASSES["a.rtf"])
    assert attachment.verdict == Verdict.REFUSED_TYPE
    assert [f.code for f in attachment.findings.all()] == ["type_not_listed"]


def test_d5_1_a_every_rule_names_its_basis_and_the_regulation_names_the_first_nine():
    reference.load()
    reference.load()
    rules = FormatRule.objects.all()
    assert all(rule.legal_basis.number and rule.clause for rule in rules)
    named = rules.filter(is_addition=False).values_list("extension", flat=True)
    assert set(named) == {
        *("txt", "doc", "rtf", "odt", "csv", "xls", "ods", "pdf", "odf")
    }
    assert LegalBasis.objects.filter(number="06/2012/QĐ-UBND").count() == 1


def test_d5_1_b_a_macro_has_a_verdict_of_its_own(clamd, formats):
    attachment = judged("a.docx", docx(**{"word/vbaProject.bin": b"macro"}))
    assert attachment.is_held
    assert attachment.verdict == Verdict.ACTIVE_CONTENT


@pytest.mark.parametrize("word", [b"/JavaScript", b"/J#61vaScript", b"/Launch"])
def test_d5_1_c_active_content_in_a_pdf_is_flagged(clamd, formats, word):
    content = b"%PDF-1.4\n1 0 obj<</S " + word + b" /JS (x)>>endobj\n%%EOF"
    attachment = judged("a.pdf", content)
    assert attachment.is_held
    assert attachment.verdict in {Verdict.ACTIVE_CONTENT, Verdict.INFECTED}
    codes = {finding.code for finding in attachment.findings.all()}
    assert codes & {"pdf_script", "pdf_launch"}


def test_d5_1_d_an_extra_type_holds_for_one_agency_only(clamd, formats):
    agency = AgencyFactory()
    rule = FormatRule.objects.get(extension="txt")
    rule.pk, rule.extension, rule.agency = None, "gcode", agency
    rule.save()
    assert judged("a.gcode", b"G1 X0", actor(agency=agency)).is_released
    assert judged("a.gcode", b"G1 X0").verdict == Verdict.REFUSED_TYPE


def test_d5_2_an_old_encoding_is_warned_about_and_not_blocked(clamd, formats):
    attachment = judged("a.txt", b"C\xe9ng ho\xb5 x\xb7 h\xe9i")
    assert attachment.is_released
    assert [f.code for f in attachment.findings.all()] == ["old_encoding"]


def test_d5_1_upload_page_and_scanner_read_the_same_table(staff_client, formats):
    page = staff_client(actor()).get(reverse("scanning:submit")).content.decode()
    rules = set(FormatRule.objects.values_list("extension", flat=True))
    accepted = re.search(r'accept="([^"]+)"', page)
    assert accepted
    assert set(accepted[1].split(",")) == {f".{each}" for each in rules}
    table = table_for(AgencyFactory(), clock.today())
    assert set(table.allowed()) == rules
    assert "Tuyệt mật" in page or "tuyệt mật" in page
