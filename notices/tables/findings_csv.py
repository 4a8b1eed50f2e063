"""findings.csv: what was found, in the terms of the table it was found in; safe to open."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from notices.catalogue import hint, message
from notices.files import safe_cell, writing
from notices.finding import Finding, masked
from notices.tables.column_of import column_of
from notices.tables.row import Row

HEADERS = (
    "file",
    "sheet",
    "row",
    "column",
    "severity",
    "rule",
    "value",
    "reason_en",
    "reason_zh",
    "remedy_en",
    "remedy_zh",
)


def sheet_line(
    finding: Finding, columns: Mapping[str, str], sheet: str = "", row: Row | None = None
) -> tuple[str, ...]:
    """A finding as a line of findings.csv. `columns` maps a field's path to its header; the value
    is shown masked, and only where the row is at hand."""
    if row is not None and row.file != (finding.file or row.file):
        row, sheet = None, ""  # it stands in the items file
    named = column_of(finding.path, columns)
    if row is not None and finding.path in row.cells:
        named = finding.path
    value = finding.params.get("before", "")
    if not value and row is not None and named in row.cells:
        value = masked(row.cells[named])
    said = finding.params.get("sheet", "").strip("–")
    cells = (
        finding.file or (row.file if row else ""),
        said or (row.sheet if row else sheet),
        str(finding.line or (row.number if row else "") or ""),
        named or finding.path,
        finding.severity,
        finding.rule,
        value,
        message(finding, "en"),
        message(finding, "zh"),
        hint(finding, "en"),
        hint(finding, "zh"),
    )
    return tuple(safe_cell(cell) for cell in cells)


class FindingsSheet:
    """findings.csv as it grows."""

    def __init__(self, file: Path, text: TextIO) -> None:
        self.file = file
        self._writer: Any = csv.writer(text)
        self._writer.writerow(HEADERS)

    def add(
        self,
        finding: Finding,
        columns: Mapping[str, str],
        sheet: str = "",
        row: Row | None = None,
    ) -> None:
        self._writer.writerow(sheet_line(finding, columns, sheet, row))


@contextmanager
def findings_sheet(file: Path) -> Iterator[FindingsSheet]:
    """A sheet to fill in the block; it appears under its name once it is whole.

    Raises FileError.
    """
    # With a byte-order mark: spreadsheets take a CSV without one for the local encoding.
    with writing(file, "utf-8-sig") as text:
        yield FindingsSheet(file, text)
