"""What may come of an act, written down a second time.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b.
"""

from collections import Counter
from datetime import timedelta

from access import powers, rights
from access.actors import Actor
from access.models import AccessRequest, Account, Agency, AgencyEvent, AuditEntry
from tests.access.book import (
    CONFIRM,
    MANAGE,
    NEVER_HANDED_ON,
    OF_AN_AGENCY,
    Book,
    Right,
)
from tests.access.play import Step, World, one_of

ASKED = [CONFIRM, "accounts.appoint", "agencies.manage", "exchange.send"]


# ── New rights ────────────────────────────────────────────────────────────────────
def check_new_rights(world: World, before: Book, after: Book) -> None:
    """Hold each new right against what its grantor held the moment before."""
    for pk in after.rights.keys() - before.rights.keys():
        made = after.rights[pk]
        assert made.granted_by != made.account
        assert made.is_active
        if made.source is not None:
            check_delegation(before, after, made)
        elif made.decision == world.legal_basis.number:
            check_passed(world, before, made)
        elif not before.may_grant_alone(made.granted_by, made):
            applied = AccessRequest.objects.filter(
                account=made.account, decided_by=made.granted_by, state="applied"
            )
            asked = applied.order_by("decided_at").last()
            assert asked is not None, "one person alone gave it"
            two = {asked.requested_by_id, made.granted_by}
            assert len(two - {made.account}) == 2
            assert all(before.appoints(account) for account in two)


def check_passed(world: World, before: Book, made: Right) -> None:
    """A right that passed was there, was chosen to, and is no wider; by two others."""
    event = AgencyEvent.objects.latest("applied_at")
    two = {event.planned_by_id, event.approved_by_id} - {made.account}
    assert len(two) == 2
    assert all(before.appoints(account) for account in two)
    assert any(
        was.pk in world.passing
        and (was.account, was.role, was.scope) == (made.account, made.role, made.scope)
        for was in before.unended_of(made.account)
    )


def check_delegation(before: Book, after: Book, made: Right) -> None:
    """A delegated right is part of one that its delegator holds himself."""
    source = before.rights[made.source or 0]
    assert before.holds(source)
    assert source.source is None
    assert made.granted_by == source.account != made.account
    assert (made.agency, made.role, made.scope) == source[3:4] + source[6:8]
    assert made.ends_on is not None
    assert source.ends_on is None or made.ends_on <= source.ends_on
    codes = after.handed_on.get(made.pk, set())
    assert codes
    assert codes <= before.gives(source) - NEVER_HANDED_ON
    assert any(
        (right.account, right.agency, right.source) == (made.account, made.agency, None)
        for right in before.effective()
    )


def check_grown(before: Book, after: Book) -> None:
    """No right that was there grows, and what has ended does not come back."""
    for pk, was in before.rights.items():
        now = after.rights[pk]
        fixed = (was.account, was.agency, was.role, was.scope, was.source)
        assert fixed == (now.account, now.agency, now.role, now.scope, now.source)
        assert now.starts_on == was.starts_on
        assert was.ends_on is None or (now.ends_on and now.ends_on <= was.ends_on)
        assert was.revoked_at is None or now.revoked_at is not None
        assert before.handed_on.get(pk) == after.handed_on.get(pk)
        if now.confirmed_by is not None:
            assert now.confirmed_by not in {now.account, now.granted_by}


# ── Acts on others ────────────────────────────────────────────────────────────────
def check_acts(before: Book, after: Book) -> None:
    """Hold who acted on whom against what he held the moment before."""
    for entry in AuditEntry.objects.filter(pk__gt=before.last_entry).order_by("pk"):
        if check := _RULES.get(entry.event):
            is_about_a_person = not entry.event.startswith("access.reorganisation")
            assert not is_about_a_person or entry.actor_id != _person(entry)
            check(before, after, entry)


def _ended(before: Book, after: Book, entry: AuditEntry) -> None:
    if entry.actor_id is None:  # the portal itself, at a merge
        return
    for pk, was in before.rights.items():
        now = after.rights[pk]
        if (was.ends_on, was.revoked_at) == (now.ends_on, now.revoked_at):
            continue
        ended = was if was.source is None else before.rights[was.source]
        assert before.may_end(entry.actor_id, ended)
        assert was.source or was.account == entry.object_id
    _nothing_hangs_on(after)


def _confirmed(before: Book, _after: Book, entry: AuditEntry) -> None:
    assert before.may(entry.actor_id, CONFIRM, entry.agency_id or 0)


def _governed(before: Book, _after: Book, entry: AuditEntry) -> None:
    assert before.governs(entry.actor_id, _person(entry))


def _left(before: Book, after: Book, entry: AuditEntry) -> None:
    _governed(before, after, entry)
    assert not after.unended_of(_person(entry))
    _nothing_hangs_on(after)


def _transferred(before: Book, after: Book, entry: AuditEntry) -> None:
    there = [
        r for r in before.unended_of(_person(entry)) if r.agency == entry.agency_id
    ]
    assert there
    assert all(before.may_end(entry.actor_id, right) for right in there)
    assert before.may(entry.actor_id, MANAGE, entry.agency_id or 0)
    assert all(r.agency != entry.agency_id for r in after.unended_of(_person(entry)))
    _nothing_hangs_on(after)


def _reopened(before: Book, after: Book, entry: AuditEntry) -> None:
    if not before.governs(entry.actor_id, _person(entry)):
        _by_two(before, entry, AccessRequest.Kind.REOPEN)


def _invited(before: Book, after: Book, entry: AuditEntry) -> None:
    """Whoever gets the link could act as the person: it is his to look after."""
    account = _person(entry)
    is_new = account not in before.accounts
    is_his = account not in before.enrolled and before.governs(entry.actor_id, account)
    if not (is_new or is_his):
        _by_two(before, entry, AccessRequest.Kind.RESET)


def _by_two(before: Book, entry: AuditEntry, kind: str) -> None:
    """One who governs the account asked for it, and another decided."""
    asked = AccessRequest.objects.filter(
        kind=kind, account=entry.object_id, decided_by=entry.actor_id, state="applied"
    ).latest("decided_at")
    first = asked.requested_by_id
    assert len({first, entry.actor_id, _person(entry)}) == 3
    assert before.governs(first, _person(entry)) or before.appoints(first)
    assert before.appoints(entry.actor_id) or any(
        before.may(entry.actor_id, permission, asked.agency_id)
        for permission in (MANAGE, CONFIRM)
    )


def _reviewed(before: Book, after: Book, entry: AuditEntry) -> None:
    assert before.appoints(entry.actor_id) or any(
        before.may(entry.actor_id, permission, entry.agency_id or 0)
        for permission in (MANAGE, CONFIRM)
    )
    for pk, was in before.rights.items():
        if after.rights[pk].revoked_at != was.revoked_at and was.source is None:
            assert entry.actor_id not in {was.account, was.granted_by}


def _planned(before: Book, _after: Book, entry: AuditEntry) -> None:
    assert any(
        right.account == entry.actor_id and "agencies.manage" in before.gives(right)
        for right in before.effective()
    )


def _applied(before: Book, after: Book, entry: AuditEntry) -> None:
    """Of the agency that ended nothing is left, and two administered its end."""
    event = AgencyEvent.objects.get(pk=entry.object_id)
    assert event.planned_by_id != event.approved_by_id
    yesterday = event.effective_on - timedelta(days=1)
    for right in after.rights.values():
        if right.agency_ends == yesterday and right.revoked_at is None:
            assert right.ends_on
            assert right.ends_on <= yesterday


def _nothing_hangs_on(after: Book) -> None:
    """What was delegated from a right that was cut off is cut off too."""
    for right in after.rights.values():
        source = after.rights.get(right.source or 0)
        if source is not None and source.revoked_at is not None:
            has_ended = right.ends_on is not None and right.ends_on < after.today
            assert has_ended or right.revoked_at is not None


def _person(entry: AuditEntry) -> int:
    return int(entry.object_id or 0)


_RULES = {
    "access.right_ended": _ended,
    "access.right_revoked": _ended,
    "access.right_confirmed": _confirmed,
    "access.account_suspended": _governed,
    "access.account_left": _left,
    "access.account_transferred": _transferred,
    "access.account_reopened": _reopened,
    "access.account_invited": _invited,
    "access.review_confirmed": _reviewed,
    "access.review_revoked": _reviewed,
    "access.reorganisation_planned": _planned,
    "access.reorganisation_approved": _planned,
    "access.reorganisation_applied": _applied,
}


# ── Requests ──────────────────────────────────────────────────────────────────────
def check_requests(before: Book) -> None:
    """Nobody decides on what he asked for, or is about him, or asks beyond his own."""
    decided = AccessRequest.objects.filter(state__in=["applied", "refused"])
    for request in decided:
        assert request.decided_by_id not in {
            request.requested_by_id,
            request.account_id,
        }
    since = AuditEntry.objects.filter(pk__gt=before.last_entry)
    for entry in since.filter(event="access.request_approved"):
        _check_decider(before, entry.actor_id)
    for entry in since.filter(event="access.request_made"):
        if entry.object_id == entry.actor_id or before.appoints(entry.actor_id):
            continue
        asked = AccessRequest.objects.filter(requested_by=entry.actor_id).latest("pk")
        assert asked.role is None or asked.role.code in OF_AN_AGENCY
        assert any(
            before.may(entry.actor_id, name, asked.agency_id)
            for name in (MANAGE, CONFIRM)
        )


def _check_decider(before: Book, decider: int | None) -> None:
    """A decider decides by a right of his own, for the agency that is concerned."""
    request = AccessRequest.objects.filter(decided_by=decider).latest("decided_at")
    concerned = request.to_agency_id or request.agency_id
    assert before.appoints(decider) or any(
        (right.account, right.agency, right.source) == (decider, concerned, None)
        and {MANAGE, CONFIRM} & before.gives(right)
        for right in before.effective()
    )


# ── What always holds ─────────────────────────────────────────────────────────────
def check_administrators(before: Book, after: Book) -> None:
    """No act, but time, takes an agency's last administrator, or the province's."""
    gone = {
        right.agency for right in after.rights.values() if right.agency_ends is not None
    }
    for ahead in range(2):
        day = after.today + timedelta(days=ahead)
        assert before.administered(day) - gone <= after.administered(day)
    assert any(after.appoints(right.account) for right in after.effective())
    heads = Counter(
        right.agency
        for right in after.effective()
        if right.role == "agency_head" and right.source is None
    )
    assert all(count == 1 for count in heads.values())


def check_answers(world: World, step: Step, book: Book) -> None:
    """The portal says yes exactly where a right that holds today gives it."""
    given = {
        (right.account, right.agency, code, right.pk)
        for right in book.effective()
        for code in book.gives(right)
    }
    said = {
        (each.account.pk, each.agency.pk, each.permission, each.assignment.pk)
        for each in powers.powers(book.today)
    }
    assert said == given
    account = one_of(list(Account.objects.order_by("pk")), step.whom)
    for permission in (MANAGE, one_of(ASKED, step.role)):
        yes = {
            agency
            for who, agency, code, _pk in given
            if (who, code) == (account.pk, permission)
        }
        may = [one for one in world.agencies if rights.may(account, permission, one)]
        assert {agency.pk for agency in may} == yes
        where = Agency.objects.where(account, permission)
        assert set(where.values_list("pk", flat=True)) == yes
        one = one_of(world.agencies, step.thing)
        assert Actor(account).may(permission, one) == (one.pk in yes)
