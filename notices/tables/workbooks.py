"""Workbooks, however they are written: an archive that may be opened, its one sheet, its rows.

Sizes are limited before anything is unpacked, and a document type (entities) is refused.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from xml.parsers import expat

from notices.errors import FileError
from notices.finding import Finding
from notices.tables.row import Row, column_letter, table_fault

MAX_UNPACKED = 4 << 30
MAX_RATIO = 200  # of a part larger than 16 MB
_LARGE = 16 << 20
MAX_TEXTS = 512 << 20  # shared texts are held in memory
CHUNK = 1 << 18
# The two ways ISO/IEC 29500-2 lets a part be packed; what else zipfile reads differs by Python.
PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What a damaged archive or sheet can raise; zipfile raises NotImplementedError for a newer archive.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError),
    *(expat.ExpatError, KeyError, IndexError, ValueError, OSError),
)


def workbook_rows(
    file: Path, needed: str, look: Callable[[zipfile.ZipFile], Iterator[Row | None]]
) -> Iterator[Row]:
    """The rows that `look` finds in the archive, which has the part `needed`; what it yields first
    is None, once the header is read. Raises TableError, FileError."""
    try:
        archive = zipfile.ZipFile(file)
    except BROKEN as error:
        raise table_fault("not-a-workbook", file) from error
    try:
        check_archive(archive, file, needed)
        rows = look(archive)
        next(rows)  # the header's faults are findings before the first row is asked for
    except BROKEN as error:
        archive.close()
        raise table_fault("not-a-workbook", file) from error
    except FileError:
        archive.close()
        raise
    return _closing(archive, rows, file)


def _closing(archive: zipfile.ZipFile, rows: Iterator[Row | None], file: Path) -> Iterator[Row]:
    with closing(archive):
        try:
            for row in rows:
                if row is not None:
                    yield row
        except BROKEN as error:
            raise table_fault("not-a-workbook", file) from error


def chosen_sheet(file: Path, asked: str, names: Iterable[str], filled: Iterable[str]) -> str:
    """The sheet asked for, else the only one that holds anything. Raises TableError."""
    if asked:
        if asked in (known := [*names]):
            return asked
        raise table_fault("sheet-unknown", file, name=asked[:40], known=_listed(known))
    found = [*filled]
    if not found:
        raise table_fault("empty-file", file)
    if len(found) > 1:
        raise table_fault("several-sheets", file, known=_listed(found))
    return found[0]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name[:40] for name in names)


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
    if needed not in names or not packed <= PACKED:
        raise table_fault("not-a-workbook", file)


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
