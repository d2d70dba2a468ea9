"""A database migrated once, of which every process and installation takes a copy.

Migrating costs more than a minute of a processor, and nothing but the migrations
changes its result. On SQLite the copy is a file that outlives the run; on PostgreSQL it
is a template beside the tests' own databases.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.utils import DEFAULT_DB_ALIAS

FOLDER = Path(settings.BASE_DIR, ".pytest_cache")


def is_postgresql() -> bool:
    """Tell on which of the two databases these tests run."""
    return connections[DEFAULT_DB_ALIAS].vendor == "postgresql"


def of_these_migrations() -> str:
    """Return the name under which the result of these very migrations is kept."""
    seen = hashlib.sha256()
    for app in apps.get_app_configs():
        for source in sorted(Path(app.path, "migrations").glob("*.py")):
            seen.update(source.name.encode() + source.read_bytes())
    # What writes tables and triggers, which migrations only name.
    for writer in ("append_only", "row_triggers", "tables"):
        seen.update(Path(settings.BASE_DIR, f"portal/core/{writer}.py").read_bytes())
    seen.update(Path(settings.BASE_DIR, "policies/fixed.py").read_bytes())
    return seen.hexdigest()[:16]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one process migrate, and the others wait for what it keeps."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "migrating.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def take(target: str | Path) -> bool:
    """Put a copy where `target` says; False if nothing was kept yet.

    target: the file of a SQLite database, or the name of a PostgreSQL database, which
    is made anew.
    """
    if not is_postgresql():
        if (kept := _file()).exists():
            shutil.copy(kept, target)
            return True
        return False
    with _server() as server:
        known = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not server.execute(known, [_template()]).fetchone():
            return False
        server.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{target}" TEMPLATE "{_template()}"')
        return True


def keep() -> None:
    """Keep what has just been migrated, as it is now."""
    database = connections[DEFAULT_DB_ALIAS]
    if is_postgresql():
        name = database.settings_dict["NAME"]
        database.close()  # a database that somebody uses is no template
        with _server() as server:
            server.execute(f'CREATE DATABASE "{_template()}" TEMPLATE "{name}"')
        return
    FOLDER.mkdir(exist_ok=True)
    draft = _file().with_suffix(f".{os.getpid()}")
    database.ensure_connection()
    with closing(sqlite3.connect(draft)) as copy:
        database.connection.backup(copy)
    draft.rename(_file())


def _file() -> Path:
    return FOLDER / f"{of_these_migrations()}.sqlite3"


def _template() -> str:
    return f"portal_migrated_{of_these_migrations()}"


def _server() -> psycopg.Connection[tuple[object, ...]]:
    """Connect to the database that is there before any test."""
    return psycopg.connect(os.environ["PORTAL_DATABASE_URL"], autocommit=True)
