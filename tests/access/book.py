"""Who holds what, read row by row, and never by the portal's own questions.

Which roles administer, and what is never handed on, stands here a second time. Source:
Quyết định 06/2012/QĐ-UBND, Điều 13.5.b.
"""

from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Max

from access.models import (
    Account,
    Assignment,
    AuditEntry,
    DelegatedPermission,
    TotpDevice,
)
from access.permissions import ROLES
from portal.core import clock

MANAGE, CONFIRM = "accounts.manage", "accounts.confirm"
# Which roles administer; whatever else a bundle holds, it administers nothing.
ADMINISTERS = {
    MANAGE: {"agency_admin", "province_admin"},
    CONFIRM: {"agency_head"},
    "accounts.appoint": {"province_admin"},
    "agencies.manage": {"province_admin"},
}
OF_AN_AGENCY = {
    *("agency_admin", "agency_head", "exchange_officer"),
    *("records_clerk", "security_officer"),
}
BEYOND_ONE_AGENCY = {
    *("agencies.manage", "accounts.appoint", "exchange.receive", "exchange.release"),
    *("exchange.send", "incidents.coordinate", "incidents.supervise"),
}
NEVER_HANDED_ON = {*ADMINISTERS, "rules.acknowledge"}
INSIDE, BETWEEN = "inside", "between"


class Right(NamedTuple):
    """A row of rights, with what it hangs on."""

    pk: int
    account: int
    is_active: bool
    agency: int
    agency_begins: date
    agency_ends: date | None
    role: str
    scope: str
    starts_on: date
    ends_on: date | None
    revoked_at: datetime | None
    source: int | None
    granted_by: int | None
    confirmed_by: int | None
    decision: str


_COLUMNS = (
    *("pk", "account", "account__is_active", "agency", "agency__starts_on"),
    *("agency__ends_on", "role__code", "scope", "starts_on", "ends_on", "revoked_at"),
    *("delegated_from", "granted_by", "confirmed_by", "decision_number"),
)


class Book:
    """Everything that stands there at one moment."""

    def __init__(self) -> None:
        self.today = clock.today()
        self.last_entry = AuditEntry.objects.aggregate(last=Max("pk"))["last"] or 0
        self.accounts = set(Account.objects.values_list("pk", flat=True))
        self.enrolled = set(TotpDevice.objects.values_list("user", flat=True))
        rows = Assignment.objects.order_by("pk").values_list(*_COLUMNS)
        self.rights = {row[0]: Right(*row) for row in rows}
        self.handed_on: dict[int, set[str]] = {}
        for row in DelegatedPermission.objects.values_list("assignment", "code"):
            self.handed_on.setdefault(row[0], set()).add(row[1])

    def holds(self, right: Right, on: date | None = None) -> bool:
        """Tell whether a right gives anything on that day."""
        day = on or self.today
        there = right.agency_begins <= day <= (right.agency_ends or day)
        stands = right.starts_on <= day <= (right.ends_on or day)
        if not (there and stands and right.is_active and right.revoked_at is None):
            return False
        if right.source is None:
            return True
        return self.holds(self.rights[right.source]._replace(source=None), day)

    def effective(self, on: date | None = None) -> list[Right]:
        return [right for right in self.rights.values() if self.holds(right, on)]

    def unended_of(self, account: int | None) -> list[Right]:
        """Return what an account holds today or later, be it suspended or not."""
        return [
            right
            for right in self.rights.values()
            if right.account == account
            and right.revoked_at is None
            and (right.ends_on is None or right.ends_on >= self.today)
        ]

    def gives(self, right: Right) -> set[str]:
        codes = ROLES[right.role].permissions - ADMINISTERS.keys()
        codes |= {name for name, roles in ADMINISTERS.items() if right.role in roles}
        if right.scope == INSIDE:
            codes -= BEYOND_ONE_AGENCY
        if right.source is not None:
            codes &= self.handed_on.get(right.pk, set())
        return set(codes)

    def may(self, account: int | None, permission: str, agency: int) -> bool:
        return any(
            (right.account, right.agency) == (account, agency)
            and permission in self.gives(right)
            for right in self.effective()
        )

    def appoints(self, account: int | None) -> bool:
        return any(
            right.account == account and "accounts.appoint" in self.gives(right)
            for right in self.effective()
            if right.source is None
        )

    def may_grant_alone(self, grantor: int | None, made: Right) -> bool:
        return made.role in OF_AN_AGENCY and any(
            (right.account, right.agency) == (grantor, made.agency)
            and right.source is None
            and MANAGE in self.gives(right)
            and BETWEEN in {right.scope, *({BETWEEN} - {made.scope})}
            for right in self.effective()
        )

    def governs(self, actor: int | None, account: int | None) -> bool:
        """Tell whether the whole account is the actor's to look after."""
        held = self.unended_of(account)
        past = [right for right in self.rights.values() if right.account == account]
        if not held:
            return any(self.may(actor, MANAGE, right.agency) for right in past)
        manages_agencies = any(
            right.account == actor and "agencies.manage" in self.gives(right)
            for right in self.effective()
        )
        return actor != account and all(
            self.may(actor, MANAGE, right.agency)
            if right.role in OF_AN_AGENCY
            else manages_agencies
            for right in held
        )

    def may_end(self, actor: int | None, right: Right) -> bool:
        if right.role in OF_AN_AGENCY:
            return self.may(actor, MANAGE, right.agency)
        return self.appoints(actor)

    def administered(self, day: date) -> set[int]:
        return {
            right.agency
            for right in self.effective(day)
            if right.source is None and right.role in ADMINISTERS[MANAGE]
        }
