"""A list as an Excel sheet: the same columns, rows and order as on the page, each value as what it is."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from iop.formulas import LOOKS_LIKE_A_FORMULA

from .base import Cell

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 10_000
LONGEST_TEXT = 32_767  # what a cell holds


def workbook(title: str, cells: list[Cell], rows: list, absolute: Callable[[str], str]) -> bytes:
    """One sheet with a row of headings. Bounded by the caller: see ``MOST_ROWS``.

    ``absolute`` turns a path into a full address: a sheet is read where there is no page to begin from.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, cell in enumerate(cells, 1):
        sheet.column_dimensions[get_column_letter(number)].width = cell.width
    sheet.append([_heading(sheet, cell.heading) for cell in cells])
    for row in rows:
        values = [absolute(cell.value(row)) if cell.leads else cell.value(row) for cell in cells]
        sheet.append([_written(sheet, value) for value in values])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(cells))}{len(rows) + 1}"
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _heading(sheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _written(sheet, value):
    if value is None or value == "":
        return None
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    if isinstance(value, str):
        return _text(sheet, ILLEGAL_CHARACTERS_RE.sub("", str(value))[:LONGEST_TEXT])
    return value


def _text(sheet, text: str):
    """Text stays text, also where it begins as a formula would, and also after somebody has edited the cell."""
    if not text.startswith(LOOKS_LIKE_A_FORMULA):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type, cell.quotePrefix = "s", True
    return cell
