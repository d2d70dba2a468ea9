"""The acts of those who run the machine, in words for people."""

from django.utils.translation import gettext_lazy as _

from access.audit import register_event

register_event("ops.reference_loaded", _("loaded reference data"))
register_event("ops.demo_loaded", _("loaded the demo data"))
