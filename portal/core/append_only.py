"""Evidence is fixed, in the database too: triggers for SQLite and PostgreSQL.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5, 12.8 and 13.4.d.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def _sqlite(name: str, event: str, table: str, why: str) -> str:
    return (
        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )


def _postgresql(name: str, event: str, table: str, why: str) -> str:
    return (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger AS $$ '
        f"BEGIN RAISE EXCEPTION '{why}' USING ERRCODE = '23001'; END; "
        f'$$ LANGUAGE plpgsql; CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{name}"()'
    )


def _create(
    _apps: object,
    editor: BaseDatabaseSchemaEditor,
    *,
    name: str,
    event: str,
    table: str,
    why: str,
) -> None:
    make = {"sqlite": _sqlite, "postgresql": _postgresql}[editor.connection.vendor]
    editor.execute(make(name, event, table, why))


def _drop(
    _apps: object, editor: BaseDatabaseSchemaEditor, *, name: str, table: str
) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
    else:
        editor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')
        editor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')


def _trigger(name: str, event: str, table: str, why: str) -> migrations.RunPython:
    create: Any = partial(_create, name=name, event=event, table=table, why=why)
    drop: Any = partial(_drop, name=name, table=table)
    return migrations.RunPython(create, drop)


def _keep_all(_apps: object, editor: BaseDatabaseSchemaEditor, *, table: str) -> None:
    """Refuse TRUNCATE, which no trigger for rows sees; SQLite does not have it."""
    if editor.connection.vendor == "postgresql":
        name, why = f"{table}_keeps_all", f"{table} keeps its rows"
        editor.execute(
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger AS $$ '
            f"BEGIN RAISE EXCEPTION '{why}' USING ERRCODE = '23001'; END; "
            f'$$ LANGUAGE plpgsql; CREATE TRIGGER "{name}" BEFORE TRUNCATE ON '
            f'"{table}" FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()'
        )


def _drop_keep_all(
    _apps: object, editor: BaseDatabaseSchemaEditor, *, table: str
) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f'DROP FUNCTION IF EXISTS "{table}_keeps_all"() CASCADE')


def whole(table: str) -> migrations.RunPython:
    """Return the migration step after which the table is not emptied at once."""
    create: Any = partial(_keep_all, table=table)
    drop: Any = partial(_drop_keep_all, table=table)
    return migrations.RunPython(create, drop)


def rows(table: str) -> list[migrations.RunPython]:
    """Return migration steps after which no row of the table changes or goes."""
    why = f"{table} is append-only"
    return [
        _trigger(f"{table}_keeps_rows", "DELETE", table, why),
        _trigger(f"{table}_keeps_values", "UPDATE", table, why),
        whole(table),
    ]


def columns(table: str, names: Sequence[str]) -> list[migrations.RunPython]:
    """Return migration steps after which these columns never change and no row goes.

    SQLite rewrites a table, and loses its triggers, when a later migration alters it:
    such a migration must create them again. A test looks for each of them.
    """
    event = "UPDATE OF " + ", ".join(f'"{name}"' for name in names)
    why = f"{table}: {', '.join(names)} never change"
    return [
        _trigger(f"{table}_keeps_rows", "DELETE", table, f"{table} keeps its rows"),
        _trigger(f"{table}_keeps_values", event, table, why),
        whole(table),
    ]
