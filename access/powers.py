"""Who could do what on a day, and why: each right with all that it gave.

Says yes exactly where `rights.may` does, which a test compares. Two things are not
dated: what a role contains is today's bundle, and an account that is suspended now
counts as suspended on each day.

Source: Quyết định 06/2012/QĐ-UBND, Điều 8.1, 13.3 and 13.5.b.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from access.models import Account, Agency, Assignment, Role
from access.querysets import AssignmentQuerySet
from access.reach import BETWEEN_AGENCIES


@dataclass(frozen=True)
class Power:
    """One thing that one person could do for one agency, and the right behind it.

    delegator: in whose name, if the right was delegated.
    """

    account: Account
    agency: Agency
    permission: str
    assignment: Assignment
    delegator: Account | None = None


@dataclass(frozen=True)
class Question:
    """Who could do what on a day; None asks for all people, agencies, permissions."""

    day: date
    account: Account | None = None
    agency: Agency | None = None
    permission: str | None = None


def powers(
    day: date,
    account: Account | None = None,
    agency: Agency | None = None,
    permission: str | None = None,
) -> list[Power]:
    """Return who could do what on that day, in three queries whatever their number.

    account, agency, permission: narrow the question; None asks for all.
    """
    asked = Question(day, account, agency, permission)
    held = held_on(asked, Assignment.objects.all())
    return [power for right in held for power in given_by(right, permission)]


def held_on(asked: Question, among: AssignmentQuerySet) -> AssignmentQuerySet:
    """Return the rights that held on that day, with all that explains them."""
    held = among.effective(asked.day)
    if asked.account is not None:
        held = held.filter(account=asked.account)
    if asked.agency is not None:
        held = held.filter(agency=asked.agency)
    if asked.permission is not None:
        giving = Assignment.objects.with_permission(asked.permission)
        held = held.filter(pk__in=giving.values("pk"))
    named = held.select_related(
        "account",
        "agency",
        "role",
        "granted_by",
        "confirmed_by",
        "delegated_from__account",
        "delegated_from__role",
    )
    return named.prefetch_related(
        "role__permissions", "delegated_permissions"
    ).order_by("account__full_name", "account", "agency__name", "starts_on", "pk")


def codes_of(right: Assignment) -> list[str]:
    """Return the permissions that a right gives while it holds."""
    codes = {each.code for each in right.role.permissions.all()}
    if right.delegated_from_id is not None:
        codes &= {each.code for each in right.delegated_permissions.all()}
    if right.scope == "inside":
        codes -= BETWEEN_AGENCIES
    return sorted(codes)


def given_by(right: Assignment, permission: str | None = None) -> Iterable[Power]:
    """Yield each thing that the right lets its holder do, or the one asked for."""
    source = right.delegated_from
    for code in codes_of(right):
        if permission in {None, code}:
            yield Power(
                account=right.account,
                agency=right.agency,
                permission=code,
                assignment=right,
                delegator=source.account if source else None,
            )


def roles_with(permission: str) -> list[Role]:
    """Return the roles whose present bundle contains the permission."""
    return list(Role.objects.filter(permissions__code=permission))
