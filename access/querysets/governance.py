"""Requests and reorganisations: who may see them, who may decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from portal.core import clock

if TYPE_CHECKING:
    from access.models import Account, Assignment


class AccessRequestQuerySet(models.QuerySet):
    """Selects requests by who asked and who may decide."""

    def pending(self) -> Self:
        """Keep what nobody has decided yet."""
        return self.filter(state="pending")

    def handled_by(self, account: Account) -> Self:
        """Keep what this person asked for, and may still take back."""
        return self.filter(requested_by=account)

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

    def decidable_by(self, account: Account | OuterRef) -> Self:
        """Keep what waits for this person: never his own, nor what is about himself.

        The one place that says who decides (Điều 13.5.b): pages, notices and the
        service itself ask here. A delegated right decides nothing.

        account: a reference to the person of an outer row asks it of many at once.
        """
        waiting = self.pending().exclude(requested_by=account)
        waiting = waiting.exclude(account=account)
        decided = _by_the_agency(account)
        appoints = _own(account, "accounts.appoint")
        if isinstance(account, OuterRef):
            decided |= Q(Exists(appoints)) & _by_the_province()
        elif appoints.exists():
            decided |= _by_the_province()
        return waiting.filter(decided)


def _own(
    account: Account | OuterRef | None, *permissions: str
) -> models.QuerySet[Assignment]:
    """Return effective rights, not delegated, that give one of the permissions.

    account: whose; None takes everybody's. A reference to an outer row is passed on
    from the requests, inside which these rights are looked up.
    """
    from access.models import Assignment  # noqa: PLC0415 (models import this room)

    held = Assignment.objects.effective().filter(delegated_from=None)
    held = held.with_permission(*permissions)
    if isinstance(account, OuterRef):
        return held.filter(account=OuterRef(account))
    return held if account is None else held.filter(account=account)


def _by_the_agency(account: Account | OuterRef) -> Q:
    """Return what an administrator, or the head, decides for the own agency."""
    manages = _own(account, "accounts.manage")
    looks_after = _own(account, "accounts.manage", "accounts.confirm")
    may_grant = manages.filter(role__grants__granted=OuterRef("role"))
    return (
        Q(
            Exists(may_grant.filter(agency=OuterRef("agency"))),
            kind__in=["account", "grant"],
            role__is_for_every_agency=True,
        )
        | Q(
            Exists(may_grant.filter(agency=OuterRef("to_agency"))),
            kind="transfer",
            role__is_for_every_agency=True,
        )
        | Q(
            kind="end",
            agency__in=manages.values("agency"),
            assignment__role__is_for_every_agency=True,
        )
        | Q(kind__in=["reset", "reopen"], agency__in=looks_after.values("agency"))
    )


def _by_the_province() -> Q:
    """Return what the second of two who appoint decides, and what nobody else could."""
    first = _own(None, "accounts.appoint").filter(account=OuterRef("requested_by"))
    there = _own(None, "accounts.manage", "accounts.confirm").filter(
        ~Q(account=OuterRef("requested_by")),
        ~Q(account=OuterRef("account")),
        agency=OuterRef("agency"),
    )
    # Who asks for himself is not one of the two.
    by_two = Q(Exists(first), kind__in=["account", "grant", "transfer"]) & (
        Q(account=None) | ~Q(requested_by=F("account"))
    )
    return (
        by_two
        | Q(kind="end", assignment__role__is_for_every_agency=False)
        | Q(~Exists(there), kind__in=["reset", "reopen"])
    )


class AgencyEventQuerySet(models.QuerySet):
    """Selects reorganisations."""

    def visible_to(self, account: Account) -> Self:
        """Keep all for whoever manages agencies; for others what is in effect."""
        from access.models import Assignment  # noqa: PLC0415 (models import this room)

        if Assignment.objects.giving(account, "agencies.manage").exists():
            return self
        return self.filter(state="applied")

    def handled_by(self, account: Account) -> Self:
        """Keep all for whoever manages agencies, and nothing for others."""
        from access.models import Assignment  # noqa: PLC0415 (models import this room)

        if Assignment.objects.giving(account, "agencies.manage").exists():
            return self
        return self.none()

    def to_apply(self) -> Self:
        """Keep what a second person approved and nobody applied yet."""
        return self.filter(state="approved").exclude(approved_by=None)

    def due(self) -> Self:
        """Keep what holds from today or should have held before."""
        return self.filter(effective_on__lte=clock.today())
