"""What passes at a reorganisation, to whom, and what ends: never silently.

Source: Quyết định 06/2012/QĐ-UBND, Điều 3.3, 12.5, 13.5.b, 14.1 and 16.1; Quyết định
20/2020/QĐ-TTg for the codes.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from access.models import (
    AccessRequest,
    Agency,
    AgencyChange,
    AgencyCode,
    AgencyEvent,
    AgencyFunction,
    Assignment,
    AuditEntry,
    LoginSession,
    Notice,
    ReportingLine,
)
from access.refusals import (
    CodeGivenError,
    LastProvinceAdministratorError,
    OpenPointsError,
    OwnRightPassesError,
    SecondHeadError,
)
from access.services import reorganisation
from access.services.reorganisation import ChangePlan, Plan
from access.services.reorganisation.preview import Effect
from incidents.models import Incident, Obligation
from policies.models import FormTemplate, InternalRule
from portal.core import clock
from scanning.models import Attachment
from tests.factories.access import (
    AgencyFactory,
    AssignmentFactory,
    AuthorityFactory,
    ReportingLineFactory,
    actor,
)
from tests.factories.incidents import ClockRuleFactory, IncidentFactory
from tests.factories.policies import (
    InternalRuleFactory,
    RuleVersionFactory,
    published_version,
)
from tests.factories.reorganisation import QCVN, Case, approved, merge, superior_plan
from tests.factories.scanning import AttachmentFactory, QuarantineItemFactory

pytestmark = pytest.mark.django_db
Kind, State, Outcome = AgencyEvent.Kind, AgencyEvent.State, AgencyChange.Outcome


@pytest.fixture
def case(db):
    return Case()


# ── Merge ─────────────────────────────────────────────────────────────────────────
def test_a_merge_ends_the_one_and_the_directory_names_the_heir(case):
    below = ReportingLineFactory(superior=case.town).agency
    event = reorganisation.propose(
        merge(case.town, case.heir, case.basis), by=case.planner
    )
    approved(event, case.second)
    yesterday = clock.today() - timedelta(days=1)
    case.town.refresh_from_db()
    assert case.town.ends_on == yesterday
    assert case.town.codes.get().closed_on == yesterday
    assert case.town.name_on(yesterday) == "Thị xã Đồng Xoài"
    assert not case.town.reporting_lines.in_force().exists()
    assert case.town.succeeded_by.get().successor == case.heir
    assert ReportingLine.objects.superior_of(below) == case.heir
    assert ReportingLine.objects.superior_of(below, yesterday) == case.town
    acts = set(AuditEntry.objects.values_list("event", flat=True))
    assert {
        "access.reorganisation_planned",
        "access.reorganisation_approved",
        "access.reorganisation_applied",
        "access.agency_ended",
        "access.code_closed",
    } <= acts


def test_d12_5_incidents_pass_to_the_heir_and_to_nobody_else(case):
    ClockRuleFactory(minutes=True)
    incident = IncidentFactory(agency=case.town)
    duty = Obligation.objects.create(
        incident=incident,
        rule=ClockRuleFactory(code="other", minutes=False),
        debtor=case.town,
        started_at=clock.now(),
        due_at=clock.now(),
        alarm_at=clock.now(),
    )
    closed = IncidentFactory(agency=case.town, state="closed", closed_at=clock.now())
    officer, former, other = (
        actor("security_officer", agency)
        for agency in (case.heir, case.town, AgencyFactory())
    )
    event = reorganisation.propose(
        merge(case.town, case.heir, case.basis), by=case.planner
    )
    assert not Incident.objects.visible_to(officer.person).exists()
    approved(event, case.second)

    for seen in (Incident.objects.visible_to, Incident.objects.handled_by):
        assert set(seen(officer.person)) == {incident, closed}
        assert not seen(former.person).exists()
        assert not seen(other.person).exists()
    assert list(Obligation.objects.handled_by(officer.person)) == [duty]
    incident.refresh_from_db()
    assert (incident.agency, incident.keeper) == (case.town, case.heir)
    assert incident.agency_name == "Thị xã Đồng Xoài"
    entry = incident.timeline.get(kind="handed_on")
    assert "Thị xã Đồng Xoài → Phường Bình Phước" in entry.text
    assert Notice.objects.filter(recipient=officer.person).exists()


def test_d13_5_b_no_right_follows_silently(case):
    stays, goes = (
        actor("records_clerk", case.town),
        actor("security_officer", case.town),
    )
    event = reorganisation.propose(
        merge(case.town, case.heir, case.basis), by=case.planner
    )
    right = goes.person.assignments.get()
    taker = event.changes.get(agency=case.heir)
    reorganisation.decide(
        event, {("access.assignment", str(right.pk)): str(taker.pk)}, by=case.planner
    )
    approved(event, case.second)
    yesterday = clock.today() - timedelta(days=1)
    assert not Assignment.objects.effective().filter(agency=case.town).exists()
    assert not Assignment.objects.effective().filter(account=stays.person).exists()
    new = Assignment.objects.get(agency=case.heir)
    assert (new.account, new.role.code) == (goes.person, "security_officer")
    assert (new.starts_on, new.decision_number) == (clock.today(), "99/QĐ-UBND")
    assert (new.granted_by, new.confirmed_at) == (case.planner.person, None)
    right.refresh_from_db()
    assert right.ends_on == yesterday
    for person in (stays.person, goes.person):
        assert Notice.objects.filter(recipient=person).exists()


def test_nobody_plans_or_approves_that_his_own_right_passes(case):
    own = {
        who.person: AssignmentFactory(
            account=who.person, agency=case.town, role_code="records_clerk"
        )
        for who in (case.planner, case.second)
    }
    event = reorganisation.propose(
        merge(case.town, case.heir, case.basis), by=case.planner
    )
    taker = str(event.changes.get(agency=case.heir).pk)
    mine = ("access.assignment", str(own[case.second.person].pk))
    theirs = ("access.assignment", str(own[case.planner.person].pk))
    reorganisation.decide(event, {mine: taker}, by=case.planner)
    with pytest.raises(OwnRightPassesError):
        approved(event, case.second)
    with pytest.raises(OwnRightPassesError):
        reorganisation.decide(event, {mine: "ends", theirs: taker}, by=case.planner)
    assert not Assignment.objects.filter(agency=case.heir).exists()


def test_d3_3_two_heads_do_not_come_about_by_a_merge(case):
    head = actor("agency_head", case.town)
    actor("agency_head", case.heir)
    event = reorganisation.propose(
        merge(case.town, case.heir, case.basis), by=case.planner
    )
    taker = str(event.changes.get(agency=case.heir).pk)
    right = head.person.assignments.get()
    with pytest.raises(SecondHeadError):
        reorganisation.decide(
            event, {("access.assignment", str(right.pk)): taker}, by=case.planner
        )
    assert not event.inheritances.exists()


def test_the_province_keeps_its_administrators(case):
    case.heir = AgencyFactory()
    with pytest.raises(LastProvinceAdministratorError):
        reorganisation.propose(
            merge(case.province, case.heir, case.basis), by=case.planner
        )


def test_functions_forms_rules_and_files_pass_by_name(case):
    kept = AuthorityFactory(agency=case.town, function="report_receiver")
    form = published_version(template__agency=case.town)
    rule = RuleVersionFactory(rule__agency=case.town, published=True)
    provincial = InternalRuleFactory(agency=case.town, is_provincial=True)
    held = QuarantineItemFactory(attachment__agency=case.town).attachment
    other = AttachmentFactory(agency=case.town, released=True)
    officer = actor("security_officer", case.heir)
    assert not Attachment.objects.visible_to(officer.person).exists()
    approved(
        reorganisation.propose(
            merge(case.town, case.heir, case.basis), by=case.planner
        ),
        case.second,
    )

    yesterday = clock.today() - timedelta(days=1)
    holder = AgencyFunction.objects.holder
    assert holder("report_receiver") == case.heir
    assert holder("report_receiver", yesterday) == case.town
    kept.refresh_from_db()
    assert kept.ends_on == yesterday
    assert FormTemplate.objects.get(pk=form.template_id).agency == case.heir
    form.refresh_from_db()
    assert (form.issuer, form.in_force_to) == (case.town, None)
    rule.refresh_from_db()
    assert rule.in_force_to == yesterday, "the heir has its own rules"
    assert InternalRule.objects.get(pk=provincial.pk).agency == case.heir
    for seen in (Attachment.objects.visible_to, Attachment.objects.handled_by):
        assert set(seen(officer.person)) >= {held}
    assert other in Attachment.objects.visible_to(officer.person)
    held.refresh_from_db()
    assert (held.agency, held.keeper) == (case.town, case.heir)


def test_what_waits_for_the_ended_agency_waits_no_more(case):
    asker = actor("agency_admin", case.town)
    request = AccessRequest.objects.create(
        kind="account", agency=case.town, reason="Người mới", requested_by=asker.person
    )
    approved(
        reorganisation.propose(
            merge(case.town, case.heir, case.basis), by=case.planner
        ),
        case.second,
    )
    request.refresh_from_db()
    assert request.state == "withdrawn"
    assert "99/QĐ-UBND" in request.decision_note


def test_sign_ins_fall_to_another_post_or_to_none(case):
    both, single = actor("records_clerk", case.town), actor("records_clerk", case.town)
    elsewhere = AssignmentFactory(account=both.person).agency
    signed = [
        LoginSession.objects.create(
            account=who.person, key_digest=str(n) * 8, acting_agency=case.town
        )
        for n, who in enumerate((both, single))
    ]
    approved(
        reorganisation.propose(
            merge(case.town, case.heir, case.basis), by=case.planner
        ),
        case.second,
    )
    found = [LoginSession.objects.get(pk=s.pk).acting_agency for s in signed]
    assert found == [elsewhere, None]


# ── Split, abolish, rename, superior, create ──────────────────────────────────────
def test_a_split_asks_for_each_thing_who_takes_it(case):
    other = AgencyFactory()
    AuthorityFactory(agency=case.town, function="incident_coordinator")
    IncidentFactory(agency=case.town)
    plan = merge(case.town, case.heir, case.basis, kind=Kind.SPLIT)
    plan = replace(plan, changes=(*plan.changes, ChangePlan(Outcome.CONTINUES, other)))
    event = reorganisation.propose(plan, by=case.planner)
    seen = reorganisation.build(event)
    assert {row.kind.code for row in seen.open_rows} == {
        "access.function",
        "incidents.incident",
    }
    with pytest.raises(OpenPointsError):
        approved(event, case.second)
    taker = {change.agency: str(change.pk) for change in event.changes.all()}
    choices = {
        (row.kind.code, row.thing.key): taker[other]
        if row.kind.code == "access.function"
        else "ends"
        for row in seen.open_rows
    }
    event = reorganisation.decide(event, choices, by=case.planner)
    approved(event, case.second)
    assert AgencyFunction.objects.holder("incident_coordinator") == other
    assert {s.successor for s in case.town.succeeded_by.all()} == {case.heir, other}


def test_a_part_is_split_off_and_the_rest_stays(case):
    function = AuthorityFactory(agency=case.town, function="form_owner")
    officer = actor("security_officer", case.town)
    incident = IncidentFactory(agency=case.town)
    plan = merge(
        case.town,
        case.heir,
        case.basis,
        kind=Kind.SPLIT,
        changes=(
            ChangePlan(Outcome.CONTINUES, case.town, gives=True),
            ChangePlan(Outcome.CONTINUES, case.heir),
        ),
    )
    event = reorganisation.propose(plan, by=case.planner)
    assert {row.effect for row in reorganisation.build(event).rows} == {Effect.STAYS}
    taker = str(event.changes.get(agency=case.heir).pk)
    reorganisation.decide(
        event, {("access.function", str(function.pk)): taker}, by=case.planner
    )
    approved(event, case.second)
    case.town.refresh_from_db()
    assert case.town.ends_on is None
    assert AgencyFunction.objects.holder("form_owner") == case.heir
    assert list(Incident.objects.handled_by(officer.person)) == [incident]


def test_what_ends_without_an_heir_is_accepted_one_by_one(case):
    IncidentFactory(agency=case.town)
    plan = merge(
        case.town,
        case.heir,
        case.basis,
        kind=Kind.ABOLISH,
        changes=(ChangePlan(Outcome.ENDS, case.town, gives=True),),
    )
    event = reorganisation.propose(plan, by=case.planner)
    (point,) = reorganisation.build(event).open_rows
    with pytest.raises(OpenPointsError, match="1"):
        approved(event, case.second)
    reorganisation.decide(
        event, {(point.kind.code, point.thing.key): "ends"}, by=case.planner
    )
    approved(event, case.second)
    case.town.refresh_from_db()
    assert case.town.has_ended


def test_a_renamed_agency_keeps_its_old_name_on_old_days(case):
    plan = Plan(
        kind=Kind.RENAME,
        effective_on=clock.today(),
        legal_basis=case.basis,
        changes=(
            ChangePlan(
                Outcome.CONTINUES,
                case.town,
                name="Thành phố Đồng Xoài",
                short_name="TP Đồng Xoài",
                code="H10.31",
                scheme=AgencyCode.Scheme.QD20,
            ),
        ),
    )
    old = IncidentFactory(
        agency=case.town, detected_at=clock.now() - timedelta(days=30)
    )
    approved(reorganisation.propose(plan, by=case.planner), case.second)
    case.town.refresh_from_db()
    assert (case.town.name, case.town.code) == ("Thành phố Đồng Xoài", "H10.31")
    assert case.town.name_on(clock.today() - timedelta(days=1)) == "Thị xã Đồng Xoài"
    assert Incident.objects.get(pk=old.pk).agency_name == "Thị xã Đồng Xoài"
    assert case.town.codes.filter(closed_on=None).count() == 2, (
        "each scheme has its own"
    )


def test_a_new_superior_and_a_new_agency(case):
    approved(
        reorganisation.propose(
            superior_plan(case.town, case.heir, case.basis), by=case.planner
        ),
        case.second,
    )
    assert ReportingLine.objects.superior_of(case.town) == case.heir
    yesterday = clock.today() - timedelta(days=1)
    assert ReportingLine.objects.superior_of(case.town, yesterday) == case.province
    new = ChangePlan(
        Outcome.BEGINS,
        name="Công an tỉnh",
        short_name="Công an tỉnh",
        code="000.00.41.H10",
        scheme=QCVN,
        superior=case.province,
    )
    plan = merge(case.town, case.heir, case.basis, kind=Kind.CREATE, changes=(new,))
    approved(reorganisation.propose(plan, by=case.planner), case.second)
    made = Agency.objects.get(code="000.00.41.H10")
    assert (made.starts_on, made.name_on(clock.today())) == (
        clock.today(),
        "Công an tỉnh",
    )
    assert ReportingLine.objects.superior_of(made) == case.province


def test_qd20_a_closed_code_is_never_given_again(case):
    code = case.town.code
    approved(
        reorganisation.propose(
            merge(case.town, case.heir, case.basis), by=case.planner
        ),
        case.second,
    )
    plan = merge(
        case.town,
        case.heir,
        case.basis,
        kind=Kind.RENAME,
        changes=(
            ChangePlan(
                Outcome.CONTINUES,
                case.heir,
                name="Phường mới",
                short_name="PM",
                code=code,
                scheme=QCVN,
            ),
        ),
    )
    with pytest.raises(CodeGivenError):
        reorganisation.propose(plan, by=case.planner)
