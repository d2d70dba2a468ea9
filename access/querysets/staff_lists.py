"""Staff lists: seen by whoever had them read, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models

from portal.core import clock

if TYPE_CHECKING:
    from access.models import Account

# What was previewed longer ago is read again: people and rights have changed since.
LASTS = timedelta(hours=24)


class StaffListQuerySet(models.QuerySet):
    """Selects staff lists."""

    def visible_to(self, account: Account) -> Self:
        """Keep those that this person had read, while he still manages the agency."""
        from access.models import Agency  # noqa: PLC0415 (models import this room)

        managed = Agency.objects.where(account, "accounts.manage")
        recent = self.filter(read_at__gt=clock.now() - LASTS)
        return recent.filter(read_by=account, agency__in=managed)

    def expired(self) -> Self:
        """Keep what waited too long and still holds people or links."""
        return self.filter(read_at__lte=clock.now() - LASTS).exclude(sealed="")
