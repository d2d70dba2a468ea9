"""The keys that sign receipts, and the set of public ones that the portal publishes.

ES256 (ECDSA on P-256 with SHA-256, RFC 7518): the one asymmetric algorithm of the
elliptic kind that RFC 7518 recommends to every JOSE library, .NET's and Java's older
ones included, which do not know Ed25519 (RFC 8037). A receipt of 300 bytes must be
verified by systems that we did not choose.

The key comes from the portal's secret, as the key of the audit seals does. When the
secret is changed, the former one stays in the settings and its public key stays in the
set, so that receipts signed with it go on being verified.
"""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.conf import settings
from django.core.signals import setting_changed
from joserfc.jwk import ECKey

from portal.core.secrets import derived_key

ALGORITHM = "ES256"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


@cache
def signing_keys() -> list[ECKey]:
    """Return the present key and those of former secrets, newest first."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_key(secret) for secret in secrets]


def public_key_set() -> dict[str, list[dict[str, object]]]:
    """Return the public keys as a JWK set (RFC 7517); nothing private is in it."""
    return {"keys": [dict(key.as_dict(private=False)) for key in signing_keys()]}


def _key(secret: str) -> ECKey:
    # Twice as many bits as the order has, so that the remainder is even (FIPS 186-5).
    seed = derived_key("receipt:1", secret) + derived_key("receipt:2", secret)
    number = int.from_bytes(seed, "big") % (_ORDER - 1) + 1
    private = ec.derive_private_key(number, ec.SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key = ECKey.import_key(pem, {"use": "sig", "alg": ALGORITHM})
    key.ensure_kid()  # RFC 7638: the same everywhere, and it tells nothing
    return key


def _forget(*, setting: str, **_: object) -> None:
    if setting in {"SECRET_KEY", "SECRET_KEY_FALLBACKS"}:
        signing_keys.cache_clear()


setting_changed.connect(_forget)
