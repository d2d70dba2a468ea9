"""What people type into the pages on held files."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scanning.models import QuarantineRule

_LONGEST = 2000


class _ReasonField(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, label: object, help_text: object = "") -> None:
        super().__init__(label=label, help_text=help_text, max_length=_LONGEST)  # type: ignore[arg-type]


class ReasonForm(forms.Form):
    """Why somebody decides as he does."""

    reason = _ReasonField(_("Reason"), _("It stays on record, with your name."))


class PasswordForm(forms.Form):
    """The password of a file, for one scan."""

    password = forms.CharField(
        label=_("Password of the file"),
        max_length=255,
        strip=False,
        help_text=_("Used once for the scan, then forgotten. It is stored nowhere."),
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "spellcheck": "false"}
        ),
    )


class DisposalForm(forms.Form):
    """Why the bytes are to be destroyed, and by which decision."""

    reason = _ReasonField(_("Reason"), _("It stays on record, with your name."))
    decision_number = forms.CharField(
        label=_("Number of the decision"), max_length=60, required=False
    )


class AnswerForm(forms.Form):
    """The words of a decision."""

    words = _ReasonField(_("Reason of the decision"))


class CleanUpForm(forms.Form):
    """What was done about a file that was called back."""

    note = _ReasonField(
        _("What was done"),
        _("For example: deleted from which machines, and who had opened it."),
    )


class HeldFilterForm(forms.Form):
    """What to show of the held files; whatever does not fit is passed over."""

    rule = forms.ChoiceField(
        label=_("Rule"),
        choices=[("", _("All rules")), *QuarantineRule.choices],
        required=False,
    )
    q = forms.CharField(label=_("File name"), max_length=100, required=False)

    def chosen(self, name: str) -> str:
        """Return a valid choice, or an empty text."""
        self.is_valid()
        return str(self.cleaned_data.get(name, "")).strip()
