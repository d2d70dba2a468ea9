"""The entries of scanning in the staff menu."""

from django.utils.translation import gettext_lazy as _

from portal.core.navigation import Entry, register

register(
    Entry(
        _("Files"),
        "scanning:list",
        ("attachments.read", "attachments.submit"),
        icon="files",
        order=30,
    )
)
