"""Sign-ins and invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, Q

from portal.core import clock

if TYPE_CHECKING:
    from access.models import Account

# Whoever holds one of these anywhere is an administrator, whose sign-in locks sooner.
ADMINISTERS = ("accounts.manage", "agencies.manage")


class LoginSessionQuerySet(models.QuerySet):
    """Selects sign-ins."""

    def visible_to(self, account: Account) -> Self:
        """Keep one's own."""
        return self.filter(account=account)

    def handled_by(self, account: Account) -> Self:
        """Keep one's own that still hold: neither ended, nor silent or old for long."""
        from access.models import Assignment  # noqa: PLC0415 (models import this room)

        at = clock.now()
        administers = Q(is_administrator=True) | Exists(
            Assignment.objects.giving(account, *ADMINISTERS)
        )
        silent = administers & Q(last_seen_at__lte=at - settings.PORTAL_ADMIN_IDLE)
        return self.visible_to(account).filter(
            ~silent,
            ended_at=None,
            last_seen_at__gt=at - settings.PORTAL_SESSION_IDLE,
            started_at__gt=at - settings.PORTAL_SESSION_ABSOLUTE,
        )


class InvitationQuerySet(models.QuerySet):
    """Selects invitations."""

    def open(self) -> Self:
        """Keep the links that still work."""
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=clock.now())
