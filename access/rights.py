"""The one question: may this person do this, for this agency, on that day?"""

from datetime import date

from access.models import Account, Agency, Assignment
from portal.core.dated import in_force_on
from portal.core import clock


def may(
    account: Account,
    permission: str,
    agency: Agency | None = None,
    on: date | None = None,
) -> bool:
    """Tell whether an assignment of that day gives the permission; one query.

    agency: the agency for which the act is done; None asks "for any agency at all",
    which is right only where the act belongs to no agency.

    Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b.
    """
    giving = Assignment.objects.giving(account, permission, on=on)
    if agency is not None:
        giving = giving.filter(agency=agency)
    return giving.exists()


def acting_agencies(account: Account) -> list[Agency]:
    """Return the agencies for which this person may act today, oldest post first."""
    day = clock.today()
    posts = (
        Assignment.objects.in_force(day)
        .filter(in_force_on(day, "agency__"), account=account)
        .select_related("agency")
        .order_by("starts_on", "pk")
    )
    return list({post.agency_id: post.agency for post in posts}.values())
