"""What people give to the pages of staff lists."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from access.actors import Actor
from access.models import Agency
from access.staff_lists.reading import MOST_BYTES, MOST_PEOPLE
from access.staff_lists.refusals import FileTooBigError


class _AgencyForm(forms.Form):
    agency = forms.ModelChoiceField(
        label=_("Agency"), queryset=Agency.objects.none(), empty_label=None
    )

    def offer(self, actor: Actor, *permissions: str) -> None:
        """Let the person choose among the agencies where he holds a permission."""
        own = Agency.objects.where(actor.person, *permissions).in_force()
        self.fields["agency"].queryset = own  # type: ignore[attr-defined]
        self.fields["agency"].initial = actor.agency


class StaffListForm(_AgencyForm):
    """A list to take in, and for which agency."""

    file = forms.FileField(
        label=_("Staff list"),
        help_text=_(
            "XLSX, or CSV in UTF-8; at most %(most)d people and 1 MB. The file itself "
            "is not kept, and of identity numbers only a code that tells nothing."
        )
        % {"most": MOST_PEOPLE},
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(
        self,
        actor: Actor,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
    ) -> None:
        super().__init__(data, files)
        self.offer(actor, "accounts.manage")

    def clean_file(self) -> UploadedFile:
        """Refuse what is too big before a byte of it is read."""
        given: UploadedFile = self.cleaned_data["file"]
        if given.size is None or given.size > MOST_BYTES:
            raise forms.ValidationError(FileTooBigError.message)
        if refusal := getattr(given, "refusal", None):
            raise forms.ValidationError(str(refusal))
        return given


class StaffExportForm(_AgencyForm):
    """Which agency's people, and as what."""

    kind = forms.ChoiceField(
        label=_("File type"),
        choices=[("xlsx", _("Excel workbook (XLSX)")), ("csv", _("Table (CSV)"))],
        widget=forms.RadioSelect,
        initial="xlsx",
    )

    def __init__(self, actor: Actor, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.offer(actor, "accounts.read", "accounts.manage")
