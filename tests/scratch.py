"""The folder of a process of the tests, which goes away even if the process is killed.

A process removes its own folder when it ends. Some are killed, by a test or by whoever
stops a run: theirs is removed by the next process that begins. Whose folder is in use
says a lock, which the kernel lets go of with the process.
"""

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

# Short, since the path of a socket may have 107 letters only.
_PREFIX = "portal-test-"
_LOCK = ".in-use"
_JUST_MADE = 60.0  # seconds in which its owner has surely locked it


def folder() -> Path:
    """Make a folder that is this process's own for as long as it lives."""
    made = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = os.open(made / _LOCK, os.O_CREAT | os.O_RDWR)  # never closed
    fcntl.flock(lock, fcntl.LOCK_EX)
    return made


def sweep() -> None:
    """Remove the folders whose processes are gone."""
    for each in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if _is_left_over(each):
            shutil.rmtree(each, ignore_errors=True)


def _is_left_over(each: Path) -> bool:
    """Tell whether nobody lives who made it; what cannot be asked is not ours."""
    try:
        if time.time() - each.stat().st_mtime < _JUST_MADE:
            return False
        with (each / _LOCK).open("r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
