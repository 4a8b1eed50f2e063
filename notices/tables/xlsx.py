"""Reading XLSX row by row, straight from the sheet's XML.

A stream of our own, because faults matter that a value alone does not show: hidden rows, merged
cells, formulas without a value, the digits as they are stored. Sizes are limited before anything
is unpacked, and a document type (entities) is refused.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.parsers import expat

from notices.errors import FileError
from notices.finding import Finding
from notices.tables.row import Row, TableFormat, check_headers, column_letter, table_fault
from notices.tables.xlsx_parts import Book, read_book
from notices.tables.xlsx_sheet import SheetParser, merged_and_filtered

MAX_UNPACKED = 4 << 30
MAX_RATIO = 200  # of a part larger than 16 MB
_LARGE = 16 << 20
MAX_TEXTS = 512 << 20  # shared texts are held in memory
CHUNK = 1 << 18
# The two ways ISO/IEC 29500-2 lets a part be packed; what else zipfile reads differs by Python.
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What a damaged archive or sheet can raise.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError),
    *(expat.ExpatError, KeyError, IndexError, ValueError, OSError),
)


def read_workbook_rows(file: Path, form: TableFormat) -> Iterator[Row]:
    """The rows of a workbook's one sheet that holds anything, or of the one sheet for.

    Raises TableError, FileError.
    """
    try:
        archive = zipfile.ZipFile(file)
    except BROKEN as error:
        raise table_fault("not-a-workbook", file) from error
    try:
        check_archive(archive, file, needed="[Content_Types].xml")
        book = read_book(archive, file)
        name = _chosen(book, archive, file, form.sheet)
        rows = _rows(archive, book, file, name, form.header_row)
        first = next(rows)  # the header's faults are findings before the first row is sheet for
    except StopIteration:
        archive.close()
        raise table_fault("no-header", file, sheet=form.sheet or "–") from None
    except BROKEN as error:
        archive.close()
        raise table_fault("not-a-workbook", file) from error
    except FileError:
        archive.close()
        raise
    del first
    return _closing(archive, rows, file)


def _closing(archive: zipfile.ZipFile, rows: Iterator[Row | None], file: Path) -> Iterator[Row]:
    with closing(archive):
        try:
            for row in rows:
                if row is not None:
                    yield row
        except BROKEN as error:
            raise table_fault("not-a-workbook", file) from error


def check_archive(archive: zipfile.ZipFile, file: Path, needed: str) -> None:
    """Refuse what unpacks to absurd sizes, or lacks the part that makes it a workbook; zipfile
    reads no more than a part declares. Raises TableError."""
    parts = archive.infolist()
    bombs = [
        p
        for p in parts
        if p.file_size > _LARGE and p.file_size > MAX_RATIO * max(1, p.compress_size)
    ]
    texts = sum(p.file_size for p in parts if p.filename.endswith("sharedStrings.xml"))
    if bombs or sum(p.file_size for p in parts) > MAX_UNPACKED or texts > MAX_TEXTS:
        raise table_fault("workbook-too-large", file)
    if any(p.flag_bits & 1 for p in parts):
        raise table_fault("encrypted-file", file)
    names = {p.filename for p in parts}
    if "xl/workbook.bin" in names:
        raise table_fault("xls-file", file)
    packed = {p.compress_type for p in parts}
    if needed not in names or not packed <= _PACKED:
        raise table_fault("not-a-workbook", file)


def _chosen(book: Book, archive: zipfile.ZipFile, file: Path, sheet: str) -> str:
    if sheet:
        if sheet in book.sheets:
            return sheet
        known = ", ".join(name[:40] for name in book.sheets)
        raise table_fault("sheet-unknown", file, name=sheet[:40], known=known)
    filled = [name for name, part in book.sheets.items() if _holds_cells(archive, part)]
    if not filled:
        raise table_fault("empty-file", file)
    if len(filled) > 1:
        raise table_fault("several-sheets", file, known=", ".join(name[:40] for name in filled))
    return filled[0]


def _holds_cells(archive: zipfile.ZipFile, part: str) -> bool:
    with archive.open(part) as handle:
        tail = b""
        while chunk := handle.read(CHUNK):
            if re.search(rb"<(?:\w+:)?v[ >/]|<(?:\w+:)?is[ >]", tail + chunk):
                return True
            tail = chunk[-8:]
    return False


def _rows(
    archive: zipfile.ZipFile, book: Book, file: Path, sheet: str, header_row: int
) -> Iterator[Row | None]:
    """None once the header is read, then the rows."""
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
                headers = check_headers(names, file, number, sheet)
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


def row_of(
    name: str,
    sheet: str,
    number: int,
    headers: list[str],
    values: dict[int, str],
    notes: list[tuple[int, str]],
) -> Row | None:
    """A sheet's row under its headers, with its faults; None where nothing stands in it."""
    width = len(headers)
    get = values.get
    cells = {header: get(i, "") for i, header in enumerate(headers)}
    findings = [
        Finding(rule, "error", name, number, headers[i], {"column": headers[i], "sheet": sheet})
        for i, rule in notes
        if i < width
    ]
    last = max((i for i in values if i >= width and values[i].strip()), default=-1)
    if last >= width:
        count = {"cells": str(last + 1), "columns": str(width)}
        findings.append(Finding("ragged-row", "error", name, number, "", count))
    if not findings and not any(values.values()):
        return None
    beyond = tuple(get(i, "") for i in range(width, last + 1))
    return Row(name, sheet, number, cells, tuple(findings), beyond)


def merged_at(
    row: Row, headers: list[str], merges: list[tuple[int, int, int, int]]
) -> Iterator[Finding]:
    """The merged areas (column, row, column, row) that touch a row, findings at each of their
    columns."""
    for left, top, right, bottom in merges:
        if top <= row.number <= bottom:
            area = f"{column_letter(left)}{top}:{column_letter(right)}{bottom}"
            params = {"area": area, "sheet": row.sheet}
            for name in headers[left : right + 1]:
                yield Finding("merged-cells", "error", row.file, row.number, name, params)
