"""Điều 12.6: commands in tables written as text are found, however many there are."""

import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanning.inspection.limits import Budget, Limits
from scanning.inspection.sheets import table

_PIECES = ["=", "+", "@", ",", ";", "|", "\t", " ", '"', '""', "'", "\n", "\r", "abc"]
_COMMANDS = ["DDE(", "image (", "|' /C calc'!A0", "HYPERLINK("]
CONTENTS = st.lists(st.sampled_from(_PIECES + _COMMANDS), max_size=14).map("".join)
_COMMAND = re.compile(
    r"\|[^\r\n|]{0,8192}!|\b(?:DDE|IMAGE|HYPERLINK)[ \t]*\(", re.IGNORECASE
)
_PLAIN = re.compile(r"(?:^|[,;|\t\r\n])[ \t]*[\"']*[ \t]*[=+@-][^\r\n]*\Z")
_QUOTED = re.compile(r"(?:^|[,;|\t\r\n])[ \t]*\"[ \t]*[=+@-](?:[^\"]|\"\")*+\Z")


def codes(content: bytes, seconds: float = 45) -> list[str]:
    budget = Budget(Limits(seconds=seconds), len(content))
    return [found.code for found in table(io.BytesIO(content), budget)]


@given(CONTENTS)
@example('x,"=1\n""a"" DDE(1)"')
@example('x,"=1"\nDDE(1)')
def test_a_command_counts_where_a_cell_before_it_is_a_formula(said: str) -> None:
    before = [said[: found.start()] for found in _COMMAND.finditer(said)]
    is_one = any(_PLAIN.search(each) or _QUOTED.search(each) for each in before)
    if not said.upper().startswith("ID;P"):
        assert codes(said.encode()) == (["formula"] if is_one else [])


@pytest.mark.parametrize(
    "unit", [b"DDE(", b"DDE(\n", b'"x""DDE(" ', b'"DDE(\n', b"1,=", b"\t", b'"']
)
def test_a_million_of_them_take_no_longer_than_other_text(unit: bytes) -> None:
    many = unit * (1024**2 // len(unit))
    # Nothing is said of limits: what looked back at each took a minute for a quarter.
    assert codes(many, seconds=10) == []
    assert codes(many + b"\n=DDE(1)", seconds=10) == ["formula"]
