"""What a reorganisation does, thing by thing, before anybody approves it.

The digest covers what is done and not the words, so that what was approved can be told
from what would be applied.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from access import heritage
from access.models import (
    Account,
    AgencyChange,
    AgencyEvent,
    Assignment,
    Inheritance,
    RolePermission,
)

ENDS = AgencyChange.Outcome.ENDS
# How many names of people the preview tells for each heir.
NAMES_SHOWN = 10


class Effect(StrEnum):
    PASSES = "passes"
    ENDS = "ends"
    STAYS = "stays"


@dataclass(frozen=True)
class Row:
    """One thing of one agency, and what becomes of it."""

    kind: heritage.Kind
    thing: heritage.Thing
    giver: AgencyChange
    effect: Effect
    heir: AgencyChange | None = None
    # Nobody decided yet, and it would end without an heir.
    is_open: bool = False
    # Somebody chose this; otherwise it is what happens by itself.
    is_chosen: bool = False

    @property
    def name(self) -> str:
        """The name of its field in forms."""
        return f"{self.kind.code}:{self.thing.key}"

    @property
    def choice(self) -> str:
        """What its field shows: the heir's key, an accepted end, or nothing yet."""
        if self.heir is not None:
            return str(self.heir.pk)
        return "ends" if self.is_chosen or not self.is_open else ""


@dataclass
class Heir:
    """One that takes over, and who there can then see and handle what passes."""

    change: AgencyChange
    rows: list[Row] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    # Permissions that passing things need and nobody there holds.
    unready: list[str] = field(default_factory=list)


@dataclass
class Preview:
    """All that a reorganisation does."""

    event: AgencyEvent
    changes: list[AgencyChange]
    rows: list[Row]
    heirs: list[Heir]

    @property
    def digest(self) -> str:
        """SHA-256 of what is done: the same as long as the same is done."""
        done = {
            "event": [self.event.kind, str(self.event.effective_on)],
            "basis": [self.event.legal_basis_id, self.event.decision_number],
            "changes": sorted(_of_change(change) for change in self.changes),
            "things": sorted(
                [
                    row.kind.code,
                    row.thing.key,
                    row.effect,
                    row.heir.pk if row.heir else 0,
                ]
                for row in self.rows
                if row.effect is not Effect.STAYS
            ),
        }
        text = json.dumps(done, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def open_rows(self) -> list[Row]:
        """What nobody has decided yet."""
        return [row for row in self.rows if row.is_open]

    @property
    def rights(self) -> list[Row]:
        """The rights of people."""
        return [row for row in self.rows if row.thing.person]

    @property
    def by_kind(self) -> list[tuple[heritage.Kind, list[Row]]]:
        """The other things, by kind."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            if not row.thing.person:
                found[row.kind.code].append(row)
        return [(heritage.kind(code), rows) for code, rows in found.items()]

    @property
    def own_rights(self) -> set[int]:
        """The accounts whose rights pass."""
        passing = (row for row in self.rights if row.effect is Effect.PASSES)
        return {row.thing.person for row in passing if row.thing.person}


def _of_change(change: AgencyChange) -> list[str]:
    values = (
        change.agency_id,
        change.outcome,
        change.gives,
        change.name,
        change.short_name,
        change.code,
        change.scheme,
        change.agency_type,
        change.level,
        change.superior_id,
    )
    return [str(change.pk), *map(str, values)]


def build(event: AgencyEvent) -> Preview:
    """Return what the reorganisation would do, from the rows as they are now."""
    changes = list(event.changes.select_related("agency", "superior").order_by("pk"))
    takers = [change for change in changes if not change.gives]
    decided = {
        (row.kind, row.key): row
        for row in event.inheritances.select_related("heir__agency")
    }
    # What is about an agency that ends in the same act ends with that one.
    ending = {change.agency_id for change in changes if change.outcome == ENDS}
    rows = [
        _row(kind, thing, giver, takers, decided.get((kind.code, thing.key)))
        for giver in changes
        if giver.gives and giver.agency is not None
        for kind in heritage.kinds()
        for thing in kind.things(giver.agency, event.effective_on)
        if thing.agency is None or thing.agency not in ending
    ]
    return Preview(event, changes, rows, [_heir(taker, rows) for taker in takers])


def _row(
    kind: heritage.Kind,
    thing: heritage.Thing,
    giver: AgencyChange,
    takers: list[AgencyChange],
    decided: Inheritance | None,
) -> Row:
    is_ending = giver.outcome == ENDS
    heir = decided.heir if decided else None
    passes = kind.may_pass and thing.by_default is heritage.Fate.PASSES
    may_take = [t for t in takers if t.agency_id is None or t.agency_id != thing.agency]
    if decided is None and is_ending and passes and len(takers) == 1 and may_take:
        heir = takers[0]
    if heir is not None:
        effect = Effect.PASSES
    else:
        effect = Effect.ENDS if is_ending else Effect.STAYS
    return Row(
        kind=kind,
        thing=thing,
        giver=giver,
        effect=effect,
        heir=heir,
        is_open=(
            effect is Effect.ENDS
            and kind.asks
            and passes
            and bool(may_take or not takers)
            and decided is None
        ),
        is_chosen=decided is not None,
    )


def _heir(change: AgencyChange, rows: list[Row]) -> Heir:
    mine = [row for row in rows if row.heir is not None and row.heir.pk == change.pk]
    found = Heir(change, mine)
    needed = {row.thing.permission for row in mine if row.thing.permission}
    coming = _coming(mine)
    for permission in sorted(needed):
        people = _holders(change, permission) | coming.get(permission, set())
        if not people:
            found.unready.append(permission)
        found.people.extend(sorted(people - set(found.people))[:NAMES_SHOWN])
    return found


def _holders(change: AgencyChange, permission: str) -> set[str]:
    if change.agency is None:
        return set()
    held = Account.objects.holding(permission, change.agency)
    return set(held.values_list("full_name", flat=True))


def _coming(rows: list[Row]) -> dict[str, set[str]]:
    """Return who comes with his right, by permission."""
    keys = [row.thing.key for row in rows if row.thing.person]
    passing = Assignment.objects.filter(pk__in=keys).select_related("account")
    found: dict[str, set[str]] = defaultdict(set)
    by_role: dict[int, list[str]] = defaultdict(list)
    roles = RolePermission.objects.filter(role__in=passing.values("role"))
    for role, code in roles.values_list("role", "code"):
        by_role[role].append(code)
    for right in passing:
        for code in by_role[right.role_id]:
            found[code].add(right.account.full_name)
    return found
