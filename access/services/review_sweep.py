"""What an access review does by itself: remind, decide on silence, close, report.

Each takes everything due and undone, may run twice at once, and loses nothing when a
worker dies: what was not committed is still due.
"""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access import notices
from access.actors import Actor
from access.models import Account, ReviewCampaign, ReviewItem
from access.querysets.reviews import APPOINTS
from access.services import review_reports, reviews
from portal.core import clock
from portal.core.errors import RefusalError

Decision = ReviewItem.Decision
_SYSTEM = "reviews"


def sweep() -> int:
    """Do everything that is due; return how many duties were done."""
    today = clock.today()
    campaigns = ReviewCampaign.objects
    done = sum(_remind(review, today) for review in campaigns.to_remind(today))
    for review in campaigns.open():
        done += reviews.mark_ended(review.items.all())
        with transaction.atomic():
            reviews.close_if_done(review)
    for review in campaigns.overdue(today):
        done += _decide_on_silence(review)
    for review in campaigns.unreported():
        done += bool(review_reports.issue(review))
    return done


@transaction.atomic
def _remind(review: ReviewCampaign, today: date) -> int:
    """Tell each reviewer once how much waits for him; the update is the claim."""
    later = [day for day in reviews.reminding_days(review) if day > today]
    mine = ReviewCampaign.objects.open().filter(
        pk=review.pk, next_reminder_on=review.next_reminder_on
    )
    if not mine.update(next_reminder_on=later[0] if later else None):
        return 0
    told = 0
    for reviewer in reviews.reviewers_for(review.agency):
        waiting = review.items.reviewable_by(reviewer, today).count()
        if waiting:
            _tell(reviewer, review, waiting)
            told += 1
    return told


def _tell(reviewer: Account, review: ReviewCampaign, waiting: int) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        subject = ngettext(
            "%(n)s right waits for your review until %(day)s",
            "%(n)s rights wait for your review until %(day)s",
            waiting,
        )
        words = {"n": waiting, "day": review.due_on.strftime("%d/%m/%Y")}
        if review.on_silence == ReviewCampaign.Default.REVOKE:
            body = _("What nobody decides on ends after that day.")
        else:
            body = _("What nobody decides on stays, and is marked so in the report.")
        notices.notify(
            reviewer,
            subject % words,
            body=f"{review.title}. {body}",
            path=reverse("access:review", args=[review.pk]),
            agency=review.agency,
        )


def _decide_on_silence(review: ReviewCampaign) -> int:
    reviews.mark_ended(review.items.all())
    waiting = review.items.undecided().with_campaign_and_right().order_by("pk")
    decided = sum(_settle(item) for item in list(waiting))
    with transaction.atomic():
        reviews.close_if_done(review)
    return decided


@transaction.atomic
def _settle(item: ReviewItem) -> int:
    """Decide on one right as the review says; each in a transaction of its own."""
    by = Actor.system(_SYSTEM, item.assignment.agency)
    if item.campaign.on_silence == ReviewCampaign.Default.KEEP:
        return _keep(item, by, "")
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Nobody decided until the last day of the review.")
    try:
        with transaction.atomic():
            if not reviews.claim(item, Decision.REVOKED_BY_DEFAULT, reason):
                return 0
            reviews.record(item, "access.review_revoked_by_default", by)
            reviews.end(item, reason=reason)
    except RefusalError as refusal:
        with translation.override(settings.LANGUAGE_CODE):
            return _keep(item, by, str(refusal))
    return 1


def _keep(item: ReviewItem, by: Actor, why: str) -> int:
    """Let the right stand, marked; if it could not end, the province is told."""
    if not reviews.claim(item, Decision.KEPT_BY_DEFAULT, why):
        return 0
    reviews.record(item, "access.review_kept_by_default", by, reason=why)
    if why:
        _tell_the_province(item, why)
    return 1


def _tell_the_province(item: ReviewItem, why: str) -> None:
    right = item.assignment
    words = {"name": right.account.full_name, "agency": right.agency.name}
    subject = _("Not reviewed, and not ended: the right of %(name)s, %(agency)s")
    for person in Account.objects.holding(APPOINTS):
        notices.notify(
            person,
            subject % words,
            body=why,
            path=reverse("access:review", args=[item.campaign_id]),
            agency=right.agency,
        )
