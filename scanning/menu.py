"""The entries of scanning in the staff menu."""

from django.utils.translation import gettext_lazy as _

from portal.core.navigation import Entry, register
from scanning.querysets import PROVINCE_COUNTS

register(
    Entry(
        _("Files"),
        "scanning:list",
        ("attachments.read", "attachments.submit"),
        icon="files",
        order=30,
    )
)
register(
    Entry(
        _("Scanning queue"),
        "scanning:queue",
        ("attachments.read", *PROVINCE_COUNTS),
        icon="clock",
        order=31,
    )
)
