"""What an agency has that needs an heir when it ends: each floor registers its kinds.

A reorganisation asks every kind for the things of the agencies that give, shows each in
its preview, and on its day hands each to its heir or lets it end. Nothing passes that
was not shown: a lower floor learns of incidents and forms only through this register.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from access.actors import Actor
    from access.models import Account, Agency, AgencyEvent

    Text = str | Promise


class Fate(StrEnum):
    """What becomes of a thing if nobody decides."""

    PASSES = "passes"  # to the heir, where there is only one
    ENDS = "ends"


@dataclass(frozen=True)
class Thing:
    """One thing of one agency, in words for people.

    by_default: what becomes of it if the agency ends and nobody decides.
    person: the pk of the account whose right it is, if it is a right.
    permission: who must hold it at the heir so that somebody there can act.
    agency: the pk of an agency that it is about, and to which it cannot pass.
    """

    key: str
    words: str
    by_default: Fate = Fate.PASSES
    person: int | None = None
    permission: str = ""
    agency: int | None = None


@dataclass(frozen=True)
class Granters:
    """The two persons behind a right that passes; None only while it is rehearsed."""

    granter: Account | None
    asker: Account | None


@dataclass(frozen=True)
class Move:
    """The reorganisation that is being applied, as the kinds need to know it.

    granters: who grants the rights that pass; neither of them is passed one himself.
    """

    event: AgencyEvent
    by: Actor
    granters: Granters

    @property
    def day(self) -> date:
        """The first day on which it holds."""
        return self.event.effective_on

    @property
    def last_day(self) -> date:
        """The last day of what ends."""
        return self.event.effective_on - timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """One kind of things.

    things: all that the agency has of it on the day. pass_on: hand one to an heir.
    end: let one end. may_pass: whether an heir may be chosen at all. asks: whether its
    end without an heir must be accepted by hand, one by one.
    """

    code: str
    label: Text
    things: Callable[[Agency, date], list[Thing]]
    pass_on: Callable[[str, Agency, Move], None]
    end: Callable[[str, Move], None]
    may_pass: bool = True
    asks: bool = True
    order: int = 50


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind; the same code again replaces it."""
    _kinds[kind.code] = kind
    return kind


def kinds() -> list[Kind]:
    """Return all kinds in the order in which previews show them."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.code))


def kind(code: str) -> Kind:
    """Return the kind of that code.

    Raises KeyError if no floor registered it.
    """
    return _kinds[code]
