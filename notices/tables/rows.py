"""Reading tables, one row at a time: CSV, TSV, XLSX, ODS, JSONL, JSON.

Memory does not grow with the rows (but a JSON list and a workbook's shared texts are held whole).
A file that can't be read without guessing raises TableError; a faulty row comes with its notes.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType

from notices.errors import FileError
from notices.finding import Finding
from notices.tables.delimiters import find_delimiter, widen_cells
from notices.tables.encodings import find_encoding
from notices.tables.json_rows import read_json_rows
from notices.tables.ods import is_ods, read_ods_rows
from notices.tables.row import Exact, Row, TableError, TableFormat, check_headers, table_fault
from notices.tables.xlsx import read_workbook_rows

__all__ = ["Exact", "Row", "TableError", "TableFormat", "count_rows", "read_rows", "read_table"]

_TEXT = (".csv", ".tsv", ".tab", ".txt")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE_SEARCHED = 8 << 20
_HEAD = 1 << 12
_LINES = 64  # in which delimiters are looked for
_JSON = (".jsonl", ".ndjson", ".json")


def read_rows(
    file: Path, *, encoding: str = "", delimiter: str = "", sheet: str = "", header_row: int = 1
) -> Iterator[Row]:
    """The rows of a table, in order. Raises TableError where it can't be read without guessing,
    FileError where it can't be read at all; both before the first row, except for a text whose
    quotes break further down, or a damaged workbook.
    """
    return read_table(file, TableFormat(encoding, delimiter, sheet, header_row))


def read_table(file: Path, form: TableFormat) -> Iterator[Row]:
    """As `read_rows`, the format as one value."""
    kind = table_kind(file)
    if kind == "workbook" and is_ods(read_head(file)):
        return read_ods_rows(file, form)
    return _READERS[kind](file, form)


def read_head(file: Path) -> bytes:
    """A file's first bytes. Raises FileError."""
    try:
        with file.open("rb") as handle:
            return handle.read(_HEAD)
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error


def count_rows(file: Path, form: TableFormat) -> int:
    """How many rows the table has; all of it is read, so that what is broken is known before."""
    return sum(1 for _ in read_table(file, form))


def table_kind(file: Path) -> str:
    """`text`, `workbook` or `json`: a file's first bytes count more than its name.

    Raises TableError for anything else, FileError.
    """
    suffix = file.suffix.lower()
    try:
        with file.open("rb") as handle:
            head = handle.read(_HEAD)
            if head.startswith(_OLE):
                rest = handle.read(_OLE_SEARCHED)
                raise table_fault("encrypted-file" if _ENCRYPTED in rest else "xls-file", file)
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error
    if head.startswith(b"PK\x03\x04"):
        return "workbook"
    if suffix in (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods"):
        raise table_fault("not-a-workbook", file)
    if suffix not in (*_TEXT, *_JSON):
        raise table_fault("not-a-table", file, suffix=suffix[:12] or "–")
    if not head.strip():
        raise table_fault("empty-file", file)
    return "json" if suffix in _JSON else "text"


@dataclass(frozen=True)
class TextLayout:
    """How a text table is written."""

    codec: str
    delimiter: str
    headers: tuple[str, ...]
    header_row: int
    skipped: int  # lines before the table: `sep=;`
    line_end: str


def _read_text_rows(file: Path, form: TableFormat) -> Iterator[Row]:
    layout = find_layout(file, form)
    return _text_rows(file, layout)


def find_layout(file: Path, form: TableFormat) -> TextLayout:
    """Encoding, delimiter and headers of a text table. Raises TableError."""
    widen_cells()
    codec = find_encoding(file, form.encoding)
    with file.open(encoding=codec, newline="") as handle:
        first = handle.readline()
        sep = first.strip().lower()
        skipped = 1 if sep.startswith("sep=") and len(sep) == 5 else 0
        declared = form.delimiter or (sep[4] if skipped else "")
        handle.seek(0)
        lines = islice(handle, skipped + form.header_row - 1, _LINES + form.header_row)
        mark = find_delimiter(file, _joined(lines), declared)
        handle.seek(0)
        rows = csv.reader(islice(handle, skipped, None), delimiter=mark, strict=True)
        at = form.header_row + skipped
        try:
            header = next(islice(rows, form.header_row - 1, None), [])
        except csv.Error as error:
            raise table_fault("broken-quoting", file, at) from error
    ends = "\r\n" if first.endswith("\r\n") else "\r" if first.endswith("\r") else "\n"
    headers = check_headers(header, file, at, numbers_blank=form.numbers_blank)
    return TextLayout(codec, mark, tuple(headers), form.header_row, skipped, ends)


def _joined(lines: Iterator[str]) -> Iterator[str]:
    """Lines whose quotes are closed: those within quotes belong to one row."""
    held = ""
    for line in lines:
        held += line
        if held.count('"') % 2 == 0:
            yield held
            held = ""


def raw_rows(file: Path, layout: TextLayout) -> Iterator[tuple[int, list[str]]]:
    """Every row of a text table as it was written, with its number; the header comes first."""
    try:
        with file.open(encoding=layout.codec, newline="") as handle:
            rows = csv.reader(
                islice(handle, layout.skipped, None), delimiter=layout.delimiter, strict=True
            )
            number = layout.skipped
            try:
                for number, cells in enumerate(rows, start=1 + layout.skipped):
                    if number >= layout.header_row + layout.skipped:
                        yield number, cells
            except csv.Error as error:  # the quote was opened in the row after the last whole one
                raise table_fault("broken-quoting", file, number + 1) from error
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error


def _text_rows(file: Path, layout: TextLayout) -> Iterator[Row]:
    name, headers = str(file), layout.headers
    width = len(headers)
    for number, values in islice(raw_rows(file, layout), 1, None):
        if len(values) == width:
            if any(values):
                yield Row(name, "", number, dict(zip(headers, values, strict=True)))
            continue
        extra = [value for value in values[width:] if value.strip()]
        if not any(value.strip() for value in values):
            continue
        notes: tuple[Finding, ...] = ()
        if len(values) < width or extra:
            count = {"cells": str(len(values)), "columns": str(width)}
            notes = (Finding("ragged-row", "error", name, number, "", count),)
        padded = chain(values, [""] * (width - len(values)))
        yield Row(name, "", number, dict(zip(headers, padded, strict=False)), notes)


_READERS: Mapping[str, Callable[[Path, TableFormat], Iterator[Row]]] = MappingProxyType(
    {"text": _read_text_rows, "workbook": read_workbook_rows, "json": read_json_rows}
)
