"""Pieces for every page that takes files in or tells their fate."""

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.forms.boundfield import BoundField

from access.models import Agency
from scanning.models import Attachment, FormatRule

register = template.Library()
_SOON, _LATER = 2, 20  # seconds until the fate of a file is asked for again


@register.inclusion_tag("scanning/_upload.html")
def upload(field: BoundField, agency: Agency | None = None) -> dict[str, object]:
    """Draw a file field with the allowed types, the size and the secrecy warning.

    agency: whose extra types are named besides those for everybody (Điều 5.1.d).
    """
    rules = FormatRule.objects.for_agency(agency)
    extensions = sorted(set(rules.values_list("extension", flat=True)))
    field.field.widget.attrs["accept"] = ",".join(f".{each}" for each in extensions)
    return {
        "field": field,
        "extensions": ", ".join(f".{each}" for each in extensions),
        "most_bytes": settings.PORTAL_UPLOAD_LIMIT,
    }


@register.inclusion_tag("scanning/_fates.html")
def fates(attachments: Iterable[Attachment]) -> dict[str, object]:
    """Draw the fate of several files; it renews itself while one of them waits."""
    shown = list(attachments)
    return {
        "attachments": shown,
        "is_waiting": any(each.is_pending for each in shown),
        # While the scanner is out of order there is no use in asking often.
        "seconds": _SOON if any(not each.verdict for each in shown) else _LATER,
    }
