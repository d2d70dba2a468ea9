"""Điều 14: what an agency owes when an incident strikes, and its superior."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from access.models import AuditEntry, Notice
from access.refusals import NoAuthorityError
from incidents import services
from incidents.models import (
    EntryKind,
    EscalationStep,
    Obligation,
    State,
    StepRole,
    StepSubject,
)
from incidents.refusals import (
    DutyOpenError,
    NoMeasureError,
    NoMinutesError,
    NotReceivedYetError,
    NotReportedHereError,
    PropertiesMissingError,
)
from portal.core import clock
from portal.core.errors import NotAllowedError, TransitionError
from portal.core.models import SweepRun
from tests.factories.access import (
    AgencyFactory,
    AuthorityFactory,
    ReportingLineFactory,
    actor,
)
from tests.factories.incidents import (
    ClockRuleFactory,
    IncidentFactory,
    minutes_content,
)

pytestmark = pytest.mark.django_db
HELP = {"harm": "Mất thư", "needs": "Cán bộ kỹ thuật", "telephone": "0912 345 678"}


def escalate(incident, by):
    return services.escalate_beyond_capacity(incident, by=by, **HELP)


def record(case, **facts):
    facts = {"title": "Máy chủ bị mã hoá", "is_availability_hit": True} | facts
    detected_at = facts.pop("detected_at", clock.now() - timedelta(hours=1))
    return services.record_incident(
        case.town, by=case.officer, detected_at=detected_at, **facts
    )


def test_d14_1_a_the_minutes_go_to_the_direct_superior_and_end_the_duty(case, swept):
    incident = record(case)
    duty = incident.obligations.get(rule__code="minutes")
    assert (duty.debtor, duty.recipient) == (case.town, case.superior)

    minutes = services.issue_minutes(
        incident, by=case.officer, content=minutes_content()
    )
    swept()

    step = incident.steps.get(minutes=minutes)
    assert (step.recipient, step.role) == (case.superior, StepRole.AS_SUPERIOR)
    assert step.sent_at
    duty.refresh_from_db()
    assert duty.done_at
    services.acknowledge(incident, by=case.superior_officer)
    step.refresh_from_db()
    assert step.received_at


def test_d14_1_a_after_a_merger_the_minutes_go_to_the_new_superior(case):
    incident = record(case)
    heir = AgencyFactory()
    yesterday = clock.today() - timedelta(days=1)
    case.town.reporting_lines.update(ends_on=yesterday)
    ReportingLineFactory(agency=case.town, superior=heir, starts_on=clock.today())

    minutes = services.issue_minutes(
        incident, by=case.officer, content=minutes_content()
    )

    assert minutes.steps.get().recipient == heir


def test_d14_1_a_without_minutes_nothing_is_closed(case, swept):
    incident = record(case)
    services.start_handling(incident, by=case.officer)
    with pytest.raises(NoMeasureError):
        services.mark_mastered(incident, by=case.officer)
    services.add_measure(
        incident, by=case.officer, text="Ngắt mạng", happened_at=clock.now()
    )
    services.mark_mastered(incident, by=case.officer)
    with pytest.raises(NoMinutesError):
        services.ask_for_confirmation(incident, by=case.officer)

    services.issue_minutes(incident, by=case.officer, content=minutes_content())
    services.ask_for_confirmation(incident, by=case.officer)
    with pytest.raises(NotReportedHereError):
        services.confirm_closing(incident, by=case.officer)
    with pytest.raises(DutyOpenError, match="biên bản"):
        services.confirm_closing(incident, by=case.superior_officer)
    swept()
    closed = services.confirm_closing(incident, by=case.superior_officer)
    assert closed.state == State.CLOSED


def test_d14_1_b_the_report_goes_to_the_authority_of_the_day_of_detection(roles):
    ClockRuleFactory()
    former = AuthorityFactory(ends_on=date(2025, 2, 28))
    present = AuthorityFactory(starts_on=date(2025, 3, 1))

    for year, authority in [(2012, former), (2026, present)]:
        officer = actor()
        incident = IncidentFactory(
            agency=officer.agency, detected_at=datetime(year, 6, 1, tzinfo=UTC)
        )
        step = escalate(incident, officer)
        assert step.recipient == authority.agency
        duty = incident.obligations.get(rule__code="d14_1_b")
        assert duty.recipient == authority.agency


def test_d14_1_b_without_an_authority_on_record_nothing_pretends_to_be_sent(roles):
    ClockRuleFactory()
    officer = actor()
    incident = IncidentFactory(agency=officer.agency)

    with pytest.raises(NoAuthorityError):
        escalate(incident, officer)
    incident.refresh_from_db()
    assert not incident.beyond_capacity
    assert not incident.steps.exists()
    assert not incident.obligations.exists()
    assert not AuditEntry.objects.filter(event="incidents.escalated").exists()

    AuthorityFactory()
    assert escalate(incident, officer).pk


def test_d14_1_b_superior_and_coordinator_get_copies_at_once(case, swept):
    incident = record(case)
    step = escalate(incident, case.officer)
    told = {(s.role, s.recipient) for s in incident.steps.all()}
    assert told == {
        (StepRole.AS_AUTHORITY, case.authority),
        (StepRole.AS_SUPERIOR, case.superior),
        (StepRole.AS_COORDINATOR, case.coordinator),
    }
    assert step.sent_at is None
    swept()
    step.refresh_from_db()
    assert step.sent_at
    assert step.readers == 1
    for person in (
        case.authority_officer,
        case.superior_officer,
        case.coordinator_officer,
    ):
        notice = Notice.objects.get(recipient=person.account)
        assert incident.number in notice.subject
        assert notice.path == incident.get_absolute_url()
    assert not Notice.objects.filter(recipient=case.stranger.account).exists()


def test_d14_1_b_twice_is_one_report(case, swept):
    incident = record(case)
    first = escalate(incident, case.officer)
    again = escalate(incident, case.officer)

    assert first == again
    assert incident.steps.count() == 3
    assert incident.obligations.filter(rule__code="d14_1_b").count() == 1
    assert AuditEntry.objects.filter(event="incidents.escalated").count() == 1
    swept()
    swept()
    sent = incident.timeline.filter(kind=EntryKind.SENT)
    assert sent.count() == 3


def test_d14_1_b_the_duty_says_at_once_and_is_done_when_the_authority_is_told(
    case, swept
):
    incident = record(case)
    escalate(incident, case.officer)
    duty = incident.obligations.get(rule__code="d14_1_b")
    assert duty.is_at_once
    assert duty.due_at == duty.started_at
    assert duty.done_at is None
    swept()
    duty.refresh_from_db()
    step = incident.steps.get(role=StepRole.AS_AUTHORITY)
    assert duty.done_at == step.sent_at
    assert not duty.is_late


def test_d14_1_b_a_draft_can_be_reported_without_recording_it_first(case):
    incident = services.draft_incident(
        case.town, by=case.officer, detected_at=clock.now(), title="Tệp bị giữ"
    )
    escalate(incident, case.officer)
    incident.refresh_from_db()
    assert incident.state == State.RECORDED


def test_d14_1_b_nobody_to_read_is_said_and_alarms_the_agency(roles, swept):
    ClockRuleFactory()
    authority = AuthorityFactory(
        agency__agency_type="central", agency__telephone="069 234 1234"
    )
    officer = actor()
    incident = IncidentFactory(agency=officer.agency)
    step = escalate(incident, officer)
    swept()

    step.refresh_from_db()
    assert step.is_undelivered
    assert step.sent_at is None
    notice = Notice.objects.get(recipient=officer.account)
    assert "069 234 1234" in notice.body
    duty = incident.obligations.get()
    assert duty.done_at is None

    at = clock.now() - timedelta(minutes=1)
    services.note_reported_outside(
        step, by=officer, at=at, to_whom="Trực ban, đồng chí Lê Văn Cường"
    )
    step.refresh_from_db()
    duty.refresh_from_db()
    assert step.sent_at == step.received_at == duty.done_at == at
    entry = incident.timeline.get(kind=EntryKind.REPORTED_OUTSIDE)
    assert "Lê Văn Cường" in entry.text
    assert entry.happened_at == at
    assert entry.by == officer.account
    assert authority.agency.name in entry.text


def test_d14_1_b_people_who_come_later_are_still_told(case, swept):
    case.authority.assignments.update(ends_on=date(2020, 1, 1))
    incident = record(case)
    step = escalate(incident, case.officer)
    swept()
    step.refresh_from_db()
    assert step.is_undelivered
    assert step.due_at > clock.now()

    actor(agency=case.authority)
    EscalationStep.objects.filter(pk=step.pk).update(due_at=clock.now())
    swept()
    step.refresh_from_db()
    assert step.sent_at


def test_d14_1_b_an_undone_report_sounds_the_alarm_once(roles, swept, monkeypatch):
    ClockRuleFactory()
    AuthorityFactory(agency__agency_type="central")
    officer = actor()
    incident = IncidentFactory(agency=officer.agency)
    escalate(incident, officer)
    swept()
    assert not incident.timeline.filter(kind=EntryKind.LATE).exists()

    later = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr("portal.core.clock.now", lambda: later)
    swept()
    swept()
    assert incident.timeline.filter(kind=EntryKind.LATE).count() == 1
    assert AuditEntry.objects.filter(event="incidents.duty_late").count() == 1
    assert incident.obligations.get().is_late


def test_d14_1_c_guidance_is_acknowledged_by_the_agency(case, swept):
    incident = record(case)
    escalate(incident, case.officer)
    services.acknowledge(incident, by=case.superior_officer)
    directive = services.give_directive(
        incident, by=case.superior_officer, text="Ngắt máy chủ khỏi mạng."
    )
    assert directive.is_waiting
    with pytest.raises(NotAllowedError):
        services.acknowledge_directive(directive, by=case.superior_officer)
    directive = services.acknowledge_directive(directive, by=case.officer)
    assert directive.acknowledged_by == case.officer.account
    assert not directive.is_waiting


def test_d14_1_d_a_corrected_t0_keeps_both_values_and_counts_anew(case):
    incident = record(case, detected_at=clock.now() - timedelta(hours=1))
    rule = ClockRuleFactory(
        code="from_t0",
        trigger="recorded",
        counts_from_detection=True,
        limit=72,
        fulfilled_by="by_hand",
    )
    before = record(case, detected_at=clock.now() - timedelta(hours=1))
    old = before.obligations.get(rule=rule)
    became = (clock.now() - timedelta(hours=5)).replace(second=0, microsecond=0)

    services.correct_detection(
        before, by=case.officer, became=became, reason="Theo nhật ký tường lửa"
    )

    old.refresh_from_db()
    new = before.obligations.get(rule=rule, is_replaced=False)
    assert (old.is_replaced, new.replaces) == (True, old)
    assert new.due_at == became + timedelta(hours=72)
    assert old.due_at == old.started_at + timedelta(hours=72)
    correction = before.detection_corrections.get()
    assert (correction.was, correction.became) == (old.started_at, became)
    assert not incident.detection_corrections.exists()


def test_d14_1_d_a_changed_rule_moves_no_deadline_that_was_given(case):
    incident = record(case)
    duty = incident.obligations.get(rule__code="minutes")
    due = duty.due_at
    duty.rule.limit = 1
    duty.rule.save()
    duty.refresh_from_db()
    assert duty.due_at == due
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        Obligation.objects.filter(pk=duty.pk).update(due_at=clock.now())


def test_d14_2_a_the_superior_receives_and_gives_guidance(case, swept):
    incident = record(case)
    escalate(incident, case.officer)
    swept()
    step = incident.steps.get(role=StepRole.AS_SUPERIOR)
    receipt = step.obligations.get(rule__code="receipt")
    assert (receipt.debtor, receipt.recipient) == (case.superior, case.town)
    assert receipt.due_at == step.__class__.objects.get(pk=step.pk).sent_at + timedelta(
        hours=1
    )
    with pytest.raises(NotReceivedYetError):
        services.give_directive(incident, by=case.superior_officer, text="Chờ")

    services.acknowledge(incident, by=case.superior_officer)
    assert services.acknowledge(incident, by=case.superior_officer) == []
    receipt.refresh_from_db()
    assert receipt.done_at
    owed = step.obligations.get(rule__code="directive")
    assert owed.due_at - owed.started_at == timedelta(hours=4)

    services.give_directive(
        incident, by=case.superior_officer, text="Giữ nguyên hiện trường."
    )
    owed.refresh_from_db()
    step.refresh_from_db()
    assert owed.done_at
    assert step.directed_at
    assert Notice.objects.filter(recipient=case.officer.account).count() == 2


def test_d14_2_a_no_guidance_needed_is_recorded_with_its_reason(case, swept):
    incident = record(case)
    escalate(incident, case.officer)
    services.acknowledge(incident, by=case.superior_officer)
    directive = services.give_directive(
        incident,
        by=case.superior_officer,
        kind="not_needed",
        text="Đơn vị đã xử lý đúng.",
    )
    step = incident.steps.get(role=StepRole.AS_SUPERIOR)
    assert step.completed_at
    assert not directive.is_waiting
    assert not step.obligations.owed().exists()


def test_d14_2_a_silence_of_the_superior_is_brought_before_the_coordinator(
    case, swept, monkeypatch
):
    incident = record(case)
    escalate(incident, case.officer)
    swept()
    Notice.objects.all().delete()

    later = clock.now() + timedelta(hours=1, minutes=1)
    monkeypatch.setattr("portal.core.clock.now", lambda: later)
    swept()
    swept()

    entry = incident.timeline.filter(kind=EntryKind.SILENCE)
    assert case.superior.name in " ".join(entry.values_list("text", flat=True))
    subjects = Notice.objects.filter(recipient=case.coordinator_officer.account)
    assert any(case.superior.name in n.subject for n in subjects)
    mine = Notice.objects.filter(recipient=case.officer.account)
    assert any("02713 879 999" in n.subject for n in mine)


def test_d14_2_a_the_coordinator_of_today_sees_a_silence_it_was_not_told_of(
    case, swept, monkeypatch
):
    case.coordinator.functions.update(ends_on=date(2020, 1, 1))
    incident = record(case)
    escalate(incident, case.officer)
    assert not incident.steps.filter(role=StepRole.AS_COORDINATOR).exists()
    swept()
    case.coordinator.functions.update(ends_on=None)
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr("portal.core.clock.now", lambda: later)
    swept()
    step = incident.steps.get(role=StepRole.AS_COORDINATOR)
    assert (step.subject, step.recipient) == (StepSubject.SILENCE, case.coordinator)


def test_d14_2_a_a_stranger_neither_receives_nor_guides(case, swept):
    incident = record(case)
    escalate(incident, case.officer)
    for act in (
        lambda: services.acknowledge(incident, by=case.stranger),
        lambda: services.give_directive(incident, by=case.stranger, text="?"),
    ):
        with pytest.raises(NotReportedHereError):
            act()
    with pytest.raises(NotAllowedError):
        escalate(record(case), case.stranger)
    with pytest.raises(NotAllowedError):
        escalate(record(case), case.auditor)


def test_d4_9_handling_starts_only_when_it_is_known_what_is_hit(case):
    incident = record(case, is_availability_hit=False)
    with pytest.raises(PropertiesMissingError):
        services.start_handling(incident, by=case.officer)
    services.change_details(incident, by=case.officer, is_integrity_hit=True)
    assert services.start_handling(incident, by=case.officer).state == State.HANDLING


def test_no_move_that_the_table_does_not_have(case):
    incident = record(case)
    with pytest.raises(TransitionError):
        services.ask_for_confirmation(
            services.issue_minutes(
                incident, by=case.officer, content=minutes_content()
            ).incident,
            by=case.officer,
        )


def test_nothing_of_an_incident_can_be_deleted_or_rewritten(case, swept):
    incident = record(case)
    escalate(incident, case.officer)
    entry = incident.timeline.earliest("pk")
    step = incident.steps.earliest("pk")
    for act in (
        lambda: type(incident).objects.filter(pk=incident.pk)._raw_delete("default"),
        lambda: type(entry).objects.filter(pk=entry.pk).update(text="khác"),
        lambda: type(entry).objects.filter(pk=entry.pk)._raw_delete("default"),
        lambda: type(step).objects.filter(pk=step.pk).update(recipient=case.town),
        lambda: type(step).objects.filter(pk=step.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_sweep_leaves_a_sign_of_life(case, swept):
    assert SweepRun.silent(["incidents"]) == ["incidents"]
    swept()
    assert SweepRun.silent(["incidents"]) == []


def test_a_duty_soon_due_is_told_once_and_before_it_is_late(case, swept, monkeypatch):
    incident = record(case)
    Notice.objects.all().delete()
    swept()
    assert not Notice.objects.exists()
    later = clock.now() + timedelta(days=2, hours=12)
    monkeypatch.setattr("portal.core.clock.now", lambda: later)
    swept()
    swept()
    notice = Notice.objects.get(recipient=case.officer.account)
    assert notice.subject.startswith("Sắp đến hạn")
    assert incident.number in notice.subject


def test_numbers_run_on_within_a_year_and_never_repeat(case):
    first, second = record(case), record(case)
    year = clock.today().year
    assert first.number == f"SC-{year}-000001"
    assert second.number == f"SC-{year}-000002"


def test_what_nobody_may_write_is_refused_by_the_service(case):
    with pytest.raises(ValueError, match="state"):
        services.change_details(record(case), by=case.officer, state=State.CLOSED)


def test_d4_8_text_is_kept_in_nfc(case):
    incident = record(case, title=unicodedata.normalize("NFD", "Sở Nội vụ mất điện"))
    assert unicodedata.is_normalized("NFC", incident.title)
