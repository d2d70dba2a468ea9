"""Agencies, and what is said of them from one day to another.

Source: Quyết định 06/2012/QĐ-UBND, Điều 1, 14.1.a, 14.1.b and 14.3.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access import lines
from access.querysets import (
    AgencyFunctionQuerySet,
    AgencyQuerySet,
    ReportingLineQuerySet,
)
from portal.core.dated import Dated, DatedQuerySet


class AgencyType(models.TextChoices):
    ADMINISTRATIVE = "administrative", _("administrative agency")
    PUBLIC_UNIT = "public_unit", _("public service unit")
    # Outside the province: receives reports, takes no part in the exchange (Điều 1).
    CENTRAL = "central", _("central authority")


class AgencyLevel(models.TextChoices):
    CENTRAL = "central", _("central")
    PROVINCE = "province", _("province")
    PROVINCIAL_DEPARTMENT = "provincial_department", _("provincial department")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune")
    UNIT = "unit", _("subordinate unit")


class Agency(Dated):
    """A state agency, on the days on which it exists.

    `name`, `short_name` and `code` are those of the present day or, once the agency
    has ended, its last; `names` and `codes` say what they were on any day.
    """

    code = models.CharField(_("identification code"), max_length=35, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80)
    agency_type = models.CharField(_("type"), max_length=20, choices=AgencyType)
    level = models.CharField(_("level"), max_length=30, choices=AgencyLevel)
    telephone = models.CharField(_("duty telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ["level", "name"]
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    def __str__(self) -> str:
        return self.name

    def name_on(self, day: date) -> str:
        """Return the legal name that the agency bore on that day."""
        dated = self.names.in_force(day).first()
        return dated.name if dated else self.name


class AgencyName(Dated):
    """The legal name that an agency bears from one day to another."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="names")
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ["agency", "starts_on"]
        verbose_name = _("agency name")
        verbose_name_plural = _("agency names")

    def __str__(self) -> str:
        return self.name


class AgencyCode(models.Model):
    """An electronic identification code, from its opening to its closing.

    Source: QCVN 102:2016/BTTTT and Quyết định 20/2020/QĐ-TTg.
    """

    class Scheme(models.TextChoices):
        QCVN102 = "qcvn102", "QCVN 102:2016/BTTTT"
        QD20 = "qd20", "Quyết định 20/2020/QĐ-TTg"

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="codes")
    code = models.CharField(_("identification code"), max_length=35, unique=True)
    scheme = models.CharField(_("scheme"), max_length=10, choices=Scheme)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    is_verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        ordering = ["code"]
        verbose_name = _("identification code")
        verbose_name_plural = _("identification codes")

    def __str__(self) -> str:
        return self.code


class ReportingLine(Dated):
    """Which agency is directly superior to which, from one day to another (Đ14.1.a)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="reporting_lines")
    superior = models.ForeignKey(
        Agency, models.PROTECT, related_name="subordinate_lines"
    )
    legal_basis = models.ForeignKey("core.LegalBasis", models.PROTECT, null=True)
    is_verified = models.BooleanField(_("verified"), default=False)

    objects = ReportingLineQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ["agency", "starts_on"]
        verbose_name = _("reporting line")
        verbose_name_plural = _("reporting lines")
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="access_reporting_line_is_not_to_oneself",
                condition=~Q(agency=F("superior")),
                violation_error_message=_("An agency is not its own superior."),
            ),
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(ends_on=None),
                name="access_one_direct_superior_at_a_time",
                violation_error_message=_("This agency has a direct superior already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} → {self.superior}"

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (Django's own)
        """Write the line unless it overlaps another or closes a circle on any day.

        Raises OverlappingLinesError, CircularLinesError or EndBeforeStartError.
        """
        lines.check(self)
        super().save(*args, **kwargs)


class Function(models.TextChoices):
    COMPETENT_AUTHORITY = "competent_authority", _("competent state authority")
    INCIDENT_COORDINATOR = "incident_coordinator", _("incident coordinator")
    REPORT_RECEIVER = "report_receiver", _("receiver of periodic reports")
    FORM_OWNER = "form_owner", _("owner of common forms")


class AgencyFunction(Dated):
    """A function that an agency holds for a period, never for ever (Đ14.3, Đ16.1)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="functions")
    function = models.CharField(_("function"), max_length=30, choices=Function)
    legal_basis = models.ForeignKey("core.LegalBasis", models.PROTECT, null=True)
    is_verified = models.BooleanField(_("verified"), default=False)

    objects = AgencyFunctionQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ["function", "starts_on"]
        verbose_name = _("function held by an agency")
        verbose_name_plural = _("functions held by agencies")

    def __str__(self) -> str:
        return f"{self.get_function_display()}: {self.agency}"
