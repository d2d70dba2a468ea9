"""What was done and what happened, in order. Append-only.

Source: Quyết định 06/2012/QĐ-UBND, Điều 14.1.a and 14.1.d.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.states import State
from portal.core import clock


class EntryKind(models.TextChoices):
    """What an entry tells; the words are those of the page."""

    MEASURE = "measure", _("Measure taken")
    NOTE = "note", _("Note")
    RECORDED = "recorded", _("Incident recorded")
    DRAFTED = "drafted", _("Drafted by the portal")
    CHANGED = "changed", _("Details completed")
    DETECTION_CORRECTED = "detection_corrected", _("Time of detection corrected")
    MOVED = "moved", _("State changed")
    EVIDENCE_ADDED = "evidence_added", _("Evidence added")
    EVIDENCE_RELEASED = "evidence_released", _("Evidence scanned, may be opened")
    EVIDENCE_HELD = "evidence_held", _("Evidence held by the scan")
    ESCALATED = "escalated", _("Reported beyond capacity")
    SENT = "sent", _("Delivered through the portal")
    NOT_DELIVERED = "not_delivered", _("Could not be delivered: nobody to read it")
    REPORTED_OUTSIDE = "reported_outside", _("Reported by telephone or on paper")
    NOBODY_ON_RECORD = "nobody_on_record", _("Nobody on record to receive a copy")
    RECEIVED = "received", _("Receipt confirmed")
    DIRECTED = "directed", _("Guidance given")
    NO_DIRECTIVE_NEEDED = "no_directive_needed", _("No further guidance needed")
    DIRECTIVE_RECEIVED = "directive_received", _("Guidance received")
    SILENCE = "silence", _("No answer in time: passed over to the coordinator")
    LATE = "late", _("Duty overdue")
    FULFILLED = "fulfilled", _("Duty done")
    HANDED_ON = "handed_on", _("Handed on by a reorganisation")
    MINUTES_ISSUED = "minutes_issued", _("Minutes issued")


class TimelineEntry(models.Model):
    """One thing that was done or happened.

    `happened_at` may lie before `entered_at`: what was done by telephone at night is
    written down afterwards. `text` holds people's words and names, never ours.
    """

    incident = models.ForeignKey(
        "incidents.Incident", models.PROTECT, related_name="timeline"
    )
    kind = models.CharField(max_length=30, choices=EntryKind)
    text = models.TextField(blank=True)
    # For MOVED: the state that the incident took.
    state = models.CharField(max_length=20, choices=State, blank=True)
    happened_at = models.DateTimeField(default=clock.now)
    entered_at = models.DateTimeField(default=clock.now, editable=False)
    by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="+"
    )
    by_name = models.CharField(max_length=200, blank=True)
    for_agency = models.CharField(max_length=200, blank=True)
    step = models.ForeignKey(
        "incidents.EscalationStep", models.PROTECT, null=True, related_name="facts"
    )

    class Meta:
        ordering = ["-happened_at", "-pk"]
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        indexes = [
            models.Index(
                fields=["incident", "-happened_at", "-id"], name="incidents_timeline"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text[:80]}".strip()
