"""Which triggers the migrations made, and which of them the database still has.

Whoever may change the schema can drop a trigger, and SQLite loses those of a table that
a migration alters; neither makes a sound.

Source: Quyết định 06/2012/QĐ-UBND, Điều 12.8 and 13.4.d.
"""

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from portal.core.append_only import Statements
from portal.core.row_triggers import Guarding

# A trigger that sleeps guards nothing.
_AWAKE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    ),
}


def declared(loader: MigrationLoader) -> set[str]:
    """Return the names of all triggers that the applied migrations have made here."""
    made = (
        operation
        for key in loader.applied_migrations
        if key in loader.disk_migrations
        for operation in loader.disk_migrations[key].operations
        if isinstance(operation, Statements | Guarding)
    )
    vendor = connection.vendor
    return {name for operation in made for name in operation.triggers(vendor)}


def missing(loader: MigrationLoader) -> list[str]:
    """Return those that are not there or do not work any more, sorted."""
    with connection.cursor() as cursor:
        cursor.execute(_AWAKE[connection.vendor])
        return sorted(declared(loader) - {name for (name,) in cursor.fetchall()})
