"""What the people of `play` do to each other's rights, through the services.

Each act takes the world and a step, and raises RefusalError, or NothingToDoError.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from hypothesis import strategies as st

from access.actors import Actor
from access.models import (
    AccessRequest,
    Account,
    AgencyEvent,
    Assignment,
    ReviewCampaign,
    ReviewItem,
    Role,
    Scope,
)
from access.permissions import ROLES
from access.services import (
    accounts,
    delegations,
    invitations,
    leaving,
    posts,
    reorganisation,
    requests,
    reviews,
)
from portal.core import clock
from tests.access.play import (
    PROPER,
    SMALL,
    NothingToDoError,
    Step,
    World,
    one_of,
    own,
)
from tests.factories.access import AccountFactory
from tests.factories.reorganisation import approved, merge

Act = Callable[[World, Step], None]
Kind = requests.Kind


# ── Grants ────────────────────────────────────────────────────────────────────────
def grant(world: World, step: Step) -> None:
    agency = world.agency(step)
    by = world.by(step, "accounts.manage", agency)
    post = world.post(step, by, agency)
    whom = world.whom(step, by)
    if step.twist != "himself":
        there = Assignment.objects.filter(agency=agency, role=post.role)
        without = [
            each
            for each in world.people()
            if each != by.account and not there.filter(account=each).exists()
        ]
        whom = one_of(without, step.whom)
    posts.grant(whom, post, by=by)


def grant_to_the_gone(world: World, step: Step) -> None:
    agency = world.agency(step)
    by = world.by(step, "accounts.manage", agency)
    posts.grant(world.gone(step), world.post(step, by, agency), by=by)


def appoint_alone(world: World, step: Step) -> None:
    """One of the province gives a role of the province without a second one."""
    by = world.by(step, "accounts.appoint", one_of(world.agencies[:2], step.by))
    provincial = [r for r in world.roles.values() if not r.is_for_every_agency]
    today = clock.today()
    post = posts.Post(
        world.agency(step), one_of(provincial, step.role), today, scope=Scope.BETWEEN
    )
    posts.grant(world.whom(step, by), post, by=by)


def invite(world: World, step: Step) -> None:
    agency = world.agency(step)
    by = world.by(step, "accounts.manage", agency)
    new = AccountFactory.build()
    person = invitations.Person(new.full_name, new.username, new.email)
    post = world.post(step, by, agency)
    invitations.invite(person, post, by=by, is_mailed=False)


def invite_again(world: World, step: Step) -> None:
    agency = world.agency(step)
    by = world.by(step, "accounts.manage", agency)
    whom = world.whom(step, by)
    if step.twist in {PROPER, "elsewhere"}:
        whom = world.colleague(step, by, agency)
    invitations.renew(whom, by=by)


def confirm(world: World, step: Step) -> None:
    agency = world.agency(step)
    by = world.by(step, "accounts.confirm", agency)
    waiting = own().filter(agency=agency, confirmed_at=None).order_by("pk")
    if step.twist == "himself":
        waiting = own().filter(account=by.account).order_by("pk")
    elif step.twist == "granted":
        # Whoever grants and confirms: he is both head and administrator.
        waiting = own().filter(granted_by=by.account).order_by("pk")
    posts.confirm(one_of(list(waiting), step.thing), by=by)


# ── Requests ──────────────────────────────────────────────────────────────────────
def ask(world: World, step: Step) -> None:
    agency = world.agency(step)
    by = world.by(step, "accounts.manage", agency)
    _ask(world, step, by, world.role(step, by, agency))


def ask_for_oneself(world: World, step: Step) -> None:
    agency = world.agency(step)
    by = Actor(one_of(world.people(), step.by), agency)
    role = one_of(sorted(world.roles.values(), key=lambda r: r.code), step.role)
    if step.twist == PROPER and not role.is_for_every_agency:
        role = world.roles["records_clerk"]
    _ask(world, step, by, role, account=by.person)


def ask_to_appoint(world: World, step: Step) -> None:
    by = world.by(step, "accounts.appoint", one_of(world.agencies[:2], step.by))
    provincial = [r for r in world.roles.values() if not r.is_for_every_agency]
    _ask(world, step, by, one_of(provincial, step.role))


def _ask(
    world: World, step: Step, by: Actor, role: Role, account: Account | None = None
) -> None:
    agency = world.agency(step)
    wish = requests.Wish(
        Kind.GRANT,
        agency,
        "Thử",
        account=account or world.whom(step, by),
        role=role,
        scope=world.scope(step, by, agency),
    )
    requests.submit(wish, by=by)


def ask_for_a_lost_device(world: World, step: Step) -> None:
    agency = world.agency(step)
    by = world.by(step, "accounts.manage", agency)
    whom = world.colleague(step, by, agency)
    if step.twist == "beyond":
        whom = world.whom(step, by)
    requests.submit(requests.Wish(Kind.RESET, agency, "Thử", account=whom), by=by)


def ask_to_reopen(world: World, step: Step) -> None:
    agency = world.agency(step)
    by = world.by(step, "accounts.manage", agency)
    whom = world.gone(step)
    posts_there = Assignment.objects.filter(account=whom, agency=agency)
    if step.twist == PROPER and not posts_there.exists():
        raise NothingToDoError
    requests.submit(requests.Wish(Kind.REOPEN, agency, "Thử", account=whom), by=by)


def decide(world: World, step: Step) -> None:
    waiting = list(AccessRequest.objects.pending().order_by("pk"))
    request = one_of(waiting, step.thing)
    if step.twist == "himself":
        people = [one for one in (request.requested_by, request.account) if one]
    elif step.twist == "by a delegate":
        given = Assignment.objects.effective().exclude(delegated_from=None)
        people = [right.account for right in given.select_related("account")]
    elif step.twist == "anybody":
        people = world.people()
    else:
        request, people = _decidable(world, step)
    by = Actor(one_of(people, step.by), request.agency)
    requests.approve(request, by=by)


def _decidable(world: World, step: Step) -> tuple[AccessRequest, list[Account]]:
    looking = ("accounts.manage", "accounts.confirm")
    held = own().with_permission(*looking).values("account")
    people = list(Account.objects.filter(pk__in=held).order_by("pk"))
    for number in range(len(people)):
        person = one_of(people, step.by + number)
        mine = AccessRequest.objects.decidable_by(person).order_by("-pk")
        if mine:
            return one_of(list(mine), step.whom), [person]
    raise NothingToDoError


# ── Ends ──────────────────────────────────────────────────────────────────────────
def revoke(world: World, step: Step) -> None:
    right, by = world.others_right(step)
    posts.revoke(right, by=by, reason="Thử")


def end(world: World, step: Step) -> None:
    right, by = world.others_right(step)
    last_day = clock.today() + timedelta(days=step.role % 4)
    if step.twist == "longer":
        last_day += timedelta(days=30)
        ending = own().filter(agency=right.agency, ends_on__isnull=False)
        right = one_of(list(ending.order_by("pk")), step.thing)
    posts.end(right, last_day, by=by, reason="Thử")


def suspend(world: World, step: Step) -> None:
    by, whom = _person(world, step)
    accounts.suspend(whom, by=by, reason="Thử")


def reopen(world: World, step: Step) -> None:
    by = world.by(step, "accounts.manage", world.agency(step))
    accounts.reopen(world.gone(step), by=by, reason="Thử")


def leave(world: World, step: Step) -> None:
    by, whom = _person(world, step)
    leaving.leave(whom, by=by, reason="Thử")


def transfer(world: World, step: Step) -> None:
    agency = world.agency(step)
    by, whom = _person(world, step)
    role = world.roles["records_clerk"]
    move = leaving.Transfer(world.elsewhere(agency), role, "Thử", scope=Scope.INSIDE)
    leaving.transfer(whom, agency, move, by=by)


def _person(world: World, step: Step) -> tuple[Actor, Account]:
    agency = world.agency(step)
    by = world.by(step, "accounts.manage", agency)
    return by, world.colleague(step, by, agency)


# ── Delegations ───────────────────────────────────────────────────────────────────
def delegate(world: World, step: Step) -> None:
    rights = Assignment.objects.effective().order_by("pk")
    handed_on = step.twist == "handed on"
    sources = rights.filter(delegated_from__isnull=not handed_on)
    if step.twist == "longer":
        sources = sources.filter(ends_on__isnull=False)
    source = one_of(list(sources), step.thing)
    by = Actor(source.account, source.agency)
    if step.twist == "anybody":
        by = Actor(one_of(world.people(), step.by), source.agency)
    near = list(delegations.colleagues(source).exclude(pk=by.person.pk).order_by("pk"))
    if step.twist == "himself":
        to = by.person
    elif step.twist == "elsewhere":
        to = one_of(world.people(), step.whom)
    else:
        to = one_of(near, step.whom)
    today = clock.today()
    until = today + timedelta(days=20 if step.twist == "longer" else step.agency)
    mandate = delegations.Mandate(to, _wanted(step, source), today, until)
    delegations.delegate(source, mandate, by=by)


def _wanted(step: Step, source: Assignment) -> set[str]:
    """Return one permission of the right's own, and one besides where it is twisted."""
    bundle = sorted(ROLES[source.role.code].permissions)
    codes = delegations.delegable_permissions(source)
    wanted = {one_of(codes if step.twist != "wider" else bundle, step.role)}
    if step.twist == "beyond":
        every = sorted({c for each in ROLES.values() for c in each.permissions})
        wanted.add(one_of(every, step.role))
    return wanted


def end_delegation(world: World, step: Step) -> None:
    given = Assignment.objects.unended().exclude(delegated_from=None)
    found = one_of(list(given.order_by("pk")), step.thing)
    by = found.account
    if step.twist == "anybody":
        by = one_of(world.people(), step.by)
    delegations.end(found, by=Actor(by, found.agency))


# ── Reviews ───────────────────────────────────────────────────────────────────────
def open_review(world: World, step: Step) -> None:
    agency = world.agency(step)
    by = world.by(step, "accounts.manage", agency)
    days = clock.today() + timedelta(days=step.role % 2), timedelta(days=5)
    wanted = reviews.Wanted("Thử", agency, days[0], clock.today() + days[1])
    reviews.open_campaign(wanted, by=by)


def review(world: World, step: Step) -> None:
    """Decide on one right of an open review: confirm it, or let it end."""
    campaign = one_of(list(ReviewCampaign.objects.open().order_by("pk")), step.agency)
    items = campaign.items.undecided().order_by("pk")
    if step.twist == "anybody":
        person = one_of(world.people(), step.by)
    else:
        held = own().with_permission("accounts.manage", "accounts.confirm")
        if step.twist != "elsewhere":
            held = held.filter(agency=campaign.agency)
        people = Account.objects.filter(pk__in=held.values("account")).order_by("pk")
        person = one_of(list(people), step.by)
    if step.twist == PROPER:
        items = items.reviewable_by(person)
    elif step.twist == "himself":
        items = items.filter(assignment__account=person)
    elif step.twist == "granted":
        items = items.filter(assignment__granted_by=person)
    item: ReviewItem = one_of(list(items), step.thing)
    does = one_of([reviews.confirm, reviews.revoke], step.role)
    does(item, by=Actor(person, campaign.agency), evidence="Thử")


# ── Reorganisations ───────────────────────────────────────────────────────────────
@transaction.atomic
def merge_the_small(world: World, step: Step) -> None:
    """Let the small agency end at once; some of its rights pass to the heir."""
    small, heir = world.agencies[SMALL], world.agencies[step.agency % SMALL]
    if not small.is_in_force():
        raise NothingToDoError
    first, second, *_others = [*world.of_the_province(step), None]
    if second is None:
        raise NothingToDoError
    planned = merge(small, heir, world.legal_basis)
    event = reorganisation.propose(planned, by=first)
    taker = str(event.changes.get(gives=False).pk)
    chosen = list(own().filter(agency=small).order_by("pk"))[: step.thing % 3]
    if step.twist == "own right":
        his = own().filter(agency=small, account=second.account)
        chosen = list(his.order_by("pk"))
    choices = {("access.assignment", str(right.pk)): taker for right in chosen}
    reorganisation.decide(event, choices, by=first)
    world.passing |= {right.pk for right in chosen}
    _accept_the_rest(event, first)
    if approved(event, second).state != AgencyEvent.State.APPLIED:
        raise NothingToDoError
    small.refresh_from_db()


def _accept_the_rest(event: AgencyEvent, by: Actor) -> None:
    open_rows = reorganisation.build(event).open_rows
    choices = {(row.kind.code, row.thing.key): "ends" for row in open_rows}
    if choices:
        reorganisation.decide(event, choices, by=by)


# ── Time ──────────────────────────────────────────────────────────────────────────
def let_days_pass(world: World, step: Step) -> None:
    world.days += 1 + step.thing % 2


# Each act, how often its proper form comes, and what may be wrong with it.
_WRONG: dict[Act, tuple[int, str]] = {
    grant: (4, "anybody/himself/elsewhere/beyond/wider/by a delegate"),
    grant_to_the_gone: (0, "the gone"),
    appoint_alone: (0, "alone"),
    invite: (1, "anybody/elsewhere/beyond/wider/by a delegate"),
    invite_again: (2, "anybody/himself/elsewhere/beyond"),
    confirm: (2, "anybody/himself/elsewhere/granted"),
    ask: (2, "anybody/himself/elsewhere/beyond"),
    ask_for_oneself: (2, "beyond"),
    ask_to_appoint: (3, "anybody/himself"),
    ask_for_a_lost_device: (2, "anybody/himself/elsewhere/beyond"),
    ask_to_reopen: (1, "anybody/elsewhere"),
    decide: (12, "anybody/himself/by a delegate"),
    revoke: (1, "anybody/himself/elsewhere/beyond"),
    end: (2, "anybody/himself/elsewhere/longer"),
    suspend: (1, "anybody/himself/elsewhere"),
    reopen: (1, "anybody/elsewhere"),
    leave: (1, "anybody/himself/elsewhere"),
    transfer: (1, "anybody/himself/elsewhere"),
    delegate: (5, "anybody/himself/elsewhere/beyond/wider/handed on/longer"),
    end_delegation: (1, "anybody"),
    open_review: (2, "anybody/elsewhere"),
    review: (3, "anybody/himself/elsewhere/granted"),
    merge_the_small: (1, "anybody/himself/by an agency/own right"),
    let_days_pass: (3, ""),
}
ACTS = {act.__name__: act for act in _WRONG}
TWISTS = [
    (act.__name__, twist)
    for act, (_often, wrong) in _WRONG.items()
    for twist in filter(None, wrong.split("/"))
]
_CHOICES = [
    (act.__name__, twist)
    for act, (often, wrong) in _WRONG.items()
    for twist in [*[PROPER] * often, *filter(None, wrong.split("/"))]
]
_number = st.integers(0, 59)
plans = st.lists(
    st.builds(
        lambda what, *numbers: Step(*what, *numbers),
        st.sampled_from(_CHOICES),
        *(_number, _number, st.integers(0, 3), _number, _number),
    ),
    min_size=25,
    max_size=40,
)
