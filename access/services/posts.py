"""Rights: granted by one person, confirmed by another, ended on a day.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b and 15.7.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from access import audit
from access.actors import Actor
from access.models import Account, Agency, Assignment, Role
from access.refusals import (
    AccountEndedError,
    AgencyEndedError,
    AlreadyHeldError,
    LastDayError,
    MoreThanHeldError,
    OwnRightsError,
)
from portal.core import clock
from portal.core.errors import SecondPersonError, TransitionError


@dataclass(frozen=True)
class Post:
    """A role for an agency, by decision, from its first day to its last."""

    agency: Agency
    role: Role
    starts_on: date
    ends_on: date | None = None
    position: str = ""
    decision_number: str = ""


@transaction.atomic
def grant(account: Account, post: Post, *, by: Actor) -> Assignment:
    """Give a person a role in the agency that the grantor administers.

    Raises NotAllowedError, OwnRightsError, MoreThanHeldError, AccountEndedError,
    AgencyEndedError, AlreadyHeldError or LastDayError; nothing is changed then.
    """
    by.require("accounts.manage", post.agency)
    _check(account, post, by)
    made = Assignment.objects.create(
        account=account, granted_by=by.account, **vars(post)
    )
    audit.record(
        account,
        "access.right_granted",
        by=by,
        agency=post.agency,
        role=post.role.name,
        starts_on=post.starts_on.isoformat(),
        ends_on=post.ends_on.isoformat() if post.ends_on else "",
        decision=post.decision_number,
    )
    return made


def _check(account: Account, post: Post, by: Actor) -> None:
    if account == by.account:
        raise OwnRightsError
    # The command line has no account: it makes the first administrator.
    if by.account is not None and not post.role.is_for_every_agency:
        raise MoreThanHeldError(role=post.role.name)
    if not account.is_active:
        raise AccountEndedError(name=account.full_name)
    if not post.agency.is_in_force(post.starts_on):
        day = post.starts_on.strftime("%d/%m/%Y")
        raise AgencyEndedError(agency=post.agency.name, day=day)
    if post.ends_on and post.ends_on < post.starts_on:
        raise LastDayError(day=post.starts_on.strftime("%d/%m/%Y"))
    same = Assignment.objects.filter(
        account=account, agency=post.agency, role=post.role
    )
    if same.unended().exists():
        raise AlreadyHeldError(name=account.full_name, role=post.role.name)


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

    Raises NotAllowedError, OwnRightsError, TransitionError or LastDayError.
    """
    found = Assignment.objects.select_for_update().get(pk=assignment.pk)
    by.require("accounts.manage", found.agency)
    if found.account == by.account:
        raise OwnRightsError
    if found.ends_on is not None and found.ends_on < clock.today():
        raise TransitionError(was=found.ends_on, wanted=last_day)
    if last_day < found.starts_on:
        raise LastDayError(day=found.starts_on.strftime("%d/%m/%Y"))
    found.ends_on = last_day
    found.save(update_fields=["ends_on"])
    audit.record(
        found.account,
        "access.right_ended",
        by=by,
        agency=found.agency,
        role=found.role.name,
        ends_on=last_day.isoformat(),
        reason=reason,
    )
