"""Nobody leaves an agency, or the province, without somebody who administers it.

Whoever ends, revokes, suspends, transfers or lets leave asks here first, inside his
transaction: `posts.end`, `posts.revoke`, `accounts.suspend` and `leaving` do so, and
thereby reviews and reorganisations that call them.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from access.models import Account, Agency, Assignment, Role
from access.refusals import LastAdministratorError, LastAppointerError
from portal.core import clock

# Roles of the province need two persons; below two, nobody can be appointed any more.
APPOINTERS_NEEDED = 2


def require_another(
    agency: Agency,
    without: Account,
    from_day: date,
    *,
    ending: Iterable[Assignment] | None = None,
) -> None:
    """Raise unless somebody else administers the agency, and the province, from then.

    Both that day and the next are looked at: who is left must not end with the day.

    ending: the rights that end; None means all that the person has in the agency. The
    agency stays locked until the transaction ends, so that two administrators who end
    each other's rights at once cannot both succeed.

    Raises LastAdministratorError or LastAppointerError. An agency that is not in force
    on that day needs nobody, and who administers nothing is never the last.
    """
    day = max(from_day, clock.today())
    locked = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    going = Assignment.objects.filter(account=without, agency=agency)
    if ending is not None:
        going = going.filter(pk__in=[right.pk for right in ending])
    for on in (day, day + timedelta(days=1)):
        administrators = holders("accounts.manage", on).filter(agency=agency)
        if locked.is_in_force(on) and _loses_all(administrators, going):
            raise LastAdministratorError(name=without.full_name, agency=agency.name)
    _keep_an_appointer(going, without, day)


def require_another_everywhere(without: Account, from_day: date) -> None:
    """Ask `require_another` for every agency that the person administers that day."""
    held = holders("accounts.manage", from_day).filter(account=without)
    agencies = Agency.objects.filter(pk__in=held.values("agency")).order_by("pk")
    for agency in agencies:
        require_another(agency, without, from_day)
    _keep_an_appointer(
        Assignment.objects.filter(account=without),
        without,
        max(from_day, clock.today()),
    )


def holders(permission: str, on: date) -> QuerySet[Assignment]:
    """Return the rights, of persons' own, that give the permission on that day."""
    own = Assignment.objects.effective(on).filter(delegated_from=None)
    return own.with_permission(permission)


def appointers_left(without: Account) -> int:
    """Return how many persons besides this one appoint for the province today."""
    others = holders("accounts.appoint", clock.today()).exclude(account=without)
    return others.values("account").distinct().count()


def _keep_an_appointer(
    going: QuerySet[Assignment], without: Account, day: date
) -> None:
    roles = Role.objects.filter(permissions__code="accounts.appoint")
    list(roles.select_for_update(no_key=True, of=("self",)))
    for on in (day, day + timedelta(days=1)):
        if _loses_all(holders("accounts.appoint", on), going):
            raise LastAppointerError(name=without.full_name)


def _loses_all(held: QuerySet[Assignment], going: QuerySet[Assignment]) -> bool:
    ended = held.filter(pk__in=going.values("pk"))
    kept = held.exclude(pk__in=going.values("pk"))
    return ended.exists() and not kept.exists()
