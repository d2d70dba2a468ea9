"""Requests, reviews and reorganisations: who may see them, who may decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from access.models import Account


class AccessRequestQuerySet(models.QuerySet):
    """Selects requests by who asked and who may decide."""

    def pending(self) -> Self:
        """Keep what nobody has decided yet."""
        return self.filter(state="pending")

    def visible_to(self, account: Account) -> Self:
        """Keep one's own, those about oneself, and those of agencies one administers.

        Whoever appoints for the whole province sees all.
        """
        from access.models import Agency, Assignment  # noqa: PLC0415 (as above)

        if Assignment.objects.giving(account, "accounts.appoint").exists():
            return self
        read = Agency.objects.where(account, "accounts.read", "accounts.manage")
        mine = Q(requested_by=account) | Q(account=account)
        return self.filter(mine | Q(agency__in=read) | Q(to_agency__in=read))


class ReviewCampaignQuerySet(models.QuerySet):
    """Selects access reviews."""

    def open(self) -> Self:
        """Keep the reviews that still take decisions."""
        return self.filter(closed_at=None)


class ReviewItemQuerySet(models.QuerySet):
    """Selects rights under review."""

    def undecided(self) -> Self:
        """Keep what nobody has decided yet."""
        return self.filter(decision="")


class AgencyEventQuerySet(models.QuerySet):
    """Selects reorganisations."""

    def to_apply(self) -> Self:
        """Keep what a second person approved and nobody applied yet."""
        return self.filter(state="approved")
