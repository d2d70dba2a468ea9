"""Several who do the same thing at the same moment."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from access.models import Notice
from incidents import services
from incidents.models import EntryKind, EscalationStep, StepRole, YearlySequence
from incidents.services import delivering
from portal.core import clock
from tests.factories.incidents import IncidentFactory

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def all_at_once(act):
    """Run the act in several threads that start together; return what they gave."""
    start, found = Barrier(AT_ONCE), []

    def run():
        start.wait()
        try:
            found.append(act())
        finally:
            connection.close()

    threads = [Thread(target=run) for _each in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_d14_1_b_in_parallel_is_one_report(case):
    incident = IncidentFactory(agency=case.town)
    steps = all_at_once(
        lambda: (
            services.escalate_beyond_capacity(
                incident,
                by=case.officer,
                harm="Mất thư",
                needs="Cán bộ",
                telephone="0912",
            ).pk
        )
    )
    assert len(steps) == AT_ONCE
    assert len(set(steps)) == 1
    assert incident.steps.count() == 3
    assert incident.timeline.filter(kind=EntryKind.ESCALATED).count() == 1


def test_d14_1_b_workers_at_once_deliver_it_once(case):
    incident = IncidentFactory(agency=case.town)
    step = EscalationStep.objects.create(
        incident=incident,
        recipient=case.authority,
        role=StepRole.AS_AUTHORITY,
        subject="beyond_capacity",
    )
    taken = all_at_once(lambda: delivering.take(step.pk))
    assert sum(taken) == 1
    assert Notice.objects.filter(recipient=case.authority_officer.account).count() == 1


def test_numbers_are_given_once_each(case):
    day = clock.today()
    numbers = all_at_once(lambda: YearlySequence.take("incident", day))
    assert sorted(numbers) == list(range(1, AT_ONCE + 1))
