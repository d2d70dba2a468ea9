"""The directory of a day, for connected systems.

Source: Quyết định 06/2012/QĐ-UBND, Điều 7.2.
"""

from datetime import date

from django.db.models import Prefetch, Q
from django.http import HttpRequest
from ninja import Field, Router, Schema

from access import addressing
from access.calling import Caller, described
from access.models import Agency, AgencyCode, Connector
from portal.core import clock
from portal.core.problems import Problem

router = Router(tags=["directory"])
_REFUSALS = frozenset({401, 403, 422, 429})


class Heir(Schema):
    """Who took over from an agency that ended."""

    code: str
    name: str


class Participant(Schema):
    """An agency that takes part; `exchange`: "electronic", or "paper"."""

    code: str = Field(examples=["000.00.05.H10"])
    codes: list[str]
    name: str = Field(examples=["Sở Nội vụ"])
    short_name: str
    level: str
    exchange: str = Field(examples=["electronic"])


class Ended(Schema):
    """An agency that took part once, and who took over."""

    code: str
    name: str
    ended_on: date
    successors: list[Heir]


class Directory(Schema):
    """The directory of one Vietnamese day."""

    on: date
    agencies: list[Participant]
    ended: list[Ended]


@router.get(
    "/directory",
    auth=Caller("directory"),
    response={200: Directory, _REFUSALS: Problem},
    summary="The agencies that take part on a day",
    openapi_extra=described("directory"),
    operation_id="directory",
)
def directory(request: HttpRequest, on: date | None = None) -> dict[str, object]:
    """List who takes part on that day, today if none is given, and who ended before.

    An agency without a connected system on that day is sent paper (Điều 7.2).
    """
    day = on or clock.today()
    there = Agency.objects.participants(day).with_superior(day).by_rank()
    electronic = _electronic(day)
    gone = Agency.objects.filter(ends_on__lt=day).exclude(agency_type="central")
    return {
        "on": day,
        "agencies": [
            _participant(agency, electronic)
            for agency in there.prefetch_related(_codes_on(day))
        ],
        "ended": [
            {
                "code": agency.code,
                "name": agency.name,
                "ended_on": agency.ends_on,
                "successors": [
                    {"code": addressing.present_code(heir, day), "name": heir.name}
                    for heir in addressing.heirs_of(agency, day)
                ],
            }
            for agency in gone.order_by("-ends_on", "code")
        ],
    }


def _codes_on(day: date) -> Prefetch[str]:
    open_ones = AgencyCode.objects.filter(
        Q(closed_on=None) | Q(closed_on__gte=day), opened_on__lte=day
    )
    return Prefetch("codes", open_ones.order_by("-opened_on"), to_attr="codes_then")


def _electronic(day: date) -> set[int]:
    live = Connector.objects.live(day)
    others = Connector.acts_for.through.objects.filter(connector__in=live)
    return {
        *live.values_list("agency", flat=True),
        *others.values_list("agency", flat=True),
    }


def _participant(agency: Agency, electronic: set[int]) -> dict[str, object]:
    codes = [each.code for each in agency.codes_then] or [agency.code]  # type: ignore[attr-defined] # prefetched
    return {
        "code": agency.code if agency.code in codes else codes[0],
        "codes": codes,
        "name": agency.name_then,  # type: ignore[attr-defined] # with_superior's
        "short_name": agency.short_name,
        "level": agency.level,
        "exchange": "electronic" if agency.pk in electronic else "paper",
    }
