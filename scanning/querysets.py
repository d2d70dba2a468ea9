"""Who may see which attachment, and which format rules hold for whom."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from access.models import Agency
from portal.core.dated import DatedQuerySet
from portal.core.duties import DutyQuerySet
from scanning import visibility
from scanning.inspection import TrueType

if TYPE_CHECKING:
    from access.models import Account, Connector


class AttachmentQuerySet(models.QuerySet):
    """Selects attachments by who may see and release them."""

    def visible_to(self, account: Account) -> Self:
        """Keep the attachments that this person may see today.

        Those that agencies for which he reads attachments sent in or are to receive,
        and those for which a higher floor has a reason. Lists, counts, searches and
        downloads all start here (Điều 12.5).
        """
        if not account.is_active:
            return self.none()
        agencies = Agency.objects.where(account, "attachments.read")
        seen = Q(keeper__in=agencies) | Q(message__in=_addressed_to(agencies))
        for reason in visibility.reasons():
            seen |= Q(pk__in=reason(account))
        return self.filter(seen)

    def handled_by(self, account: Account) -> Self:
        """Keep those on whose release this person may decide.

        For a file of the exchange that is an officer of a receiving agency, whose
        machines it will reach (Điều 9.2); for any other, one of the agency itself.
        """
        agencies = Agency.objects.where(account, "attachments.release")
        own = Q(keeper__in=agencies, message=None)
        received = Q(message__in=_addressed_to(agencies))
        return self.visible_to(account).filter(own | received)

    def handed_in_by(self, connector: Connector) -> Self:
        """Keep those that this connected system handed in: all that it may ask for."""
        return self.filter(connector=connector)


def _addressed_to(agencies: models.QuerySet) -> models.QuerySet:
    from scanning.models import Recipient  # noqa: PLC0415 (models load later)

    return Recipient.objects.filter(agency__in=agencies).values("message")


class MessageQuerySet(models.QuerySet):
    """Selects data messages."""

    def visible_to(self, account: Account) -> Self:
        """Keep those that this person's agencies sent or are to receive (Điều 12.5)."""
        if not account.is_active:
            return self.none()
        agencies = Agency.objects.where(account, "attachments.read")
        sent = Q(from_agency__in=agencies)
        return self.filter(sent | Q(pk__in=_addressed_to(agencies)))


class ExchangeEventQuerySet(models.QuerySet):
    """Selects what exchange systems reported."""

    def visible_to(self, account: Account) -> Self:
        """Keep those that this person's agencies reported, or of what they sent."""
        if not account.is_active:
            return self.none()
        agencies = Agency.objects.where(account, "attachments.read")
        return self.filter(Q(agency__in=agencies) | Q(from_agency__in=agencies))


class DecisionQuerySet(models.QuerySet):
    """Selects objections, false alarms and destructions."""

    def visible_to(self, account: Account) -> Self:
        """Keep those of this person's agencies (Điều 12.5)."""
        if not account.is_active:
            return self.none()
        agencies = Agency.objects.where(account, "attachments.read")
        return self.filter(agency__in=agencies)


class ScanDutyQuerySet(DutyQuerySet):
    """Selects scans to be done."""

    def in_order(self) -> Self:
        """Put the most urgent first, then the one that waits longest."""
        return self.order_by("rank", "due_at", "pk")


class FormatRuleQuerySet(DatedQuerySet):
    """Selects the types that are allowed."""

    def for_agency(self, agency: Agency | None, on: date | None = None) -> Self:
        """Keep the rules in force for everybody, and those of this agency's field."""
        return self.in_force(on).filter(Q(agency=None) | Q(agency=agency))

    def allowed(self) -> dict[str, frozenset[TrueType]]:
        """Return what the rules allow: extension → the true types that may bear it."""
        found: dict[str, frozenset[TrueType]] = {}
        for extension, true_type in self.values_list("extension", "true_type"):
            both = found.get(extension, frozenset()) | {TrueType(true_type)}
            found[extension] = both
        return found
