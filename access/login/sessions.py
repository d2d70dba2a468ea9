"""Sign-ins: begun with both factors, ended by hand, by silence or by the clock.

Limits: settings.PORTAL_SESSION_IDLE, PORTAL_ADMIN_IDLE and PORTAL_SESSION_ABSOLUTE.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django_otp import login as otp_login
from django_otp.models import Device

from access import audit, rights
from access.actors import Actor
from access.login import devices, editors, origin, second_factor
from access.models import (
    Account,
    Agency,
    Assignment,
    LoginSession,
    Passkey,
    RecoveryDevice,
)
from access.models.login import code_digest
from access.querysets.login import ADMINISTERS
from access.refusals import NotYourAgencyError
from portal.core import clock

# `last_seen_at` is written at most this often, so that reading pages writes little.
SEEN_EVERY = timedelta(seconds=60)


def _amr(device: Device, *, is_alone: bool) -> str:
    """Return how the person proved himself, in the names of RFC 8176.

    A recovery code is a one-time password from a sheet, "otp": not "kba", which means
    questions about one's life. A key that its maker copies between devices lies in
    software, "swk"; another is bound to its hardware, "hwk". A passkey alone is two
    factors, since it verified its owner, "user", before it answered.
    """
    if not isinstance(device, Passkey):
        return "pwd otp mfa"
    key = "swk" if device.backup_eligible else "hwk"
    return f"{key} user mfa" if is_alone else f"pwd {key} mfa"


@transaction.atomic
def begin(
    request: HttpRequest, account: Account, device: Device, *, is_alone: bool = False
) -> LoginSession:
    """Sign the person in, after both factors were right; a new key from here on.

    is_alone: a passkey was the whole sign-in, without the password.
    """
    auth.login(request, account, backend=settings.AUTHENTICATION_BACKENDS[-1])
    request.session.cycle_key()
    otp_login(request, device)
    editors.sync(account)
    agencies = rights.acting_agencies(account)
    session = LoginSession.objects.create(
        account=account,
        key_digest=code_digest(_key(request)),
        acting_agency=agencies[0] if agencies else None,
        address=origin.client_address(request),
        device=origin.device(request),
        method=second_factor.method_of(device),
        amr=_amr(device, is_alone=is_alone),
        is_administrator=_administers(account),
    )
    by = Actor(
        account=account,
        agency=session.acting_agency,
        address=session.address,
        device=session.device,
        session=session,
    )
    if isinstance(device, RecoveryDevice):
        audit.record(account, "access.recovery_code_used", by=by)
    audit.record(
        session, "access.signed_in", by=by, method=session.method, amr=session.amr
    )
    devices.recognise(request, session)
    return session


def current(request: HttpRequest) -> LoginSession | None:
    """Return the sign-in of this request, or None if there is none that holds.

    One query for anybody with a session cookie; none for the public.
    """
    if not request.session.session_key or not request.user.is_authenticated:
        return None
    if not request.user.is_verified():  # type: ignore[attr-defined] # OTPMiddleware's
        return None
    found = (
        LoginSession.objects.select_related("account", "acting_agency")
        .filter(key_digest=code_digest(_key(request)), ended_at=None)
        .first()
    )
    if found is None or not _holds(found, clock.now()):
        return None
    _note_seen(found)
    return found


def _holds(session: LoginSession, at: datetime) -> bool:
    if not session.account.is_active:
        return False
    # A clock set back must not lengthen a session: only what lies ahead is odd.
    idle = at - session.last_seen_at
    age = at - session.started_at
    if idle >= settings.PORTAL_ADMIN_IDLE and _is_administrators(session):
        return False
    limits = settings.PORTAL_SESSION_IDLE, settings.PORTAL_SESSION_ABSOLUTE
    return idle < limits[0] and age < limits[1]


def _is_administrators(session: LoginSession) -> bool:
    """Tell whether this sign-in locks sooner; a right gained since counts at once.

    One lost since does not loosen it: whoever began as an administrator stays one
    until he signs in again.
    """
    return session.is_administrator or _administers(session.account)


def _administers(account: Account) -> bool:
    return Assignment.objects.giving(account, *ADMINISTERS).exists()


def _note_seen(session: LoginSession) -> None:
    at = clock.now()
    if at - session.last_seen_at >= SEEN_EVERY:
        LoginSession.objects.filter(pk=session.pk).update(last_seen_at=at)


@transaction.atomic
def choose_agency(session: LoginSession, agency: Agency, *, by: Actor) -> None:
    """Act for another of one's agencies from here on; each act will name it.

    Raises NotYourAgencyError if the person holds no post there today.
    """
    if agency not in rights.acting_agencies(session.account):
        raise NotYourAgencyError
    LoginSession.objects.filter(pk=session.pk).update(acting_agency=agency)
    audit.record(session, "access.acting_agency_chosen", by=by, agency=agency)


def keep_through_new_password(request: HttpRequest, session: LoginSession) -> None:
    """Keep this sign-in, under a new key, when its person changes his password."""
    auth.update_session_auth_hash(request, session.account)
    LoginSession.objects.filter(pk=session.pk).update(
        key_digest=code_digest(_key(request))
    )


@receiver(user_logged_out)
def _end_with_django(request: HttpRequest, **_facts: object) -> None:
    """End the sign-in whoever asks Django to sign out."""
    actor = getattr(request, "actor", None)
    if actor is not None and actor.session is not None:
        end(actor.session, by=actor)


@transaction.atomic
def end(session: LoginSession, *, by: Actor) -> None:
    """End one sign-in at once; a second call changes nothing."""
    open_one = LoginSession.objects.filter(pk=session.pk, ended_at=None)
    if open_one.update(ended_at=clock.now()):
        audit.record(session, "access.signed_out", by=by)


@transaction.atomic
def end_all(account: Account, *, by: Actor, but: LoginSession | None = None) -> int:
    """End every sign-in of an account, but one if given; return how many there were."""
    sessions = LoginSession.objects.filter(account=account, ended_at=None)
    if but is not None:
        sessions = sessions.exclude(pk=but.pk)
    ended = sessions.update(ended_at=clock.now())
    if ended:
        audit.record(account, "access.all_sessions_ended", by=by, ended=ended)
    return ended


def _key(request: HttpRequest) -> str:
    return str(request.session.session_key)
