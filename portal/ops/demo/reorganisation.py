"""A reorganisation that waits: planned by one administrator, approved by nobody yet."""

from datetime import date, timedelta

from access.actors import Actor
from access.models import Agency, AgencyChange, AgencyEvent
from access.services import reorganisation
from access.services.reorganisation import ChangePlan, Plan
from portal.core import clock

# How far off its day is, so that visitors can look at it for some weeks.
AHEAD = timedelta(days=45)
_ENDS, _TAKES_OVER = "000.00.09.H10", "000.00.10.H10"


def plan_example(by: Actor) -> AgencyEvent:
    """Plan that Sở Giao thông vận tải merges into Sở Xây dựng."""
    find = Agency.objects.get
    plan = Plan(
        kind=AgencyEvent.Kind.MERGE,
        effective_on=clock.today() + AHEAD,
        legal_basis=reorganisation.basis_for(
            "00/2026/NQ-HĐND (mẫu)",
            "Nghị quyết mẫu về việc hợp nhất hai sở",
            "Hội đồng nhân dân tỉnh (mẫu)",
            date(2026, 1, 5),
        ),
        changes=(
            ChangePlan(AgencyChange.Outcome.ENDS, find(code=_ENDS), gives=True),
            ChangePlan(AgencyChange.Outcome.CONTINUES, find(code=_TAKES_OVER)),
        ),
        note="Phương án mẫu, để xem bản xem trước và việc phê duyệt của người thứ hai.",
    )
    return reorganisation.propose(plan, by=by)
