"""Reorganisations: planned by one person, approved by another, applied on their day.

Source: Quyết định 20/2020/QĐ-TTg and 09/2025/QĐ-TTg for the codes; otherwise our own.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.models.agencies import Agency, AgencyCode, AgencyLevel, AgencyType
from access.querysets import AgencyEventQuerySet
from portal.core import clock


class AgencyEvent(models.Model):
    """A reorganisation: one act, with its legal basis and the day from which it holds.

    Somebody plans it, a second person approves what the preview shows, and it is
    applied on its day. What comes with the reference data is applied already.
    """

    class Kind(models.TextChoices):
        CREATE = "create", pgettext_lazy("reorganisation", "created")
        RENAME = "rename", pgettext_lazy("reorganisation", "renamed")
        SUPERIOR = "superior", pgettext_lazy("reorganisation", "change of superior")
        MERGE = "merge", pgettext_lazy("reorganisation", "merged")
        SPLIT = "split", pgettext_lazy("reorganisation", "split")
        ABOLISH = "abolish", pgettext_lazy("reorganisation", "abolished")

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("reorganisation", "being planned")
        APPROVED = "approved", pgettext_lazy("reorganisation", "approved, scheduled")
        APPLIED = "applied", pgettext_lazy("reorganisation", "in effect")
        WITHDRAWN = "withdrawn", pgettext_lazy("reorganisation", "withdrawn")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.APPLIED
    )
    effective_on = models.DateField(_("effective on"))
    legal_basis = models.ForeignKey("core.LegalBasis", models.PROTECT)
    decision_number = models.CharField(_("decision number"), max_length=60, blank=True)
    note = models.TextField(_("note"), blank=True)
    planned_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="planned_events"
    )
    planned_at = models.DateTimeField(_("planned"), default=clock.now)
    approved_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="approved_events"
    )
    approved_at = models.DateTimeField(_("approved"), null=True)
    # SHA-256 of the preview that the second person approved: what is applied must be
    # what was seen, or it stops and asks again.
    approved_preview = models.CharField(max_length=64, blank=True)
    applied_at = models.DateTimeField(_("applied"), null=True)
    # Why the last attempt to apply it stopped; shown to the administrators.
    obstacle = models.TextField(blank=True)

    objects = AgencyEventQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on"]
        verbose_name = _("reorganisation")
        verbose_name_plural = _("reorganisations")
        constraints = [
            models.CheckConstraint(
                name="access_a_second_person_approves_a_reorganisation",
                condition=Q(approved_by=None) | ~Q(approved_by=F("planned_by")),
                violation_error_message=_("A second person must approve this."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.effective_on}"


class AgencyChange(models.Model):
    """What a reorganisation makes of one agency; empty columns stay as they are."""

    class Outcome(models.TextChoices):
        ENDS = "ends", pgettext_lazy("reorganisation", "ends")
        CONTINUES = "continues", pgettext_lazy("reorganisation", "continues")
        BEGINS = "begins", pgettext_lazy("reorganisation", "begins")

    event = models.ForeignKey(AgencyEvent, models.CASCADE, related_name="changes")
    # None until a new agency is made on the day.
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="changes"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    # Whether things of it may pass to others: all that ends, and what is split.
    gives = models.BooleanField(default=False)
    name = models.CharField(_("new name"), max_length=200, blank=True)
    short_name = models.CharField(_("new short name"), max_length=80, blank=True)
    code = models.CharField(_("new identification code"), max_length=35, blank=True)
    scheme = models.CharField(
        _("scheme"), max_length=10, choices=AgencyCode.Scheme, blank=True
    )
    agency_type = models.CharField(
        _("type"), max_length=20, choices=AgencyType, blank=True
    )
    level = models.CharField(_("level"), max_length=30, choices=AgencyLevel, blank=True)
    superior = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("change of an agency")
        verbose_name_plural = _("changes of agencies")

    def __str__(self) -> str:
        return f"{self.agency or self.name}: {self.get_outcome_display()}"

    @property
    def shown_name(self) -> str:
        """The name of the agency, or that under which it will begin."""
        return self.agency.name if self.agency else self.name


class Inheritance(models.Model):
    """What was decided on one thing of an agency that gives: nothing passes silently.

    kind and key name the thing: a function, an assignment, a line, an incident, a form
    (`access.heritage` lists the kinds). Without an heir it ends with its agency, or
    stays where the agency goes on.
    """

    event = models.ForeignKey(AgencyEvent, models.CASCADE, related_name="inheritances")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    heir = models.ForeignKey(
        AgencyChange, models.CASCADE, null=True, related_name="inheritances"
    )
    # Somebody looked at it and wants it to end without an heir.
    is_accepted = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("inheritance")
        verbose_name_plural = _("inheritances")
        constraints = [
            models.UniqueConstraint(
                "event", "kind", "key", name="access_inherited_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Succession(models.Model):
    """Who takes over from whom at a reorganisation."""

    event = models.ForeignKey(AgencyEvent, models.PROTECT, related_name="successions")
    predecessor = models.ForeignKey(Agency, models.PROTECT, related_name="succeeded_by")
    successor = models.ForeignKey(Agency, models.PROTECT, related_name="took_over")

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(
                "event", "predecessor", "successor", name="access_succession_once"
            ),
            models.CheckConstraint(
                name="access_succession_is_not_to_oneself",
                condition=~Q(predecessor=F("successor")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
