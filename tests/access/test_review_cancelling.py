"""A review that was opened by mistake is called off (Điều 3.3, 12.5 and 13.5.b)."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from pypdf import PdfReader

from access.models import (
    Assignment,
    AuditEntry,
    Notice,
    ReviewCampaign,
    ReviewItem,
    ReviewReport,
)
from access.permissions import load_roles
from access.refusals import NoReasonToCancelError, ReviewClosedError
from access.services import review_cancelling, review_reports, review_sweep, reviews
from portal.core import clock
from portal.core.errors import NotAllowedError, RefusalError
from tests.factories.access import AgencyFactory, actor
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

WHY = "Mở nhầm cơ quan"
Decision = ReviewItem.Decision


def opened(agency, by):
    today = clock.today()
    wanted = reviews.Wanted(
        title="Rà soát năm 2026",
        agency=agency,
        fallback_on=today + timedelta(days=20),
        due_on=today + timedelta(days=30),
    )
    return reviews.open_campaign(wanted, by=by)


@pytest.fixture
def head(office):
    return office["agency_head"]


@pytest.fixture
def clerk(office):
    return office["records_clerk"]


@pytest.fixture
def review(head):
    return opened(head.agency, head)


def item_of(review, who):
    return review.items.get(assignment__account=who.person)


def address(review):
    return f"/tai-khoan-don-vi/ra-soat/{review.pk}/huy/"


def test_d13_5_b_what_was_decided_stands_and_the_rest_is_marked(review, head, clerk):
    reviews.confirm(item_of(review, clerk), by=head, evidence="Đúng việc")
    rights = set(Assignment.objects.unended())
    review_cancelling.cancel(review, by=head, reason=f" {WHY} ")
    assert review.closed_at
    assert item_of(review, clerk).decision == Decision.CONFIRMED
    left = review.items.exclude(assignment__account=clerk.person)
    found = left.values_list("decision", "evidence", "decided_by")
    assert set(found) == {(Decision.CANCELLED, WHY, head.person.pk)}
    assert set(Assignment.objects.unended()) == rights
    noted = AuditEntry.objects.get(event="access.review_cancelled")
    assert noted.actor == head.person
    assert noted.agency == head.agency
    assert noted.additional_data["reason"] == WHY
    assert noted.additional_data["rights"] == left.count()
    assert not AuditEntry.objects.filter(event="access.review_closed").exists()


def test_the_other_reviewers_are_told_with_the_reason(review, office, stranger):
    administrator = office["agency_admin"]
    review_cancelling.cancel(review, by=administrator, reason=WHY)
    told = Notice.objects.filter(body__contains=WHY)
    assert [notice.recipient for notice in told] == [office["agency_head"].person]
    assert told[0].path == f"/tai-khoan-don-vi/ra-soat/{review.pk}/"


def test_d12_5_only_whoever_may_open_it_cancels_it(review, office, stranger):
    for who in (office["records_clerk"], stranger, actor("province_admin")):
        assert not review_cancelling.may_cancel(review, who)
        with pytest.raises(NotAllowedError):
            review_cancelling.cancel(review, by=who, reason=WHY)
    assert ReviewCampaign.objects.open().get() == review


def test_a_review_of_the_province_is_not_cancelled_by_an_agency(office):
    province = actor("province_admin")
    review = opened(None, province)
    with pytest.raises(NotAllowedError):
        review_cancelling.cancel(review, by=office["agency_head"], reason=WHY)
    review_cancelling.cancel(review, by=province, reason=WHY)
    assert not ReviewCampaign.objects.open().exists()


def test_not_without_a_reason_nor_twice(review, head, clerk):
    with pytest.raises(NoReasonToCancelError):
        review_cancelling.cancel(review, by=head, reason=" \n")
    review_cancelling.cancel(review, by=head, reason=WHY)
    again = ReviewCampaign.objects.get()
    with pytest.raises(ReviewClosedError):
        review_cancelling.cancel(again, by=head, reason="Lần nữa")
    with pytest.raises(ReviewClosedError):
        reviews.revoke(item_of(review, clerk), by=head, evidence="Đã chuyển công tác")
    assert AuditEntry.objects.filter(event="access.review_cancelled").count() == 1
    assert opened(head.agency, head)  # another one may follow


def test_nobody_is_reminded_and_nothing_ends_by_silence(review, head):
    review_cancelling.cancel(review, by=head, reason=WHY)
    past = clock.today() - timedelta(days=1)
    ReviewCampaign.objects.update(due_on=past, fallback_on=past)
    Notice.objects.all().delete()
    rights = Assignment.objects.unended().count()
    review_sweep.sweep()
    assert Assignment.objects.unended().count() == rights
    subjects = Notice.objects.values_list("subject", flat=True)
    assert not [words for words in subjects if "chờ" in words]


def test_the_signed_report_says_who_cancelled_it_and_why(review, head, tmp_path):
    review_cancelling.cancel(review, by=head, reason=WHY)
    review_reports.issue(review)
    file = tmp_path / "report.pdf"
    file.write_bytes(bytes(ReviewReport.objects.get().content))
    pages = PdfReader(file).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert f"Người hủy: {head.person.full_name}. Lý do: “{WHY}”." in words
    assert "Chưa ai kết luận trước khi đợt rà soát bị hủy." in words


@pytest.mark.django_db(transaction=True)
def test_of_a_decision_and_a_cancelling_at_once_neither_is_lost():
    load_roles()
    agency = AgencyFactory(name="Sở Nội vụ")
    roles = ("agency_head", "agency_admin", "records_clerk")
    head, administrator, clerk = (actor(role, agency) for role in roles)
    review = opened(agency, head)
    item, both, refused = item_of(review, clerk), Barrier(2), []

    def at_once(act, **facts):
        try:
            both.wait()
            act(**facts)
        except RefusalError as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    deciding = {"item": item, "by": head, "evidence": "Đúng việc"}
    cancelling = {"campaign": review, "by": administrator, "reason": WHY}
    threads = [
        Thread(target=at_once, args=[reviews.confirm], kwargs=deciding),
        Thread(target=at_once, args=[review_cancelling.cancel], kwargs=cancelling),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    item.refresh_from_db()
    assert not review.items.undecided().exists()
    assert not ReviewCampaign.objects.open().exists()
    was_confirmed = item.decision == Decision.CONFIRMED
    assert [type(each) for each in refused] == (
        [] if was_confirmed else [ReviewClosedError]
    )


# 404, not 403: another agency must not learn that a review exists (Điều 12.5).
ANSWERS = {"anonymous": 302, "stranger": 404, "clerk": 404, "auditor": 403, "head": 200}


def test_each_person_gets_the_answer_in_the_table(client, review, office, stranger):
    answers = {"anonymous": client.get(address(review)).status_code}
    people = {
        "stranger": stranger,
        "clerk": office["records_clerk"],
        "auditor": actor("auditor"),
        "head": office["agency_head"],
    }
    for who, person in people.items():
        sign_in(client, person)
        answers[who] = client.get(address(review)).status_code
    assert answers == ANSWERS


def test_it_is_cancelled_on_its_own_page(client, review, head):
    sign_in(client, head)
    shown = f"/tai-khoan-don-vi/ra-soat/{review.pk}/"
    assert address(review) in client.get(shown).content.decode()
    assert client.post(address(review), {"reason": ""}).status_code == 200
    assert ReviewCampaign.objects.open().exists()
    answer = client.post(address(review), {"reason": WHY})
    assert answer["Location"] == shown
    text = client.get(shown).content.decode()
    assert "đã hủy ngày" in text
    assert address(review) not in text
    assert "đã hủy ngày" in client.get("/tai-khoan-don-vi/ra-soat/").content.decode()
    late = client.post(address(review), {"reason": WHY}).content.decode()
    assert "không còn gì để hủy" in late
