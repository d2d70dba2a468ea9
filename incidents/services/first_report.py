"""The first form of an incident, sent once however often it arrives."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import IntegrityError, transaction

from access.actors import Actor
from access.models import Agency
from incidents.models import Incident
from incidents.services.evidence import add_evidence
from incidents.services.recording import record_incident


@transaction.atomic
def record_once(
    agency: Agency,
    *,
    by: Actor,
    token: UUID,
    files: Iterable[File] = (),
    **facts: Any,  # noqa: ANN401 (as for record_incident)
) -> Incident:
    """Record an incident with its evidence; the same form again is the same incident.

    token: made when the form was shown. Two clicks, a reload or a line that broke
    before the answer came must not make two incidents, nor double their clocks.

    Raises what `record_incident` and `add_evidence` raise.
    """
    sent = Incident.objects.filter(form_token=token, created_by=by.person)
    if known := sent.first():
        return known
    try:
        with transaction.atomic():
            incident = record_incident(agency, by=by, token=token, **facts)
            if files:
                add_evidence(incident, by=by, files=files)
    except IntegrityError:  # the other click was quicker by a moment
        return sent.get()
    return incident
