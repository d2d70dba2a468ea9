"""What must happen later is a row first; the queue only hurries it.

A sweep takes everything due and undone, never by an equality test on time. A claim is
one UPDATE, so of two workers one gets the row; a claim older than `CLAIM_LASTS` was
left by a worker that died, and may be taken again. Who works for longer renews it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core import claims, clock

CLAIM_LASTS = timedelta(minutes=2)
RENEW_EVERY = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)


class DutyQuerySet(models.QuerySet):
    """Selects duties by what remains to be done."""

    def undone(self) -> Self:
        """Keep what has not been done, due or not."""
        return self.filter(done_at=None)

    def claimable(self, at: datetime | None = None) -> Self:
        """Keep what is due, undone, and claimed by nobody who may still be alive."""
        at = at or clock.now()
        return self.unclaimed(at - CLAIM_LASTS, at + CLAIM_LASTS).filter(
            self.is_due(at)
        )

    def unclaimed(self, long_ago: datetime, far_ahead: datetime) -> Self:
        """Keep what is undone, due or not, and claimed by nobody still alive.

        Claims before or after these moments hold no more.
        """
        free = Q(claimed_at=None) | Q(claimed_at__lt=long_ago)
        # A claim from the far future means that the clock was set back: nobody holds
        # it. Far, since of two who ask at once one reads the clock a little earlier.
        stale = Q(claimed_at__gt=far_ahead)
        return self.undone().filter(free | stale)

    def is_due(self, at: datetime) -> Q:
        """Return the condition of being due at a moment."""
        return Q(due_at__lte=at)

    def claim(self, pk: object) -> bool:
        """Take one duty; of several who ask at once, one hears yes."""
        at = clock.now()
        taken = self.filter(pk=pk).claimable(at)
        return bool(taken.update(claimed_at=at, attempts=F("attempts") + 1))


class Duty(models.Model):
    """Something that must be done, once, at or after its due time."""

    due_at = models.DateTimeField(_("due"), default=clock.now, db_index=True)
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0, editable=False)
    last_error = models.TextField(_("last error"), blank=True, editable=False)
    done_at = models.DateTimeField(_("done"), null=True, editable=False)

    class Meta:
        abstract = True

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Keep our claim alive while the work inside lasts; call it on a claimed row.

        A worker that is killed renews nothing, so another takes the row soon after.
        """
        rows, mine = type(self)._default_manager, self.claimed_at

        def renew() -> bool:
            nonlocal mine
            at = clock.now()
            if not rows.filter(pk=self.pk, claimed_at=mine).update(claimed_at=at):
                return False  # finished, or somebody else's by now
            mine = at
            return True

        with claims.renewed(renew, every=RENEW_EVERY.total_seconds()):
            yield

    def hold(self) -> None:
        """Claim a row that is not stored yet: whoever stores it does the work."""
        self.claimed_at = clock.now()
        self.attempts = 1

    def finish(self) -> None:
        """Note that the duty is done."""
        self.done_at = clock.now()
        self.claimed_at = None
        self.last_error = ""
        self.save(update_fields=["done_at", "claimed_at", "last_error"])

    def postpone(self, error: str) -> None:
        """Keep the error and try again later, each time after a longer wait."""
        wait = min(timedelta(seconds=5) * 2 ** min(self.attempts, 10), LONGEST_WAIT)
        self.due_at = clock.now() + wait
        self.claimed_at = None
        self.last_error = error
        self.save(update_fields=["due_at", "claimed_at", "last_error"])
