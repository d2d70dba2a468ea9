"""What people type about connected systems."""

import ipaddress

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from access import addressing
from access.connecting import SCOPES
from access.models import Agency
from access.services.connectors import Particulars
from portal.core import clock
from portal.core.errors import RefusalError
from portal.core.form_fields import DayField

# For so many hours the former secrets go on holding beside the new one.
_OVERLAPS = (0, 1, 24, 168)


class ConnectorForm(forms.Form):
    """The particulars of a system that is registered."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), empty_label=_("Choose an agency")
    )
    name = forms.CharField(label=_("Name of the system"), max_length=120)
    software = forms.CharField(
        label=_("Software and version"), max_length=120, required=False
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("To"), required=False)
    acts_for = forms.CharField(
        label=_("Other agencies for which it speaks"),
        help_text=_("Their identification codes, with blanks between them."),
        max_length=2000,
        required=False,
    )
    webhook_url = forms.URLField(
        label=_("Address for notices"),
        help_text=_(
            "Verdicts, releases and recalls are told there. It may stay empty."
        ),
        assume_scheme="https",
        required=False,
    )

    icap_addresses = forms.CharField(
        label=_("Addresses from which it speaks ICAP"),
        help_text=_(
            "Only for systems that hand in files by ICAP: their network addresses or "
            "networks, with blanks between them. Whoever speaks from there is taken "
            "for this system."
        ),
        max_length=500,
        required=False,
    )

    def __init__(self, data: QueryDict | dict[str, object] | None = None) -> None:
        super().__init__(data, initial={"starts_on": clock.today()})
        there = Agency.objects.participants().by_rank()
        self.fields["agency"].queryset = there  # type: ignore[attr-defined] # a ModelChoiceField

    def clean_icap_addresses(self) -> list[str]:
        """Read addresses and networks; one that takes in everybody is refused."""
        found = []
        for word in self.cleaned_data["icap_addresses"].replace(",", " ").split():
            try:
                network = ipaddress.ip_network(word, strict=False)
            except ValueError:
                message = _("“%(word)s” is no network address. Type one like 10.1.2.3.")
                raise forms.ValidationError(message, params={"word": word}) from None
            if not network.prefixlen:
                raise forms.ValidationError(
                    _("Name the addresses of this system, not all there are.")
                )
            found.append(str(network))
        return found

    def clean_acts_for(self) -> list[Agency]:
        """Find the agencies by their codes."""
        codes = self.cleaned_data["acts_for"].replace(",", " ").split()
        try:
            return list(addressing.agencies(codes).values())
        except RefusalError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, object]:
        """The last day is not before the first."""
        data = self.cleaned_data
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        return data

    @property
    def particulars(self) -> Particulars:
        """What was typed, once the form is valid."""
        return Particulars(**self.cleaned_data)


class SecretForm(forms.Form):
    """For how long the former secrets hold beside the new one."""

    overlap = forms.TypedChoiceField(
        label=_("The former secrets end"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            (0, _("at once")),
            *(
                (
                    hours,
                    ngettext_lazy("after %(n)s hour", "after %(n)s hours", hours)
                    % {"n": hours},
                )
                for hours in _OVERLAPS[1:]
            ),
        ],
        initial=24,
    )


class AddressForm(forms.Form):
    """Where notices go."""

    webhook_url = forms.URLField(
        label=_("Address for notices"),
        help_text=_("A new key is made with it. Empty: no notices are sent."),
        assume_scheme="https",
        required=False,
    )
