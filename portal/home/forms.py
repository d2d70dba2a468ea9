import re

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core import text

_SHA256 = re.compile(r"[0-9a-f]{64}")


class QuestionForm(forms.Form):
    """A document to ask about: a file, its SHA-256, or the number printed on it."""

    q = forms.CharField(
        label=_("Document number or SHA-256"),
        help_text=_(
            "As printed on the document, such as 05/BB-UBND; or the 64 characters of "
            "its SHA-256."
        ),
        max_length=200,
        required=False,
    )
    file = forms.FileField(
        label=_("The file itself"),
        help_text=_(
            "Only its fingerprint (SHA-256) is computed and compared. The file is not "
            "stored and nobody opens it."
        ),
        required=False,
        allow_empty_file=True,
    )

    def clean_q(self) -> str:
        """Return the text in NFC, its blanks at the ends removed."""
        return text.nfc(self.cleaned_data["q"]).strip()

    def clean(self) -> dict[str, object]:
        """Turn what was given into a SHA-256 or a number; one of them is needed."""
        cleaned = super().clean() or {}
        given = cleaned.get("q", "")
        compact = re.sub(r"\s", "", given).lower()
        cleaned["sha256"] = compact if _SHA256.fullmatch(compact) else ""
        cleaned["number"] = "" if cleaned["sha256"] else given
        if file := cleaned.get("file"):
            cleaned["sha256"], cleaned["number"] = file.sha256, ""
        if not (cleaned["sha256"] or cleaned["number"] or self.errors):
            raise forms.ValidationError(
                _("Choose a file, or type a number or a SHA-256."), code="required"
            )
        return cleaned
