"""What was delivered with the portal, so that an update changes only what changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferenceRow(models.Model):
    """One delivered row, and the digest of what the file said when it was loaded.

    As long as the file says the same, the row in the database is left alone, whatever
    people have made of it since.
    """

    name = models.CharField(max_length=300, primary_key=True)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("delivered row")
        verbose_name_plural = _("delivered rows")

    def __str__(self) -> str:
        return self.name
