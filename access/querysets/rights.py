"""Rights: which assignments give what, to whom, on which day. One place, one query."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from access.reach import BETWEEN_AGENCIES
from portal.core import clock
from portal.core.dated import DatedQuerySet, in_force_on

if TYPE_CHECKING:
    from access.models import Account


def moment_of(day: date) -> datetime:
    """Return the moment by which a right must not be revoked to hold on that day.

    Of today it is now: what was cut off this morning gives nothing this afternoon.
    """
    start = clock.start_of(day)
    return max(start, clock.now()) if day == clock.today() else start


def _not_cut_off(moment: datetime, prefix: str = "") -> Q:
    return Q(**{f"{prefix}revoked_at": None}) | Q(**{f"{prefix}revoked_at__gt": moment})


def gives(permission: str, *, is_between: bool) -> Q:
    """Return the condition that an assignment's role, reach and delegation give it.

    is_between: whether the permission reaches beyond one's own agency.
    """
    given = Q(role__permissions__code=permission) & (
        Q(delegated_from=None) | Q(delegated_permissions__code=permission)
    )
    return given & Q(scope="between") if is_between else given


class AssignmentQuerySet(DatedQuerySet):
    """Selects assignments by the rights that they give."""

    def unended(self) -> Self:
        """Keep what holds today or will hold: neither past nor cut off."""
        return super().unended().filter(revoked_at=None)

    def effective(self, on: date | None = None) -> Self:
        """Keep what gives rights at all on that day.

        An ended agency gives none, nor does an account that is switched off, nor a
        delegation whose delegator has lost the right himself.
        """
        day = on or clock.today()
        return self.effective_at(day, moment_of(day))

    def effective_at(self, day: date, moment: datetime) -> Self:
        """Keep what gives rights on that day and is not cut off by that moment."""
        own_right_holds = Q(delegated_from=None) | (
            in_force_on(day, "delegated_from__")
            & _not_cut_off(moment, "delegated_from__")
            & Q(delegated_from__account__is_active=True)
        )
        return self.in_force(day).filter(
            in_force_on(day, "agency__"),
            _not_cut_off(moment),
            own_right_holds,
            account__is_active=True,
        )

    def with_permission(self, *permissions: str) -> Self:
        """Keep what gives one of the permissions, by role, reach and delegation."""
        wanted = Q(pk__in=[])
        for permission in permissions:
            is_between = permission in BETWEEN_AGENCIES
            wanted |= gives(permission, is_between=is_between)
        return self.filter(wanted)

    def giving(
        self, account: Account, *permissions: str, on: date | None = None
    ) -> Self:
        """Keep what gives the account one of the permissions on that day."""
        held = self.effective(on).filter(account=account)
        return held.with_permission(*permissions)

    def confirmable_by(self, account: Account) -> Self:
        """Keep what waits for confirmation by this person (Điều 13.5.b)."""
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        own = Agency.objects.where(account, "accounts.confirm")
        waiting = self.unended().filter(
            confirmed_at=None, agency__in=own, delegated_from=None
        )
        return waiting.exclude(account=account).exclude(granted_by=account)

    def handled_by(self, account: Account) -> Self:
        """Keep what this person may end: of agencies he manages, but not his own.

        Roles of the province are ended by those who appoint for it.
        """
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        managed = Agency.objects.where(account, "accounts.manage")
        ours = Q(agency__in=managed, role__is_for_every_agency=True)
        if Agency.objects.where(account, "accounts.appoint").exists():
            ours |= Q(role__is_for_every_agency=False)
        return self.filter(ours).exclude(account=account)

    def delegations_of(self, account: Account) -> Self:
        """Keep what this person delegated, and what was delegated to him."""
        given = Q(delegated_from__account=account)
        received = Q(account=account, delegated_from__isnull=False)
        return self.filter(given | received)

    def visible_to(self, account: Account) -> Self:
        """Keep one's own, and those of the agencies whose accounts one may read."""
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        readable = Agency.objects.where(account, "accounts.read", "accounts.manage")
        return self.filter(Q(account=account) | Q(agency__in=readable))

    def inspectable_by(self, account: Account) -> Self:
        """Keep whose reasons one may read: all for who reads the whole trail.

        Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5 and 15.8.
        """
        from access.models import Assignment  # noqa: PLC0415 (models import this room)

        everything = ("audit.read_all", "accounts.appoint")
        if Assignment.objects.giving(account, *everything).exists():
            return self
        return self.visible_to(account)
