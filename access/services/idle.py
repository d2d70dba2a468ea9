"""Accounts that nobody uses: told first, then suspended.

Who has not signed in for settings.PORTAL_IDLE_DAYS days is told a week before, and
suspended when that week is over too. The last administrator of an agency or of the
province is never suspended so: he only stands in the list of what must be looked at.

Source: TCVN 14423:2026, levels 1-2 (not read by us); Quyết định 06/2012/QĐ-UBND, Điều
13.5.b.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access import audit, notices
from access.actors import Actor
from access.login import sessions
from access.models import Account
from access.querysets import AccountQuerySet
from access.refusals import LastAdministratorError, LastAppointerError
from access.services import last_administrator
from portal.core import clock

TOLD_BEFORE = timedelta(days=7)
SWEEP = Actor.system("idle accounts")


def limit() -> timedelta:
    """Return after how long without a sign-in an account is idle; zero: never."""
    return timedelta(days=settings.PORTAL_IDLE_DAYS)


def sweep() -> int:
    """Tell and suspend whoever is due; return how many. Safe to run twice at once."""
    if not limit():
        return 0
    at = clock.now()
    told = sum(_tell(pk, at) for pk in _to_tell(at).values_list("pk", flat=True))
    due = _to_suspend(at).values_list("pk", flat=True)
    return told + sum(_suspend(pk, at) for pk in due)


def idle(at: datetime) -> AccountQuerySet:
    """Return the accounts that nobody has used for too long."""
    return Account.objects.unused_since(at - limit())


def _to_tell(at: datetime) -> AccountQuerySet:
    """Return who was not told since he last signed in. The demo sleeps undisturbed."""
    soon = Account.objects.unused_since(at - limit() + TOLD_BEFORE)
    untold = Q(idle_told_at=None) | Q(idle_told_at__lt=F("last_login"))
    return soon.filter(untold, is_demo=False)


def _to_suspend(at: datetime) -> AccountQuerySet:
    told = Q(idle_told_at__lte=at - TOLD_BEFORE)
    since = Q(last_login=None) | Q(idle_told_at__gte=F("last_login"))
    return idle(at).filter(told & since, is_demo=False)


@transaction.atomic
def _tell(pk: int, at: datetime) -> bool:
    """Tell one person; the update is the claim."""
    if not _to_tell(at).filter(pk=pk).update(idle_told_at=at):
        return False
    day = clock.vietnamese_day(at + TOLD_BEFORE).strftime("%d/%m/%Y")
    account = Account.objects.get(pk=pk)
    notices.notify(
        account,
        gettext_lazy("Sign in soon, or your account is suspended"),
        body=format_lazy(
            gettext_lazy(
                "Nobody has signed in with your account for a long time. Without a "
                "sign-in it is suspended on {day}. Your agency administrator can open "
                "it again."
            ),
            day=day,
        ),
        path=reverse("access:own-account"),
    )
    audit.record(account, "access.idle_account_told", by=SWEEP, day=day)
    return True


def _suspend(pk: int, at: datetime) -> bool:
    try:
        return _suspend_unless_last(pk, at)
    except (LastAdministratorError, LastAppointerError):
        return False


@transaction.atomic
def _suspend_unless_last(pk: int, at: datetime) -> bool:
    found = _to_suspend(at).select_for_update().filter(pk=pk).first()
    if found is None:
        return False
    last_administrator.require_another_everywhere(found, clock.vietnamese_day(at))
    found.is_active = False
    found.save(update_fields=["is_active"])
    sessions.end_all(found, by=SWEEP)
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("no sign-in for %(days)d days") % {"days": settings.PORTAL_IDLE_DAYS}
    audit.record(found, "access.account_suspended", by=SWEEP, reason=reason)
    return True
