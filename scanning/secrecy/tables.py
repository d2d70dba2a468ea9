"""Stamps in cells: alone in their cell, and not entries of a register."""

from collections.abc import Iterator, Mapping

from scanning.secrecy.spelling import spellings
from scanning.secrecy.stamps import (
    NEAR,
    POSSIBLE,
    Context,
    Stamp,
    Table,
    Words,
    is_label_alone,
    is_stamp,
    words,
)

_REGISTER_COLUMNS = 3


def in_table(table: Table, context: Context) -> Iterator[Stamp]:
    """Yield the stamps in the cells of one table."""
    said = {
        (r, c): found
        for r, row in table.rows.items()
        for c, cell in row.items()
        if POSSIBLE.search(cell) and (found := _in_cell(cell))
    }
    registers = _registers(table) if said else {}
    for (r, c), one in said.items():
        around = {
            other.level
            for (row, column), other in said.items()
            if abs(row - r) <= NEAR and (row == r or column == c)
        }
        if len(around) > 1 or registers.get(c, r) < r:
            continue
        if _is_in_cell(one, table.rows[r], c, context):
            spot = cell_name(r, c) if table.place == "sheet" else ""
            yield Stamp(one.level, table.place, table.number, spot)


def _registers(table: Table) -> dict[int, int]:
    """Return the columns headed "Độ mật", each with the row of its heading."""
    found: dict[int, int] = {}
    for r, row in table.rows.items():
        if sum(bool(cell.strip()) for cell in row.values()) >= _REGISTER_COLUMNS:
            for c, cell in row.items():
                if POSSIBLE.search(cell) and _is_heading(cell):
                    found.setdefault(c, r)
    return found


def _is_in_cell(
    said: Words, row: Mapping[int, str], column: int, context: Context
) -> bool:
    if said.is_listed:
        return False
    if said.is_labelled or (said.is_capital and not said.is_bare):
        return True
    before = [cell for c, cell in sorted(row.items()) if c < column and cell.strip()]
    if before and _is_heading(before[-1]):
        return True
    return is_stamp(said, is_edge=False, context=context)


def _in_cell(cell: str) -> Words | None:
    found = [one for line in cell.split("\n") if (one := words(line))]
    return found[0] if len({one.level for one in found}) == 1 else None


def _is_heading(cell: str) -> bool:
    return any(is_label_alone(" ".join(text.split())) for text in spellings(cell))


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell, both counted from 0: (0, 27) → "AB1"."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return f"{name}{row + 1}"
