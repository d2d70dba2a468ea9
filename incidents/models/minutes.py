"""The biên bản: numbered, frozen, with its hash. Append-only.

Source: Quyết định 06/2012/QĐ-UBND, Điều 14.1.a; Nghị định 30/2020/NĐ-CP, Mẫu 1.9.
"""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.paper import check_code


def new_check_code() -> str:
    """Return a code that people can type from paper."""
    return check_code("BB")


class IncidentMinutes(models.Model):
    """One issued biên bản. A correction is another, which names the one it corrects."""

    incident = models.ForeignKey(
        "incidents.Incident", models.PROTECT, related_name="minutes"
    )
    agency = models.ForeignKey("access.Agency", models.PROTECT, related_name="+")
    year = models.PositiveIntegerField()
    ordinal = models.PositiveIntegerField()
    number = models.CharField(_("number of the minutes"), max_length=60)
    # Printed and in the QR code: numbers begin anew each year, this one never.
    check_code = models.CharField(max_length=14, unique=True, default=new_check_code)
    content = models.JSONField(_("content"))
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    issued_by = models.ForeignKey("access.Account", models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=clock.now)
    issued_on = models.DateField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="corrected_by"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("minutes of the incident")
        verbose_name_plural = _("minutes of incidents")
        constraints = [
            models.UniqueConstraint(
                "agency", "year", "ordinal", name="incidents_minutes_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_current(self) -> bool:
        """Tell whether no later minutes correct these."""
        return not hasattr(self, "corrected_by")


class IssuedFile(models.Model):
    """The very bytes that were issued; kept apart, so that lists do not carry them."""

    minutes = models.OneToOneField(
        IncidentMinutes, models.PROTECT, primary_key=True, related_name="file"
    )
    content = models.BinaryField()

    class Meta:
        verbose_name = _("issued file")
        verbose_name_plural = _("issued files")

    def __str__(self) -> str:
        return str(self.minutes)

    @property
    def sha256(self) -> str:
        """The hash of the bytes as they lie in the database now."""
        return hashlib.sha256(bytes(self.content)).hexdigest()
