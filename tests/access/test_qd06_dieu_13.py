"""Quyết định 06/2012/QĐ-UBND, Điều 13.4.d (the log) and 13.5.b (rights)."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from access import audit, checking, sealing
from access.models import (
    Assignment,
    AuditEntry,
    AuditSeal,
    Notice,
    UnsealedEntry,
)
from access.refusals import LastDayError, LongerRightError, OwnRightsError
from access.services import posts
from access.tasks import check_audit
from portal.core import clock
from portal.core.errors import NotAllowedError, SecondPersonError, TransitionError
from portal.core.models import SweepRun
from tests.factories.access import AssignmentFactory, actor

pytestmark = pytest.mark.django_db

APPEND_ONLY = ["access_auditentry", "access_auditseal", "access_sealbatch"]


@pytest.fixture
def chain(admin, django_capture_on_commit_callbacks):
    """Seal seven acts in two batches."""
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(4):
            audit.record(admin.agency, "access.right_granted", by=admin, role=number)
        sealing.seal()
        for number in range(3):
            audit.record(admin.agency, "access.right_ended", by=admin, role=number)
        sealing.seal()
    assert checking.verify() is None


def behind_its_back(sql, *values):
    """Do what somebody with the password of the database can do: no triggers."""
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            for trigger in (f"{table}_keeps_rows", f"{table}_keeps_values"):
                if connection.vendor == "sqlite":
                    cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger}"')
                else:
                    cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger}" ON "{table}"')
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(sql, values)


def entry_at(position):
    return AuditSeal.objects.get(position=position).entry_id


# ── 13.4.d: the log cannot be changed unseen ──────────────────────────────────────
@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("act", ["UPDATE", "DELETE"])
def test_d13_4_d_the_database_itself_refuses_to_change_the_log(chain, table, act):
    key = {"access_auditentry": "id", "access_sealbatch": "number"}.get(
        table, "entry_id"
    )
    sql = f'UPDATE "{table}" SET "{key}" = "{key}"'  # noqa: S608 (our own names)
    if act == "DELETE":
        sql = f'DELETE FROM "{table}"'  # noqa: S608 (our own names)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_d13_4_d_neither_does_the_orm_change_it(chain):
    for change in (
        lambda: AuditEntry.objects.update(actor_name="Ai khác"),
        lambda: AuditEntry.objects.first().save(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("event", "access.right_ended"),
        ("actor_name", "Người vô can"),
        ("agency_name", "Sở khác"),
        ("object_repr", "Việc khác"),
        ("remote_addr", "10.0.0.1"),
        ("device", "Máy khác"),
        ("additional_data", '{"role": 9}'),
        ("changes", '{"a": 1}'),
        ("timestamp", "2020-01-01 00:00:00+00:00"),
    ],
)
def test_d13_4_d_an_altered_entry_is_named(chain, column, value):
    pk = entry_at(3)
    sql = f'UPDATE access_auditentry SET "{column}" = %s WHERE id = %s'  # noqa: S608 (as above)
    behind_its_back(sql, value, pk)
    flaw = checking.verify()
    assert flaw.position == 3
    assert str(pk) in flaw.what


def test_d13_4_d_a_removed_entry_is_missed(chain):
    pk = entry_at(3)
    behind_its_back("DELETE FROM access_auditseal WHERE position = %s", 3)
    behind_its_back("DELETE FROM access_auditentry WHERE id = %s", pk)
    assert checking.verify().position == 3


def test_d13_4_d_closing_the_gap_does_not_hide_a_removal(chain):
    behind_its_back("DELETE FROM access_auditseal WHERE position = %s", 3)
    for position in range(4, 8):
        behind_its_back(
            "UPDATE access_auditseal SET position = %s WHERE position = %s",
            position - 1,
            position,
        )
    assert checking.verify().position == 3


def test_d13_4_d_an_added_entry_is_found(chain, admin):
    strange = AuditEntry.objects.create(
        content_type=AuditEntry.objects.first().content_type,
        object_pk="1",
        object_repr="Bịa đặt",
        action=1,
        event="access.right_granted",
    )
    UnsealedEntry.objects.filter(entry=strange).delete()
    assert str(strange.pk) in checking.verify().what


def test_d13_4_d_reordered_entries_are_found(chain):
    for was, becomes in ((2, 99), (3, 2), (99, 3)):
        behind_its_back(
            "UPDATE access_auditseal SET position = %s WHERE position = %s",
            becomes,
            was,
        )
    assert checking.verify().position == 2


def test_d13_4_d_links_made_anew_do_not_bear_our_signature(chain):
    pk = entry_at(2)
    behind_its_back("UPDATE access_auditentry SET event = 'x' WHERE id = %s", pk)
    link = sealing.FIRST_LINK
    for seal in AuditSeal.objects.select_related("entry__content_type"):
        digest = sealing.digest_of(seal.entry, seal.salt)
        link = sealing.link_after(link, digest)
        behind_its_back(
            "UPDATE access_auditseal SET link = %s WHERE position = %s",
            link,
            seal.position,
        )
        behind_its_back(
            "UPDATE access_sealbatch SET last_link = %s WHERE last_position = %s",
            link,
            seal.position,
        )
    assert checking.verify() is not None


def test_d13_4_d_a_batch_that_is_never_closed_is_found(chain):
    behind_its_back("UPDATE access_sealbatch SET last_position = 0 WHERE number = 1")
    assert checking.verify().position == 1


def test_d13_4_d_cut_off_rows_are_missed_in_the_file_of_heads(chain):
    behind_its_back("DELETE FROM access_auditseal WHERE position > 4")
    behind_its_back("DELETE FROM access_sealbatch WHERE number = 2")
    assert checking.verify() is not None
    heads = checking.head_file().read_text().splitlines()
    assert [json.loads(line)["position"] for line in heads] == [4, 7]
    UnsealedEntry.objects.bulk_create(
        UnsealedEntry(entry=entry) for entry in AuditEntry.objects.filter(seal=None)
    )
    assert checking.verify().position == 5


def test_d13_4_d_a_whole_chain_without_batches_is_not_whole(chain):
    behind_its_back("DELETE FROM access_sealbatch")
    checking.head_file().unlink()
    assert checking.verify() is not None
    # The rows must fit again before the test ends: nothing else is looked at.
    behind_its_back("DELETE FROM access_auditseal")


def test_d13_4_d_the_command_passes_and_then_fails(chain, capsys):
    call_command("audit", "verify")
    assert capsys.readouterr().out.endswith("7 mục.\n")
    behind_its_back(
        "UPDATE access_auditentry SET actor_name = 'x' WHERE id = %s", entry_at(1)
    )
    with pytest.raises(CommandError, match="không còn nguyên vẹn"):
        call_command("audit", "verify")


def test_d13_4_d_a_broken_chain_alarms_the_auditors(chain):
    auditor = actor("auditor")
    check_audit()
    assert SweepRun.objects.filter(name=sealing.CHECKED).exists()
    assert not Notice.objects.exists()
    behind_its_back(
        "UPDATE access_auditentry SET actor_name = 'x' WHERE id = %s", entry_at(1)
    )
    check_audit()
    assert Notice.objects.get().recipient == auditor.person


def test_d13_4_d_an_act_and_its_entry_stand_or_fall_together(admin):
    def act_that_fails():
        with transaction.atomic():
            audit.record(admin.agency, "access.right_granted", by=admin)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_that_fails()
    assert not AuditEntry.objects.exists()


def test_d13_4_d_an_act_that_nobody_named_is_a_bug(admin):
    with pytest.raises(ValueError, match="not a registered act"):
        audit.record(admin.agency, "access.something", by=admin)


# ── 13.5.b: rights are granted by one, confirmed by another, dated ────────────────
@pytest.fixture
def right(admin):
    return AssignmentFactory(
        agency=admin.agency, role_code="records_clerk", granted_by=admin.person
    )


def test_d13_5_b_a_right_stays_flagged_until_the_head_confirms_it(client, admin, right):
    head = actor("agency_head", admin.agency)
    assert right in Assignment.objects.confirmable_by(head.person)
    posts.confirm(right, by=head)
    right.refresh_from_db()
    assert (right.confirmed_by, bool(right.confirmed_at)) == (head.person, True)
    assert right not in Assignment.objects.confirmable_by(head.person)
    first = right.confirmed_at
    assert posts.confirm(right, by=head).confirmed_at == first
    assert AuditEntry.objects.filter(event="access.right_confirmed").count() == 1


def test_d13_5_b_the_grantor_does_not_confirm(admin, right):
    AssignmentFactory(
        account=admin.person, agency=admin.agency, role_code="agency_head"
    )
    with pytest.raises(SecondPersonError):
        posts.confirm(right, by=admin)


def test_d13_5_b_the_holder_does_not_confirm(admin):
    head = actor("agency_head", admin.agency)
    own = Assignment.objects.get(account=head.person)
    with pytest.raises(SecondPersonError):
        posts.confirm(own, by=head)


def test_d13_5_b_the_head_of_another_agency_does_not_confirm(right):
    with pytest.raises(NotAllowedError):
        posts.confirm(right, by=actor("agency_head"))


def test_d13_5_b_the_database_keeps_the_rule_of_two_persons(admin, right):
    for wrong in (
        {"confirmed_by": right.account},
        {"confirmed_by": admin.person},
        {"granted_by": right.account},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.filter(pk=right.pk).update(**wrong)


def test_d13_5_b_a_right_ends_and_stays_on_record(admin, right):
    posts.end(right, clock.today(), by=admin, reason="Chuyển công tác")
    right.refresh_from_db()
    assert right.ends_on == clock.today()
    entry = AuditEntry.objects.get(event="access.right_ended")
    assert ("Lý do", "Chuyển công tác") in [
        (label.capitalize(), value) for label, value in audit.details_of(entry)
    ]


def test_d13_5_b_nobody_ends_his_own_right(admin):
    own = Assignment.objects.get(account=admin.person)
    with pytest.raises(OwnRightsError):
        posts.end(own, clock.today(), by=admin, reason="Thử")


def test_d13_5_b_a_right_does_not_end_before_it_began_nor_twice(admin, right):
    early = right.starts_on - timedelta(days=1)
    with pytest.raises(LastDayError):
        posts.end(right, early, by=admin, reason="Thử")
    Assignment.objects.filter(pk=right.pk).update(
        ends_on=clock.today() - timedelta(days=1)
    )
    with pytest.raises(TransitionError):
        posts.end(right, clock.today(), by=admin, reason="Thử")


def test_d13_5_b_an_end_is_not_put_off_without_a_new_grant(admin, right):
    posts.end(right, clock.today(), by=admin, reason="Thử")
    with pytest.raises(LongerRightError):
        posts.end(right, clock.today() + timedelta(days=9), by=admin, reason="Thử")
    right.refresh_from_db()
    assert right.ends_on == clock.today()


def test_d13_5_b_each_act_names_the_agency_for_which_it_was_done(client, admin):
    entry = audit.record(admin.agency, "access.right_granted", by=admin)
    assert (entry.actor_name, entry.agency_name, entry.remote_addr) == (
        admin.person.full_name,
        admin.agency.name,
        admin.address,
    )
