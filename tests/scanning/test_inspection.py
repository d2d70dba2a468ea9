"""The recogniser and the archive walker, on files made here."""

import io
import random
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanning.inspection import (
    Limits,
    TrueType,
    extension,
    inspect,
    inspect_name,
    recognise,
)
from scanning.inspection.types import NEVER_ALLOWED
from tests.factories.scanning import docx, odt, png, zipped

ALLOWED = {
    name: frozenset({true_type})
    for name, true_type in {
        "txt": TrueType.TEXT,
        "pdf": TrueType.PDF,
        "doc": TrueType.DOC,
        "docx": TrueType.DOCX,
        "odt": TrueType.ODT,
        "png": TrueType.PNG,
        "zip": TrueType.ZIP,
    }.items()
}


def codes(name: str, content: bytes, **limits: int) -> set[str]:
    report = inspect(
        io.BytesIO(content), extension(name), allowed=ALLOWED, limits=Limits(**limits)
    )
    return {one.code for one in (*inspect_name(name), *report.found)}


@given(st.binary(max_size=4000), st.sampled_from(sorted(ALLOWED)))
@settings(max_examples=300, deadline=None)
def test_no_bytes_break_the_inspection(content, claimed):
    report = inspect(io.BytesIO(content), claimed, allowed=ALLOWED)
    assert report.true_type in TrueType


SEEDS = [docx(), odt(), zipped(a__txt=b"x" * 400), png()]


@given(st.sampled_from(SEEDS), st.integers(0, 2**32))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_damage_breaks_the_inspection(content, seed):
    chance, damaged = random.Random(seed), bytearray(content)  # noqa: S311 (no secret)
    for _ in range(chance.randint(1, 12)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    cut = bytes(damaged[: chance.randint(1, len(damaged))])
    for each in (bytes(damaged), cut):
        inspect(io.BytesIO(each), "zip", allowed=ALLOWED)


@given(st.binary(min_size=1, max_size=500), st.sampled_from([b"MZ", b"\x7fELF", b"#!"]))
def test_a_program_is_never_taken_for_a_document(rest, sign):
    assert recognise(io.BytesIO(sign + rest)) == TrueType.PROGRAM
    assert TrueType.PROGRAM in NEVER_ALLOWED
    assert "program" in codes("a.txt", sign + rest)


@given(st.text(max_size=500))
def test_what_is_called_text_holds_no_control_codes(text):
    content = text.encode()
    if recognise(io.BytesIO(content)) == TrueType.TEXT:
        assert not set(content) & (set(range(32)) - set(b"\t\n\r\f\x1b"))


def stored(name: str, content: bytes, **changes: object) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo(name)
        for key, value in changes.items():
            setattr(info, key, value)
        archive.writestr(info, content)
    return target.getvalue()


def nested(depth: int) -> bytes:
    content = zipped(a__txt=b"x")
    for _ in range(depth - 1):
        content = zipped(a__zip=content)
    return content


def lying_header() -> bytes:
    """Return an archive whose member says another name than the directory."""
    content = stored("a.txt", b"x" * 10)
    return content.replace(b"a.txt", b"b.exe", 1)


CASES = {
    "empty": ("a.txt", b"", "empty"),
    "unknown extension": ("a.xyz", b"x", "type_not_listed"),
    "extension that lies": ("a.pdf", b"x", "type_lies"),
    "page of HTML": ("a.txt", b"  <!DOCTYPE html><script>x</script>", "program"),
    "scripted XML": ("a.txt", b"<?xml version='1.0'?><svg onload='x'/>", "program"),
    "hidden direction": ("b\u202etxt.pdf", b"%PDF-1.4", "dangerous_name"),
    "zip in zip in zip in zip": ("a.zip", nested(4), "archive_too_deep"),
    "bomb": ("a.zip", zipped(a__txt=b"\0" * 40_000_000), "archive_too_big"),
    "bytes before the zip": ("a.zip", b"PK\x03\x04" + zipped(a__txt=b"x"), "damaged"),
    "bytes after the zip": ("a.zip", zipped(a__txt=b"x") + b"more", "damaged"),
    "two zips in a row": ("a.zip", zipped(a__txt=b"x") * 2, "damaged"),
    "header that lies": ("a.zip", lying_header(), "damaged"),
    "cut zip": ("a.zip", zipped(a__txt=b"x")[:-10], "damaged"),
    "program in a zip": ("a.zip", zipped(a__exe=b"MZ"), "member"),
    "program under a good name": ("a.zip", zipped(a__txt=b"MZ"), "member"),
    "macro": ("a.docx", docx(**{"word/vbaProject.bin": b"x"}), "macro"),
    "ActiveX": ("a.docx", docx(**{"word/activeX/a.xml": b"x"}), "embedded_object"),
    "Basic": ("a.odt", odt(**{"Basic/Standard/a.xml": b"x"}), "macro"),
    "encrypted ODT": (
        "a.odt",
        odt(**{"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
        "encrypted",
    ),
    "encrypted PDF": ("a.pdf", b"%PDF-1.4 trailer<</Encrypt 5 0 R>>", "encrypted"),
    "attachment": ("a.pdf", b"%PDF-1.4 <</Type/EmbeddedFile>>", "pdf_attachment"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_trick_is_seen(case):
    name, content, expected = CASES[case]
    assert expected in codes(name, content)


def test_encrypted_members_are_seen():
    content = bytearray(stored("a.txt", b"secret"))
    local, central = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    content[local + 6] |= 1
    content[central + 8] |= 1
    assert "encrypted" in codes("a.zip", bytes(content))


def test_a_directory_that_declares_less_than_it_unpacks_is_seen():
    content = bytearray(zipped(a__txt=b"\0" * 1_000_000))
    for sign, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(sign) + offset
        content[at : at + 4] = (100).to_bytes(4, "little")
    assert codes("a.zip", bytes(content)) & {"damaged", "archive_too_big"}


def test_too_many_members_are_seen():
    assert "archive_too_many" in codes(
        "a.zip", zipped(a__txt=b"x", b__txt=b"x", c__txt=b"x"), members=2
    )


def test_a_good_archive_and_good_documents_raise_nothing():
    assert (
        codes("a.zip", zipped(a__txt=b"x", b__docx=docx(), c__png=png(), d__txt=b""))
        == set()
    )
    assert codes("a.docx", docx()) == set()
    assert codes("a.odt", odt()) == set()
