"""What a sweep tells the technical log: one line, however much it found."""

import logging
from datetime import timedelta

import pytest

from access.models import AuditEntry
from incidents.models import EntryKind, EscalationStep, Obligation
from portal.core import clock
from tests.factories.access import AuthorityFactory, actor
from tests.factories.incidents import ClockRuleFactory, IncidentFactory
from tests.incidents.test_qd06_dieu_14 import escalate

pytestmark = pytest.mark.django_db


@pytest.fixture
def unread(roles):
    """Return three incidents of one officer, reported to whom nobody reads for."""
    ClockRuleFactory()
    AuthorityFactory(agency__agency_type="central")
    officer = actor()
    incidents = [IncidentFactory(agency=officer.agency) for _number in range(3)]
    for incident in incidents:
        escalate(incident, officer)
    return incidents


def warned(caplog) -> list[str]:
    return [r.message for r in caplog.records if r.levelno >= logging.WARNING]


def test_d14_1_b_many_late_duties_make_one_line_and_an_entry_each(
    unread, swept, caplog, monkeypatch
):
    swept()
    caplog.clear()
    later = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr("portal.core.clock.now", lambda: later)
    swept()
    swept()

    assert warned(caplog).count("duties_late") == 1
    assert "duty_late" not in warned(caplog)
    line = next(r for r in caplog.records if r.message == "duties_late")
    late = Obligation.objects.exclude(alarmed_at=None).count()
    assert vars(line)["duties"] == late >= len(unread)
    assert AuditEntry.objects.filter(event="incidents.duty_late").count() == late
    for incident in unread:
        assert incident.timeline.filter(kind=EntryKind.LATE).exists()


def test_d14_1_a_who_reads_for_nobody_is_warned_of_once_though_tried_again(
    case, swept, caplog
):
    case.authority.assignments.update(ends_on=clock.today() - timedelta(days=9))
    incident = IncidentFactory(agency=case.town)
    step = escalate(incident, case.officer)
    for _turn in range(3):
        swept()
        EscalationStep.objects.filter(pk=step.pk).update(due_at=clock.now())

    step.refresh_from_db()
    assert step.attempts == 3
    assert warned(caplog).count("step_not_delivered") == 1
