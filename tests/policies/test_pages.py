"""The pages themselves: what they cost, what they say, what they count."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from policies.acknowledgements import shares
from policies.articles import parse
from policies.models import RuleAcknowledgement
from policies.pdf_pages import page_count
from policies.services import rules
from policies.services.reference import REGULATION
from portal.core.models import LegalBasis
from tests.factories.access import actor
from tests.factories.policies import (
    FormGroupFactory,
    FormTemplateFactory,
    InternalRuleFactory,
    RuleVersionFactory,
    pdf,
    published_version,
    two_versions,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Begin anew what pages remember for a minute, lest it end between two counts."""
    cache.clear()


def fill(count):
    group = FormGroupFactory()
    for _ in range(count):
        published_version(template=FormTemplateFactory(group=group))


def cost(client, address, counter):
    with counter as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/bieu-mau/", 6),
        ("/bieu-mau/?q=phieu", 6),
        ("/bieu-mau/?q=zzzz", 6),
        ("/van-ban/", 1),
        ("/bao-su-co/", 2),
    ],
)
def test_a_public_list_costs_the_same_for_few_and_for_many(
    client, address, most, django_assert_max_num_queries
):
    fill(2)
    client.get(address)
    with django_assert_max_num_queries(most):
        client.get(address)
    fill(12)
    with django_assert_max_num_queries(most):
        client.get(address)


def test_the_page_of_a_form_costs_three_queries(client, django_assert_max_num_queries):
    two_versions(code="BM-01")
    client.get("/bieu-mau/BM-01/")
    with django_assert_max_num_queries(3):
        client.get("/bieu-mau/BM-01/")


def test_the_page_of_a_form_says_what_a_download_is(client):
    published_version(template=FormTemplateFactory(code="BM-01", name="Phiếu đề nghị"))
    text = client.get("/bieu-mau/BM-01/").content.decode()

    assert text.count("<h1") == 1
    assert "Tải về “Phiếu đề nghị”" in text
    assert "[PDF, " in text
    assert "Đang có hiệu lực" in text
    assert "từ ngày 01/04/2012" in text
    assert 'lang="vi"' in text


def test_a_code_in_small_letters_leads_to_the_form(client):
    published_version(template=FormTemplateFactory(code="BM-01"))
    answer = client.get("/bieu-mau/bm-01/?ngay=2020-01-01")
    assert answer["Location"] == "/bieu-mau/BM-01/?ngay=2020-01-01"


def test_nothing_found_is_said_with_what_to_try_next(client):
    published_version(template=FormTemplateFactory(name="Bản cam kết bảo mật"))
    text = client.get("/bieu-mau/?q=cam+ket+hoan+toan+khac").content.decode()
    assert 'role="status"' in text
    assert "Tìm thấy 0 biểu mẫu" in text
    assert "khớp một phần từ khoá" in text
    assert "Bản cam kết bảo mật" in text


def test_what_people_type_is_shown_as_text(client):
    text = client.get("/bieu-mau/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in text


def test_the_library_marks_what_is_not_verified(client):
    LegalBasis.objects.create(
        number="1/A", title="A", issuer="B", starts_on="2000-01-01", is_verified=True
    )
    assert "chưa kiểm chứng" not in client.get("/van-ban/").content.decode()


def test_every_line_of_the_regulation_is_shown_once():
    text = REGULATION.read_text(encoding="utf-8")
    document = parse(text)
    shown = list(document.opening)
    for chapter in document.chapters:
        shown += [chapter.heading, chapter.title]
        for article in chapter.articles:
            shown += [article.heading, *article.paragraphs]
    written = "".join(text.split())
    assert "".join("".join(shown).split()) == written


def test_a_text_without_articles_is_all_opening():
    document = parse("Một\n\nHai")
    assert document.opening == ("Một", "Hai")
    assert document.articles == ()
    assert parse("").opening == ()


@pytest.mark.parametrize("pages", [1, 2, 39])
def test_pages_of_a_pdf_are_counted(pages):
    assert page_count(pdf(pages)) == pages


def test_what_is_no_pdf_has_no_pages():
    assert page_count(b"") is None
    assert page_count(b"/Type /ObjStm stream\nnot deflated") is None


def test_the_share_counts_people_of_today_once(roles):
    officer = actor("security_officer")
    agency = officer.agency
    clerk = actor("records_clerk", agency)
    actor("agency_head", agency)
    actor("security_officer")  # elsewhere
    version = RuleVersionFactory(
        published=True, rule=InternalRuleFactory(agency=agency)
    )
    rules.acknowledge(version, by=officer)
    rules.acknowledge(version, by=clerk)

    share = shares([version], agency)[version.pk]

    assert (share.done, share.total, share.percent) == (2, 3, 66)


def test_a_person_reads_and_acknowledges_a_rule(browser_of, agency):
    version = RuleVersionFactory(
        published=True, rule=InternalRuleFactory(agency=agency)
    )
    clerk = actor("records_clerk", agency)
    browser = browser_of(clerk)
    text = browser.get(version.get_absolute_url()).content.decode()
    assert "Tôi đã đọc và cam kết thực hiện" in text
    assert "Không cho người khác dùng tài khoản của mình." in text

    browser.post(reverse("policies:acknowledge", args=[version.rule.slug, version.pk]))

    assert RuleAcknowledgement.objects.get().account == clerk.person
    assert (
        "Ông/bà đã xác nhận" in browser.get(reverse("policies:rules")).content.decode()
    )
    assert Client().get(version.get_absolute_url()).status_code == 302
