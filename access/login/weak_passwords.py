"""Passwords that others guess: commonplace ones, and ones that were stolen before.

Length counts, not composition: no rule asks for capitals or signs (NIST SP 800-63B-4,
3.1.1.2; ASVS 5.0, 6.2).
"""

import hashlib
import os
import re
import string
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.models import Account
from portal.core import text

_LIST = Path(__file__).with_name("commonplace.txt")
_NO_LETTER = re.compile(r"[^a-z]+")
_AROUND = string.digits + string.punctuation + string.whitespace
# As people write letters in passwords: m@tkhau, p4ssw0rd.
_LOOKS_LIKE = str.maketrans("@4310$5!", "aaeiossi")


@cache
def _commonplaces() -> frozenset[str]:
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(
        _letters(line) for line in lines if line and not line.startswith("#")
    )


def _letters(words: str) -> str:
    return _NO_LETTER.sub("", text.without_marks(words))


class CommonplaceValidator:
    """Refuses common Vietnamese words and names, with digits and signs around them."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError if nothing but commonplaces, digits and signs is in."""
        bare = text.without_marks(text.nfc(password))
        core = bare.strip(_AROUND)  # the year behind a word is no letter of it
        spellings = {_letters(bare), _letters(core.translate(_LOOKS_LIKE))}
        if any(_consists_of(spelling, _commonplaces()) for spelling in spellings):
            raise ValidationError(
                _(
                    "This password is too easy to guess: it consists of common words "
                    "and digits only. Add words of your own, three or more that do not "
                    "belong together."
                ),
                code="commonplace",
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("Not a common word with digits: several words of your own are best.")


def _consists_of(letters: str, words: frozenset[str]) -> bool:
    """Tell whether the letters are such words in a row; no letters at all are too."""
    longest = max(map(len, words))
    reached = [True] + [False] * len(letters)
    for end in range(1, len(letters) + 1):
        reached[end] = any(
            reached[start] and letters[start:end] in words
            for start in range(max(0, end - longest), end)
        )
    return reached[-1]


class BreachedPasswordValidator:
    """Refuses what is in a list of stolen passwords, if the installation has one.

    settings.PORTAL_BREACHED_PASSWORDS names a file of SHA-1 hashes in capitals, one a
    line as HASH:COUNT, in order of the hashes, as “Have I Been Pwned” publishes it:
    some 40 GB. It is searched by halves, never read whole, and nobody outside is asked.
    """

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError if the password is in the list."""
        path = settings.PORTAL_BREACHED_PASSWORDS
        if not path:
            return
        plain = text.nfc(password).encode()
        digest = hashlib.sha1(plain, usedforsecurity=False).hexdigest().upper()
        if _is_listed(Path(path), digest.encode()):
            raise ValidationError(
                _(
                    "This password is in a list of passwords that were stolen "
                    "elsewhere. Choose another, and change it wherever else you use it."
                ),
                code="breached",
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("Not a password that was stolen elsewhere before.")


def _is_listed(path: Path, digest: bytes) -> bool:
    """Search a sorted file by halves: some 40 looks at 40 GB.

    Raises OSError if the file cannot be read: a rule that cannot be tried is not met.
    """
    with path.open("rb") as lines:
        low, high = 0, lines.seek(0, os.SEEK_END)
        while low < high:
            middle = (low + high) // 2
            lines.seek(middle)
            if middle:
                lines.readline()  # the rest of a line that began before
            line = lines.readline()
            if line and line[:40].upper() < digest:
                low = middle + 1
            else:
                high = middle
        lines.seek(low)
        if low:
            lines.readline()
        return lines.readline()[:40].upper() == digest
