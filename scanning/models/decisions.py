"""What people decide on held files: release, objection, false alarm, destruction.

Source: Quyết định 06/2012/QĐ-UBND, Điều 9.2, 12.4, 12.5 and 13.4.d.
"""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.dated import Dated, DatedQuerySet
from scanning.querysets import (
    DisposalQuerySet,
    FalseAlarmQuerySet,
    ObjectionQuerySet,
    ReleaseDecisionQuerySet,
)
from scanning.verdicts import Verdict


class ReleaseDecision(models.Model):
    """Why a held file was let go, by whom and for which agency; it never changes."""

    class Ground(models.TextChoices):
        OFFICER = "officer", _("decision of a named officer of the recipient")
        FALSE_ALARM = "false_alarm", _("false alarm, confirmed by two persons")
        OBJECTION = "objection", _("objection upheld")

    attachment = models.ForeignKey(
        "scanning.Attachment", models.PROTECT, related_name="release_decisions"
    )
    ground = models.CharField(_("ground"), max_length=12, choices=Ground)
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(
        "access.Account", models.PROTECT, verbose_name=_("decided by"), related_name="+"
    )
    agency = models.ForeignKey("access.Agency", models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"), default=clock.now)
    false_alarm = models.ForeignKey(
        "scanning.FalseAlarm", models.PROTECT, null=True, related_name="releases"
    )
    objection = models.ForeignKey(
        "scanning.Objection", models.PROTECT, null=True, related_name="releases"
    )
    # What the deciding person had before him: the last quarantine record. A later one
    # ends the decision, whatever the clock said when either was written.
    item = models.ForeignKey(
        "scanning.QuarantineItem", models.PROTECT, null=True, related_name="+"
    )

    objects = ReleaseDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        verbose_name = _("decision to release")
        verbose_name_plural = _("decisions to release")
        constraints = [
            models.CheckConstraint(
                name="scanning_a_release_says_why", condition=~Q(reason="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.attachment}: {self.get_ground_display()}"

    def save(self, **options: Any) -> None:  # noqa: ANN401 (Django's own)
        """Note on which quarantine record it was decided; the caller holds the file."""
        if self.item_id is None:
            items = self.attachment.quarantine_items.order_by("-pk")
            self.item = items.first()
        super().save(**options)


class Decided(models.Model):
    """Something that one person proposes and another decides."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for a second person")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")

    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.PROPOSED
    )
    agency = models.ForeignKey("access.Agency", models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    proposed_by = models.ForeignKey(
        "access.Account",
        models.PROTECT,
        verbose_name=_("proposed by"),
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("proposed"), default=clock.now)
    decided_by = models.ForeignKey(
        "access.Account",
        models.PROTECT,
        null=True,
        verbose_name=_("decided by"),
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.TextField(_("reason of the decision"), blank=True)

    class Meta:
        abstract = True
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_wants_two_persons",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("A second person must decide this."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_is_decided_by_somebody",
                condition=Q(state="proposed")
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]


class FalseAlarm(Decided):
    """These very bytes are harmless whatever this signature says of them.

    Holds for all copies at once, and for copies that come later; it never tells who
    else holds one.
    """

    sha256 = models.CharField(max_length=64)
    signature = models.CharField(_("signature"), max_length=200, blank=True)
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)

    objects = FalseAlarmQuerySet.as_manager()

    class Meta(Decided.Meta):
        verbose_name = _("false alarm")
        verbose_name_plural = _("false alarms")
        constraints = [
            *Decided.Meta.constraints,
            # For each agency one: a refusal would tell who else holds the file.
            models.UniqueConstraint(
                fields=["sha256", "signature", "verdict", "agency"],
                condition=~Q(state="refused"),
                name="scanning_one_false_alarm_for_bytes_and_signature",
            ),
            models.CheckConstraint(
                name="scanning_a_suspicion_of_secrets_is_no_false_alarm",
                condition=~Q(verdict=Verdict.SECRECY_SUSPECTED),
            ),
        ]

    def __str__(self) -> str:
        return self.sha256


class Disposal(Decided):
    """The destruction of the bytes of one held file; its records stay for ever."""

    attachment = models.ForeignKey(
        "scanning.Attachment", models.PROTECT, related_name="disposals"
    )
    decision_number = models.CharField(_("decision number"), max_length=60, blank=True)

    objects = DisposalQuerySet.as_manager()

    class Meta(Decided.Meta):
        verbose_name = _("destruction")
        verbose_name_plural = _("destructions")
        constraints = [
            *Decided.Meta.constraints,
            models.UniqueConstraint(
                fields=["attachment"],
                condition=~Q(state="refused"),
                name="scanning_a_file_is_destroyed_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.attachment)


class AnswerLimit(Dated):
    """Within how many hours an objection must be answered, from one day to another.

    The regulation gives no figure: the one delivered is our proposal, marked so.
    """

    hours = models.PositiveSmallIntegerField(_("hours"))
    legal_basis = models.ForeignKey(
        "core.LegalBasis", models.PROTECT, verbose_name=_("legal basis")
    )
    clause = models.CharField(_("clause"), max_length=60, blank=True)
    is_proposal = models.BooleanField(_("our proposal"), default=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ["-starts_on"]
        verbose_name = _("limit for answering objections")
        verbose_name_plural = _("limits for answering objections")

    def __str__(self) -> str:
        return str(self.hours)


class Objection(models.Model):
    """“This was blocked without right”: it must be answered in time (Điều 12.4).

    Asked of the agency that decides on the file; unanswered at its limit it goes to
    that agency's superior on that day, and so on upwards.
    """

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("upheld")
        REJECTED = "rejected", _("rejected: the file stays held")
        # Nobody need answer any more.
        SETTLED = "settled", _("settled: the file was released meanwhile")

    attachment = models.ForeignKey(
        "scanning.Attachment", models.PROTECT, related_name="objections"
    )
    agency = models.ForeignKey(
        "access.Agency",
        models.PROTECT,
        verbose_name=_("objecting agency"),
        related_name="+",
    )
    made_by = models.ForeignKey(
        "access.Account", models.PROTECT, verbose_name=_("made by"), related_name="+"
    )
    made_at = models.DateTimeField(_("made"), default=clock.now)
    reason = models.TextField(_("reason"))
    answers = models.ForeignKey(
        "access.Agency",
        models.PROTECT,
        verbose_name=_("must answer"),
        related_name="objections_to_answer",
    )
    due_at = models.DateTimeField(_("answer due"), db_index=True)
    escalations = models.PositiveSmallIntegerField(_("passed upwards"), default=0)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.UniqueConstraint(
                fields=["attachment"],
                condition=Q(outcome=""),
                name="scanning_one_open_objection_for_a_file",
            ),
            models.CheckConstraint(
                name="scanning_nobody_answers_his_own_objection",
                condition=Q(answered_by=None) | ~Q(answered_by=F("made_by")),
                violation_error_message=_("A second person must decide this."),
            ),
            models.CheckConstraint(
                name="scanning_an_answer_has_words_and_author",
                condition=Q(outcome__in=["", "settled"])
                | (Q(answered_by__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attachment}: {self.made_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has answered yet."""
        return not self.outcome

    @property
    def is_late(self) -> bool:
        """Tell whether the answer is overdue."""
        return self.is_open and clock.now() > self.due_at
