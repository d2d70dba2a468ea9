"""What every test may ask for."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

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
from tests import migrated, services, sharing

pytest_plugins = ["tests.clamd"]
LEFT_OUT = pytest.StashKey[int]()


@pytest.fixture(scope="session")
def while_migrating() -> Iterator[ExitStack]:
    """Hold what ends when this process has its tables: nobody else migrates then."""
    with ExitStack() as held:
        yield held


@pytest.fixture(scope="session")
def django_db_keepdb(
    django_db_modify_db_settings: None, while_migrating: ExitStack
) -> bool:
    """Begin with a copy of what was migrated before, if there is one.

    It asks for the settings first: in a parallel run they name this process's database.
    """
    while_migrating.enter_context(migrated.one_at_a_time())
    is_there = migrated.take(settings.DATABASES[DEFAULT_DB_ALIAS]["TEST"]["NAME"])
    if is_there:
        while_migrating.close()
    return is_there


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    django_db_keepdb: bool,
    while_migrating: ExitStack,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> None:
    """Keep what was migrated for the other processes and the next run."""
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            migrated.keep()
        while_migrating.close()


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

    Only tables with rows are emptied: a test fills a few of a hundred and forty.
    """

    def with_rows(self, tables):
        asked = (f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM \"{t}\")" for t in tables)  # noqa: S608 (our own tables)
        with self.connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asked))
            return {name for (name,) in cursor.fetchall()}

    def on_sqlite(self, style, tables, **kwargs):
        filled = with_rows(self, tables)
        wanted = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"
        with self.connection.cursor() as cursor:
            every = cursor.execute(wanted).fetchall()
        triggers = [(name, sql) for table, name, sql in every if table in filled]
        dropped = [f'DROP TRIGGER "{name}"' for name, _sql in triggers]
        emptied = plain_sqlite(self, style, filled, **kwargs)
        return [*dropped, *emptied, *(sql for _name, sql in triggers)]

    def on_postgresql(self, style, tables, **kwargs):
        filled = with_rows(self, tables)
        kwargs["allow_cascade"] = True
        emptied = plain_postgresql(self, style, filled, **kwargs)
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


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what needs no second run, and begin with what takes longest."""
    left = services.leave_the_others(items)
    config.stash[LEFT_OUT] = len(left)
    config.hook.pytest_deselected(items=left)
    sharing.longest_first(items)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that reports how many tests were left out here."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over the number: each process counts the same tests."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests `make test` alone has run."""
    if left := terminalreporter.config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{left} tests reach neither database nor broker; `make test` runs them."
        )


@pytest.hookimpl(optionalhook=True)  # there without pytest-xdist too
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.Sharing:
    """Keep each file in one process, and all browser tests, which share a portal."""
    config.option.loadscopereorder = False  # they are in order already
    return sharing.Sharing(config, log)
