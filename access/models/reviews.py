"""Periodic reviews of rights: each one confirmed or revoked by hand, one by one.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3 and 13.5.b; TCVN 14423:2026 (yearly).
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from access.querysets import (
    ReviewCampaignQuerySet,
    ReviewItemQuerySet,
    ReviewReportQuerySet,
)
from portal.core import clock


class ReviewCampaign(models.Model):
    """One round of review, for one agency or, without one, for the whole province."""

    class Default(models.TextChoices):
        KEEP = "keep", _("the right stays, marked as not reviewed")
        REVOKE = "revoke", _("the right ends")

    title = models.CharField(_("name of the review"), max_length=200)
    agency = models.ForeignKey(
        "access.Agency", models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    opened_by = models.ForeignKey(
        "access.Account", models.PROTECT, related_name="opened_reviews"
    )
    opened_at = models.DateTimeField(_("opened"), default=clock.now)
    # From this day on the fallback reviewers may decide too.
    fallback_on = models.DateField(_("fallback reviewers from"))
    due_on = models.DateField(_("last day"))
    on_silence = models.CharField(
        _("if nobody answers"), max_length=10, choices=Default, default=Default.REVOKE
    )
    next_reminder_on = models.DateField(_("next reminder"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects = ReviewCampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        verbose_name = _("access review")
        verbose_name_plural = _("access reviews")
        constraints = [
            models.CheckConstraint(
                name="access_review_falls_back_before_its_end",
                condition=Q(fallback_on__lte=F("due_on")),
                violation_error_message=_("The last day is before the fallback day."),
            ),
            models.UniqueConstraint(
                Coalesce("agency", 0),
                condition=Q(closed_at=None),
                name="access_one_open_review_for_an_agency",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it still takes decisions."""
        return self.closed_at is None


class ReviewItem(models.Model):
    """One right in one review, with the decision on it and what it rests on."""

    class Decision(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        REVOKED = "revoked", _("revoked")
        KEPT_BY_DEFAULT = "kept_by_default", _("stays, nobody answered")
        REVOKED_BY_DEFAULT = "revoked_by_default", _("ended, nobody answered")
        ENDED_MEANWHILE = "ended_meanwhile", _("had ended meanwhile")
        CANCELLED = "cancelled", _("not decided, the review was cancelled")

    campaign = models.ForeignKey(ReviewCampaign, models.PROTECT, related_name="items")
    assignment = models.ForeignKey(
        "access.Assignment", models.PROTECT, related_name="review_items"
    )
    decision = models.CharField(
        _("decision"), max_length=20, choices=Decision, blank=True
    )
    evidence = models.TextField(_("on what it rests"), blank=True)
    decided_by = models.ForeignKey(
        "access.Account", models.PROTECT, null=True, related_name="decided_reviews"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = ReviewItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("right under review")
        verbose_name_plural = _("rights under review")
        constraints = [
            models.UniqueConstraint(
                "campaign", "assignment", name="access_right_once_in_a_review"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.assignment}"


class ReviewReport(models.Model):
    """The signed report of a closed review: its very bytes. Append-only."""

    campaign = models.OneToOneField(
        ReviewCampaign, models.PROTECT, related_name="report"
    )
    check_code = models.CharField(_("check code"), max_length=20, unique=True)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    content = models.BinaryField()  # PDF with a PAdES signature
    issued_at = models.DateTimeField(_("issued"), default=clock.now)

    objects = ReviewReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of an access review")
        verbose_name_plural = _("reports of access reviews")

    def __str__(self) -> str:
        return self.check_code
