"""Notices: a duty row first; mail only hurries it, the page shows it in any case."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from access.querysets import NoticeQuerySet
from portal.core import clock
from portal.core.duties import Duty


class Notice(Duty):
    """One sentence to one person, with the page that it is about."""

    recipient = models.ForeignKey(
        "access.Account", models.PROTECT, related_name="notices"
    )
    agency = models.ForeignKey("access.Agency", models.PROTECT, null=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    path = models.CharField(_("page"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    read_at = models.DateTimeField(_("read"), null=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return self.subject
