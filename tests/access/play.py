"""People of four agencies, and whom and what chance picks for their next act.

Each step is a proper act, or one with a single thing wrong: another agency, oneself, a
role beyond one's own, a wider scope, anybody at all. So whichever check of the services
were missing, some step would be let through that must not be. The acts themselves are
in `acts`.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from access.actors import Actor
from access.login import second_factor
from access.models import Account, Agency, AgencyCode, Assignment, Role, Scope
from access.permissions import ROLES
from access.querysets import AssignmentQuerySet
from access.services import posts, reorganisation
from portal.core import clock
from portal.core.models import LegalBasis
from tests.factories.access import AccountFactory, AgencyFactory, AssignmentFactory
from tests.factories.reorganisation import QCVN

# Who is there at the beginning: role, number of the agency, scope.
CAST = [
    ("province_admin", 0, Scope.BETWEEN),
    ("province_admin", 1, Scope.BETWEEN),
    ("province_admin", 1, Scope.BETWEEN),
    ("agency_admin", 0, Scope.BETWEEN),
    ("agency_admin", 1, Scope.BETWEEN),
    ("agency_admin", 1, Scope.BETWEEN),
    ("agency_admin", 2, Scope.INSIDE),
    ("agency_head", 1, Scope.BETWEEN),
    ("security_officer", 2, Scope.BETWEEN),
    ("records_clerk", 1, Scope.INSIDE),
    ("agency_admin", 3, Scope.INSIDE),
    ("records_clerk", 3, Scope.INSIDE),
]
BYSTANDERS = 2
# Somebody who is shut out at the beginning, and keeps a right meanwhile.
SHUT_OUT = ("exchange_officer", 1)
# The agency that a merge may end.
SMALL = 3

PROPER = "proper"


class Step(NamedTuple):
    """One act; its numbers choose among what there is, modulo how much there is."""

    act: str
    twist: str
    by: int
    whom: int
    agency: int
    thing: int
    role: int


class NothingToDoError(Exception):
    """Nobody is there for this act, or nothing to do it to."""


_T = TypeVar("_T")


def one_of(things: Sequence[_T], number: int) -> _T:
    if not things:
        raise NothingToDoError
    return things[number % len(things)]


class World:
    """The people, what day it is for them, and whom a step is about."""

    def __init__(self) -> None:
        self.began = datetime.now(clock.UTC)
        self.days = 0
        self.agencies = [AgencyFactory() for _each in range(4)]
        for agency in self.agencies:
            AgencyCode.objects.create(
                agency=agency, code=agency.code, scheme=QCVN, opened_on=agency.starts_on
            )
        for role, number, scope in CAST:
            AssignmentFactory(role_code=role, agency=self.agencies[number], scope=scope)
        role, number = SHUT_OUT
        AssignmentFactory(
            role_code=role, agency=self.agencies[number], account__is_active=False
        )
        for _each in range(BYSTANDERS):
            AccountFactory()
        AssignmentFactory(
            account=own().filter(role__code="province_admin").earliest("pk").account,
            agency=self.agencies[SMALL],
        )
        self.roles = {role.code: role for role in Role.objects.all()}
        self.legal_basis: LegalBasis = reorganisation.basis_for(
            "99/QĐ-UBND", "Về việc sắp xếp", "UBND tỉnh", date(2026, 1, 5)
        )
        # The rights that somebody chose to pass at a merge.
        self.passing: set[int] = set()
        self._give_former_delegation()
        for account in Account.objects.order_by("pk")[::2]:
            second_factor.enrol(account, second_factor.new_seed(), used_step=0)

    def now(self) -> datetime:
        """Return the moment at which they are; it moves by whole days."""
        return self.began + timedelta(days=self.days)

    def _give_former_delegation(self) -> None:
        """Let one from former days stand that nobody could give any more."""
        administrators = own().filter(
            agency=self.agencies[1], role__code="agency_admin"
        )
        source = administrators.earliest("pk")
        clerk = own().get(agency=self.agencies[1], role__code="records_clerk")
        self.former = AssignmentFactory(
            account=clerk.account,
            agency=source.agency,
            role_code="agency_admin",
            delegated_from=source,
            granted_by=source.account,
            ends_on=clock.today() + timedelta(days=60),
        )
        self.former.delegated_permissions.create(code="accounts.manage")

    # ── Who, where and what ───────────────────────────────────────────────────────
    def people(self) -> list[Account]:
        return list(Account.objects.filter(is_active=True).order_by("pk"))

    def gone(self, step: Step) -> Account:
        shut_out = Account.objects.filter(is_active=False).order_by("pk")
        return one_of(list(shut_out), step.whom)

    def agency(self, step: Step) -> Agency:
        if step.twist == "by a delegate":
            return self.former.agency
        there = [agency for agency in self.agencies if agency.is_in_force()]
        return one_of(there, step.agency)

    def elsewhere(self, agency: Agency) -> Agency:
        # By its place: its key depends on the tests that ran before.
        keys = [one.pk for one in self.agencies]
        others = [one for one in self.agencies if one.pk != agency.pk]
        return one_of(others, keys.index(agency.pk))

    def by(self, step: Step, permission: str, agency: Agency) -> Actor:
        """Return somebody whose right gives the permission there, or anybody."""
        if step.twist == "anybody":
            return Actor(one_of(self.people(), step.by), agency)
        where = self.elsewhere(agency) if step.twist == "elsewhere" else agency
        held = own().filter(agency=where, role__permissions__code=permission)
        if step.twist == "by a delegate":
            held = Assignment.objects.effective().exclude(delegated_from=None)
        holders = Account.objects.filter(pk__in=held.values("account"))
        return Actor(one_of(list(holders.order_by("pk")), step.by), where)

    def of_the_province(self, step: Step) -> list[Actor]:
        """Return those who appoint, beginning with one; or one and anybody, twisted."""
        held = own().filter(role__code="province_admin", scope=Scope.BETWEEN)
        found = Account.objects.filter(pk__in=held.values("account")).order_by("pk")
        people = list(found)
        first = one_of(people, step.by)
        others = [person for person in people if person != first]
        if step.twist == "himself":
            others = [first]
        elif step.twist == "anybody":
            others = [one_of(self.people(), step.whom)]
        elif step.twist == "by an agency":
            return self.of_the_agency(step)
        return [Actor(person, self.agencies[0]) for person in [first, *others]]

    def of_the_agency(self, step: Step) -> list[Actor]:
        """Return two administrators of agencies, neither of whom appoints."""
        held = own().filter(role__code="agency_admin")
        lower = Account.objects.filter(pk__in=held.values("account")).order_by("pk")
        two = list(lower.exclude(pk__in=own_appointers()))
        return [
            Actor(one_of(two, step.by), self.agencies[0]),
            Actor(one_of(two, step.by + 1), self.agencies[0]),
        ]

    def whom(self, step: Step, by: Actor) -> Account:
        if step.twist == "himself":
            return by.person
        others = [person for person in self.people() if person != by.account]
        return one_of(others, step.whom)

    def colleague(self, step: Step, by: Actor, agency: Agency) -> Account:
        """Return somebody else with a post in the agency."""
        if step.twist == "himself":
            return by.person
        there = own().filter(agency=agency).exclude(account=by.account)
        people = Account.objects.filter(pk__in=there.values("account")).order_by("pk")
        return one_of(list(people), step.whom)

    def role(self, step: Step, by: Actor, agency: Agency) -> Role:
        """Return a role that the actor may give where he may give any, or any role."""
        if step.twist == "beyond":
            return one_of(list(self.roles.values()), step.role)
        held = own().filter(account=by.account, agency=by.agency or agency)
        codes = set(held.values_list("role__code", flat=True))
        within = {role for code in codes for role in ROLES[code].grants}
        if step.twist == "by a delegate":
            within = set(ROLES["agency_admin"].grants)
        every = sorted(role for role in within if ROLES[role].is_for_every_agency)
        return self.roles[one_of(every, step.role)]

    def scope(self, step: Step, by: Actor, agency: Agency) -> str:
        widest = own().filter(
            account=by.account,
            agency=by.agency or agency,
            role__permissions__code="accounts.manage",
        )
        if step.twist == "wider" or widest.filter(scope=Scope.BETWEEN).exists():
            return Scope.BETWEEN
        return Scope.INSIDE

    def post(self, step: Step, by: Actor, agency: Agency) -> posts.Post:
        role = self.role(step, by, agency)
        today = clock.today()
        # One in three ends again, so that days which pass take rights away.
        ends_on = today + timedelta(days=step.whom % 9) if step.whom % 3 == 0 else None
        scope = self.scope(step, by, agency)
        return posts.Post(agency, role, today, ends_on, scope=scope)

    def right(self, step: Step, agency: Agency) -> Assignment:
        return one_of(list(own().filter(agency=agency).order_by("pk")), step.thing)

    def others_right(self, step: Step) -> tuple[Assignment, Actor]:
        """Return a right, and somebody who administers it."""
        agency = self.agency(step)
        right = self.right(step, agency)
        permission = "accounts.manage"
        if not right.role.is_for_every_agency and step.twist != "beyond":
            permission = "accounts.appoint"
            agency = one_of([*self.agencies[:2]], step.by)
        by = self.by(step, permission, agency)
        if step.twist == "himself":
            his = own().filter(account=by.account).order_by("pk")
            right = one_of(list(his), step.thing)
        return right, by


def own() -> AssignmentQuerySet:
    """Return the rights that persons hold themselves today."""
    return Assignment.objects.effective().filter(delegated_from=None)


def own_appointers() -> list[int]:
    """Return the keys of the accounts that appoint for the province."""
    held = own().filter(role__code="province_admin")
    return list(held.values_list("account", flat=True))
