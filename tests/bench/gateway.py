"""Files handed in over HTTP until their verdict is there, against two peers.

The peers are clamdscan, which hands over the open file, and Debian's c-icap with its
virus_scan module in front of the same clamd. Each file is a new one: neither side has
seen it. Ours is received, hashed, kept, inspected, scanned, judged and released, with
its entries in the trail; the peers only scan.

The files are what offices exchange: text, and dossiers from a scanner.
"""

import http.client
import io
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date
from itertools import count, product
from os import urandom
from pathlib import Path
from random import Random
from statistics import median
from typing import IO

from django.db import connections

from access.models import AgencyCode, Connector
from scanning import reference
from scanning.models import FormatRule
from tests.bench.measure import Ratio, passing, seconds
from tests.bench.scan_path import CONNECTIONS, MEGABYTE, SIZES, shares, theirs
from tests.clamd import Clamd
from tests.e2e.installation import free_port
from tests.factories.connectors import System, connected
from tests.factories.dossiers import scanned_dossier
from tests.factories.scanning import eicar
from tests.scanning.faults.processes import listens, running, serving, wait_until

ROUNDS = 5
_FRAME = 16 * 1024  # bytes of a dossier besides its pictures
_CODE = {"scheme": AgencyCode.Scheme.QCVN102, "opened_on": date(2000, 1, 1)}
# Of the law and of everyday letters.
_LETTER = (
    "căn cứ quyết định của ủy ban nhân dân tỉnh về việc ban hành quy chế quản lý sử "
    "dụng hệ thống văn bản điện tử trong hoạt động các cơ quan nhà nước trên địa bàn "
    "sở nội vụ kính gửi đề nghị phối hợp triển khai thực hiện báo cáo kết quả trước "
    "ngày tháng năm một số nhiệm vụ trọng tâm mục tiêu thông tin truyền thông"
)
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
        for (size_name, (size, number)), kind in product(SIZES.items(), KINDS):
            name = f"{kind} of {size_name}"
            took: dict[str, list[float]] = {who: [] for who in ("ours", *LIMITS)}
            calls: dict[str, Callable[[list[Path]], object]] = {
                "ours": gateway,
                "clamdscan --fdpass": lambda f: theirs(clamd, f, "--fdpass"),
                "c-icap with virus_scan": icap,
            }
            for _round in range(ROUNDS):
                for who, call in calls.items():
                    files = fresh(folder, kind, size, number)
                    took[who].append(seconds(lambda c=call, f=files: c(f), passing))
                    for file in files:
                        file.unlink()
            for peer, limit in LIMITS.items():
                yield Ratio(
                    f"{name} over the HTTP gateway, {CONNECTIONS} connections, bytes "
                    "a second",
                    median(took[peer]) / median(took["ours"]),
                    peer,
                    limit,
                    is_ceiling=False,
                )


def fresh(folder: Path, kind: str, size: int, number: int) -> list[Path]:
    """Write files that nobody has seen, of nearly the size given in bytes."""
    extension, write = KINDS[kind]
    named = (f"cong-van-{next(_numbers)}.{extension}" for _each in range(number))
    files = [folder / name for name in named]
    for file in files:
        write(file, size)
        assert 0.9 * size < file.stat().st_size <= size
    return files


def _text(file: Path, size: int) -> None:
    """Write lines of the words of a letter, in an order of chance."""
    chance, words = Random(urandom(16)), _LETTER.split()  # noqa: S311 (no secrets)
    lines = [f"{' '.join(chance.choices(words, k=15))}\n".encode() for _n in range(500)]
    room = size - max(map(len, lines))
    written = bytearray()
    while len(written) < room:
        written += chance.choice(lines)
    file.write_bytes(written)


def _scanned(file: Path, size: int) -> None:
    scanned_dossier(file, size - _FRAME)


# Name: extension, and what writes one of so many bytes at most.
KINDS: dict[str, tuple[str, Callable[[Path, int], None]]] = {
    "text": ("txt", _text),
    "scanned PDF": ("pdf", _scanned),
}


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
    agency = system.connector.agency
    agency.codes.get_or_create(code=agency.code, defaults=_CODE)
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
virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GRAPHICS DOCUMENT
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
