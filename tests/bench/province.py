"""A whole province in rows: people, agencies, rights, and the same rights in guardian.

Built once in a database, by the database: one statement for each table, copied from one
valid row. The triggers that note changes of rows are left out while it is built: it is
not their cost that is measured here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models

from access.models import Account, Agency, Assignment, Role
from access.permissions import load_roles
from tests.factories.access import AssignmentFactory

ACCOUNTS, AGENCIES, ASSIGNMENTS = 60_000, 2_000, 200_000
# Of one agency there are as many accounts as the list of its people is measured with.
MANY = 10_000
ROLES = ["agency_head", "security_officer", "records_clerk", "exchange_officer"]


@cache
def built() -> list[Agency]:
    """Build it, if this process has not done so yet; return its agencies."""
    load_roles()
    with without_triggers():
        _copy_rights(AssignmentFactory(agency__code="DO.H98"))
        _copy_into_guardian()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return list(_agencies())


def _agencies() -> models.QuerySet[Agency]:
    return Agency.objects.filter(code__endswith=".H99").order_by("pk")


def people() -> list[int]:
    """Return the keys of the people who were built, in order."""
    found = Account.objects.filter(username__startswith="do.").order_by("pk")
    return list(found.values_list("pk", flat=True))


@contextmanager
def without_triggers() -> Iterator[None]:
    """Let the database note nothing meanwhile."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = 'replica'")
            yield
            cursor.execute("SET session_replication_role = 'origin'")
            return
        wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = cursor.execute(wanted).fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, sql in triggers:
            cursor.execute(sql)


def copies(row: models.Model, count: int, **columns: str) -> None:
    """Write `count` copies of a row, numbered n from 0; the columns named differ.

    columns: the column and, in SQL with %% for a rest, what stands in it.
    """
    meta = row._meta
    names = [f.column for f in meta.concrete_fields if not f.primary_key]
    values = [columns.get(name, f'"{name}"') for name in names]
    into = ", ".join(f'"{name}"' for name in names)
    statement = (
        "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL "  # noqa: S608 (ours)
        f"SELECT n + 1 FROM numbers WHERE n < {count - 1}) "
        f'INSERT INTO "{meta.db_table}" ({into}) SELECT {", ".join(values)} '
        f'FROM "{meta.db_table}", numbers WHERE "{meta.pk.column}" = %s ORDER BY n'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [row.pk])


def _copy_rights(right: Assignment) -> None:
    """Give the first agency many people, the second none, the others the rest."""
    chance = "lower(hex(randomblob(16)))"
    if connection.vendor == "postgresql":
        chance = "gen_random_uuid()"
    copies(right.agency, AGENCIES, code="'B' || n || '.H99'", name="'Cơ quan ' || n")
    copies(
        right.account,
        ACCOUNTS,
        username="'do.' || n",
        full_name="'Người Đo ' || n",
        search_text="'nguoi do ' || n || ' do ' || n",
        subject=chance,
    )
    agency, person = _agencies()[0].pk, people()[0]
    roles = Role.objects.filter(code__in=ROLES).order_by("pk")
    whens = " ".join(f"WHEN {at} THEN {role.pk}" for at, role in enumerate(roles))
    # Each round through all people gives them another role, so no right comes twice.
    copies(
        right,
        ASSIGNMENTS,
        account_id=f"{person} + n %% {ACCOUNTS}",
        agency_id=f"CASE WHEN n < {MANY} THEN {agency} "
        f"ELSE {agency} + 2 + n * 7 %% {AGENCIES - 2} END",
        role_id=f"CASE n / {ACCOUNTS} {whens} END",
    )


def _copy_into_guardian() -> None:
    """Write the same rights as guardian keeps them.

    One group for each role in each agency, its permissions for that agency as objects,
    and the people in the groups: so whoever builds on guardian would do it, since a row
    for each person and permission would be ten times as many.
    """
    kind = ContentType.objects.get_for_model(Agency)
    roles = Role.objects.filter(code__in=ROLES)
    codes = set(roles.values_list("permissions__code", flat=True))
    Permission.objects.bulk_create(
        Permission(codename=codename(code), name=code, content_type=kind)
        for code in codes
    )
    name = "'do:' || a.id || ':' || r.id"
    chosen = ", ".join(f"'{role}'" for role in ROLES)
    which = f"a.code LIKE '%.H99' AND r.code IN ({chosen})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO auth_group (name) SELECT {name} "  # noqa: S608 (ours)
            f"FROM access_agency a, access_role r WHERE {which}"
        )
        cursor.execute(
            "INSERT INTO guardian_groupobjectpermission "  # noqa: S608 (ours)
            "(object_pk, content_type_id, group_id, permission_id) "
            f"SELECT CAST(a.id AS varchar(255)), {kind.pk}, g.id, p.id "
            "FROM access_agency a CROSS JOIN access_role r "
            "JOIN access_rolepermission rp ON rp.role_id = r.id "
            "JOIN auth_permission p ON p.codename = replace(rp.code, '.', '_') "
            f"AND p.content_type_id = {kind.pk} "
            f"JOIN auth_group g ON g.name = {name} WHERE {which}"
        )
        cursor.execute(
            "INSERT INTO access_account_groups (account_id, group_id) "  # noqa: S608
            "SELECT s.account_id, g.id FROM access_assignment s "
            "JOIN access_agency a ON a.id = s.agency_id "
            "JOIN access_role r ON r.id = s.role_id "
            f"JOIN auth_group g ON g.name = {name} WHERE {which}"
        )


def codename(permission: str) -> str:
    """Return what guardian calls a permission: a point would part app from name."""
    return permission.replace(".", "_")
