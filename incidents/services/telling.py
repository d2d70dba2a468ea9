"""The notices of incidents: whom to tell what, in Vietnamese, with the page."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from access.models import Agency
from access.notices import notify_holders
from incidents.models import EscalationStep, Incident, Obligation, StepSubject
from incidents.states import State

_RECORDS = "incidents.record"
_SUPERVISES = "incidents.supervise"


def tell_recipient(step: EscalationStep) -> int:
    """Tell those who answer reports for the recipient; return how many there are."""
    incident = step.incident
    words = {"number": incident.number, "agency": incident.keeper.name}
    with translation.override(settings.LANGUAGE_CODE):
        match step.subject:
            case StepSubject.BEYOND_CAPACITY:
                subject = _("Incident beyond capacity at %(agency)s: %(number)s")
                body = _(
                    "%(agency)s reports an incident that it cannot master. Confirm "
                    "receipt and give guidance now."
                )
            case StepSubject.MINUTES:
                subject = _("Minutes of incident %(number)s from %(agency)s")
                body = _("Confirm receipt of the minutes.")
            case _other:
                subject = _("A report of %(agency)s was not answered: %(number)s")
                body = _("Its superior did not answer in time. Take charge now.")
        return notify_holders(
            _SUPERVISES,
            step.keeper,
            subject % words,
            body=body % words,
            path=incident.get_absolute_url(),
        )


def tell_not_delivered(step: EscalationStep) -> None:
    """Tell the reporting agency that it must telephone."""
    with translation.override(settings.LANGUAGE_CODE):
        telephone = step.keeper.telephone or _("(no number on record)")
        words = {
            "number": step.incident.number,
            "recipient": step.keeper.name,
            "telephone": telephone,
        }
        _tell(
            step.incident,
            _RECORDS,
            step.incident.keeper,
            _("Not delivered, telephone %(recipient)s: %(number)s") % words,
            _(
                "Nobody at %(recipient)s can read the report in the portal. Telephone "
                "%(telephone)s now, then note on the page when and to whom you spoke."
            )
            % words,
        )


def tell_agency(incident: Incident) -> None:
    """Tell the agency that its incident took another state."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"number": incident.number, "state": State(incident.state).label}
        subject = _("Incident %(number)s: %(state)s") % words
        _tell(incident, _RECORDS, incident.keeper, subject)


def tell_answered(incident: Incident, answering: Agency) -> None:
    """Tell the agency that its report was received or answered."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"number": incident.number, "agency": answering.name}
        subject = _("%(agency)s answered on incident %(number)s") % words
        _tell(incident, _RECORDS, incident.keeper, subject)


def tell_directive_received(incident: Incident, giver: Agency) -> None:
    """Tell whoever gave guidance that it was received."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"number": incident.number, "agency": incident.keeper.name}
        subject = _("%(agency)s received the guidance on incident %(number)s") % words
        _tell(incident, _SUPERVISES, giver, subject)


def tell_superiors(incident: Incident) -> None:
    """Tell those who got the minutes that their confirmation is asked for."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"number": incident.number, "agency": incident.keeper.name}
        subject = _("%(agency)s asks to confirm the end of %(number)s") % words
        for agency in Agency.objects.filter(
            kept_steps__incident=incident,
            kept_steps__subject=StepSubject.MINUTES,
        ).distinct():
            _tell(incident, _SUPERVISES, agency, subject)


def tell_due(duty: Obligation, *, is_late: bool) -> None:
    """Tell whoever owes a duty that it is soon due, or overdue."""
    incident = duty.incident
    with translation.override(settings.LANGUAGE_CODE):
        words = {"number": incident.number, "duty": duty.rule.title}
        subject = (
            _("Overdue: %(duty)s, %(number)s")
            if is_late
            else _("Soon due: %(duty)s, %(number)s")
        )
        permission = _RECORDS if duty.keeper_id == incident.keeper_id else _SUPERVISES
        _tell(incident, permission, duty.keeper, subject % words)


def tell_silence(duty: Obligation, coordinator: Agency | None) -> None:
    """Tell the coordinator, over the silent superior, and the agency that waits."""
    incident = duty.incident
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "number": incident.number,
            "agency": duty.keeper.name,
            "telephone": duty.keeper.telephone or _("(no number on record)"),
        }
        if coordinator:
            subject = _("%(agency)s has not answered on incident %(number)s") % words
            _tell(incident, _SUPERVISES, coordinator, subject)
        _tell(
            incident,
            _RECORDS,
            incident.keeper,
            _("No answer from %(agency)s on %(number)s: telephone %(telephone)s")
            % words,
        )


def tell_held(incident: Incident, name: str, reason: str) -> None:
    """Tell the agency that the scan held a file of its incident."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"number": incident.number, "name": name}
        subject = _("A file was held: %(name)s, incident %(number)s") % words
        _tell(incident, _RECORDS, incident.keeper, subject, reason)


def tell_drafted(incident: Incident) -> None:
    """Tell the agency that the portal drafted an incident to be decided on."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"number": incident.number}
        subject = _("Draft incident %(number)s: record it or set it aside") % words
        _tell(incident, _RECORDS, incident.keeper, subject)


def _tell(
    incident: Incident, permission: str, agency: Agency, subject: str, body: str = ""
) -> int:
    path = incident.get_absolute_url()
    return notify_holders(permission, agency, subject, body=body, path=path)
