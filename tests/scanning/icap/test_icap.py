"""The ICAP service, asked by Debian's c-icap-client and by worse ones.

Source: RFC 3507; Quyết định 06/2012/QĐ-UBND, Điều 3.4, 9.1, 12.1 and 12.4.
"""

import contextlib
import hashlib
import os
import re
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from access.models import AuditEntry, Connector
from portal.core import clock
from scanning import store
from scanning.icap import service
from scanning.models import Attachment, AttachmentState
from tests.factories.scanning import eicar

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "http://qlvb.example/van-ban/{}"


def client(icap, *arguments: object, seconds: int = 60) -> str:
    """Ask with c-icap-client; return everything it says."""
    host, port = icap.server_address
    asked = subprocess.run(
        ["c-icap-client", "-i", host, "-p", str(port), "-s", "quet", "-v"]
        + [str(each) for each in arguments],
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return (asked.stdout + asked.stderr).decode("utf-8", "replace")


def sent(icap, tmp_path: Path, name: str, content: bytes, *more: object) -> tuple:
    """Send a file as the answer to somebody's request; return what was said and got."""
    source, target = tmp_path / f"in-{name}", tmp_path / f"out-{name}"
    source.write_bytes(content)
    said = client(
        icap, "-f", source, "-o", target, "-resp", ADDRESS.format(name), *more
    )
    return said, target.read_bytes() if target.exists() else b""


def test_options_tell_what_the_service_does(icap):
    said = client(icap)
    assert "RESPMOD" in said
    assert "REQMOD" in said
    assert re.search(r"Preview:? *:? *4096|preview.*4096", said, re.IGNORECASE)
    assert service.istag() in said


def test_d9_1_a_clean_file_passes_as_the_very_bytes(icap, worker, tmp_path, connector):
    content = "Kính gửi Sở Nội vụ\n".encode() * 1000
    said, got = sent(icap, tmp_path, "a.txt", content, "-no204")
    attachment = Attachment.objects.get()
    assert attachment.is_released
    assert attachment.connector == connector
    assert attachment.agency == connector.agency
    assert attachment.name == "a.txt"
    assert got == content, said


@pytest.mark.parametrize("size", [10, 4096, 4097, 100_000])
def test_a_clean_file_is_answered_with_204(icap, worker, tmp_path, size):
    said, _got = sent(icap, tmp_path, "a.txt", b"x" * size)
    assert "204" in said
    assert Attachment.objects.get().is_released
    assert Attachment.objects.get().size == size


def test_without_preview_too(icap, worker, tmp_path):
    said, _got = sent(icap, tmp_path, "a.txt", b"x" * 10_000, "-nopreview")
    assert "204" in said
    assert Attachment.objects.get().size == 10_000


@pytest.mark.parametrize("way", ["-resp", "-req"])
def test_d12_1_malware_is_replaced_by_a_page(icap, worker, tmp_path, way):
    source, target = tmp_path / "a.txt", tmp_path / "out"
    source.write_bytes(eicar())
    said = client(icap, "-f", source, "-o", target, way, ADDRESS.format("a.txt"))
    attachment = Attachment.objects.get()
    assert attachment.state == AttachmentState.HELD
    assert "403" in said
    assert "X-Infection-Found: Type=0; Resolution=2; Threat=" in said
    assert "X-Virus-ID:" in said
    assert "X-Response-Info: Blocked; infected" in said
    page = target.read_text(encoding="utf-8")
    assert "mã độc" in page
    assert "EICAR-STANDARD" not in page


def test_d12_7_a_stamped_file_does_not_pass(icap, worker, tmp_path):
    said, got = sent(icap, tmp_path, "a.txt", "UBND\nTỐI MẬT\nbí mật".encode())
    assert "X-Infection-Found: Type=1" in said
    assert "UBND" not in got.decode()


def test_a_large_file_passes_unchanged(icap, worker, tmp_path):
    content = os.urandom(64).hex().encode() * (25 * 8192)
    assert len(content) >= 25 * 1024**2
    _said, got = sent(icap, tmp_path, "a.log", content, "-no204")
    attachment = Attachment.objects.get()
    assert attachment.is_released
    # The hashes, since nobody wants to read how 25 MB differ.
    assert hashlib.sha256(got).hexdigest() == attachment.sha256


def test_twenty_at_once_get_each_its_own_answer(icap, worker, tmp_path):
    def one(number: int) -> tuple[int, str]:
        content = eicar() if number % 4 == 0 else b"clean %d" % number
        return number, sent(icap, tmp_path, f"{number}.txt", content)[0]

    with ThreadPoolExecutor(20) as pool:
        answers = dict(pool.map(one, range(20)))
    for number, said in answers.items():
        assert ("403" in said) == (number % 4 == 0), (number, said)
    assert Attachment.objects.count() == 20
    assert not Attachment.objects.filter(state=AttachmentState.PENDING).exists()


@pytest.fixture
def no_engine(settings, tmp_path):
    settings.PORTAL_CLAMD_SOCKET = str(tmp_path / "nobody")


def test_d12_1_without_a_verdict_in_time_nothing_passes(
    icap, formats, no_engine, tmp_path
):
    icap.service.seconds = 0.3
    said, got = sent(icap, tmp_path, "a.txt", b"clean", "-no204")
    assert "503" in said
    assert b"clean" not in got
    assert Attachment.objects.get().is_pending


def test_d12_4_while_too_many_files_wait_the_peer_hears_so(
    icap, formats, no_engine, settings
):
    icap.service.seconds = 0.1
    raw(icap, request(b"first"))
    settings.PORTAL_QUEUE_LIMIT = 0
    said = raw(icap, request(b"second"))
    assert "HTTP/1.1 503" in said
    assert Attachment.objects.count() == 1


def test_a_body_over_the_limit_is_refused_for_good(icap, formats, settings):
    settings.PORTAL_UPLOAD_LIMIT = 1000
    said = raw(icap, request(b"x" * 2000))
    assert "HTTP/1.1 403" in said
    assert not Attachment.objects.exists()


def test_d3_4_an_unregistered_or_ended_system_is_refused(icap, tmp_path, connector):
    Connector.objects.filter(pk=connector.pk).update(icap_addresses=["10.0.0.1"])
    assert "403" in raw(icap, request(b"x"))
    Connector.objects.filter(pk=connector.pk).update(
        icap_addresses=["127.0.0.1"], ended_at=clock.now()
    )
    assert "403" in raw(icap, request(b"x"))
    assert "403" in raw(icap, request(b"x"))  # told again, but not written again
    assert not Attachment.objects.exists()
    noted = AuditEntry.objects.filter(event="access.connector_refused")
    facts = [(each.remote_addr, each.additional_data["why"]) for each in noted]
    assert sorted(facts) == [("127.0.0.1", "ended"), ("127.0.0.1", "unknown")]


@pytest.mark.parametrize("limit", [{"calls_a_minute": 1}, {"megabytes_a_day": 1}])
def test_d12_4_more_than_agreed_is_not_taken_in_and_the_peer_hears_why(
    icap, worker, connector, limit
):
    Connector.objects.filter(pk=connector.pk).update(**limit)
    large, before = request(b"x" * 700_000), files_kept()
    answers = [raw(icap, large) for _call in range(3)]
    assert answers[0].startswith("ICAP/1.0 204")
    assert "HTTP/1.1 503" in answers[-1]
    assert re.search("Hãy (gọi lại sau|gửi phần còn lại)", answers[-1])
    assert Attachment.objects.count() < 3
    assert files_kept() - before == Attachment.objects.count()


def files_kept() -> int:
    """Return how many files lie in the store."""
    return sum(each.is_file() for each in store.root().rglob("*"))


# ── What no good client does ──────────────────────────────────────────────────────
HEAD = b"GET http://a.example/a.txt HTTP/1.1\r\nHost: a.example\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"


def request(
    body: bytes, extra: bytes = b"Allow: 204\r\n", answer: bytes = ANSWER
) -> bytes:
    told = b"req-hdr=0, res-hdr=%d, res-body=%d" % (len(HEAD), len(HEAD + answer))
    return (
        b"RESPMOD icap://localhost/quet ICAP/1.0\r\nHost: localhost\r\n"
        + extra
        + b"Encapsulated: "
        + told
        + b"\r\n\r\n"
        + HEAD
        + answer
        + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    )


def raw(icap, content: bytes, *, seconds: float = 20, ends: bool = True) -> str:
    """Send bytes as they are; return what comes back until the peer closes."""
    with socket.create_connection(icap.server_address, timeout=seconds) as line:
        got = b""
        with contextlib.suppress(ConnectionError):
            line.sendall(content)
            if ends:
                line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65536):
                got += piece
    return got.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "400"),
        (b"RESPMOD icap://localhost/quet ICAP/9.0\r\n\r\n", "505"),
        (b"RESPMOD icap://localhost/quet ICAP/1.0\r\n\r\n", "400"),
        (request(b"x").replace(b"/quet", b"/khac"), "404"),
        (request(b"x").replace(b"RESPMOD", b"DELMOD"), "405"),
        (request(b"x").replace(b"req-hdr=0", b"req-hdr=5"), "400"),
        (request(b"x").replace(b"res-body=", b"res-body=-"), "400"),
        (request(b"x").replace(b"res-body=", b"res-body=9999999"), "400"),
        (request(b"x").replace(b"\r\n1\r\n", b"\r\nxyz\r\n"), "400"),
        (request(b"x").replace(b"\r\n1\r\n", b"\r\n-1\r\n"), "400"),
        (request(b"x", extra=b"A: " + b"b" * 9000 + b"\r\n"), "400"),
        (request(b"x", extra=b"A: b\r\n" * 200), "400"),
        (request(b"x", extra=b"Preview: -1\r\n"), "400"),
        (request(b"x", extra=b"Encapsulated: null-body=0\r\n"), "400"),
    ],
)
def test_what_is_not_icap_is_refused_and_leaves_nothing(icap, content, status):
    assert raw(icap, content).startswith(f"ICAP/1.0 {status} ")
    assert not Attachment.objects.exists()
    assert not list(store.root().rglob("*.part"))


def test_a_name_that_contradicts_itself_does_not_stop_the_file(icap, worker):
    told = b"Content-Disposition: a; filename*=utf-8''%ff; filename*0*=b\r\n\r\n"
    answer = ANSWER.removesuffix(b"\r\n") + told
    said = raw(icap, request(b"x", answer=answer))
    assert not said.startswith("ICAP/1.0 503")
    assert Attachment.objects.get().size == 1


def test_a_body_cut_off_in_the_middle_leaves_nothing(icap):
    whole = request(b"x" * 100_000)
    raw(icap, whole[: len(whole) // 2])
    assert not Attachment.objects.exists()
    assert not list(store.root().rglob("*.part"))


def test_one_byte_a_second_is_cut_off(icap):
    began = time.monotonic()
    with socket.create_connection(icap.server_address, timeout=0.5) as line:
        for byte in request(b"x"):
            line.sendall(bytes([byte]))
            if is_closed(line):
                break
    assert 1 < time.monotonic() - began < 10
    assert not Attachment.objects.exists()


def is_closed(line: socket.socket) -> bool:
    """Tell within half a second whether the peer hung up."""
    try:
        return line.recv(100) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_one_connection_too_many_is_told_so_at_once(icap):
    lines = [
        socket.create_connection(icap.server_address, timeout=10)
        for _number in range(icap.service.most_connections)
    ]
    try:
        deadline = time.monotonic() + 5
        said = ""
        while "503" not in said and time.monotonic() < deadline:
            said = raw(icap, b"", ends=False, seconds=10)
        assert said.startswith("ICAP/1.0 503 ")
    finally:
        for line in lines:
            line.close()


def test_several_requests_use_one_connection(icap, worker):
    with socket.create_connection(icap.server_address, timeout=20) as line:
        for number in range(3):
            line.sendall(request(b"clean %d" % number))
            assert line.recv(65536).startswith(b"ICAP/1.0 204 ")
    assert Attachment.objects.count() == 3


def test_the_istag_changes_with_the_rules(icap, monkeypatch):
    before = service.istag()
    monkeypatch.setattr("scanning.reuse.POLICY_VERSION", "another")
    assert service.istag() != before
    assert len(before) <= 32
