"""Keep one clamd running, on our configuration and the newest signatures."""

import contextlib
import logging
import os
import pwd
import shutil
import signal
import stat
import subprocess
import threading
import time
from pathlib import Path

from scanning.engine import configuration, faults
from scanning.engine.address import Host
from scanning.engine.layout import Layout
from scanning.engine.stream import Exchange

logger = logging.getLogger(__name__)

# Debian's user for the scanner: no shell, no files of ours.
UNPRIVILEGED = "clamav"
LOOK_EVERY = 10.0  # seconds between looks at the signature folders
FETCH_EVERY = 6 * 3600.0
FIRST_RETRY, LONGEST_RETRY = 3600.0, 24 * 3600.0  # between fetches that failed
LONGEST_RESTART = 60.0
STOP_WITHIN = 10.0


class MissingProgramError(Exception):
    """clamd is not installed."""


def program(name: str) -> str | None:
    """Return the path of a ClamAV program, also where only root's PATH looks."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def prepare(layout: Layout, *, upload_megabytes: int) -> None:
    """Write everything that clamd needs before it starts."""
    layout.root.mkdir(parents=True, exist_ok=True)
    user = _unprivileged_user(layout.root)
    configuration.write(layout, upload_megabytes=upload_megabytes, user=user)
    configuration.lay_down_signatures(layout)
    if user:
        _give_to(user, layout.root)


def launch(layout: Layout) -> subprocess.Popen[bytes]:
    """Start clamd in the foreground of a process of its own.

    Raises MissingProgramError if it is not installed.
    """
    path = program("clamd")
    if not path:
        raise MissingProgramError
    _stop_the_last(layout)
    child = subprocess.Popen(  # noqa: S603 (a fixed program, our own configuration)
        [path, "--config-file", str(layout.clamd_conf)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    layout.pid.write_text(str(child.pid), encoding="ascii")
    return child


class Supervisor:
    """Runs clamd until told to stop: restarts it, fetches and reloads signatures."""

    def __init__(self, layout: Layout, *, upload_megabytes: int, fetches: bool) -> None:
        """Take charge of one layout; `fetches`: try freshclam now and then."""
        self.layout, self.upload_megabytes = layout, upload_megabytes
        self.freshclam = program("freshclam") if fetches else None
        self.child: subprocess.Popen[bytes] | None = None
        self.fetch: subprocess.Popen[bytes] | None = None
        self.fetch_at, self.fetch_wait = time.monotonic(), FIRST_RETRY
        self.look_at = time.monotonic() + LOOK_EVERY
        self.must_load = False  # what lies in the folder is not what was asked for
        self.stopping = threading.Event()

    def run(self) -> None:
        """Run until `stop`; raises MissingProgramError if clamd is not installed."""
        prepare(self.layout, upload_megabytes=self.upload_megabytes)
        restart_after, started_at = 1.0, time.monotonic()
        self.child = launch(self.layout)
        while not self.stopping.wait(0.5):
            if self.child.poll() is not None:
                logger.error("clamd_ended", extra={"code": self.child.returncode})
                if time.monotonic() - started_at > LONGEST_RESTART:
                    restart_after = 1.0
                self.stopping.wait(restart_after)
                restart_after = min(restart_after * 2, LONGEST_RESTART)
                if not self.stopping.is_set():
                    self.child, started_at = launch(self.layout), time.monotonic()
            self._fetch_when_due()
            self._look_when_due()
        for process in (self.fetch, self.child):
            end(process)

    def stop(self, *_signal: object) -> None:
        """Ask `run` to end clamd and return; safe in a signal handler."""
        self.stopping.set()

    def _fetch_when_due(self) -> None:
        if not self.freshclam:
            return
        if self.fetch is None:
            if time.monotonic() >= self.fetch_at:
                self.fetch = _start_fetch(self.freshclam, self.layout)
            return
        if self.fetch.poll() is None:
            return
        if self.fetch.returncode == 0:
            logger.info("signatures_fetched")
            self.fetch_wait, wait = FIRST_RETRY, FETCH_EVERY
        else:
            # The mirror bans whoever knocks too often: each wait is twice the last.
            logger.warning("signatures_not_fetched")
            wait = self.fetch_wait
            self.fetch_wait = min(self.fetch_wait * 2, LONGEST_RETRY)
        self.fetch, self.fetch_at = None, time.monotonic() + wait

    def _look_when_due(self) -> None:
        if time.monotonic() < self.look_at:
            return
        self.look_at = time.monotonic() + LOOK_EVERY
        self.must_load |= configuration.lay_down_signatures(self.layout)
        if self.must_load:
            # One that is just starting hears nothing yet: it is asked again.
            self.must_load = not reload(self.layout)


def reload(layout: Layout) -> bool:
    """Ask clamd to load its folder anew; until it has, no answer of it counts.

    Returns whether it heard.
    """
    try:
        Exchange(Host(layout.socket), seconds=LOOK_EVERY).ask("RELOAD")
    except faults.EngineError as error:
        logger.warning("reload_not_asked", extra={"fault": error.code})
        return False
    logger.info("reload_asked")
    return True


def _start_fetch(path: str, layout: Layout) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 (a fixed program, our own configuration)
        [path, "--config-file", str(layout.freshclam_conf), "--quiet"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes] | None) -> None:
    """End a process that we started, by force if it does not heed."""
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _stop_the_last(layout: Layout) -> None:
    """End a clamd of this layout that outlived its portal, or it keeps the socket."""
    with contextlib.suppress(OSError, ValueError):
        pid = int(layout.pid.read_text(encoding="ascii"))
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if os.fsencode(layout.clamd_conf) not in words:
            return
        os.kill(pid, signal.SIGTERM)
        for _ in range(int(STOP_WITHIN * 10)):
            time.sleep(0.1)
            os.kill(pid, 0)
        os.kill(pid, signal.SIGKILL)


def _unprivileged_user(root: Path) -> str:
    """Return whom clamd should become, empty if it must stay who we are.

    Files from outside make the parser the likeliest thing to be broken into, so root
    gives its rights up wherever that user can reach the folder.
    """
    if os.geteuid() != 0:
        return ""
    try:
        pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        return ""
    above = root.resolve().parents
    if all(each.stat().st_mode & stat.S_IXOTH for each in above):
        return UNPRIVILEGED
    logger.warning("clamd_stays_root", extra={"folder": str(root)})
    return ""


def _give_to(user: str, root: Path) -> None:
    found = pwd.getpwnam(user)
    for path in (root, *root.rglob("*")):
        os.chown(path, found.pw_uid, found.pw_gid, follow_symlinks=False)
