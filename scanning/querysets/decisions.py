"""Who may see and decide what was proposed, objected to, or called back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, cast

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from access.models import Agency

if TYPE_CHECKING:
    from access.models import Account
    from scanning.models import FalseAlarm

# On what grounds a file goes to one agency alone, if nobody could look into it.
_FOR_ONE = ("officer", "objection")


class DecisionQuerySet(models.QuerySet):
    """Selects what one person proposed and another decides."""

    def visible_to(self, account: Account) -> Self:
        """Keep those of this person's agencies (Điều 12.5)."""
        if not account.is_active:
            return self.none()
        agencies = Agency.objects.where(account, "attachments.read")
        return self.filter(agency__in=agencies)

    def proposed(self) -> Self:
        """Keep those that wait for a second person."""
        return self.filter(state="proposed")


class ReleaseDecisionQuerySet(models.QuerySet):
    """Selects decisions to let a held file go."""

    def standing(self) -> Self:
        """Keep those that nothing ended: the file was not put into quarantine anew.

        Records of one file are written while its row is locked, so their keys are in
        the order in which they came about; a clock may be set back.
        """
        from scanning.models import QuarantineItem  # noqa: PLC0415 (models load later)

        seen = Coalesce(OuterRef("item"), 0)
        later = QuarantineItem.objects.filter(
            attachment=OuterRef("attachment"), pk__gt=seen
        )
        return self.filter(~Exists(later))

    def opening(self) -> Self:
        """Keep the standing ones that open a file to one agency alone."""
        return self.standing().filter(ground__in=_FOR_ONE)


class FalseAlarmQuerySet(DecisionQuerySet):
    """Selects what was proposed or confirmed as a false alarm."""

    def visible_to(self, account: Account) -> Self:
        """Keep those of this person's agencies; all, for who decides on them."""
        if (
            account.is_active
            and Agency.objects.where(account, "attachments.clear").exists()
        ):
            return self
        return super().visible_to(account)

    def decidable_by(self, account: Account) -> Self:
        """Keep those that this person may confirm: never what he proposed himself."""
        agencies = Agency.objects.where(account, "attachments.clear")
        if not account.is_active or not agencies.exists():
            return self.none()
        return self.proposed().exclude(proposed_by=account)

    def covering(self, sha256: str, signature: str, verdict: str) -> FalseAlarm | None:
        """Return the confirmed false alarm on these bytes and this signature."""
        same = self.filter(sha256=sha256, signature=signature, verdict=verdict)
        confirmed = same.filter(state="confirmed").order_by("pk")
        return cast("FalseAlarm | None", confirmed.first())


class DisposalQuerySet(DecisionQuerySet):
    """Selects destructions."""

    def visible_to(self, account: Account) -> Self:
        """Keep those of files that this person's agencies keep, or proposed."""
        if not account.is_active:
            return self.none()
        agencies = Agency.objects.where(account, "attachments.read")
        return self.filter(Q(agency__in=agencies) | Q(attachment__keeper__in=agencies))

    def decidable_by(self, account: Account) -> Self:
        """Keep those that this person may confirm: never what he proposed himself.

        Whoever keeps the file decides: that is the heir, once the agency has ended.
        """
        agencies = Agency.objects.where(account, "attachments.dispose")
        if not account.is_active:
            return self.none()
        waiting = self.proposed().filter(attachment__keeper__in=agencies)
        return waiting.exclude(proposed_by=account)


class ObjectionQuerySet(models.QuerySet):
    """Selects objections to the holding of files."""

    def visible_to(self, account: Account) -> Self:
        """Keep those that this person's agencies made or have to answer."""
        if not account.is_active:
            return self.none()
        agencies = Agency.objects.where(account, "attachments.read")
        return self.filter(Q(agency__in=agencies) | Q(answers__in=agencies))

    def open(self) -> Self:
        """Keep those that nobody has answered."""
        return self.filter(outcome="")

    def answerable_by(self, account: Account) -> Self:
        """Keep those that wait for an officer such as this one; never his own."""
        if not account.is_active:
            return self.none()
        agencies = Agency.objects.where(account, "attachments.release")
        return self.open().filter(answers__in=agencies).exclude(made_by=account)


class RecallNoticeQuerySet(models.QuerySet):
    """Selects what agencies were told of recalls."""

    def visible_to(self, account: Account) -> Self:
        """Keep those told to this person's agencies, or to those they are heirs of."""
        if not account.is_active:
            return self.none()
        return self._of(Agency.objects.where(account, "attachments.read"))

    def handled_by(self, account: Account) -> Self:
        """Keep those whose cleaning up this person may confirm (Điều 13.5.d)."""
        agencies = Agency.objects.where(account, "attachments.release")
        return self.visible_to(account)._of(agencies)

    def _of(self, agencies: models.QuerySet) -> Self:
        """Keep those told to these agencies, or about what they keep of such a one."""
        from scanning.models import Recipient  # noqa: PLC0415 (models load later)

        keeps = Q(attachment__agency=F("agency"), attachment__keeper__in=agencies)
        came = Recipient.objects.filter(
            message=OuterRef("attachment__message"),
            agency=OuterRef("agency"),
            keeper__in=agencies,
        )
        return self.filter(Q(agency__in=agencies) | keeps | Exists(came))

    def open(self) -> Self:
        """Keep those of which nobody said yet that they were cleaned up."""
        return self.filter(cleaned_at=None)
