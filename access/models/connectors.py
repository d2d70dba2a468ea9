"""Which systems may speak to the portal, for which agency, from when to when.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.4: a call from an unregistered or ended
connector is refused and noted.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from portal.core import clock
from portal.core.dated import Dated, DatedQuerySet


class Connector(Dated, AbstractApplication):
    """An exchange system of an agency, as a client of the portal (RFC 6749).

    Its secrets are rows of their own, so that a new one begins before the old ends;
    the library's own column for one stays empty.
    """

    agency = models.ForeignKey(
        "access.Agency",
        models.PROTECT,
        verbose_name=_("agency"),
        related_name="connectors",
    )
    software = models.CharField(_("software and version"), max_length=120, blank=True)
    scopes = models.JSONField(_("what it may ask for"), default=list)
    calls_a_minute = models.PositiveIntegerField(_("calls a minute"), default=600)
    megabytes_a_day = models.PositiveIntegerField(_("megabytes a day"), default=20_000)
    webhook_url = models.URLField(_("address for notices"), blank=True)
    sealed_webhook_key = models.TextField(blank=True, editable=False)
    # From where it speaks ICAP, which knows no tokens: its only network addresses.
    icap_addresses = models.JSONField(default=list, blank=True)
    registered_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="+"
    )
    end_reason = models.TextField(_("reason of the end"), blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ["agency", "name"]
        verbose_name = _("connected system")
        verbose_name_plural = _("connected systems")


class ConnectorSecret(models.Model):
    """One secret of a connector: shown once, kept as a hash, ended by the next."""

    connector = models.ForeignKey(Connector, models.PROTECT, related_name="secrets")
    digest = models.CharField(max_length=200)
    made_at = models.DateTimeField(_("made"), default=clock.now)
    made_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="+"
    )
    ends_at = models.DateTimeField(_("ends"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="access_a_secret_ends_after_it_was_made",
                condition=Q(ends_at=None) | Q(ends_at__gte=F("made_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.connector}: {self.made_at:%Y-%m-%d}"


class ConnectorUsage(models.Model):
    """How much a connector asked for in one minute, over all web processes."""

    connector = models.ForeignKey(Connector, models.CASCADE, related_name="usage")
    minute = models.DateTimeField()
    calls = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)  # bytes received

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connector", "minute"], name="access_usage_counted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.connector}: {self.minute}"
