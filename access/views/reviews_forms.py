"""What people type into the pages of access reviews."""

from datetime import timedelta

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from access.actors import Actor
from access.forms import ReasonForm
from access.models import Agency, ReviewCampaign
from access.services import reviews
from access.services.reviews import Wanted
from portal.core import clock, text
from portal.core.form_fields import DayField

_USUAL_DAYS = timedelta(days=30)
_FALLBACK_DAYS = timedelta(days=20)
_DECISIONS_LENGTH = 1000


class ReviewForm(forms.Form):
    """A new review: of what, until when, and what silence means."""

    title = forms.CharField(label=_("Name of the review"), max_length=200)
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), required=False
    )
    due_on = DayField(
        label=_("Last day"),
        help_text=_("Whoever has to decide can do so until the end of this day."),
    )
    fallback_on = DayField(
        label=_("Fallback reviewers from"),
        help_text=_(
            "From this day on administrators of the agency may decide too, where the "
            "head has not."
        ),
    )
    on_silence = forms.ChoiceField(
        label=_("If nobody answers"),
        choices=ReviewCampaign.Default,
        widget=forms.RadioSelect,
    )

    def __init__(self, actor: Actor, data: QueryDict | None = None) -> None:
        today = clock.today()
        initial = {
            "title": _("Access review of %(year)s") % {"year": today.year},
            "due_on": today + _USUAL_DAYS,
            "fallback_on": today + _FALLBACK_DAYS,
            "on_silence": ReviewCampaign.Default.REVOKE,
            "agency": actor.agency,
        }
        super().__init__(data, initial=initial)
        self.may_all = reviews.may_open_for_province(actor.person)
        field = self.fields["agency"]
        field.queryset = reviews.agencies_to_open_for(actor.person)  # type: ignore[attr-defined]
        field.required = not self.may_all
        field.empty_label = _("The whole province") if self.may_all else None  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        """Keep the title in NFC with single blanks."""
        return text.nfc(" ".join(self.cleaned_data["title"].split()))

    @property
    def wanted(self) -> Wanted:
        """The review as it would be opened."""
        return Wanted(**self.cleaned_data)


class ReviewCancelForm(ReasonForm):
    """Why a review is called off."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["reason"].help_text = _(
            "Everybody who reviews reads it. It stands in the audit trail and in the "
            "signed report."
        )

    def clean_reason(self) -> str:
        """Keep the words in NFC."""
        return text.nfc(self.cleaned_data["reason"])


class ReviewDecisionForm(forms.Form):
    """On what a decision about one right rests."""

    evidence = forms.CharField(
        label=_("On what the decision rests"),
        max_length=_DECISIONS_LENGTH,
        help_text=_(
            "A short reason, or the number of the decision that assigns the work. It "
            "stands in the signed report."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_evidence(self) -> str:
        """Keep the words in NFC."""
        return text.nfc(self.cleaned_data["evidence"])
