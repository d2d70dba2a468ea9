import re

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core import text
from scanning.receipts.reading import looks_like_one

_SHA256 = re.compile(r"[0-9a-f]{64}")


class QuestionForm(forms.Form):
    """A document to ask about: a file, its SHA-256, its number, or its receipt."""

    q = forms.CharField(
        label=_("Document number, SHA-256 or receipt"),
        help_text=_(
            "As printed on the document, such as 05/BB-UBND; or the 64 characters of "
            "its SHA-256; or the whole text of a receipt for a file."
        ),
        max_length=8000,
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
        """Turn what was given into a SHA-256, a receipt or a number; one is needed."""
        cleaned = super().clean() or {}
        given = cleaned.get("q", "")
        compact = re.sub(r"\s", "", given)
        is_hash = bool(_SHA256.fullmatch(compact.lower()))
        is_receipt = looks_like_one(compact)
        cleaned["sha256"] = compact.lower() if is_hash else ""
        cleaned["receipt"] = compact if is_receipt else ""
        cleaned["number"] = "" if is_hash or is_receipt else given
        if file := cleaned.get("file"):
            cleaned |= {"sha256": file.sha256, "number": "", "receipt": ""}
        asked = cleaned["sha256"] or cleaned["receipt"] or cleaned["number"]
        if not (asked or self.errors):
            raise forms.ValidationError(
                _("Choose a file, or type a number or a SHA-256."), code="required"
            )
        return cleaned
