"""What people may write into forms and rules; every writable field is listed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from access.actors import Actor
from access.models import Agency
from policies.effect import proposed_start
from policies.models import FileKind, FormGroup, FormTemplate
from portal.core import clock
from portal.core.form_fields import DayField
from portal.core.models import LegalBasis

Data = QueryDict | None
Files = MultiValueDict[str, UploadedFile] | None


def _accepting(*kinds: FileKind) -> forms.FileInput:
    accepted = [part for kind in kinds for part in (f".{kind}", kind.media_type)]
    return forms.FileInput(attrs={"accept": ",".join(accepted)})


class VersionFactsForm(forms.Form):
    """What a version says of itself."""

    in_force_from = DayField(
        label=_("In force from"),
        help_text=_("The first day on which this version holds."),
    )
    change_note = forms.CharField(
        label=_("What changed"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences; citizens read them on the form's page."),
    )


class FilesForm(forms.Form):
    """The two files of a form (Nghị định 64/2007/NĐ-CP, Điều 19.1)."""

    pdf = forms.FileField(
        label=_("PDF file"),
        required=False,
        widget=_accepting(FileKind.PDF),
        help_text=_("For printing, and for telephones."),
    )
    editable = forms.FileField(
        label=_("DOCX or ODT file"),
        required=False,
        widget=_accepting(FileKind.DOCX, FileKind.ODT),
        help_text=_("For filling in on a computer."),
    )

    @property
    def uploads(self) -> list[UploadedFile]:
        """The files that were sent, none if none was."""
        sent = (self.cleaned_data["pdf"], self.cleaned_data["editable"])
        return [file for file in sent if file]


class NewVersionForm(VersionFactsForm, FilesForm):
    """A new version with its files."""

    field_order = ["in_force_from", "change_note", "pdf", "editable"]

    def __init__(self, data: Data = None, files: Files = None) -> None:
        super().__init__(data, files)
        self.fields["in_force_from"].initial = clock.today()


class NewFormForm(NewVersionForm):
    """A form under a new code, with its first version."""

    code = forms.CharField(
        label=_("Form code"),
        max_length=30,
        help_text=_("Capital letters without marks, digits and hyphens, like BM-01."),
    )
    name = forms.CharField(label=_("Form name"), max_length=200)
    group = forms.ModelChoiceField(label=_("Group"), queryset=FormGroup.objects.all())
    agency = forms.ModelChoiceField(
        label=_("Agency in charge"), queryset=Agency.objects.none()
    )
    is_common = forms.BooleanField(
        label=_("Common form of the province"),
        required=False,
        help_text=_("Only the agency that owns the common forms may publish one."),
    )
    procedure_code = forms.CharField(
        label=_("Procedure code"), max_length=30, required=False
    )
    legal_basis = forms.ModelChoiceField(
        label=_("Legal basis"), queryset=LegalBasis.objects.all(), required=False
    )
    guidance = forms.CharField(
        label=_("How to fill it in"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    field_order = [
        "code",
        "name",
        "group",
        "agency",
        "is_common",
        "procedure_code",
        "legal_basis",
        "guidance",
        "in_force_from",
        "pdf",
        "editable",
    ]

    def __init__(self, data: Data = None, files: Files = None, *, actor: Actor) -> None:
        super().__init__(data, files)
        agencies = Agency.objects.where(actor.person, "forms.draft").distinct()
        field = self.fields["agency"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = agencies
            field.initial = actor.agency
        del self.fields["change_note"]  # nothing changed yet

    def clean_code(self) -> str:
        """Return the code in capital letters, as it is written everywhere."""
        code = str(self.cleaned_data["code"]).strip().upper()
        for validator in FormTemplate._meta.get_field("code").validators:
            validator(code)
        if FormTemplate.objects.filter(code=code).exists():
            raise forms.ValidationError(
                _("There is a form with this code already. Draft a new version of it.")
            )
        return code

    @property
    def form_facts(self) -> dict[str, Any]:
        """What belongs to the form, whatever its version."""
        names = ("group", "agency", "is_common", "procedure_code", "legal_basis")
        return {name: self.cleaned_data[name] for name in (*names, "guidance")}


class ReasonForm(forms.Form):
    """Why something is given back."""

    reason = forms.CharField(
        label=_("What must be changed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The author reads this sentence; say what to do."),
    )


class RuleForm(forms.Form):
    """A rule and its first wording, or the next wording of one."""

    title = forms.CharField(label=_("Title of the rule"), max_length=300)
    number = forms.CharField(label=_("Number"), max_length=60)
    issued_on = DayField(label=_("Issued on"))
    in_force_from = DayField(
        label=_("In force from"),
        required=False,
        help_text=_(
            "Leave it empty to take the day that the text names, such as “10 days "
            "after signing”; else the day of issue."
        ),
    )
    text = forms.CharField(
        label=_("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_(
            "Plain text. Lines that begin with “Chương” or “Điều 1.” become headings."
        ),
    )
    change_note = forms.CharField(
        label=_("What changed"), max_length=2000, required=False
    )

    def __init__(
        self,
        data: Data = None,
        *,
        is_new_rule: bool,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        if not is_new_rule:
            del self.fields["title"]

    def clean(self) -> dict[str, Any]:
        """Propose the first day in force where the author left it to the text."""
        data = self.cleaned_data
        issued_on = data.get("issued_on")
        if issued_on and not data.get("in_force_from"):
            proposed = proposed_start(data.get("text", ""), issued_on)
            data["in_force_from"] = proposed or issued_on
        return data

    @property
    def wording(self) -> dict[str, Any]:
        """What belongs to the wording, not to the rule."""
        return {k: v for k, v in self.cleaned_data.items() if k != "title"}
