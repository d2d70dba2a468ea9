"""Uploads that break off, crawl, or come in crowds, to a real gunicorn."""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from access.permissions import load_roles
from scanning import store, tasks
from scanning.models import Attachment, AttachmentState
from tests.factories.access import actor
from tests.scanning.faults.processes import serving, wait_until
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
BOUNDARY = "grenze"
CROWD = 200
PAGE = "/tep/gui/"


class Sender:
    """A signed-in officer's browser, down to the bytes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.client = Client()
        sign_in(self.client, actor())
        page = self.client.get(reverse("scanning:submit")).content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        self.token = token[1]
        jar = self.client.cookies.values()
        self.cookies = "; ".join(f"{each.key}={each.value}" for each in jar)

    def request(self, content: bytes, name: str = "a.txt") -> bytes:
        """Return the request that hands in one file."""
        fields = {"csrfmiddlewaretoken": self.token, "urgency": "thuong"}
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n'
            f"{value}\r\n"
            for field, value in fields.items()
        ]
        parts.append(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; '
            f'filename="{name}"\r\nContent-Type: text/plain\r\n\r\n'
        )
        body = "".join(parts).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        head = (
            f"POST {PAGE} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Cookie: {self.cookies}\r\nConnection: close\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def line(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def sent(self, content: bytes, name: str = "a.txt") -> int:
        """Hand in one file and return the status of the answer; 0 for none."""
        with self.line() as line:
            line.sendall(self.request(content, name))
            answer = line.recv(4096)
        return int(answer.split()[1]) if answer else 0


@pytest.fixture
def sender(formats) -> Iterator[Sender]:
    load_roles()
    with serving() as port:
        yield Sender(port)


def left_over() -> list[Path]:
    """Return what lies where uploads arrive and in the store."""
    folders = [Path(settings.FILE_UPLOAD_TEMP_DIR), store.root()]
    uploads = [path for folder in folders for path in folder.rglob("*.upload*")]
    stored = [path for path in store.root().rglob("*") if path.is_file()]
    kept = set(Attachment.objects.values_list("stored_as", flat=True))
    return uploads + [p for p in stored if str(p.relative_to(store.root())) not in kept]


def arrived() -> int:
    """Return how many bytes lie where uploads arrive."""
    uploads = Path(settings.FILE_UPLOAD_TEMP_DIR).rglob("*.upload*")
    return sum(path.stat().st_size for path in uploads)


def test_an_upload_cut_off_in_the_middle_leaves_nothing(sender: Sender):
    before = set(left_over())
    request = sender.request(b"x" * 8_000_000)
    with sender.line() as line:
        line.sendall(request[: len(request) // 2])
        wait_until(lambda: arrived() > 2_000_000)
    assert sender.sent(b"Kinh gui") == 302, "the next one is taken"
    assert Attachment.objects.count() == 1
    wait_until(lambda: set(left_over()) <= before, seconds=10)


def test_one_who_sends_a_byte_a_second_stops_nobody(sender: Sender):
    """As many crawl as there are threads but one; others are served meanwhile."""
    lines = []
    done = threading.Event()

    def crawl() -> None:
        with sender.line() as line:
            request = sender.request(b"x" * 1000)
            line.sendall(request[:-900])
            lines.append(line)
            for byte in request[-900:]:
                if done.wait(1):
                    return
                line.sendall(bytes([byte]))

    with ThreadPoolExecutor(3) as pool:
        for _ in range(3):
            pool.submit(crawl)
        wait_until(lambda: len(lines) == 3)
        began = time.monotonic()
        status = sender.sent(b"Kinh gui")
        took = time.monotonic() - began
        done.set()
    assert status == 302
    assert took < 20
    assert Attachment.objects.count() == 1, "half a file is no file"


def test_200_at_once_lose_nothing_and_release_nothing_unscanned(sender: Sender, clamd):
    def hand_in(number: int) -> int:
        try:
            return sender.sent(f"Kinh gui {number}".encode(), f"{number}.txt")
        except OSError:
            return 0
        finally:
            connection.close()

    before = set(left_over())
    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(hand_in, range(CROWD)))

    taken = {f"{n}.txt" for n, status in enumerate(answers) if status == 302}
    kept = set(Attachment.objects.values_list("name", flat=True))
    assert taken <= kept, "what was confirmed is there"
    assert len(taken) >= CROWD * 0.9, Counter(answers)
    assert not Attachment.objects.exclude(state=AttachmentState.PENDING).exists()
    for _ in range(CROWD // tasks.SWEEP_TAKES + 1):
        tasks.sweep()
    files = Attachment.objects.all()
    assert {file.state for file in files} == {AttachmentState.RELEASED}
    assert {file.scans.count() for file in files} == {1}
    wait_until(lambda: set(left_over()) <= before, seconds=10)
