"""Vietnamese text: one form to store, one to search."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import text


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Đề nghị cấp tài khoản", "de nghi cap tai khoan"),
        ("ĐỀ NGHỊ", "de nghi"),
        ("Số 15/QĐ-UBND", "so 15 qd ubnd"),
        ("  quy   chế ", "quy che"),
        ("Ước", "uoc"),
        ("", ""),
    ],
)
def test_text_is_folded_for_search(written, folded):
    assert text.fold(written) == folded


def test_codes_stay_one_word():
    assert text.glue("Quyết định 15/QĐ-UBND") == "quyet dinh 15qdubnd"


@given(st.text())
def test_both_ways_to_write_a_letter_fold_alike(written):
    composed = unicodedata.normalize("NFC", written)
    decomposed = unicodedata.normalize("NFD", written)
    assert text.fold(composed) == text.fold(decomposed)
    assert text.nfc(decomposed) == composed
    assert text.fold(text.fold(written)) == text.fold(written)


def test_a_code_is_searched_as_one_word():
    told = "Sở Thử nghiệm 1301 STN1301 000.13.01.H10"
    assert not text.has_words(told, "000.13.00.H10")
    for words in ("000.13.01.H10", "000.13", "13.01.h10", "so THU nghiem", "STN1301"):
        assert text.has_words(told, words)
    assert text.has_words("UBND-VX huyện Bù Đăng", "vx bu dang")
