"""Triggers that keep what was approved, also from a shell or a script.

An approved row changes in nothing but its last day, which is set once by its successor,
and is never deleted; the files of an approved version neither change nor go, and none
is added.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.8.
"""

from collections.abc import Sequence

from portal.core.append_only import Statements


def approved_rows(table: str, fixed: Sequence[str]) -> list[Statements]:
    """Return steps after which an approved row is not deleted nor changed in `fixed`.

    A row that is approved now was not when it was written: the move itself passes.
    """
    columns = ", ".join(f'"{name}"' for name in fixed)
    approved = "OLD.state = 'approved'"
    return [
        _step(f"{table}_keeps_approved", "DELETE", table, approved),
        _step(f"{table}_fixes_approved", f"UPDATE OF {columns}", table, approved),
    ]


def files_of_approved(table: str, versions: str) -> list[Statements]:
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


def _step(name: str, event: str, table: str, when: str) -> Statements:
    why = f"{table}: what was approved is fixed"
    passed = "OLD" if event == "DELETE" else "NEW"
    head = f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}"'
    dropped = {
        "sqlite": [f'DROP TRIGGER IF EXISTS "{name}"'],
        "postgresql": [
            f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"',
            f'DROP FUNCTION IF EXISTS "{name}"()',
        ],
    }
    made = {
        "sqlite": [f"{head} WHEN {when} BEGIN SELECT RAISE(ABORT, '{why}'); END"],
        "postgresql": [
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger AS $$ BEGIN '
            f"IF {when} THEN RAISE EXCEPTION '{why}' USING ERRCODE = '23001'; END IF; "
            f"RETURN {passed}; END; $$ LANGUAGE plpgsql",
            f'{head} FOR EACH ROW EXECUTE FUNCTION "{name}"()',
        ],
    }
    return Statements({v: [*dropped[v], *made[v]] for v in made}, dropped)
