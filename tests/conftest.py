"""What every test may ask for."""

from pathlib import Path

import pytest
from django.db.backends.sqlite3.base import DatabaseOperations

from access.permissions import load_roles

pytest_plugins = ["tests.clamd"]


@pytest.fixture(scope="session", autouse=True)
def flush_spares_no_row():
    """Let the flush after a transactional test empty the append-only tables too.

    On SQLite a flush is a DELETE, which their triggers refuse: they are dropped before
    it and made again after it, all in one transaction. PostgreSQL truncates.
    """
    plain = DatabaseOperations.sql_flush

    def sql_flush(self, *args, **kwargs):
        wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        with self.connection.cursor() as cursor:
            triggers = cursor.execute(wanted).fetchall()
        dropped = [f'DROP TRIGGER "{name}"' for name, _sql in triggers]
        emptied = plain(self, *args, **kwargs)
        return [*dropped, *emptied, *(sql for _name, sql in triggers)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
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
