"""What people type into the pages of access; the services decide what it may do."""

from datetime import date, timedelta

from django import forms
from django.contrib.auth import password_validation
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from access.models import Account
from portal.core import clock, text
from portal.core.form_fields import DayField

_rules = lazy(password_validation.password_validators_help_text_html, str)


class SignInForm(forms.Form):
    """The first factor."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def _code_input(
    *, autofocus: bool = True, is_required: bool = False
) -> forms.TextInput:
    attrs: dict[str, object] = {
        "autocomplete": "one-time-code",
        "inputmode": "numeric",
        "class": "code",
        "autofocus": autofocus,
    }
    if is_required:  # by the browser, where the form itself takes another answer too
        attrs["required"] = True
    return forms.TextInput(attrs=attrs)


class CodeForm(forms.Form):
    """Six digits of the authenticator application."""

    code = forms.CharField(
        label=_("Authentication code"),
        help_text=_("The six digits that your authenticator application shows now."),
        max_length=20,
        widget=_code_input(),
    )


class ProofForm(forms.Form):
    """Six digits, or what a passkey answered to our challenge."""

    code = forms.CharField(
        label=_("Authentication code"),
        help_text=_("The six digits that your authenticator application shows now."),
        max_length=20,
        required=False,
        widget=_code_input(is_required=True),
    )
    credential = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        """Ask for one of the two: an empty form answers nothing (CVE-2026-49443)."""
        given = self.cleaned_data
        if not self.errors and not given.get("code") and not given.get("credential"):
            self.add_error("code", self.fields["code"].error_messages["required"])


class RecoveryCodeForm(forms.Form):
    """One of the codes that were printed."""

    code = forms.CharField(
        label=_("Recovery code"),
        help_text=_("16 letters and digits in groups of four. Each code works once."),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "code",
                "autofocus": True,
            }
        ),
    )


class PasskeyNameForm(forms.Form):
    """How a person tells his passkeys apart."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=60,
        help_text=_("How you tell it apart, such as “Office computer”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        """Keep names in NFC with single blanks."""
        return text.nfc(" ".join(self.cleaned_data["name"].split()))


class PasskeyForm(PasskeyNameForm):
    """A new passkey: its name, and what the browser's authenticator answered."""

    credential = forms.CharField(widget=forms.HiddenInput, required=False)


class NewPasswordForm(forms.Form):
    """A password that meets the rules, typed twice."""

    new_password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=1000,
        help_text=_rules(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The new password again"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, account: Account, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.account = account

    def clean(self) -> None:
        """Compare the two, and ask the validators."""
        wanted = self.cleaned_data.get("new_password")
        again = self.cleaned_data.get("again")
        if not wanted or not again:
            return
        if wanted != again:
            self.add_error("again", _("The two passwords differ."))
            return
        try:
            password_validation.validate_password(wanted, self.account)
        except forms.ValidationError as error:
            self.add_error("new_password", error)


class OwnPasswordForm(NewPasswordForm):
    """The old password and a code besides."""

    old_password = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Authentication code"),
        help_text=_("The six digits that your authenticator application shows now."),
        max_length=20,
        widget=_code_input(autofocus=False),
    )
    field_order = ["old_password", "new_password", "again", "code"]

    def clean_old_password(self) -> str:
        """Ask for the present password."""
        given: str = self.cleaned_data["old_password"]
        if not self.account.check_password(given):
            raise forms.ValidationError(
                _("This is not your present password."), code="wrong"
            )
        return given


class ReasonForm(forms.Form):
    """Why; it is written into the audit trail."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("It is kept in the audit trail."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EndForm(ReasonForm):
    """The last day of a right, and why."""

    last_day = DayField(
        label=_("Last day"),
        help_text=_("The right works until the end of this day."),
    )
    is_at_once = forms.BooleanField(
        label=_("Stop it now, whatever the last day"),
        required=False,
        help_text=_("From this moment on the right gives nothing."),
    )
    field_order = ["last_day", "is_at_once", "reason"]

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"last_day": clock.today()})

    def clean_last_day(self) -> date:
        """A right does not end in a past that the trail has told otherwise."""
        day: date = self.cleaned_data["last_day"]
        if day < clock.today() - timedelta(days=1):
            raise forms.ValidationError(_("Choose yesterday or a later day."))
        return day


class AccountSearchForm(forms.Form):
    """Which accounts to list."""

    STATES = [
        ("", _("All")),
        ("active", _("active")),
        ("invited", _("invited, not signed in yet")),
        ("unconfirmed", _("waiting for confirmation")),
        ("suspended", _("suspended")),
        ("left", _("without a present post")),
    ]

    q = forms.CharField(label=_("Name or user name"), max_length=120, required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)


class DayForm(forms.Form):
    """On which day to look at something."""

    ngay = DayField(label=_("As of day"), required=False)
