"""Accounts: suspended and opened again; the person's own password and codes."""

from django.db import transaction
from django.http import HttpRequest

from access import audit, rights
from access.actors import Actor
from access.login import second_factor, sessions
from access.models import Account
from access.refusals import AccountBeyondError, OwnRightsError, WrongCodeError


@transaction.atomic
def suspend(account: Account, *, by: Actor, reason: str) -> None:
    """Shut an account and end all its sign-ins at once; a second call does nothing.

    Raises OwnRightsError or AccountBeyondError.
    """
    found = _governed(account, by)
    if not found.is_active:
        return
    found.is_active = False
    found.save(update_fields=["is_active"])
    sessions.end_all(found, by=by)
    audit.record(found, "access.account_suspended", by=by, reason=reason)


@transaction.atomic
def reopen(account: Account, *, by: Actor, reason: str) -> None:
    """Open a suspended account; its rights are those that still stand.

    Raises OwnRightsError or AccountBeyondError.
    """
    found = _governed(account, by)
    if found.is_active:
        return
    found.is_active = True
    found.save(update_fields=["is_active"])
    audit.record(found, "access.account_reopened", by=by, reason=reason)


def _governed(account: Account, by: Actor) -> Account:
    found = Account.objects.select_for_update().get(pk=account.pk)
    if found == by.account:
        raise OwnRightsError
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
