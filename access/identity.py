"""One natural person, one account: a person is known by his citizen identity number.

The number itself is kept nowhere: neither in a row, nor in the trail, nor in a log.
What stays is its keyed hash. Without the portal's secret nobody learns a number from
it, though there are few enough numbers to try them all.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3 and 8.1.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.conf import settings

from access.refusals import IdentityInvalidError
from portal.core import secrets

if TYPE_CHECKING:
    from access.models import Account

# Căn cước: 12 digits; the former chứng minh nhân dân: 9. ASCII only: the same number in
# other digits would be another hash, and so another person.
_NUMBER = re.compile(r"[0-9]{12}|[0-9]{9}")
_BETWEEN_DIGITS = re.compile(r"[ .\u00a0]")


def normalise(number: str) -> str:
    """Return the bare digits of an identity number.

    Raises IdentityInvalidError unless there are 12 or 9 of them and nothing else but
    blanks and dots; digits of other scripts are refused, not guessed at.
    """
    bare = _BETWEEN_DIGITS.sub("", number.strip())
    if not _NUMBER.fullmatch(bare):
        raise IdentityInvalidError
    return bare


def digest(number: str, secret: str | None = None) -> str:
    """Return the keyed hash, 64 hex digits, under which a person is known.

    Raises IdentityInvalidError.
    """
    key = secrets.derived_key("identity", secret)
    return hmac.new(key, normalise(number).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Identity:
    """Who somebody is, as hashes: under the present secret first, then older ones."""

    digests: tuple[str, ...]

    @classmethod
    def of(cls, number: str) -> Self:
        """Return the identity that this number stands for.

        Raises IdentityInvalidError.
        """
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return cls(tuple(digest(number, key) for key in keys))

    @property
    def digest(self) -> str:
        """The hash to store."""
        return self.digests[0]

    def holder(self) -> Account | None:
        """Return the account that this person has, or None."""
        from access.models import Account  # noqa: PLC0415 (models load later)

        return Account.objects.filter(identity_digest__in=self.digests).first()
