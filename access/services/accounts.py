"""Accounts: suspended and opened again; the person's own password and codes."""

from django.db import transaction
from django.http import HttpRequest

from access import audit, rights
from access.actors import Actor
from access.login import second_factor, sessions
from access.models import Account
from access.refusals import (
    AccountBeyondError,
    LeftAccountError,
    OwnRightsError,
    WrongCodeError,
)
from access.services import last_administrator, posts
from portal.core import clock


def note_read(account: Account, *, by: Actor) -> None:
    """Note who looked at another person's account; one's own is no secret (Đ12.3)."""
    if account != by.account:
        audit.record(account, "access.account_read", by=by)


@transaction.atomic
def suspend(account: Account, *, by: Actor, reason: str) -> None:
    """Shut an account and end all its sign-ins at once; a second call does nothing.

    Raises OwnRightsError, AccountBeyondError, LastAdministratorError or
    LastAppointerError.
    """
    found = _governed(account, by)
    if not found.is_active:
        return
    last_administrator.require_another_everywhere(found, clock.today())
    found.is_active = False
    found.save(update_fields=["is_active"])
    sessions.end_all(found, by=by)
    audit.record(found, "access.account_suspended", by=by, reason=reason)


@transaction.atomic
def reopen(
    account: Account, *, by: Actor, reason: str, asked_by: Account | None = None
) -> None:
    """Open a suspended account; its rights are those that still stand.

    asked_by: who asked, where the actor approves the request of another: somebody who
    left comes back in no other way.

    Raises OwnRightsError, AccountBeyondError or LeftAccountError.
    """
    found = _governed(account, by, asked_by)
    if found.is_active:
        return
    if found.left_on is not None and asked_by is None:
        day = found.left_on.strftime("%d/%m/%Y")
        raise LeftAccountError(name=found.full_name, day=day)
    found.is_active, found.left_on = True, None
    found.idle_told_at = None  # he has time again to sign in
    found.save(update_fields=["is_active", "left_on", "idle_told_at"])
    audit.record(found, "access.account_reopened", by=by, reason=reason)


def _governed(account: Account, by: Actor, asked_by: Account | None = None) -> Account:
    found = Account.objects.select_for_update().get(pk=account.pk)
    if found == by.account:
        raise OwnRightsError
    # Where the actor is the second person, such as the head, the first must govern.
    first = asked_by if asked_by != by.account else None
    if first and (rights.governs(first, found) or posts.appoints(first)):
        return found
    if not rights.governs(by.person, found):
        raise AccountBeyondError(name=found.full_name)
    return found


def change_password(
    request: HttpRequest, new_password: str, code: str, *, by: Actor
) -> None:
    """Change one's own password, after a code; every other sign-in ends.

    The form has asked for the old password and has tried the new one's rules.

    Raises WrongCodeError.
    """
    _prove(by, code)
    account, session = by.person, by.own_session
    with transaction.atomic():
        account.set_password(new_password)
        account.save(update_fields=["password"])
        sessions.end_all(account, by=by, but=session)
        sessions.keep_through_new_password(request, session)
        audit.record(account, "access.password_changed", by=by)


def renew_codes(code: str, *, by: Actor) -> list[str]:
    """Replace one's recovery codes, after a code; return the new ones.

    Raises WrongCodeError.
    """
    _prove(by, code)
    return second_factor.new_codes(by.person, by=by)


def _prove(by: Actor, code: str) -> None:
    # Outside of any other transaction: a wrong try must be counted, not rolled back.
    if second_factor.check(by.person, code) is None:
        raise WrongCodeError
