"""Answers for /kiem-tra/: did we issue these minutes, and are they the current ones?"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models import IncidentMinutes
from portal.core import verification
from portal.core.text import nfc


@verification.register
def find_minutes(sha256: str, number: str) -> list[verification.Record]:
    """Return the minutes with that hash, check code or printed number.

    Anybody may ask, so the answer tells nothing of the incident.
    """
    asked = nfc(number).strip()
    wanted = Q(pk__in=[])
    if sha256:
        wanted |= Q(sha256=sha256.lower())
    if asked:
        wanted |= Q(check_code=asked.upper()) | Q(number__iexact=asked)
    found = IncidentMinutes.objects.filter(wanted)
    return [
        verification.Record(
            kind=_("Minutes of an information security incident"),
            number=minutes.number,
            title=str(_("Minutes")),
            agency=minutes.agency.name_on(minutes.issued_on),
            issued_on=minutes.issued_on,
            sha256=minutes.sha256,
            is_current=minutes.is_current,
        )
        for minutes in found.select_related("agency", "corrected_by")[:10]
    ]
