"""Reading ODS (OpenDocument 1.3, part 3) row by row, straight from the sheet's XML.

The same care as with XLSX: sizes are limited before anything is unpacked, a document type is
refused, and rows or cells that stand for thousands of the same are never held as such.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path

from notices.finding import Finding
from notices.tables.row import MAX_COLUMNS, Exact, Row, TableFormat, check_headers, table_fault
from notices.tables.workbooks import CHUNK, chosen_sheet, merged_at, row_of, workbook_rows
from notices.tables.xlsx_parts import local, parse
from notices.tables.xlsx_sheet import plain

CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
MAX_ROWS = 1 << 20  # of a sheet, as the programs that write it have it
_PRECISION = 15  # digits that a spreadsheet keeps of a number
_ROUND = Context(prec=_PRECISION)
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?)?")
_ENCRYPTED = re.compile(rb"<(?:\w+:)?encryption-data[ >]")
_MIDNIGHT = "00:00:00"
_HIDDEN = {"collapse": "hidden-row", "filter": "filtered-row"}
# Sheet, number of its first row and how often it stands there, cells and faults by column, the
# merged areas that begin in it, the fault of a row that is not shown.
_Area = tuple[int, int, int, int]
_Raw = tuple[str, int, int, dict[int, str], list[tuple[int, str]], list[_Area], str]


def is_ods(head: bytes) -> bool:
    """Whether a file's first bytes are those of an OpenDocument spreadsheet."""
    return head[30:38] == b"mimetype" and MIMETYPE in head[38:128]


def read_ods_rows(file: Path, form: TableFormat) -> Iterator[Row]:
    """The rows of a workbook's one sheet that holds anything, or of the one asked for.

    Raises TableError, FileError.
    """

    def look(archive: zipfile.ZipFile) -> Iterator[Row | None]:
        if _MANIFEST in archive.namelist() and _ENCRYPTED.search(archive.read(_MANIFEST)):
            raise table_fault("encrypted-file", file)
        filled: dict[str, bool] = {}
        for name, _, _, cells, *_ in _Parser().rows(archive):
            filled[name] = filled.get(name, False) or any(map(str.strip, cells.values()))
        name = chosen_sheet(file, form.sheet, filled, filter(filled.get, filled))
        return _rows(archive, file, name, form)

    return workbook_rows(file, CONTENT, look)


def _rows(
    archive: zipfile.ZipFile, file: Path, sheet: str, form: TableFormat
) -> Iterator[Row | None]:
    """None once the header is read, then the rows."""
    header_row = form.header_row
    headers: list[str] | None = None
    merges: list[_Area] = []
    name = str(file)
    for of_sheet, first, times, values, notes, areas, hidden in _Parser().rows(archive):
        if of_sheet != sheet:
            continue
        merges = [area for area in (*merges, *areas) if area[3] >= first and area[3] > header_row]
        for number in range(max(first, header_row), first + times):
            if headers is None:
                width = max(values, default=-1) + 1
                names = [values.get(i, "") for i in range(width)]
                headers = check_headers(names, file, number, sheet, form.numbers_blank)
                yield None
                continue
            row = row_of(name, sheet, number, headers, values, notes)
            if row is None:
                break  # nothing stands in it, nor in those like it
            found = list(row.notes)
            if hidden:
                found.append(Finding(hidden, "error", name, number, "", {"sheet": sheet}))
            found += merged_at(row, headers, merges)
            yield Row(name, sheet, number, row.cells, tuple(found), row.beyond)
    if headers is None:
        raise table_fault("no-header", file, header_row, sheet=sheet)


class _Parser:
    """Turns the content's XML into rows of all its sheets."""

    def __init__(self) -> None:
        self.ready: list[_Raw] = []
        self.sheet = ""
        self.depth = 0  # of tables: one within a cell is none of ours
        self.number = 1
        self.times = 1
        self.hidden = ""
        self.cells: dict[int, str] = {}
        self.notes: list[tuple[int, str]] = []
        self.areas: list[_Area] = []
        self.column = 0
        self.cell: dict[str, str] = {}
        self.in_cell = False
        self.aside = 0  # within a comment or a shape
        self.paragraphs: list[str] = []

    def rows(self, archive: zipfile.ZipFile) -> Iterator[_Raw]:
        """The rows, as the XML comes in. Raises ValueError where there are too many for a sheet."""
        with archive.open(CONTENT) as handle:
            pieces = iter(lambda: handle.read(CHUNK), b"")
            for parser in parse(pieces, self._start, self._end):
                parser.CharacterDataHandler = self._text
                if self.ready:
                    yield from self.ready
                    self.ready.clear()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        said = {local(key): value for key, value in attributes.items()}
        if name == "table":
            self.depth += 1
            if self.depth == 1:
                self.sheet, self.number = said.get("name", ""), 1
        elif self.depth != 1:
            return
        elif name == "table-row":
            self.times = max(1, int(said.get("number-rows-repeated", "1")))
            self.hidden = _HIDDEN.get(said.get("visibility", ""), "")
            self.cells, self.notes, self.areas, self.column = {}, [], [], 0
        elif name in ("table-cell", "covered-table-cell"):
            # calcext:value-type says of an error what office:value-type hides
            self.cell = {**said, "error": str("error" in _value_types(attributes))}
            self.in_cell, self.paragraphs = True, []
        elif name in ("annotation", "shapes", "frame", "custom-shape"):
            self.aside += 1
        elif self.in_cell and not self.aside:
            self._mark(name, said)

    def _mark(self, name: str, said: dict[str, str]) -> None:
        if name == "p":
            self.paragraphs.append("")
        elif name == "s" and self.paragraphs:
            self.paragraphs[-1] += " " * min(int(said.get("c", "1")), 1000)
        elif name == "tab" and self.paragraphs:
            self.paragraphs[-1] += "\t"
        elif name == "line-break" and self.paragraphs:
            self.paragraphs[-1] += "\n"

    def _text(self, data: str) -> None:
        if self.in_cell and not self.aside and self.paragraphs and self.depth == 1:
            self.paragraphs[-1] += data

    def _end(self, name: str) -> None:
        name = local(name)
        if name == "table":
            self.depth -= 1
        elif self.depth != 1:
            return
        elif name in ("table-cell", "covered-table-cell"):
            self.in_cell = False
            self._add_cell()
        elif name == "table-row":
            self.ready.append(self._row())
            self.number += self.times
            if self.number > MAX_ROWS + 1 and self.cells:
                raise ValueError("more rows than a sheet has")
        elif name in ("annotation", "shapes", "frame", "custom-shape"):
            self.aside -= 1

    def _row(self) -> _Raw:
        numbered = (self.number, self.times, self.cells, self.notes, self.areas)
        return (self.sheet, *numbered, self.hidden)

    def _add_cell(self) -> None:
        said = self.cell
        times = max(1, int(said.get("number-columns-repeated", "1")))
        text, fault = self._value(said)
        wide, high = (int(said.get(f"number-{what}-spanned", "1")) for what in ("columns", "rows"))
        if wide > 1 or high > 1:
            area = (self.column, self.number, self.column + wide - 1, self.number + high - 1)
            self.areas.append(area)
        if text or fault:
            for column in range(self.column, min(self.column + times, MAX_COLUMNS + 1)):
                self.cells[column] = text
                if fault:
                    self.notes.append((column, fault))
        self.column += times

    def _value(self, said: dict[str, str]) -> tuple[str, str]:
        """A cell's text and its fault; what the file typed as number or day is Exact."""
        kind, shown = said.get("value-type", ""), "\n".join(self.paragraphs)
        if said["error"] == "True":
            return shown, "formula-error"
        if kind in ("float", "percentage", "currency"):
            return _number(said.get("value", ""), kind, shown)
        if kind == "date":
            match = _DAY.fullmatch(said.get("date-value", ""))
            if match is None:
                return shown, "not-a-day"
            day, time = match.groups()
            return Exact(f"{day} {time}" if time and time != _MIDNIGHT else day), ""
        if kind == "boolean":
            return Exact(said.get("boolean-value", "")), ""
        if not kind and not shown and said.get("formula"):
            return f"={said['formula']}", "formula-without-value"
        return said.get("string-value") or shown, ""


def _value_types(attributes: dict[str, str]) -> set[str]:
    return {value for key, value in attributes.items() if local(key) == "value-type"}


def _number(text: str, kind: str, shown: str) -> tuple[str, str]:
    """A number as its cell shows it, as far as that changes what it says."""
    try:
        number = Decimal(text)
        if not number.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        return text, "formula-error"
    if abs(number) >= 10**_PRECISION:
        return Exact(f"{number:f}"), "digits-lost"
    number = _ROUND.plus(number)
    if kind == "percentage":
        return Exact(f"{plain(number * 100)}%"), ""
    if re.fullmatch("0[0-9]+", shown) and number == int(shown):
        return Exact(shown), ""  # 000815
    return Exact(plain(number)), ""
