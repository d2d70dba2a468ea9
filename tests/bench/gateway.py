"""Files handed in over HTTP until their verdict is there, against two peers.

The peers are clamdscan, which hands over the open file, and Debian's c-icap with its
virus_scan module in front of the same clamd. Each file is a new one: neither side has
seen it. Ours is received, hashed, kept, inspected, scanned, judged and released, with
its entries in the trail; the peers only scan.
"""

import http.client
import io
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from typing import IO

from django.db import connections

from access.models import Connector
from scanning import reference
from scanning.models import FormatRule
from tests.bench.measure import Ratio, passing, seconds
from tests.bench.scan_path import CONNECTIONS, MEGABYTE, SIZES, shares, theirs
from tests.clamd import Clamd
from tests.e2e.installation import free_port
from tests.factories.connectors import System, connected
from tests.factories.scanning import eicar
from tests.scanning.faults.processes import listens, running, serving, wait_until

ROUNDS = 5
LIMITS = {"clamdscan --fdpass": 0.7, "c-icap with virus_scan": 1.0}
_numbers = count()


def ratios() -> Iterator[Ratio]:
    """Measure a round of new files for each in turn."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        clamd = stack.enter_context(working_clamd())
        gateway = stack.enter_context(gateway_of(connected_system()))
        icap = stack.enter_context(c_icap(clamd, folder))
        for name, (size, number) in SIZES.items():
            took: dict[str, list[float]] = {who: [] for who in ("ours", *LIMITS)}
            calls: dict[str, Callable[[list[Path]], object]] = {
                "ours": gateway,
                "clamdscan --fdpass": lambda f: theirs(clamd, f, "--fdpass"),
                "c-icap with virus_scan": icap,
            }
            for _round in range(ROUNDS):
                for who, call in calls.items():
                    files = fresh(folder, size, number)
                    took[who].append(seconds(lambda c=call, f=files: c(f), passing))
                    for file in files:
                        file.unlink()
            for peer, limit in LIMITS.items():
                yield Ratio(
                    f"{name} files over the HTTP gateway, {CONNECTIONS} connections, "
                    "bytes a second",
                    median(took[peer]) / median(took["ours"]),
                    peer,
                    limit,
                    is_ceiling=False,
                )


def fresh(folder: Path, size: int, number: int) -> list[Path]:
    """Write text files that nobody has seen: words of chance, of the size given."""
    files = []
    for _each in range(number):
        file = folder / f"cong-van-{next(_numbers)}.txt"
        file.write_text(os.urandom(size // 2).hex(), encoding="ascii")
        files.append(file)
    return files


@contextmanager
def working_clamd(megabytes: int = 100) -> Iterator[Clamd]:
    clamd = Clamd(megabytes=megabytes)
    clamd.start()
    try:
        yield clamd
    finally:
        clamd.stop()


def connected_system() -> System:
    """Return a registered system that no limit stops, and let texts be so large."""
    reference.load()
    FormatRule.objects.filter(extension="txt").update(max_bytes=SIZES["25 MB"][0])
    system = connected()
    Connector.objects.filter(pk=system.connector.pk).update(
        calls_a_minute=10**6, megabytes_a_day=10**6
    )
    return system


@contextmanager
def gateway_of(system: System) -> Iterator[Callable[[list[Path]], object]]:
    """Give what hands in files over as many connections and waits for verdicts."""
    headers = system.headers
    connections.close_all()
    with serving(workers=2) as port, ExitStack() as workers:
        for _each in range(CONNECTIONS):
            workers.enter_context(running("worker"))

        def hand_in(files: list[Path]) -> None:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            try:
                for file in files:
                    answer = posted(line, file, system.form, headers)
                    assert b'"clean"' in answer, answer
            finally:
                line.close()

        def all_at_once(files: list[Path]) -> None:
            with ThreadPoolExecutor(CONNECTIONS) as pool:
                list(pool.map(hand_in, shares(files)))

        yield all_at_once


def posted(
    line: http.client.HTTPConnection,
    file: Path,
    form: dict[str, object],
    headers: dict[str, str],
    *,
    wait: int = 30,
) -> bytes:
    """Hand in one file as one message; return the answer.

    wait: seconds for which it may wait for the verdict.
    """
    bound = "----------------------------7f3a9c"
    form = form | {
        "message_id": file.name,
        "to_agency": form["to_agency"] or form["from_agency"],
    }
    told = "".join(
        f'--{bound}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form.items()
    )
    head = (
        f'{told}--{bound}\r\nContent-Disposition: form-data; name="file"; '
        f'filename="{file.name}"\r\nContent-Type: text/plain\r\n\r\n'
    ).encode()
    tail = f"\r\n--{bound}--\r\n".encode()
    sizes = len(head) + file.stat().st_size + len(tail)
    told_besides = {
        "Content-Type": f"multipart/form-data; boundary={bound}",
        "Content-Length": str(sizes),
        "Prefer": f"wait={wait}",
    }
    with file.open("rb") as content:
        body = pieces(io.BytesIO(head), content, io.BytesIO(tail))
        line.request("POST", "/api/v1/attachments", body, headers | told_besides)
        answer = line.getresponse()
        said = answer.read()
    assert answer.status in {200, 202}, (answer.status, said)
    return said


def pieces(*parts: IO[bytes]) -> Iterator[bytes]:
    for part in parts:
        while piece := part.read(MEGABYTE):
            yield piece


@contextmanager
def c_icap(clamd: Clamd, folder: Path) -> Iterator[Callable[[list[Path]], object]]:
    """Run Debian's ICAP server in front of that clamd; give what scans through it."""
    port, home = free_port(), folder / "c-icap"
    home.mkdir()
    libraries = "/usr/lib/x86_64-linux-gnu/c_icap"
    configuration = home / "c-icap.conf"
    configuration.write_text(
        f"""PidFile {home}/pid
CommandsSocket {home}/control
Port 127.0.0.1:{port}
TmpDir {home}
ServerLog {home}/server.log
AccessLog {home}/access.log
ModulesDir {libraries}
ServicesDir {libraries}
TemplateDir /usr/share/c_icap/templates/
LoadMagicFile /etc/c-icap/c-icap.magic
Module common clamd_mod.so
clamd_mod.ClamdSocket {clamd.layout.socket}
Service antivirus_module virus_scan.so
ServiceAlias avscan virus_scan?allow204=on&sizelimit=off&mode=simple
virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE
virus_scan.SendPercentData 0
virus_scan.MaxObjectSize 100M
virus_scan.DefaultEngine clamd
virus_scan.Allow204Responces on
"""
    )
    server = subprocess.Popen(["c-icap", "-N", "-f", str(configuration)])
    client = ["c-icap-client", "-i", "127.0.0.1", "-p", str(port), "-s", "avscan"]

    def answer(file: Path) -> bytes:
        command = [*client, "-f", str(file), "-resp", "http://x/", "-v"]
        told = subprocess.run(command, check=True, capture_output=True)
        return told.stdout + told.stderr

    def scan(files: list[Path]) -> None:
        for file in files:
            assert b"204" in answer(file)

    def all_at_once(files: list[Path]) -> None:
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(scan, shares(files)))

    try:
        wait_until(lambda: listens(port))
        harmful = folder / "eicar.txt"
        harmful.write_bytes(eicar())
        assert b"X-Infection-Found" in answer(harmful)  # it does ask clamd
        yield all_at_once
    finally:
        server.terminate()
        server.wait()
