"""Rights: which assignments give what, to whom, on which day. One place, one query."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from access.reach import BETWEEN_AGENCIES
from portal.core import clock
from portal.core.dated import DatedQuerySet, in_force_on

if TYPE_CHECKING:
    from access.models import Account


def _not_cut_off(day: date, prefix: str = "") -> Q:
    """Return the condition that a right was not revoked before that day, or by now."""
    start = datetime.combine(day, time.min, clock.VIETNAM)
    moment = max(start, clock.now()) if day == clock.today() else start
    return Q(**{f"{prefix}revoked_at": None}) | Q(**{f"{prefix}revoked_at__gt": moment})


def _gives(permission: str) -> Q:
    """Return the condition that an assignment's role, reach and delegation give it."""
    given = Q(role__permissions__code=permission) & (
        Q(delegated_from=None) | Q(delegated_permissions__code=permission)
    )
    return given & Q(scope="between") if permission in BETWEEN_AGENCIES else given


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
        own_right_holds = Q(delegated_from=None) | (
            in_force_on(day, "delegated_from__")
            & _not_cut_off(day, "delegated_from__")
            & Q(delegated_from__account__is_active=True)
        )
        return self.in_force(day).filter(
            in_force_on(day, "agency__"),
            _not_cut_off(day),
            own_right_holds,
            account__is_active=True,
        )

    def with_permission(self, *permissions: str) -> Self:
        """Keep what gives one of the permissions, by role, reach and delegation."""
        wanted = Q(pk__in=[])
        for permission in permissions:
            wanted |= _gives(permission)
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
        waiting = self.unended().filter(confirmed_at=None, agency__in=own)
        return waiting.exclude(account=account).exclude(granted_by=account)

    def handled_by(self, account: Account) -> Self:
        """Keep what this person may end: of agencies he manages, but not his own."""
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        managed = Agency.objects.where(account, "accounts.manage")
        return self.filter(agency__in=managed).exclude(account=account)

    def visible_to(self, account: Account) -> Self:
        """Keep one's own, and those of the agencies whose accounts one may read."""
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        readable = Agency.objects.where(account, "accounts.read", "accounts.manage")
        return self.filter(Q(account=account) | Q(agency__in=readable))
