"""Reports upward, what became of each, and the guidance that came back.

Source: Quyết định 06/2012/QĐ-UBND, Điều 14.1.a, 14.1.b, 14.1.c and 14.2.a.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.models.keeping import KeeperField
from incidents.querysets import StepQuerySet
from portal.core import clock
from portal.core.duties import Duty


class CapacityReport(models.Model):
    """“This is beyond us”: one for an incident, as it was written. Append-only."""

    incident = models.OneToOneField(
        "incidents.Incident", models.PROTECT, related_name="capacity_report"
    )
    harm = models.TextField(_("harm"))
    needs = models.TextField(_("what is needed"))
    telephone = models.CharField(_("telephone to call back"), max_length=40)
    made_by = models.ForeignKey("access.Account", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("report beyond capacity")
        verbose_name_plural = _("reports beyond capacity")

    def __str__(self) -> str:
        return str(self.incident)


class StepRole(models.TextChoices):
    """As what an agency is told."""

    AS_AUTHORITY = "as_authority", _("competent state authority")
    AS_SUPERIOR = "as_superior", _("direct superior")
    AS_COORDINATOR = "as_coordinator", _("incident coordinator")


class StepSubject(models.TextChoices):
    """What an agency is told of."""

    BEYOND_CAPACITY = "beyond_capacity", _("report beyond capacity")
    MINUTES = "minutes", _("minutes of the incident")
    SILENCE = "silence", _("a report that nobody answered")


class EscalationStep(Duty):
    """One report to one agency: sent, received, directed, completed.

    It is the duty to deliver as well. To whom, what and when it was made never change;
    each time is set once, and the timeline keeps who set it and when.
    """

    incident = models.ForeignKey(
        "incidents.Incident", models.PROTECT, related_name="steps"
    )
    recipient = models.ForeignKey(
        "access.Agency", models.PROTECT, related_name="incident_steps"
    )
    keeper = KeeperField("recipient", related_name="kept_steps")
    role = models.CharField(_("as"), max_length=20, choices=StepRole)
    subject = models.CharField(max_length=20, choices=StepSubject)
    minutes = models.ForeignKey(
        "incidents.IncidentMinutes", models.PROTECT, null=True, related_name="steps"
    )
    made_at = models.DateTimeField(default=clock.now)
    # How many people were told in the portal; None before the attempt.
    readers = models.PositiveIntegerField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    received_at = models.DateTimeField(_("received"), null=True, editable=False)
    directed_at = models.DateTimeField(_("directed"), null=True, editable=False)
    completed_at = models.DateTimeField(_("completed"), null=True, editable=False)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("report upward")
        verbose_name_plural = _("reports upward")
        indexes = [
            models.Index(fields=["keeper", "incident"], name="incidents_sent_here"),
            models.Index(
                fields=["due_at"],
                condition=Q(done_at=None),
                name="incidents_steps_to_deliver",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "recipient", "role", "subject"],
                condition=Q(minutes=None),
                name="incidents_each_is_told_once",
            ),
            models.UniqueConstraint(
                fields=["minutes", "recipient", "role"],
                condition=Q(minutes__isnull=False),
                name="incidents_each_gets_the_minutes_once",
            ),
            models.CheckConstraint(
                name="incidents_minutes_are_sent_with_the_minutes",
                condition=Q(subject=StepSubject.MINUTES, minutes__isnull=False)
                | (~Q(subject=StepSubject.MINUTES) & Q(minutes=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} → {self.recipient}"

    @property
    def is_undelivered(self) -> bool:
        """Tell whether an attempt was made and nobody could be told."""
        return self.sent_at is None and self.readers == 0

    @property
    def needs_directive(self) -> bool:
        """Tell whether guidance, or a recorded “not needed”, is still owed."""
        return (
            self.subject != StepSubject.MINUTES
            and self.received_at is not None
            and self.directed_at is None
            and self.completed_at is None
        )


class Directive(models.Model):
    """Guidance of a superior, authority or coordinator, or “not needed”, with reason.

    What was said never changes; the agency's acknowledgement is set once.
    """

    class Kind(models.TextChoices):
        GUIDANCE = "guidance", _("guidance")
        NOT_NEEDED = "not_needed", _("no guidance needed")

    incident = models.ForeignKey(
        "incidents.Incident", models.PROTECT, related_name="directives"
    )
    giver = models.ForeignKey("access.Agency", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.GUIDANCE)
    text = models.TextField(_("guidance"))
    given_by = models.ForeignKey("access.Account", models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=clock.now)
    acknowledged_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("directive")
        verbose_name_plural = _("directives")
        constraints = [
            models.CheckConstraint(
                name="incidents_directive_says_something", condition=~Q(text="")
            ),
            models.CheckConstraint(
                name="incidents_directive_is_acknowledged_by_someone",
                condition=Q(acknowledged_by=None, acknowledged_at=None)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver}: {self.text[:80]}"

    @property
    def is_waiting(self) -> bool:
        """Tell whether the agency has yet to say that it has read this."""
        return self.kind == self.Kind.GUIDANCE and self.acknowledged_at is None
