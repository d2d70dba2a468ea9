"""Requests: one asks, another decides, and the portal does it at once.

The right that a request brings stays marked as unconfirmed until the head confirms it
(`posts.confirm`). Who decides on what is said in `AccessRequestQuerySet.decidable_by`.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b and 15.7.
"""

from dataclasses import dataclass, fields
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access import audit, notices, rights
from access.actors import Actor
from access.identity import Identity
from access.models import AccessRequest, Account, Agency, Assignment, Role, Scope
from access.refusals import (
    AccountBeyondError,
    AskedAlreadyError,
    LastDayError,
    MoreThanHeldError,
    NothingToAskError,
    OwnRightsError,
    RequestClosedError,
    UsernameTakenError,
)
from access.services import accounts, device_reset, invitations, people, posts
from portal.core import clock
from portal.core.errors import NotAllowedError, SecondPersonError

Kind = AccessRequest.Kind
State = AccessRequest.State

# What each kind cannot do without.
_NEEDED = {
    Kind.ACCOUNT: ("full_name", "username", "role"),
    Kind.GRANT: ("account", "role"),
    Kind.END: ("account", "assignment"),
    Kind.TRANSFER: ("account", "role", "to_agency"),
    Kind.REOPEN: ("account",),
    Kind.RESET: ("account",),
}


@dataclass(frozen=True)
class Wish:
    """What is asked for; which fields a kind needs stands in `_NEEDED`."""

    kind: str
    agency: Agency
    reason: str
    account: Account | None = None
    full_name: str = ""
    username: str = ""
    email: str = ""
    telephone: str = ""
    identity_digest: str = ""
    role: Role | None = None
    scope: str = Scope.BETWEEN
    assignment: Assignment | None = None
    to_agency: Agency | None = None
    position: str = ""
    decision_number: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Decided:
    """A decided request, and the link that it brought, if any."""

    request: AccessRequest
    issued: invitations.Issued | None = None


@transaction.atomic
def submit(wish: Wish, *, by: Actor) -> AccessRequest:
    """Ask for something; whoever may decide is told.

    Raises NotAllowedError, NothingToAskError, MoreThanHeldError, LastDayError,
    UsernameTakenError, OwnRightsError, AccountBeyondError, AdministeredError or
    AskedAlreadyError.
    """
    if not all(getattr(wish, name) for name in _NEEDED[Kind(wish.kind)]):
        raise NothingToAskError
    _require_asker(wish, by.person)
    _check(wish)
    facts = {field.name: getattr(wish, field.name) for field in fields(wish)}
    made = AccessRequest.objects.create(requested_by=by.person, **facts)
    audit.record(
        wish.account or made,
        "access.request_made",
        by=by,
        agency=wish.agency,
        **_facts(made),
        reason=wish.reason,
    )
    for decider in deciders(made):
        _tell(decider, _("A request waits for your decision"), made)
    if wish.account is not None and wish.account != by.account:
        _tell(wish.account, _("A request was made for your account"), made)
    return made


def _require_asker(wish: Wish, asker: Account) -> None:
    """Anybody asks for himself; for others their administrator, head or the province.

    A role of the province is asked for by those who appoint only; a lost device by an
    administrator of the same agency, or by the province where there is none.
    """
    is_provincial = wish.role is not None and not wish.role.is_for_every_agency
    takes_two_others = is_provincial or wish.kind in {Kind.RESET, Kind.REOPEN}
    if takes_two_others and wish.account == asker:
        raise OwnRightsError
    if posts.appoints(asker):
        if wish.account is not None and wish.kind in {Kind.RESET, Kind.REOPEN}:
            people.require_nobody_there(wish.account, wish.agency, asker)
        return
    if wish.role is not None and is_provincial:
        raise MoreThanHeldError(role=wish.role.name)
    if wish.kind == Kind.RESET and wish.account is not None:
        _require_governing(asker, wish.account)
        is_allowed = rights.may(asker, "accounts.manage", wish.agency)
    elif wish.kind in {Kind.GRANT, Kind.END} and wish.account == asker:
        is_allowed = True
    else:
        looks_after = ("accounts.manage", "accounts.confirm")
        is_allowed = any(rights.may(asker, name, wish.agency) for name in looks_after)
    if not is_allowed:
        raise NotAllowedError


def _require_governing(asker: Account, account: Account) -> None:
    """Raise unless the whole account is the asker's to look after.

    Whoever resets an account, or opens it, could act as its person: one agency alone
    does not do so to somebody who also serves another.
    """
    if not (rights.governs(asker, account) or posts.appoints(asker)):
        raise AccountBeyondError(name=account.full_name)


def _check(wish: Wish) -> None:
    pending = AccessRequest.objects.pending().filter(kind=wish.kind)
    if wish.starts_on and wish.ends_on and wish.ends_on < wish.starts_on:
        raise LastDayError(day=wish.starts_on.strftime("%d/%m/%Y"))
    if wish.kind == Kind.ACCOUNT:
        taken = Account.objects.with_username(wish.username)
        if taken.exists():
            raise UsernameTakenError(username=wish.username)
        same = pending.filter(username__iexact=wish.username)
    else:
        same = pending.filter(
            account=wish.account, role=wish.role, assignment=wish.assignment
        ).filter(agency=wish.agency, to_agency=wish.to_agency)
    if wish.assignment and (wish.assignment.account, wish.assignment.agency) != (
        wish.account,
        wish.agency,
    ):
        raise NothingToAskError
    if wish.account is not None and wish.kind in {Kind.RESET, Kind.REOPEN}:
        people.require_belonging(wish.account, wish.agency)
    if same.exists():
        raise AskedAlreadyError


def deciders(request: AccessRequest) -> list[Account]:
    """Return everybody who may decide on a request today; one query."""
    posts = Assignment.objects.effective()
    there = posts.with_permission("accounts.manage", "accounts.confirm").filter(
        agency__in=[request.agency_id, request.to_agency_id]
    )
    # The rule is asked of the few who come into question, not of all people.
    candidates = Assignment.objects.filter(
        Q(pk__in=there.values("pk"))
        | Q(pk__in=posts.with_permission("accounts.appoint").values("pk"))
    )
    waiting = AccessRequest.objects.decidable_by(OuterRef("pk")).filter(pk=request.pk)
    people = Account.objects.filter(pk__in=candidates.values("account"))
    return list(people.filter(Exists(waiting)).order_by("pk"))


def may_decide(request: AccessRequest, account: Account) -> bool:
    """Tell whether this person decides on the request."""
    waiting = AccessRequest.objects.decidable_by(account)
    return waiting.filter(pk=request.pk).exists()


@transaction.atomic
def approve(request: AccessRequest, *, by: Actor, note: str = "") -> Decided:
    """Approve and apply, or neither; the actor has looked at what is asked.

    The update is the claim: of two who decide at once one does. A second click of the
    same person changes nothing.

    Raises SecondPersonError, NotAllowedError, RequestClosedError, and whatever the act
    itself refuses; the request then waits on.
    """
    found = _claim(request, State.APPLIED, by, note)
    if found is None:
        return Decided(AccessRequest.objects.get(pk=request.pk))
    issued = _apply(found, by)
    _record(found, "access.request_approved", by, note)
    _tell_all(found, _("The request was approved and applied"), by)
    return Decided(found, issued)


@transaction.atomic
def refuse(request: AccessRequest, *, by: Actor, reason: str) -> AccessRequest:
    """Refuse a request, with the reason that its author reads.

    Raises SecondPersonError, NotAllowedError or RequestClosedError.
    """
    found = _claim(request, State.REFUSED, by, reason)
    if found is None:
        return AccessRequest.objects.get(pk=request.pk)
    _record(found, "access.request_refused", by, reason)
    _tell_all(found, _("The request was refused"), by)
    return found


@transaction.atomic
def withdraw(request: AccessRequest, *, by: Actor, reason: str = "") -> None:
    """Take one's own request back before anybody decided.

    Raises NotAllowedError or RequestClosedError.
    """
    found = AccessRequest.objects.select_for_update().get(pk=request.pk)
    if found.requested_by != by.account:
        raise NotAllowedError
    if found.state != State.PENDING:
        raise RequestClosedError(state=found.get_state_display())
    close_pending([found], by=by, reason=reason)


def close_pending(requests: list[AccessRequest], *, by: Actor, reason: str) -> int:
    """Close requests as withdrawn: by the asker, or because he left; return how many.

    It asks for no right: the caller has done so.
    """
    closed = 0
    for request in requests:
        if _close(request, State.WITHDRAWN, by, reason):
            _record(request, "access.request_withdrawn", by, reason)
            closed += 1
    return closed


def _claim(
    request: AccessRequest, state: State, by: Actor, note: str
) -> AccessRequest | None:
    """Take the decision, or return None if this person took the same one before."""
    if by.account in {request.requested_by, request.account}:
        raise SecondPersonError
    if may_decide(request, by.person) and _close(request, state, by, note):
        return AccessRequest.objects.select_related(
            "agency", "account", "role", "to_agency", "assignment", "requested_by"
        ).get(pk=request.pk)
    now = AccessRequest.objects.get(pk=request.pk)
    if now.state == State.PENDING:
        raise NotAllowedError
    if (now.state, now.decided_by) != (state, by.account):
        raise RequestClosedError(state=now.get_state_display())
    return None


def _close(request: AccessRequest, state: State, by: Actor, note: str) -> bool:
    waiting = AccessRequest.objects.pending().filter(pk=request.pk)
    return bool(
        waiting.update(
            state=state,
            decided_by=by.account,
            decided_at=clock.now(),
            decision_note=note,
        )
    )


def _apply(found: AccessRequest, by: Actor) -> invitations.Issued | None:
    """Do what was asked; the services that are called check all of it again."""
    account, asker = found.account, found.requested_by
    if found.kind == Kind.ACCOUNT:
        return invitations.invite(_person(found), _post(found), by=by, asked_by=asker)
    if account is None:
        raise NothingToAskError
    match found.kind:
        case Kind.GRANT | Kind.TRANSFER:
            posts.grant(account, _post(found), by=by, asked_by=asker)
        case Kind.END:
            _end(found, by)
        case Kind.REOPEN:
            accounts.reopen(account, by=by, reason=found.reason, asked_by=asker)
        case Kind.RESET:
            _require_governing(asker, account)
            return device_reset.reset(account, by=by)
    return None


def _person(found: AccessRequest) -> invitations.Person:
    digest = found.identity_digest
    return invitations.Person(
        found.full_name,
        found.username,
        found.email,
        found.telephone,
        Identity((digest,)) if digest else None,
    )


def _post(found: AccessRequest) -> posts.Post:
    """Return the post asked for; a decision that came late does not reach back."""
    if found.role is None:
        raise NothingToAskError
    today = clock.today()
    return posts.Post(
        agency=found.to_agency or found.agency,
        role=found.role,
        starts_on=max(found.starts_on or today, today),
        ends_on=found.ends_on,
        position=found.position,
        decision_number=found.decision_number,
        scope=found.scope,
    )


def _end(found: AccessRequest, by: Actor) -> None:
    if found.assignment is None:
        raise NothingToAskError
    last_day = found.ends_on
    if last_day is None or last_day < clock.today():
        posts.revoke(found.assignment, by=by, reason=found.reason)
    else:
        posts.end(found.assignment, last_day, by=by, reason=found.reason)


def _facts(request: AccessRequest) -> dict[str, str]:
    """Return what the trail keeps of a request."""
    role = request.concerned_role
    return {
        "request": f"{request.pk}: {_in_words(request)}"[:200],
        "role": role.name if role else "",
        "to_agency": request.to_agency.name if request.to_agency else "",
    }


def _record(request: AccessRequest, event: str, by: Actor, reason: str) -> None:
    concerned = request.to_agency or request.agency
    target = request.account or request
    audit.record(
        target, event, by=by, agency=concerned, **_facts(request), reason=reason
    )


def _tell_all(request: AccessRequest, subject: Promise, by: Actor) -> None:
    concerned = {request.requested_by, request.account} - {by.account}
    told = [person for person in concerned if person is not None and person.is_active]
    for person in sorted(told, key=lambda person: person.pk):
        _tell(person, subject, request)


def _tell(person: Account, subject: Promise, request: AccessRequest) -> None:
    path = reverse("access:request", args=[request.pk])
    body = _in_words(request)
    notices.notify(person, subject, body=body, path=path, agency=request.agency)


def _in_words(request: AccessRequest) -> str:
    """Return what is asked for, in the portal's own language."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(request)
