"""People of three agencies, and what chance lets them do to each other's rights.

Each step is a proper act, or one with a single thing wrong: another agency, oneself, a
role beyond one's own, a wider scope, anybody at all. So whichever check of the services
were missing, some step would be let through that must not be.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st

from access.actors import Actor
from access.models import AccessRequest, Account, Agency, Assignment, Role, Scope
from access.permissions import ROLES
from access.querysets import AssignmentQuerySet
from access.services import accounts, delegations, leaving, posts, requests
from portal.core import clock
from tests.factories.access import AccountFactory, AgencyFactory, AssignmentFactory

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
]
BYSTANDERS = 3
# Somebody who is shut out at the beginning, and keeps a right meanwhile.
SHUT_OUT = ("exchange_officer", 1)

PROPER = "proper"
TWISTS = ["anybody", "himself", "elsewhere", "beyond", "wider", "handed on"]


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
    """The people, and what each step does to them."""

    def __init__(self) -> None:
        self.agencies = [AgencyFactory() for _each in range(3)]
        for role, number, scope in CAST:
            AssignmentFactory(role_code=role, agency=self.agencies[number], scope=scope)
        role, number = SHUT_OUT
        AssignmentFactory(
            role_code=role, agency=self.agencies[number], account__is_active=False
        )
        for _each in range(BYSTANDERS):
            AccountFactory()
        self.roles = {role.code: role for role in Role.objects.all()}

    def play(self, step: Step) -> None:
        """Do one act through the services.

        Raises RefusalError, or NothingToDoError.
        """
        ACTS[step.act](self, step)

    # ── Who, where and what ───────────────────────────────────────────────────────
    def people(self) -> list[Account]:
        return list(Account.objects.filter(is_active=True).order_by("pk"))

    def agency(self, step: Step) -> Agency:
        return one_of(self.agencies, step.agency)

    def elsewhere(self, agency: Agency) -> Agency:
        return one_of([one for one in self.agencies if one.pk != agency.pk], agency.pk)

    def by(self, step: Step, permission: str, agency: Agency) -> Actor:
        """Return somebody whose own right gives the permission there, or anybody."""
        if step.twist == "anybody":
            return Actor(one_of(self.people(), step.by), agency)
        where = self.elsewhere(agency) if step.twist == "elsewhere" else agency
        held = own().filter(agency=where, role__permissions__code=permission)
        holders = Account.objects.filter(pk__in=held.values("account"))
        return Actor(one_of(list(holders.order_by("pk")), step.by), where)

    def whom(self, step: Step, by: Actor) -> Account:
        if step.twist == "himself":
            return by.person
        others = [person for person in self.people() if person != by.account]
        return one_of(others, step.whom)

    def role(self, step: Step, by: Actor, agency: Agency) -> Role:
        """Return a role that the actor may give where he may give any, or any role."""
        if step.twist == "beyond":
            return one_of(list(self.roles.values()), step.role)
        held = own().filter(account=by.account, agency=by.agency or agency)
        codes = set(held.values_list("role__code", flat=True))
        within = {role for code in codes for role in ROLES[code].grants}
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
        scope = self.scope(step, by, agency)
        return posts.Post(agency, role, clock.today(), scope=scope)

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
            right = one_of(list(own().filter(account=by.account)), step.thing)
        return right, by

    # ── Acts ──────────────────────────────────────────────────────────────────────
    def grant(self, step: Step) -> None:
        agency = self.agency(step)
        by = self.by(step, "accounts.manage", agency)
        whom = self.whom(step, by)
        posts.grant(whom, self.post(step, by, agency), by=by)

    def grant_to_the_gone(self, step: Step) -> None:
        agency = self.agency(step)
        by = self.by(step, "accounts.manage", agency)
        gone = list(Account.objects.filter(is_active=False).order_by("pk"))
        posts.grant(one_of(gone, step.whom), self.post(step, by, agency), by=by)

    def ask(self, step: Step) -> None:
        agency = self.agency(step)
        by = self.by(step, "accounts.manage", agency)
        self._ask(step, by, agency, self.role(step, by, agency))

    def ask_for_oneself(self, step: Step) -> None:
        agency = self.agency(step)
        by = Actor(one_of(self.people(), step.by), agency)
        role = one_of(sorted(self.roles.values(), key=lambda r: r.code), step.role)
        if step.twist == PROPER and not role.is_for_every_agency:
            role = self.roles["records_clerk"]
        self._ask(step, by, agency, role, account=by.person)

    def ask_to_appoint(self, step: Step) -> None:
        agency = self.agency(step)
        by = self.by(step, "accounts.appoint", one_of(self.agencies[:2], step.by))
        provincial = [r for r in self.roles.values() if not r.is_for_every_agency]
        self._ask(step, by, agency, one_of(provincial, step.role))

    def _ask(
        self,
        step: Step,
        by: Actor,
        agency: Agency,
        role: Role,
        account: Account | None = None,
    ) -> None:
        wish = requests.Wish(
            requests.Kind.GRANT,
            agency,
            "Thử",
            account=account or self.whom(step, by),
            role=role,
            scope=self.scope(step, by, agency),
        )
        requests.submit(wish, by=by)

    def decide(self, step: Step) -> None:
        waiting = list(AccessRequest.objects.pending().order_by("pk"))
        request = one_of(waiting, step.thing)
        deciders = requests.deciders(request)
        if step.twist == "himself":
            own_ones = [request.requested_by, request.account]
            deciders = [person for person in own_ones if person is not None]
        elif step.twist != PROPER:
            deciders = self.people()
        by = Actor(one_of(deciders, step.by), request.agency)
        requests.approve(request, by=by)

    def revoke(self, step: Step) -> None:
        right, by = self.others_right(step)
        posts.revoke(right, by=by, reason="Thử")

    def end(self, step: Step) -> None:
        right, by = self.others_right(step)
        posts.end(right, clock.today(), by=by, reason="Thử")

    def confirm(self, step: Step) -> None:
        agency = self.agency(step)
        by = self.by(step, "accounts.confirm", agency)
        right = self.right(step, agency)
        if step.twist == "himself":
            right = one_of(list(own().filter(account=by.account)), step.thing)
        posts.confirm(right, by=by)

    def suspend(self, step: Step) -> None:
        by, whom = self._person(step)
        accounts.suspend(whom, by=by, reason="Thử")

    def reopen(self, step: Step) -> None:
        by = self.by(step, "accounts.manage", self.agency(step))
        gone = list(Account.objects.filter(is_active=False).order_by("pk"))
        accounts.reopen(one_of(gone, step.whom), by=by, reason="Thử")

    def leave(self, step: Step) -> None:
        by, whom = self._person(step)
        leaving.leave(whom, by=by, reason="Thử")

    def transfer(self, step: Step) -> None:
        agency = self.agency(step)
        by, whom = self._person(step)
        role = self.roles["records_clerk"]
        move = leaving.Transfer(self.elsewhere(agency), role, "Thử", scope=Scope.INSIDE)
        leaving.transfer(whom, agency, move, by=by)

    def _person(self, step: Step) -> tuple[Actor, Account]:
        agency = self.agency(step)
        by = self.by(step, "accounts.manage", agency)
        there = own().filter(agency=agency).exclude(account=by.account)
        people = Account.objects.filter(pk__in=there.values("account")).order_by("pk")
        whom = by.person if step.twist == "himself" else one_of(people, step.whom)
        return by, whom

    def delegate(self, step: Step) -> None:
        rights = Assignment.objects.effective().order_by("pk")
        handed_on = step.twist == "handed on"
        source = one_of(
            list(rights.filter(delegated_from__isnull=not handed_on)), step.thing
        )
        by = Actor(source.account, source.agency)
        if step.twist == "anybody":
            by = Actor(one_of(self.people(), step.by), source.agency)
        near = list(delegations.colleagues(source).exclude(pk=by.person.pk))
        to = one_of(near, step.whom)
        if step.twist == "himself":
            to = by.person
        elif step.twist == "elsewhere":
            to = one_of(self.people(), step.whom)
        codes = delegations.delegable_permissions(source)
        wanted = {one_of(codes, step.role)}
        if step.twist == "beyond":
            every = sorted({c for bundle in ROLES.values() for c in bundle.permissions})
            wanted.add(one_of(every, step.role))
        today = clock.today()
        until = today + timedelta(days=step.agency)
        mandate = delegations.Mandate(to, wanted, today, until)
        delegations.delegate(source, mandate, by=by)

    def end_delegation(self, step: Step) -> None:
        given = Assignment.objects.unended().exclude(delegated_from=None)
        found = one_of(list(given.order_by("pk")), step.thing)
        delegations.end(found, by=Actor(found.account, found.agency))


def own() -> AssignmentQuerySet:
    """Return the rights that persons hold themselves today."""
    return Assignment.objects.effective().filter(delegated_from=None)


ACTS: dict[str, Callable[[World, Step], None]] = {
    name: getattr(World, name)
    for name in (
        *("grant", "grant_to_the_gone", "ask", "ask_for_oneself", "ask_to_appoint"),
        *("decide", "revoke", "end", "confirm", "suspend", "reopen", "leave"),
        *("transfer", "delegate", "end_delegation"),
    )
}
# What gives rights comes more often than what takes them away.
CHOICES = [*ACTS, *["grant", "delegate", "decide"] * 3, *["ask", "ask_to_appoint"] * 2]
_number = st.integers(0, 59)
plans = st.lists(
    st.builds(
        Step,
        st.sampled_from(CHOICES),
        # Of three acts two are proper ones.
        st.sampled_from([PROPER] * 2 * len(TWISTS) + TWISTS),
        *(_number, _number, st.integers(0, 2), _number, _number),
    ),
    min_size=10,
    max_size=24,
)
