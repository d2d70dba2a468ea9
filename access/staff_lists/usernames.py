"""User names for people who bring none: given name and initials, as offices do it."""

from collections.abc import Iterable
from functools import cached_property
from itertools import count

from access.models import Account
from portal.core import text

_LONGEST = 50


class Proposals:
    """Hands out names that neither an account nor another line of the list bears."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._given = set(taken)

    @cached_property
    def _borne(self) -> set[str]:
        names = Account.objects.values_list("username", flat=True)
        return {name.lower() for name in names.iterator()}

    def for_name(self, full_name: str) -> str:
        """Return "annv" for Nguyễn Văn An, or "annv2" if somebody is called so."""
        *others, given = text.fold(full_name).split() or ["nguoi"]
        stem = (given + "".join(word[0] for word in others))[:_LONGEST]
        names = (stem if n == 1 else f"{stem}{n}" for n in count(1))
        free = next(n for n in names if n not in self._given and n not in self._borne)
        self._given.add(free)
        return free
