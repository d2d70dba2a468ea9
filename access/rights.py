"""The one question: may this person do this, for this agency, on that day?"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import F, QuerySet

from access.models import Account, Agency, Assignment
from access.querysets.prepared import Prepared
from access.querysets.rights import gives, moment_of
from access.reach import BETWEEN_AGENCIES
from portal.core import clock
from portal.core.errors import NotAllowedError


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
    question = _question(permission in BETWEEN_AGENCIES, agency is not None)
    return question.has_rows(**_asked(account, permission, agency, on))


@dataclass(frozen=True)
class Basis:
    """The agency for which a right is held, and whoever lent it, by full name."""

    agency: int
    delegator: str | None


def basis(
    account: Account,
    permission: str,
    agency: Agency | None = None,
    on: date | None = None,
) -> Basis | None:
    """Return by what the permission is held, or None if it is not; one query.

    An own right comes before a delegated one: whoever holds both acts for himself.
    """
    question = _question(permission in BETWEEN_AGENCIES, agency is not None)
    row = question.first_row(**_asked(account, permission, agency, on))
    return None if row is None else Basis(*row)


def _asked(
    account: Account, permission: str, agency: Agency | None, on: date | None
) -> dict[str, object]:
    day = on or clock.today()
    asked = {"account": account.pk, "permission": permission, "day": day}
    named = {} if agency is None else {"agency": agency.pk}
    return {**asked, **named, "moment": moment_of(day)}


@cache
def _question(is_between: bool, names_agency: bool) -> Prepared:
    """Return the question; the conditions are those of AssignmentQuerySet."""

    def giving(
        account: int, permission: str, day: date, moment: datetime, **agency: int
    ) -> QuerySet[Assignment, tuple[Any, ...]]:
        held = Assignment.objects.effective_at(day, moment).filter(account=account)
        given = held.filter(gives(permission, is_between=is_between), **agency)
        own_first = F("delegated_from").asc(nulls_first=True)
        return given.order_by(own_first, "starts_on", "pk").values_list(
            "agency", "delegated_from__account__full_name"
        )

    kinds: dict[str, type] = {"account": int, "permission": str}
    if names_agency:
        kinds["agency"] = int
    return Prepared(giving, **kinds, day=date, moment=datetime)


def delegators(account: Account, agency: Agency) -> list[str]:
    """Return for whom the person acts in an agency where he has no post of his own."""
    held = Assignment.objects.effective().filter(account=account, agency=agency)
    names = held.order_by("pk").values_list(
        "delegated_from__account__full_name", flat=True
    )
    found = list(dict.fromkeys(names))
    return [] if None in found else found


def acting_agencies(account: Account) -> list[Agency]:
    """Return the agencies for which this person may act today, oldest post first."""
    posts = (
        Assignment.objects.effective()
        .filter(account=account)
        .select_related("agency")
        .order_by("starts_on", "pk")
    )
    return list({post.agency_id: post.agency for post in posts}.values())


def agencies_where(account: Account, *permissions: str) -> QuerySet[Agency]:
    """Return the agencies for which somebody holds one of the permissions today."""
    return Agency.objects.where(account, *permissions)


def require_anywhere(account: Account, *permissions: str) -> None:
    """Raise NotAllowedError unless one of the permissions is held for some agency."""
    if not Assignment.objects.giving(account, *permissions).exists():
        raise NotAllowedError


def governs(administrator: Account, account: Account) -> bool:
    """Tell whether somebody may suspend, reopen or invite this account again.

    He must manage every agency where it holds a post, today or later: an administrator
    of one agency does not shut out, or take over, a person who also serves another.
    Roles of the province are beyond him unless he manages agencies there.
    """
    if administrator == account:
        return False
    posts = Assignment.objects.filter(account=account).unended()
    if not posts.exists():
        return Account.objects.handled_by(administrator).filter(pk=account.pk).exists()
    managed = Agency.objects.where(administrator, "accounts.manage")
    province = Agency.objects.where(administrator, "agencies.manage")
    own = posts.filter(agency__in=managed, role__is_for_every_agency=True)
    provincial = posts.filter(agency__in=province, role__is_for_every_agency=False)
    return not posts.exclude(pk__in=own).exclude(pk__in=provincial).exists()
