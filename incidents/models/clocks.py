"""The clocks of the law as dated rows, and the duties that they set running.

Source: Quyết định 06/2012/QĐ-UBND, Điều 14; later law as dated rows.
"""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.models.keeping import KeeperField
from incidents.querysets import ObligationQuerySet
from portal.core import clock
from portal.core.dated import Dated, DatedQuerySet


class Trigger(models.TextChoices):
    """What sets a clock running."""

    RECORDED = "recorded", _("an incident is recorded")
    SERIOUS = "serious", _("an incident is classed as serious")
    SECURITY_SIGNS = "security_signs", _("there are signs against public security")
    PERSONAL_DATA = "personal_data", _("personal data are concerned")
    BEYOND_CAPACITY = "beyond_capacity", _("it is beyond the agency's capacity")
    SENT_UPWARD = "sent_upward", _("a report beyond capacity was sent upward")
    RECEIVED_UPWARD = "received_upward", _("the superior received the report")
    MASTERED = "mastered", _("the incident is mastered")


class RecipientKind(models.TextChoices):
    """To whom the duty is owed; which agency that is depends on the day of T0."""

    DIRECT_SUPERIOR = "direct_superior", _("direct superior")
    COMPETENT_AUTHORITY = "competent_authority", _("competent state authority")
    INCIDENT_COORDINATOR = "incident_coordinator", _("incident coordinator")
    # Receipt and directive are owed by the superior to the agency that reported.
    REPORTING_AGENCY = "reporting_agency", _("the agency that reported")
    OTHER = "other", _("somebody else, named in the rule")


class Fulfilment(models.TextChoices):
    """What ends the duty: an act in the portal, or a note that it was done outside."""

    BY_HAND = "by_hand", _("noted by the officer")
    CAPACITY_REPORT = "capacity_report", _("delivery of the report beyond capacity")
    MINUTES = "minutes", _("delivery of the minutes")
    RECEIPT = "receipt", _("confirmation of receipt")
    DIRECTIVE = "directive", _("guidance, or “not needed” with its reason")


class LimitUnit(models.TextChoices):
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")


class ClockRule(Dated):
    """How long the law, or our proposal, gives for one duty, on the days it holds.

    A rule changes by ending its row and adding another: duties keep the row by which
    they were counted.
    """

    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("duty"), max_length=200)
    trigger = models.CharField(_("set running when"), max_length=20, choices=Trigger)
    recipient_kind = models.CharField(
        _("owed to"), max_length=30, choices=RecipientKind
    )
    recipient_name = models.CharField(
        _("name of the recipient"), max_length=200, blank=True
    )
    # 0 means "at once" (ngay).
    limit = models.PositiveIntegerField(_("limit"))
    limit_unit = models.CharField(
        _("unit"), max_length=10, choices=LimitUnit, default=LimitUnit.HOURS
    )
    # From T0, or else from the event that set the clock running.
    counts_from_detection = models.BooleanField(_("counted from T0"), default=False)
    fulfilled_by = models.CharField(
        _("ends with"), max_length=20, choices=Fulfilment, default=Fulfilment.BY_HAND
    )
    # How long after the due time the alarm sounds; lets "at once" take its minutes.
    grace_minutes = models.PositiveIntegerField(_("alarm after (minutes)"), default=0)
    legal_basis = models.ForeignKey(
        "core.LegalBasis", models.PROTECT, null=True, blank=True, related_name="+"
    )
    clause = models.CharField(_("clause"), max_length=60, blank=True)
    # What no stored source confirmed, and what is only our proposal, is marked so.
    is_verified = models.BooleanField(_("verified"), default=False)
    note = models.TextField(_("note"), blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ["code", "starts_on"]
        verbose_name = _("clock rule")
        verbose_name_plural = _("clock rules")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                "code", "starts_on", name="incidents_clock_rule_once_a_day"
            ),
            models.CheckConstraint(
                name="incidents_clock_rule_names_another_recipient",
                condition=~Q(recipient_kind=RecipientKind.OTHER)
                | ~Q(recipient_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.starts_on})"

    @property
    def length(self) -> timedelta:
        """The limit as elapsed time: no legal clock stops at night or at Tết."""
        return timedelta(**{self.limit_unit: self.limit})

    @property
    def source(self) -> str:
        """Clause and number of the law, or nothing if the rule is our proposal."""
        basis = self.legal_basis.number if self.legal_basis else ""
        return ", ".join(part for part in (self.clause, basis) if part)


class Obligation(models.Model):
    """One duty towards one recipient, with the due time it was given.

    By which rule, for whom and when due never change. A corrected T0 makes another
    row that names this one; what was done is set once.
    """

    incident = models.ForeignKey(
        "incidents.Incident", models.PROTECT, related_name="obligations"
    )
    rule = models.ForeignKey(ClockRule, models.PROTECT, related_name="obligations")
    step = models.ForeignKey(
        "incidents.EscalationStep",
        models.PROTECT,
        null=True,
        related_name="obligations",
    )
    debtor = models.ForeignKey("access.Agency", models.PROTECT, related_name="+")
    keeper = KeeperField("debtor", related_name="kept_obligations")
    recipient = models.ForeignKey(
        "access.Agency", models.PROTECT, null=True, related_name="+"
    )
    recipient_name = models.CharField(_("owed to"), max_length=200, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"))
    # After four fifths of the time; None where the law says "at once".
    warn_at = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField()
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by"
    )
    is_replaced = models.BooleanField(default=False)
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="+"
    )
    done_note = models.TextField(blank=True)
    # Not done but ended with a reason, since there was no incident.
    is_waived = models.BooleanField(default=False)
    warned_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("reporting duty")
        verbose_name_plural = _("reporting duties")
        indexes = [
            models.Index(
                fields=["alarm_at"],
                condition=Q(done_at=None, is_replaced=False, alarmed_at=None),
                name="incidents_duties_to_alarm",
            ),
            models.Index(
                fields=["warn_at"],
                condition=Q(done_at=None, is_replaced=False, warned_at=None),
                name="incidents_duties_to_warn",
            ),
            models.Index(
                fields=["keeper", "due_at"],
                condition=Q(done_at=None, is_replaced=False),
                name="incidents_duties_of_an_agency",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "rule"],
                condition=Q(step=None, is_replaced=False),
                name="incidents_each_duty_once",
            ),
            models.UniqueConstraint(
                fields=["step", "rule"],
                condition=Q(step__isnull=False, is_replaced=False),
                name="incidents_each_duty_of_a_step_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule.title}: {self.due_at:%d/%m/%Y %H:%M}"

    @property
    def is_at_once(self) -> bool:
        """Tell whether the law says “at once”."""
        return self.rule.limit == 0

    @property
    def is_open(self) -> bool:
        """Tell whether the duty is still owed."""
        return self.done_at is None and not self.is_replaced

    @property
    def is_late(self) -> bool:
        """Tell whether it is overdue, or was done too late."""
        return not self.is_waived and (self.done_at or clock.now()) > self.alarm_at

    @property
    def is_due_soon(self) -> bool:
        """Tell whether four fifths of the time are gone and it is still owed."""
        soon = self.warn_at is not None and clock.now() >= self.warn_at
        return self.is_open and (soon or self.is_at_once)
