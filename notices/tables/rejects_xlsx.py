"""Rejected rows of a workbook as a workbook: the one room of openpyxl.

Before each row stands why it is rejected, and which row it was; the guilty cells are coloured, with
the fault and the way out as a comment.

What was wrong stays wrong until somebody corrects it: hidden rows stay hidden, merged cells merged,
errors errors; a formula that was never worked out never becomes an empty cell.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries

from notices.tables.reasons import Reason, Reasons, told
from notices.tables.rejected_rows import (
    BEFORE,
    CONTROLS,
    FIRST_ROW,
    RejectedRows,
    added_controls,
    added_headers,
    filled_row,
    reasons_of,
)
from notices.tables.row import Exact, Row
from notices.tables.rows import read_table
from notices.tables.table_records import Source

_TEXT, _DAY = "@", "yyyy-mm-dd"
# What XML can't hold, and what would be taken for a character written as _xHHHH_.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
# A formula that needs no other cell; any other would work out to something else here.
_BY_ITSELF = re.compile(r"=[-+*/^()%.0-9 ]+")
_REASON_WIDTH, _COMMENT_SIZE = 60, (180, 420)  # characters; points: high, wide
_GUILTY = PatternFill("solid", start_color="FFFFC7CE")
_HIDDEN = ("hidden-row", "filtered-row")
_MADE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def write_rows(source: Source, numbers: Collection[int], draft: Path) -> None:
    """The header and the rows of these numbers; what the source typed stays typed, and text stays
    text, also where it looks like a formula. The same rows give the same bytes."""
    book = Workbook(write_only=True)
    sheet: _Sheet | None = None
    beside: tuple[str, ...] = ()
    added: RejectedRows | None = None
    reasons = reasons_of(source.file, numbers)
    for row in read_table(source.file, source.form):
        if sheet is None:
            added = added_controls(row.cells, numbers)
            shift = len(BEFORE) - sum(name in row.cells for name in BEFORE) if reasons else 0
            beside = added_headers(row.cells, numbers)
            names = (*row.cells, *beside, *(CONTROLS if added else ()))
            headers = (*BEFORE, *(n for n in names if n not in BEFORE)) if reasons else names
            sheet = _Sheet(book, headers, row.sheet, source.form.header_row, shift)
        if row.number in numbers:
            row = filled_row(row, numbers)
            cells = {**dict.fromkeys((*row.cells, *beside), ""), **row.cells}
            cells |= added.control(row.number).cells if added else {}
            sheet.add(replace(row, cells=cells), reasons)
    if sheet is not None:
        sheet.end()
    made = draft.with_name(f"{draft.name}.made")
    try:
        book.save(made)
        _without_clock(made, draft)
    finally:
        made.unlink(missing_ok=True)


class _Sheet:
    """The rejects' sheet as it grows."""

    def __init__(
        self, book: Workbook, headers: Iterable[str], name: str, header_row: int, shift: int
    ) -> None:
        """`shift`: how many columns stand here before those of the source."""
        self._sheet: Any = book.create_sheet(name[:31] or "rejects")
        self._shift = shift
        if shift:
            self._sheet.column_dimensions["A"].width = _REASON_WIDTH
        self._at = 0
        self._merged: dict[str, int] = {}  # an area of the source → its first row here
        for _ in range(header_row - 1):
            self._append([])
        self._append([_text(self._sheet, name) for name in headers])

    def _append(self, cells: list[Any]) -> None:
        self._sheet.append(cells)
        self._at += 1

    def add(self, row: Row, reasons: Reasons | None) -> None:
        areas = {n.params["area"] for n in row.notes if n.rule == "merged-cells"}
        self._close(set(self._merged) - areas)
        faults = {note.path: note.rule for note in row.notes if note.path}
        if any(note.rule in _HIDDEN for note in row.notes):
            self._sheet.row_dimensions[self._at + 1].hidden = True
        why = reasons.of_row(row.file, row.number) if reasons else ()
        own = {k: v for k, v in row.cells.items() if reasons is None or k not in BEFORE}
        cells = {k: _cell(self._sheet, v, faults.get(k, "")) for k, v in own.items()}
        for reason in why:
            if reason.header in cells:
                cells[reason.header] = self._guilty(cells[reason.header], reason)
        before: list[Any] = []
        if reasons is not None:
            first = row.cells.get(FIRST_ROW, "") or str(row.number)
            before = [_text(self._sheet, told(why, "\n")), _text(self._sheet, first)]
            before[0].alignment = Alignment(wrap_text=True, vertical="top")
        beyond = (_cell(self._sheet, text, "") for text in row.beyond)
        self._append([*before, *cells.values(), *beyond])
        for area in areas:
            self._merged.setdefault(area, self._at)

    def _guilty(self, cell: Any, reason: Reason) -> Any:
        """The cell in colour, with what is wrong in it; an empty one too."""
        cell = WriteOnlyCell(self._sheet) if cell is None else cell
        earlier = f"{cell.comment.text}\n\n" if cell.comment else ""
        cell.fill = _GUILTY
        cell.comment = Comment(f"{earlier}{reason.remark}", "notices", *_COMMENT_SIZE)
        return cell

    def _close(self, areas: Collection[str]) -> None:
        """Merge what belonged to these areas; a single cell with one below it, or it were none."""
        for area in sorted(areas):
            left, _, right, _ = range_boundaries(area)
            first = self._merged.pop(area)
            if first == self._at and left == right:
                self._append([])
            left, right = (get_column_letter(n + self._shift) for n in (left, right))
            self._sheet.merged_cells.add(f"{left}{first}:{right}{self._at}")

    def end(self) -> None:
        self._close(set(self._merged))


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=_UNWRITABLE.sub(lambda m: f"_x{ord(m.group()):04X}_", text))
    cell.data_type = "s"
    cell.number_format = _TEXT
    return cell


def _cell(sheet: Any, text: str, fault: str) -> Any:
    if fault == "formula-without-value" and _BY_ITSELF.fullmatch(text):
        return WriteOnlyCell(sheet, value=text)
    if fault in ("formula-without-value", "formula-error"):
        cell = WriteOnlyCell(sheet, value=text if text in ERROR_CODES else "#REF!")
        cell.data_type = "e"
        return cell
    if not isinstance(text, Exact):
        return _text(sheet, text) if text else None
    value, form = _typed(text)
    if value is None:
        return _text(sheet, text)
    cell = WriteOnlyCell(sheet, value=value)
    if fault == "not-a-day":
        form = _DAY
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
            return date.fromisoformat(text), _DAY
        return datetime.fromisoformat(text), "yyyy-mm-dd hh:mm:ss"
    except ValueError:
        return None, ""


def _without_clock(made: Path, draft: Path) -> None:
    """The workbook without the time at which it was made."""
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _LONG_AGO)
            part.compress_type = zipfile.ZIP_DEFLATED
            if name == "docProps/core.xml":
                new.writestr(part, _MADE.sub(rb"\g<1>1980-01-01T00:00:00Z", old.read(name)))
                continue
            with old.open(name) as source, new.open(part, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
