"""What every service begins with: the row, locked, and the right to touch it."""

from access.actors import Actor
from incidents.models import Incident
from incidents.refusals import ClosedToChangesError
from incidents.states import State


def locked(incident: Incident) -> Incident:
    """Return the incident as it is now, locked until the transaction ends."""
    rows = Incident.objects.select_for_update(of=("self",)).select_related("keeper")
    return rows.get(pk=incident.pk)


def locked_for_work(incident: Incident, by: Actor) -> Incident:
    """Return the locked incident, to which its own agency wants to add something.

    Raises NotAllowedError, or ClosedToChangesError if nothing may be added now.
    """
    incident = locked(incident)
    by.require("incidents.record", incident.keeper)
    if not incident.is_workable:
        raise ClosedToChangesError(state=State(incident.state).label)
    return incident
