"""findings.csv: what was found, in the terms of the table it was found in; safe to open."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from notices.catalogue import hint, message
from notices.errors import FileError
from notices.finding import Finding
from notices.tables.cell_values import masked
from notices.tables.row import Row
from notices.tables.table_records import column_of

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
_FORMULA = "=+-@\t\r\n＝＋－＠"


def formula_safe(text: str) -> str:
    """`text` such that no spreadsheet takes it for a formula."""
    return f"'{text}" if text and (text[0] in _FORMULA or text.lstrip()[:1] in _FORMULA) else text


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
    return tuple(formula_safe(cell) for cell in cells)


class FindingsSheet:
    """findings.csv as it grows; it appears under its name once it is whole. Use it in a `with`."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.draft = file.with_name(f".{file.name}.{os.getpid()}.part")
        self.count = 0
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # With a byte-order mark: spreadsheets take a CSV without one for the local encoding.
            self._handle: IO[str] = self.draft.open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise FileError(f"{file}: {error.strerror or error}") from error
        self._writer: Any = csv.writer(self._handle)
        self._writer.writerow(HEADERS)

    def add(
        self,
        finding: Finding,
        columns: Mapping[str, str],
        sheet: str = "",
        row: Row | None = None,
    ) -> None:
        try:
            self._writer.writerow(sheet_line(finding, columns, sheet, row))
        except OSError as error:
            raise FileError(f"{self.file}: {error.strerror or error}") from error
        self.count += 1

    def __enter__(self) -> FindingsSheet:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._handle.close()
            if kind is None:
                self.draft.replace(self.file)
        except OSError as fault:
            raise FileError(f"{self.file}: {fault.strerror or fault}") from fault
        finally:
            self.draft.unlink(missing_ok=True)
