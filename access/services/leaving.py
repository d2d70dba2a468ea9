"""Transfer and leave: on that very day, at once, nothing of the old right works.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.2, 13.5.b and 15.7.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from access import audit, notices, rights
from access.actors import Actor
from access.login import sessions
from access.models import (
    AccessRequest,
    Account,
    Agency,
    Assignment,
    Invitation,
    LoginSession,
    Role,
    Scope,
)
from access.refusals import (
    AccountBeyondError,
    NoPostThereError,
    OwnRightsError,
    SameAgencyError,
)
from access.services import last_administrator, posts, requests
from portal.core import clock
from portal.core.errors import RefusalError


@dataclass(frozen=True)
class Ending:
    """What ends when somebody leaves, or is transferred from an agency."""

    rights: list[Assignment]
    given: list[Assignment]
    received: list[Assignment]
    requests: list[AccessRequest]
    sessions: int
    has_invitation: bool
    # Why it cannot be done yet, and what deserves a second look.
    obstacle: str = ""
    is_short_of_appointers: bool = False


def preview(account: Account, agency: Agency | None = None) -> Ending:
    """Tell what would end: in one agency (transfer), or everywhere (leave)."""
    held = _rights(account, agency).select_related("agency", "role")
    given = Assignment.objects.filter(delegated_from__in=held.values("pk")).unended()
    open_ones = LoginSession.objects.filter(account=account, ended_at=None)
    appoints = last_administrator.holders("accounts.appoint", clock.today())
    left = last_administrator.appointers_left(account)
    return Ending(
        rights=list(held.filter(delegated_from=None)),
        given=list(given.select_related("account", "role", "agency")),
        received=list(
            held.exclude(delegated_from=None).select_related("delegated_from__account")
        ),
        requests=list(_open_requests(account)) if agency is None else [],
        sessions=open_ones.count(),
        has_invitation=Invitation.objects.open().filter(account=account).exists(),
        obstacle=_obstacle(account, agency),
        is_short_of_appointers=appoints.filter(account=account).exists()
        and left < last_administrator.APPOINTERS_NEEDED,
    )


@transaction.atomic
def _obstacle(account: Account, agency: Agency | None) -> str:
    try:
        _require_another(account, agency)
    except RefusalError as refusal:
        return str(refusal)
    return ""


def _require_another(account: Account, agency: Agency | None) -> None:
    if agency is None:
        last_administrator.require_another_everywhere(account, clock.today())
    else:
        last_administrator.require_another(agency, account, clock.today())


def _rights(account: Account, agency: Agency | None) -> QuerySet[Assignment]:
    held = Assignment.objects.filter(account=account).unended()
    return held if agency is None else held.filter(agency=agency)


def _open_requests(account: Account) -> QuerySet[AccessRequest]:
    concerned = Q(account=account) | Q(requested_by=account)
    return AccessRequest.objects.pending().filter(concerned)


@dataclass(frozen=True)
class Transfer:
    """Where somebody goes, and what is asked for him there."""

    to_agency: Agency
    role: Role
    reason: str
    position: str = ""
    decision_number: str = ""
    scope: str = Scope.BETWEEN


@transaction.atomic
def transfer(
    account: Account, agency: Agency, move: Transfer, *, by: Actor
) -> AccessRequest:
    """End all rights in one agency at once, and ask for one in the next.

    The administrator of the next agency decides there; until then the person has no
    right from either. The old names stay in the trail.

    Raises OwnRightsError, NotAllowedError, NoPostThereError, SameAgencyError,
    AccountBeyondError, LastAdministratorError and what `requests.submit` raises.
    """
    found = Account.objects.select_for_update().get(pk=account.pk)
    if found == by.account:
        raise OwnRightsError
    by.require("accounts.manage", agency)
    if move.to_agency == agency:
        raise SameAgencyError(agency=agency.name)
    held = _rights(found, agency)
    if not held.exists():
        raise NoPostThereError(name=found.full_name, agency=agency.name)
    if not all(posts.may_end(right, by) for right in held.select_related("role")):
        raise AccountBeyondError(name=found.full_name)
    _require_another(found, agency)
    _cut_with_delegations(held)
    sessions.end_all(found, by=by)
    audit.record(
        found,
        "access.account_transferred",
        by=by,
        agency=agency,
        to_agency=move.to_agency.name,
        decision=move.decision_number,
        reason=move.reason,
    )
    wish = requests.Wish(
        requests.Kind.TRANSFER,
        agency,
        move.reason,
        account=found,
        role=move.role,
        scope=move.scope,
        to_agency=move.to_agency,
        position=move.position,
        decision_number=move.decision_number,
        starts_on=clock.today(),
    )
    return requests.submit(wish, by=by)


@transaction.atomic
def leave(
    account: Account, *, by: Actor, reason: str, decision_number: str = ""
) -> None:
    """Close the account of somebody who stops working: every way in ends at once.

    Rights, delegations given and received, sign-ins, the open invitation and waiting
    requests end in this transaction. A second call changes nothing.

    Raises OwnRightsError, AccountBeyondError, LastAdministratorError or
    LastAppointerError; nothing is changed then.
    """
    found = Account.objects.select_for_update().get(pk=account.pk)
    if found == by.account:
        raise OwnRightsError
    require_governing(found, by)
    if found.left_on is not None:
        return
    _require_another(found, None)
    agencies = _agencies_to_tell(found)
    _cut_with_delegations(_rights(found, None))
    sessions.end_all(found, by=by)
    links = Invitation.objects.filter(account=found, used_at=None, withdrawn_at=None)
    if links.update(withdrawn_at=clock.now()):
        audit.record(found, "access.invitation_withdrawn", by=by)
    requests.close_pending(list(_open_requests(found)), by=by, reason=reason)
    found.is_active, found.left_on = False, clock.today()
    found.save(update_fields=["is_active", "left_on"])
    audit.record(
        found, "access.account_left", by=by, decision=decision_number, reason=reason
    )
    _tell(found, agencies, clock.today(), by)


def _cut_with_delegations(held: QuerySet[Assignment]) -> None:
    keys = list(held.values_list("pk", flat=True))
    going = Assignment.objects.filter(Q(pk__in=keys) | Q(delegated_from__in=keys))
    posts.cut(going)


def _agencies_to_tell(account: Account) -> list[Agency]:
    served = _rights(account, None).values("agency")
    return list(Agency.objects.filter(pk__in=served).order_by("pk"))


def _tell(account: Account, agencies: list[Agency], day: date, by: Actor) -> None:
    """Tell the head of each agency, and the leaver by mail."""
    subject = _("The account of a leaver is closed")
    for agency in agencies:
        for head in Account.objects.holding("accounts.confirm", agency):
            if head != by.account:
                body = f"{account.full_name}, {day:%d/%m/%Y}"
                notices.notify(head, subject, body=body, agency=agency)
    notices.notify(account, _("Your account is closed"), body=_("All rights ended."))


def agencies_to_leave(account: Account, by: Actor) -> list[Agency]:
    """Return the agencies from which the actor may transfer this person.

    Raises NoPostThereError if there is none.
    """
    managed = Agency.objects.where(by.person, "accounts.manage")
    served = _rights(account, None).filter(delegated_from=None).values("agency")
    found = list(managed.filter(pk__in=served).order_by("name"))
    if not found:
        agency = by.agency.name if by.agency else ""
        raise NoPostThereError(name=account.full_name, agency=agency)
    return found


def require_governing(account: Account, by: Actor) -> None:
    """Raise AccountBeyondError unless the whole account is the actor's to close."""
    if not rights.governs(by.person, account):
        raise AccountBeyondError(name=account.full_name)
