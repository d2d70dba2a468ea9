"""The password, and the short wait between it and the second factor.

Nobody is anybody in between: the session stays anonymous and only remembers whose
second factor it may try, for a few minutes and a few tries.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from access import audit, notices
from access.actors import Actor
from access.login import origin
from access.models import Account, Agency, Assignment, AuditEntry
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
    _note_refusal(request, name, "access.sign_in_refused")
    return None


def refuse_second_factor(request: HttpRequest, account: Account) -> None:
    """Count a wrong code like a wrong password: the limit of tries covers both."""
    name = account.get_username().lower()
    user_login_failed.send(__name__, credentials={"username": name}, request=request)
    _note_refusal(request, name, "access.second_factor_refused")


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


@transaction.atomic
def _note_refusal(request: HttpRequest, username: str, event: str) -> None:
    """Write the refusal into the trail, and tell the administrators of a lock-out.

    What was typed as an unknown name is not kept: people type passwords there. The same
    queries run whether the name is known or not.

    Source: Quyết định 06/2012/QĐ-UBND, Điều 12.2.
    """
    known = Account.objects.filter(username=username).first()
    agency = _agency_of(known)
    by = Actor(
        account=None,
        address=origin.client_address(request),
        device=origin.device(request),
    )
    target = known or Account()
    if not getattr(request, "axes_locked_out", False):
        audit.record(target, event, by=by, agency=agency)
    elif not _is_noted(target, by):
        audit.record(target, event, by=by, agency=agency)
        audit.record(target, "access.locked_out", by=by, agency=agency)
        if known and agency:
            notices.notify_holders(
                "accounts.manage",
                agency,
                format_lazy(_("Repeated wrong sign-in: {name}"), name=known.full_name),
                body=format_lazy(
                    _("Too many wrong tries from {address}. Ask whether it was he."),
                    address=by.address,
                ),
                path=reverse("access:account", args=[known.pk]),
            )


def _agency_of(account: Account | None) -> Agency | None:
    posts = Assignment.objects.in_force().filter(account=account or Account(pk=0))
    post = posts.select_related("agency").order_by("starts_on", "pk").first()
    return post.agency if post else None


def _is_noted(target: Account, by: Actor) -> bool:
    since = clock.now() - settings.AXES_COOLOFF_TIME
    return AuditEntry.objects.filter(
        event="access.locked_out",
        object_pk=str(target.pk),
        remote_addr=by.address,
        timestamp__gt=since,
    ).exists()
