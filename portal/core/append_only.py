"""Evidence is fixed, in the database too: triggers for SQLite and PostgreSQL.

SQLite rewrites a table, and loses its triggers, when a migration alters it. Such a
migration is followed by one that makes them again: `again(*rows("the_table"))`.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.5, 12.8 and 13.4.d.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Statements(Operation):
    """SQL for each database, forwards and backwards.

    Unlike RunSQL it speaks to two databases, and unlike RunPython it asks for no
    models, which cost a second to build at every step.
    """

    reduces_to_sql = True
    atomic = True

    def __init__(self, make: dict[str, list[str]], drop: dict[str, list[str]]) -> None:
        """Keep the statements by the vendor of the database."""
        self.make, self.drop = make, drop

    def triggers(self, vendor: str) -> list[str]:
        """Return the names of the triggers that it makes on that database."""
        made = "\n".join(self.make.get(vendor, []))
        return re.findall(r'CREATE TRIGGER "(\w+)"', made)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change no model."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run the statements that make."""
        for statement in self.make.get(schema_editor.connection.vendor, []):
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run the statements that drop."""
        for statement in self.drop.get(schema_editor.connection.vendor, []):
            schema_editor.execute(statement)

    def describe(self) -> str:
        """Say what happens, for the list of a migration's steps."""
        return "Triggers of the database"

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Name what it takes to write this down again."""
        return type(self).__name__, [self.make, self.drop], {}


def _trigger(name: str, event: str, table: str, why: str) -> Statements:
    head = f'TRIGGER "{name}" BEFORE {event} ON "{table}"'
    dropped = {
        "sqlite": [f'DROP TRIGGER IF EXISTS "{name}"'],
        "postgresql": [
            f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
            f'DROP FUNCTION IF EXISTS "{name}"()',
        ],
    }
    made = {
        "sqlite": [f"CREATE {head} BEGIN SELECT RAISE(ABORT, '{why}'); END"],
        "postgresql": [
            _refusing(name, why),
            f'CREATE {head} FOR EACH ROW EXECUTE FUNCTION "{name}"()',
        ],
    }
    first = {vendor: [*dropped[vendor], *made[vendor]] for vendor in made}
    return Statements(first, dropped)


def _refusing(name: str, why: str) -> str:
    return (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger AS $$ '
        f"BEGIN RAISE EXCEPTION '{why}' USING ERRCODE = '23001'; END; "
        "$$ LANGUAGE plpgsql"
    )


def whole(table: str) -> Statements:
    """Return the migration step after which the table is not emptied at once.

    TRUNCATE is seen by no trigger for rows; SQLite does not have it.
    """
    name = f"{table}_keeps_all"
    dropped = [f'DROP FUNCTION IF EXISTS "{name}"() CASCADE']
    made = [
        *dropped,
        _refusing(name, f"{table} keeps its rows"),
        f'CREATE TRIGGER "{name}" BEFORE TRUNCATE ON "{table}" '
        f'FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()',
    ]
    return Statements({"postgresql": made}, {"postgresql": dropped})


def rows(table: str) -> list[Statements]:
    """Return migration steps after which no row of the table changes or goes."""
    why = f"{table} is append-only"
    return [
        _trigger(f"{table}_keeps_rows", "DELETE", table, why),
        _trigger(f"{table}_keeps_values", "UPDATE", table, why),
        whole(table),
    ]


def columns(table: str, names: Sequence[str]) -> list[Statements]:
    """Return migration steps after which these columns never change and no row goes."""
    event = "UPDATE OF " + ", ".join(f'"{name}"' for name in names)
    why = f"{table}: {', '.join(names)} never change"
    return [
        _trigger(f"{table}_keeps_rows", "DELETE", table, f"{table} keeps its rows"),
        _trigger(f"{table}_keeps_values", event, table, why),
        whole(table),
    ]


def again(*steps: Statements) -> list[Statements]:
    """Return the steps for a table that a migration has just altered.

    Backwards they leave the triggers to the migration that made them first.
    """
    return [Statements(step.make, {}) for step in steps]
