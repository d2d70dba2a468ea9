"""People of other agencies: looked up, and whose it is to help them."""

from django.db import transaction
from django.db.models import QuerySet

from access import audit, rights
from access.actors import Actor
from access.models import Account, Agency, Assignment
from access.querysets import AssignmentQuerySet
from access.refusals import AdministeredError, UnknownPersonError
from portal.core.errors import NotAllowedError

LOOKS_AFTER = ("accounts.manage", "accounts.confirm", "accounts.appoint")


@transaction.atomic
def look_up(username: str, *, by: Actor, is_open: bool = True) -> Account:
    """Return the account of exactly that user name; the look is on record.

    is_open: whether to look among the open accounts, or among the closed ones.

    Raises NotAllowedError unless the actor looks after accounts somewhere, or
    UnknownPersonError, which says the same of all accounts that it does not look at.
    """
    rights.require_anywhere(by.person, *LOOKS_AFTER)
    found = Account.objects.with_username(username.strip()).filter(is_active=is_open)
    account: Account | None = found.first()
    if account is None:
        raise UnknownPersonError(username=username.strip())
    audit.record(account, "access.searched_person", by=by)
    return account


def require_belonging(account: Account, agency: Agency) -> None:
    """Raise NotAllowedError unless the agency is the person's.

    A former one is only where there is no other: it decides on him no more.
    """
    if not _of(account).filter(agency=agency).exists():
        raise NotAllowedError


def _of(account: Account) -> AssignmentQuerySet:
    every = Assignment.objects.filter(account=account, delegated_from=None)
    present = every.unended()
    return present if present.exists() else every


def _administrators(agency: Agency, besides: Account) -> QuerySet[Account]:
    there = Account.objects.holding("accounts.manage", agency)
    return there.exclude(pk=besides.pk).order_by("full_name")


def require_nobody_there(account: Account, agency: Agency, asker: Account) -> None:
    """Raise AdministeredError if another than the asker administers the agency.

    Two of the province stand in where nobody is left who may, and nowhere else.

    Source: Quyết định 06/2012/QĐ-UBND, Điều 13.5.b.
    """
    there = list(_administrators(agency, account))
    if there and asker not in there:
        names = ", ".join(person.full_name for person in there)
        raise AdministeredError(agency=agency.name, names=names)


def agency_to_help(account: Account) -> Agency:
    """Return the person's agency that nobody administers, else his latest.

    Raises NotAllowedError if he never held a post.
    """
    held = _of(account).order_by("-starts_on", "-pk").select_related("agency")
    agencies = [post.agency for post in held]
    if not agencies:
        raise NotAllowedError
    alone = [each for each in agencies if not _administrators(each, account).exists()]
    return [*alone, *agencies][0]
