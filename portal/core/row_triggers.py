"""The database itself notes each change of guarded rows: SQLite and PostgreSQL.

Signals of the ORM do not hear bulk updates, raw SQL or another program; triggers do.
Secrets are never copied: of a concealed column a note says only that it was changed.

Whoever may change the schema can drop a trigger. `manage.py doctor` misses it; against
somebody who makes it anew afterwards, only the rights of the database account help.

Source: Quyết định 06/2012/QĐ-UBND, Điều 13.4.d and 13.5.b.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from portal.core import append_only

OPERATIONS = ("insert", "update", "delete")


@dataclass(frozen=True)
class Guard:
    """Which columns of a table count; those that are not named do."""

    ignored: frozenset[str] = frozenset()
    concealed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Notes:
    """The table of notes, and that of the notes that still have to be told."""

    table: str
    untold: str


@dataclass(frozen=True)
class _Table:
    """One guarded table and its columns, in the words of one database."""

    name: str
    key: str
    plain: list[str]
    concealed: list[str]
    vendor: str

    def facts(self, side: str, operation: str) -> str:
        """Return the expression that makes JSON of one side, OLD or NEW."""
        build = "json_object" if self.vendor == "sqlite" else "jsonb_build_object"
        pairs = [f"'{name}', {side}.\"{name}\"" for name in self.plain]
        pairs += [
            f"'{name}', {self._concealed(name, side, operation)}"
            for name in self.concealed
        ]
        return f"{build}({', '.join(pairs)})"

    def _concealed(self, name: str, side: str, operation: str) -> str:
        if operation != "update":
            is_set = f'length({side}."{name}") > 0'
            return f"CASE WHEN {is_set} THEN 'set' ELSE 'empty' END"
        if side == "OLD":
            return "'as it was'"
        return f"CASE WHEN {self._differs(name)} THEN 'changed' ELSE 'as it was' END"

    def _differs(self, name: str) -> str:
        unlike = "IS NOT" if self.vendor == "sqlite" else "IS DISTINCT FROM"
        return f'OLD."{name}" {unlike} NEW."{name}"'

    @property
    def is_changed(self) -> str:
        """The condition that an update changed anything that counts."""
        names = [*self.plain, *self.concealed]
        return " OR ".join(self._differs(name) for name in names)


def _trigger_name(table: str, operation: str) -> str:
    return f"{table}_notes_{operation}"


def _note(table: _Table, notes: Notes, operation: str, now: str) -> str:
    """Return the statement that writes one note; all names in it are our own."""
    before = "''" if operation == "insert" else table.facts("OLD", operation)
    after = "''" if operation == "delete" else table.facts("NEW", operation)
    side = "OLD" if operation == "delete" else "NEW"
    columns = '"table", "row", "operation", "before", "after", "happened_at"'
    return (
        f'INSERT INTO "{notes.table}" ({columns}) VALUES ('  # noqa: S608 (as said)
        f"'{table.name}', {side}.\"{table.key}\", '{operation}', "
        f"{before}, {after}, {now})"
    )


def _duty(notes: Notes, change: str) -> str:
    """Return the statement that writes the duty to tell of a note."""
    into = f'INSERT INTO "{notes.untold}" ("change_id")'
    return f"{into} VALUES ({change})"


def _sqlite(table: _Table, notes: Notes) -> list[str]:
    now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
    made = []
    for operation in OPERATIONS:
        when = f"WHEN {table.is_changed} " if operation == "update" else ""
        made.append(
            f'CREATE TRIGGER "{_trigger_name(table.name, operation)}" '
            f'AFTER {operation} ON "{table.name}" {when}BEGIN '
            f"{_note(table, notes, operation, now)}; "
            f"{_duty(notes, 'last_insert_rowid()')}; END"
        )
    return made


def _postgresql(table: _Table, notes: Notes) -> list[str]:
    moment = "clock_timestamp() AT TIME ZONE 'UTC'"
    now = f"""to_char({moment}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    made = []
    for operation in OPERATIONS:
        name = _trigger_name(table.name, operation)
        when = f"WHEN ({table.is_changed}) " if operation == "update" else ""
        made += [
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger AS $$ '
            "DECLARE made bigint; BEGIN "
            f"{_note(table, notes, operation, now)} RETURNING id INTO made; "
            f"{_duty(notes, 'made')}; RETURN NULL; END; $$ LANGUAGE plpgsql",
            f'CREATE TRIGGER "{name}" AFTER {operation} ON "{table.name}" '
            f'FOR EACH ROW {when}EXECUTE FUNCTION "{name}"()',
        ]
    return made


def _tables(
    apps: Apps, app: str, guards: Mapping[str, Guard], vendor: str
) -> list[_Table]:
    found = []
    for name, guard in guards.items():
        meta = apps.get_model(app, name)._meta
        missing = guard.concealed - {field.name for field in meta.concrete_fields}
        if missing:  # renamed perhaps, and so no longer concealed
            raise ValueError(f"{name} has no columns {missing} to conceal")
        fields = [f for f in meta.concrete_fields if f.name not in guard.ignored]
        found.append(
            _Table(
                meta.db_table,
                meta.pk.column,
                [f.column for f in fields if f.name not in guard.concealed],
                [f.column for f in fields if f.name in guard.concealed],
                vendor,
            )
        )
    return found


class Guarding(Operation):
    """Makes the triggers of the guarded tables of an app."""

    atomic = True

    def __init__(self, app: str, guards: Mapping[str, Guard], notes: Notes) -> None:
        self.app, self.guards, self.notes = app, guards, notes

    def triggers(self, _vendor: str) -> list[str]:
        """Return the names of what it makes, the same on both databases."""
        return [
            _trigger_name(f"{self.app}_{name.lower()}", operation)
            for name in self.guards
            for operation in OPERATIONS
        ]

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change no model."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        vendor = schema_editor.connection.vendor
        write = {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]
        self.database_backwards(app_label, schema_editor, to_state, to_state)
        for table in _tables(to_state.apps, self.app, self.guards, vendor):
            for statement in write(table, self.notes):
                schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        vendor = schema_editor.connection.vendor
        for trigger in self.triggers(vendor):
            schema_editor.execute(
                f'DROP TRIGGER IF EXISTS "{trigger}"'
                if vendor == "sqlite"
                else f'DROP FUNCTION IF EXISTS "{trigger}"() CASCADE'
            )

    def describe(self) -> str:
        return "Triggers that note changes"


def guarding(app: str, guards: Mapping[str, Guard], notes: Notes) -> list[Operation]:
    """Return migration steps that make the triggers, and drop them backwards.

    guards: by the name of the model. A later migration that alters one of the tables
    must make its triggers anew, by the same call: SQLite loses them, PostgreSQL keeps
    the old columns.
    """
    tables = [f"{app}_{name.lower()}" for name in guards]
    kept = [append_only.whole(table) for table in tables]
    return [Guarding(app, guards, notes), *kept]
