"""Calling off an access review that was opened by mistake, or for the wrong agency.

What was decided stands; every other right stays as it is, marked as not decided.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3, 12.5 and 13.5.b.
"""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access import audit, notices
from access.actors import Actor
from access.models import ReviewCampaign, ReviewItem
from access.refusals import NoReasonToCancelError
from access.services import reviews
from portal.core import clock
from portal.core.errors import NotAllowedError


def may_cancel(campaign: ReviewCampaign, by: Actor) -> bool:
    """Tell whether the person may call off this review: whoever may open it."""
    return campaign.is_open and reviews.may_open_of(campaign.agency, by)


@transaction.atomic
def cancel(campaign: ReviewCampaign, *, by: Actor, reason: str) -> ReviewCampaign:
    """Close a review before its end; everybody who had to decide in it is told.

    The rights are taken first and the review after them, as whoever decides does: of a
    decision and a cancelling at once, neither is lost nor waits for the other for ever.

    Raises NotAllowedError, NoReasonToCancelError or ReviewClosedError.
    """
    if not reviews.may_open_of(campaign.agency, by):
        raise NotAllowedError
    if not (why := reason.strip()):
        raise NoReasonToCancelError
    reviews.mark_ended(campaign.items.all())
    undecided = campaign.items.undecided()
    cancelled = undecided.update(
        decision=ReviewItem.Decision.CANCELLED,
        evidence=why,
        decided_by=by.person,
        decided_at=clock.now(),
    )
    if not reviews.close(campaign):
        raise reviews.closed(campaign)
    audit.record(
        campaign,
        "access.review_cancelled",
        by=by,
        agency=campaign.agency,
        rights=cancelled,
        reason=why,
    )
    for person in reviews.reviewers_for(campaign.agency).exclude(pk=by.person.pk):
        notices.notify(
            person,
            _("An access review was cancelled: nothing waits for you in it"),
            body=f"{campaign.title}. {why}",
            path=reverse("access:review", args=[campaign.pk]),
            agency=campaign.agency,
        )
    return campaign
