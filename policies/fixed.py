"""Triggers that keep what was approved, also from a shell or a script.

An approved row changes in nothing but its last day, which is set once by its successor,
and is never deleted; the files of an approved version neither change nor go, and none
is added.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.8.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def approved_rows(table: str, fixed: Sequence[str]) -> list[migrations.RunPython]:
    """Return steps after which an approved row is not deleted nor changed in `fixed`.

    A row that is approved now was not when it was written: the move itself passes.
    """
    columns = ", ".join(f'"{name}"' for name in fixed)
    approved = "OLD.state = 'approved'"
    return [
        _step(f"{table}_keeps_approved", "DELETE", table, approved),
        _step(f"{table}_fixes_approved", f"UPDATE OF {columns}", table, approved),
    ]


def files_of_approved(table: str, versions: str) -> list[migrations.RunPython]:
    """Return steps after which the files of an approved version stay as they are."""

    def approved(row: str) -> str:
        return (
            f"(SELECT state FROM {versions} "  # noqa: S608 - the names are ours
            f"WHERE id = {row}.version_id) = 'approved'"
        )

    return [
        _step(f"{table}_keeps_approved", "DELETE", table, approved("OLD")),
        _step(f"{table}_fixes_approved", "UPDATE", table, approved("OLD")),
        _step(f"{table}_adds_to_no_approved", "INSERT", table, approved("NEW")),
    ]


def _step(name: str, event: str, table: str, when: str) -> migrations.RunPython:
    create: Any = partial(_create, name=name, event=event, table=table, when=when)
    drop: Any = partial(_drop, name=name, table=table)
    return migrations.RunPython(create, drop)


def _create(
    _apps: object,
    editor: BaseDatabaseSchemaEditor,
    *,
    name: str,
    event: str,
    table: str,
    when: str,
) -> None:
    why = f"{table}: what was approved is fixed"
    if editor.connection.vendor == "sqlite":
        editor.execute(
            f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" '
            f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{why}'); END"
        )
        return
    passed = "OLD" if event == "DELETE" else "NEW"
    editor.execute(
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger AS $$ BEGIN '
        f"IF {when} THEN RAISE EXCEPTION '{why}' USING ERRCODE = '23001'; END IF; "
        f"RETURN {passed}; END; $$ LANGUAGE plpgsql; "
        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{name}"()'
    )


def _drop(
    _apps: object, editor: BaseDatabaseSchemaEditor, *, name: str, table: str
) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
    else:
        editor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')
        editor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')
