"""Connected systems: who may see them, and which may speak."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q

from portal.core import clock
from portal.core.dated import DatedQuerySet, in_force_on

if TYPE_CHECKING:
    from access.models import Account


class ConnectorQuerySet(DatedQuerySet):
    """Selects connected systems."""

    def visible_to(self, account: Account) -> Self:
        """Keep all for whoever manages agencies, none for others."""
        from access.models import Assignment  # noqa: PLC0415 (models import this room)

        if not account.is_active:
            return self.none()
        held = Assignment.objects.giving(account, "agencies.manage")
        return self.filter(Exists(held))

    def handled_by(self, account: Account) -> Self:
        """Keep those that this person may change: the same."""
        return self.visible_to(account)

    def unended(self) -> Self:
        """Keep those that speak today, will speak, or are suspended."""
        return super().unended().filter(ended_at=None)

    def live(self, on: date | None = None) -> Self:
        """Keep those that may speak on that day, today if none is given."""
        day = on or clock.today()
        there = in_force_on(day, "agency__")
        ended = Q(ended_at=None)
        if on is not None:  # what has ended since then spoke on that day
            ended |= Q(ended_at__gte=clock.start_of(day))
        return self.in_force(day).filter(there, ended, suspended_at=None)

    def speaking_for(self, agency_id: int | OuterRef) -> Self:
        """Keep those of this agency, and those that speak for it besides their own."""
        from access.models import Connector  # noqa: PLC0415 (as above)

        acting = Connector.acts_for.through.objects.filter(agency=agency_id)
        others = acting.values("connector")
        return self.filter(Q(agency=agency_id) | Q(pk__in=others))
