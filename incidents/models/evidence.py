"""Evidence and who had it in hands. Both append-only.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5, 13.4.d and 14.3.b.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock


class EvidenceItem(models.Model):
    """One file that shows what happened; scanned like any other (Điều 12.1)."""

    incident = models.ForeignKey(
        "incidents.Incident", models.PROTECT, related_name="evidence"
    )
    attachment = models.OneToOneField(
        "scanning.Attachment", models.PROTECT, related_name="evidence_item"
    )
    caption = models.CharField(_("what it shows"), max_length=200, blank=True)
    added_by = models.ForeignKey("access.Account", models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("pieces of evidence")

    def __str__(self) -> str:
        return self.caption or str(self.attachment)


class CustodyAct(models.TextChoices):
    INTAKE = "intake", _("taken in")
    VIEWED = "viewed", _("viewed")
    DOWNLOADED = "downloaded", _("downloaded")


class CustodyEntry(models.Model):
    """Who had which bytes in hands, and when."""

    item = models.ForeignKey(EvidenceItem, models.PROTECT, related_name="custody")
    act = models.CharField(_("act"), max_length=12, choices=CustodyAct)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey("access.Account", models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    for_agency = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("custody entry")
        verbose_name_plural = _("chain of custody")

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.by_name}"
