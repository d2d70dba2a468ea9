"""Every attempt to scan a file, and the duty to do so."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.duties import Duty
from scanning.engine import SignatureKind
from scanning.querysets import ScanDutyQuerySet
from scanning.verdicts import Verdict


class Scan(models.Model):
    """One attempt, successful or not; never changed, never deleted."""

    attachment = models.ForeignKey(
        "scanning.Attachment", models.PROTECT, related_name="scans"
    )
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)
    # Why the engine gave no verdict: a code of scanning.engine.faults.
    fault = models.CharField(max_length=40, blank=True)
    # What the engine calls what it found: for the specialist, not for the officer.
    signature = models.CharField(_("signature"), max_length=200, blank=True)
    true_type = models.CharField(max_length=20, blank=True)
    engine = models.CharField(_("engine"), max_length=100, blank=True)
    signatures = models.CharField(_("signatures"), max_length=200, blank=True)
    signature_kind = models.CharField(
        _("kind of signatures"), max_length=10, choices=SignatureKind, blank=True
    )
    signature_digest = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("scan")
        verbose_name_plural = _("scans")

    def __str__(self) -> str:
        return f"{self.attachment}: {self.get_verdict_display()}"


class ScanDuty(Duty):
    """A file that must be scanned; the queue only hurries it."""

    attachment = models.ForeignKey(
        "scanning.Attachment", models.PROTECT, related_name="duties"
    )
    rank = models.PositiveSmallIntegerField()  # of its urgency: 0 goes first

    objects = ScanDutyQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "due_at", "pk"]
        verbose_name = _("scan to be done")
        verbose_name_plural = _("scans to be done")
        indexes = [
            models.Index(
                fields=["rank", "due_at"],
                condition=models.Q(done_at=None),
                name="scanning_duties_in_order",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["attachment"],
                condition=models.Q(done_at=None),
                name="scanning_a_file_waits_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.attachment)
