"""Rows that hold from one Vietnamese day to another."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock


def in_force_on(on: date, prefix: str = "") -> Q:
    """Return the condition for dated rows, or rows reached through `prefix`."""
    return Q(**{f"{prefix}starts_on__lte": on}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": on})
    )


class DatedQuerySet(models.QuerySet):
    """Selects by the day on which rows hold."""

    def in_force(self, on: date | None = None) -> Self:
        """Keep the rows that hold on that Vietnamese day, today if none is given."""
        return self.filter(in_force_on(on or clock.today()))

    def unended(self) -> Self:
        """Keep the rows whose last day is not past: they hold today or will hold."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=clock.today()))


class Dated(models.Model):
    """Something that holds from its first day to its last, both included."""

    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def is_in_force(self, on: date | None = None) -> bool:
        """Tell whether this holds on that Vietnamese day, today if none is given."""
        on = on or clock.today()
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    @property
    def has_ended(self) -> bool:
        """Whether the last day is past."""
        return self.ends_on is not None and self.ends_on < clock.today()
