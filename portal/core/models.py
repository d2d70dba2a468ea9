"""Rows that every app points to: the law, and the pulse of the sweeps."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.dated import Dated, DatedQuerySet


class LegalBasis(Dated):
    """A legal document, by number; the days are those on which it is in force."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=500)
    issuer = models.CharField(_("issued by"), max_length=200)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    link = models.URLField(_("link"), max_length=500, blank=True)
    # What no stored source confirmed is marked so wherever it is shown.
    is_verified = models.BooleanField(_("verified"), default=False)
    note = models.TextField(_("note"), blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ["starts_on", "number"]
        verbose_name = _("legal basis")
        verbose_name_plural = _("legal bases")

    def __str__(self) -> str:
        return self.number


class SweepRun(models.Model):
    """When each sweep last ran: silence of a sweep is itself an alarm."""

    ALARM_AFTER = timedelta(minutes=10)

    name = models.CharField(max_length=60, primary_key=True)
    ran_at = models.DateTimeField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def mark(cls, name: str, taken: int = 0) -> None:
        """Note that the sweep of that name ran now and took so many duties."""
        cls.objects.update_or_create(
            name=name, defaults={"ran_at": clock.now(), "taken": taken}
        )

    @classmethod
    def silent(cls, names: list[str], at: datetime | None = None) -> list[str]:
        """Return those of the names whose sweep has not run lately, or ever."""
        since = (at or clock.now()) - cls.ALARM_AFTER
        alive = cls.objects.filter(name__in=names, ran_at__gt=since)
        return sorted(set(names) - set(alive.values_list("name", flat=True)))
