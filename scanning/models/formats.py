"""Which types of file an electronic document may have, since when and by what right.

Source: Quyết định 06/2012/QĐ-UBND, Điều 5.1.
"""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.dated import Dated
from scanning.inspection import TrueType
from scanning.inspection.types import NEVER_ALLOWED
from scanning.querysets import FormatRuleQuerySet


class FormatRule(Dated):
    """A file name extension that is allowed, and the true type that may bear it.

    The scanner, the upload page and the help all read these rows.
    """

    extension = models.CharField(
        _("extension"), max_length=10, validators=[RegexValidator(r"^[a-z0-9]+$")]
    )
    true_type = models.CharField(
        _("content"), max_length=20, choices=[(t.value, t.value) for t in TrueType]
    )
    name = models.CharField(_("name"), max_length=120)
    media_type = models.CharField(_("media type"), max_length=100)
    max_bytes = models.PositiveBigIntegerField(_("largest size in bytes"))
    # Extra types of a specialised field hold for one agency only (Điều 5.1.d).
    agency = models.ForeignKey(
        "access.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("only for the agency"),
        related_name="format_rules",
    )
    legal_basis = models.ForeignKey(
        "core.LegalBasis", models.PROTECT, verbose_name=_("legal basis")
    )
    clause = models.CharField(_("clause"), max_length=60, blank=True)
    # The regulation's own list ends with "…": what was added is a decision of its own.
    is_addition = models.BooleanField(_("added by decision"), default=False)

    objects = FormatRuleQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ["is_addition", "name", "extension"]
        verbose_name = _("allowed file type")
        verbose_name_plural = _("allowed file types")
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="scanning_programs_are_never_allowed",
                condition=~Q(true_type__in=sorted(NEVER_ALLOWED)),
            ),
            # Two, since to SQLite one missing agency differs from another.
            models.UniqueConstraint(
                fields=["extension", "true_type", "starts_on"],
                condition=Q(agency=None),
                name="scanning_format_rule_for_all_begins_once",
            ),
            models.UniqueConstraint(
                fields=["extension", "true_type", "agency", "starts_on"],
                condition=Q(agency__isnull=False),
                name="scanning_format_rule_of_an_agency_begins_once",
            ),
        ]

    def __str__(self) -> str:
        return f".{self.extension}"
