"""No sequence of allowed acts gives anybody more than others may give him.

Chance plays people of three agencies, who grant, ask, decide, delegate, end, suspend,
transfer and let leave through the services (play.py). Most acts are proper ones; some
have one thing wrong, each in its own way. What is refused does not matter; what is
achieved is held against rules written down here a second time, from the table of roles
alone. Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b.
"""

from collections import Counter
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis.extra.django import TestCase

from access.models import AccessRequest, Assignment, AuditEntry, Scope
from access.permissions import NOT_DELEGABLE, ROLES
from access.reach import BETWEEN_AGENCIES
from portal.core.errors import RefusalError
from tests.access.play import ACTS, NothingToDoError, Step, World, plans

# Acts on somebody else's rights or account: never on one's own.
ON_OTHERS = {
    *("access.right_granted", "access.right_ended", "access.right_revoked"),
    *("access.right_confirmed", "access.account_suspended", "access.account_left"),
    *("access.account_reopened", "access.account_transferred"),
}
NEVER_ALLOWED = {"grant_to_the_gone"}


class Held(NamedTuple):
    """A right of somebody's own."""

    account: int
    agency: int
    role: str
    scope: str


class Seen(NamedTuple):
    """What stood there before an act."""

    own: dict[int, Held]
    entries: int
    known: set[int]


def seen() -> Seen:
    last = AuditEntry.objects.order_by("pk").last()
    known = set(Assignment.objects.values_list("pk", flat=True))
    return Seen(own_rights(), last.pk if last else 0, known)


def own_rights() -> dict[int, Held]:
    """Return the rights that persons hold themselves today, by key."""
    rows = Assignment.objects.effective().filter(delegated_from=None)
    values = rows.values_list("pk", "account", "agency", "role__code", "scope")
    return {pk: Held(*rest) for pk, *rest in values}


def holds(held: set[Held], account: int | None, permission: str, agency: int) -> bool:
    return any(
        (right.account, right.agency) == (account, agency)
        and permission in ROLES[right.role].permissions
        for right in held
    )


def appoints(held: set[Held], account: int | None) -> bool:
    return any(
        right.account == account
        and right.role == "province_admin"
        and right.scope == Scope.BETWEEN
        for right in held
    )


def may_grant_alone(held: set[Held], grantor: int | None, made: Assignment) -> bool:
    """Tell, from the table of roles, whether the grantor could give this alone."""
    return any(
        (right.account, right.agency) == (grantor, made.agency_id)
        and made.role.code in ROLES[right.role].grants
        and ROLES[made.role.code].is_for_every_agency
        and (right.scope == Scope.BETWEEN or made.scope == Scope.INSIDE)
        for right in held
    )


def check_new_rights(before: Seen) -> None:
    """Hold each new right against what its grantor held the moment before."""
    held = set(before.own.values())
    fresh = Assignment.objects.exclude(pk__in=before.known).filter(delegated_from=None)
    for made in fresh.select_related("role", "account"):
        assert made.granted_by_id != made.account_id
        assert made.account.is_active
        if may_grant_alone(held, made.granted_by_id, made):
            continue
        asked = AccessRequest.objects.filter(
            account=made.account_id, decided_by=made.granted_by_id, state="applied"
        ).latest("decided_at")
        two = {asked.requested_by_id, made.granted_by_id}
        assert len(two) == 2
        assert made.account_id not in two
        assert all(appoints(held, account) for account in two)


def check_requests(before: Seen) -> None:
    """Nobody decides on what he asked for, or on what is about him."""
    held = set(before.own.values())
    since = AuditEntry.objects.filter(pk__gt=before.entries)
    decided = AccessRequest.objects.exclude(decided_by=None)
    for request in decided.filter(state__in=["applied", "refused"]):
        assert request.decided_by_id not in {
            request.requested_by_id,
            request.account_id,
        }
    for entry in since.filter(event="access.request_made"):
        if entry.object_id == entry.actor_id or appoints(held, entry.actor_id):
            continue
        asked = AccessRequest.objects.filter(requested_by=entry.actor_id).latest("pk")
        looks_after = ("accounts.manage", "accounts.confirm")
        assert any(
            holds(held, entry.actor_id, name, asked.agency_id) for name in looks_after
        )


def check_acts(before: Seen) -> None:
    """Hold who acted on whom against what he held the moment before."""
    held = set(before.own.values())
    for entry in AuditEntry.objects.filter(
        pk__gt=before.entries, event__in=ON_OTHERS, agency__isnull=False
    ):
        assert entry.actor_id != entry.object_id, entry.event
        if entry.event == "access.right_confirmed":
            assert holds(held, entry.actor_id, "accounts.confirm", entry.agency_id)
        elif entry.event in {"access.right_ended", "access.right_revoked"}:
            assert_may_end(before, held, entry)
        elif entry.event == "access.account_transferred":
            assert holds(held, entry.actor_id, "accounts.manage", entry.agency_id)
        elif entry.event in {"access.account_suspended", "access.account_left"}:
            assert_governs(held, entry.actor_id, entry.object_id)
    confirmed = Assignment.objects.exclude(confirmed_by=None)
    for right in confirmed:
        assert right.confirmed_by_id not in {right.account_id, right.granted_by_id}


def assert_may_end(before: Seen, held: set[Held], entry: AuditEntry) -> None:
    """A right that this act ended was one that its actor may end."""
    ended = before.own.keys() - own_rights().keys()
    for pk in ended:
        right = before.own[pk]
        if ROLES[right.role].is_for_every_agency:
            assert holds(held, entry.actor_id, "accounts.manage", right.agency) or (
                appoints(held, entry.actor_id)
            )
        else:
            assert appoints(held, entry.actor_id)


def assert_governs(held: set[Held], actor: int | None, account: int | None) -> None:
    for right in held:
        if right.account != account:
            continue
        if ROLES[right.role].is_for_every_agency:
            assert holds(held, actor, "accounts.manage", right.agency)
        else:
            assert any(
                r.account == actor and "agencies.manage" in ROLES[r.role].permissions
                for r in held
            )


def check_delegations() -> None:
    """Each delegated right is part of a right that its delegator holds himself."""
    colleagues = {(right.account, right.agency) for right in own_rights().values()}
    rows = Assignment.objects.effective().exclude(delegated_from=None)
    for row in rows.select_related("delegated_from", "role"):
        source = row.delegated_from
        assert source is not None
        assert source.delegated_from_id is None
        assert source.revoked_at is None
        assert row.granted_by_id == source.account_id != row.account_id
        assert (row.agency_id, row.role_id, row.scope) == (
            source.agency_id,
            source.role_id,
            source.scope,
        )
        assert source.ends_on is None or row.ends_on <= source.ends_on
        codes = set(row.delegated_permissions.values_list("code", flat=True))
        within = ROLES[row.role.code].permissions - NOT_DELEGABLE
        if row.scope == Scope.INSIDE:
            within -= BETWEEN_AGENCIES
        assert codes
        assert codes <= within
        if row.confirmed_by_id is None and row.pk not in delegated_before:
            assert (row.account_id, row.agency_id) in colleagues
    delegated_before.update(rows.values_list("pk", flat=True))


def check_administrators(world: World) -> None:
    """Each agency keeps an administrator and one head at most; so does the province."""
    held = set(own_rights().values())
    administrators = {
        right.agency
        for right in held
        if "accounts.manage" in ROLES[right.role].permissions
    }
    assert administrators == {agency.pk for agency in world.agencies}
    assert any(appoints({right}, right.account) for right in held)
    heads = Counter(right.agency for right in held if right.role == "agency_head")
    assert all(count == 1 for count in heads.values())


delegated_before: set[int] = set()
refusals: Counter[str] = Counter()
successes: Counter[str] = Counter()


class NoMoreThanHeldTest(TestCase):
    """Chance plays; the rules hold after every step."""

    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(plans)
    def test_d13_5_b_nobody_comes_to_hold_more_than_others_may_give_him(
        self, plan: list[Step]
    ) -> None:
        world = World()
        delegated_before.clear()
        before = seen()
        for step in plan:
            try:
                world.play(step)
            except NothingToDoError:
                continue
            except RefusalError:
                refusals[step.act] += 1
                continue
            successes[step.act] += 1
            check_new_rights(before)
            check_requests(before)
            check_acts(before)
            check_delegations()
            check_administrators(world)
            before = seen()

    @classmethod
    def tearDownClass(cls) -> None:
        """A play in which most is refused, or an act never works, shows little."""
        super().tearDownClass()
        assert successes.total() > refusals.total()
        assert successes.keys() == ACTS.keys() - NEVER_ALLOWED
