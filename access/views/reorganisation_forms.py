"""What people type to plan a reorganisation: one short form for each kind."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import BaseRenderer
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from access.models import (
    Agency,
    AgencyChange,
    AgencyCode,
    AgencyEvent,
    AgencyLevel,
    AgencyType,
)
from access.services import reorganisation
from access.services.reorganisation import ChangePlan, Plan
from portal.core import clock, text
from portal.core.form_fields import DayField
from portal.core.models import LegalBasis

Kind, Outcome = AgencyEvent.Kind, AgencyChange.Outcome
# Lines offered for several agencies, and how many stay free below those filled in.
LINES, FREE_LINES = 3, 2


class AgencyInput(forms.TextInput):
    """One line in which the browser offers the agencies of the day."""

    def __init__(self) -> None:
        super().__init__(
            attrs={"list": "agencies", "autocomplete": "off", "spellcheck": "false"}
        )


class AgencyLines(AgencyInput):
    """Several such lines under one name; empty ones count for nothing."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: object, name: str
    ) -> list[str]:
        """Return the filled lines."""
        given = data.getlist(name) if isinstance(data, QueryDict) else data.get(name)
        return [line.strip() for line in given or [] if line.strip()]

    def render(
        self,
        name: str,
        value: object,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        """Draw the filled lines and some empty ones."""
        given = list(value) if isinstance(value, list | tuple) else []
        count = max(LINES, len(given) + FREE_LINES)
        given += [""] * (count - len(given))
        first = (attrs or {}).get("id", "")
        drawn = []
        for number, line in enumerate(given):
            own = {**(attrs or {}), "id": f"{first}_{number}" if number else first}
            if number:  # the first has the label of the field
                own["aria-label"] = _("Agency %(number)s") % {"number": number + 1}
                own = {**own, "required": False}
                own.pop("aria-describedby", None)
            drawn.append((super().render(name, line, own, renderer),))
        lines = format_html_join("", '<span class="agency-line">{}</span>', drawn)
        return format_html('<span class="agency-lines">{}</span>', lines)


def label_of(agency: Agency) -> str:
    """Return how an agency is written into a line: name and code."""
    return f"{agency.name} ({agency.code})"


class AgencyField(forms.CharField):
    """One agency, by name, by short name or by code."""

    widget = AgencyInput

    def clean(self, value: object) -> Agency | None:
        """Return the agency that is meant."""
        written = super().clean(value)
        return found(written) if written else None


class AgenciesField(forms.Field):
    """Several agencies."""

    widget = AgencyLines

    def clean(self, value: object) -> list[Agency]:
        """Return the agencies that are meant, each line one."""
        lines = value if isinstance(value, list) else []
        if self.required and not lines:
            raise forms.ValidationError(self.error_messages["required"])
        return [found(line) for line in lines]


def found(written: str) -> Agency:
    """Return the agency of that name or code, among those that have not ended."""
    present = Agency.objects.unended()
    code = written.rpartition("(")[2].rstrip(") ").upper()
    by_code = present.filter(code__in={code, written.strip().upper()}).first()
    if by_code is not None:
        return by_code
    wanted = text.fold(written)
    same = [
        a for a in present if wanted in {text.fold(a.name), text.fold(a.short_name)}
    ]
    if len(same) != 1:
        raise forms.ValidationError(
            _("“%(written)s” is not one agency. Choose it from the list that appears."),
            params={"written": written},
        )
    return same[0]


class PlanForm(forms.Form):
    """What every kind asks: from when, and by which decision."""

    effective_on = DayField(
        label=_("Effective on"), help_text=_("Today or a later day.")
    )
    number = forms.CharField(
        label=_("Number of the decision"),
        max_length=60,
        help_text=_("Such as 15/2025/QĐ-UBND. Known documents need nothing more."),
    )
    title = forms.CharField(label=_("Title"), max_length=500, required=False)
    issuer = forms.CharField(label=_("Issued by"), max_length=200, required=False)
    issued_on = DayField(label=_("Issued on"), required=False)
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    kind = ""
    # Whom it is about; and, where one may take over, what describes a new agency.
    first: tuple[str, ...] = ()
    beginning: tuple[str, ...] = ()

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"effective_on": clock.today()})

    def clean(self) -> None:
        """Ask for the rest of the decision where its number is new."""
        number = self.cleaned_data.get("number", "").strip()
        if LegalBasis.objects.filter(number=number).exists():
            return
        for name in ("title", "issuer", "issued_on"):
            if not self.cleaned_data.get(name) and number:
                self.add_error(
                    name, _("This decision is not on record yet: complete it.")
                )

    @property
    def who(self) -> list[BoundField]:
        """The fields that say whom it is about."""
        return [self[name] for name in self.first]

    @property
    def new(self) -> list[BoundField]:
        """The fields of a new agency that may take over."""
        return [self[name] for name in self.beginning]

    @property
    def has_new(self) -> bool:
        """Whether a new agency was described, or described wrongly."""
        told = ("name", "short_name", "code")
        return any(self.data.get(name) for name in told if name in self.beginning)

    @property
    def decision(self) -> list[BoundField]:
        """The fields that every kind asks."""
        known = {*self.first, *self.beginning}
        return [self[name] for name in self.fields if name not in known]

    def plan(self) -> Plan:
        """Return what is wanted; only a form without errors knows."""
        data = self.cleaned_data
        return Plan(
            kind=self.kind,
            effective_on=data["effective_on"],
            legal_basis=reorganisation.basis_for(
                data["number"], data["title"], data["issuer"], data["issued_on"]
            ),
            changes=tuple(self.changes()),
            note=text.nfc(data["note"]),
        )

    def changes(self) -> list[ChangePlan]:
        """Return what becomes of each agency."""
        raise NotImplementedError


class NewAgencyFields(forms.Form):
    """A new agency, where the kind allows one."""

    name = forms.CharField(label=_("Name of the new agency"), max_length=200)
    short_name = forms.CharField(label=_("Short name"), max_length=80)
    code = forms.CharField(label=_("Identification code"), max_length=35)
    scheme = forms.ChoiceField(label=_("Scheme"), choices=AgencyCode.Scheme)
    level = forms.ChoiceField(label=_("Level"), choices=AgencyLevel)
    agency_type = forms.ChoiceField(label=_("Type"), choices=AgencyType)
    superior = AgencyField(label=_("Direct superior"), required=False)

    names = (
        "name",
        "short_name",
        "code",
        "scheme",
        "level",
        "agency_type",
        "superior",
    )

    def new_agency(self) -> list[ChangePlan]:
        """Return the agency that begins, if one is described."""
        data = self.cleaned_data
        if not any(data.get(name) for name in ("name", "short_name", "code")):
            return []
        return [
            ChangePlan(
                Outcome.BEGINS,
                name=data.get("name", ""),
                short_name=data.get("short_name", ""),
                code=data.get("code", ""),
                scheme=data.get("scheme", ""),
                level=data.get("level", ""),
                agency_type=data.get("agency_type", ""),
                superior=data.get("superior"),
            )
        ]


class _MayBeginForm(NewAgencyFields, PlanForm):
    """A kind that may bring a new agency, or do without."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        for name in NewAgencyFields.names:
            self.fields[name].required = False
        self.fields["level"].initial = AgencyLevel.COMMUNE


class MergeForm(_MayBeginForm):
    """Some end, one takes over."""

    ending = AgenciesField(label=_("Agencies that end"))
    heir = AgencyField(
        label=_("Agency that takes over"),
        required=False,
        help_text=_("One that exists; leave it empty and describe a new one below."),
    )
    kind = Kind.MERGE
    first = ("ending", "heir")
    beginning = NewAgencyFields.names

    def changes(self) -> list[ChangePlan]:
        """Return those that end and the one that takes over."""
        return [
            *_ending(self.cleaned_data["ending"]),
            *_going_on([self.cleaned_data["heir"]]),
            *self.new_agency(),
        ]


class SplitForm(_MayBeginForm):
    """One gives, several take."""

    source = AgencyField(label=_("Agency that is split"))
    goes_on = forms.BooleanField(
        label=_("It goes on with the rest"),
        required=False,
        help_text=_("Otherwise it ends, and each thing needs an heir."),
    )
    heirs = AgenciesField(label=_("Agencies that take over"), required=False)
    kind = Kind.SPLIT
    first = ("source", "goes_on", "heirs")
    beginning = NewAgencyFields.names

    def changes(self) -> list[ChangePlan]:
        """Return the one that gives and those that take."""
        data = self.cleaned_data
        outcome = Outcome.CONTINUES if data["goes_on"] else Outcome.ENDS
        return [
            ChangePlan(outcome, data["source"], gives=True),
            *_going_on(data["heirs"]),
            *self.new_agency(),
        ]


class AbolishForm(PlanForm):
    """Some end; others may take over single things."""

    ending = AgenciesField(label=_("Agencies that end"))
    heirs = AgenciesField(
        label=_("Agencies that take over"),
        required=False,
        help_text=_("Who takes which thing is asked on the next page."),
    )
    kind = Kind.ABOLISH
    first = ("ending", "heirs")

    def changes(self) -> list[ChangePlan]:
        """Return those that end and those that may take."""
        data = self.cleaned_data
        return [*_ending(data["ending"]), *_going_on(data["heirs"])]


class RenameForm(PlanForm):
    """One goes on under another name."""

    agency = AgencyField(label=_("Agency"))
    name = forms.CharField(label=_("New name"), max_length=200)
    short_name = forms.CharField(label=_("New short name"), max_length=80)
    code = forms.CharField(
        label=_("New identification code"),
        max_length=35,
        required=False,
        help_text=_("The old one of the same scheme closes; empty if it stays."),
    )
    scheme = forms.ChoiceField(label=_("Scheme"), choices=AgencyCode.Scheme)
    kind = Kind.RENAME
    first = ("agency", "name", "short_name", "code", "scheme")

    def changes(self) -> list[ChangePlan]:
        """Return the agency under its new name."""
        data = self.cleaned_data
        keys = ("agency", "name", "short_name", "code", "scheme")
        return [ChangePlan(Outcome.CONTINUES, **{key: data[key] for key in keys})]


class SuperiorForm(PlanForm):
    """Some get another direct superior."""

    agencies = AgenciesField(label=_("Agencies"))
    superior = AgencyField(label=_("New direct superior"))
    kind = Kind.SUPERIOR
    first = ("agencies", "superior")

    def changes(self) -> list[ChangePlan]:
        """Return the agencies under their new superior."""
        above = self.cleaned_data["superior"]
        return [
            ChangePlan(Outcome.CONTINUES, agency, superior=above)
            for agency in self.cleaned_data["agencies"]
        ]


class CreateForm(NewAgencyFields, PlanForm):
    """A new agency."""

    kind = Kind.CREATE
    first = NewAgencyFields.names

    def changes(self) -> list[ChangePlan]:
        """Return the agency that begins."""
        return self.new_agency()


def _ending(agencies: Iterable[Agency]) -> list[ChangePlan]:
    return [ChangePlan(Outcome.ENDS, agency, gives=True) for agency in agencies]


def _going_on(agencies: Iterable[Agency | None]) -> list[ChangePlan]:
    return [ChangePlan(Outcome.CONTINUES, agency) for agency in agencies if agency]


# The addresses of the kinds, in Vietnamese.
FORMS: dict[str, type[PlanForm]] = {
    "sap-nhap": MergeForm,
    "chia-tach": SplitForm,
    "giai-the": AbolishForm,
    "doi-ten": RenameForm,
    "doi-cap-tren": SuperiorForm,
    "thanh-lap": CreateForm,
}
