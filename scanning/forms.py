"""Forms of the pages on files."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from scanning.models import AttachmentState, Urgency

MOST_FILES_AT_ONCE = 20
# In the list: what people let go although nobody could look into it.
UNSEEN, NEVER_SEEN = "unseen", _("let through unscanned")


class ManyFilesInput(forms.ClearableFileInput):
    """A file control that takes several files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFilesField(forms.FileField):
    """Several files at once; its value is a list. Empty files are judged, not lost."""

    widget = ManyFilesInput

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 (those of FileField)
        kwargs.setdefault("label", _("Files"))
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:  # noqa: ANN401
        """Return the list of uploads; refuse none where some are needed."""
        given: list[UploadedFile] = data if isinstance(data, list) and data else [data]
        if len(given) > MOST_FILES_AT_ONCE:
            raise forms.ValidationError(
                _("Send at most %(most)d files at once."),
                code="too_many",
                params={"most": MOST_FILES_AT_ONCE},
            )
        cleaned = [
            super(ManyFilesField, self).clean(each or None, initial) for each in given
        ]
        return [each for each in cleaned if each]


class SubmitForm(forms.Form):
    """Files that come in, and how urgent they are."""

    files = ManyFilesField()  # type: ignore[assignment]  # a field, not the uploads
    urgency = forms.ChoiceField(
        label=_("Urgency"),
        choices=[(each.value, capfirst(each.label)) for each in Urgency],
        initial=Urgency.THUONG,
    )


class FilterForm(forms.Form):
    """What to show in the list; whatever does not fit is passed over."""

    state = forms.ChoiceField(
        choices=[("", _("All")), *AttachmentState.choices, (UNSEEN, NEVER_SEEN)],
        required=False,
    )
    q = forms.CharField(label=_("File name"), max_length=100, required=False)

    def chosen(self, name: str) -> str:
        """Return a valid choice, or an empty text."""
        self.is_valid()
        return str(self.cleaned_data.get(name, "")).strip()
