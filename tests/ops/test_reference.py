"""Reference data: readable files become dated rows, and stay what people made of them.

The acceptance checks of Điều 14.1.b and 14.3 are met by the delivered rows themselves.
"""

from datetime import date, timedelta

import pytest
from django.core.management import call_command

from access.models import (
    Agency,
    AgencyCode,
    AgencyEvent,
    AgencyFunction,
    AgencyName,
    AuditEntry,
    Function,
    ReportingLine,
    Role,
    Succession,
)
from access.refusals import NoAuthorityError
from incidents.models import ClockRule, Trigger
from policies.models import FormGroup, RuleVersion
from portal.core.models import LegalBasis
from portal.ops import reference
from portal.ops.models import ReferenceRow
from portal.ops.reference import house, loading
from scanning.models import FormatRule

SEEN_BY_THE_REGULATION = date(2012, 6, 1)
TODAY = date(2026, 11, 22)
MODELS = [
    Agency,
    AgencyCode,
    AgencyEvent,
    AgencyFunction,
    AgencyName,
    ClockRule,
    FormatRule,
    FormGroup,
    LegalBasis,
    ReferenceRow,
    ReportingLine,
    Role,
    RuleVersion,
    Succession,
]


def everything() -> dict[str, list[dict]]:
    return {
        model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS
    }


@pytest.fixture
def demo_house(db):
    reference.load(for_demo=True)


def test_a_second_run_changes_nothing(demo_house):
    entry = AuditEntry.objects.get(event="ops.reference_loaded")
    assert entry.additional_data["added"] > 100
    before, acts = everything(), AuditEntry.objects.count()
    again = reference.load(for_demo=True)
    assert (again.added, again.changed) == (0, 0)
    assert everything() == before
    assert AuditEntry.objects.count() == acts


def test_an_edited_row_of_a_file_is_taken_over(demo_house, monkeypatch):
    edited = house.read("clocks")
    row = next(each for each in edited["clock"] if each["code"] == "receipt")
    row["limit"] = 2
    real = house.read
    monkeypatch.setattr(
        loading.house, "read", lambda name: edited if name == "clocks" else real(name)
    )
    tally = reference.load(for_demo=True)
    assert (tally.added, tally.changed) == (0, 1)
    assert ClockRule.objects.get(code="receipt").limit == 2


def test_what_people_changed_stays_while_the_file_says_the_same(demo_house):
    Agency.objects.filter(code="000.00.05.H10").update(short_name="Nội vụ")
    reference.load(for_demo=True)
    assert Agency.objects.get(code="000.00.05.H10").short_name == "Nội vụ"


def test_the_command_says_what_it_did(db, capsys):
    call_command("reference")
    assert "new, 0 changed" in capsys.readouterr().out


def test_before_the_regulation_no_authority_is_invented(demo_house):
    with pytest.raises(NoAuthorityError):
        AgencyFunction.objects.holder(Function.COMPETENT_AUTHORITY, date(2012, 3, 31))


def test_d14_1_b_the_authority_of_2012_is_not_that_of_2026(demo_house):
    holder = AgencyFunction.objects.holder
    then = holder(Function.COMPETENT_AUTHORITY, SEEN_BY_THE_REGULATION)
    now = holder(Function.COMPETENT_AUTHORITY, TODAY)
    assert then.name == "Bộ Thông tin và Truyền thông (VNCERT)"
    assert now.name == "Bộ Công an (A05)"
    change = date(2025, 3, 1)
    assert holder(Function.COMPETENT_AUTHORITY, change - timedelta(days=1)) == then
    assert holder(Function.COMPETENT_AUTHORITY, change) == now


def test_the_demo_keeps_the_house_of_2012_usable_today(demo_house):
    for code in ("000.00.05.H10", "000.00.01.H10", "000.00.31.H10"):
        assert Agency.objects.in_force(TODAY).filter(code=code).exists()
    coordinator = AgencyFunction.objects.holder(Function.INCIDENT_COORDINATOR, TODAY)
    assert coordinator.code == "000.00.02.H10"
    # Nothing claims a reorganisation that this house has not been through.
    assert not AgencyEvent.objects.exists()
    assert not Agency.objects.filter(code__endswith=".H19").exists()


def test_d14_3_in_2025_the_coordinator_splits_and_the_districts_end(db):
    reference.load(for_demo=False)
    former = Agency.objects.get(code="000.00.02.H10")
    assert former.ends_on == date(2025, 2, 28)
    heirs = {each.successor.short_name for each in former.succeeded_by.all()}
    assert heirs == {"Công an tỉnh", "Sở KH&CN"}
    holder = AgencyFunction.objects.holder
    before, after = date(2025, 2, 28), date(2025, 3, 1)
    assert holder(Function.INCIDENT_COORDINATOR, before) == former
    assert holder(Function.REPORT_RECEIVER, before) == former
    assert holder(Function.INCIDENT_COORDINATOR, after).short_name == "Công an tỉnh"
    assert holder(Function.REPORT_RECEIVER, after).short_name == "Sở KH&CN"
    now = AgencyFunction.objects.get(
        function=Function.INCIDENT_COORDINATOR, ends_on=None
    )
    assert now.agency.name == "Công an tỉnh Đồng Nai"
    assert not now.is_verified, "not seen for Đồng Nai: the page must say so"

    last_day, first_day = date(2025, 6, 30), date(2025, 7, 1)
    assert Agency.objects.in_force(last_day).filter(level="district").count() == 10
    assert not Agency.objects.in_force(first_day).filter(level="district").exists()
    codes = AgencyCode.objects.filter(code__endswith=".H10")
    assert codes.exists()
    assert not codes.filter(closed_on=None).exists()
    assert not codes.filter(closed_on__gt=last_day).exists()
    ended = Agency.objects.exclude(ends_on=None).exclude(agency_type="central")
    assert ended.count() > 30
    assert not ended.filter(succeeded_by=None).exists()


def built(for_demo: bool) -> house.House:
    return house.build(house.chapters(for_demo=for_demo))


def days_of_change(one: house.House) -> set[date]:
    spans = [*one.agencies.values(), *one.lines, *one.functions]
    starts = {span.starts_on for span in spans}
    return starts | {span.ends_on for span in spans if span.ends_on} | {TODAY}


@pytest.mark.parametrize("for_demo", [True, False])
def test_every_function_has_one_holder_on_every_day(for_demo):
    one = built(for_demo)
    for day in days_of_change(one):
        for function in Function:
            held = [
                each
                for each in one.functions
                if each.function == function and each.holds(day)
            ]
            assert len(held) == 1, (function, day)
            assert one.agencies[held[0].agency].holds(day)


@pytest.mark.parametrize("for_demo", [True, False])
def test_d1_every_chain_of_superiors_ends_at_the_province(for_demo):
    one = built(for_demo)
    for day in days_of_change(one):
        above = {line.agency: line.superior for line in one.lines if line.holds(day)}
        for code, agency in one.agencies.items():
            if agency.agency_type == "central" or not agency.holds(day):
                continue
            chain = [code]
            while chain[-1] in above:
                assert above[chain[-1]] not in chain
                chain.append(above[chain[-1]])
            assert one.agencies[chain[-1]].level == "province", (code, day)
            assert all(one.agencies[each].holds(day) for each in chain), (chain, day)


def test_a_row_that_names_an_unknown_agency_stops_the_load():
    wrong = house.chapters(for_demo=True)
    wrong[0]["function"][0]["agency"] = "000.00.99.H10"
    with pytest.raises(KeyError, match=r"000\.00\.99"):
        house.build(wrong)


def test_every_clock_names_a_law_and_says_whether_it_was_verified(demo_house):
    clocks = ClockRule.objects.select_related("legal_basis")
    never_started = set(Trigger) - {clock.trigger for clock in clocks}
    assert not never_started
    for clock in clocks:
        assert clock.legal_basis, clock
        assert clock.is_verified or clock.note, f"{clock} must say what is missing"

    at_once = clocks.in_force(TODAY).get(trigger=Trigger.BEYOND_CAPACITY)
    assert (at_once.limit, at_once.recipient_kind) == (0, "competent_authority")
    assert at_once.source == "Điều 14.1.b, 06/2012/QĐ-UBND"

    before, after = date(2025, 12, 31), date(2026, 1, 1)
    personal = clocks.filter(code="personal-data")
    assert personal.in_force(before).get().legal_basis.number == "13/2023/NĐ-CP"
    assert personal.in_force(after).get().legal_basis.number == "91/2025/QH15"


def test_no_duty_has_two_clocks_on_one_day():
    clocks = house.read("clocks")["clock"]
    for clock in clocks:
        same = [each for each in clocks if each["code"] == clock["code"]]
        on_its_first_day = [
            each
            for each in same
            if each["starts_on"] <= clock["starts_on"]
            and each.get("ends_on", date.max) >= clock["starts_on"]
        ]
        assert on_its_first_day == [clock]


def test_law_and_regulation_are_on_the_shelf(demo_house):
    former = LegalBasis.objects.get(number="29/2018/QH14")
    assert former.replaced_by is not None
    assert former.replaced_by.number == "117/2025/QH15"
    assert not former.is_in_force(TODAY)
    version = RuleVersion.objects.get(number="06/2012/QĐ-UBND")
    assert version.in_force_from == date(2012, 4, 1)
    assert version.rule.agency.code == "000.00.00.H10"
