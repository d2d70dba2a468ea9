"""A second factor given by a person already known: right, or counted as a wrong try."""

from django.http import HttpRequest
from django_otp.models import Device

from access.login import passkeys, second_factor, tries
from access.models import Account, Passkey, TotpDevice
from access.refusals import PasskeyRefusedError, TooSoonError, WrongCodeError


def by_code(
    request: HttpRequest,
    account: Account,
    code: str,
    kind: second_factor.Kind = TotpDevice,
) -> Device:
    """Return the device whose code this is; call it outside of any transaction.

    Raises TooSoonError, without a look at the code, or WrongCodeError.
    """
    if wait := second_factor.seconds_to_wait(account, kind):
        raise TooSoonError(seconds=wait)
    device = second_factor.check(account, code, kind)
    if device is None:
        tries.count(request, account, "access.second_factor_refused")
        raise WrongCodeError
    return device


def by_passkey(
    request: HttpRequest, account: Account, answer: str, *, purpose: str
) -> Passkey:
    """Return the passkey of this account that answered our challenge.

    Raises PasskeyRefusedError.
    """
    try:
        return passkeys.verify(request, answer, purpose=purpose, account=account)
    except PasskeyRefusedError:
        tries.count(request, account, "access.passkey_refused")
        raise
