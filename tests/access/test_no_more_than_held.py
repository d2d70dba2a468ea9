"""No sequence of allowed acts gives anybody more than others may give him.

Chance plays several people of three agencies, who grant, ask, decide, delegate, end,
suspend, transfer and let leave through the services. What they are refused does not
matter; what they achieve is held against rules written down here a second time, from
the table of roles alone. Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from access.actors import Actor
from access.models import AccessRequest, Account, Agency, Assignment, Role, Scope
from access.permissions import NOT_DELEGABLE, ROLES
from access.services import accounts, delegations, leaving, posts, requests
from portal.core import clock
from portal.core.errors import RefusalError
from tests.factories.access import AccountFactory, AgencyFactory, AssignmentFactory

# Who is there at the beginning: role and number of the agency; two hold nothing.
CAST = [
    ("province_admin", 0),
    ("province_admin", 1),
    ("agency_admin", 0),
    ("agency_admin", 1),
    ("agency_admin", 1),
    ("agency_admin", 2),
    ("agency_head", 1),
    ("security_officer", 2),
]
BYSTANDERS = 2


class Step(NamedTuple):
    """One act: numbers that are read modulo what there is to choose from."""

    act: str
    by: int
    whom: int
    agency: int
    role: int
    thing: int
    is_inside: bool


class Held(NamedTuple):
    """A right of somebody's own."""

    account: int
    agency: int
    role: str
    scope: str


class World:
    """The people, and what each step does to them."""

    def __init__(self) -> None:
        self.agencies = [AgencyFactory() for _each in range(3)]
        self.people = [
            AssignmentFactory(role_code=role, agency=self.agencies[number]).account
            for role, number in CAST
        ]
        self.people += [AccountFactory() for _each in range(BYSTANDERS)]
        self.roles = list(Role.objects.order_by("code"))

    def play(self, step: Step) -> None:
        """Do one act through the services; a refusal is an answer like any other."""
        person = self.people[step.by % len(self.people)]
        by = Actor(Account.objects.get(pk=person.pk), self._agency(step))
        if by.person.is_active:
            ACTS[step.act](self, step, by)

    def _agency(self, step: Step) -> Agency:
        return self.agencies[step.agency % len(self.agencies)]

    def _whom(self, step: Step) -> Account:
        return Account.objects.get(pk=self.people[step.whom % len(self.people)].pk)

    def _post(self, step: Step) -> posts.Post:
        return posts.Post(
            self._agency(step),
            self.roles[step.role % len(self.roles)],
            clock.today(),
            scope=Scope.INSIDE if step.is_inside else Scope.BETWEEN,
        )

    def _right(self, step: Step) -> Assignment:
        rights = list(Assignment.objects.unended().order_by("pk"))
        return rights[step.thing % len(rights)]

    def grant(self, step: Step, by: Actor) -> None:
        posts.grant(self._whom(step), self._post(step), by=by)

    def ask(self, step: Step, by: Actor) -> None:
        post = self._post(step)
        wish = requests.Wish(
            requests.Kind.GRANT,
            post.agency,
            "Thử",
            account=self._whom(step),
            role=post.role,
            scope=post.scope,
        )
        requests.submit(wish, by=by)

    def decide(self, step: Step, by: Actor) -> None:
        waiting = list(AccessRequest.objects.pending().order_by("pk"))
        if waiting:
            requests.approve(waiting[step.thing % len(waiting)], by=by)

    def revoke(self, step: Step, by: Actor) -> None:
        posts.revoke(self._right(step), by=by, reason="Thử")

    def end(self, step: Step, by: Actor) -> None:
        posts.end(self._right(step), clock.today(), by=by, reason="Thử")

    def confirm(self, step: Step, by: Actor) -> None:
        posts.confirm(self._right(step), by=by)

    def suspend(self, step: Step, by: Actor) -> None:
        accounts.suspend(self._whom(step), by=by, reason="Thử")

    def reopen(self, step: Step, by: Actor) -> None:
        accounts.reopen(self._whom(step), by=by, reason="Thử")

    def leave(self, step: Step, by: Actor) -> None:
        leaving.leave(self._whom(step), by=by, reason="Thử")

    def transfer(self, step: Step, by: Actor) -> None:
        post = self._post(step)
        to = self.agencies[step.thing % len(self.agencies)]
        move = leaving.Transfer(to, post.role, "Thử", scope=post.scope)
        leaving.transfer(self._whom(step), post.agency, move, by=by)

    def delegate(self, step: Step, by: Actor) -> None:
        source = self._right(step)
        codes = sorted(source.role.permissions.values_list("code", flat=True))
        mandate = delegations.Mandate(
            self._whom(step),
            codes[step.role % len(codes) :][: 1 + step.agency],
            clock.today(),
            clock.today() + timedelta(days=step.agency),
        )
        # Whoever holds it may try; so may everybody else.
        holder = source.account if step.by % 2 else by.person
        delegations.delegate(source, mandate, by=Actor(holder, source.agency))

    def end_delegation(self, step: Step, by: Actor) -> None:
        delegations.end(self._right(step), by=by)


ACTS: dict[str, Callable[[World, Step, Actor], None]] = {
    name: getattr(World, name)
    for name in (
        *("grant", "ask", "decide", "revoke", "end", "confirm", "suspend", "reopen"),
        *("leave", "transfer", "delegate", "end_delegation"),
    )
}
# What gives rights comes more often than what takes them away.
CHOICES = [
    *ACTS,
    "grant",
    "grant",
    "grant",
    "ask",
    "ask",
    "decide",
    "decide",
    "delegate",
]
number = st.integers(0, 59)
steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(CHOICES),
        *(number, number, st.integers(0, 2), number, number),
        st.booleans(),
    ),
    min_size=8,
    max_size=24,
)


def own_rights() -> dict[int, Held]:
    """Return the rights that persons hold themselves today, by key."""
    rows = Assignment.objects.effective().filter(delegated_from=None)
    values = rows.values_list("pk", "account", "agency", "role__code", "scope")
    return {pk: Held(*rest) for pk, *rest in values}


def may_grant_alone(held: set[Held], grantor: int, made: Held) -> bool:
    """Tell, from the table of roles, whether the grantor could give this alone."""
    return any(
        right.account == grantor
        and right.agency == made.agency
        and made.role in ROLES[right.role].grants
        and ROLES[made.role].is_for_every_agency
        and (right.scope == Scope.BETWEEN or made.scope == Scope.INSIDE)
        for right in held
    )


def appoints(held: set[Held], account: int) -> bool:
    return any(
        right.account == account
        and right.role == "province_admin"
        and right.scope == Scope.BETWEEN
        for right in held
    )


def check_new_rights(before: dict[int, Held], after: dict[int, Held]) -> None:
    """Hold each new right against what its grantor held the moment before."""
    held = set(before.values())
    # An account that is opened again brings back rights that were granted before.
    known = set(Assignment.objects.filter(granted_by=None).values_list("pk", flat=True))
    for pk in after.keys() - before.keys() - known - seen_before:
        row = Assignment.objects.get(pk=pk)
        made, grantor = after[pk], row.granted_by_id
        assert grantor != made.account
        if may_grant_alone(held, grantor, made):
            continue
        asked = AccessRequest.objects.filter(
            account=made.account, decided_by=grantor, state="applied"
        ).latest("decided_at")
        askers = {asked.requested_by_id, grantor}
        assert len(askers) == 2
        assert made.account not in askers
        assert all(appoints(held, account) for account in askers)
    seen_before.update(after)


def check_delegations() -> None:
    """Each delegated right is part of a right that its delegator holds himself."""
    for row in Assignment.objects.effective().exclude(delegated_from=None):
        source = row.delegated_from
        assert source is not None
        assert source.delegated_from is None
        assert Assignment.objects.effective().contains(source)
        assert source.account_id != row.account_id
        assert (row.agency, row.role, row.scope) == (
            source.agency,
            source.role,
            source.scope,
        )
        assert source.ends_on is None or row.ends_on <= source.ends_on
        given_codes = set(row.delegated_permissions.values_list("code", flat=True))
        assert given_codes
        assert given_codes <= ROLES[row.role.code].permissions - NOT_DELEGABLE


def check_administrators(world: World, after: dict[int, Held]) -> None:
    """Each agency keeps an administrator and one head at most; so does the province."""
    administrators = {
        right.agency
        for right in after.values()
        if "accounts.manage" in ROLES[right.role].permissions
    }
    assert administrators == {agency.pk for agency in world.agencies}
    assert any(appoints({right}, right.account) for right in after.values())
    heads = Counter(r.agency for r in after.values() if r.role == "agency_head")
    assert all(count == 1 for count in heads.values())


seen_before: set[int] = set()


class NoMoreThanHeldTest(TestCase):
    """Chance plays; the rules hold after every step."""

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(steps)
    def test_d13_5_b_nobody_comes_to_hold_more_than_others_may_give_him(
        self, plan: list[Step]
    ) -> None:
        world = World()
        before = own_rights()
        seen_before.clear()
        seen_before.update(before)
        done = 0
        for step in plan:
            try:
                world.play(step)
            except RefusalError:
                continue
            done += 1
            after = own_rights()
            check_new_rights(before, after)
            check_delegations()
            check_administrators(world, after)
            before = after
        successes.append(done)

    @classmethod
    def tearDownClass(cls) -> None:
        """A play in which everything is refused would show nothing."""
        super().tearDownClass()
        assert sum(successes) > len(successes)


successes: list[int] = []
