"""A whole installation of its own: the processes of the Procfile, on a free port.

Nothing of it shares a process, a database or a folder with the tests, so that a test
may stop clamd or kill the worker as a real fault would.
"""

import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from django.db import DEFAULT_DB_ALIAS, connections

from tests import migrated

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 120  # seconds, for a loaded machine with two cores
STOPS_WITHIN = 20  # seconds before a process is killed


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody listens on, nor will by chance.

    The kernel gives the ports from 32768 on to whoever calls somebody: one of those
    would be taken again before a portal that is still being prepared listens on it.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def procfile() -> dict[str, str]:
    """Return the command of each process, as the Procfile has it."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    named = (line.split(":", 1) for line in lines if ":" in line and line[0] != "#")
    return {name.strip(): command.strip() for name, command in named}


def database_of_its_own(name: str) -> str | None:
    """Create an empty PostgreSQL database beside the configured one; None on SQLite."""
    configured = os.environ.get("PORTAL_DATABASE_URL", "")
    if not configured.startswith("postgres"):
        return None
    import psycopg  # noqa: PLC0415 (only where PostgreSQL is configured)

    with psycopg.connect(configured, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(configured)._replace(path=f"/{name}"))


@dataclass
class Installation:
    """The portal as `make run` starts it, in a folder of its own."""

    var: Path
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    # Each code opens the door once, over all tests.
    used_digits: set[str] = field(default_factory=set)
    # What the browser of each kept who signed in, by user name.
    cookies: "dict[str, StorageState]" = field(default_factory=dict)
    # The same as it was prepared, with nothing running on it.
    untouched: "Installation | None" = None

    def __post_init__(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PORT": str(self.port),
            "PORTAL_VAR": str(self.var),
            "PORTAL_BASE_URL": self.url,
            "PORTAL_SECRET_KEY": "a key for tests only, not a secret of anybody",
            "PORTAL_DEMO": "yes",
            "PORTAL_FRESHCLAM": "no",  # tests ask nobody outside
            "PORTAL_ACCEPT_FALLBACK_SIGNATURES": "yes",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            # As in `make run`: a worker whose children were told to end with it waits
            # for them in vain.
            "REMAP_SIGTERM": "SIGQUIT",
        }
        for inherited in ("PORTAL_CLAMD_SOCKET", "PORTAL_HOSTS"):
            self.environment.pop(inherited, None)
        broker = self.environment.get("PORTAL_BROKER_URL", "")
        if broker.startswith("redis://"):
            # The tests' own tasks must not reach these workers, nor theirs the tests.
            self.environment["PORTAL_BROKER_URL"] = f"{broker.rpartition('/')[0]}/15"
        if url := database_of_its_own(f"portal_e2e_{self.port}"):
            self.environment["PORTAL_DATABASE_URL"] = url

    @property
    def url(self) -> str:
        """The address of the front page, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def manage(
        self, *arguments: str, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of manage.py in this installation."""
        result = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and result.returncode:
            raise AssertionError(f"{arguments}: {result.stdout}\n{result.stderr}")
        return result

    def prepare(self) -> None:
        """Do what `make run` does before the processes start.

        The tables are a copy of those that the tests have migrated.
        """
        migrated.take(self.database_name)
        self.manage("prepare")

    def start(self, name: str) -> None:
        """Start one process of the Procfile, in a process group of its own."""
        log = (self.var / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {procfile()[name]}"],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()

    def start_all(self) -> None:
        """Start every process and wait until the portal says that it is ready."""
        for name in procfile():
            self.start(name)
        self.wait_until_ready()

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End one process and its children, and wait until they are gone."""
        process = self.running.pop(name)
        os.killpg(process.pid, how)
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop_all(self) -> None:
        """End everything that was started."""
        for name in list(self.running):
            self.stop(name)

    def wait_until_ready(self) -> None:
        """Return once /readyz answers 200; fail with its last answer."""
        deadline = time.monotonic() + READY_WITHIN
        answer = "no answer"
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                    return
            except urllib.error.HTTPError as error:
                answer = error.read().decode()
            except OSError as error:
                answer = str(error)
            self._fail_if_one_died()
            time.sleep(0.3)
        raise AssertionError(f"not ready: {answer}\n{self._logs()}")

    def _fail_if_one_died(self) -> None:
        dead = [name for name, p in self.running.items() if p.poll() is not None]
        if dead:
            raise AssertionError(f"{shlex.join(dead)} died\n{self._logs()}")

    def _logs(self) -> str:
        return "\n".join(
            f"── {path.name}\n{path.read_text(errors='replace')[-2000:]}"
            for path in sorted(self.var.glob("*.log"))
        )

    @property
    def database_url(self) -> str:
        """The PostgreSQL database, empty where SQLite serves."""
        url = self.environment.get("PORTAL_DATABASE_URL", "")
        return url if url.startswith("postgres") else ""

    @property
    def database_file(self) -> Path:
        """The SQLite database."""
        return self.var / "portal.sqlite3"

    @property
    def database_name(self) -> str | Path:
        """Its name as Django calls it: of a PostgreSQL database, or the file."""
        return urlsplit(self.database_url).path.removeprefix("/") or self.database_file

    def copy(self, var: Path) -> "Installation":
        """Copy the rows, the heads and the accounts, with nothing running on them."""
        twin = Installation(var)
        for each in (self.heads, self.credentials):
            shutil.copy(each, var)
        if self.database_url:
            # pg_dump reads one snapshot, whatever the sweeps write meanwhile.
            dump = subprocess.run(
                ["pg_dump", "--dbname", self.database_url],
                check=True,
                capture_output=True,
            )
            subprocess.run(
                ["psql", "--quiet", "--dbname", twin.database_url],
                input=dump.stdout,
                stdout=subprocess.DEVNULL,
                check=True,
            )
            return twin
        with (
            closing(sqlite3.connect(self.database_file)) as source,
            closing(sqlite3.connect(twin.database_file)) as target,
        ):
            source.backup(target)
        return twin

    @property
    def heads(self) -> Path:
        """The signed ends of the trail."""
        return self.var / "audit-heads.jsonl"

    @property
    def credentials(self) -> Path:
        """Where the demo accounts are written."""
        return self.var / "demo-accounts.json"

    @contextmanager
    def asked_from_here(self) -> Iterator[None]:
        """Let the models of this process read and write its rows."""
        connection = connections[DEFAULT_DB_ALIAS]
        own = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = self.database_name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own

    def accounts(self) -> dict[str, dict[str, str]]:
        """Return the demo accounts by user name, as `make run` writes them."""
        rows = json.loads(self.credentials.read_text())
        return {row["username"]: row for row in rows}
