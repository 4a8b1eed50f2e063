"""Rejected rows of a workbook as a workbook: the one room of openpyxl."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from notices.case.records import Source
from notices.case.sheets import read_table
from notices.case.tables import Exact

_ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32)))
_TEXT = "@"


def write_rows(source: Source, numbers: Collection[int], draft: Path) -> None:
    """The header and the rows of these numbers; what the source typed stays typed, and text stays
    text, also where it looks like a formula."""
    book = Workbook(write_only=True)
    sheet: Any = None
    for row in read_table(source.file, source.form):
        if sheet is None:
            sheet = book.create_sheet(row.sheet[:31] or "rejects")
            for _ in range(source.form.header_row - 1):
                sheet.append([])
            sheet.append([_text(sheet, name) for name in row.cells])
        if row.number in numbers:
            sheet.append([_cell(sheet, text) for text in row.cells.values()])
    book.save(draft)


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=text.translate(_ILLEGAL))
    cell.data_type = "s"
    cell.number_format = _TEXT
    return cell


def _cell(sheet: Any, text: str) -> Any:
    if not isinstance(text, Exact):
        return _text(sheet, text) if text else None
    value, form = _typed(text)
    if value is None:
        return _text(sheet, text)
    cell = WriteOnlyCell(sheet, value=value)
    if form:
        cell.number_format = form
    return cell


def _typed(text: str) -> tuple[Any, str]:
    """The value that a typed cell held, and its number format; None where it was neither."""
    if text in ("true", "false"):
        return text == "true", ""
    try:
        if text.endswith("%"):
            return Decimal(text[:-1]) / 100, "0.00%"
        padded = len(text) > 1 and text.startswith("0") and text.isdigit()
        return Decimal(text), "0" * len(text) if padded else ""
    except InvalidOperation:
        pass
    try:
        if len(text) == 10:
            return date.fromisoformat(text), "yyyy-mm-dd"
        return datetime.fromisoformat(text), "yyyy-mm-dd hh:mm:ss"
    except ValueError:
        return None, ""
