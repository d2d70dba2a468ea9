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
    from access.models import Account


class AttachmentQuerySet(models.QuerySet):
    """Selects attachments by who may see and release them."""

    def visible_to(self, account: Account) -> Self:
        """Keep the attachments that this person may see today.

        Those of agencies for which he reads attachments, and those for which a higher
        floor has a reason. Lists, counts, searches and downloads all start here
        (Điều 12.5).
        """
        if not account.is_active:
            return self.none()
        agencies = Agency.objects.where(account, "attachments.read")
        seen = Q(keeper__in=agencies)
        for reason in visibility.reasons():
            seen |= Q(pk__in=reason(account))
        return self.filter(seen)

    def handled_by(self, account: Account) -> Self:
        """Keep those on whose release this person may decide."""
        agencies = Agency.objects.where(account, "attachments.release")
        return self.visible_to(account).filter(keeper__in=agencies)


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
