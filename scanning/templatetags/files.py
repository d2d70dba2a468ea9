"""Pieces for every page that takes files in or tells their fate."""

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.forms.boundfield import BoundField

from access.models import Agency
from scanning.fates import fates_now
from scanning.models import Attachment, FormatRule

register = template.Library()


@register.inclusion_tag("scanning/_upload.html")
def upload(
    field: BoundField,
    agency: Agency | None = None,
    only: str = "",
    *,
    warns: bool = True,
) -> dict[str, object]:
    """Draw a file field with the allowed types, the size and the secrecy warning.

    agency: whose extra types are named besides those for everybody (Điều 5.1.d).
    only: extensions, separated by blanks, where a form takes no others.
    warns: leave the warning out where another field of the form carries it.
    """
    rules = FormatRule.objects.for_agency(agency)
    wanted = set(only.split())
    limits: dict[str, int] = {}
    for extension, most in rules.values_list("extension", "max_bytes"):
        if not wanted or extension in wanted:
            most_here = min(most, settings.PORTAL_UPLOAD_LIMIT)
            limits[extension] = max(limits.get(extension, 0), most_here)
    extensions = sorted(limits)
    field.field.widget.attrs["accept"] = ",".join(f".{each}" for each in extensions)
    return {
        "field": field,
        "extensions": ", ".join(f".{each}" for each in extensions),
        "limits": limits,
        "most_bytes": max(limits.values(), default=settings.PORTAL_UPLOAD_LIMIT),
        "warns": warns,
    }


@register.inclusion_tag("scanning/_fates.html")
def fates(attachments: Iterable[Attachment]) -> dict[str, object]:
    """Draw the fate of several files; it renews itself while one of them waits."""
    return fates_now(attachments)
