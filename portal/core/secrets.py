"""Keys that live outside the database: encryption at rest, and our signature.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.4.b.
"""

import hashlib
from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.signals import setting_changed


def derived_key(purpose: str, secret: str | None = None) -> bytes:
    """Return 32 bytes for one purpose, derived from the portal's secret key."""
    return HKDF(SHA256(), 32, salt=None, info=f"portal:{purpose}".encode()).derive(
        (secret or settings.SECRET_KEY).encode()
    )


@cache
def _box() -> MultiFernet:
    """Encrypt with the present key; decrypt with it and its predecessors."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(urlsafe_b64encode(derived_key("seal", s))) for s in secrets]
    )


def seal(content: bytes | str) -> str:
    """Encrypt for storage in a column; the result is ASCII text."""
    if isinstance(content, str):
        content = content.encode()
    return _box().encrypt(content).decode("ascii")


def open_sealed(sealed: str) -> bytes:
    """Decrypt what `seal` returned.

    Raises cryptography.fernet.InvalidToken if it was altered or the key is unknown.
    """
    return _box().decrypt(sealed.encode("ascii"))


@cache
def signing_keys() -> list[Ed25519PrivateKey]:
    """Return the present signing key and those of earlier secrets, newest first."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [derived_key("signature", secret) for secret in secrets]
    return [Ed25519PrivateKey.from_private_bytes(key) for key in keys]


def signing_key() -> Ed25519PrivateKey:
    """Return the key that signs audit seals and receipts."""
    return signing_keys()[0]


def verification_keys() -> list[Ed25519PublicKey]:
    """Return the present public key and those of earlier secrets, newest first."""
    return [key.public_key() for key in signing_keys()]


def signing_key_id() -> str:
    """Return the first 16 hex digits of the SHA-256 of the public signing key."""
    public = signing_key().public_key().public_bytes_raw()
    return hashlib.sha256(public).hexdigest()[:16]


def _forget(*, setting: str, **_: object) -> None:
    if setting in {"SECRET_KEY", "SECRET_KEY_FALLBACKS"}:
        _box.cache_clear()
        signing_keys.cache_clear()


setting_changed.connect(_forget)
