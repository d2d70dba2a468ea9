"""One's own passkeys: added, named and removed, each time told to their owner."""

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from access import audit, notices
from access.actors import Actor
from access.login import passkeys, proof, second_factor, sessions
from access.models import Account, LoginSession, Passkey
from access.refusals import LastFactorError, TooManyPasskeysError
from portal.core.errors import NotAllowedError

AT_MOST = 10


def add(request: HttpRequest, answer: str, name: str, *, by: Actor) -> Passkey:
    """Add a passkey to one's own account; what one signed in with stays as it was.

    Raises NotAllowedError without a recent proof, TooManyPasskeysError or
    PasskeyRefusedError.

    Source: CVE-2019-16766 and GHSA-8r76-c459-ww98: a key enrolled by half a sign-in.
    """
    if not proof.is_recent(by.own_session):
        raise NotAllowedError
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=by.person.pk)
        if len(second_factor.passkeys_of(account)) >= AT_MOST:
            raise TooManyPasskeysError(most=AT_MOST)
        made = passkeys.register(request, account, answer, name)
        audit.record(account, "access.passkey_added", by=by, passkey=name)
        _tell(account, by, name, _("A passkey was added to your account"))
    return made


@transaction.atomic
def rename(passkey: Passkey, name: str, *, by: Actor) -> None:
    """Give one's passkey another name."""
    if passkey.name == name:
        return
    Passkey.objects.filter(pk=passkey.pk, user=by.person).update(name=name)
    audit.record(by.person, "access.passkey_renamed", by=by, passkey=name)


@transaction.atomic
def remove(passkey: Passkey, *, by: Actor) -> None:
    """Remove one's passkey; every other sign-in made with a passkey ends.

    Raises LastFactorError if nothing but the password would be left, and
    NotAllowedError without a recent proof.
    """
    if not proof.is_recent(by.own_session):
        raise NotAllowedError
    account = Account.objects.select_for_update().get(pk=by.person.pk)
    others = [key for key in second_factor.passkeys_of(account) if key != passkey]
    if not others and not second_factor.devices_of(account):
        raise LastFactorError
    Passkey.objects.filter(pk=passkey.pk, user=account).delete()
    for session in LoginSession.objects.filter(
        account=account, ended_at=None, method="passkey"
    ).exclude(pk=by.own_session.pk):
        sessions.end(session, by=by)
    audit.record(account, "access.passkey_removed", by=by, passkey=passkey.name)
    _tell(account, by, passkey.name, _("A passkey was removed from your account"))


def _tell(account: Account, by: Actor, name: str, subject: str | Promise) -> None:
    notices.notify(
        account,
        subject,
        body=format_lazy(
            _(
                "Passkey “{name}”, from the address {address}. If it was not you: end "
                "all sign-ins under “My account”, and call your administrator at once."
            ),
            name=name,
            address=by.address or "–",
        ),
        path=reverse("access:own-account"),
        agency=by.agency,
    )
