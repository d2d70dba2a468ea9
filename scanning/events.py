"""The acts of scanning, in words for people."""

from django.utils.translation import gettext_lazy as _

from access.audit import register_event

register_event("scanning.received", _("received a file"))
register_event("scanning.scan_failed", _("could not finish a scan"))
register_event("scanning.released", _("released a file"))
register_event("scanning.held", _("held a file"))
register_event("scanning.handed_on", _("handed a file on to an heir"))
register_event("scanning.held_file_read", _("looked at a held file"))
register_event("scanning.downloaded", _("downloaded a file"))
