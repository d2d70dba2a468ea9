"""The entries of scanning in the staff menu."""

from django.utils.translation import gettext_lazy as _

from portal.core.navigation import Entry, register
from scanning.querysets import PROVINCE_COUNTS

TRAIL = ("audit.read_own_agency", "audit.read_all")

register(
    Entry(
        _("Files"),
        "scanning:list",
        # Who reads the trail finds what was let through unscanned.
        ("attachments.read", "attachments.submit", *TRAIL),
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
