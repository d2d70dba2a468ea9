"""What a review does by itself: remind, decide on silence, close (Điều 3.3, 13.5.b)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction

from access.actors import Actor
from access.models import AuditEntry, Notice, ReviewItem, ReviewReport
from access.refusals import NotYourReviewError
from access.services import review_sweep, reviews
from access.services.reviews import Wanted
from portal.core import clock
from tests.factories.access import actor

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


@pytest.fixture
def on(monkeypatch):
    """Let a day come."""

    def come(day: date):
        moment = datetime.combine(day, time(9), clock.VIETNAM)
        monkeypatch.setattr("portal.core.clock.now", lambda: moment)

    return come


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


def told(person: Actor) -> int:
    return Notice.objects.filter(
        recipient=person.person, path__startswith="/tai-khoan-don-vi/ra-soat/"
    ).count()


def test_reviewers_are_reminded_on_each_day_once(review, head, administrator, on):
    """On opening, on the fallback day, and 7, 3 and 1 days before the last."""
    counts = []
    for day in range(31):
        on(review.due_on - timedelta(days=30 - day))
        review_sweep.sweep()
        review_sweep.sweep()
        counts.append((told(head), told(administrator)))
    changes = [n for n in range(31) if n == 0 or counts[n] != counts[n - 1]]
    assert changes == [0, 20, 23, 27, 29]
    assert counts[-1] == (5, 5)


def test_a_missed_day_of_reminding_is_made_good_once(review, head, on):
    review_sweep.sweep()
    on(in_days(28))  # nothing ran for four weeks
    review_sweep.sweep()
    review_sweep.sweep()
    assert told(head) == 2


def test_whoever_has_decided_is_left_in_peace(review, head, administrator, clerk, on):
    for who in (administrator, clerk):
        reviews.confirm(item_of(review, who), by=head, evidence="Vẫn cần")
    review_sweep.sweep()
    assert (told(head), told(administrator)) == (0, 1)


@pytest.mark.parametrize(
    ("default", "decision"),
    [("revoke", "revoked_by_default"), ("keep", "kept_by_default")],
)
def test_silence_decides_as_the_review_said(head, clerk, on, default, decision):
    review = reviews.open_campaign(wanted(head.agency, on_silence=default), by=head)
    on(review.due_on)
    review_sweep.sweep()
    assert item_of(review, clerk).decision == ""  # the last day is not over
    on(review.due_on + timedelta(days=1))
    review_sweep.sweep()
    review_sweep.sweep()
    assert item_of(review, clerk).decision == decision
    assert clerk.may("attachments.read") is (default == "keep")
    review.refresh_from_db()
    assert not review.is_open
    event = f"access.review_{decision}"
    assert AuditEntry.objects.filter(event=event, actor=None).count()


def test_the_last_administrator_is_kept_and_the_province_told(
    review, administrator, on
):
    province = actor("province_admin")
    on(review.due_on + timedelta(days=1))
    review_sweep.sweep()
    item = item_of(review, administrator)
    assert item.decision == Decision.KEPT_BY_DEFAULT
    assert item.evidence
    assert administrator.may("accounts.manage")
    assert Notice.objects.filter(recipient=province.person, body=item.evidence).exists()
    review.refresh_from_db()
    assert not review.is_open


def test_after_the_last_day_nobody_decides_any_more(review, head, clerk, on):
    on(in_days(31))
    with pytest.raises(NotYourReviewError):
        reviews.confirm(item_of(review, clerk), by=head, evidence="Muộn")


def test_a_report_is_never_changed(review):
    report = ReviewReport.objects.create(
        campaign=review, check_code="RSX", sha256="0" * 64, content=b"%PDF"
    )
    for change in (
        lambda: ReviewReport.objects.update(content=b"x"),
        report.delete,
    ):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            change()
