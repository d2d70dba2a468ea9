"""Which systems may speak to the portal, for which agency, from when to when.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.4: a call from an unregistered or ended
connector is refused and noted.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from oauth2_provider.models import AbstractApplication

from access.models.agencies import Agency
from access.querysets import ConnectorQuerySet
from portal.core import clock
from portal.core.dated import Dated


class Obstacle(models.TextChoices):
    """Why a registered system may not speak now."""

    ENDED = "ended", _("its connection has ended")
    NOT_BEGUN = "not_begun", _("its connection has not begun yet")
    SUSPENDED = "suspended", _("its connection is suspended")
    AGENCY_ENDED = "agency_ended", _("its agency has ended")


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
    # Agencies for which it speaks besides its own, such as those below it.
    acts_for = models.ManyToManyField(
        "access.Agency",
        verbose_name=_("other agencies for which it speaks"),
        related_name="spoken_for_by",
        blank=True,
    )
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
    suspended_at = models.DateTimeField(_("suspended"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="+"
    )
    end_reason = models.TextField(_("reason of the end"), blank=True)

    objects = ConnectorQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ["agency", "name"]
        verbose_name = _("connected system")
        verbose_name_plural = _("connected systems")

    @property
    def obstacle(self) -> Obstacle | None:
        """Why it may not speak now, or None if it may.

        Asked at every call and of the rows as they are now, so a live token opens
        nothing once the connector or its agency has ended.
        """
        if self.ended_at is not None or self.has_ended:
            return Obstacle.ENDED
        if not self.is_in_force():
            return Obstacle.NOT_BEGUN
        if self.suspended_at is not None:
            return Obstacle.SUSPENDED
        if not self.agency.is_in_force():
            return Obstacle.AGENCY_ENDED
        return None

    def speaks_for(self, agency: Agency) -> bool:
        """Tell whether it may act for this agency: its own, or one on its list."""
        if agency.pk == self.agency_id:
            return True
        return self.acts_for.filter(pk=agency.pk).exists()


class ConnectorSecret(models.Model):
    """One secret of a connector: shown once, kept as a hash, ended by the next."""

    connector = models.ForeignKey(Connector, models.PROTECT, related_name="secrets")
    digest = models.CharField(max_length=200)
    made_at = models.DateTimeField(pgettext_lazy("a secret", "made"), default=clock.now)
    made_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="+"
    )
    ends_at = models.DateTimeField(_("ends"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("secret of a connected system")
        verbose_name_plural = _("secrets of connected systems")
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
        verbose_name = _("use of the gateway")
        verbose_name_plural = _("uses of the gateway")
        constraints = [
            models.UniqueConstraint(
                fields=["connector", "minute"], name="access_usage_counted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.connector}: {self.minute}"
