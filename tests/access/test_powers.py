"""Who could do what on day D, and why (Điều 8.1, 13.3, 13.5.b, 15.8)."""

import csv
import io
from datetime import date, datetime, time, timedelta
from itertools import product
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access import powers, rights
from access.models import Account, AuditEntry, Role
from access.permissions import LABELS, PERMISSIONS, load_roles
from portal.core import clock
from tests.factories.access import (
    AccountFactory,
    AgencyFactory,
    AssignmentFactory,
    actor,
)
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

PAGE = "/tai-khoan-don-vi/quyen-han/"
FIRST = date(2024, 1, 1)
SPAN = 1200  # days


# ── The question ──────────────────────────────────────────────────────────────────
def a_world(chance: Random):
    """Make agencies that end, people who are suspended, rights cut off, delegations."""

    def day(least=0):
        return FIRST + timedelta(days=chance.randint(least, SPAN))

    def moment():
        return datetime.combine(day(), time(chance.randint(0, 23)), clock.VIETNAM)

    agencies = [
        AgencyFactory(ends_on=chance.choice([None, None, day(300)])) for _n in range(3)
    ]
    people = [AccountFactory(is_active=n % 4 != 3) for n in range(5)]
    roles = list(Role.objects.all())
    own = [
        AssignmentFactory(
            account=chance.choice(people),
            agency=chance.choice(agencies),
            role=chance.choice(roles),
            scope=chance.choice(["inside", "between"]),
            starts_on=starts,
            ends_on=starts + timedelta(days=chance.randint(0, 500)),
            revoked_at=chance.choice([None, None, moment()]),
        )
        for starts in (day() for _n in range(14))
    ]
    for _n in range(8):
        source, starts = chance.choice(own), day()
        delegation = AssignmentFactory(
            account=chance.choice(people),
            agency=source.agency,
            role=source.role,
            scope=source.scope,
            starts_on=starts,
            ends_on=starts + timedelta(days=chance.randint(0, 90)),
            delegated_from=source,
            revoked_at=chance.choice([None, moment()]),
        )
        codes = list(source.role.permissions.values_list("code", flat=True))
        for code in chance.sample(codes, k=chance.randint(1, len(codes))):
            delegation.delegated_permissions.create(code=code)
    return people, agencies


@pytest.mark.parametrize("seed", range(4))
def test_d13_5_b_it_says_yes_exactly_where_the_portal_would_have(seed):
    """For random rights, ends, suspensions and days: the same answer as rights.may."""
    load_roles()
    chance = Random(seed)  # noqa: S311 (the same worlds in each run)
    people, agencies = a_world(chance)
    said_yes = 0
    for day in (clock.today(), *(FIRST + timedelta(days=n) for n in (150, 600))):
        told = {(p.account, p.permission, p.agency) for p in powers.powers(day)}
        for account, agency in product(people, agencies):
            for permission in chance.sample(sorted(PERMISSIONS), k=6):
                may = rights.may(account, permission, agency, on=day)
                assert ((account, permission, agency) in told) is may
                said_yes += may
    assert said_yes


def test_narrower_questions_give_parts_of_the_same_answer():
    load_roles()
    people, agencies = a_world(Random(99))  # noqa: S311 (as above)
    day = FIRST + timedelta(days=500)
    every = powers.powers(day)
    assert powers.powers(day, people[0]) == [p for p in every if p.account == people[0]]
    for agency in agencies:
        assert powers.powers(day, agency=agency) == [
            p for p in every if p.agency == agency
        ]
    reading = powers.powers(day, permission="incidents.read")
    assert reading == [p for p in every if p.permission == "incidents.read"]


def test_the_answer_costs_the_same_for_many():
    load_roles()

    def cost():
        with CaptureQueriesContext(connection) as seen:
            powers.powers(clock.today())
        return len(seen)

    for _n in range(3):
        AssignmentFactory()
    few = cost()
    for _n in range(30):
        AssignmentFactory()
    assert cost() == few <= 3


def test_a_delegated_power_names_the_delegator(admin):
    head = actor("agency_head", admin.agency)
    delegation = AssignmentFactory(
        agency=admin.agency,
        role_code="agency_head",
        ends_on=clock.today(),
        delegated_from=head.person.assignments.get(),
    )
    delegation.delegated_permissions.create(code="incidents.read")
    (power,) = powers.powers(clock.today(), delegation.account)
    assert (power.permission, power.delegator) == ("incidents.read", head.person)
    assert power.assignment == delegation


def test_every_permission_has_words():
    assert set(LABELS) == PERMISSIONS


# ── The page ──────────────────────────────────────────────────────────────────────
def text_of(client, **asked):
    answer = client.get(PAGE, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def reads():
    return AuditEntry.objects.filter(event="access.powers_read")


def test_without_a_question_one_sees_ones_own_powers_of_today(client, admin):
    sign_in(client, admin)
    text = text_of(client)
    assert admin.person.full_name in text
    assert "Quản trị tài khoản của cơ quan" in text
    assert not reads().exists()


def test_d15_8_the_page_says_what_by_which_right_and_the_look_is_an_act(client, admin):
    person = AccountFactory(full_name="Lê Thị Cũ", username="le.cu")
    AssignmentFactory(
        account=person,
        agency=admin.agency,
        role_code="records_clerk",
        starts_on=date(2024, 1, 1),
        ends_on=date(2024, 12, 31),
        decision_number="45/QĐ-SNV",
        granted_by=admin.person,
    )
    sign_in(client, admin)
    text = text_of(client, ngay="2024-06-01", nguoi="le.cu")
    for words in ("Lê Thị Cũ", "45/QĐ-SNV", "31/12/2024", str(LABELS["exchange.send"])):
        assert words in text, words
    entry = reads().get()
    assert entry.object_id == person.pk
    assert entry.additional_data["day"] == "2024-06-01"
    assert "45/QĐ-SNV" not in text_of(client, ngay="2025-01-01", nguoi="le.cu")


def test_one_asks_who_could_do_one_thing(client, admin):
    clerk = AssignmentFactory(agency=admin.agency, role_code="records_clerk").account
    sign_in(client, admin)
    text = text_of(client, co_quan=admin.agency.code, quyen="exchange.send")
    assert clerk.full_name in text
    assert f"{admin.person.full_name}: " not in text


def test_d12_5_another_agencys_people_do_not_exist_here(client, admin, stranger):
    sign_in(client, admin)
    there = {"nguoi": stranger.person.username}
    nobody = {"nguoi": "khong.co.ai"}
    assert stranger.person.full_name not in text_of(client, **there)
    errors = [
        client.get(PAGE, a).context["form"].errors["nguoi"] for a in (there, nobody)
    ]
    assert errors[0] == errors[1]
    assert client.get(PAGE, {"co_quan": stranger.agency.code}).context["form"].errors
    assert stranger.person.full_name not in text_of(client, ngay=clock.today())


def test_the_inspector_reads_all(client, admin, stranger):
    sign_in(client, actor("auditor"))
    text = text_of(client, ngay=clock.today().isoformat())
    assert admin.person.full_name in text
    assert stranger.person.full_name in text


def test_somebody_without_that_right_sees_himself_only(client, admin):
    clerk = actor("records_clerk", admin.agency)
    sign_in(client, clerk)
    text = text_of(client, ngay=clock.today().isoformat())
    assert f"{clerk.person.full_name}: " in text
    assert f"{admin.person.full_name}: " not in text


@pytest.mark.parametrize(
    "wrong", [{"ngay": "hôm qua"}, {"quyen": "x"}, {"co_quan": "x"}, {"page": "-1"}]
)
def test_bad_questions_are_answered_with_a_page(client, admin, wrong):
    sign_in(client, admin)
    assert client.get(PAGE, wrong).status_code == 200


def test_the_page_costs_the_same_for_many(client, admin):
    sign_in(client, admin)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            text_of(client, ngay=clock.today().isoformat())
        return len(seen)

    AssignmentFactory(agency=admin.agency)
    cost()
    few = cost()
    for _n in range(30):
        AssignmentFactory(agency=admin.agency)
    assert cost() == few


def test_the_export_has_a_line_for_each_power_and_is_an_act(client, admin):
    clerk = AssignmentFactory(agency=admin.agency, role_code="records_clerk")
    Account.objects.filter(pk=clerk.account_id).update(full_name="=HYPERLINK(1)")
    sign_in(client, admin)
    today = clock.today()
    answer = client.get(f"{PAGE}tep.csv", {"ngay": today.isoformat()})
    assert answer["Content-Disposition"].startswith("attachment;")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    asked = powers.powers(today, agency=admin.agency)
    assert len(rows) == len(asked)
    assert {row["Họ và tên"] for row in rows} == {
        admin.person.full_name,
        "'=HYPERLINK(1)",
    }
    entry = AuditEntry.objects.get(event="access.powers_exported")
    assert entry.additional_data["lines"] == len(rows)
