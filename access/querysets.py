"""Who may see and do what: the scopes and the look-ups by day. One place, one query."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from access.refusals import NoAuthorityError
from portal.core import clock, text
from portal.core.dated import DatedQuerySet, in_force_on
from portal.core.duties import DutyQuerySet

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

    def with_superior(self, on: date) -> Self:
        """Add `name_then` and `superior_then`: the names of that day."""
        from access.models import AgencyName, ReportingLine  # noqa: PLC0415 (as above)

        own = AgencyName.objects.in_force(on).filter(agency=OuterRef("pk"))
        line = ReportingLine.objects.in_force(on).filter(agency=OuterRef("pk"))
        above = AgencyName.objects.in_force(on).filter(agency=OuterRef("superior"))
        superior = line.annotate(
            name_then=Coalesce(Subquery(above.values("name")[:1]), "superior__name")
        )
        return self.annotate(
            name_then=Coalesce(Subquery(own.values("name")[:1]), "name"),
            superior_then=Subquery(superior.values("name_then")[:1]),
        )

    def by_rank(self) -> Self:
        """Order from the centre down to the communes, then by name."""
        from access.models import AgencyLevel  # noqa: PLC0415 (as above)

        ranks = [
            When(level=level, then=Value(rank))
            for rank, level in enumerate(AgencyLevel.values)
        ]
        return self.order_by(Case(*ranks, default=Value(len(ranks))), "name")

    def participants(self, on: date | None = None) -> Self:
        """Keep the agencies that take part in the exchange on that day (Điều 1)."""
        return self.in_force(on).exclude(agency_type="central")


class ReportingLineQuerySet(DatedQuerySet):
    """Finds the superior of the day."""

    def superior_of(self, agency: Agency, on: date | None = None) -> Agency | None:
        """Return the direct superior on that day, or None if none is on record."""
        line: Any = (
            self.in_force(on).filter(agency=agency).select_related("superior").first()
        )
        superior: Agency | None = line.superior if line else None
        return superior


class AgencyFunctionQuerySet(DatedQuerySet):
    """Finds the holder of a function on a day."""

    def holder(self, function: str, on: date | None = None) -> Agency:
        """Return the agency that holds the function on that day.

        Raises NoAuthorityError if none is on record: nothing pretends to be sent.
        """
        day = on or clock.today()
        held = self.in_force(day).filter(function=function)
        found: Any = held.select_related("agency").order_by("-starts_on").first()
        if found is None:
            raise NoAuthorityError(day=day.strftime("%d/%m/%Y"))
        agency: Agency = found.agency
        return agency


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

    def confirmable_by(self, account: Account) -> Self:
        """Keep what waits for confirmation by this person (Điều 13.5.b)."""
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        own = Agency.objects.where(account, "accounts.confirm")
        waiting = self.unended().filter(confirmed_at=None, agency__in=own)
        return waiting.exclude(account=account).exclude(granted_by=account)

    def handled_by(self, account: Account) -> Self:
        """Keep what this person may end: of agencies he manages, but not his own."""
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        managed = Agency.objects.where(account, "accounts.manage")
        return self.filter(agency__in=managed).exclude(account=account)

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

    def with_state(self, reader: Account) -> Self:
        """Add `state` and `awaits_confirmation` as the reader may know them.

        state: suspended; invited (no second factor yet); left (no post in the reader's
        agencies today or later); active.
        """
        from access.models import Assignment, TotpDevice  # noqa: PLC0415 (as above)

        posts = Assignment.objects.visible_to(reader).filter(account=OuterRef("pk"))
        devices = TotpDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return self.annotate(
            state=Case(
                When(is_active=False, then=Value("suspended")),
                When(~Exists(devices), then=Value("invited")),
                When(~Exists(posts.unended()), then=Value("left")),
                default=Value("active"),
            ),
            awaits_confirmation=Exists(posts.unended().filter(confirmed_at=None)),
        )

    def named_like(self, words: str) -> Self:
        """Keep the people whose name or user name has all these words, marks or not."""
        found = self
        for word in text.fold(words).split():
            found = found.filter(search_text__contains=word)
        return found

    def holding(
        self, permission: str, agency: Agency | None = None, on: date | None = None
    ) -> Self:
        """Keep the people who hold the permission on that day.

        agency: for which they hold it; None keeps those who hold it for any.
        """
        from access.models import Assignment  # noqa: PLC0415 (models import this room)

        day = on or clock.today()
        posts = Assignment.objects.in_force(day).filter(
            account=OuterRef("pk"), role__permissions__code=permission
        )
        if agency is not None:
            posts = posts.filter(agency=agency)
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
        """Keep one's own that still hold: neither ended, nor silent or old for long."""
        at = clock.now()
        return self.visible_to(account).filter(
            ended_at=None,
            last_seen_at__gt=at - settings.PORTAL_SESSION_IDLE,
            started_at__gt=at - settings.PORTAL_SESSION_ABSOLUTE,
        )


class InvitationQuerySet(models.QuerySet):
    """Selects invitations."""

    def open(self) -> Self:
        """Keep the links that still work."""
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=clock.now())


class NoticeQuerySet(DutyQuerySet):
    """Selects notices."""

    def visible_to(self, account: Account) -> Self:
        """Keep those that were addressed to this person."""
        return self.filter(recipient=account)


class AuditEntryQuerySet(models.QuerySet):
    """Selects acts in the audit trail."""

    def visible_to(self, account: Account) -> Self:
        """Keep one's own acts, those of the agencies whose trail one may read, or all.

        What was done to one's own account, a refused sign-in for one, is one's own too.

        Source: Quyết định 06/2012/QĐ-UBND, Điều 12.3 and 15.8.
        """
        from access.models import Agency, Assignment  # noqa: PLC0415 (as above)

        if Assignment.objects.giving(account, "audit.read_all").exists():
            return self
        readable = Agency.objects.where(account, "audit.read_own_agency")
        return self.filter(
            Q(actor=account)
            | Q(agency__in=readable)
            | Q(
                content_type__app_label="access",
                content_type__model="account",
                object_id=account.pk,
            )
        )

    def by_person(self, words: str) -> Self:
        """Keep the acts of people who bear this name now, or bore it then."""
        from access.models import Account  # noqa: PLC0415 (models import this room)

        people = Account.objects.named_like(words)
        return self.filter(
            Q(actor__in=people.values("pk")) | Q(actor_name__icontains=words)
        )

    def about(self, words: str) -> Self:
        """Keep the acts whose object, person, address or device has these words."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(object_repr__icontains=word)
                | Q(actor_name__icontains=word)
                | Q(device__icontains=word)
                | Q(remote_addr__startswith=word)
            )
        return found
