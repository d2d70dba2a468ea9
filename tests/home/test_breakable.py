"""Long names break after their own separators, and nothing in them becomes markup."""

import pytest

from portal.home.templatetags.portal import breakable


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Win.Test.EICAR_HDB-1", "Win.<wbr>Test.<wbr>EICAR_<wbr>HDB-<wbr>1"),
        ("công-văn.pdf", "công-<wbr>văn.<wbr>pdf"),
        ("nhat ky.log", "nhat ky.<wbr>log"),
        ("Hãy gửi lại. Cảm ơn.", "Hãy gửi lại. Cảm ơn."),
        ("–", "–"),
        ("", ""),
        ("a.<b>&amp;", "a.&lt;b&gt;&amp;amp;"),
    ],
)
def test_a_name_breaks_after_dots_and_dashes_alone(name: str, written: str):
    assert breakable(name) == written
