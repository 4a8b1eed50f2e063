"""A rejected case among the rejects: all its rows, each with what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from notices.case.record import Record
from notices.finding import Finding, errors_in
from notices.tables.case_rows import CaseRows
from notices.tables.rejected_rows import RejectedRows
from notices.tables.table_records import Placed, TableRecords


def reject_case(
    rejects: RejectedRows,
    records: TableRecords,
    case: CaseRows,
    record: Record,
    findings: Iterable[Finding],
) -> None:
    """Note all rows of a case with the errors among `findings`, each in its row and cell; a row
    without one says which of its case's rows has some. Raises FileError."""
    faulty: dict[tuple[str, int], None] = {}
    for finding in errors_in(tuple(findings)):
        placed = records.placed(finding, case)
        row = placed.row
        rejects.reasons.add(row.file, row.number, guilty_cell(placed), placed.finding)
        faulty[row.file, row.number] = None
    control = records.control(case, record)
    main = case.first.file
    for number in case.numbers:
        rejects.add(number, control)
        rejects.fill(number, records.filled_cells(case, number))
        if faulty and (main, number) not in faulty:
            places = (str(n) if file == main else f"{Path(file).name}:{n}" for file, n in faulty)
            with_case = Finding(
                "rejected-with-case", "error", main, number, "", {"rows": _named([*places])}
            )
            rejects.reasons.add(main, number, "", with_case)


def guilty_cell(placed: Placed) -> str:
    """The header of the cell in which a finding stands; "" where it is the row's as a whole."""
    path, cells = placed.finding.path, placed.row.cells
    for header in (path, placed.column):
        if header in cells:
            return header
    return ""


def _named(places: list[str], most: int = 8) -> str:
    return ", ".join(places[:most]) + (" …" if len(places) > most else "")
