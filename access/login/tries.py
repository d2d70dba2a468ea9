"""Wrong tries of every kind: counted in one place, written down, and stopped.

A wrong password, a wrong code and a wrong passkey count alike, by name and address
together (django-axes), whether somebody is signing in or is signed in already.
"""

from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from access import audit, notices
from access.actors import Actor
from access.login import origin
from access.models import Account, Agency, Assignment, AuditEntry
from portal.core import clock


def is_locked_out(request: HttpRequest, account: Account) -> bool:
    """Tell whether this name was tried too often from this address just now."""
    name = account.get_username().lower()
    return not AxesProxyHandler.is_allowed(request, {"username": name})


def count(request: HttpRequest, account: Account, event: str) -> None:
    """Count one wrong try of a known person; call it outside of any transaction."""
    name = account.get_username().lower()
    user_login_failed.send(__name__, credentials={"username": name}, request=request)
    note(request, name, event)


def forget(request: HttpRequest, account: Account) -> None:
    """Forget the wrong tries from this address, after a right one."""
    reset(ip=origin.client_address(request), username=account.get_username().lower())


@transaction.atomic
def note(request: HttpRequest, username: str, event: str) -> None:
    """Write a refusal into the trail, and tell the administrators of a lock-out.

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
