"""Notices and the audit trail: what one may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from portal.core.duties import DutyQuerySet

if TYPE_CHECKING:
    from access.models import Account


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
