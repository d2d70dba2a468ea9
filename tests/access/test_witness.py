"""Điều 13.4.d and 13.5.b: what goes round the portal is seen by the database."""

import json
import re
import secrets
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import DatabaseError

from access import checking, witness
from access.login import second_factor
from access.models import (
    Account,
    Agency,
    Assignment,
    AuditEntry,
    Role,
    RolePermission,
    RowChange,
    TotpDevice,
    UnsealedEntry,
    UntoldChange,
    WitnessedChange,
)
from access.querysets.trail import ROW_CHANGED
from access.tasks import seal_audit
from tests.factories.access import AssignmentFactory, actor
from tests.signed_in import enrolled, sign_in

pytestmark = pytest.mark.django_db

GUARDING = ("access.migrations.0003_row_changes",)
GUARDING += ("access.migrations.0005_connector_changes",)


def guards():
    found = {}
    for module in GUARDING:
        found |= import_module(module).GUARDS
    return found


@pytest.fixture
def told(admin):
    """Tell of what the fixtures made, so that only what follows is new."""
    seal_audit()


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def nothing_waits():
    """Check what is deferred now: PostgreSQL truncates no table that waits for it."""
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")


def seen():
    return list(RowChange.objects.filter(witness=None).order_by("pk"))


# ── What is seen ──────────────────────────────────────────────────────────────────
def test_d13_5_b_a_right_written_past_the_portal_is_seen(told, admin):
    rights = Assignment.objects.filter(account=admin.person)
    role = Role.objects.get(code="province_admin")
    rights.update(role=role)
    sql("UPDATE access_assignment SET ends_on = NULL, scope = 'inside'")
    sql("DELETE FROM access_rolepermission WHERE code = %s", "accounts.manage")
    kinds = {(change.table, change.operation) for change in seen()}
    assert kinds == {
        ("access_assignment", "update"),
        ("access_rolepermission", "delete"),
    }
    first = seen()[0]
    assert json.loads(first.after)["role_id"] == role.pk
    assert json.loads(first.before)["role_id"] != role.pk
    assert first.happened_at.endswith("Z")


def test_bulk_acts_of_the_orm_are_seen(told, admin):
    role = Role.objects.get(code="auditor")
    RolePermission.objects.bulk_create(
        [RolePermission(role=role, code="accounts.manage")]
    )
    Account.objects.filter(pk=admin.person.pk).update(is_active=False)
    RolePermission.objects.filter(role=role, code="accounts.manage").delete()
    assert [change.operation for change in seen()] == ["insert", "update", "delete"]


def test_an_update_that_changes_nothing_is_no_change(told, admin):
    Assignment.objects.update(decision_number="")
    Account.objects.update(search_text="khác")
    assert seen() == []


def test_the_database_counts_rows_as_before(told, admin):
    """Triggers must not disturb what the ORM learns of its own statements."""
    AssignmentFactory(agency=admin.agency)
    assert Assignment.objects.update(position="Chuyên viên") == 2
    made = AssignmentFactory(agency=admin.agency)
    assert Assignment.objects.get(pk=made.pk).account_id == made.account_id


@pytest.mark.parametrize("model", sorted(guards()))
def test_each_guarded_table_bears_its_triggers(model):
    """A later migration that rewrites a table on SQLite would lose them silently."""
    table = apps.get_model("access", model)._meta.db_table
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type='trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        names = {name for (name,) in cursor.fetchall()}
    assert {f"{table}_notes_{op}" for op in ("insert", "update", "delete")} <= names


def test_every_table_on_which_rights_rest_is_guarded():
    models = {model.__name__ for model in apps.get_app_config("access").get_models()}
    left_out = {
        # The trail itself: append-only, and sealed.
        *("AuditEntry", "AuditSeal", "SealBatch", "UnsealedEntry"),
        *("RowChange", "UntoldChange", "WitnessedChange", "ReviewReport"),
        # Each sign-in is an act already, and what is told to people gives no right.
        *("LoginSession", "KnownDevice", "Notice", "PasskeyAttestation"),
        # Plans and lists: what comes of them is guarded. How much a system asked for.
        *("AgencyChange", "Inheritance", "StaffList", "ConnectorUsage"),
    }
    assert models - left_out <= set(guards()) | {"DepartedDevice"}


# ── Secrets ───────────────────────────────────────────────────────────────────────
def test_d13_4_b_secrets_are_never_copied(told, admin):
    device = enrolled(admin)
    codes = second_factor.new_codes(admin.person, by=admin)
    account = Account.objects.get(pk=admin.person.pk)
    account.identity_digest = secrets.token_hex(32)
    account.save()
    before = TotpDevice.objects.get(pk=device.pk).sealed_seed
    TotpDevice.objects.update(sealed_seed="khác")
    digests = [
        code.digest for sheet in account.recoverydevice_set.all()
        for code in sheet.codes.all()
    ]  # fmt: skip
    witness.tell()
    copied = "".join(change.before + change.after for change in RowChange.objects.all())
    copied += "".join(
        json.dumps(entry.additional_data) for entry in AuditEntry.objects.all()
    )
    assert len(digests) == len(codes)
    hidden = [account.password, account.identity_digest, before, device.seed.hex()]
    for secret in [*hidden, *digests, *codes]:
        assert secret not in copied
    # That it was changed is told.
    last = RowChange.objects.filter(table="access_totpdevice").last()
    assert json.loads(last.after)["sealed_seed"] == "changed"


# ── What is told ──────────────────────────────────────────────────────────────────
def test_each_change_becomes_part_of_a_sealed_entry(told, admin):
    sql("UPDATE access_assignment SET scope = 'inside'")
    right = Assignment.objects.get(account=admin.person)
    seal_audit()
    entry = AuditEntry.objects.filter(event=ROW_CHANGED).latest("pk")
    assert entry.seal
    assert entry.agency == admin.agency
    assert entry.object_pk == str(right.pk)
    assert entry.additional_data["changes"] == [
        {
            "row": str(right.pk),
            "before": {"scope": "between"},
            "after": {"scope": "inside"},
        }
    ]
    assert not UntoldChange.objects.exists()
    assert checking.verify() is None


def test_many_alike_share_entries_and_none_is_lost(told, admin):
    for _number in range(30):
        AssignmentFactory(agency=admin.agency)
    seal_audit()
    before = AuditEntry.objects.count()
    for _round in range(4):
        sql("UPDATE access_assignment SET position = position || 'x'")
    assert witness.tell() == 4 * 31
    assert AuditEntry.objects.count() == before + 2
    assert WitnessedChange.objects.count() == RowChange.objects.count()
    assert witness.tell() == 0


def test_a_change_kept_from_the_trail_is_found(told, admin):
    Assignment.objects.update(position="Phó phòng")
    UntoldChange.objects.all().delete()
    change = RowChange.objects.filter(witness=None).get()
    assert str(change.pk) in checking.verify().what


@pytest.mark.parametrize("table", ["access_rowchange", "access_witnessedchange"])
@pytest.mark.parametrize("act", ["UPDATE", "DELETE", "TRUNCATE"])
def test_d13_4_d_what_was_seen_cannot_be_changed(told, table, act):
    key = "id" if table == "access_rowchange" else "change_id"
    statement = {
        "UPDATE": f'UPDATE "{table}" SET "{key}" = "{key}"',  # noqa: S608 (our own)
        "DELETE": f'DELETE FROM "{table}"',  # noqa: S608 (our own)
        "TRUNCATE": f'TRUNCATE "{table}" CASCADE',
    }[act]
    if act == "TRUNCATE" and connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    nothing_waits()
    with pytest.raises(DatabaseError, match=r"append-only|keeps"), transaction.atomic():
        sql(statement)


@pytest.mark.parametrize(
    "table", ["access_auditentry", "access_auditseal", "access_assignment"]
)
def test_d13_4_d_no_table_that_counts_is_emptied_at_once(told, table):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    nothing_waits()
    with pytest.raises(DatabaseError, match="keeps"), transaction.atomic():
        sql(f'TRUNCATE "{table}" CASCADE')


def test_what_somebody_writes_into_the_notes_does_not_stop_the_sealer(told, admin):
    for told_as in ("{không phải JSON", "[]", '{"agency_id": 99}', '{"agency_id": []}'):
        change = RowChange.objects.create(
            table="không có", row="x", operation="khác", after=told_as, happened_at="?"
        )
        UntoldChange.objects.create(change=change)
    seal_audit()
    assert not UntoldChange.objects.exists()
    assert checking.verify() is None


def test_a_deleted_agency_is_told_of(told):
    made = Agency.objects.create(
        code="x", name="Cơ quan thoáng qua", short_name="x", starts_on="2020-01-01"
    )
    Agency.objects.filter(pk=made.pk).delete()
    seal_audit()
    names = AuditEntry.objects.filter(event=ROW_CHANGED).values_list(
        "additional_data", flat=True
    )
    assert any("Cơ quan thoáng qua" in json.dumps(n, ensure_ascii=False) for n in names)


# ── What people see ───────────────────────────────────────────────────────────────
def test_people_are_not_drowned_but_can_ask(client, told, admin):
    sql("UPDATE access_assignment SET scope = 'inside'")
    seal_audit()
    sign_in(client, actor("auditor"))
    assert "cơ sở dữ liệu" not in cells(client.get("/nhat-ky/"))
    text = cells(client.get("/nhat-ky/", {"rows": "on"}))
    assert "cơ sở dữ liệu" in text
    for word in ("phạm vi", "thay đổi dòng"):
        assert word in text
    for english in ("access_assignment", "scope", "update"):
        assert english not in text
    by_act = client.get("/nhat-ky/", {"act": ROW_CHANGED})
    assert {entry.event for entry in by_act.context["page"]} == {ROW_CHANGED}


def cells(answer):
    """Return the words in the cells of the table."""
    page = answer.content.decode()
    return " ".join(re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)).lower()


def test_sealing_takes_the_told_changes_along(told, admin):
    sql("UPDATE access_account SET is_active = %s", False)
    seal_audit()
    assert not UnsealedEntry.objects.exists()
    entry = AuditEntry.objects.filter(event=ROW_CHANGED).latest("pk")
    change = entry.additional_data["changes"][0]
    assert bool(change["before"]["is_active"]) is True
