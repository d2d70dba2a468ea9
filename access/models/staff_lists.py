"""Staff lists between preview and application: sealed, short-lived, applied once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from access.querysets import StaffListQuerySet
from portal.core import clock


class StaffList(models.Model):
    """A list that was read without a fault and waits for its "apply".

    `sealed` holds the people that were previewed; once applied, the invitation links
    until they are shown; then nothing. The file itself is kept nowhere.
    """

    agency = models.ForeignKey("access.Agency", models.PROTECT, related_name="+")
    read_by = models.ForeignKey("access.Account", models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("read"), default=clock.now)
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    sealed = models.TextField(editable=False)
    applied_at = models.DateTimeField(_("applied"), null=True)

    objects = StaffListQuerySet.as_manager()

    class Meta:
        ordering = ["-read_at"]
        verbose_name = _("staff list")
        verbose_name_plural = _("staff lists")

    def __str__(self) -> str:
        return self.file_name
