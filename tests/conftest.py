"""What every test may ask for."""

import hashlib
import os
import shutil
import sqlite3 as sqlite_file
from pathlib import Path

import pytest
import pytest_django
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql import base as postgresql
from django.db.backends.sqlite3 import base as sqlite3
from django.test import TransactionTestCase

from access.permissions import load_roles

pytest_plugins = ["tests.clamd"]


@pytest.fixture(scope="session")
def migrated() -> Path | None:
    """Return where the migrated SQLite database of these very migrations is kept.

    Migrating takes half a minute for each process of a run, and nothing else changes
    its result. PostgreSQL migrates each time.
    """
    if connections[DEFAULT_DB_ALIAS].vendor != "sqlite":
        return None
    seen = hashlib.sha256()
    for app in apps.get_app_configs():
        for source in sorted(Path(app.path, "migrations").glob("*.py")):
            seen.update(source.name.encode() + source.read_bytes())
    return settings.BASE_DIR / ".pytest_cache" / f"{seen.hexdigest()[:16]}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(migrated: Path | None) -> bool:
    """Begin with the kept database, if there is one."""
    if migrated is None or not migrated.exists():
        return False
    shutil.copy(migrated, settings.DATABASES["default"]["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    migrated: Path | None,
    django_db_keepdb: bool,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> None:
    """Keep what was migrated for the next run."""
    if migrated is not None and not django_db_keepdb:
        migrated.parent.mkdir(exist_ok=True)
        draft = migrated.with_suffix(f".{os.getpid()}")
        with django_db_blocker.unblock(), sqlite_file.connect(draft) as copy:
            database = connections[DEFAULT_DB_ALIAS]
            database.ensure_connection()
            database.connection.backup(copy)
        draft.rename(migrated)


@pytest.fixture(scope="session", autouse=True)
def flush_leaves_what_migrations_made():
    """Let the flush after a transactional test empty every table.

    On SQLite a flush is a DELETE, which the triggers of the append-only tables refuse:
    they are dropped before it and made again after it, all in one transaction. On
    PostgreSQL it is a TRUNCATE, which triggers refuse too: they sleep while it lasts,
    as only an owner of the server can make them. It must reach auditlog's own table as
    well: it is there, and points to ours, though our model has taken its place.

    What migrations made goes with the rest, so it is brought back: other tests of the
    same process may need Wagtail's groups and pages.
    """

    def on_sqlite(self, *args, **kwargs):
        wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        with self.connection.cursor() as cursor:
            triggers = cursor.execute(wanted).fetchall()
        dropped = [f'DROP TRIGGER "{name}"' for name, _sql in triggers]
        emptied = plain_sqlite(self, *args, **kwargs)
        return [*dropped, *emptied, *(sql for _name, sql in triggers)]

    def on_postgresql(self, *args, **kwargs):
        emptied = plain_postgresql(self, *args, **{**kwargs, "allow_cascade": True})
        asleep = "SET LOCAL session_replication_role = 'replica'"
        return [asleep, *emptied, "SET LOCAL session_replication_role = 'origin'"]

    made_by_migrations = {}

    @classmethod
    def set_up(cls):
        """Before the first flush, note what the migrations made: groups, root pages."""
        if not made_by_migrations:
            for connection in connections.all():
                made = connection.creation.serialize_db_to_string()
                made_by_migrations[connection.alias] = made
            # Wagtail looks its types up while they are being brought back, and would
            # make what it does not find.
            ContentType.objects.get_for_models(*apps.get_models())
        plain_setup(cls)

    def tear_down(self):
        """Flush, and bring that back for the tests that follow."""
        self.serialized_rollback = True  # so that the flush makes no rows of its own
        for connection in connections.all():
            connection._test_serialized_contents = made_by_migrations[connection.alias]
        plain_teardown(self)
        for connection in connections.all():
            made = made_by_migrations[connection.alias]
            connection.creation.deserialize_db_from_string(made)

    plain_setup = TransactionTestCase._fixture_setup.__func__
    plain_teardown = TransactionTestCase._fixture_teardown
    plain_sqlite = sqlite3.DatabaseOperations.sql_flush
    plain_postgresql = postgresql.DatabaseOperations.sql_flush
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", set_up)
        patch.setattr(TransactionTestCase, "_fixture_teardown", tear_down)
        patch.setattr(sqlite3.DatabaseOperations, "sql_flush", on_sqlite)
        patch.setattr(postgresql.DatabaseOperations, "sql_flush", on_postgresql)
        yield


@pytest.fixture(autouse=True)
def own_heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Give each test its own file of signed ends, as its own chain demands."""
    monkeypatch.setattr("access.sealing.head_file", lambda: tmp_path / "heads.jsonl")
    monkeypatch.setattr("access.checking.head_file", lambda: tmp_path / "heads.jsonl")


@pytest.fixture
def roles(db: None) -> None:
    """Load the roles as they are delivered."""
    load_roles()


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each file in one process, and all browser tests, which share a portal."""
    for item in items:
        browses = item.path.parent.name == "e2e"
        group = "e2e" if browses else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
