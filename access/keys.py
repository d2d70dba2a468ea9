"""Our public keys, as people note them on paper and compare them.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.4.d.
"""

import hashlib

from portal.core import secrets


def public_keys() -> list[str]:
    """Return the present public key and former ones as hex digits, newest first."""
    return [key.public_bytes_raw().hex() for key in secrets.verification_keys()]


def fingerprint(key: str) -> str:
    """Return the SHA-256 of a public key as hex digits."""
    return hashlib.sha256(bytes.fromhex(key)).hexdigest()


def grouped(digits: str) -> str:
    """Return hex digits in groups of four, as people read them aloud."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
