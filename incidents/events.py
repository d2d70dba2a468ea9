"""The acts of incidents, in words for people."""

from django.utils.translation import gettext_lazy as _

from access.audit import register_event

register_event("incidents.recorded", _("recorded an incident"))
register_event("incidents.drafted", _("drafted an incident"))
register_event("incidents.changed", _("completed the details of an incident"))
register_event("incidents.detection_corrected", _("corrected a time of detection"))
register_event("incidents.moved", _("changed the state of an incident"))
register_event("incidents.measure_added", _("wrote down a measure"))
register_event("incidents.evidence_added", _("added evidence"))
register_event("incidents.downloaded_evidence", _("downloaded evidence"))
register_event("incidents.escalated", _("reported an incident beyond capacity"))
register_event("incidents.step_sent", _("delivered a report"))
register_event("incidents.step_not_delivered", _("could not deliver a report"))
register_event("incidents.reported_outside", _("noted a report by telephone or paper"))
register_event("incidents.acknowledged", _("confirmed receipt of a report"))
register_event("incidents.directed", _("gave guidance"))
register_event("incidents.directive_acknowledged", _("confirmed receipt of guidance"))
register_event("incidents.duty_done", _("noted a duty as done"))
register_event("incidents.duty_late", _("found a duty overdue"))
register_event("incidents.handed_on", _("handed an incident on to an heir"))
register_event("incidents.minutes_issued", _("issued minutes"))
register_event("incidents.downloaded_minutes", _("downloaded minutes"))
