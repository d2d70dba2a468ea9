"""Which agency an identification code means today; an ended one names its heir.

Nothing is redirected silently: whoever addresses an agency that has ended is told who
took over, and sends again. Source: Quyết định 06/2012/QĐ-UBND, Điều 7.2 and 8.2.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache

from django.db.models import Q, QuerySet

from access.models import Agency, AgencyCode, Succession
from access.querysets.prepared import Prepared
from access.refusals import (
    ClosedCodeError,
    EndedAgencyError,
    EndedWithoutHeirError,
    UnknownAgencyError,
)
from portal.core import clock


def agencies(codes: Iterable[str], on: date | None = None) -> dict[str, Agency]:
    """Return the agencies in force that bear the codes; two queries at most.

    Raises UnknownAgencyError, EndedAgencyError or ClosedCodeError for the first code
    that means none.
    """
    day = on or clock.today()
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        return {}
    named = {f"code_{number}": code for number, code in enumerate(wanted)}
    by_code = {row.code: row for row in _bearing(len(wanted)).instances(**named)}
    missing = [code for code in wanted if code not in by_code]
    without_rows = Agency.objects.filter(code__in=missing) if missing else ()
    present = {each.code: each for each in without_rows}
    return {
        code: _meant(code, by_code.get(code), present.get(code), day) for code in wanted
    }


@cache
def _bearing(number: int) -> Prepared[AgencyCode]:
    """Return the question for the rows of so many codes, with their agencies."""

    def bearing(**codes: str) -> QuerySet[AgencyCode]:
        rows = AgencyCode.objects.filter(code__in=list(codes.values()))
        return rows.select_related("agency")

    return Prepared(bearing, **dict.fromkeys(map("code_{}".format, range(number)), str))


def heirs_of(agency: Agency, on: date) -> list[Agency]:
    """Return who took over from an ended agency and still exists on that day."""
    found: list[Agency] = []
    seen, waiting = {agency.pk}, [agency]
    while waiting:
        lines = Succession.objects.filter(
            predecessor__in=waiting, event__state="applied"
        )
        waiting = []
        for line in lines.select_related("successor").order_by("pk"):
            heir = line.successor
            if heir.pk in seen:
                continue
            seen.add(heir.pk)
            (found if heir.is_in_force(on) else waiting).append(heir)
    return found


def _meant(
    code: str, row: AgencyCode | None, bearer: Agency | None, day: date
) -> Agency:
    agency = row.agency if row else bearer
    if agency is None or agency.agency_type == "central":
        raise UnknownAgencyError(code=code)
    if not agency.is_in_force(day):
        raise _ended(agency, code, day)
    if row is not None and not _is_open(row, day):
        raise ClosedCodeError(
            code=code,
            agency=agency.name,
            successor=agency.name,
            successor_code=present_code(agency, day),
        )
    return agency


def _ended(agency: Agency, code: str, day: date) -> EndedAgencyError:
    heirs = heirs_of(agency, day)
    if not heirs:
        return EndedWithoutHeirError(agency=agency.name, code=code)
    return EndedAgencyError(
        agency=agency.name,
        code=code,
        successor=", ".join(heir.name for heir in heirs),
        successor_code=", ".join(present_code(heir, day) for heir in heirs),
    )


def present_code(agency: Agency, day: date) -> str:
    """Return the code that the agency bears on that day."""
    open_ones = agency.codes.filter(
        Q(closed_on=None) | Q(closed_on__gte=day), opened_on__lte=day
    )
    codes = list(open_ones.order_by("-opened_on").values_list("code", flat=True))
    return agency.code if not codes or agency.code in codes else codes[0]


def _is_open(row: AgencyCode, day: date) -> bool:
    return row.opened_on <= day and (row.closed_on is None or day <= row.closed_on)
