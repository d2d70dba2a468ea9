"""Rights: granted by one person, confirmed by another, ended on a day.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b and 15.7.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from access import audit
from access.actors import Actor
from access.models import Account, Agency, Assignment, Role, Scope
from access.querysets import AssignmentQuerySet
from access.refusals import (
    AccountEndedError,
    AgencyEndedError,
    AlreadyHeldError,
    LastDayError,
    LongerRightError,
    MoreThanHeldError,
    OwnRightsError,
    ScopeBeyondError,
    SecondHeadError,
)
from access.services import last_administrator
from portal.core import clock
from portal.core.errors import NotAllowedError, SecondPersonError, TransitionError

HEAD = "agency_head"


@dataclass(frozen=True)
class Post:
    """A role for an agency, by decision, from its first day to its last."""

    agency: Agency
    role: Role
    starts_on: date
    ends_on: date | None = None
    position: str = ""
    decision_number: str = ""
    scope: str = Scope.BETWEEN


@transaction.atomic
def grant(
    account: Account, post: Post, *, by: Actor, asked_by: Account | None = None
) -> Assignment:
    """Give a person a role, within what the grantor himself holds to grant.

    asked_by: who asked, where the grantor approves the request of another. Roles of
    the province, and appointments in agencies that the grantor does not administer,
    need it: one holder of accounts.appoint asks, and another approves.

    Raises NotAllowedError, OwnRightsError, MoreThanHeldError, ScopeBeyondError,
    SecondHeadError, AccountEndedError, AgencyEndedError, AlreadyHeldError or
    LastDayError; nothing is changed then.
    """
    if account == by.account:
        raise OwnRightsError
    # Who asks for himself is not one of the two persons.
    first = asked_by if asked_by != account else None
    require_grantable(post, by=by, asked_by=first)
    agency = Agency.objects.select_for_update(no_key=True).get(pk=post.agency.pk)
    _check(account, post, agency)
    made = Assignment.objects.create(
        account=account, granted_by=by.account, **vars(post)
    )
    audit.record(
        account,
        "access.right_granted",
        by=by,
        agency=post.agency,
        role=post.role.name,
        scope=post.scope,
        starts_on=post.starts_on.isoformat(),
        ends_on=post.ends_on.isoformat() if post.ends_on else "",
        decision=post.decision_number,
    )
    return made


def giving_to_grant(
    account: Account, agency: Agency | None = None
) -> QuerySet[Assignment]:
    """Return the rights by which somebody grants: his own, never delegated ones."""
    held = Assignment.objects.giving(account, "accounts.manage")
    held = held.filter(delegated_from=None)
    return held if agency is None else held.filter(agency=agency)


def grantable_roles(account: Account, agency: Agency | None = None) -> QuerySet[Role]:
    """Return the roles that somebody may grant alone: in that agency, or in any."""
    by_right = giving_to_grant(account, agency).values("role")
    listed = Q(granted_by_roles__role__in=by_right)
    return Role.objects.filter(listed, is_for_every_agency=True).distinct()


def appoints(account: Account) -> bool:
    """Tell whether somebody appoints for the province, together with another."""
    held = Assignment.objects.giving(account, "accounts.appoint")
    return held.filter(delegated_from=None).exists()


def require_grantable(
    post: Post, *, by: Actor, asked_by: Account | None = None
) -> None:
    """Raise unless the actor may grant this: alone, or as the second of two.

    Raises NotAllowedError, MoreThanHeldError or ScopeBeyondError.
    """
    # The command line has no account: it makes the first administrator.
    if by.account is None or _appointed_by_two(by.account, asked_by):
        return
    own = giving_to_grant(by.account, post.agency)
    if not own.exists():
        raise NotAllowedError
    giving = own.filter(role__grants__granted=post.role)
    if not post.role.is_for_every_agency or not giving.exists():
        raise MoreThanHeldError(role=post.role.name)
    if post.scope == Scope.BETWEEN and not giving.filter(scope=Scope.BETWEEN).exists():
        raise ScopeBeyondError(agency=post.agency.name)


def _appointed_by_two(second: Account, first: Account | None) -> bool:
    return (
        first is not None and first != second and appoints(first) and appoints(second)
    )


def _check(account: Account, post: Post, agency: Agency) -> None:
    if not account.is_active:
        raise AccountEndedError(name=account.full_name)
    if post.ends_on and post.ends_on < post.starts_on:
        raise LastDayError(day=_day(post.starts_on))
    # A past first day stays as the decision has it; the agency must still be there.
    for day in {post.starts_on, max(post.starts_on, clock.today())}:
        if not agency.is_in_force(day):
            raise AgencyEndedError(agency=agency.name, day=_day(day))
    same = _overlapping(post).filter(account=account)
    if same.exists():
        raise AlreadyHeldError(name=account.full_name, role=post.role.name)
    if post.role.code == HEAD:
        _keep_one_head(post)


def _overlapping(post: Post) -> QuerySet[Assignment]:
    """Return the rights to the same role there whose days overlap with these."""
    held = Assignment.objects.filter(
        agency=post.agency, role=post.role, delegated_from=None, revoked_at=None
    ).filter(Q(ends_on=None) | Q(ends_on__gte=post.starts_on))
    return held.filter(starts_on__lte=post.ends_on) if post.ends_on else held


def _keep_one_head(post: Post) -> None:
    # A suspended head counts: his account may be opened again.
    present = _overlapping(post).select_related("account")
    found = present.order_by("starts_on").first()
    if found is not None:
        raise SecondHeadError(
            name=found.account.full_name,
            agency=post.agency.name,
            since=_day(found.starts_on),
            until=_day(found.ends_on),
        )


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else "…"


@transaction.atomic
def confirm(assignment: Assignment, *, by: Actor) -> Assignment:
    """Confirm a right: the head, who neither granted it nor holds it.

    A second call changes nothing.

    Raises NotAllowedError or SecondPersonError.
    """
    found = Assignment.objects.select_for_update().get(pk=assignment.pk)
    by.require("accounts.confirm", found.agency)
    if by.account in {found.account, found.granted_by}:
        raise SecondPersonError
    if found.confirmed_at is not None:
        return found
    found.confirmed_by, found.confirmed_at = by.account, clock.now()
    found.save(update_fields=["confirmed_by", "confirmed_at"])
    audit.record(
        found.account,
        "access.right_confirmed",
        by=by,
        agency=found.agency,
        role=found.role.name,
    )
    return found


@transaction.atomic
def end(assignment: Assignment, last_day: date, *, by: Actor, reason: str) -> None:
    """Let a right end; on the day after its last nothing of it works any more.

    What was delegated from it ends with it.

    Raises NotAllowedError, OwnRightsError, TransitionError, LastDayError,
    LongerRightError, LastAdministratorError or LastAppointerError.
    """
    found = _endable(assignment, by)
    if last_day < found.starts_on:
        raise LastDayError(day=_day(found.starts_on))
    # A longer right is a new right: granted anew, and confirmed anew.
    if found.ends_on is not None and last_day > found.ends_on:
        raise LongerRightError(day=_day(found.ends_on))
    if found.ends_on is None or last_day < found.ends_on:
        next_day = last_day + timedelta(days=1)
        last_administrator.require_another(
            found.agency, found.account, next_day, ending=[found]
        )
    found.ends_on = last_day
    found.save(update_fields=["ends_on"])
    found.delegations.filter(starts_on__lte=last_day, ends_on__gt=last_day).update(
        ends_on=last_day
    )
    cut(found.delegations.filter(starts_on__gt=last_day))
    audit.record(
        found.account,
        "access.right_ended",
        by=by,
        agency=found.agency,
        role=found.role.name,
        ends_on=last_day.isoformat(),
        reason=reason,
    )


@transaction.atomic
def revoke(assignment: Assignment, *, by: Actor, reason: str) -> None:
    """Cut a right off this very moment, and what was delegated from it.

    Raises NotAllowedError, OwnRightsError, TransitionError, LastAdministratorError or
    LastAppointerError.
    """
    found = _endable(assignment, by)
    last_administrator.require_another(
        found.agency, found.account, clock.today(), ending=[found]
    )
    cut(Assignment.objects.filter(Q(pk=found.pk) | Q(delegated_from=found)))
    audit.record(
        found.account,
        "access.right_revoked",
        by=by,
        agency=found.agency,
        role=found.role.name,
        reason=reason,
    )


def cut(rights: AssignmentQuerySet) -> int:
    """Stop rights at once; return how many still held. It asks nobody and tells nobody.

    The last day never lies before the first: what had not begun stays on record as one
    day, cut off before it came.
    """
    moment, today = clock.now(), clock.today()
    # The keys are fetched first: the first update would change what the filter finds.
    held = list(rights.unended().values_list("pk", flat=True))
    still = Assignment.objects.filter(pk__in=held)
    still.filter(starts_on__gt=today).update(ends_on=F("starts_on"), revoked_at=moment)
    still.filter(starts_on__lte=today).update(ends_on=today, revoked_at=moment)
    return len(held)


def may_end(assignment: Assignment, by: Actor) -> bool:
    """Tell whether the actor may end a right of somebody else.

    A role of the province is ended by those who appoint for it, not by the
    administrator of the agency where its holder sits.
    """
    if assignment.role.is_for_every_agency:
        return by.may("accounts.manage", assignment.agency)
    return by.account is None or appoints(by.account)


def _endable(assignment: Assignment, by: Actor) -> Assignment:
    found = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("account", "agency", "role")
        .get(pk=assignment.pk)
    )
    if not may_end(found, by):
        raise NotAllowedError
    if found.account == by.account:
        raise OwnRightsError
    if found.has_ended or found.revoked_at is not None:
        raise TransitionError(was=_day(found.ends_on), wanted=_day(clock.today()))
    return found
