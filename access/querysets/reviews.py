"""Access reviews: who may see them, and whose decision each right waits for.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3, 12.5 and 13.5.b.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from portal.core import clock

if TYPE_CHECKING:
    from access.models import Account, Agency, Assignment

HEAD, ADMINISTRATOR = "accounts.confirm", "accounts.manage"
APPOINTS = "accounts.appoint"
# Who opens, and reads, a review of the whole province.
OF_THE_PROVINCE = (APPOINTS, "agencies.manage")
_READS_ALL = (*OF_THE_PROVINCE, "audit.read_all")
_READS_AGENCY = ("accounts.read", ADMINISTRATOR, HEAD)


def reviewers(
    permission: str, prefix: str = "", on: date | None = None
) -> QuerySet[Assignment]:
    """Return what lets somebody review the right of the outer row, in a subquery.

    Not for the holder of the right, nor for whoever granted or delegated it, nor for
    somebody who would act in the holder's name.

    prefix: the way from the outer row to the right, such as "assignment__".
    """
    from access.models import Assignment  # noqa: PLC0415 (models import this room)

    def no_one(path: str) -> Coalesce:
        return Coalesce(OuterRef(f"{prefix}{path}"), Value(0))

    found: QuerySet[Assignment] = (
        Assignment.objects.effective(on)
        .with_permission(permission)
        .exclude(account=OuterRef(f"{prefix}account"))
        .exclude(account=no_one("granted_by"))
        .exclude(account=no_one("delegated_from__account"))
        .exclude(delegated_from__account=OuterRef(f"{prefix}account"))
    )
    if permission == APPOINTS:  # a right of the province, for whatever agency
        return found
    return found.filter(agency=OuterRef(f"{prefix}agency"))


def unreviewable(on: date | None = None) -> Q:
    """Return the condition on assignments that nobody at all could review them."""
    levels = (HEAD, ADMINISTRATOR, APPOINTS)
    nobody = Q()
    for level in levels:
        nobody &= ~Q(Exists(reviewers(level, on=on)))
    return nobody


def _all_of(account: Account) -> bool:
    from access.models import Assignment  # noqa: PLC0415 (models import this room)

    return Assignment.objects.giving(account, *_READS_ALL).exists()


def _read_by(account: Account) -> QuerySet[Agency]:
    from access.models import Agency  # noqa: PLC0415 (models import this room)

    found: QuerySet[Agency] = Agency.objects.where(account, *_READS_AGENCY)
    return found


class ReviewCampaignQuerySet(models.QuerySet):
    """Selects access reviews."""

    def open(self) -> Self:
        """Keep the reviews that still take decisions."""
        return self.filter(closed_at=None)

    def to_remind(self, on: date) -> Self:
        """Keep the open reviews whose day of reminding has come."""
        return self.open().filter(next_reminder_on__lte=on)

    def overdue(self, on: date) -> Self:
        """Keep the open reviews whose last day is over."""
        return self.open().filter(due_on__lt=on)

    def unreported(self) -> Self:
        """Keep the closed reviews whose report is still to be made."""
        return self.exclude(closed_at=None).filter(report=None)

    def with_end(self) -> Self:
        """Add `is_cancelled`: whether it was called off before its end."""
        from access.models import ReviewItem  # noqa: PLC0415 (models import this room)

        left = ReviewItem.objects.filter(campaign=OuterRef("pk"), decision="cancelled")
        return self.annotate(is_cancelled=Exists(left))

    def visible_to(self, account: Account) -> Self:
        """Keep those of the agencies whose accounts one may read, and the province's.

        Of a review of the province an agency sees its own rights only (Đ12.5): see
        ReviewItemQuerySet.visible_to.
        """
        if _all_of(account):
            return self
        readable = _read_by(account)
        if not readable.exists():
            return self.none()
        return self.filter(Q(agency=None) | Q(agency__in=readable))


class ReviewItemQuerySet(models.QuerySet):
    """Selects rights under review."""

    def undecided(self) -> Self:
        """Keep what nobody has decided yet."""
        return self.filter(decision="")

    def ended_meanwhile(self, on: date) -> Self:
        """Keep the undecided whose right has ended by other ways."""
        past = Q(assignment__ends_on__lt=on)
        return self.undecided().filter(past | Q(assignment__revoked_at__isnull=False))

    def visible_to(self, account: Account) -> Self:
        """Keep the rights of the agencies whose accounts one may read, or all."""
        if _all_of(account):
            return self
        return self.filter(assignment__agency__in=_read_by(account))

    def reviewable_by(self, account: Account, on: date | None = None) -> Self:
        """Keep what waits for this person's decision.

        The head of the agency decides. Where there is none but the holder himself, and
        for everybody from the fallback day on, an administrator of the agency does;
        where there is none either, whoever appoints for the province. Nobody decides on
        his own right, nor on one that he granted or delegated (Điều 13.5.b).
        """
        from access.models import Agency, Assignment  # noqa: PLC0415 (as above)

        day = on or clock.today()
        of_head, of_administrator, of_province = (
            reviewers(level, "assignment__", day)
            for level in (HEAD, ADMINISTRATOR, APPOINTS)
        )
        waiting = self.undecided().filter(
            Q(assignment__ends_on=None) | Q(assignment__ends_on__gte=day),
            assignment__revoked_at=None,
            campaign__closed_at=None,
            campaign__due_on__gte=day,
        )
        steps_in = Q(Exists(of_administrator.filter(account=account)))
        if Assignment.objects.giving(account, APPOINTS, on=day).exists():
            of_him = of_province.filter(account=account)
            steps_in |= ~Q(Exists(of_administrator)) & Q(Exists(of_him))
        else:  # nothing of other agencies need be looked at
            own = Agency.objects.where(account, HEAD, ADMINISTRATOR, on=day)
            waiting = waiting.filter(assignment__agency__in=own)
        falls_back = Q(campaign__fallback_on__lte=day) | ~Q(Exists(of_head))
        as_head = Q(Exists(of_head.filter(account=account)))
        return waiting.filter(as_head | (falls_back & steps_in))

    def with_campaign_and_right(self) -> Self:
        """Bring along what a row of the page or the report names."""
        return self.select_related(
            "campaign__agency",
            "decided_by",
            "assignment__account",
            "assignment__agency",
            "assignment__role",
            "assignment__granted_by",
            "assignment__confirmed_by",
            "assignment__delegated_from__account",
        )

    def in_reading_order(self) -> Self:
        """Order by agency, person and role, as the report lists them."""
        return self.order_by(
            "assignment__agency__name",
            "assignment__agency_id",  # two agencies may bear one name
            "assignment__account__full_name",
            "assignment__role__name",
            "pk",
        )


class ReviewReportQuerySet(models.QuerySet):
    """Selects signed reports."""

    def visible_to(self, account: Account) -> Self:
        """Keep those of one's agencies; the whole province's, for who reads it all."""
        if _all_of(account):
            return self
        return self.filter(campaign__agency__in=_read_by(account))
