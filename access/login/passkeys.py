"""Passkeys (WebAuthn): added by whoever has just proved himself, used to come in.

The ceremonies are django-otp-webauthn's; its views are not used. They let a password
alone add the first key, and take that for a second factor. Here a key is added only in
a sign-in with both factors, and only a key that asks its owner for a PIN or finger.

Source: ASVS 5.0, 6.3.3, 6.4.6 and 6.5; W3C WebAuthn Level 3, sections 7.1 and 7.2.
"""

import json
import logging
import struct
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnUserHandle
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from access.models import Account, Passkey
from access.refusals import PasskeyRefusedError
from portal.core import clock

logger = logging.getLogger(__name__)

LASTS = timedelta(minutes=5)
ANSWER_LETTERS = 20_000  # an answer of a browser is 1 to 4 KB long
_KEPT_AS = "passkey_challenge"

# What a browser sends may be broken in any way.
_BROKEN = (
    WebAuthnException,
    OTPWebAuthnApiError,
    Passkey.DoesNotExist,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


class Ceremony(WebAuthnHelper):
    """The library's ceremonies; the authenticator must have verified its owner."""

    def get_generate_registration_options_kwargs(
        self, *, user: Account
    ) -> dict[str, Any]:
        """Ask for a key that verifies its owner, and is found without a user name."""
        kwargs: dict[str, Any] = super().get_generate_registration_options_kwargs(
            user=user
        )
        kwargs["authenticator_selection"] = AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return kwargs


def right_address(request: HttpRequest) -> str:
    """Return where this page must be opened for passkeys to work; "" if it is here.

    They belong to a name: browsers refuse them at http://127.0.0.1.
    """
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    name = settings.OTP_WEBAUTHN_RP_ID
    if host == name or host.endswith(f".{name}"):
        return ""
    return str(settings.OTP_WEBAUTHN_ALLOWED_ORIGINS[0]) + request.get_full_path()


def registration_options(request: HttpRequest, account: Account) -> dict[str, Any]:
    """Return what the browser needs to make a key; the challenge is kept here."""
    options, state = Ceremony(request).register_begin(account)
    _keep(request, "add", account, state)
    return options


def proof_options(
    request: HttpRequest, purpose: str, account: Account | None
) -> dict[str, Any]:
    """Return what the browser needs to use a key; the challenge is kept here.

    purpose: "alone", "second" or "prove"; an answer serves what it was asked for.
    account: whose keys may answer; None offers every key that the browser has.
    """
    options, state = Ceremony(request).authenticate_begin(
        account, require_user_verification=True
    )
    if account is None:  # of whoever knocks, nothing is kept for longer
        request.session.set_expiry(LASTS)
    _keep(request, purpose, account, state)
    return options


def _keep(
    request: HttpRequest, purpose: str, account: Account | None, state: dict[str, Any]
) -> None:
    request.session[_KEPT_AS] = {
        "purpose": purpose,
        "account": account.pk if account else None,
        "since": clock.now().timestamp(),
        "state": {**state, "require_user_verification": True},
    }


def _take(
    request: HttpRequest, purpose: str, account: Account | None
) -> tuple[dict[str, Any], datetime]:
    """Return the challenge of this session, once, and since when it waits."""
    kept = request.session.pop(_KEPT_AS, None)
    try:
        request.session.save()  # gone, whatever happens to this request
    except UpdateError as ended:  # another request has just ended this session
        raise PasskeyRefusedError from ended
    if (
        kept is None
        or kept["purpose"] != purpose
        or kept["account"] != (account.pk if account else None)
    ):
        raise PasskeyRefusedError
    since = datetime.fromtimestamp(kept["since"], UTC)
    if not timedelta() <= clock.now() - since < LASTS:
        raise PasskeyRefusedError
    return kept["state"], since


def _read(answer: str) -> dict[str, Any]:
    try:
        data = json.loads(answer[:ANSWER_LETTERS])
    except (ValueError, RecursionError) as error:
        raise PasskeyRefusedError from error
    if not isinstance(data, dict):
        raise PasskeyRefusedError
    return data


def register(request: HttpRequest, account: Account, answer: str, name: str) -> Passkey:
    """Keep the key that the browser made; call it in the transaction of the act.

    Raises PasskeyRefusedError if the answer is not to our challenge, is broken, or
    comes from an authenticator that did not verify its owner.
    """
    state, _since = _take(request, "add", account)
    data = _read(answer)
    try:
        with transaction.atomic():
            made: Passkey = Ceremony(request).register_complete(account, state, data)
            Passkey.objects.filter(pk=made.pk).update(name=name)
    except (*_BROKEN, IntegrityError) as error:
        _log("add", error)
        raise PasskeyRefusedError from error
    made.name = name
    return made


def verify(
    request: HttpRequest, answer: str, *, purpose: str, account: Account | None = None
) -> Passkey:
    """Return the key that answered our challenge, its owner verified by it.

    The key's row is locked, so that of the same answer sent twice at once one counts:
    what was asked before the key was last used is used up.

    Raises PasskeyRefusedError, which names the key's owner where he is known.
    """
    state, since = _take(request, purpose, account)
    data = _read(answer)
    owner = account
    try:
        with transaction.atomic():
            sent = parse_authentication_credential_json(data)
            key = _locked(sent.raw_id)
            owner = account or key.user
            _check(key, sent.response.user_handle, since)
            used: Passkey = Ceremony(request).authenticate_complete(
                account, state, data
            )
            return used
    except PasskeyRefusedError as refusal:
        raise PasskeyRefusedError(owner=owner) from refusal
    except _BROKEN as error:
        _log(purpose, error)
        raise PasskeyRefusedError(owner=owner) from error


def _locked(credential_id: bytes) -> Passkey:
    digest = Passkey.get_credential_id_sha256(credential_id)
    keys = Passkey.objects.select_for_update(of=("self",)).select_related("user")
    return keys.get(credential_id_sha256=digest)


def _check(key: Passkey, user_handle: bytes | None, since: datetime) -> None:
    """Refuse a key that is switched off, another's, or used since we asked."""
    if not key.confirmed or not key.user.is_active:
        raise PasskeyRefusedError
    # The library does not compare it (WebAuthn Level 3, 7.2, step 6).
    if user_handle and user_handle != WebAuthnUserHandle.get_handle_for_user(key.user):
        raise PasskeyRefusedError
    if key.last_used_at is not None and key.last_used_at >= since:
        raise PasskeyRefusedError


def _log(purpose: str, error: Exception) -> None:
    facts = {"purpose": purpose, "reason": f"{type(error).__name__}: {error}"[:200]}
    logger.info("passkey_refused", extra=facts)
