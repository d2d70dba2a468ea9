"""Every attempt to scan a file, and the duty to do so."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.duties import Duty, DutyQuerySet
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
    policy = models.CharField(_("rules of inspection"), max_length=40, blank=True)
    # Which of several engines answered.
    host = models.CharField(_("scanner"), max_length=120, blank=True)
    # SHA-256 over everything on which the verdict depends, bytes and name's extension,
    # rules, engine and signatures: who asks the same again gets the same answer.
    reuse_key = models.CharField(max_length=64, blank=True)
    reused = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    # The sender gave the password for this one attempt; it is kept nowhere.
    with_password = models.BooleanField(default=False)
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        indexes = [
            models.Index(
                fields=["reuse_key"],
                condition=~models.Q(reuse_key=""),
                name="scanning_known_verdicts",
            )
        ]

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


class SignatureSet(models.Model):
    """One content of the signature folder, from the day on which it was first seen."""

    digest = models.CharField(max_length=64, unique=True)
    description = models.CharField(_("signatures"), max_length=200)
    kind = models.CharField(
        _("kind of signatures"), max_length=10, choices=SignatureKind
    )
    built_at = models.DateTimeField(_("built"), null=True)
    first_seen_at = models.DateTimeField(_("first seen"), default=clock.now)

    class Meta:
        ordering = ["-first_seen_at", "-pk"]
        verbose_name = _("set of signatures")
        verbose_name_plural = _("sets of signatures")

    def __str__(self) -> str:
        return self.description


class RescanDuty(Duty):
    """Released bytes that newer signatures must see: one duty for all their copies."""

    sha256 = models.CharField(max_length=64)
    signature_digest = models.CharField(max_length=64)  # the newer ones
    # How many copies were let out, and when the last one: most spread and newest first.
    copies = models.PositiveIntegerField(default=1)
    newest_at = models.DateTimeField()

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["-copies", "-newest_at", "pk"]
        verbose_name = _("scan to be done again")
        verbose_name_plural = _("scans to be done again")
        indexes = [
            models.Index(
                fields=["-copies", "-newest_at"],
                condition=models.Q(done_at=None),
                name="scanning_again_in_order",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "signature_digest"],
                name="scanning_bytes_wait_once_for_a_set",
            )
        ]

    def __str__(self) -> str:
        return self.sha256
