"""The same rows as CSV, XLSX and JSONL, each typed as such an export types its cells."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook

from tests.accounts.good import HEADERS, Cell, Row

FORMATS = ("csv", "xlsx", "jsonl")


def write_accounts(rows: Sequence[Row], file: Path) -> Path:
    """The rows in the form that the file's ending names."""
    file.parent.mkdir(parents=True, exist_ok=True)
    {".csv": _write_csv, ".xlsx": _write_xlsx, ".jsonl": _write_jsonl}[file.suffix](rows, file)
    return file


def _write_csv(rows: Sequence[Row], file: Path) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow(HEADERS)
        writer.writerows([_text(row[header]) for header in HEADERS] for row in rows)


def _text(cell: Cell) -> str:
    return str(cell)


def _write_xlsx(rows: Sequence[Row], file: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "逾期明细"
    sheet.append(HEADERS)
    for row in rows:
        sheet.append([None if row[header] == "" else row[header] for header in HEADERS])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
            elif isinstance(cell.value, Decimal):
                cell.number_format = "#,##0.00"
            elif isinstance(cell.value, str):
                cell.data_type = "s"  # a text stays one, also where it looks like an error
                cell.number_format = "@"
    book.save(file)


def _write_jsonl(rows: Sequence[Row], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as handle:
        for row in rows:
            filled = {header: _plain(row[header]) for header in HEADERS if row[header] != ""}
            handle.write(json.dumps(filled, ensure_ascii=False) + "\n")


def _plain(cell: Cell) -> str | float:
    return float(cell) if isinstance(cell, Decimal) else str(cell)
