"""Điều 2.4 and 15.5: forms that everybody finds and downloads.

Also 2.6 and 15.6: the library; 2.5, 13.3 and 15.10: the rules; QĐ-Đ1 and QĐ-Đ2.
"""

import hashlib
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from policies.models import FormDownload, FormFile, FormVersion, RuleVersion
from policies.services import rules
from policies.services.reference import REGULATION, ensure_regulation
from portal.core import clock
from portal.core.models import LegalBasis
from tests.factories.access import AgencyFactory, AuthorityFactory, actor
from tests.factories.policies import (
    FormTemplateFactory,
    published_version,
    submitted_version,
    two_versions,
)

pytestmark = pytest.mark.django_db
PHRASE = "giay bao su co"
INCIDENT_FORM = {"code": "BM-02", "name": "Phiếu báo sự cố an toàn thông tin"}


def page(client, name, *args, **query):
    return client.get(reverse(f"policies:{name}", args=args), query)


def test_d2_4_a_form_is_found_without_diacritics_and_under_another_word(client):
    published_version(template=FormTemplateFactory(**INCIDENT_FORM))
    published_version(template=FormTemplateFactory(name="Bản cam kết bảo mật"))

    answer = page(client, "forms", q=PHRASE)

    assert INCIDENT_FORM["name"] in answer.content.decode()
    assert "Bản cam kết bảo mật" not in answer.content.decode()


def body(answer):
    """Return the bytes of a download; read to its end, it closes its file."""
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("kind", "magic", "media_type"),
    [
        ("pdf", b"%PDF-", "application/pdf"),
        (
            "docx",
            b"PK\x03\x04",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)
def test_d2_4_a_form_downloads_as_pdf_and_docx(client, kind, magic, media_type):
    version = published_version(template=FormTemplateFactory(**INCIDENT_FORM))
    answer = page(client, "download", "BM-02", kind)
    content = body(answer)

    assert answer.status_code == 200
    assert content.startswith(magic)
    assert answer["Content-Type"] == media_type
    assert answer["Content-Length"] == str(len(content))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith('attachment; filename="BM-02-v1-')
    assert (
        "filename*=UTF-8''BM-02%20v1%20Phi%E1%BA%BFu" in answer["Content-Disposition"]
    )
    file = FormFile.objects.get(version=version, kind=kind)
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert FormDownload.objects.get(file=file).count == 1


def test_d2_4_a_known_file_is_not_sent_again(client):
    published_version(template=FormTemplateFactory(**INCIDENT_FORM))
    address = reverse("policies:download", args=["BM-02", "pdf"])
    first = client.get(address)
    etag = first["ETag"]
    body(first)

    again = client.get(address, headers={"If-None-Match": etag})

    assert again.status_code == 304
    assert FormDownload.objects.get().count == 1


def test_d2_4_a_superseded_version_says_so_and_leads_to_the_present_one(client):
    former, _present = two_versions(**INCIDENT_FORM)

    answer = page(client, "version", "BM-02", former.number).content.decode()

    assert "Phiên bản này đã được thay thế" in answer
    assert reverse("policies:form", args=["BM-02"]) in answer
    assert "Phiên bản này đã được thay thế" not in (
        page(client, "form", "BM-02").content.decode()
    )


def test_d15_5_the_address_of_a_form_stays_and_leads_to_the_version_in_force(client):
    former, present = two_versions(**INCIDENT_FORM)

    assert page(client, "form", "BM-02").context["version"] == present
    assert page(client, "version", "BM-02", 1).context["version"] == former
    assert body(page(client, "version-download", "BM-02", 1, "pdf")).startswith(b"%PDF")


def test_d2_4_a_day_names_the_version_that_was_in_force_on_it(client):
    former, present = two_versions(**INCIDENT_FORM)
    last_day = present.in_force_from - timedelta(days=1)

    def shown(day):
        return page(client, "form", "BM-02", ngay=day).context["version"]

    assert shown(last_day.isoformat()) == former
    assert shown(present.in_force_from.isoformat()) == present
    assert shown("2011-12-31") is None
    assert page(client, "form", "BM-02", ngay="hôm qua").status_code == 200
    assert page(client, "form", "BM-02", ngay="2026-02-31").context["is_bad_day"]


def test_d2_4_a_version_takes_effect_by_its_date_without_any_job(client):
    tomorrow = clock.today() + timedelta(days=1)
    template = FormTemplateFactory(**INCIDENT_FORM)
    present = published_version(template=template, in_force_to=clock.today())
    coming = published_version(template=template, number=2, in_force_from=tomorrow)

    assert page(client, "form", "BM-02").context["version"] == present
    assert FormVersion.objects.in_force(tomorrow).get() == coming
    assert page(client, "version", "BM-02", 2).context["is_shown_upcoming"]


def test_d2_4_nothing_of_a_draft_is_public(client):
    version = submitted_version(template=FormTemplateFactory(**INCIDENT_FORM))

    assert page(client, "form", "BM-02").status_code == 404
    assert page(client, "version", "BM-02", 1).status_code == 404
    assert page(client, "download", "BM-02", "pdf").status_code == 404
    assert page(client, "version-download", "BM-02", 1, "pdf").status_code == 404
    assert INCIDENT_FORM["name"] not in page(client, "forms").content.decode()
    attachment = version.files.first().attachment
    opened = client.get(reverse("scanning:download", args=[attachment.public_id]))
    assert opened.status_code in {302, 404}


def test_d12_8_what_was_approved_is_fixed_in_the_database_too():
    version = published_version()
    file = version.files.first()
    changes = [
        lambda: FormVersion.objects.filter(pk=version.pk).update(number=9),
        lambda: FormVersion.objects.filter(pk=version.pk).delete(),
        lambda: FormFile.objects.filter(pk=file.pk).update(size=1),
        lambda: FormFile.objects.filter(pk=file.pk)._raw_delete("default"),
        lambda: FormFile.objects.create(
            version=version, kind="odt", attachment=file.attachment, sha256="0", size=1
        ),
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_d2_6_the_library_finds_a_decree_by_number_and_by_words(client):
    LegalBasis.objects.create(
        number="64/2007/NĐ-CP",
        title="Về ứng dụng công nghệ thông tin trong hoạt động của cơ quan nhà nước",
        issuer="Chính phủ",
        issued_on=date(2007, 4, 10),
        starts_on=date(2007, 5, 1),
        link="https://example.test/64-2007",
    )
    for typed in ("64/2007", "64/2007/NĐ-CP", "ung dung cong nghe thong tin", "CNTT"):
        answer = page(client, "library", q=typed).content.decode()
        assert "64/2007/NĐ-CP" in answer
        assert "https://example.test/64-2007" in answer
        assert "chưa kiểm chứng" in answer
    assert "Chính phủ" not in page(client, "library", q="65/2007").content.decode()


def test_d14_1_b_the_public_learns_whom_to_telephone_today(client):
    agency = AgencyFactory(name="Công an tỉnh", telephone="069.234.5678")
    AuthorityFactory(agency=agency, function="incident_coordinator")

    answer = page(client, "report-incident").content.decode()

    assert "Công an tỉnh" in answer
    assert "tel:0692345678" in answer
    assert "Hôm nay chưa có cơ quan nào" in answer  # no competent authority on record


def test_qd_d1_the_regulation_is_the_first_rule_verbatim():
    AgencyFactory(level="province", name="Ủy ban nhân dân tỉnh Bình Phước")
    version = ensure_regulation()

    assert version.number == "06/2012/QĐ-UBND"
    assert version.issued_on == date(2012, 3, 22)
    assert version.text == REGULATION.read_text(encoding="utf-8")
    articles = version.document.articles
    assert [article.number for article in articles] == list(range(1, 23))
    assert ensure_regulation() == version


def test_qd_d2_ten_days_after_signing_is_the_first_of_april_and_2605_is_named():
    AgencyFactory(level="province")
    version = ensure_regulation()

    assert version.in_force_from == date(2012, 4, 1)
    assert "2605/QĐ-UBND" in version.replaces_note


def test_d13_6_a_a_rule_is_acknowledged_once_and_a_new_wording_asks_again(roles):
    officer, head = actor("security_officer"), actor("agency_head")
    agency = officer.agency
    head = actor("agency_head", agency)
    rule = rules.create_rule("Quy chế sử dụng mạng", by=officer, agency=agency)

    def put_into_force(number, day, text):
        version = rules.draft_version(
            rule, by=officer, number=number, text=text, issued_on=day, in_force_from=day
        )
        rules.submit(version, by=officer)
        return rules.approve(version, by=head)

    first = put_into_force("1/QC", date(2020, 1, 1), "Điều 1. Một")
    assert rules.to_acknowledge(officer.person, agency) == [first]
    given = rules.acknowledge(first, by=officer)
    assert rules.acknowledge(first, by=officer) == given
    assert given.sha256 == first.sha256
    assert rules.to_acknowledge(officer.person, agency) == []

    second = put_into_force("2/QC", date(2024, 1, 1), "Điều 1. Hai")
    assert rules.to_acknowledge(officer.person, agency) == [second]
    assert RuleVersion.objects.get(pk=first.pk).in_force_to == date(2023, 12, 31)
    with pytest.raises(DatabaseError), transaction.atomic():
        RuleVersion.objects.filter(pk=first.pk).update(text="khác")
