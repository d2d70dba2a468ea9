"""The memory that a process and all its children really take, at its peak."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_EVERY = 0.05  # seconds
_PROC = Path("/proc")


class Peak:
    """The peaks of a process and its children since the watch began, those gone too.

    Of each its largest resident set, mapped files included. Their sum is at least what
    they took at any one moment.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.bytes_of: dict[int, int] = {}
        for each in _family(pid):
            # From now on its peak counts anew (proc(5), clear_refs).
            Path(_PROC, str(each), "clear_refs").write_text("5", encoding="ascii")

    @property
    def bytes(self) -> int:
        """Return the sum of the peaks."""
        return sum(self.bytes_of.values())

    def look(self) -> None:
        """Note the peaks of those who are there now."""
        for each in _family(self.pid):
            with suppress(OSError):
                self.bytes_of[each] = _peak_of(each)


@contextmanager
def peaks(*pids: int) -> Iterator[list[Peak]]:
    """Watch processes while the work inside lasts."""
    watched, done = [Peak(pid) for pid in pids], threading.Event()

    def watch() -> None:
        while not done.wait(_EVERY):
            for each in watched:
                each.look()

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield watched
    finally:
        done.set()
        watching.join()
        for each in watched:
            each.look()


def _family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for task in Path(_PROC, str(pid), "task").iterdir():
            for child in Path(task, "children").read_text(encoding="ascii").split():
                yield from _family(int(child))


def _peak_of(pid: int) -> int:
    lines = Path(_PROC, str(pid), "status").read_text(encoding="ascii").splitlines()
    found = next((line for line in lines if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(found.split()[1]) * 1024
