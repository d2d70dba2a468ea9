"""To whom an incident goes: the line of responsibility, looked up by day.

The law of the day of T0 names the competent authority (Điều 14.1.b); the superior and
the coordinator are those of today, since it is they who must act now.
"""

from access.models import Agency, AgencyFunction, Function, ReportingLine
from access.refusals import NoAuthorityError
from incidents.models import Incident


def authority_for(incident: Incident) -> Agency:
    """Return the competent authority of the day of T0.

    Raises NoAuthorityError if none is on record: nothing pretends to be sent.
    """
    day = incident.detected_on
    return AgencyFunction.objects.holder(Function.COMPETENT_AUTHORITY, day)


def superior_of(incident: Incident) -> Agency | None:
    """Return the direct superior of today, or None if none is on record."""
    return ReportingLine.objects.superior_of(incident.keeper)


def coordinator() -> Agency | None:
    """Return the incident coordinator of today, or None if none is on record."""
    try:
        return AgencyFunction.objects.holder(Function.INCIDENT_COORDINATOR)
    except NoAuthorityError:
        return None
