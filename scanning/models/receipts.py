"""Proof of a verdict that a receiving agency checks by itself, and its end.

Source: Quyết định 06/2012/QĐ-UBND, Điều 6.2 and 9.1; RFC 7515 for the form.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from scanning.querysets import RecallNoticeQuerySet


class Receipt(models.Model):
    """One signed statement on one attachment; only its revocation is added later."""

    class Revocation(models.TextChoices):
        CONTRADICTED = "contradicted", _("later signatures found malware")
        HELD = "held", _("the file was held afterwards")
        REPLACED = "replaced", _("a newer receipt was issued")
        RELEASED = "released", _("the file was released afterwards")

    attachment = models.ForeignKey(
        "scanning.Attachment", models.PROTECT, related_name="receipts"
    )
    scan = models.ForeignKey("scanning.Scan", models.PROTECT, related_name="+")
    jti = models.CharField(max_length=40, unique=True)
    key_id = models.CharField(max_length=64)
    token = models.TextField()  # compact JWS
    issued_at = models.DateTimeField(_("issued"), default=clock.now)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revocation = models.CharField(
        _("why revoked"), max_length=12, choices=Revocation, blank=True
    )

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return self.jti


class Recall(models.Model):
    """Bytes that had been let out and in which later signatures found something."""

    sha256 = models.CharField(max_length=64)
    verdict = models.CharField(_("verdict"), max_length=20)
    signature = models.CharField(_("signature"), max_length=200, blank=True)
    scan = models.ForeignKey("scanning.Scan", models.PROTECT, related_name="+")
    detected_at = models.DateTimeField(_("detected"), default=clock.now)

    class Meta:
        ordering = ["-detected_at", "-pk"]
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")

    def __str__(self) -> str:
        return self.sha256


class RecallNotice(models.Model):
    """Which agency was told of a recall, for which of its files, and who has seen it.

    One for each agency that sent, received or downloaded a copy; none names another.
    """

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="notices")
    attachment = models.ForeignKey(
        "scanning.Attachment", models.PROTECT, related_name="recall_notices"
    )
    agency = models.ForeignKey("access.Agency", models.PROTECT, related_name="+")
    told_at = models.DateTimeField(_("told"), default=clock.now)
    # Cleaned up at the agency, as somebody there confirms (Điều 13.5.d).
    cleaned_at = models.DateTimeField(_("cleaned up"), null=True)
    cleaned_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="+"
    )
    cleaned_note = models.TextField(_("what was done"), blank=True)

    objects = RecallNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-told_at", "-pk"]
        verbose_name = _("notice of a recall")
        verbose_name_plural = _("notices of a recall")
        constraints = [
            models.UniqueConstraint(
                fields=["recall", "attachment", "agency"],
                name="scanning_an_agency_is_told_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recall}: {self.agency}"


class QuestionCount(models.Model):
    """How often one address asked about files in one minute, over all web processes.

    The address is kept as a keyed digest, and for an hour only.
    """

    source = models.CharField(max_length=64)
    minute = models.DateTimeField(db_index=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "minute"], name="scanning_questions_counted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M}"
