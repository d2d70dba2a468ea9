"""The directory of one day: which agencies there are, under whom, and who speaks there.

Public knowledge inside the portal: everybody who signs in may read it (Điều 7.2, 14.1).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from access.models import Account, Agency, Assignment, Succession
from portal.core import text

# The people whom an agency must name (Điều 13.3, 15.1 and 15.9).
NAMED_ROLES = ("agency_head", "security_officer", "exchange_officer")


@dataclass(frozen=True)
class Place:
    """One agency in the tree, so many steps below the top."""

    agency: Agency
    depth: int


def tree(day: date, words: str, reader: Account) -> list[Place]:
    """Return the agencies of the day from the top down; one query for any number.

    words: keep those whose name, short name or code has all of them, marks or not.
    """
    visible = Agency.objects.visible_to(reader).in_force(day)
    found = list(visible.with_superior(day).by_rank())
    if words:
        return [Place(agency, 0) for agency in found if _fits(agency, words)]
    below: dict[int | None, list[Agency]] = defaultdict(list)
    there = {agency.pk for agency in found}
    for agency in found:
        above = agency.superior_id_then  # type: ignore[attr-defined] # with_superior's
        below[above if above in there else None].append(agency)
    return list(_walk(below))


def _walk(below: dict[int | None, list[Agency]]) -> Iterable[Place]:
    ways = [(agency, 0) for agency in reversed(below[None])]
    while ways:
        agency, depth = ways.pop()
        yield Place(agency, depth)
        ways.extend((each, depth + 1) for each in reversed(below[agency.pk]))


def _fits(agency: Agency, words: str) -> bool:
    name = agency.name_then  # type: ignore[attr-defined] # with_superior's
    return text.has_words(f"{name} {agency.short_name} {agency.code}", words)


def ended(day: date, words: str, reader: Account) -> list[Agency]:
    """Return those that ended before the day, the latest first, with `heirs`."""
    past = Agency.objects.visible_to(reader).filter(ends_on__lt=day)
    found = list(past.with_superior(day).order_by("-ends_on", "name"))
    if words:
        found = [agency for agency in found if _fits(agency, words)]
    lines = Succession.objects.filter(predecessor__in=found, event__state="applied")
    heirs: dict[int, list[Succession]] = defaultdict(list)
    for line in lines.select_related("successor", "event__legal_basis"):
        heirs[line.predecessor_id].append(line)
    for agency in found:
        agency.heirs = heirs[agency.pk]  # type: ignore[attr-defined] # for the page
    return found


@dataclass(frozen=True)
class Named:
    """Who holds one of the posts that every agency must fill, on a day."""

    role: str
    posts: list[Assignment]


def named_people(agency: Agency, day: date) -> list[Named]:
    """Return head, security and exchange officers of the day; missing ones as empty."""
    from access.permissions import ROLES  # noqa: PLC0415 (it needs loaded models)

    held = Assignment.objects.effective(day).filter(
        agency=agency, role__code__in=NAMED_ROLES, delegated_from=None
    )
    found: dict[str, list[Assignment]] = defaultdict(list)
    for post in held.select_related("account", "role").order_by("starts_on"):
        found[post.role.code].append(post)
    return [Named(ROLES[code].name, found[code]) for code in NAMED_ROLES]
