"""Access reviews: a list of rights is frozen, and each is decided on by hand.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3 and 13.5.b; TCVN 14423:2026 (yearly).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from access import audit, notices, rights
from access.actors import Actor
from access.models import Account, Agency, Assignment, ReviewCampaign, ReviewItem
from access.querysets import reviews as scope
from access.refusals import (
    DecidedAlreadyError,
    NoEvidenceError,
    NothingToReviewError,
    NotYourReviewError,
    ReviewClosedError,
    ReviewDaysError,
    ReviewOpenAlreadyError,
)
from access.services import last_administrator, posts
from portal.core import clock
from portal.core.errors import NotAllowedError

LONGEST = timedelta(days=366)
OPENS_FOR_AGENCY = (scope.HEAD, scope.ADMINISTRATOR)
# How long before the last day reviewers are reminded.
REMINDERS = (timedelta(days=7), timedelta(days=3), timedelta(days=1))

Decision = ReviewItem.Decision


@dataclass(frozen=True)
class Wanted:
    """A review as somebody wants to open it; without an agency, of the province."""

    title: str
    agency: Agency | None
    fallback_on: date
    due_on: date
    on_silence: str = ReviewCampaign.Default.REVOKE


@dataclass(frozen=True)
class Preview:
    """What a review would ask for: the rights that nobody could review are named."""

    rights: int
    people: int
    reviewers: list[Account]
    without_reviewer: QuerySet[Assignment]


def agencies_to_open_for(account: Account) -> QuerySet[Agency]:
    """Return the agencies of which this person may open a review."""
    return rights.agencies_where(account, *OPENS_FOR_AGENCY)


def may_open_for_province(account: Account) -> bool:
    """Tell whether this person may open a review of the whole province."""
    return Assignment.objects.giving(account, *scope.OF_THE_PROVINCE).exists()


def may_open(account: Account) -> bool:
    """Tell whether this person may open any review at all."""
    return agencies_to_open_for(account).exists() or may_open_for_province(account)


def may_open_of(agency: Agency | None, by: Actor) -> bool:
    """Tell whether this person may open a review of the agency, or of the province."""
    if agency is None:
        return may_open_for_province(by.person)
    return any(by.may(name, agency) for name in OPENS_FOR_AGENCY)


def rights_of(agency: Agency | None) -> QuerySet[Assignment]:
    """Return what is reviewed: each right of today or later, delegations too.

    Those of suspended accounts are among them: they come back to life with the account.
    """
    found = Assignment.objects.unended()
    return found if agency is None else found.filter(agency=agency)


def reviewers_for(agency: Agency | None) -> QuerySet[Account]:
    """Return who may come to decide something: heads, administrators, the province."""
    holders = Assignment.objects.effective().with_permission(
        scope.HEAD, scope.ADMINISTRATOR
    )
    if agency is not None:
        holders = holders.filter(agency=agency)
    province = Assignment.objects.effective().with_permission(scope.APPOINTS)
    return Account.objects.filter(
        Q(pk__in=holders.values("account")) | Q(pk__in=province.values("account"))
    )


def preview(agency: Agency | None) -> Preview:
    """Return what a review would ask for, before anything is written."""
    found = rights_of(agency)
    alone = found.filter(scope.unreviewable())
    return Preview(
        rights=found.count(),
        people=found.values("account").distinct().count(),
        reviewers=list(reviewers_for(agency)),
        without_reviewer=alone.select_related("account", "role", "agency"),
    )


def open_campaign(wanted: Wanted, *, by: Actor) -> ReviewCampaign:
    """Freeze the list of rights; the reviewers are told by the next sweep.

    Raises NotAllowedError, ReviewDaysError, ReviewOpenAlreadyError or
    NothingToReviewError; nothing is written then.
    """
    check(wanted, by=by)
    try:
        return _open(wanted, by)
    except IntegrityError as error:  # somebody opened one in the same moment
        other = _open_one(wanted.agency)
        if other is None:
            raise
        raise _refused_for(other) from error


def check(wanted: Wanted, *, by: Actor) -> None:
    """Raise what opening this review would; nothing is written.

    Raises NotAllowedError, ReviewDaysError or ReviewOpenAlreadyError.
    """
    if not may_open_of(wanted.agency, by):
        raise NotAllowedError
    today = clock.today()
    in_time = today < wanted.due_on <= today + LONGEST
    if not (in_time and today <= wanted.fallback_on <= wanted.due_on):
        raise ReviewDaysError
    if other := _open_one(wanted.agency):
        raise _refused_for(other)


def _open_one(agency: Agency | None) -> ReviewCampaign | None:
    return ReviewCampaign.objects.open().filter(agency=agency).first()


def _refused_for(other: ReviewCampaign) -> ReviewOpenAlreadyError:
    return ReviewOpenAlreadyError(
        title=other.title, day=other.due_on.strftime("%d/%m/%Y")
    )


@transaction.atomic
def _open(wanted: Wanted, by: Actor) -> ReviewCampaign:
    campaign = ReviewCampaign.objects.create(
        opened_by=by.person, next_reminder_on=clock.today(), **vars(wanted)
    )
    frozen = [
        ReviewItem(campaign=campaign, assignment_id=pk)
        for pk in rights_of(wanted.agency).values_list("pk", flat=True)
    ]
    if not frozen:
        raise NothingToReviewError
    ReviewItem.objects.bulk_create(frozen, batch_size=2000)
    audit.record(
        campaign,
        "access.review_opened",
        by=by,
        agency=wanted.agency,
        rights=len(frozen),
        due_on=wanted.due_on.isoformat(),
        on_silence=wanted.on_silence,
    )
    hurry()
    return campaign


def reminding_days(campaign: ReviewCampaign) -> list[date]:
    """Return on which days reviewers are told, the day of opening first."""
    before_the_end = (campaign.due_on - early for early in REMINDERS)
    opened = clock.vietnamese_day(campaign.opened_at)
    days = {campaign.fallback_on, *before_the_end}
    return sorted(day for day in {opened, *days} if opened <= day <= campaign.due_on)


def confirm(item: ReviewItem, *, by: Actor, evidence: str) -> ReviewItem:
    """Confirm one right; see `_decide` for what is refused."""
    return _decide(item, Decision.CONFIRMED, by, evidence)


def revoke(item: ReviewItem, *, by: Actor, evidence: str) -> ReviewItem:
    """Revoke one right: it ends at once; see `_decide` for what is refused.

    Raises besides LastAdministratorError or LastAppointerError: the right and the item
    stay as they were.
    """
    return _decide(item, Decision.REVOKED, by, evidence)


@transaction.atomic
def _decide(item: ReviewItem, decision: str, by: Actor, evidence: str) -> ReviewItem:
    """Decide on one right. It is locked first: of two reviewers at once, one decides.

    A right that has ended meanwhile is marked so, whatever was to be decided.

    Raises NoEvidenceError, DecidedAlreadyError or NotYourReviewError.
    """
    if not evidence.strip():
        raise NoEvidenceError
    # Without the lock, a decision of this very moment hides the right from the second
    # reviewer, who is then told that it was never his to decide.
    items = ReviewItem.objects.with_campaign_and_right()
    locked = items.select_for_update(no_key=True, of=("self",))
    found = locked.get(pk=item.pk)
    if found.decision:
        raise _decided(found)
    if mark_ended(ReviewItem.objects.filter(pk=found.pk)):
        close_if_done(found.campaign)
        return ReviewItem.objects.with_campaign_and_right().get(pk=found.pk)
    mine = ReviewItem.objects.reviewable_by(by.person).filter(pk=found.pk)
    if not mine.exists():
        raise NotYourReviewError
    if not claim(found, decision, evidence.strip(), by.person):
        raise _decided(ReviewItem.objects.with_campaign_and_right().get(pk=found.pk))
    right = found.assignment
    # By which right he decides, so that the trail names a delegator.
    _either = by.may(scope.HEAD, right.agency) or by.may(
        scope.ADMINISTRATOR, right.agency
    )
    record(found, f"access.review_{decision}", by, reason=evidence.strip())
    if decision == Decision.REVOKED:
        end(found, reason=evidence.strip())
    close_if_done(found.campaign)
    return found


def _decided(item: ReviewItem) -> DecidedAlreadyError | ReviewClosedError:
    if item.decision == Decision.CANCELLED:
        return closed(item.campaign)
    return DecidedAlreadyError(
        role=item.assignment.role.name,
        name=item.assignment.account.full_name,
        decision=item.get_decision_display(),
    )


def claim(
    item: ReviewItem, decision: str, evidence: str, by: Account | None = None
) -> bool:
    """Write the decision if there is none yet; tell whether it was this one."""
    values = {
        "decision": decision,
        "evidence": evidence,
        "decided_by": by,
        "decided_at": clock.now(),
    }
    claimed = ReviewItem.objects.undecided().filter(pk=item.pk).update(**values)
    if claimed:
        for name, value in values.items():
            setattr(item, name, value)
    return bool(claimed)


def record(item: ReviewItem, event: str, by: Actor, reason: str = "") -> None:
    """Write into the trail what became of a right in a review."""
    audit.record(
        item.assignment.account,
        event,
        by=by,
        agency=item.assignment.agency,
        review=item.campaign.title,
        role=item.assignment.role.name,
        reason=reason,
    )


def end(item: ReviewItem, *, reason: str) -> None:
    """End the right at once, with what was delegated from it, and tell the person.

    Raises LastAdministratorError or LastAppointerError.
    """
    right = item.assignment
    last_administrator.require_another(
        right.agency, right.account, clock.today(), ending=[right]
    )
    posts.cut(Assignment.objects.filter(Q(pk=right.pk) | Q(delegated_from=right)))
    with translation.override(settings.LANGUAGE_CODE):
        words = {"role": right.role.name, "agency": right.agency.name}
        notices.notify(
            right.account,
            _("Your right has ended: %(role)s, %(agency)s") % words,
            body=_("The access review ended it: %(reason)s") % {"reason": reason},
            path=reverse("access:own-account"),
            agency=right.agency,
        )


def mark_ended(items: QuerySet[ReviewItem]) -> int:
    """Mark those whose right has ended by other ways; return how many there were."""
    ended: Iterable[int] = items.ended_meanwhile(clock.today()).values_list(  # type: ignore[attr-defined]
        "pk", flat=True
    )
    undecided = ReviewItem.objects.undecided().filter(pk__in=list(ended))
    return undecided.update(decision=Decision.ENDED_MEANWHILE, decided_at=clock.now())


def close_if_done(campaign: ReviewCampaign, by: Actor | None = None) -> bool:
    """Close the review once nothing in it waits; one of several callers closes it."""
    if campaign.items.undecided().exists():
        return False
    if not close(campaign):
        return False
    audit.record(
        campaign,
        "access.review_closed",
        by=by or Actor.system("reviews", campaign.agency),
        agency=campaign.agency,
    )
    return True


def close(campaign: ReviewCampaign) -> bool:
    """Take no more decisions; the report follows. One of several callers closes it."""
    mine = ReviewCampaign.objects.open().filter(pk=campaign.pk)
    has_closed = mine.update(closed_at=clock.now(), next_reminder_on=None)
    campaign.refresh_from_db()
    if has_closed:
        hurry()
    return bool(has_closed)


def closed(campaign: ReviewCampaign) -> ReviewClosedError:
    """Return the refusal of whatever comes after the end of a review."""
    end = clock.vietnamese_day(campaign.closed_at or clock.now())
    return ReviewClosedError(title=campaign.title, day=end.strftime("%d/%m/%Y"))


def hurry() -> None:
    """Let the sweep come by at once; it would come in any case."""
    from access.tasks import sweep_reviews  # noqa: PLC0415 (tasks call services)

    transaction.on_commit(sweep_reviews.delay)
