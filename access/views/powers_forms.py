"""What people ask about who could do what."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from access.actors import Actor
from access.models import Account, Agency, Assignment
from access.permissions import LABELS
from portal.core import clock
from portal.core.form_fields import DayField


class PowersForm(forms.Form):
    """Who could do what: on which day, who, for which agency, which permission."""

    ngay = DayField(label=_("As of day"), required=False)
    nguoi = forms.CharField(label=_("User name"), max_length=60, required=False)
    co_quan = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency"),
        to_field_name="code",
        empty_label=_("All"),
        required=False,
    )
    quyen = forms.ChoiceField(label=_("Permission"), required=False)

    def __init__(self, actor: Actor, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"ngay": clock.today()})
        self.readable = Assignment.objects.inspectable_by(actor.person)
        held = self.readable.values("agency")
        agencies = Agency.objects.filter(pk__in=held)
        self.fields["co_quan"].queryset = agencies  # type: ignore[attr-defined]
        labels = sorted((str(label), code) for code, label in LABELS.items())
        self.fields["quyen"].choices = [  # type: ignore[attr-defined]
            ("", _("All")),
            *((code, label) for label, code in labels),
        ]

    def clean_nguoi(self) -> Account | None:
        """Find the person among those whom the reader may read; others do not exist."""
        username = self.cleaned_data["nguoi"].strip()
        if not username:
            return None
        people = Account.objects.filter(pk__in=self.readable.values("account"))
        found = people.with_username(username).first()
        if found is None:
            raise forms.ValidationError(
                _("There is no such user name among the accounts that you may read.")
            )
        return found
