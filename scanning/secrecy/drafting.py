"""Text in the making: what a reader of documents hears becomes lines, boxes, tables."""

from dataclasses import dataclass, field

from scanning.secrecy.stamps import Passage, Table

MOST_LETTERS = 60_000_000  # of one document; more cannot be looked through
_TABLE_COLUMNS, _TABLE_ROWS = 3, 2  # less is a letterhead set in two columns


class TooMuchError(Exception):
    """A document holds more than may be read of it."""


@dataclass
class _Flow:
    place: str
    number: int
    is_margin: bool
    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)

    def end_line(self) -> None:
        if self.line:
            self.lines.append("".join(self.line))
            self.line.clear()


@dataclass
class _Grid:
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    row: int = -1
    column: int = -1


class Draft:
    """What one document, or part of one, says. Flows and tables nest."""

    def __init__(self, place: str, number: int = 0, *, is_margin: bool = False) -> None:
        self.done: list[Passage | Table] = []
        self._flows = [_Flow(place, number, is_margin)]
        self._grids: list[_Grid] = []
        self._left = MOST_LETTERS

    def text(self, text: str) -> None:
        """Go on in the present line. Raises TooMuchError."""
        self._left -= len(text)
        if self._left < 0:
            raise TooMuchError
        self._flows[-1].line.append(text)

    def end_line(self) -> None:
        """Begin a new line."""
        self._flows[-1].end_line()

    def open(self, place: str, number: int = 0, *, is_margin: bool = True) -> None:
        """Begin a text of its own inside the present one, such as a text box."""
        self._flows.append(_Flow(place, number, is_margin))

    def close(self) -> None:
        """End the text begun last."""
        if len(self._flows) > 1:
            self._finish(self._flows.pop())

    def open_table(self) -> None:
        """Begin a table inside the present text."""
        self._grids.append(_Grid())

    def next_row(self, repeated: int = 1) -> None:
        """Go to the next row; `repeated`: how many rows the last one stands for."""
        if self._grids:
            self._grids[-1].row += repeated
            self._grids[-1].column = -1

    def open_cell(self) -> None:
        """Begin the next cell of the row."""
        if self._grids:
            self._grids[-1].column += 1
            self._flows.append(_Flow("", 0, is_margin=False))

    def close_cell(self, repeated: int = 1) -> None:
        """End a cell; `repeated`: how many columns it takes."""
        if self._grids and self._flows[-1].place == "":
            flow, grid = self._flows.pop(), self._grids[-1]
            flow.end_line()
            if flow.lines:
                row = grid.rows.setdefault(grid.row, {})
                row[grid.column] = "\n".join(flow.lines)
            grid.column += repeated - 1

    def close_table(self, *, is_sheet: bool = False) -> None:
        """End a table; a small one in a text is read as its lines."""
        if not self._grids:
            return
        grid, flow = self._grids.pop(), self._flows[-1]
        width = max((len(row) for row in grid.rows.values()), default=0)
        if is_sheet or (width >= _TABLE_COLUMNS and len(grid.rows) >= _TABLE_ROWS):
            self.done.append(Table(flow.place or "body", grid.rows, flow.number))
        else:
            cells = (cell for row in grid.rows.values() for cell in row.values())
            flow.lines.extend(line for cell in cells for line in cell.split("\n"))

    def finish(self) -> list[Passage | Table]:
        """Return everything, the outermost text first, then its boxes and tables."""
        while self._grids:
            self.close_cell()
            self.close_table()
        while self._flows:
            self._finish(self._flows.pop())
        return self.done

    def _finish(self, flow: _Flow) -> None:
        flow.end_line()
        if any(line.strip() for line in flow.lines):
            lines = Passage(
                flow.place or "body", flow.lines, flow.number, flow.is_margin
            )
            self.done.insert(0, lines) if not self._flows else self.done.append(lines)
