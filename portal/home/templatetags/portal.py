"""Small pieces that templates ask for: icons, form controls, bars."""

import json
import re

from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from scanning.forms import MOST_FILES_AT_ONCE

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw an icon that adds nothing to the words beside it.

    name: of an outline icon of Tabler; the build puts those in use into one file.
    size: "", "sm" or "lg".
    """
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        f" icon-{size}" if size else "",
        static("vendor/icons.svg"),
        name,
    )


def _is_group(field: BoundField) -> bool:
    return isinstance(
        field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple
    )


@register.filter
def kind(field: BoundField) -> str:
    """Say how a field is laid out: "check", "file", "group" or "line"."""
    if isinstance(field.field.widget, forms.CheckboxInput):
        return "check"
    if isinstance(field.field.widget, forms.FileInput):
        return "file"
    return "group" if _is_group(field) else "line"


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Draw the control of a form field in the look of the portal."""
    widget = field.field.widget
    match widget:
        case forms.CheckboxInput():
            look = "form-check-input"
        case forms.Select():
            look = "form-select"
        case _:
            look = "form-control"
    given = str(widget.attrs.get("class", ""))
    classes = f"{given} {look}{' is-invalid' if field.errors else ''}".strip()
    return field.as_widget(attrs={"class": classes})


_AFTER_A_SEPARATOR = re.compile(r"(?<=[\w)][._/@-])(?=[\w(])")


@register.filter
def breakable(text: object) -> SafeString:
    """Let a long name, of a file or of malware, break after a dot, a dash or a slash.

    Names have no blanks; on a telephone they would break in the middle of a word.
    """
    first, *others = _AFTER_A_SEPARATOR.split(str(text))
    rest = format_html_join("", "<wbr>{}", ((each,) for each in others))
    return conditional_escape(first) + rest


@register.inclusion_tag("portal/_drop.html")
def drop(field: BoundField, limits: dict[str, int] | None = None) -> dict:
    """Draw the control of a file field with a zone to drop files on.

    limits: extension to bytes; if none are given, the types that the control accepts,
    each with the limit of every upload.
    """
    widget = field.field.widget
    if limits is None:
        accepted = str(widget.attrs.get("accept", "")).split(",")
        names = [each.strip().removeprefix(".") for each in accepted if "." in each]
        limits = dict.fromkeys(names, settings.PORTAL_UPLOAD_LIMIT)
    takes_many = getattr(widget, "allow_multiple_selected", False)
    return {
        "field": field,
        "limits": json.dumps(limits),
        "most_files": MOST_FILES_AT_ONCE if takes_many else 1,
    }


@register.inclusion_tag("portal/_bar.html")
def bar(value: float, highest: float, label: str, tone: str = "primary") -> dict:
    """Draw a number as a length; `label` says it in words.

    value, highest: in the same unit; the bar is full at `highest`.
    """
    share = min(max(value / highest, 0), 1) * 100 if highest else 0
    return {"share": f"{share:.1f}", "label": label, "tone": tone}


@register.simple_tag(takes_context=True)
def pager_query(context: template.Context, key: str, page: int) -> str:
    """Return the query string of this page with another page number in it."""
    query = context["request"].GET.copy()
    query[key] = str(page)
    return f"?{query.urlencode()}"
