"""Staff lists for people to open: CSV and XLSX, in which no cell is ever computed."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from access.staff_lists.columns import BY_KEY, COLUMNS
from access.staff_lists.reading import MOST_PEOPLE

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A spreadsheet program computes what begins so; a quote before it makes it text.
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")
_WIDTH = 22  # characters

Value = str | date | datetime | None


def as_file(
    kind: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]
) -> bytes:
    """Return a table as a file. kind: "csv" or "xlsx"."""
    return (_csv if kind == "csv" else _workbook)(headings, rows)


def _safe(value: Value) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    text = value or ""
    return f"'{text}" if text.startswith(_COMPUTED) else text


def _csv(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with its mark and semicolons: so Excel in Vietnam opens it rightly."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(headings)
    writer.writerows([_safe(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _workbook(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    sheet.freeze_panes = "A2"
    for number in range(1, len(headings) + 1):
        sheet.column_dimensions[_letter(number)].width = _WIDTH
    head = [WriteOnlyCell(sheet, heading) for heading in headings]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    return _saved(book)


def _cell(sheet: object, value: Value) -> object:
    if isinstance(value, datetime):
        naive = timezone.localtime(value).replace(tzinfo=None, microsecond=0)
        cell = WriteOnlyCell(sheet, naive)
        cell.number_format = "dd/mm/yyyy hh:mm"
    elif isinstance(value, date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "dd/mm/yyyy"
    else:
        cell = WriteOnlyCell(sheet, _safe(value))
    return cell


def sample(kind: str, roles: Sequence[str]) -> bytes:
    """Return an empty list to fill in; the workbook explains each column."""
    if kind == "csv":
        return _csv([column.heading for column in COLUMNS], [])
    book = Workbook()
    sheet = book.active
    sheet.title = "Danh sách cán bộ"
    sheet.freeze_panes = "A2"
    for number, column in enumerate(COLUMNS, start=1):
        sheet.cell(1, number, column.heading).font = Font(bold=True)
        dimension = sheet.column_dimensions[_letter(number)]
        dimension.width = _WIDTH
        # As text, so that the zeros in front of a number stay.
        dimension.number_format = "@"
    _explain(book, roles)
    choice = DataValidation("list", f"='Hướng dẫn'!$D$2:$D${len(roles) + 1}")
    number = COLUMNS.index(BY_KEY["role"]) + 1
    choice.add(f"{_letter(number)}2:{_letter(number)}{MOST_PEOPLE + 1}")
    sheet.add_data_validation(choice)
    return _saved(book)


def _explain(book: Workbook, roles: Sequence[str]) -> None:
    guide = book.create_sheet("Hướng dẫn")
    for number, heading in enumerate(("Cột", "Bắt buộc", "Ghi chú", "Vai trò"), 1):
        guide.cell(1, number, heading).font = Font(bold=True)
    for line, column in enumerate(COLUMNS, start=2):
        guide.cell(line, 1, column.heading)
        guide.cell(line, 2, "Có" if column.is_required else "Không")
        guide.cell(line, 3, column.hint)
    for line, role in enumerate(roles, start=2):
        guide.cell(line, 4, role)
    for number, width in enumerate((_WIDTH, 12, 60, 44), start=1):
        guide.column_dimensions[_letter(number)].width = width


def _letter(number: int) -> str:
    return chr(ord("A") + number - 1)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
