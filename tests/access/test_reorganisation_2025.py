"""The real case: Bình Phước in 2025, by the portal's own acts and on its own days.

On 01/3/2025 Sở TT&TT splits what it does between Công an tỉnh and Sở KH&CN; on
01/7/2025 the town of Đồng Xoài ends with all districts, and the codes of the province
close (Quyết định 09/2025/QĐ-TTg). The house of 2012 is what Quyết định 06/2012/QĐ-UBND
saw; what comes out is compared with the chapter that real installations load.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from access.models import (
    Agency,
    AgencyChange,
    AgencyCode,
    AgencyEvent,
    AgencyFunction,
    Assignment,
    Function,
    ReportingLine,
    Succession,
)
from access.refusals import CodeGivenError
from access.services import reorganisation
from access.services.reorganisation import ChangePlan, Plan
from incidents.models import Incident, Obligation
from policies.models import FormTemplate
from portal.core import clock
from portal.core.models import LegalBasis
from portal.ops import reference
from portal.ops.reference import house
from tests.factories.access import AgencyFactory, actor
from tests.factories.incidents import ClockRuleFactory, IncidentFactory
from tests.factories.policies import published_version
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
Kind, Outcome = AgencyEvent.Kind, AgencyChange.Outcome
QCVN = AgencyCode.Scheme.QCVN102

PLANNED_ON = date(2025, 2, 10)
BEFORE_MARCH, MARCH = date(2025, 2, 28), date(2025, 3, 1)
BEFORE_JULY, JULY = date(2025, 6, 30), date(2025, 7, 1)


class Days:
    """The portal's calendar, which the test turns."""

    def __init__(self, monkeypatch):
        self.monkeypatch = monkeypatch
        self.turn(PLANNED_ON)

    def turn(self, day):
        moment = datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)
        self.monkeypatch.setattr(timezone, "now", lambda: moment)


class Province:
    """The house of 2012 in February 2025, with people, incidents and forms in it."""

    def __init__(self):
        reference.load(for_demo=True)
        find = Agency.objects.get
        self.people_of_binh_phuoc = find(code="000.00.00.H10")
        self.office = find(code="000.00.01.H10")
        self.ttt = find(code="000.00.02.H10")
        self.khcn = find(code="000.00.13.H10")
        self.noi_vu = find(code="000.00.05.H10")
        self.town = find(code="000.00.31.H10")
        self.first = actor("province_admin", self.office)
        self.second = actor("province_admin", self.people_of_binh_phuoc)
        self.coordinator = actor("incident_coordinator", self.ttt)
        self.clerk = actor("records_clerk", self.ttt)
        self.editor = actor("form_editor", self.ttt)
        self.khcn_officer = actor("security_officer", self.khcn)
        self.town_officer = actor("security_officer", self.town)
        self.stranger = actor("security_officer", self.noi_vu)
        at = clock.now() - timedelta(days=3)
        self.own_incident = IncidentFactory(agency=self.ttt, detected_at=at)
        self.town_incident = IncidentFactory(agency=self.town, detected_at=at)
        self.form = published_version(template__agency=self.ttt)

    def agree(self, plan, choices=()):
        """Let the first plan and decide, and the second approve what is seen."""
        event = reorganisation.propose(plan, by=self.first)
        takers = {
            change.name or change.agency.name: str(change.pk)
            for change in event.changes.filter(gives=False)
        }
        wanted = {key: takers.get(to, to) for key, to in dict(choices).items()}
        if wanted:
            reorganisation.decide(event, wanted, by=self.first)
        event.refresh_from_db()
        digest = reorganisation.build(event).digest
        return reorganisation.approve(event, digest, by=self.second)

    def split_of_march(self):
        """Plan what happens to Sở TT&TT, thing by thing."""
        plan = Plan(
            kind=Kind.SPLIT,
            effective_on=MARCH,
            legal_basis=LegalBasis.objects.get(
                number="Chuyển nhiệm vụ an toàn thông tin mạng (01/3/2025)"
            ),
            changes=(
                ChangePlan(Outcome.ENDS, self.ttt, gives=True),
                ChangePlan(Outcome.CONTINUES, self.khcn),
                ChangePlan(
                    Outcome.BEGINS,
                    name="Công an tỉnh Bình Phước",
                    short_name="Công an tỉnh",
                    code="000.00.41.H10",
                    scheme=QCVN,
                    level="provincial_department",
                    superior=self.people_of_binh_phuoc,
                ),
            ),
        )
        police, khcn = "Công an tỉnh Bình Phước", self.khcn.name
        function = {f.function: str(f.pk) for f in self.ttt.functions.all()}
        right = self.coordinator.person.assignments.get()
        centre = self.ttt.subordinate_lines.in_force().get()
        choices = {
            ("access.function", function["incident_coordinator"]): police,
            ("access.function", function["report_receiver"]): khcn,
            ("access.assignment", str(right.pk)): police,
            ("access.line", str(centre.pk)): khcn,
            ("incidents.incident", str(self.own_incident.pk)): police,
            ("policies.form", str(self.form.template_id)): khcn,
        }
        for row in self.open_after(plan, choices):
            choices[row] = khcn
        return self.agree(plan, choices)

    def open_after(self, plan, choices):
        """Return what that plan leaves undecided, without keeping the plan."""
        event = reorganisation.propose(plan, by=self.first)
        left = [
            (row.kind.code, row.thing.key)
            for row in reorganisation.build(event).open_rows
        ]
        reorganisation.withdraw(event, by=self.first, reason="Chỉ để xem trước")
        return [key for key in left if key not in choices]


@pytest.fixture
def days(monkeypatch):
    return Days(monkeypatch)


@pytest.fixture
def province(db, days):
    return Province()


def holder(function, day):
    return AgencyFunction.objects.holder(function, day).short_name


def test_d14_3_in_march_the_functions_of_ttt_go_to_two_heirs(province, days):
    event = province.split_of_march()
    assert event.state == "approved"
    assert holder(Function.INCIDENT_COORDINATOR, PLANNED_ON) == "Sở TT&TT"
    days.turn(BEFORE_MARCH)
    assert reorganisation.sweep() == 0
    days.turn(MARCH)
    assert reorganisation.sweep() == 1

    for function, heir in (
        (Function.INCIDENT_COORDINATOR, "Công an tỉnh"),
        (Function.REPORT_RECEIVER, "Sở KH&CN"),
    ):
        assert holder(function, BEFORE_MARCH) == "Sở TT&TT"
        assert holder(function, MARCH) == heir
    province.ttt.refresh_from_db()
    assert province.ttt.ends_on == BEFORE_MARCH
    assert province.ttt.codes.get().closed_on == BEFORE_MARCH


def test_d13_5_b_in_march_one_right_passes_and_the_others_end(province, days):
    province.split_of_march()
    days.turn(MARCH)
    reorganisation.sweep()
    police = Agency.objects.get(code="000.00.41.H10")
    new = Assignment.objects.get(agency=police)
    assert (new.account, new.starts_on) == (province.coordinator.person, MARCH)
    assert (new.granted_by, new.confirmed_by) == (province.first.person, None)
    for person in (province.clerk.person, province.editor.person):
        assert not Assignment.objects.effective(MARCH).filter(account=person).exists()
        assert Assignment.objects.effective(BEFORE_MARCH).filter(account=person)


def test_d12_5_in_march_the_heirs_see_what_is_theirs_and_no_more(province, days):
    ClockRuleFactory(minutes=True)
    province.split_of_march()
    days.turn(MARCH)
    reorganisation.sweep()
    seen = Incident.objects.visible_to
    mine, towns = province.own_incident, province.town_incident
    assert list(seen(province.coordinator.person)) == [mine]
    assert not seen(province.khcn_officer.person).exists()
    assert not seen(province.stranger.person).exists()
    assert list(seen(province.town_officer.person)) == [towns]
    mine.refresh_from_db()
    assert mine.agency_name == "Sở Thông tin và Truyền thông"
    assert mine.keeper.short_name == "Công an tỉnh"
    form = FormTemplate.objects.get(pk=province.form.template_id)
    assert form.agency == province.khcn
    province.form.refresh_from_db()
    assert province.form.issuer == province.ttt


def end_of_the_province(province):
    """Create Đồng Nai and let districts, departments and the old province end."""
    basis = LegalBasis.objects.get(number="202/2025/QH15")
    new = [
        ("000.00.00.H19", "Ủy ban nhân dân tỉnh Đồng Nai", "province"),
        ("000.00.02.H19", "Công an tỉnh Đồng Nai", "provincial_department"),
        ("000.00.03.H19", "Sở KH&CN tỉnh Đồng Nai", "provincial_department"),
        ("000.00.31.H19", "Ủy ban nhân dân phường Bình Phước", "commune"),
        ("000.00.32.H19", "Ủy ban nhân dân phường Đồng Xoài", "commune"),
    ]
    for code, name, level in new:
        change = ChangePlan(
            Outcome.BEGINS,
            name=name,
            short_name=name[:40],
            code=code,
            scheme=QCVN,
            level=level,
        )
        made = province.agree(Plan(Kind.CREATE, JULY, basis, (change,)))
        assert made.state == "applied"
    find = Agency.objects.get
    top, police, khcn = (find(code=f"000.00.0{n}.H19") for n in (0, 2, 3))
    wards = [find(code=f"000.00.{n}.H19") for n in (31, 32)]
    for below in (police, khcn, *wards):
        plan = Plan(
            Kind.SUPERIOR,
            JULY,
            basis,
            (ChangePlan(Outcome.CONTINUES, below, superior=top),),
        )
        province.agree(plan)
    # Both administrators got posts at the new province by the usual two-person act.
    for who in (province.first, province.second):
        Assignment.objects.create(
            account=who.person,
            agency=top,
            role=who.person.assignments.first().role,
            starts_on=JULY,
        )
    return top, police, khcn, wards, basis


def merge_into(province, ending, heirs, basis, kind=Kind.MERGE):
    plan = Plan(
        kind,
        JULY,
        basis,
        (
            *(ChangePlan(Outcome.ENDS, agency, gives=True) for agency in ending),
            *(ChangePlan(Outcome.CONTINUES, agency) for agency in heirs),
        ),
    )
    choices = dict.fromkeys(province.open_after(plan, {}), heirs[0].name)
    return province.agree(plan, choices)


def test_in_july_the_districts_end_and_the_code_of_the_province_closes(
    province, days, client
):
    province.split_of_march()
    days.turn(MARCH)
    reorganisation.sweep()
    days.turn(JULY)
    top, police, khcn, wards, basis = end_of_the_province(province)
    ward_officer = actor("security_officer", wards[0])

    old = Agency.objects.in_force(JULY).filter(code__endswith=".H10")
    town = ("000.00.31.H10", "000.01.31.H10", "000.02.31.H10")
    districts = list(old.filter(level="district").exclude(pk=province.town.pk))
    assert len(districts) == 9
    merge_into(province, list(old.filter(code__in=town)), wards, basis, Kind.ABOLISH)
    merge_into(province, districts, [top], basis, Kind.ABOLISH)
    merge_into(province, [Agency.objects.get(code="000.00.41.H10")], [police], basis)
    centre = Agency.objects.get(code="000.01.02.H10")
    merge_into(province, [province.khcn, centre], [khcn], basis)
    rest = old.exclude(pk=province.people_of_binh_phuoc.pk).order_by("-level")
    merge_into(province, list(rest), [top], basis)
    merge_into(province, [province.people_of_binh_phuoc], [top], basis)

    codes = AgencyCode.objects.filter(code__endswith=".H10")
    assert codes.exists()
    assert not codes.filter(closed_on=None).exists()
    assert codes.get(code="000.00.00.H10").closed_on == BEFORE_JULY
    with pytest.raises(CodeGivenError):
        province.agree(
            Plan(
                Kind.RENAME,
                JULY,
                basis,
                (
                    ChangePlan(
                        Outcome.CONTINUES,
                        top,
                        name="Tên khác",
                        short_name="TK",
                        code="000.00.00.H10",
                        scheme=QCVN,
                    ),
                ),
            )
        )
    # Đ12.5: the town's incident goes to the one ward that was chosen.
    seen = Incident.objects.handled_by
    assert list(seen(ward_officer.person)) == [province.town_incident]
    assert not seen(province.town_officer.person).exists()
    province.town_incident.refresh_from_db()
    assert province.town_incident.agency_name == province.town.name
    assert not Obligation.objects.filter(keeper__ends_on__isnull=False).exists()
    the_same_as_the_chapter()
    directory_of_each_day(province, client)


# The chapter merged these two in March; here they end in July with the rest.
ELSEWHERE = {"000.00.03.H10", "000.00.12.H10"}


def the_same_as_the_chapter():
    """Compare with what the delivered chapter says, where both speak."""
    built = house.build(house.chapters(for_demo=False))
    stored = {agency.code: agency for agency in Agency.objects.all()}
    both = set(stored) & set(built.agencies) - ELSEWHERE
    assert len(both) > 30
    for code in both:
        row, agency = built.agencies[code], stored[code]
        assert (agency.starts_on, agency.ends_on) == (row.starts_on, row.ends_on), code
    for function in (Function.INCIDENT_COORDINATOR, Function.REPORT_RECEIVER):
        for day in (date(2024, 12, 31), BEFORE_MARCH, MARCH, BEFORE_JULY, JULY):
            held = AgencyFunction.objects.holder(function, day)
            assert held.code == built.holder(function, day), (function, day)
    for line in built.lines:
        if {line.agency, line.superior} <= both and line.holds(BEFORE_JULY):
            agency = stored[line.agency]
            above = ReportingLine.objects.superior_of(agency, BEFORE_JULY)
            assert above == stored[line.superior], line
    the_same_successors(built, both)


def the_same_successors(built, both):
    heirs = set(Succession.objects.values_list("predecessor__code", "successor__code"))
    said = {
        (one, other)
        for event in built.events
        for one in event.predecessors
        for other in event.successors
        if {one, other} <= both
        and other != "000.00.01.H19"  # the new office was not opened here
    }
    assert said
    assert said <= heirs


def directory_of_each_day(province, client):
    """Read the directory as somebody who manages nothing."""
    reader = actor("records_clerk", AgencyFactory(name="Cơ quan đọc", code="ĐỌC"))
    sign_in(client, reader)

    def text(day):
        return client.get(f"/co-quan/?ngay={day}&tat-ca=1").content.decode()

    then = text("2024-12-31")
    assert "Sở Thông tin và Truyền thông" in then
    assert "Công an tỉnh Bình Phước" not in then
    march = text("2025-03-01")
    assert "Công an tỉnh Bình Phước" in march
    assert "Ủy ban nhân dân phường Bình Phước" not in march
    july = text("2025-07-01")
    assert "Ủy ban nhân dân phường Bình Phước" in july
    page = client.get(f"/co-quan/{province.ttt.pk}/").content.decode()
    assert "Công an tỉnh" in page
    assert "01/03/2025" in page
