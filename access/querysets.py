"""Who may see and do what: the scopes and the look-ups by day. One place, one query."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q

from access.refusals import NoAuthorityError
from portal.core import clock
from portal.core.dated import DatedQuerySet, in_force_on

if TYPE_CHECKING:
    from access.models import Account, Agency


class AgencyQuerySet(DatedQuerySet):
    """Selects agencies by what an account may do for them."""

    def where(
        self, account: Account, *permissions: str, on: date | None = None
    ) -> Self:
        """Keep the agencies for which the account holds one of the permissions."""
        from access.models import Assignment  # noqa: PLC0415 (models import this room)

        held = Assignment.objects.giving(account, *permissions, on=on)
        return self.filter(pk__in=held.values("agency"))

    def visible_to(self, account: Account) -> Self:
        """Keep all: which agencies there are is public (the directory, Điều 7.2)."""
        return self if account.is_active else self.none()

    def participants(self, on: date | None = None) -> Self:
        """Keep the agencies that take part in the exchange on that day (Điều 1)."""
        return self.in_force(on).exclude(agency_type="central")


class ReportingLineQuerySet(DatedQuerySet):
    """Finds the superior of the day."""

    def superior_of(self, agency: Agency, on: date | None = None) -> Agency | None:
        """Return the direct superior on that day, or None if none is on record."""
        line = (
            self.in_force(on).filter(agency=agency).select_related("superior").first()
        )
        return line.superior if line else None


class AgencyFunctionQuerySet(DatedQuerySet):
    """Finds the holder of a function on a day."""

    def holder(self, function: str, on: date | None = None) -> Agency:
        """Return the agency that holds the function on that day.

        Raises NoAuthorityError if none is on record: nothing pretends to be sent.
        """
        day = on or clock.today()
        held = self.in_force(day).filter(function=function)
        found = held.select_related("agency").order_by("-starts_on").first()
        if found is None:
            raise NoAuthorityError(day=day.strftime("%d/%m/%Y"))
        return found.agency


class AssignmentQuerySet(DatedQuerySet):
    """Selects assignments by the rights that they give."""

    def giving(
        self, account: Account, *permissions: str, on: date | None = None
    ) -> Self:
        """Keep what gives the account one of the permissions on that day.

        An ended agency gives no rights, nor does an account that is switched off.
        """
        day = on or clock.today()
        return self.in_force(day).filter(
            in_force_on(day, "agency__"),
            account=account,
            account__is_active=True,
            role__permissions__code__in=permissions,
        )

    def visible_to(self, account: Account) -> Self:
        """Keep one's own, and those of the agencies whose accounts one may read."""
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        readable = Agency.objects.where(account, "accounts.read", "accounts.manage")
        return self.filter(Q(account=account) | Q(agency__in=readable))


class AccountQuerySet(models.QuerySet):
    """Selects people by who may read or administer them."""

    def _belonging_to(self, agencies: models.QuerySet[Agency]) -> Self:
        from access.models import Assignment  # noqa: PLC0415 (models import this room)

        # Past posts count: the administrator still sees who has left his agency.
        posts = Assignment.objects.filter(account=OuterRef("pk"), agency__in=agencies)
        return self.filter(Exists(posts))

    def visible_to(self, account: Account) -> Self:
        """Keep the people of the agencies whose accounts one may read (Đ12.5)."""
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        readable = Agency.objects.where(account, "accounts.read", "accounts.manage")
        return self._belonging_to(readable)

    def handled_by(self, account: Account) -> Self:
        """Keep the people whose accounts one may change, oneself not among them."""
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        managed = Agency.objects.where(account, "accounts.manage")
        return self._belonging_to(managed).exclude(pk=account.pk)

    def holding(
        self, permission: str, agency: Agency, on: date | None = None
    ) -> Self:
        """Keep the people who hold the permission for that agency on that day."""
        from access.models import Assignment  # noqa: PLC0415 (models import this room)

        day = on or clock.today()
        posts = Assignment.objects.in_force(day).filter(
            account=OuterRef("pk"), agency=agency, role__permissions__code=permission
        )
        return self.filter(Exists(posts), is_active=True)


class AccountManager(BaseUserManager.from_queryset(AccountQuerySet)):  # type: ignore[misc]
    """Creates accounts; there are no superusers, only dated assignments."""

    def create_user(
        self, username: str, full_name: str, email: str = "", **fields: object
    ) -> Account:
        """Create an account that cannot sign in until its invitation is accepted."""
        account: Account = self.model(
            username=username,
            full_name=full_name,
            email=self.normalize_email(email),
            **fields,
        )
        account.set_unusable_password()
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        """Return the account of that user name, whatever its case."""
        account: Account = self.get(username__iexact=username)
        return account


class LoginSessionQuerySet(models.QuerySet):
    """Selects sign-ins."""

    def visible_to(self, account: Account) -> Self:
        """Keep one's own."""
        return self.filter(account=account)

    def handled_by(self, account: Account) -> Self:
        """Keep one's own that have not ended."""
        return self.visible_to(account).filter(ended_at=None)


class NoticeQuerySet(models.QuerySet):
    """Selects notices."""

    def visible_to(self, account: Account) -> Self:
        """Keep those that were addressed to this person."""
        return self.filter(recipient=account)


class AuditEntryQuerySet(models.QuerySet):
    """Selects acts in the audit trail."""

    def visible_to(self, account: Account) -> Self:
        """Keep one's own acts, those of the agencies whose trail one may read, or all.

        Source: Quyết định 06/2012/QĐ-UBND, Điều 12.3 and 15.8.
        """
        from access.models import Agency, Assignment  # noqa: PLC0415 (as above)

        if Assignment.objects.giving(account, "audit.read_all").exists():
            return self
        readable = Agency.objects.where(account, "audit.read_own_agency")
        return self.filter(Q(actor=account) | Q(agency__in=readable))
