"""Qd06 Điều 12.7: no stamp is passed over by the quick look at a text's bytes."""

import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scanning.secrecy.possible import may_hold_stamp
from scanning.secrecy.stamps import POSSIBLE

_SOME = st.text(
    st.sampled_from("mMaAâÂậẬạẠËäÄtTòÒ^_ \u00a0.-–·\u0302\u0323\u200bđăẫ\nn1×÷\u1680"),
    max_size=14,
)
_LATIN = st.text(
    st.sampled_from([*"mMaAtT ^_.-\n", *map(chr, range(0x80, 0x100))]), max_size=14
)
_STAMPED = st.builds(
    "{}M{}{}{}{}T{}".format,
    st.text("\n m", max_size=2),
    st.text("_ .-·×÷\u00a0", max_size=3),
    st.sampled_from("aAâÂËäÄ"),
    st.text("äÄòÒ^", max_size=2),
    st.text("_ .-·×÷\u00a0", max_size=3),
    st.text("\n ._đ", max_size=2),
)


@given(_SOME | _STAMPED)
def test_what_may_be_a_stamp_in_utf8_is_seen_in_its_bytes(said):
    assume(POSSIBLE.search(said))
    assert may_hold_stamp(io.BytesIO(said.encode()))


@given(_LATIN | _STAMPED.filter(lambda said: "đ" not in said))
def test_what_may_be_a_stamp_in_an_old_encoding_is_seen_in_its_bytes(said):
    assume(POSSIBLE.search(said))
    assert may_hold_stamp(io.BytesIO(said.encode("latin-1")))


@pytest.mark.parametrize(
    "said", ["M\u00e2\x80T", "M\u00e2\x80\x89T\n", "M_×\u00e2\x80T."]
)
def test_what_could_begin_a_dash_in_utf8_is_still_seen_as_a_letter(said):
    assert POSSIBLE.search(said)
    assert may_hold_stamp(io.BytesIO(said.encode("latin-1")))


@pytest.mark.parametrize("before", [4 * 1024**2 - n for n in range(1, 5)])
def test_a_stamp_is_seen_where_two_windows_meet(before):
    content = b"a" * (before - 1) + b"\n" + "MẬT".encode() + b"\nb" * 9
    file = io.BytesIO(content)

    assert may_hold_stamp(file)
    assert file.tell() == 0


@pytest.mark.parametrize(
    "said",
    [
        "năm một nghìn chín trăm đạt kết quả, năm đầu – tháng mười",
        "gồm tài liệu và tâm thế; mặt bằng, mất mát, mã tài liệu",
    ],
)
def test_a_text_that_speaks_of_other_things_is_not_read(said):
    assert not may_hold_stamp(io.BytesIO(said.encode()))
