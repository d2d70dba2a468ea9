"""Pieces of the pages of forms."""

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from policies.models import FormFile

register = template.Library()


@register.filter
def facts(file: FormFile) -> str:
    """Say what a download is before it is begun: "PDF, 120 KB, 2 trang"."""
    parts = [file.get_kind_display(), filesizeformat(file.size)]
    if file.pages:
        counted = ngettext("%(count)d page", "%(count)d pages", file.pages)
        parts.append(counted % {"count": file.pages})
    return _(", ").join(parts)


@register.filter
def use_of(file: FormFile) -> str:
    """Say what a format is good for."""
    if file.kind == "pdf":
        return _("to print and fill in by hand")
    return _("to fill in on a computer")
