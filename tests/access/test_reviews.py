"""Quyết định 06/2012/QĐ-UBND, Điều 3.3 and 13.5.b: rights are reviewed one by one."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from access.actors import Actor
from access.models import (
    Account,
    Assignment,
    AuditEntry,
    Notice,
    ReviewCampaign,
    ReviewItem,
)
from access.permissions import load_roles
from access.refusals import (
    DecidedAlreadyError,
    LastAdministratorError,
    NoEvidenceError,
    NothingToReviewError,
    NotYourReviewError,
    ReviewDaysError,
    ReviewOpenAlreadyError,
)
from access.services import reviews
from access.services.reviews import Wanted
from portal.core import clock
from portal.core.errors import NotAllowedError
from tests.factories.access import AgencyFactory, AssignmentFactory, actor

pytestmark = pytest.mark.django_db

Decision = ReviewItem.Decision


def in_days(number):
    return clock.today() + timedelta(days=number)


def wanted(agency=None, **changes):
    values = {
        "title": "Rà soát năm 2026",
        "agency": agency,
        "fallback_on": in_days(20),
        "due_on": in_days(30),
    }
    return Wanted(**values | changes)


@pytest.fixture(autouse=True)
def paper(monkeypatch):
    """Leave the report to its own tests: rendering takes a second each time."""
    monkeypatch.setattr("access.services.review_reports.issue", lambda _review: None)


@pytest.fixture
def head(office):
    return office["agency_head"]


@pytest.fixture
def administrator(office):
    return office["agency_admin"]


@pytest.fixture
def clerk(office):
    return office["records_clerk"]


@pytest.fixture
def review(head, clerk):
    return reviews.open_campaign(wanted(head.agency), by=head)


def item_of(review, who: Actor) -> ReviewItem:
    return review.items.get(assignment__account=who.person)


# ── Opening ───────────────────────────────────────────────────────────────────────
def test_d13_5_b_opening_freezes_every_right_of_today_or_later(head, administrator):
    agency = head.agency
    later = AssignmentFactory(agency=agency, starts_on=in_days(5))
    suspended = AssignmentFactory(agency=agency)
    Account.objects.filter(pk=suspended.account_id).update(is_active=False)
    delegation = AssignmentFactory(
        agency=agency,
        role_code="agency_head",
        ends_on=in_days(9),
        delegated_from=head.person.assignments.get(),
        granted_by=head.person,
    )
    past = AssignmentFactory(agency=agency, ends_on=in_days(-1))
    elsewhere = AssignmentFactory()
    review = reviews.open_campaign(wanted(agency), by=administrator)
    listed = set(review.items.values_list("assignment", flat=True))
    assert {later.pk, suspended.pk, delegation.pk} < listed
    assert not listed & {past.pk, elsewhere.pk}

    newcomer = AssignmentFactory(agency=agency)
    assert not review.items.filter(assignment=newcomer).exists()
    opened = AuditEntry.objects.get(event="access.review_opened")
    assert (opened.agency, opened.actor) == (agency, administrator.person)


@pytest.mark.parametrize("role", ["records_clerk", "security_officer", "auditor"])
def test_d3_3_only_head_or_administrator_opens(office, role):
    somebody = actor(role, office["agency_head"].agency)
    with pytest.raises(NotAllowedError):
        reviews.open_campaign(wanted(somebody.agency), by=somebody)


def test_d12_5_nobody_opens_for_another_agency_or_the_province(office, stranger):
    head = office["agency_head"]
    for agency in (stranger.agency, None):
        with pytest.raises(NotAllowedError):
            reviews.open_campaign(wanted(agency), by=head)
    assert not ReviewCampaign.objects.exists()


def test_the_province_reviews_all_agencies_at_once(office, stranger):
    province = actor("province_admin")
    review = reviews.open_campaign(wanted(None), by=province)
    assert review.items.count() == Assignment.objects.count() == 5


@pytest.mark.parametrize(
    "days",
    [
        {"due_on": in_days(0)},
        {"due_on": in_days(-3), "fallback_on": in_days(-5)},
        {"fallback_on": in_days(31)},
        {"fallback_on": in_days(-1)},
        {"due_on": in_days(400)},
    ],
)
def test_days_in_the_wrong_order_are_refused(head, days):
    with pytest.raises(ReviewDaysError):
        reviews.open_campaign(wanted(head.agency, **days), by=head)
    assert not ReviewItem.objects.exists()


def test_one_review_at_a_time(review, administrator):
    with pytest.raises(ReviewOpenAlreadyError, match="Rà soát năm 2026"):
        reviews.open_campaign(wanted(administrator.agency), by=administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewCampaign.objects.create(
            title="Lách luật",
            agency=review.agency,
            opened_by=administrator.person,
            fallback_on=in_days(1),
            due_on=in_days(2),
        )


def test_a_review_of_nothing_is_refused(monkeypatch, head):
    monkeypatch.setattr(reviews, "rights_of", lambda _a: Assignment.objects.none())
    with pytest.raises(NothingToReviewError):
        reviews.open_campaign(wanted(head.agency), by=head)
    assert not ReviewCampaign.objects.exists()


def test_the_preview_names_the_rights_that_nobody_could_review(db):
    lonely = actor("agency_head")  # no administrator, and nobody appoints
    seen = reviews.preview(lonely.agency)
    assert (seen.rights, seen.people, seen.reviewers) == (1, 1, [lonely.person])
    assert list(seen.without_reviewer) == [lonely.person.assignments.get()]

    actor("province_admin")
    assert not reviews.preview(lonely.agency).without_reviewer.exists()


# ── Who reviews what ──────────────────────────────────────────────────────────────
def reviewing(review, day=None):
    """Return who may decide on what, by roles."""
    found = {}
    for item in review.items.select_related("assignment__role"):
        found[item.assignment.role.code] = {
            post.role.code
            for post in Assignment.objects.select_related("role", "account")
            if ReviewItem.objects.reviewable_by(post.account, day)
            .filter(pk=item.pk)
            .exists()
        }
    return found


def test_d13_5_b_the_head_decides_and_others_only_where_he_may_not(review):
    actor("province_admin")
    assert reviewing(review) == {
        "records_clerk": {"agency_head"},
        "agency_admin": {"agency_head"},
        "agency_head": {"agency_admin"},  # nobody reviews his own right
    }


def test_from_the_fallback_day_administrators_decide_too(review):
    actor("province_admin")
    assert reviewing(review, in_days(19)) == reviewing(review)
    assert reviewing(review, in_days(20)) == {
        "records_clerk": {"agency_head", "agency_admin"},
        "agency_admin": {"agency_head", "province_admin"},
        "agency_head": {"agency_admin"},
    }
    nobody = {"records_clerk": set(), "agency_admin": set(), "agency_head": set()}
    assert reviewing(review, in_days(31)) == nobody


def test_d13_5_b_nobody_reviews_what_he_granted_or_delegated(head, administrator):
    agency = head.agency
    granted = AssignmentFactory(agency=agency, granted_by=head.person)
    delegated = AssignmentFactory(
        agency=agency,
        ends_on=in_days(9),
        delegated_from=head.person.assignments.get(),
    )
    review = reviews.open_campaign(wanted(agency), by=head)
    for right in (granted, delegated):
        item = review.items.get(assignment=right)
        with pytest.raises(NotYourReviewError):
            reviews.confirm(item, by=head, evidence="Vẫn cần")
        reviews.confirm(item, by=administrator, evidence="Vẫn cần")


def test_d13_5_b_a_delegate_does_not_review_his_delegators_right(review, head):
    """Who acts in the name of the head would let him decide on himself."""
    delegation = AssignmentFactory(
        agency=head.agency,
        role_code="agency_head",
        ends_on=in_days(9),
        delegated_from=head.person.assignments.get(),
    )
    delegation.delegated_permissions.create(code="accounts.confirm")
    waiting = ReviewItem.objects.reviewable_by(delegation.account)
    assert item_of(review, head) not in waiting
    assert waiting.exists()


def test_d12_5_another_agencys_people_decide_nothing(review, clerk, stranger):
    there = actor("agency_head", stranger.agency)
    for person in (stranger, there):
        assert not ReviewItem.objects.reviewable_by(person.person).exists()
        assert not ReviewItem.objects.visible_to(person.person).exists()
        assert not ReviewCampaign.objects.visible_to(person.person).exists()
        with pytest.raises(NotYourReviewError):
            reviews.revoke(item_of(review, clerk), by=person, evidence="Lạm quyền")


def test_d12_5_of_a_review_of_the_province_an_agency_sees_its_own_part(
    office, stranger
):
    review = reviews.open_campaign(wanted(None), by=actor("province_admin"))
    seen = ReviewItem.objects.visible_to(stranger.person)
    assert {item.assignment.agency for item in seen} == {stranger.agency}
    assert review in ReviewCampaign.objects.visible_to(stranger.person)
    clerk = office["records_clerk"]
    assert not ReviewCampaign.objects.visible_to(clerk.person).exists()
    inspector = actor("auditor")
    seen = ReviewItem.objects.visible_to(inspector.person)
    assert seen.count() == review.items.count()
    assert not ReviewItem.objects.reviewable_by(inspector.person).exists()


# ── Deciding ──────────────────────────────────────────────────────────────────────
def test_d13_5_b_a_right_is_confirmed_with_its_evidence(review, head, clerk):
    item = item_of(review, clerk)
    reviews.confirm(item, by=head, evidence="  Quyết định 12/QĐ-SNV  ")
    item.refresh_from_db()
    assert (item.decision, item.evidence) == ("confirmed", "Quyết định 12/QĐ-SNV")
    assert item.decided_by == head.person
    entry = AuditEntry.objects.get(event="access.review_confirmed")
    assert entry.additional_data["reason"] == "Quyết định 12/QĐ-SNV"
    assert clerk.may("attachments.read")


def test_d13_5_b_a_revoked_right_ends_at_once(review, head, clerk):
    assert clerk.may("attachments.read")
    reviews.revoke(item_of(review, clerk), by=head, evidence="Đã chuyển việc")
    assert not clerk.may("attachments.read")
    right = clerk.person.assignments.get()
    assert right.revoked_at is not None
    told = Notice.objects.get(recipient=clerk.person)
    assert "Đã chuyển việc" in told.body


@pytest.mark.parametrize("evidence", ["", "   ", "\n"])
def test_d13_5_b_no_decision_without_evidence(review, head, clerk, evidence):
    with pytest.raises(NoEvidenceError):
        reviews.confirm(item_of(review, clerk), by=head, evidence=evidence)
    assert item_of(review, clerk).decision == ""


def test_a_decision_stands(review, head, clerk):
    item = item_of(review, clerk)
    reviews.confirm(item, by=head, evidence="Vẫn cần")
    with pytest.raises(DecidedAlreadyError):
        reviews.revoke(item, by=head, evidence="Nghĩ lại")
    assert clerk.may("attachments.read")


def test_a_right_that_ended_meanwhile_is_marked_so(review, head, clerk):
    Assignment.objects.filter(account=clerk.person).update(ends_on=in_days(-1))
    item = reviews.revoke(item_of(review, clerk), by=head, evidence="Thôi việc")
    assert (item.decision, item.decided_by) == (Decision.ENDED_MEANWHILE, None)
    assert not AuditEntry.objects.filter(event="access.right_ended").exists()


def test_the_review_closes_with_the_last_decision(review, head, administrator, clerk):
    reviews.confirm(item_of(review, clerk), by=head, evidence="Vẫn cần")
    reviews.confirm(item_of(review, administrator), by=head, evidence="Vẫn cần")
    review.refresh_from_db()
    assert review.is_open
    reviews.confirm(item_of(review, head), by=administrator, evidence="Đương nhiệm")
    review.refresh_from_db()
    assert not review.is_open
    assert AuditEntry.objects.filter(event="access.review_closed").count() == 1
    assert list(ReviewCampaign.objects.unreported()) == [review]


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_decides():
    load_roles()
    agency = AgencyFactory()
    heads = [actor("agency_head", agency) for _each in range(2)]
    clerk = actor("records_clerk", agency)
    review = reviews.open_campaign(wanted(agency), by=heads[0])
    item, together, answers = item_of(review, clerk), Barrier(2), []

    def decide(act, who):
        together.wait()
        try:
            act(item, by=who, evidence="Đồng thời")
            answers.append("decided")
        except DecidedAlreadyError:
            answers.append("too late")
        finally:
            connection.close()

    acts = [(reviews.confirm, heads[0]), (reviews.revoke, heads[1])]
    threads = [Thread(target=decide, args=each) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["decided", "too late"]
    item.refresh_from_db()
    assert (item.decision == "revoked") != clerk.may("attachments.read")


def test_the_last_administrator_is_not_revoked(review, head, administrator):
    item = item_of(review, administrator)
    with pytest.raises(LastAdministratorError):
        reviews.revoke(item, by=head, evidence="Không cần nữa")
    item.refresh_from_db()
    assert (item.decision, item.decided_by) == ("", None)
    assert administrator.may("accounts.manage")


def test_the_list_of_waiting_rights_costs_two_queries(review, head):
    for _each in range(20):
        AssignmentFactory(agency=head.agency)
    with CaptureQueriesContext(connection) as seen:
        list(ReviewItem.objects.reviewable_by(head.person).with_campaign_and_right())
    assert len(seen) == 2
