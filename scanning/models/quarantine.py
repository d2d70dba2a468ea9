"""Why a file is held: reason, rule, author and time on every row.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.4: blocking without right is itself
forbidden, so no row exists without its reason.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock


class QuarantineRule(models.TextChoices):
    """By which clause a file is held."""

    VIRUS = "d12_1", _("Article 12.1: no virus may be spread")
    DESTRUCTIVE = "d12_6", _("Article 12.6: no destructive software may be spread")
    FORMAT = "d5_1", _("Article 5.1: only listed types of document")
    UNSCANNABLE = "d9_2", _("Articles 9.2 and 12.1: a file that nobody can vouch for")
    SECRECY = "d12_7", _("Article 12.7: state secrets are never sent")
    INTEGRITY = "d9_1", _("Article 9.1: the file is not the one that was received")


class QuarantineItem(models.Model):
    """One decision to hold one file."""

    attachment = models.ForeignKey(
        "scanning.Attachment", models.PROTECT, related_name="quarantine_items"
    )
    rule = models.CharField(_("rule"), max_length=10, choices=QuarantineRule)
    reason = models.TextField(_("reason"))
    held_at = models.DateTimeField(_("held"), default=clock.now)
    # None: the portal itself, by the scan that is named.
    held_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, verbose_name=_("held by")
    )
    scan = models.ForeignKey("scanning.Scan", models.PROTECT, null=True)
    # If the file had been let out before: the detection that called it back.
    recall = models.ForeignKey(
        "scanning.Recall", models.PROTECT, null=True, related_name="quarantine_items"
    )

    class Meta:
        ordering = ["-held_at", "-pk"]
        verbose_name = _("quarantine record")
        verbose_name_plural = _("quarantine records")
        constraints = [
            models.CheckConstraint(
                name="scanning_nothing_is_held_without_reason",
                condition=~Q(reason=""),
            ),
            models.CheckConstraint(
                name="scanning_quarantine_rule_is_known",
                condition=Q(rule__in=QuarantineRule.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attachment}: {self.get_rule_display()}"
