"""Who may see and handle what of an incident; nothing else decides it.

Agency A never sees B's (Điều 12.5). Lists, counts, searches, exports and PDFs all start
here; there is no second place to get it wrong.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from access.models import Agency, Assignment
from incidents.states import OPEN
from portal.core import clock
from portal.core.duties import DutyQuerySet
from portal.core.text import fold

if TYPE_CHECKING:
    from access.models import Account

READING = ("incidents.read", "incidents.record")
SUPERVISING = ("incidents.supervise", "incidents.coordinate")


def _keys(account: Account, *permissions: str) -> list[int]:
    """Return the agencies for which the account holds one of the permissions today.

    Few, so they are fetched once: planners then use the index of each agency.
    """
    found = Agency.objects.where(account, *permissions)
    return list(found.values_list("pk", flat=True))


class IncidentQuerySet(models.QuerySet):
    """Selects incidents by who may see, handle and supervise them."""

    def visible_to(self, account: Account) -> Self:
        """Keep the incidents that this person may read today.

        It lists reasons to see: one's own agency, a report that was sent to one's
        agency, or the auditor's right. No reason, no row.
        """
        if not account.is_active:
            return self.none()
        if Assignment.objects.giving(account, "incidents.read_all").exists():
            return self
        own = Q(keeper__in=_keys(account, *READING))
        sent_here = self._sent_to(_keys(account, *SUPERVISING))
        return self.filter(own | Q(pk__in=sent_here))

    def handled_by(self, account: Account) -> Self:
        """Keep the incidents that this person may act on: those of his own agency."""
        if not account.is_active:
            return self.none()
        return self.filter(keeper__in=_keys(account, "incidents.record"))

    def supervised_by(self, account: Account) -> Self:
        """Keep those reported to an agency for which this person answers reports."""
        if not account.is_active:
            return self.none()
        return self.filter(pk__in=self._sent_to(_keys(account, *SUPERVISING)))

    def _sent_to(self, agencies: list[int]) -> models.QuerySet[Any, Any]:
        from incidents.models import EscalationStep  # noqa: PLC0415 (models import us)

        steps = EscalationStep.objects.filter(keeper__in=agencies)
        return steps.values("incident")

    def open(self) -> Self:
        """Keep those in which somebody still has to act."""
        return self.filter(state__in=OPEN)

    def matching(self, words: str) -> Self:
        """Keep those that hold every word, with or without diacritics."""
        found = self
        for word in fold(words).split()[:8] if words else ():
            found = found.filter(folded__contains=word)
        return found


class StepQuerySet(DutyQuerySet):
    """Selects reports upward."""

    def visible_to(self, account: Account) -> Self:
        """Keep the reports of the incidents that this person may read."""
        from incidents.models import Incident  # noqa: PLC0415 (models import us)

        return self.filter(incident__in=Incident.objects.visible_to(account))

    def handled_by(self, account: Account) -> Self:
        """Keep those whose agency this person may speak for: the reporting one."""
        from incidents.models import Incident  # noqa: PLC0415 (models import us)

        return self.filter(incident__in=Incident.objects.handled_by(account))

    def answered_by(self, account: Account) -> Self:
        """Keep those sent to an agency for which this person answers reports."""
        if not account.is_active:
            return self.none()
        return self.filter(keeper__in=_keys(account, *SUPERVISING))


class ObligationQuerySet(models.QuerySet):
    """Selects reporting duties."""

    def visible_to(self, account: Account) -> Self:
        """Keep the duties of the incidents that this person may read."""
        from incidents.models import Incident  # noqa: PLC0415 (models import us)

        return self.filter(incident__in=Incident.objects.visible_to(account))

    def handled_by(self, account: Account) -> Self:
        """Keep the duties that this person's own agency owes."""
        if not account.is_active:
            return self.none()
        return self.filter(keeper__in=_keys(account, "incidents.record"))

    def owed(self) -> Self:
        """Keep what has neither been done nor counted anew from a corrected T0."""
        return self.filter(done_at=None, is_replaced=False)

    def to_alarm(self, at: datetime | None = None) -> Self:
        """Keep what is overdue and of which nobody was told yet."""
        return self.owed().filter(alarm_at__lte=at or clock.now(), alarmed_at=None)

    def to_warn(self, at: datetime | None = None) -> Self:
        """Keep what is soon due and of which nobody was told yet."""
        return self.owed().filter(warn_at__lte=at or clock.now(), warned_at=None)
