"""What is said of one agency outside a reorganisation: contact, codes, functions.

Source: Quyết định 06/2012/QĐ-UBND, Điều 14.1.b, 14.3, 15.11 and 16.1; Quyết định
20/2020/QĐ-TTg for the codes.
"""

from datetime import date, timedelta

from django.db import transaction

from access import audit, codes, rights
from access.actors import Actor
from access.models import Agency, AgencyCode, AgencyFunction
from access.refusals import (
    AgencyNotThereError,
    EndBeforeStartError,
    OtherNextDayError,
)
from portal.core.models import LegalBasis
from portal.core.text import nfc


@transaction.atomic
def correct(
    agency: Agency, *, telephone: str, email: str, address: str, by: Actor
) -> Agency:
    """Write down how the agency is reached; raises NotAllowedError."""
    rights.require_anywhere(by.person, "agencies.manage")
    found = Agency.objects.select_for_update().get(pk=agency.pk)
    new = {"telephone": telephone, "email": email, "address": nfc(address)}
    changed = [name for name, value in new.items() if getattr(found, name) != value]
    if not changed:
        return found
    for name in changed:
        setattr(found, name, new[name])
    found.save(update_fields=changed)
    audit.record(found, "access.agency_corrected", by=by, agency=found, changed=changed)
    return found


@transaction.atomic
def open_code(
    agency: Agency, code: str, scheme: str, opened_on: date, *, by: Actor
) -> AgencyCode:
    """Give the agency one more identification code.

    Raises NotAllowedError, CodeFormError, CodeGivenError or AgencyNotThereError.
    """
    rights.require_anywhere(by.person, "agencies.manage")
    written = codes.check(code, scheme)
    _require_there(agency, opened_on)
    made = AgencyCode.objects.create(
        agency=agency, code=written, scheme=scheme, opened_on=opened_on
    )
    audit.record(
        agency,
        "access.code_opened",
        by=by,
        agency=agency,
        code=written,
        starts_on=opened_on.isoformat(),
    )
    return made


@transaction.atomic
def close_code(code: AgencyCode, closed_on: date, *, by: Actor) -> AgencyCode:
    """Close a code on its last day; it is never given again.

    Raises NotAllowedError, CodeClosedError or EndBeforeStartError.
    """
    rights.require_anywhere(by.person, "agencies.manage")
    found = AgencyCode.objects.select_for_update().get(pk=code.pk)
    codes.require_open(found)
    if closed_on < found.opened_on:
        raise EndBeforeStartError(day=_shown(found.opened_on))
    found.closed_on = closed_on
    found.save(update_fields=["closed_on"])
    audit.record(
        found.agency,
        "access.code_closed",
        by=by,
        agency=found.agency,
        code=found.code,
        ends_on=closed_on.isoformat(),
    )
    return found


def present_holder(function: str) -> AgencyFunction | None:
    """Return who holds a function without end, or is the last to hold it."""
    held = AgencyFunction.objects.filter(function=function).select_related("agency")
    return held.order_by("-starts_on", "-pk").first()


@transaction.atomic
def give_function(
    agency: Agency,
    function: str,
    starts_on: date,
    legal_basis: LegalBasis,
    *,
    by: Actor,
) -> AgencyFunction:
    """Let the agency hold a function; the former holder ends the day before.

    Raises NotAllowedError, AgencyNotThereError, or OtherNextDayError if the present
    holder has not begun before that day.
    """
    rights.require_anywhere(by.person, "agencies.manage")
    _require_there(agency, starts_on)
    # One after another: the holder of every function is found by its rows.
    list(AgencyFunction.objects.select_for_update().filter(function=function))
    former = present_holder(function)
    if former is not None and former.starts_on >= starts_on:
        raise OtherNextDayError(agency=former.agency.name, day=_shown(former.starts_on))
    if former is not None and (former.ends_on is None or former.ends_on >= starts_on):
        former.ends_on = starts_on - timedelta(days=1)
        former.save(update_fields=["ends_on"])
    made = AgencyFunction.objects.create(
        agency=agency,
        function=function,
        starts_on=starts_on,
        legal_basis=legal_basis,
        is_verified=legal_basis.is_verified,
    )
    audit.record(
        agency,
        "access.function_moved",
        by=by,
        agency=agency,
        function=function,
        was=former.agency.name if former else "",
        starts_on=starts_on.isoformat(),
        decision=legal_basis.number,
    )
    return made


def _require_there(agency: Agency, day: date) -> None:
    if not agency.is_in_force(day):
        raise AgencyNotThereError(agency=agency.name, day=_shown(day))


def _shown(day: date) -> str:
    return day.strftime("%d/%m/%Y")
