"""The password, and the short wait between it and the second factor.

Nobody is anybody in between: the session stays anonymous and only remembers whose
second factor it may try, for a few minutes and a few tries.
"""

from datetime import timedelta

from django.contrib import auth
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from access.login import tries
from access.models import Account
from portal.core import clock

LASTS = timedelta(minutes=5)
_KEPT_AS = "first_factor"


def check(request: HttpRequest, username: str, password: str) -> Account | None:
    """Return the active account of this name and password, else None.

    An unknown name, a wrong password and a suspended account cost the same work and
    get the same answer; django-axes counts them by name and address.
    """
    name = username.strip().lower()
    found = auth.authenticate(request, username=name, password=password)
    if isinstance(found, Account):
        return found
    tries.note(request, name, "access.sign_in_refused")
    return None


def remember(request: HttpRequest, account: Account) -> None:
    """Let this browser try the second factor of the account, and no other's."""
    request.session.flush()
    request.session[_KEPT_AS] = {
        "account": account.pk,
        "since": clock.now().timestamp(),
        "password": account.get_session_auth_hash(),
    }


def forget(request: HttpRequest) -> None:
    """Begin again with the password."""
    request.session.pop(_KEPT_AS, None)


def waiting(request: HttpRequest) -> Account | None:
    """Return whose second factor this browser may try, or None: begin again."""
    kept = request.session.get(_KEPT_AS)
    if not kept:
        return None
    age = clock.now().timestamp() - kept["since"]
    account = Account.objects.filter(pk=kept["account"], is_active=True).first()
    # A password changed in between asks for the new one.
    if (
        account is None
        or not 0 <= age < LASTS.total_seconds()
        or not constant_time_compare(kept["password"], account.get_session_auth_hash())
    ):
        forget(request)
        return None
    return account
