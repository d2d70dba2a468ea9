"""What people ask of the audit trail, and what they take out of it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from access import audit
from access.models import Agency
from access.querysets import AuditEntryQuerySet
from access.querysets.trail import ROW_CHANGED
from portal.core import clock, text
from portal.core.form_fields import DayField


class AuditSearchForm(forms.Form):
    """Which acts to list."""

    reference = forms.CharField(
        label=_("Message id or document number"), max_length=200, required=False
    )
    person = forms.CharField(label=_("Person"), max_length=120, required=False)
    agency = forms.CharField(label=_("Agency"), max_length=120, required=False)
    act = forms.ChoiceField(label=_("Act"), required=False)
    since = DayField(label=_("From day"), required=False)
    until = DayField(label=_("To day"), required=False)
    q = forms.CharField(label=_("Words"), max_length=120, required=False)
    rows = forms.BooleanField(
        label=_("Also changes that the database itself saw"), required=False
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        labels = sorted((str(label), event) for event, label in audit.events().items())
        choices = [("", _("All")), *((event, label) for label, event in labels)]
        self.fields["act"].choices = choices  # type: ignore[attr-defined]

    @property
    def question(self) -> dict[str, Any]:
        """What was asked for; nothing, if it was not understood."""
        asked = self.cleaned_data if self.is_valid() else {}
        return {name: wanted for name, wanted in asked.items() if wanted}

    def chosen(self, found: AuditEntryQuerySet) -> AuditEntryQuerySet:
        """Keep what was asked for."""
        asked = self.question
        if not asked.get("rows") and asked.get("act") != ROW_CHANGED:
            found = found.acts()
        if words := asked.get("reference"):
            found = found.known_as(text.nfc(words.strip()))
        if words := asked.get("person"):
            found = found.by_person(words)
        if words := asked.get("agency"):
            found = found.of_agency(words)
        if event := asked.get("act"):
            found = found.filter(event=event)
        found = found.between(asked.get("since"), asked.get("until"))
        return found.about(asked["q"]) if asked.get("q") else found


class AuditExportForm(forms.Form):
    """Whose acts to take out of the portal, of which days."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none())
    since = DayField(label=_("From day"))
    until = DayField(label=_("To day"))

    def __init__(
        self, data: QueryDict | None, agencies: QuerySet[Agency], *, reads_all: bool
    ) -> None:
        today = clock.today()
        super().__init__(data, initial={"since": today.replace(day=1), "until": today})
        choice = self.fields["agency"]
        choice.queryset = agencies  # type: ignore[attr-defined]
        if reads_all:
            choice.required = False
            choice.empty_label = _("All agencies")  # type: ignore[attr-defined]

    def clean(self) -> None:
        """Refuse an end before the start."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first."))
