"""Documents made to hang, to fill or to break the reader do none of it."""

import io
import tempfile
import time
import zlib
from pathlib import Path

import pytest

from scanning.inspection import TrueType
from scanning.secrecy import plain, reading
from scanning.secrecy.look import Look
from tests.scanning.secrecy import documents as d


def codes(content: bytes, true_type: TrueType, **limits) -> list[str]:
    return [one.code for one in Look(**limits).at(io.BytesIO(content), true_type)]


def pdf_with(stream: bytes) -> bytes:
    packed = zlib.compress(stream, 1)
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (len(packed), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = b"".join(b"%d 0 obj%s endobj\n" % each for each in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"


def test_a_document_that_keeps_the_reader_busy_is_not_waited_for():
    busy = pdf_with(b"q 1 0 0 1 0 0 cm (a) Tj Q\n" * 2_000_000)
    began = time.monotonic()
    assert codes(busy, TrueType.PDF, seconds=2.0) == ["limits_reached"]
    assert time.monotonic() - began < 10
    assert codes("MẬT".encode(), TrueType.TEXT) == ["secrecy_stamp"]


def test_a_document_that_unpacks_to_too_much_is_not_read():
    assert codes(pdf_with(b"\0" * 100_000_000), TrueType.PDF) == ["limits_reached"]
    assert codes("MẬT".encode(), TrueType.TEXT) == ["secrecy_stamp"]


def test_a_document_that_fills_the_memory_ends_the_reader_alone():
    line = "<si><t>" + "ậ" * 100_000 + "</t></si>"
    bomb = d.packed(("xl/sharedStrings.xml", f"<sst>{line * 600}</sst>"))
    reader = reading._Reader(memory=150 * 1024**2)
    with tempfile.TemporaryFile() as file:
        file.write(bomb)
        file.flush()
        assert reader.ask(file.fileno(), "xlsx", 30) == {"fault": "limits_reached"}
    reader.end()


def test_entities_are_not_followed():
    part = (
        '<!DOCTYPE a [<!ENTITY a "MẬT"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
        "<w:document><w:p><w:r><w:t>&a;&b;</w:t></w:r></w:p></w:document>"
    )
    assert codes(d.packed(("word/document.xml", part)), TrueType.DOCX) == []


def test_all_members_of_a_file_share_its_time():
    look = Look(seconds=0.0)
    found = list(look.at(io.BytesIO("MẬT".encode()), TrueType.TEXT))
    assert [one.code for one in found] == ["limits_reached"]


@pytest.mark.parametrize(
    "true_type", ["pdf", "docx", "xlsx", "odt", "rtf", "doc", "xls"]
)
def test_rubbish_of_every_type_is_answered(true_type):
    for content in (b"%PDF-1.7\n" + bytes(range(256)) * 20, b"PK\x03\x04" + b"a" * 99):
        found = codes(content, TrueType(true_type))
        assert set(found) <= {"damaged", "limits_reached"}


def test_the_reader_has_no_secrets_and_cannot_write(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_SECRET_KEY", "not for the reader")
    reader = reading._Reader()
    try:
        folder = Path(f"/proc/{reader.process.pid}")
        assert b"PORTAL" not in (folder / "environ").read_bytes()
        with (tmp_path / "a").open("w+b") as file:
            file.write("MẬT".encode())
            file.flush()
            reader.ask(file.fileno(), "text", 10)
        limits = (folder / "limits").read_text(encoding="ascii").splitlines()
        rows = {line[:26].strip(): line[26:].split()[0] for line in limits}
        assert rows["Max file size"] == "0"
    finally:
        reader.end()


@pytest.mark.parametrize("block", [1, 2, 3, 5, 64])
@pytest.mark.parametrize(
    "text",
    ["Kính gửi\r\nUBND tỉnh\r\n\nTỐI MẬT\nhết", "một dòng", "cũ\rhơn\r", "\n\n", ""],
)
def test_a_long_text_is_read_in_pieces_that_end_with_a_line(monkeypatch, text, block):
    monkeypatch.setattr(plain, "_BLOCK", block)
    pieces = list(plain._blocks(io.BytesIO(text.encode()), "utf-8"))
    assert "".join(pieces) == text
    lines = [line for piece in pieces for line in piece.splitlines()]
    assert lines == text.splitlines()
