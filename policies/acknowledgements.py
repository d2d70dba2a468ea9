"""Who has read a rule, in numbers (Điều 2.5 and 13.6.a)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from access.models import Account, Agency, Assignment
from policies.models import RuleAcknowledgement, RuleVersion


@dataclass(frozen=True)
class Share:
    """How many of the people whom a rule binds have acknowledged it."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """The share in whole percents; 100 only when nobody is missing."""
        return self.done * 100 // self.total if self.total else 0

    @property
    def low(self) -> float:
        """Below half, the picture warns."""
        return self.total / 2

    @property
    def high(self) -> float:
        """From nine tenths on, it is content."""
        return self.total * 0.9


def shares(versions: Iterable[RuleVersion], agency: Agency) -> dict[int, Share]:
    """Return the share of each version in an agency, by key; two queries for all.

    Counted are the active accounts that hold a post in the agency today.
    """
    bound = _bound(agency)
    counted = (
        RuleAcknowledgement.objects.filter(version__in=versions, account__in=bound)
        .values_list("version")
        .annotate(Count("account"))
    )
    done, total = dict(counted), len(bound)
    return {version.pk: Share(done.get(version.pk, 0), total) for version in versions}


def _bound(agency: Agency) -> list[int]:
    posts = Assignment.objects.in_force().filter(
        agency=agency, role__permissions__code="rules.acknowledge"
    )
    people = Account.objects.filter(is_active=True, assignments__in=posts)
    return list(people.values_list("pk", flat=True).distinct())
