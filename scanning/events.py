"""The acts of scanning, in words for people."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.audit import register_detail, register_event

register_event("scanning.received", _("received a file"))
register_event("scanning.scan_failed", _("could not finish a scan"))
register_event("scanning.released", _("released a file"))
register_event("scanning.held", _("held a file"))
register_event("scanning.release_decided", _("decided to release a held file"))
register_event("scanning.password_tried", _("gave the password of a file for its scan"))
register_event("scanning.objected", _("objected to the holding of a file"))
register_event("scanning.objection_answered", _("answered an objection"))
register_event("scanning.objection_settled", _("ended an objection: file released"))
register_event("scanning.objection_passed_up", _("passed an objection upwards"))
register_event("scanning.false_alarm_proposed", _("proposed a false alarm"))
register_event("scanning.false_alarm_confirmed", _("confirmed a false alarm"))
register_event("scanning.false_alarm_refused", _("refused a false alarm"))
register_event("scanning.disposal_proposed", _("proposed to destroy a held file"))
register_event("scanning.disposal_confirmed", _("confirmed the destruction of a file"))
register_event("scanning.disposal_refused", _("refused the destruction of a file"))
register_event("scanning.recalled", _("called a released file back"))
register_event("scanning.clean_up_confirmed", _("confirmed the cleaning up of a file"))
register_event("scanning.handed_on", _("handed a file on to an heir"))
register_event("scanning.objection_handed_on", _("handed an objection on to an heir"))
register_event("scanning.held_file_read", _("looked at a held file"))
register_event("scanning.downloaded", _("downloaded a file"))
register_event("scanning.receipt_issued", _("issued a receipt for a file"))
register_event("scanning.receipt_revoked", _("revoked a receipt for a file"))
register_event("scanning.event_reported", _("reported an event of the exchange"))
register_event(
    "scanning.event_refused", _("was refused another time for a recorded event")
)
register_detail("originator", _("originator"))
register_detail(
    "kind",
    _("event"),
    {
        "sent": _("sent"),
        "received": _("received"),
        "refused": pgettext_lazy("event of the exchange", "refused"),
        "corrected": _("corrected"),
    },
)
register_detail("happened_at", _("when"))
register_detail("protocol", _("handed over by"))
register_detail("corrects", _("corrects the message"))
register_event("scanning.webhook_retried", _("sent a notice to a system again"))
