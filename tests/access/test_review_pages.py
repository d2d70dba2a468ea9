"""The pages of access reviews: who gets in, one decision at a time, the same cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access import menu
from access.models import ReviewCampaign
from access.services import reviews
from portal.core import clock
from tests.factories.access import AssignmentFactory, actor
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

LIST = "/tai-khoan-don-vi/ra-soat/"


@pytest.fixture
def head(office):
    return office["agency_head"]


@pytest.fixture
def clerk(office):
    return office["records_clerk"]


@pytest.fixture
def review(head):
    today = clock.today()
    wanted = reviews.Wanted(
        title="Rà soát năm 2026",
        agency=head.agency,
        fallback_on=today + timedelta(days=20),
        due_on=today + timedelta(days=30),
    )
    return reviews.open_campaign(wanted, by=head)


def page_of(review, who):
    item = review.items.get(assignment__account=who.person)
    return f"{LIST}{review.pk}/quyen/{item.pk}/"


# 404, not 403: another agency must not learn that a review exists (Điều 12.5).
ANSWERS = {
    "list": {"anonymous": 302, "stranger": 200, "clerk": 200, "head": 200},
    "open": {"anonymous": 302, "stranger": 200, "clerk": 403, "head": 200},
    "review": {"anonymous": 302, "stranger": 404, "clerk": 404, "head": 200},
    "item": {"anonymous": 302, "stranger": 404, "clerk": 404, "head": 200},
    "report": {"anonymous": 302, "stranger": 404, "clerk": 404, "head": 404},
}


@pytest.mark.parametrize("page", ANSWERS)
def test_each_person_gets_the_answer_in_the_table(
    client, review, office, stranger, page
):
    path = {
        "list": LIST,
        "open": f"{LIST}moi/",
        "review": f"{LIST}{review.pk}/",
        "item": page_of(review, office["records_clerk"]),
        "report": f"{LIST}{review.pk}/bao-cao.pdf",  # not made yet
    }[page]
    answers = {"anonymous": client.get(path).status_code}
    clerk, head = office["records_clerk"], office["agency_head"]
    for name, who in (("stranger", stranger), ("clerk", clerk), ("head", head)):
        sign_in(client, who)
        answers[name] = client.get(path).status_code
    assert answers == ANSWERS[page]


def test_d12_5_a_stranger_sees_no_review_and_opens_none(client, review, stranger):
    sign_in(client, stranger)
    assert review.title not in client.get(LIST).content.decode()
    form = {"title": "Của người khác", "agency": review.agency_id, "open": "1"}
    days = {"due_on": "2099-01-01", "fallback_on": "2099-01-01"}
    answer = client.post(f"{LIST}moi/", form | days | {"on_silence": "keep"})
    assert answer.context["form"].errors
    assert ReviewCampaign.objects.count() == 1


def test_a_review_is_previewed_and_then_opened(client, head):
    sign_in(client, head)
    today = clock.today()
    form = {
        "title": "Rà soát cuối năm",
        "agency": head.agency.pk,
        "due_on": (today + timedelta(days=30)).isoformat(),
        "fallback_on": (today + timedelta(days=20)).isoformat(),
        "on_silence": "revoke",
    }
    seen = client.post(f"{LIST}moi/", form | {"preview": "1"})
    assert (seen.context["preview"].rights, seen.context["preview"].people) == (3, 3)
    assert not ReviewCampaign.objects.exists()
    opened = client.post(f"{LIST}moi/", form | {"open": "1"})
    assert opened["Location"] == f"{LIST}{ReviewCampaign.objects.get().pk}/"
    again = client.post(f"{LIST}moi/", form | {"preview": "1"})
    assert "Rà soát cuối năm" in str(again.context["form"].errors)


def test_each_right_is_decided_on_its_own_page_and_the_next_follows(
    client, review, head, clerk
):
    """Điều 13.5.b: one by one, with evidence; there is no button for all."""
    sign_in(client, head)
    text = client.get(f"{LIST}{review.pk}/").content.decode()
    assert text.count("<form") == client.get(LIST).content.decode().count("<form")
    answer = client.post(page_of(review, clerk), {"confirm": "1", "evidence": "QĐ 12"})
    following = head.person.full_name  # his own right is not his to decide on
    assert answer["Location"].startswith(f"{LIST}{review.pk}/quyen/")
    page = client.get(answer["Location"])
    assert page.context["item"].assignment.account.full_name != following
    assert page.context["mine_count"] == 1


@pytest.mark.parametrize(
    "form", [{"confirm": "1", "evidence": " "}, {"evidence": "Vẫn cần"}, {}]
)
def test_nothing_is_confirmed_unasked_or_without_evidence(client, review, clerk, form):
    sign_in(client, review_head(review))
    answer = client.post(page_of(review, clerk), form)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert review.items.undecided().count() == 3


def review_head(review):
    post = review.agency.assignments.get(role__code="agency_head")
    return actor("agency_head", review.agency).__class__(post.account, review.agency)


def test_ones_own_right_can_be_read_but_not_decided(client, review, head):
    sign_in(client, head)
    page = page_of(review, head)
    assert not client.get(page).context["is_mine"]
    answer = client.post(page, {"confirm": "1", "evidence": "Tôi cần"})
    assert answer.context["form"].errors
    assert review.items.undecided().count() == 3


def test_the_refusal_for_the_last_administrator_stands_on_the_page(
    client, review, office, head
):
    sign_in(client, head)
    page = page_of(review, office["agency_admin"])
    answer = client.post(page, {"revoke": "1", "evidence": "Không cần"})
    assert answer.context["form"].errors
    assert review.items.undecided().count() == 3


def test_the_panel_counts_what_waits(review, office, head, clerk):
    assert menu._to_review(head)["count"] == 2
    assert menu._to_review(office["agency_admin"])["rows"] == [(review, 1)]
    assert menu._to_review(clerk) == {}


@pytest.mark.parametrize("path", ["", "{pk}/"])
def test_the_pages_cost_the_same_for_many_rights(client, head, path):
    sign_in(client, head)

    def cost():
        today = clock.today()
        ReviewCampaign.objects.update(closed_at=clock.now())
        made = reviews.open_campaign(
            reviews.Wanted("Rà soát", head.agency, today, today + timedelta(days=9)),
            by=head,
        )
        page = LIST + path.format(pk=made.pk)
        client.get(page)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page).status_code == 200
        return len(seen)

    AssignmentFactory(agency=head.agency)
    few = cost()
    for _each in range(30):
        AssignmentFactory(agency=head.agency)
    assert cost() == few
