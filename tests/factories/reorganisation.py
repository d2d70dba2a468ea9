"""A town, its heir and two administrators of the province; a merge of the two."""

from dataclasses import replace
from datetime import date

from access.models import (
    AgencyChange,
    AgencyCode,
    AgencyEvent,
    AgencyLevel,
)
from access.services import reorganisation
from access.services.reorganisation import ChangePlan, Plan
from portal.core import clock
from tests.factories.access import (
    AgencyFactory,
    ReportingLineFactory,
    actor,
)

Kind, Outcome = AgencyEvent.Kind, AgencyChange.Outcome
QCVN = AgencyCode.Scheme.QCVN102


class Case:
    """A town below the province, its heir, and two administrators of the province."""

    def __init__(self):
        self.province = AgencyFactory(name="UBND tỉnh", level=AgencyLevel.PROVINCE)
        self.planner = actor("province_admin", self.province)
        self.second = actor("province_admin", self.province)
        self.basis = reorganisation.basis_for(
            "99/QĐ-UBND", "Về việc sắp xếp", "UBND tỉnh", date(2026, 1, 5)
        )
        self.town = AgencyFactory(
            name="Thị xã Đồng Xoài", short_name="TX Đồng Xoài", code="000.31.31.H10"
        )
        AgencyCode.objects.create(
            agency=self.town,
            code=self.town.code,
            scheme=QCVN,
            opened_on=date(2016, 4, 1),
        )
        self.heir = AgencyFactory(name="Phường Bình Phước", short_name="P Bình Phước")
        for agency in (self.town, self.heir):
            ReportingLineFactory(agency=agency, superior=self.province)


def merge(town, heir, basis, **changes):
    """Return the plan that the town ends today and the heir takes over."""
    plan = Plan(
        kind=Kind.MERGE,
        effective_on=clock.today(),
        legal_basis=basis,
        changes=(
            ChangePlan(Outcome.ENDS, town, gives=True),
            ChangePlan(Outcome.CONTINUES, heir),
        ),
    )
    return replace(plan, **changes)


def approved(event, second):
    """Approve, as that person, what the preview shows now."""
    digest = reorganisation.build(event).digest
    return reorganisation.approve(event, digest, by=second)


def superior_plan(agency, superior, basis):
    """Return the plan that the agency gets that direct superior today."""
    return Plan(
        kind=Kind.SUPERIOR,
        effective_on=clock.today(),
        legal_basis=basis,
        changes=(ChangePlan(Outcome.CONTINUES, agency, superior=superior),),
    )
