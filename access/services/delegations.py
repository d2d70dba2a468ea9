"""Delegation (ủy quyền): dated, never more than one's own, and never handed on.

The delegate acts in his own name; the trail names both. A delegation ends with the
right it is from, by the will of either person, or by the administrator.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from access import audit, notices
from access.actors import Actor
from access.models import Account, Assignment, DelegatedPermission, Scope
from access.permissions import NOT_DELEGABLE, label_of
from access.reach import BETWEEN_AGENCIES
from access.refusals import (
    AlreadyHeldError,
    DelegationTooLongError,
    NotColleagueError,
    NotDelegableError,
    OwnRightsError,
    PastDayError,
)
from access.services import posts
from portal.core import clock
from portal.core.errors import NotAllowedError, TransitionError

# A delegation stands in for somebody who is away. Whoever is away for longer than a
# quarter is replaced by a post of the other's own, which the head confirms.
LONGEST = timedelta(days=90)


@dataclass(frozen=True)
class Mandate:
    """What is delegated, to whom, and from which day to which."""

    to: Account
    permissions: Collection[str]
    starts_on: date
    ends_on: date
    decision_number: str = ""


def delegable(account: Account) -> QuerySet[Assignment]:
    """Return the rights of one's own of which something can be delegated today."""
    held = Assignment.objects.effective().filter(account=account, delegated_from=None)
    more = held.exclude(role__permissions__code=None).select_related("agency", "role")
    return more.distinct().order_by("agency__name", "role__name", "pk")


def delegable_permissions(source: Assignment) -> list[str]:
    """Return which permissions of a right may be delegated."""
    held = set(source.role.permissions.values_list("code", flat=True))
    if source.scope != Scope.BETWEEN:
        held -= BETWEEN_AGENCIES
    return sorted(held - NOT_DELEGABLE)


def colleagues(source: Assignment) -> QuerySet[Account]:
    """Return to whom it may be delegated: those with a post of their own there."""
    posts_there = Assignment.objects.effective().filter(
        agency=source.agency, delegated_from=None
    )
    found = Account.objects.filter(pk__in=posts_there.values("account"))
    return found.exclude(pk=source.account_id).order_by("full_name")


@transaction.atomic
def delegate(source: Assignment, mandate: Mandate, *, by: Actor) -> Assignment:
    """Let a colleague use some permissions of one's own right for some days.

    Raises NotAllowedError, NotDelegableError, OwnRightsError, NotColleagueError,
    PastDayError, DelegationTooLongError or AlreadyHeldError.
    """
    found = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("account", "agency", "role")
        .get(pk=source.pk)
    )
    _check(found, mandate, by)
    made = Assignment.objects.create(
        account=mandate.to,
        agency=found.agency,
        role=found.role,
        scope=found.scope,
        starts_on=mandate.starts_on,
        ends_on=mandate.ends_on,
        decision_number=mandate.decision_number,
        delegated_from=found,
        granted_by=by.account,
    )
    codes = sorted(set(mandate.permissions))
    DelegatedPermission.objects.bulk_create(
        DelegatedPermission(assignment=made, code=code) for code in codes
    )
    _record(made, "access.right_delegated", by, codes)
    notices.notify(
        mandate.to,
        _("A right was delegated to you"),
        body=_in_words(codes),
        path=reverse("access:delegations"),
        agency=found.agency,
    )
    return made


def _check(source: Assignment, mandate: Mandate, by: Actor) -> None:
    if source.account != by.account:
        raise NotAllowedError
    if mandate.to == by.account:
        raise OwnRightsError
    if source.delegated_from_id is not None or not delegable(by.person).contains(
        source
    ):
        raise NotDelegableError
    wanted = set(mandate.permissions)
    if not wanted or wanted - set(delegable_permissions(source)):
        raise NotDelegableError
    if not colleagues(source).contains(mandate.to):
        raise NotColleagueError(agency=source.agency.name)
    _check_days(source, mandate)
    overlapping = source.delegations.filter(
        account=mandate.to,
        revoked_at=None,
        starts_on__lte=mandate.ends_on,
        ends_on__gte=mandate.starts_on,
    )
    if overlapping.exists():
        raise AlreadyHeldError(name=mandate.to.full_name, role=source.role.name)


def _check_days(source: Assignment, mandate: Mandate) -> None:
    if mandate.starts_on < clock.today():
        raise PastDayError
    latest = mandate.starts_on + LONGEST - timedelta(days=1)
    if source.ends_on is not None:
        latest = min(latest, source.ends_on)
    if not mandate.starts_on <= mandate.ends_on <= latest:
        raise DelegationTooLongError(day=latest.strftime("%d/%m/%Y"))


@transaction.atomic
def end(delegation: Assignment, *, by: Actor, reason: str = "") -> None:
    """End a delegation at once: either of the two, or the agency's administrator.

    Raises NotAllowedError, or TransitionError if it has ended.
    """
    found = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("account", "agency", "role", "delegated_from__account")
        .get(pk=delegation.pk)
    )
    source = found.delegated_from
    if source is None:
        raise NotAllowedError
    is_one_of_them = by.account in {found.account, source.account}
    if not is_one_of_them and not posts.may_end(found, by):
        raise NotAllowedError
    if not posts.cut(Assignment.objects.filter(pk=found.pk)):
        last_day = f"{found.ends_on:%d/%m/%Y}"
        raise TransitionError(was=last_day, wanted=f"{clock.today():%d/%m/%Y}")
    codes = found.delegated_permissions.values_list("code", flat=True)
    _record(found, "access.delegation_ended", by, list(codes), reason)
    for person in {found.account, source.account} - {by.account}:
        notices.notify(
            person,
            _("A delegation has ended"),
            body=found.role.name,
            path=reverse("access:delegations"),
            agency=found.agency,
        )


def _in_words(codes: list[str]) -> str:
    """Return permissions in the portal's own language, whoever reads the page now."""
    with translation.override(settings.LANGUAGE_CODE):
        return ", ".join(label_of(code) for code in codes)


def _record(
    delegation: Assignment,
    event: str,
    by: Actor,
    codes: list[str],
    reason: str = "",
) -> None:
    source = delegation.delegated_from
    audit.record(
        source.account if source else delegation.account,
        event,
        by=by,
        agency=delegation.agency,
        delegate=delegation.account.full_name,
        role=delegation.role.name,
        permissions=codes,
        delegated=_in_words(codes),
        starts_on=delegation.starts_on.isoformat(),
        ends_on=delegation.ends_on.isoformat() if delegation.ends_on else "",
        decision=delegation.decision_number,
        reason=reason,
    )
