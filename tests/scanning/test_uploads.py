"""Uploads go to the disk as they arrive, and give its memory back when judged."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from scanning import sealing, store
from scanning.judging import judge
from scanning.uploads import HashedUpload
from scanning.verdicts import Verdict
from tests.factories.scanning import AttachmentFactory

KILOBYTE, MEGABYTE = 1024, 1024 * 1024
BOUNDARY = "grenze"


class Line(BytesIO):
    """A body that tells in which pieces it was read."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.pieces: list[int] = []

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.pieces.append(len(piece))
        return piece


def part(name: str, value: bytes, more: str = "") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n'
    return f"{head}\r\n".encode() + value + b"\r\n"


@contextmanager
def posted(body: Line) -> Iterator[HttpRequest]:
    request = RequestFactory().generic(
        "POST",
        "/",
        CONTENT_TYPE=f"multipart/form-data; boundary={BOUNDARY}",
        CONTENT_LENGTH=str(len(body.getvalue())),
        **{"wsgi.input": body},
    )
    try:
        yield request
    finally:
        request.close()


def form(content: bytes, fields: dict[str, bytes]) -> Line:
    told = b"".join(part(name, value) for name, value in fields.items())
    file = part("file", content, '; filename="a.bin"')
    return Line(told + file + f"--{BOUNDARY}--\r\n".encode())


def upload_of(request: HttpRequest) -> HashedUpload:
    upload = request.FILES["file"]
    assert isinstance(upload, HashedUpload)
    return upload


@pytest.mark.parametrize("field", [0, 10, 8 * KILOBYTE - 200, 8 * KILOBYTE, 100_000])
@pytest.mark.parametrize("size", [0, 1, 8 * KILOBYTE - 500, 8 * KILOBYTE, MEGABYTE])
def test_what_is_parted_from_a_form_is_what_came(field: int, size: int):
    """Wherever the end of the short first piece falls."""
    content = os.urandom(size)
    fields = {f"f{number}": b"x" * (field + number) for number in range(4)}
    with posted(form(content, fields)) as request:
        upload = upload_of(request)
        assert upload.read() == content
    assert upload.sha256 == hashlib.sha256(content).hexdigest()
    assert request.POST.dict() == {n: v.decode() for n, v in fields.items()}


def test_only_the_first_piece_of_a_body_is_short():
    body = form(b"x" * (3 * MEGABYTE), {"a": b"1", "b": b"2"})
    with posted(body) as request:
        assert upload_of(request).size == 3 * MEGABYTE
    assert body.pieces[0] == 8 * KILOBYTE
    assert body.pieces[1:3] == [MEGABYTE, MEGABYTE]


def test_a_large_upload_is_on_the_disk_as_it_came():
    """It is longer than what the disk is told at once to write, and ends in between."""
    content = os.urandom(9 * MEGABYTE + 77)
    with posted(form(content, {})) as request:
        upload = upload_of(request)
        assert upload.read() == content
    assert upload.sha256 == hashlib.sha256(content).hexdigest()


def test_two_files_of_one_form_are_each_their_own():
    one, other = os.urandom(5 * MEGABYTE), os.urandom(6 * MEGABYTE)
    body = part("one", one, '; filename="1.bin"')
    body += part("other", other, '; filename="2.bin"') + f"--{BOUNDARY}--\r\n".encode()
    with posted(Line(body)) as request:
        assert request.FILES["one"].read() == one
        assert request.FILES["other"].read() == other


@pytest.mark.django_db
def test_a_judged_file_gives_back_the_memory_of_its_bytes(clamd, formats):
    content = b"Kinh gui\n" * 200_000
    file = AttachmentFactory(content=content, name="a.txt")
    with sealing.open_bytes(file) as opened:
        os.fsync(opened.fileno())
        _require_memory_of_the_disk(opened.fileno())
        assert judge(file).verdict == Verdict.CLEAN
        assert not in_memory(opened.fileno())
    with store.open_stored(file.stored_as) as kept:
        assert kept.read() == content


def in_memory(descriptor: int) -> bool:
    """Tell whether the kernel has the first bytes of a file at hand."""
    try:
        os.preadv(descriptor, [bytearray(10)], 0, os.RWF_NOWAIT)
    except BlockingIOError:
        return False
    return True


def _require_memory_of_the_disk(descriptor: int) -> None:
    """Skip where files lie in memory anyway, or where the kernel does not say."""
    try:
        assert in_memory(descriptor)
        store.let_go(descriptor)
        if in_memory(descriptor):
            pytest.skip("this file system keeps its files in memory")
    except OSError:
        pytest.skip("this file system does not tell what it has at hand")
    os.pread(descriptor, 10, 0)
    assert in_memory(descriptor)
