"""Memory of web and worker while a file of 1 GB passes, against one of 1 MB.

The file is what grows so large in an office: a dossier scanned page by page into one
PDF. It comes over the HTTP gateway, is hashed, stored, looked into, read for stamps of
secrecy, scanned by a real clamd, released, and fetched by the recipient's system, which
compares its bytes. The same once more for a file that is held and sealed.
"""

import hashlib
import http.client
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections

from scanning import store, tasks
from scanning.models import Attachment, FormatRule
from tests.bench.gateway import connected_system, posted, working_clamd
from tests.bench.measure import Ratio
from tests.bench.memory import peaks
from tests.bench.scan_path import MEGABYTE
from tests.e2e.installation import free_port
from tests.factories.connectors import connected
from tests.factories.dossiers import scanned_dossier
from tests.scanning.faults.processes import Process, listens, running, wait_until

LIMIT = 64 * MEGABYTE
SMALL, LARGE = MEGABYTE, 1024 * MEGABYTE
_ROOM = 1100  # megabytes that a file may have here
_WITHIN = 600  # seconds


def ratios() -> Iterator[Ratio]:
    """Pass small files, then large ones; say how much more memory the large took."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(working_clamd(_ROOM))
        exchange = stack.enter_context(_exchange())
        for what, suffix, way in (
            ("a file is released and fetched", "pdf", exchange.pass_on),
            ("a file is held and sealed", "txt", exchange.hold_back),
        ):
            # What the first call loads belongs to neither.
            sizes = {"first": SMALL, "small": SMALL, "large": LARGE}
            files = [folder / f"{name}.{suffix}" for name in sizes]
            for file, size in zip(files, sizes.values(), strict=True):
                scanned_dossier(file, size)
            _first, small, large = (exchange.measured(way, file) for file in files)
            for name, before, after in zip(
                ("web", "worker"), small, large, strict=True
            ):
                yield Ratio(
                    f"growth of the memory of {name} while {what}, 1 GB after 1 MB",
                    (after - before) / LIMIT,
                    f"{LIMIT // MEGABYTE} MB",
                    1,
                )


@dataclass(frozen=True)
class _Exchange:
    """The portal between two systems: one hands files in, the other fetches them."""

    port: int
    sender: tuple[dict[str, Any], dict[str, str]]  # the form, and the headers
    recipient: dict[str, str]
    processes: tuple[Process, ...]

    def measured(self, way: Callable[[Path], None], file: Path) -> list[int]:
        """Return the peak of each process while a file goes this way, in bytes."""
        with peaks(*(each.child.pid for each in self.processes)) as watched:
            way(file)
        return [each.bytes for each in watched]

    def pass_on(self, file: Path) -> None:
        """Hand in a file, wait for its release, fetch it, and compare its bytes."""
        told = self._judged(file)
        assert told["state"] == "released", told
        with file.open("rb") as content:
            assert self._fetched(told["id"]) == store.hash_of(content)

    def hold_back(self, file: Path) -> None:
        """Hand in a file that is held, and wait until only its sealed form is there."""
        told = self._judged(file)
        assert told["state"] == "held", told
        tasks.sweep.delay()
        rows = Attachment.objects.filter(public_id=told["id"])
        wait_until(lambda: rows.get().sealed_at, seconds=_WITHIN)

    def _judged(self, file: Path) -> dict[str, Any]:
        form, headers = self.sender
        with self._line() as line:
            told = json.loads(posted(line, file, form, headers, wait=0))
        rows = Attachment.objects.filter(public_id=told["id"])
        wait_until(lambda: not rows.get().is_pending, seconds=_WITHIN)
        with self._line() as line:
            line.request("GET", f"/api/v1/attachments/{told['id']}", headers=headers)
            found: dict[str, Any] = json.load(line.getresponse())
        return found

    def _fetched(self, public_id: str) -> str:
        digest = hashlib.sha256()
        with self._line() as line:
            place = f"/api/v1/attachments/{public_id}/content"
            line.request("GET", place, headers=self.recipient)
            answer = line.getresponse()
            assert answer.status == 200, answer.read()
            while piece := answer.read(MEGABYTE):
                digest.update(piece)
        return digest.hexdigest()

    @contextmanager
    def _line(self) -> Iterator[http.client.HTTPConnection]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_WITHIN)
        try:
            yield line
        finally:
            line.close()


@contextmanager
def _exchange() -> Iterator[_Exchange]:
    sender, recipient = connected_system(), connected()
    FormatRule.objects.filter(extension="pdf").update(max_bytes=2 * LARGE)
    form = sender.form | {"to_agency": recipient.connector.agency.code}
    known = (form, sender.headers), recipient.headers
    connections.close_all()
    port, room = free_port(), {"PORTAL_UPLOAD_MEGABYTES": str(_ROOM)}
    with (
        running("web", PORT=str(port), PORTAL_WEB_WORKERS="1", **room) as web,
        running("worker", **room) as worker,
    ):
        wait_until(lambda: listens(port))
        yield _Exchange(port, *known, (web, worker))
