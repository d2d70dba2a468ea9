"""What people type to invite, grant, request, transfer, let leave and delegate.

The services decide what it may do.
"""

from datetime import timedelta

from django import forms
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from access.actors import Actor
from access.forms import ReasonForm
from access.identity import Identity
from access.models import AccessRequest, Account, Agency, Assignment, Role, Scope
from access.permissions import label_of
from access.refusals import IdentityInvalidError
from access.services import delegations, posts
from access.services.invitations import Person
from access.services.leaving import Transfer
from access.services.posts import Post
from portal.core import clock, text
from portal.core.form_fields import DayField

_PERSON = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}


class RightForm(forms.Form):
    """A right: role, agency, scope, days and decision."""

    agency = forms.ModelChoiceField(
        label=_("Agency"), queryset=Agency.objects.none(), empty_label=None
    )
    role = forms.ModelChoiceField(
        label=_("Role"), queryset=Role.objects.none(), empty_label=_("Choose a role")
    )
    scope = forms.ChoiceField(
        label=_("Scope"),
        choices=[(value, capfirst(label)) for value, label in Scope.choices],
        initial=Scope.BETWEEN,
        help_text=_(
            "Inside only: the right sends nothing to other agencies and receives "
            "nothing from them."
        ),
    )
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    decision_number = forms.CharField(
        label=_("Decision number"), max_length=60, required=False
    )
    starts_on = DayField(label=_("From"))
    ends_on = DayField(
        label=_("To"), required=False, help_text=_("Empty: until further notice.")
    )

    def __init__(self, actor: Actor, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"starts_on": clock.today()})
        agencies, roles = self._choices(actor)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]
        self.fields["agency"].initial = actor.agency
        self.fields["role"].queryset = roles  # type: ignore[attr-defined]

    def _choices(self, actor: Actor) -> tuple[object, object]:
        """Return agencies and roles within what the actor may grant alone."""
        granting = posts.giving_to_grant(actor.person)
        agencies = Agency.objects.filter(pk__in=granting.values("agency"))
        return agencies.in_force(), posts.grantable_roles(actor.person)

    def clean(self) -> None:
        """Refuse an end before the start."""
        starts = self.cleaned_data.get("starts_on")
        ends = self.cleaned_data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day is before the first."))

    @property
    def post(self) -> Post:
        """The right."""
        keys = ("agency", "role", "starts_on", "ends_on", "position", "decision_number")
        values = {key: self.cleaned_data[key] for key in keys}
        return Post(scope=self.cleaned_data["scope"], **values)


class PersonForm(forms.Form):
    """Somebody who has no account yet."""

    full_name = forms.CharField(label=_("Full name"), max_length=120)
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("Letters without marks, digits and dots, such as vanthu.noivu."),
        validators=[ASCIIUsernameValidator()],
        widget=forms.TextInput(attrs=_PERSON),
    )
    identity_number = forms.CharField(
        label=_("Identity number"),
        required=False,
        max_length=40,
        help_text=_(
            "12 digits. It keeps one person from getting two accounts; the number "
            "itself is not stored."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)

    def clean_full_name(self) -> str:
        """Keep names in NFC with single blanks."""
        return text.nfc(" ".join(self.cleaned_data["full_name"].split()))

    def clean_identity_number(self) -> Identity | None:
        """Turn the number into hashes at once: nothing behind the form sees it."""
        given = self.cleaned_data["identity_number"]
        try:
            return Identity.of(given) if given else None
        except IdentityInvalidError as error:
            raise forms.ValidationError(str(error)) from error


class InvitationForm(PersonForm, RightForm):
    """A new person and his first right."""

    field_order = [*PersonForm.base_fields, *RightForm.base_fields]

    def __init__(self, actor: Actor, data: QueryDict | None = None) -> None:
        super().__init__(actor, data)
        self.fields["email"].help_text = _(
            "The invitation is sent here. Without it, hand the link over."
        )

    def offer_further_post(self) -> None:
        """Let the person who has an account already get this post besides."""
        self.fields["further_post"] = forms.BooleanField(
            label=_("Give this post to the account that the person has"),
            required=False,
        )

    @property
    def is_further_post(self) -> bool:
        """Whether the post goes to an account that there is."""
        return "further_post" in self.data and self.person.identity is not None

    @property
    def person(self) -> Person:
        """Who is invited."""
        keys = ("full_name", "username", "email", "telephone")
        identity = self.cleaned_data["identity_number"]
        return Person(
            **{key: self.cleaned_data[key] for key in keys}, identity=identity
        )


class FindPersonForm(forms.Form):
    """Somebody of another agency, by the exact user name."""

    ten = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("As the person writes it when signing in."),
        widget=forms.TextInput(attrs=_PERSON),
    )


class StandInForm(ReasonForm):
    """Whom two of the province help, where his agency has nobody left who may."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("As the person writes it when signing in."),
        widget=forms.TextInput(attrs=_PERSON),
    )
    kind = forms.ChoiceField(
        label=_("What is needed"),
        choices=[
            (AccessRequest.Kind.RESET, _("Lost device: a new invitation")),
            (AccessRequest.Kind.REOPEN, _("Open the closed account again")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ["username", "kind", "reason"]


class GrantRequestForm(RightForm):
    """A right for somebody, asked of those who may grant it."""

    username = forms.CharField(
        label=_("User name of the person"),
        max_length=60,
        widget=forms.TextInput(attrs=_PERSON),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ["username", "agency", "role"]

    def __init__(self, actor: Actor, data: QueryDict | None = None) -> None:
        super().__init__(actor, data)
        self.fields["username"].initial = actor.person.username

    def _choices(self, actor: Actor) -> tuple[object, object]:
        """Return every agency, and the roles that this person may ask for."""
        roles = Role.objects.all()
        if not posts.appoints(actor.person):
            roles = roles.filter(is_for_every_agency=True)
        agencies = Agency.objects.visible_to(actor.person)
        return agencies.participants().order_by("name"), roles


class AccountRequestForm(PersonForm, GrantRequestForm):
    """A new account with a first right, asked of those who may grant it."""

    field_order = [*PersonForm.base_fields, "agency"]

    def __init__(self, actor: Actor, data: QueryDict | None = None) -> None:
        super().__init__(actor, data)
        self.fields["username"].initial = ""


class EndRequestForm(ReasonForm):
    """The end of a right, asked of those who may end it."""

    ends_on = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: at once, as soon as the request is approved."),
    )
    field_order = ["ends_on", "reason"]


class TransferForm(ReasonForm):
    """Where somebody goes, and as what."""

    agency = forms.ModelChoiceField(
        label=_("From agency"), queryset=Agency.objects.none(), empty_label=None
    )
    to_agency = forms.ModelChoiceField(
        label=_("To agency"),
        queryset=Agency.objects.none(),
        empty_label=_("Choose an agency"),
    )
    role = forms.ModelChoiceField(
        label=_("Role there"),
        queryset=Role.objects.none(),
        empty_label=_("Choose a role"),
    )
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    decision_number = forms.CharField(label=_("Decision number"), max_length=60)
    field_order = ["agency", "to_agency", "role", "position", "decision_number"]

    def __init__(
        self, agencies: list[Agency], actor: Actor, data: QueryDict | None = None
    ) -> None:
        super().__init__(data)
        own = Agency.objects.filter(pk__in=[agency.pk for agency in agencies])
        others = Agency.objects.visible_to(actor.person).participants()
        if len(agencies) == 1:
            others = others.exclude(pk=agencies[0].pk)
        roles = Role.objects.filter(is_for_every_agency=True)
        for name, rows in (
            ("agency", own),
            ("to_agency", others.order_by("name")),
            ("role", roles),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        if len(agencies) == 1:
            self.fields["agency"].widget = forms.HiddenInput()
        self.fields["agency"].initial = agencies[0]

    @property
    def move(self) -> Transfer:
        """Where the person goes."""
        keys = ("to_agency", "role", "reason", "position", "decision_number")
        return Transfer(**{key: self.cleaned_data[key] for key in keys})


class LeaveForm(ReasonForm):
    """By which decision somebody leaves, and why."""

    decision_number = forms.CharField(label=_("Decision number"), max_length=60)
    is_understood = forms.BooleanField(
        label=_("I have read what ends, and that it ends at once.")
    )
    field_order = ["decision_number", "reason", "is_understood"]


class DelegationForm(forms.Form):
    """What of one right is delegated, to whom, and for how long."""

    to = forms.ModelChoiceField(
        label=_("Delegate to"),
        queryset=Account.objects.none(),
        empty_label=_("Choose a colleague"),
    )
    permissions = forms.MultipleChoiceField(
        label=_("What is delegated"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what is ticked. The granting of rights is never delegated."),
    )
    starts_on = DayField(label=_("From"))
    ends_on = DayField(
        label=_("To day"), help_text=_("The last day; 90 days at the most.")
    )
    decision_number = forms.CharField(
        label=_("Decision number"), max_length=60, required=False
    )

    def __init__(self, source: Assignment, data: QueryDict | None = None) -> None:
        today = clock.today()
        last = today + timedelta(days=6)
        if source.ends_on is not None:
            last = min(last, source.ends_on)
        super().__init__(data, initial={"starts_on": today, "ends_on": last})
        people = delegations.colleagues(source)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
        self.fields["permissions"].choices = [  # type: ignore[attr-defined]
            (code, label_of(code).capitalize())
            for code in delegations.delegable_permissions(source)
        ]

    @property
    def mandate(self) -> delegations.Mandate:
        """What is delegated."""
        return delegations.Mandate(**self.cleaned_data)


class DecisionForm(forms.Form):
    """What the decider says; a refusal needs it."""

    note = forms.CharField(
        label=_("Reason of the decision"),
        required=False,
        max_length=500,
        help_text=_("Needed for a refusal. The asker reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
