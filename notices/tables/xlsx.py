"""Reading XLSX row by row, straight from the sheet's XML.

A stream of our own, because faults matter that a value alone does not show: hidden rows, merged
cells, formulas without a value, the digits as they are stored.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from notices.finding import Finding
from notices.tables.row import Row, TableFormat, check_headers, table_fault
from notices.tables.workbooks import CHUNK, chosen_sheet, merged_at, row_of, workbook_rows
from notices.tables.xlsx_parts import Book, read_book
from notices.tables.xlsx_sheet import SheetParser, merged_and_filtered


def read_workbook_rows(file: Path, form: TableFormat) -> Iterator[Row]:
    """The rows of a workbook's one sheet that holds anything, or of the one asked for.

    Raises TableError, FileError.
    """

    def look(archive: zipfile.ZipFile) -> Iterator[Row | None]:
        book = read_book(archive, file)
        filled = (name for name, part in book.sheets.items() if _holds_cells(archive, part))
        name = chosen_sheet(file, form.sheet, book.sheets, filled)
        return _rows(archive, book, file, name, form)

    return workbook_rows(file, "[Content_Types].xml", look)


def _holds_cells(archive: zipfile.ZipFile, part: str) -> bool:
    with archive.open(part) as handle:
        tail = b""
        while chunk := handle.read(CHUNK):
            if re.search(rb"<(?:\w+:)?v[ >/]|<(?:\w+:)?is[ >]", tail + chunk):
                return True
            tail = chunk[-8:]
    return False


def _rows(
    archive: zipfile.ZipFile, book: Book, file: Path, sheet: str, form: TableFormat
) -> Iterator[Row | None]:
    """None once the header is read, then the rows."""
    header_row = form.header_row
    part = book.sheets[sheet]
    with archive.open(part) as handle:
        merges, filtered = merged_and_filtered(iter(lambda: handle.read(CHUNK), b""))
    parser = SheetParser(book, str(file), sheet)
    merges = [merge for merge in merges if merge[3] > header_row]
    headers: list[str] | None = None
    with archive.open(part) as handle:
        for number, values, notes, hidden in parser.rows(iter(lambda: handle.read(CHUNK), b"")):
            if number < header_row:
                continue
            if headers is None:
                if number > header_row:
                    break
                width = max(values, default=-1) + 1
                unread = {i for i, _ in notes}
                names = ["" if i in unread else values.get(i, "") for i in range(width)]
                headers = check_headers(names, file, number, sheet, form.numbers_blank)
                yield None
                continue
            row = row_of(str(file), sheet, number, headers, values, notes)
            if row is None:
                continue
            findings = list(row.notes)
            if hidden:
                rule = "filtered-row" if filtered else "hidden-row"
                findings.append(Finding(rule, "error", row.file, number, "", {"sheet": sheet}))
            findings += merged_at(row, headers, merges)
            yield row if len(findings) == len(row.notes) else replace(row, notes=tuple(findings))
    if headers is None:
        raise table_fault("no-header", file, header_row, sheet=sheet)
