"""What an agency has in incidents when it ends: those it keeps, and reports to it.

The incident goes on naming the agency where it happened; its keeper handles it, with
the duties, clocks and reports that hang on it.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5 and 14.1.
"""

from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access import audit
from access.heritage import Kind, Move, Thing, register
from access.models import Agency
from access.notices import notify_holders
from incidents.models import EntryKind, EscalationStep, Incident, Obligation
from incidents.services.timeline import enter
from incidents.states import OPEN

_PAST = "past"


# ── Incidents ─────────────────────────────────────────────────────────────────────
def _incidents(agency: Agency, _day: date) -> list[Thing]:
    kept = Incident.objects.filter(keeper=agency)
    found = [
        Thing(str(each.pk), _words(each), permission="incidents.record")
        for each in kept.open().order_by("detected_at")
    ]
    if closed := kept.exclude(state__in=OPEN).count():
        words = ngettext(
            "%(count)s closed incident", "%(count)s closed incidents", closed
        )
        found.append(Thing(f"{_PAST}-{agency.pk}", words % {"count": closed}))
    return found


def _words(incident: Incident) -> str:
    owed = incident.obligations.owed().filter(keeper=incident.keeper_id).count()
    if not owed:
        return str(incident)
    words = ngettext("%(count)s running duty", "%(count)s running duties", owed)
    return f"{incident} ({words % {'count': owed}})"


def _of_key(key: str) -> list[Incident]:
    if key.startswith(_PAST):
        kept = Incident.objects.filter(keeper=int(key.rpartition("-")[2]))
        return list(kept.exclude(state__in=OPEN).select_related("agency", "keeper"))
    return [Incident.objects.select_related("agency", "keeper").get(pk=key)]


def _pass_incident(key: str, heir: Agency, move: Move) -> None:
    for incident in _of_key(key):
        was = incident.keeper
        duties = Obligation.objects.filter(incident=incident, keeper=was, step=None)
        duties.update(keeper=heir)
        Incident.objects.filter(pk=incident.pk).update(keeper=heir)
        text = f"{was.name} → {heir.name}, {move.event.decision_number}"
        enter(incident, EntryKind.HANDED_ON, by=move.by, text=text)
        audit.record(
            incident,
            "incidents.handed_on",
            by=move.by,
            agency=heir,
            was=was.name,
            decision=move.event.decision_number,
        )
    if not key.startswith(_PAST):
        _tell(incident, heir, move)


def _tell(incident: Incident, heir: Agency, move: Move) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        words = {"number": incident.number, "agency": incident.agency.name}
        notify_holders(
            "incidents.record",
            heir,
            _("Incident %(number)s of %(agency)s is yours now") % words,
            body=_("Your agency took it over by %(decision)s. Its clocks run on.")
            % {"decision": move.event.decision_number},
            path=incident.get_absolute_url(),
        )


def _leave_incident(key: str, move: Move) -> None:
    """Leave it where it is: nobody but the auditors sees it any more."""
    for incident in _of_key(key):
        text = move.event.decision_number
        enter(incident, EntryKind.HANDED_ON, by=move.by, text=f"–, {text}")


register(
    Kind(
        "incidents.incident",
        gettext_lazy("incidents with their duties"),
        _incidents,
        _pass_incident,
        _leave_incident,
        order=40,
    )
)


# ── Reports received ──────────────────────────────────────────────────────────────
def _steps(agency: Agency, _day: date) -> list[Thing]:
    received = EscalationStep.objects.filter(keeper=agency)
    waiting = received.filter(completed_at=None, directed_at=None)
    found = [
        Thing(
            str(step.pk),
            f"{step.incident} ({step.get_subject_display()})",
            permission="incidents.supervise",
        )
        for step in waiting.select_related("incident").order_by("made_at")
    ]
    if past := received.count() - len(found):
        words = ngettext(
            "%(count)s answered report", "%(count)s answered reports", past
        )
        found.append(Thing(f"{_PAST}-{agency.pk}", words % {"count": past}))
    return found


def _pass_step(key: str, heir: Agency, move: Move) -> None:
    if key.startswith(_PAST):
        received = EscalationStep.objects.filter(keeper=int(key.rpartition("-")[2]))
        steps = list(received.values_list("pk", flat=True))
    else:
        steps = [int(key)]
    for step in EscalationStep.objects.filter(pk__in=steps).select_related(
        "incident__keeper", "keeper"
    ):
        text = f"{step.keeper.name} → {heir.name}, {move.event.decision_number}"
        enter(step.incident, EntryKind.HANDED_ON, by=move.by, text=text, step=step)
    # The duties that go on are those of reports, owed by whoever received them.
    Obligation.objects.filter(step__in=steps).update(keeper=heir)
    EscalationStep.objects.filter(pk__in=steps).update(keeper=heir)


def _leave_step(key: str, move: Move) -> None:
    """Leave it where it is; its clock alarms the coordinator as it always does."""


register(
    Kind(
        "incidents.step",
        gettext_lazy("reports of other agencies’ incidents"),
        _steps,
        _pass_step,
        _leave_step,
        order=45,
    )
)
