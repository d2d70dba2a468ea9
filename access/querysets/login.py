"""Sign-ins and invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.core import clock

if TYPE_CHECKING:
    from access.models import Account


class LoginSessionQuerySet(models.QuerySet):
    """Selects sign-ins."""

    def visible_to(self, account: Account) -> Self:
        """Keep one's own."""
        return self.filter(account=account)

    def handled_by(self, account: Account) -> Self:
        """Keep one's own that still hold: neither ended, nor silent or old for long."""
        at = clock.now()
        silent = Q(
            is_administrator=True, last_seen_at__lte=at - settings.PORTAL_ADMIN_IDLE
        )
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
