"""The second factor: an authenticator application, or a recovery code."""

import base64
import math
import secrets as chance
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.db import transaction
from django_otp.models import Device

from access import audit
from access.actors import Actor
from access.models import (
    Account,
    Passkey,
    RecoveryCode,
    RecoveryDevice,
    TotpDevice,
)
from access.models.login import code_digest
from portal.core import clock, secrets

SEED_BYTES = 20  # RFC 4226, 4: the length of a SHA-1 key
CODES_IN_A_SHEET = 10
# 32 letters, none of which looks like another: 16 of them make 80 bits.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

Kind = type[TotpDevice] | type[RecoveryDevice]


def new_seed() -> bytes:
    """Return a fresh secret for an authenticator application."""
    return chance.token_bytes(SEED_BYTES)


@transaction.atomic
def check(account: Account, code: str, kind: Kind = TotpDevice) -> Device | None:
    """Return the device whose code this is, or None; each code is right once.

    The rows are locked, so that of many guesses at once each waits for the last and
    finds its failure counted.
    """
    plain = "".join(code.split())
    devices = kind.objects.select_for_update().filter(user=account, confirmed=True)
    for device in devices:
        if device.verify_token(plain):
            return device
    return None


def seconds_to_wait(account: Account, kind: Kind = TotpDevice) -> int:
    """Return for how long no code is looked at after wrong ones; usually 0."""
    waits = [0.0]
    for device in kind.objects.filter(user=account, confirmed=True):
        allowed, why = device.verify_is_allowed()
        if not allowed:
            waits.append((why["locked_until"] - clock.now()).total_seconds())
    return math.ceil(max(waits))


def method_of(device: Device) -> str:
    """Return the kind of a second factor as it is stored: totp, recovery, passkey."""
    return type(device).__name__.removesuffix("Device").lower()


def devices_of(account: Account) -> list[TotpDevice]:
    """Return the authenticator applications of the account, oldest first."""
    return list(
        TotpDevice.objects.filter(user=account, confirmed=True).order_by("created_at")
    )


def passkeys_of(account: Account) -> list[Passkey]:
    """Return the passkeys of the account, oldest first."""
    return list(
        Passkey.objects.filter(user=account, confirmed=True).order_by("created_at")
    )


def is_enrolled(account: Account) -> bool:
    """Tell whether the account has a second factor, and so can sign in at all."""
    return any(
        kind.objects.filter(user=account, confirmed=True).exists()
        for kind in (TotpDevice, Passkey)
    )


def remove_all(account: Account) -> None:
    """Take every second factor away; every sign-in made with one ends by that."""
    for kind in (TotpDevice, RecoveryDevice, Passkey):
        kind.objects.filter(user=account).delete()


def enrol(account: Account, seed: bytes, *, used_step: int = -1) -> TotpDevice:
    """Give the account an authenticator; the code that proved it counts as used."""
    return TotpDevice.objects.create(
        user=account,
        name="totp",
        confirmed=True,
        sealed_seed=secrets.seal(seed),
        last_step=used_step,
    )


def step_of(seed: bytes, code: str) -> int | None:
    """Return the time step for which a code fits a seed that is not enrolled yet."""
    trial = TotpDevice(sealed_seed=secrets.seal(seed))
    return trial.matching_step("".join(code.split()))


@transaction.atomic
def new_codes(account: Account, *, by: Actor) -> list[str]:
    """Replace the recovery codes; return the new ones, which are shown only now."""
    RecoveryDevice.objects.filter(user=account).delete()
    sheet = RecoveryDevice.objects.create(user=account, name="codes", confirmed=True)
    codes = [_new_code() for _number in range(CODES_IN_A_SHEET)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(device=sheet, digest=code_digest(code.replace("-", "")))
        for code in codes
    )
    audit.record(account, "access.recovery_codes_made", by=by)
    return codes


def _new_code() -> str:
    letters = "".join(chance.choice(_LETTERS) for _number in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def codes_left(account: Account) -> int:
    """Return how many recovery codes are unused."""
    unused = RecoveryCode.objects.filter(device__user=account, used_at=None)
    return unused.count()


def seed_as_text(seed: bytes) -> str:
    """Return the seed as people type it: Base32 in groups of four."""
    letters = base64.b32encode(seed).decode("ascii")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def qr_code(account: Account, seed: bytes) -> str:
    """Return the seed as a QR code that applications read: an SVG as a data URI."""
    issuer = settings.WAGTAIL_SITE_NAME
    facts = {"secret": base64.b32encode(seed).decode("ascii"), "issuer": issuer}
    # The issuer once only: twice, as some do, makes a code too fine for old cameras.
    address = (
        f"otpauth://totp/{quote(account.username)}?{urlencode(facts, quote_via=quote)}"
    )
    return segno.make(address, error="l").svg_data_uri(
        scale=4, border=4, dark="#000", light="#fff"
    )
