"""Reorganisations: planned, previewed, approved by a second person, applied once.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3, 12.5, 13.5.b, 14.1 and 16.1; Quyết định
20/2020/QĐ-TTg for the codes.
"""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from access.models import (
    AgencyChange,
    AgencyEvent,
    Assignment,
    Notice,
    ReportingLine,
    Succession,
)
from access.refusals import (
    AgencyNotThereError,
    AlreadyPlannedError,
    CircularLinesError,
    CodeFormError,
    CodeGivenError,
    DayPastError,
    EndBeforeStartError,
    LaterFactsError,
    MergeWithItselfError,
    NewNameMissingError,
    NobodyGivesError,
    NobodyTakesError,
    OverlappingLinesError,
    PlanClosedError,
    PreviewChangedError,
)
from access.services import reorganisation
from access.services.reorganisation import ChangePlan, applying
from portal.core import clock
from portal.core.errors import NotAllowedError, SecondPersonError
from portal.core.models import SweepRun
from tests.factories.access import (
    AgencyFactory,
    AuthorityFactory,
    ReportingLineFactory,
    actor,
)
from tests.factories.incidents import IncidentFactory
from tests.factories.reorganisation import (
    QCVN,
    Case,
    approved,
    merge,
    superior_plan,
)

pytestmark = pytest.mark.django_db
Kind, State, Outcome = AgencyEvent.Kind, AgencyEvent.State, AgencyChange.Outcome


@pytest.fixture
def case(db):
    return Case()


def on(day):
    """Return the settings of a test that takes place on that day."""
    return clock.datetime(day.year, day.month, day.day, 5, tzinfo=clock.UTC)


@pytest.fixture
def at(monkeypatch):
    """Set the clock of the portal."""

    def set_day(day):
        moment = on(day)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_day


# ── Planning: what is refused, in one sentence, with nothing changed ──────────────
def counts():
    return [m.objects.count() for m in (AgencyEvent, AgencyChange, ReportingLine)]


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (
            lambda town, heir: {"effective_on": clock.today() - timedelta(days=1)},
            DayPastError,
        ),
        (
            lambda town, heir: {
                "changes": (
                    ChangePlan(Outcome.ENDS, town, gives=True),
                    ChangePlan(Outcome.CONTINUES, town),
                )
            },
            MergeWithItselfError,
        ),
        (lambda town, heir: {"changes": ()}, NobodyGivesError),
        (
            lambda town, heir: {
                "changes": (ChangePlan(Outcome.ENDS, town, gives=True),)
            },
            NobodyTakesError,
        ),
        (
            lambda town, heir: {
                "changes": (
                    ChangePlan(Outcome.ENDS, town, gives=True),
                    ChangePlan(Outcome.BEGINS, code="000.00.77.H10", scheme=QCVN),
                )
            },
            NewNameMissingError,
        ),
        (
            lambda town, heir: {
                "changes": (
                    ChangePlan(Outcome.ENDS, town, gives=True),
                    ChangePlan(
                        Outcome.BEGINS,
                        name="Phường mới",
                        short_name="PM",
                        code="H10-77",
                        scheme=QCVN,
                    ),
                )
            },
            CodeFormError,
        ),
        (
            lambda town, heir: {
                "changes": (
                    ChangePlan(Outcome.ENDS, town, gives=True),
                    ChangePlan(
                        Outcome.BEGINS,
                        name="Phường mới",
                        short_name="PM",
                        code=town.code,
                        scheme=QCVN,
                    ),
                )
            },
            CodeGivenError,
        ),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_nothing_is_written(case, wanted, refusal):
    before = counts()
    with pytest.raises(refusal) as said:
        reorganisation.propose(
            merge(case.town, case.heir, case.basis, **wanted(case.town, case.heir)),
            by=case.planner,
        )
    assert str(said.value).endswith(".")
    assert counts() == before


def test_only_who_manages_agencies_plans(case):
    with pytest.raises(NotAllowedError):
        reorganisation.propose(
            merge(case.town, case.heir, case.basis), by=actor("agency_admin", case.town)
        )


def test_an_agency_that_has_ended_takes_no_part(case):
    past = AgencyFactory(ends_on=date(2020, 1, 1))
    with pytest.raises(AgencyNotThereError):
        reorganisation.propose(merge(case.town, past, case.basis), by=case.planner)


def test_an_agency_ends_in_one_plan_only(case):
    reorganisation.propose(merge(case.town, case.heir, case.basis), by=case.planner)
    with pytest.raises(AlreadyPlannedError):
        reorganisation.propose(merge(case.town, case.heir, case.basis), by=case.planner)


def test_an_agency_does_not_end_before_what_is_on_record_for_later(case):
    AuthorityFactory(agency=case.town, starts_on=clock.today() + timedelta(days=9))
    with pytest.raises(LaterFactsError):
        reorganisation.propose(merge(case.town, case.heir, case.basis), by=case.planner)


def test_d14_1_no_agency_stands_above_itself(case):
    before = counts()
    for below in (case.town, case.province):
        with pytest.raises(CircularLinesError):
            reorganisation.propose(
                superior_plan(case.province, below, case.basis), by=case.planner
            )
    # Through others, too.
    ReportingLine.objects.filter(agency=case.heir).update(superior=case.town)
    with pytest.raises(CircularLinesError):
        reorganisation.propose(
            superior_plan(case.town, case.heir, case.basis), by=case.planner
        )
    assert counts() == before


def test_d14_1_a_circle_on_a_single_day_far_off_is_refused_by_the_model():
    top, middle, low = (AgencyFactory() for _each in range(3))
    ReportingLineFactory(agency=low, superior=middle)
    ReportingLineFactory(
        agency=middle,
        superior=top,
        starts_on=date(2010, 1, 1),
        ends_on=date(2029, 1, 1),
    )
    later = ReportingLine(agency=middle, superior=low, starts_on=date(2029, 1, 2))
    with pytest.raises(CircularLinesError, match="02/01/2029"):
        later.save()
    ReportingLine(agency=top, superior=low, starts_on=date(2029, 1, 2)).save()
    with pytest.raises(CircularLinesError):
        ReportingLine(
            agency=middle,
            superior=top,
            starts_on=date(2029, 1, 2),
            ends_on=date(2029, 1, 2),
        ).save()


def test_lines_do_not_overlap_nor_end_before_they_begin(case):
    with pytest.raises(OverlappingLinesError):
        ReportingLine(
            agency=case.town, superior=case.heir, starts_on=date(2030, 1, 1)
        ).save()
    with pytest.raises(EndBeforeStartError):
        ReportingLine(
            agency=AgencyFactory(),
            superior=case.heir,
            starts_on=date(2030, 1, 2),
            ends_on=date(2030, 1, 1),
        ).save()
    # Round the model, the database still keeps one present superior.
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportingLine.objects.bulk_create(
            [
                ReportingLine(
                    agency=case.town, superior=case.heir, starts_on=date(2030, 1, 1)
                )
            ]
        )


# ── Two persons ───────────────────────────────────────────────────────────────────
def test_d13_5_b_nobody_approves_his_own_plan(case):
    event = reorganisation.propose(
        merge(case.town, case.heir, case.basis), by=case.planner
    )
    with pytest.raises(SecondPersonError):
        approved(event, case.planner)
    with pytest.raises(NotAllowedError):
        approved(event, actor("agency_admin", case.town))
    with pytest.raises(IntegrityError), transaction.atomic():
        AgencyEvent.objects.filter(pk=event.pk).update(approved_by=case.planner.person)
    assert approved(event, case.second).state == State.APPLIED


def test_whoever_decides_last_is_the_planner(case):
    event = reorganisation.propose(
        merge(case.town, case.heir, case.basis), by=case.planner
    )
    event = reorganisation.decide(event, {}, by=case.second)
    with pytest.raises(SecondPersonError):
        approved(event, case.second)
    assert approved(event, case.planner).state == State.APPLIED


def test_what_was_not_seen_is_not_approved(case):
    event = reorganisation.propose(
        merge(case.town, case.heir, case.basis), by=case.planner
    )
    seen = reorganisation.build(event).digest
    IncidentFactory(agency=case.town)
    with pytest.raises(PreviewChangedError):
        reorganisation.approve(event, seen, by=case.second)
    assert not Succession.objects.exists()


def test_a_withdrawn_plan_is_over(case):
    event = reorganisation.propose(
        merge(case.town, case.heir, case.basis), by=case.planner
    )
    reorganisation.withdraw(event, by=case.second, reason="Chưa có quyết định")
    with pytest.raises(PlanClosedError):
        approved(event, case.second)
    with pytest.raises(PlanClosedError):
        reorganisation.withdraw(event, by=case.second, reason="Lần nữa")
    assert case.town.is_in_force()


# ── On its day ────────────────────────────────────────────────────────────────────
def test_it_is_applied_on_its_day_and_once(case, at):
    day = clock.today() + timedelta(days=10)
    event = reorganisation.propose(
        merge(case.town, case.heir, case.basis, effective_on=day), by=case.planner
    )
    assert approved(event, case.second).state == State.APPROVED
    assert reorganisation.sweep() == 0
    # The worker was dead on the day itself.
    at(day + timedelta(days=2))
    assert reorganisation.sweep() == 1
    assert reorganisation.sweep() == 0
    assert not applying.take(event.pk)
    case.town.refresh_from_db()
    assert case.town.ends_on == day - timedelta(days=1)
    assert Succession.objects.count() == 1
    assert SweepRun.objects.get(name="agencies").taken == 0


def test_what_changed_since_is_not_applied_before_it_is_approved_again(case, at):
    day = clock.today() + timedelta(days=10)
    event = reorganisation.propose(
        merge(case.town, case.heir, case.basis, effective_on=day), by=case.planner
    )
    approved(event, case.second)
    IncidentFactory(agency=case.town)
    reorganisation.sweep()  # they hear of it before the day
    event.refresh_from_db()
    assert "phê duyệt lại" in event.obstacle
    at(day)
    assert reorganisation.sweep() == 0
    for who in (case.planner, case.second):
        told = Notice.objects.filter(recipient=who.person, path__contains="sap-xep")
        assert told.count() == 1, "once for each reason"
    case.town.refresh_from_db()
    assert case.town.ends_on is None
    assert approved(event, case.second).state == State.APPLIED


def test_a_failure_leaves_its_reason_and_the_rest_goes_on(case, at):
    day = clock.today() + timedelta(days=10)
    broken = reorganisation.propose(
        merge(case.town, case.heir, case.basis, effective_on=day), by=case.planner
    )
    fine = reorganisation.propose(
        merge(AgencyFactory(), case.heir, case.basis, effective_on=day), by=case.planner
    )
    for event in (broken, fine):
        approved(event, case.second)
    Assignment.objects.filter(account=case.planner.person).update(
        ends_on=day - timedelta(days=1)
    )
    Assignment.objects.filter(account=case.second.person).update(
        ends_on=day - timedelta(days=1)
    )
    # A name that begins later came in by hand: this one alone cannot be applied.
    case.town.names.create(name="Tên sau", short_name="TS", starts_on=day)
    at(day)
    assert reorganisation.sweep() == 1
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.state, fine.state) == (State.APPROVED, State.APPLIED)
    assert "Thị xã Đồng Xoài" in broken.obstacle
    case.town.refresh_from_db()
    assert case.town.ends_on is None
