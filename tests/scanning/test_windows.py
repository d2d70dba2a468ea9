"""What is sought with an automaton in front is found as without it (Điều 12.1)."""

import re
from collections.abc import Iterable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanning.inspection import pdf, pdf_streams, polyglots, windows
from scanning.inspection.limits import Budget, Limits
from scanning.inspection.windows import Sought, finditer

SOUGHT = {
    name: thing
    for module in (pdf, pdf_streams, polyglots)
    for name, thing in vars(module).items()
    if isinstance(thing, Sought)
} | {
    f"sign {number}": each
    for number, each in enumerate([*polyglots._ARCHIVES, *polyglots._FOREIGN])
}

# Whole findings, what they are made of, and what nearly is one.
_WORDS = [b"/JavaScript", b"/Launch", b"/URI", b"/F", b"/FS", b"/ObjStm", b"/First"]
_ESCAPED = [b"/J#61vaScript", b"/#4aavaScript", b"/#4FbjStm", b"/O#62jStm", b"/#46irst"]
_SIGNS = [b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MSCF\0\0\0\0", b"%PDF-1.4"]
_SIGNS += [b"BZh91AY&SY", b"\xfd7zXZ\0\0\4", b"ustar\00000", b"\x7fELF\2\1\1"]
_SIGNS += [b"PK\3\4\x14\0\0\0\x08\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
_TAGS = [b"<script>", b"<SCRIPT language=", b"vbScript", b"<hTa:application", b"<?PhP "]
_PROGRAM = [b"MZ", b"x" * 60, b"This program cannot be run"]
_PARTS = [b"obj", b"end", b"stream", b"\n", b"\r\n", b" ", b"%c\n", b"(", b"<", b"<a"]
_ENDS = [b"/", b"#", b"1 ", b"0 R", b"2", b"R", b">", b"\0", b"\xff", b"M", b"Z", b"J"]
_FRAGMENTS = _WORDS + _ESCAPED + _SIGNS + _TAGS + _PROGRAM + _PARTS + _ENDS
CONTENTS = st.lists(st.sampled_from(_FRAGMENTS), max_size=40).map(b"".join)


def spans(found: Iterable[re.Match[bytes]]) -> list[tuple[int, int]]:
    return [one.span() for one in found]


def compare(content: bytes) -> int:
    """Compare both ways of finding; return how much there was to find."""
    found = 0
    for name, sought in SOUGHT.items():
        quick = spans(sought.finditer(content, 0, len(content)))
        assert quick == spans(sought.pattern.finditer(content)), (name, content)
        found += len(quick)
    return found


@given(content=CONTENTS)
def test_the_automaton_changes_nothing_of_what_is_found(content: bytes) -> None:
    compare(content)


@pytest.mark.parametrize("fragments", [_WORDS + _ESCAPED, _TAGS, _SIGNS, _PARTS])
def test_fragments_that_touch_are_found_as_well(fragments: list[bytes]) -> None:
    near = [*fragments, *_ENDS]
    joined = map(b"".join, product(fragments, near, near))
    assert sum(map(compare, joined)) > 100


def test_every_pattern_finds_something_in_a_file_of_all_fragments() -> None:
    content = b" ".join(_FRAGMENTS) + b"7 0 obj (a)\n<script vbscript MZ" + b"x" * 60
    content += b"This program cannot be run /First 12>>"
    for name, sought in SOUGHT.items():
        assert spans(sought.finditer(content, 0, len(content))), name
    compare(content)


def test_many_beginnings_that_are_none_hide_nothing_behind_them() -> None:
    sought = Sought(rb"ab+c", begins=rb"a")
    content = b"ad" * 10_000 + b"abbc" + b"a" * 5_000 + b"abc"
    found = [one.group() for one in sought.finditer(content, 0, len(content))]
    assert found == [b"abbc", b"abc"]


def test_only_what_lies_between_the_places_is_found() -> None:
    sought = Sought(rb"ab?", begins=rb"a")
    assert spans(sought.finditer(b"ab.ab.ab", 1, 4)) == [(3, 4)]


@pytest.mark.parametrize("as_text", [True, False])
def test_what_stands_across_two_windows_is_found_once(
    as_text: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "_WINDOW", 100)
    monkeypatch.setattr(windows, "_OVERLAP", 30)
    sought = Sought(rb"/Launch", begins=rb"/L")
    pattern = sought.pattern if as_text else sought
    for at in range(60, 120):
        content = b"x" * at + b"/Launch" + b"x" * 100
        budget = Budget(Limits(), len(content))
        assert spans(finditer(pattern, content, budget)) == [(at, at + 7)]
