"""What holds for all bytes: no error, an end, and no two readings of one archive."""

import contextlib
import io
import random
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanning.inspection import (
    POLICY_VERSION,
    Limits,
    inspect_name,
    limits,
    pdf_strings,
    policy,
    recognise,
)
from scanning.inspection.archives import walk
from scanning.inspection.fields import in_fields
from scanning.inspection.formulas import in_sheet
from scanning.inspection.limits import Budget, LimitError
from scanning.inspection.ole import ole
from scanning.inspection.packages import Package
from scanning.inspection.pdf import pdf
from scanning.inspection.polyglots import polyglot
from scanning.inspection.rtf import rtf
from scanning.inspection.sheets import table
from scanning.inspection.types import BROKEN_ZIP, TrueType
from tests.scanning.corpus.compounds import xls
from tests.scanning.corpus.table import CASES
from tests.scanning.corpus.zips import Member, archive

SEEDS = [content for case in CASES if len(content := case.make()) < 60_000]
ZIPS = [content for content in SEEDS if content.startswith(b"PK")]
SLOW = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
names = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1)


def budget(content: bytes, seconds: float = 20.0) -> Budget:
    return Budget(Limits(seconds=seconds), packed=len(content))


def damaged(content: bytes, seed: int) -> bytes:
    """Return the bytes with some changed, and sometimes cut, doubled or moved."""
    chance, changed = random.Random(seed), bytearray(content)  # noqa: S311 (no secret)
    for _ in range(chance.randint(1, 6)):
        if not changed:
            break
        at = chance.randrange(len(changed))
        match chance.randrange(6):
            case 0:
                del changed[at : at + chance.randint(1, 40)]
            case 1:
                changed[at:at] = changed[at : at + chance.randint(1, 60)]
            case _:
                changed[at] = chance.choice([0, 1, 8, 255, chance.randrange(256)])
    return bytes(changed)


def look(content: bytes) -> None:
    """Let every inspector look, whatever the file is."""
    file = io.BytesIO(content)
    whole = budget(content)
    recognise(file)
    try:
        list(walk(file, whole, Package(whole, lambda *_: iter(())).visit))
        for each in (pdf, rtf, table, ole, in_sheet):
            list(each(file, whole))
        list(polyglot(file, TrueType.PDF, whole))
        list(in_fields(content.decode("latin-1"), bare=True))
    except LimitError:
        return


@given(st.binary(max_size=3000))
@settings(deadline=None)
def test_no_bytes_break_an_inspector(content):
    look(content)


@given(st.sampled_from(SEEDS), st.integers(0, 2**32))
@SLOW
def test_no_damage_breaks_an_inspector_nor_keeps_it_for_ever(content, seed):
    began = time.monotonic()
    look(damaged(content, seed))
    assert time.monotonic() - began < 20


@given(st.sampled_from(SEEDS), st.binary(max_size=40), st.integers(0, 60_000))
@SLOW
def test_the_recogniser_is_sure_of_itself_and_never_raises(content, noise, cut):
    for each in (noise + content, content[:cut], noise + content[:cut]):
        file = io.BytesIO(each)
        assert recognise(file) == recognise(file)
        assert file.tell() == 0


@given(st.text("({<\\\\)>}\n012/abc", max_size=200), st.integers(0, 300))
@settings(deadline=None)
def test_an_address_in_a_pdf_is_read_however_it_is_written(noise, place):
    share = "\\\\10.0.0.1\\a"
    plain, wide = share.encode(), b"\xfe\xff" + share.encode("utf-16-be")
    octal = b"".join(b"\\%03o" % letter for letter in wide)
    ways = (
        b"(%b)" % plain.replace(b"\\", b"\\\\"),
        b"(%b)" % octal,
        b"<%b>" % wide.hex().encode(),
        b"<%b>" % " ".join(plain.hex()).encode(),
    )
    for each in ways:
        assert pdf_strings.read(each) == share
        assert pdf_strings.read(each + noise.encode()) == share
    cut = noise.encode()[: place % (len(noise) + 1)]
    assert isinstance(pdf_strings.read(cut), str)


def read_by_us(content: bytes) -> dict[str, bytes] | None:
    """Return the members that were inspected, None if anything was found."""
    seen: dict[str, bytes] = {}

    def visit(name, member):
        seen[name] = member.read()
        return iter(())

    try:
        found = list(walk(io.BytesIO(content), budget(content), visit))
    except LimitError:
        return None
    return None if found else seen


def read_from_the_end(content: bytes) -> dict[str, bytes]:
    """Return the members as programs unpack them: by the directory."""
    with zipfile.ZipFile(io.BytesIO(content)) as reader:
        return {i.filename: reader.read(i) for i in reader.infolist() if not i.is_dir()}


def read_from_the_front(content: bytes) -> list[bytes]:
    """Return the members as a stream gives them: header after header."""
    found, at = [], 0
    while content[at : at + 4] == b"PK\3\4":
        fields = struct.unpack_from("<4s5H3I2H", content, at)
        flags, method, packed = fields[2], fields[3], fields[7]
        at += 30 + fields[9] + fields[10]
        if method == 8:
            engine = zlib.decompressobj(-15)
            found.append(engine.decompress(content[at:]))
            at = len(content) - len(engine.unused_data)
        else:
            if packed == 0xFFFFFFFF or flags & 8:
                return found  # a stream cannot know
            found.append(content[at : at + packed])
            at += packed
        if flags & 8:
            at = content.index(b"PK", at + (content[at : at + 4] == b"PK\7\x08") * 4)
    return found


@given(st.dictionaries(names, st.binary(max_size=300), max_size=5), st.booleans())
@settings(deadline=None)
def test_what_is_unpacked_is_what_was_inspected(members, packed):
    method = 8 if packed else 0
    made = [Member(name, content, method) for name, content in members.items()]
    content = archive(*made)
    seen = read_by_us(content)
    if any(inspect_name(name) for name in members):
        assert seen is None
        return
    assert seen == members == read_from_the_end(content)
    assert read_from_the_front(content) == list(members.values())


@given(st.sampled_from(ZIPS), st.integers(0, 2**32))
@settings(
    max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
def test_no_change_makes_an_archive_read_differently_and_pass(content, seed):
    changed = damaged(content, seed)
    seen = read_by_us(changed)
    if seen is None:
        return
    try:
        by_directory = read_from_the_end(changed)
    except BROKEN_ZIP:
        by_directory = {}  # others refuse it: nothing is unpacked
    for name, member in by_directory.items():
        assert member in seen.values(), name
    for member in read_from_the_front(changed):
        assert member in seen.values() or not member


def test_the_time_is_limited():
    content = archive(*[Member(f"{n}.txt", b"x" * 100) for n in range(50)])
    with pytest.raises(LimitError, match="limits_reached"):
        list(
            walk(io.BytesIO(content), budget(content, seconds=-1), lambda *_: iter(()))
        )
    for each in (pdf, rtf, table):
        with pytest.raises(LimitError, match="limits_reached"):
            list(each(io.BytesIO(b"%PDF-1.4 stream\n"), budget(b"", seconds=-1)))


@pytest.mark.slow
@pytest.mark.parametrize("head", [b"%PDF-1.7\n", b"{\\rtf1 ", b"ten,so\n"])
def test_a_file_of_a_gigabyte_is_never_held_in_memory(head, tmp_path):
    path = tmp_path / "large"
    with path.open("w+b") as file:
        file.write(head)
        file.truncate(1024**3)
        whole = budget(b"", seconds=4)
        tracemalloc.start()
        with contextlib.suppress(LimitError):
            for each in (pdf, rtf, table):
                list(each(file, whole))
            list(polyglot(file, TrueType.PDF, whole))
        list(in_fields(content.decode("latin-1"), bare=True))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 64 * 1024**2


def test_many_names_for_one_long_stream_do_not_keep_the_inspection():
    book = xls(filler=bytes(4_000_000))
    with pytest.raises(LimitError, match="limits_reached"):
        list(ole(io.BytesIO(book), budget(book, seconds=-1)))
    strange = bytearray(book)
    strange[56:60] = (2**31).to_bytes(4, "little")  # all streams are called small
    found = list(ole(io.BytesIO(bytes(strange)), budget(book)))
    assert [one.code for one in found] == ["damaged"]


def test_a_change_of_rules_or_limits_is_a_change_of_the_policy(tmp_path, monkeypatch):
    monkeypatch.setattr(policy, "_FLOOR", tmp_path)
    (tmp_path / "inspection").mkdir()
    rules = tmp_path / "inspection" / "limits.py"
    rules.write_bytes(limits.__file__.encode())
    before = policy._version()
    rules.write_bytes(b"depth = 4")
    assert len({before, policy._version(), POLICY_VERSION}) == 3
    assert len(POLICY_VERSION) <= 40
