"""Plain text is told in one pass as each room for it tells (Điều 9, 12.7)."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanning.inspection import windows
from scanning.inspection.plain_text import is_plain
from scanning.inspection.types import TrueType, is_text, is_unicode, look_first
from scanning.secrecy.possible import may_hold_stamp

# What letters in UTF-8 are made of, at the borders of what is allowed, and control.
_BORDERS = [
    0x7F,
    0x80,
    0x8F,
    0x90,
    0x9F,
    0xA0,
    0xBF,
    0xC0,
    0xC1,
    0xC2,
    0xDF,
    0xE0,
    0xE1,
]
_MORE = [
    0xEC,
    0xED,
    0xEE,
    0xEF,
    0xF0,
    0xF1,
    0xF3,
    0xF4,
    0xF5,
    0xFF,
    0,
    8,
    9,
    10,
    11,
    27,
]
_BYTES = st.lists(st.sampled_from([*_BORDERS, *_MORE, *b"aZ \nn"]), max_size=12)
_PIECES = ["ậ", "đ", "€", "😀", "\ufeff", "\ud7ff", "\ue000", "\U0010ffff", "a", "\n"]
_WORDS = ["MẬT", "mật khẩu", "năm", "tâm – thế", "M.A.T", "Mật", " ", "TỐI"]
_TEXTS = st.lists(st.sampled_from([*_PIECES, *_WORDS]), max_size=8).map("".join)


def as_the_rooms_say(content: bytes) -> bool:
    file = io.BytesIO(content)
    return is_text(file) and is_unicode(file) and not may_hold_stamp(file)


@given(_BYTES.map(bytes))
@example(b"")
@example(b"\xed\xa0\x80")  # half of a letter in UTF-16
@example(b"\xf4\x90\x80\x80")  # behind the last letter there is
def test_one_pass_says_of_any_bytes_what_the_rooms_say(content: bytes) -> None:
    assert is_plain(content) == as_the_rooms_say(content)


@given(_TEXTS, st.integers(0, 6), st.integers(0, 6))
def test_one_pass_says_of_a_text_what_the_rooms_say(
    said: str, before: int, behind: int
) -> None:
    content = said.encode()
    cut = content[before : len(content) - behind]
    assert is_plain(cut) == as_the_rooms_say(cut)


@pytest.mark.parametrize("first", range(256))
def test_every_pair_of_bytes_is_judged_as_the_rooms_judge_it(first: int) -> None:
    for second in range(256):
        for content in (bytes([first, second]), bytes([0x61, first, second, 0x61])):
            file = io.BytesIO(content)
            if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
                assert is_plain(content) == as_the_rooms_say(content), content
            assert file.tell() == 0


def test_every_letter_there_is_is_plain_and_none_cut_short_is() -> None:
    for number in (*range(0x80, 0xD800), *range(0xE000, 0x110000, 97), 0x10FFFF):
        letter = chr(number).encode()
        assert is_plain(letter), hex(number)
        assert not is_plain(letter[:-1]), hex(number)
        assert not is_plain(letter[1:]), hex(number)


def test_large_texts_are_plain_wherever_their_windows_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(windows, "_WINDOW", 50)
    monkeypatch.setattr(windows, "_OVERLAP", 20)
    said = "Quyết định của Ủy ban nhân dân về quản lý văn bản điện tử 😀. " * 9
    for shift in range(60):
        content = b"x" * shift + said.encode()
        assert is_plain(content)
        assert not is_plain(content[:-10] + b"\xe1\xba" + content[-10:])
        assert not is_plain(content + b"\nM\xe1\xba\xacT\n" + content)


def test_only_plain_text_is_called_so() -> None:
    assert look_first(io.BytesIO("văn bản".encode())).is_plain
    old = look_first(io.BytesIO("v¨n b¶n".encode("latin-1")))
    assert (old.true_type, old.is_plain) == (TrueType.TEXT, False)
    wide = look_first(io.BytesIO("văn bản".encode("utf-16")))
    assert (wide.true_type, wide.is_plain) == (TrueType.TEXT, False)
    none = look_first(io.BytesIO(b"v\x00n"))
    assert (none.true_type, none.is_plain) == (TrueType.OTHER, False)
