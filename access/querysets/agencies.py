"""Agencies, and what is said of them by day: the scopes and look-ups."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Case, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from access.refusals import NoAuthorityError
from portal.core import clock
from portal.core.dated import DatedQuerySet

if TYPE_CHECKING:
    from access.models import Account, Agency


class AgencyQuerySet(DatedQuerySet):
    """Selects agencies by what an account may do for them."""

    def where(
        self, account: Account, *permissions: str, on: date | None = None
    ) -> Self:
        """Keep the agencies for which the account holds one of the permissions."""
        from access.models import Assignment  # noqa: PLC0415 (models import this room)

        held = Assignment.objects.giving(account, *permissions, on=on)
        return self.filter(pk__in=held.values("agency"))

    def visible_to(self, account: Account) -> Self:
        """Keep all: which agencies there are is public (the directory, Điều 7.2)."""
        return self if account.is_active else self.none()

    def with_superior(self, on: date) -> Self:
        """Add `name_then`, `superior_then`, `superior_id_then`: those of that day."""
        from access.models import AgencyName, ReportingLine  # noqa: PLC0415 (as above)

        own = AgencyName.objects.in_force(on).filter(agency=OuterRef("pk"))
        line = ReportingLine.objects.in_force(on).filter(agency=OuterRef("pk"))
        above = AgencyName.objects.in_force(on).filter(agency=OuterRef("superior"))
        superior = line.annotate(
            name_then=Coalesce(Subquery(above.values("name")[:1]), "superior__name")
        )
        return self.annotate(
            name_then=Coalesce(Subquery(own.values("name")[:1]), "name"),
            superior_then=Subquery(superior.values("name_then")[:1]),
            superior_id_then=Subquery(line.values("superior")[:1]),
        )

    def by_rank(self) -> Self:
        """Order from the centre down to the communes, then by name."""
        from access.models import AgencyLevel  # noqa: PLC0415 (as above)

        ranks = [
            When(level=level, then=Value(rank))
            for rank, level in enumerate(AgencyLevel.values)
        ]
        return self.order_by(Case(*ranks, default=Value(len(ranks))), "name")

    def participants(self, on: date | None = None) -> Self:
        """Keep the agencies that take part in the exchange on that day (Điều 1)."""
        return self.in_force(on).exclude(agency_type="central")


class ReportingLineQuerySet(DatedQuerySet):
    """Finds the superior of the day."""

    def superior_of(self, agency: Agency, on: date | None = None) -> Agency | None:
        """Return the direct superior on that day, or None if none is on record."""
        line: Any = (
            self.in_force(on).filter(agency=agency).select_related("superior").first()
        )
        superior: Agency | None = line.superior if line else None
        return superior


class AgencyFunctionQuerySet(DatedQuerySet):
    """Finds the holder of a function on a day."""

    def holder(self, function: str, on: date | None = None) -> Agency:
        """Return the agency that holds the function on that day.

        Raises NoAuthorityError if none is on record: nothing pretends to be sent.
        """
        day = on or clock.today()
        held = self.in_force(day).filter(function=function)
        found: Any = held.select_related("agency").order_by("-starts_on").first()
        if found is None:
            raise NoAuthorityError(day=day.strftime("%d/%m/%Y"))
        agency: Agency = found.agency
        return agency
