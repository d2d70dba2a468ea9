"""What forms and rules share: an edition is drafted, decided on, and in force by dates.

Source: Quyết định 06/2012/QĐ-UBND, Điều 2 of the decision (replacement), 2.4 and 2.5.
"""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.errors import TransitionError


class EditionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for approval")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")


# The whole life of an edition. What is approved is published and never changes again.
NEXT_STATES = {
    EditionState.DRAFT: {EditionState.SUBMITTED},
    EditionState.RETURNED: {EditionState.SUBMITTED},
    EditionState.SUBMITTED: {EditionState.APPROVED, EditionState.RETURNED},
}

TONES = {
    EditionState.DRAFT: "secondary",
    EditionState.SUBMITTED: "warning",
    EditionState.RETURNED: "danger",
    EditionState.APPROVED: "success",
}


class Edition(models.Model):
    """One edition of a form or a rule, in force on the days that are written on it.

    Whether it holds is always asked of the dates, never of a job that ran or did not.
    """

    state = models.CharField(
        _("state"), max_length=12, choices=EditionState, default=EditionState.DRAFT
    )
    change_note = models.TextField(_("what changed"), blank=True)
    in_force_from = models.DateField(_("in force from"))
    in_force_to = models.DateField(_("last day in force"), null=True, blank=True)
    # Law that others issued is delivered with the portal: nobody here decided on it.
    is_reference = models.BooleanField(default=False, editable=False)
    drafted_by = models.ForeignKey(
        "access.Account",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("drafted by"),
    )
    drafted_at = models.DateTimeField(_("drafted"), default=clock.now, editable=False)
    submitted_by = models.ForeignKey(
        "access.Account",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    decided_by = models.ForeignKey(
        "access.Account",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decision_reason = models.TextField(_("reason"), blank=True)
    # Under whose name it was approved: a reorganisation may hand the rest to an heir.
    issuer = models.ForeignKey(
        "access.Agency",
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("issued by"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_state_is_known",
                condition=Q(state__in=EditionState.values),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ends_after_it_starts",
                condition=Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from")),
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_is_drafted_by_someone",
                condition=Q(is_reference=True) | Q(drafted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_is_submitted_by_someone",
                condition=Q(state=EditionState.DRAFT)
                | Q(is_reference=True)
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_is_approved_by_someone",
                condition=~Q(state=EditionState.APPROVED)
                | Q(is_reference=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_is_decided_by_a_second_person",
                condition=Q(decided_by=None)
                | (
                    ~Q(decided_by=F("drafted_by"))
                    & (Q(submitted_by=None) | ~Q(decided_by=F("submitted_by")))
                ),
                violation_error_message=_("A second person must decide on this."),
            ),
        ]

    def move_to(self, wanted: EditionState) -> None:
        """Change the state in memory only; the calling service locks and saves."""
        was = EditionState(self.state)
        if wanted not in NEXT_STATES.get(was, ()):
            raise TransitionError(was=was.label, wanted=wanted.label)
        self.state = wanted

    @property
    def is_approved(self) -> bool:
        """Whether this is published: fixed and public or, for a rule, binding."""
        return self.state == EditionState.APPROVED

    @property
    def is_editable(self) -> bool:
        """Whether its author may still change it."""
        return self.state in {EditionState.DRAFT, EditionState.RETURNED}

    @property
    def tone(self) -> str:
        """The colour of the state; the word beside it says the same."""
        return TONES[EditionState(self.state)]

    def is_in_force(self, on: date | None = None) -> bool:
        """Tell whether this is approved and holds on that Vietnamese day."""
        on = on or clock.today()
        ended = self.in_force_to is not None and self.in_force_to < on
        return self.is_approved and self.in_force_from <= on and not ended

    def is_superseded(self, on: date | None = None) -> bool:
        """Tell whether its last day is before that Vietnamese day."""
        return self.in_force_to is not None and self.in_force_to < (on or clock.today())
