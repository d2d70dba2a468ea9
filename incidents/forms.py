"""Forms of the pages on incidents: short, and usable on a telephone at night."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from incidents.drafting import HEADINGS
from incidents.models import Category, Directive, Incident, Severity, State
from incidents.services.minutes import MinutesContent
from portal.core import clock
from scanning.forms import ManyFilesField


class MomentField(forms.DateTimeField):
    """A day and a minute in Vietnamese time, not in the future."""

    def __init__(self, **kwargs: object) -> None:
        widget = forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        )
        super().__init__(widget=widget, **kwargs)  # type: ignore[arg-type]

    def clean(self, value: object) -> datetime | None:
        """Refuse a moment that has not come yet."""
        moment = super().clean(value)
        if moment is not None and moment > clock.now():
            raise forms.ValidationError(
                _("This moment lies in the future."), code="future"
            )
        return moment


def _lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CapitalChoices(forms.BaseForm):
    """Begins each choice with a capital: they stand alone, not in a sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (a form's)
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                pairs: list[tuple[str, str]] = list(field.choices)  # type: ignore[arg-type]
                field.choices = [(value, capfirst(label)) for value, label in pairs]


def _telephone(**kwargs: object) -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    return forms.CharField(max_length=40, widget=widget, **kwargs)  # type: ignore[arg-type]


class NewIncidentForm(CapitalChoices, forms.ModelForm):
    """What is known in the first minutes; everything else can follow."""

    detected_at = MomentField(
        label=_("When was it noticed?"),
        help_text=_("Deadlines count from this moment."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)
    files = ManyFilesField(  # type: ignore[assignment] # a name of forms
        label=_("Evidence"),
        required=False,
        help_text=_(
            "Log files, screenshots, photographs. They can also be added later."
        ),
    )

    class Meta:
        model = Incident
        fields = (
            "title",
            "category",
            "detected_at",
            "system",
            "description",
            "is_drill",
        )
        labels = {
            "title": _("What happened, in one line?"),
            "category": _("Kind of incident"),
            "system": _("Affected system"),
            "description": _("What was seen?"),
            "is_drill": _("This is a drill"),
        }
        help_texts = {"system": _("Leave empty if it is not known yet.")}
        widgets = {"description": _lines(4)}


class DetailsForm(CapitalChoices, forms.ModelForm):
    """What becomes known while the incident is handled."""

    class Meta:
        model = Incident
        fields = (
            "title",
            "category",
            "system",
            "description",
            "severity",
            "is_confidentiality_hit",
            "is_integrity_hit",
            "is_availability_hit",
            "cause",
            "cause_note",
            "harm",
            "has_personal_data",
            "has_security_signs",
        )
        widgets = {
            "description": _lines(4),
            "cause_note": _lines(),
            "harm": _lines(),
            "severity": forms.RadioSelect,
            "cause": forms.RadioSelect,
        }


class DetectionForm(forms.Form):
    """A corrected T0."""

    became = MomentField(label=_("Correct time of detection"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=_lines())


class EscalationForm(forms.Form):
    """“This is beyond us”, in three fields."""

    harm = forms.CharField(
        label=_("What is damaged?"), max_length=2000, widget=_lines()
    )
    needs = forms.CharField(
        label=_("What do you need?"), max_length=2000, widget=_lines()
    )
    telephone = _telephone(label=_("Telephone to call you back"))


class OutsideForm(forms.Form):
    """A report that was made by telephone or on paper."""

    at = MomentField(label=_("When was it reported?"))
    to_whom = forms.CharField(
        label=_("To whom, and how?"),
        max_length=200,
        help_text=_("Name, position, telephone number or number of the paper."),
    )
    note = forms.CharField(
        label=_("What was said"), max_length=1000, widget=_lines(), required=False
    )


class DutyDoneForm(forms.Form):
    """A duty that was done outside the portal."""

    done_at = MomentField(label=_("When was it done?"))
    note = forms.CharField(
        label=_("How, and to whom?"),
        max_length=1000,
        widget=_lines(),
        help_text=_("Number of the document, or name and telephone number."),
    )


class MeasureForm(forms.Form):
    """What was done."""

    text = forms.CharField(label=_("What was done?"), max_length=4000, widget=_lines())
    happened_at = MomentField(label=_("When?"))


class EvidenceForm(forms.Form):
    """Files that show what happened."""

    files = ManyFilesField()  # type: ignore[assignment] # a name of forms
    caption = forms.CharField(
        label=_("What do they show?"), max_length=200, required=False
    )


class DirectiveForm(CapitalChoices, forms.Form):
    """Guidance of a superior, or why none is needed."""

    kind = forms.ChoiceField(
        label=_("Your answer"),
        choices=Directive.Kind.choices,
        initial=Directive.Kind.GUIDANCE,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Guidance, or the reason why none is needed"),
        max_length=4000,
        widget=_lines(5),
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_lines())


class MinutesForm(forms.Form):
    """The minutes, prefilled from the incident."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    place = forms.CharField(
        label=_("Place name before the date"),
        max_length=60,
        help_text=_("Such as Đồng Xoài."),
    )
    started_at = MomentField(label=_("Start"))
    ended_at = MomentField(label=_("End"))
    venue = forms.CharField(label=_("Where the minutes are taken"), max_length=200)
    attendees = forms.CharField(
        label=_("Those present"), widget=_lines(), help_text=_("One person a line.")
    )
    chair = forms.CharField(label=_("Chair"), max_length=120)
    secretary = forms.CharField(label=_("Secretary"), max_length=120)
    course = forms.CharField(
        label=_("Course of the incident"), widget=_lines(5), max_length=8000
    )
    measures = forms.CharField(
        label=_("Measures taken"), widget=_lines(5), max_length=8000
    )
    damage = forms.CharField(
        label=_("Damage and cause"), widget=_lines(4), max_length=8000, required=False
    )
    proposals = forms.CharField(
        label=_("Conclusion and proposals"),
        widget=_lines(4),
        max_length=8000,
        required=False,
    )
    recipients = forms.CharField(
        label=_("Recipients"), widget=_lines(), help_text=_("One a line.")
    )

    def clean(self) -> dict[str, object]:
        """Refuse an end before the start."""
        data = super().clean() or {}
        start, end = data.get("started_at"), data.get("ended_at")
        if start and end and end < start:
            self.add_error("ended_at", _("The end lies before the start."))
        return data

    def content(self) -> MinutesContent:
        """Return what was written, for the service."""
        data = self.cleaned_data
        plain = ("subject", "place", "venue", "started_at", "ended_at")
        return MinutesContent(
            **{name: data[name] for name in plain},
            chair=data["chair"],
            secretary=data["secretary"],
            attendees=_each_line(data["attendees"]),
            recipients=_each_line(data["recipients"]),
            sections=tuple((HEADINGS[name], data[name]) for name in HEADINGS),
        )


class FilterForm(forms.Form):
    """What to show in the list; whatever does not fit is passed over."""

    q = forms.CharField(max_length=100, required=False)
    state = forms.ChoiceField(choices=State.choices, required=False)
    severity = forms.ChoiceField(choices=Severity.choices, required=False)
    category = forms.ChoiceField(choices=Category.choices, required=False)

    def chosen(self) -> dict[str, str]:
        """Return what was chosen validly, without what is empty."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _each_line(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in text.splitlines())))
