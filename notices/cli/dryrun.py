"""A table checked row by row, without a letter: the summary, findings.csv and the rejects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from notices.case.expected import Counted, Expected, compare_expected
from notices.case.findings_sheet import FindingsSheet
from notices.case.reader import Record
from notices.case.records import TableRecords, column_of, without_faults
from notices.case.rejects import write_rejects
from notices.case.tables import Row
from notices.findings import Finding, errors_in
from notices.plan.holds import HELD_RULES
from notices.plan.ladder import WAITING

__all__ = ["Summary", "check_rows", "write_rejects"]

Check = Callable[[Record], Iterable[Finding]]
TOTAL_ROW = "total-row"


@dataclass
class Summary:
    """What a check of all rows came to. Rows = accepted + rejected + held; total rows stand
    apart."""

    accepted: int = 0
    rejected: int = 0
    held: int = 0
    total_rows: int = 0
    total: Decimal = Decimal(0)
    unread: int = 0
    by_rule: Counter[str] = field(default_factory=Counter)  # rejected rows by their error's rule
    by_severity: Counter[str] = field(default_factory=Counter)
    rejects: set[int] = field(default_factory=set)  # row numbers
    found: tuple[Finding, ...] = ()  # of the table as a whole
    findings_file: Path | None = None
    rejects_file: Path | None = None

    @property
    def rows(self) -> int:
        return self.accepted + self.rejected + self.held

    @property
    def counted(self) -> Counted:
        return Counted(self.rows, self.total, self.unread)

    def as_record(self) -> dict[str, Any]:
        """For `--json` and report files: counts only."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "held": self.held,
            "total_rows": self.total_rows,
            "total": str(self.total),
            "unread_totals": self.unread,
            "by_rule": dict(self.by_rule.most_common()),
            "by_severity": dict(self.by_severity),
            "findings": str(self.findings_file or ""),
            "rejects": str(self.rejects_file or ""),
        }


def check_rows(
    records: TableRecords,
    check: Check,
    folder: Path,
    expected: Expected | None = None,
    on_row: Callable[[Summary], None] | None = None,
) -> Summary:
    """Check every row; write findings.csv and the rejects to `folder`.

    `check` says what is wrong with a record beyond its reading (`check_record`'s findings); it is
    asked of faulty rows too, so that all faults of a row are told at once.
    """
    summary = Summary()
    has_total = bool(records.mapper.column_map.total)
    with FindingsSheet(folder / "findings.csv") as sheet:
        summary.findings_file = sheet.file

        def tell(found: Iterable[Finding], row: Row | None) -> None:
            found = tuple(found)
            columns = records.columns_of(row) if row and found else records.mapper.columns
            for one in found:
                summary.by_severity[one.severity] += 1
                sheet.add(one, columns, records.sheet, row)

        for row, record in records:
            found = row_findings(row, record, check, records)
            tell(found, row)
            if has_total and not is_total(record):
                amount = records.mapper.total(row)
                summary.unread += amount is None
                summary.total += amount or 0
            if is_total(record):
                summary.total_rows += 1
            elif (state := state_of(found)) == "rejected":
                summary.rejected += 1
                summary.rejects.add(row.number)
                summary.by_rule.update({one.rule for one in errors_in(found)})
            elif state == "held":
                summary.held += 1
            else:
                summary.accepted += 1
            if on_row is not None:
                on_row(summary)
        whole = [*records.findings, *records.unused_items()]
        if expected is not None:
            whole += compare_expected(expected, summary.counted, str(records.source.file))
        summary.found = tuple(whole)
        tell(whole, None)
    summary.rejects_file = write_rejects(records.source, summary.rejects, folder)
    return summary


def state_of(found: tuple[Finding, ...]) -> Literal["accepted", "rejected", "held"]:
    """What a run would make of a row with these findings."""
    errors = errors_in(found)
    if not all(one.rule in HELD_RULES or one.rule.startswith("hold-") for one in errors):
        return "rejected"
    return "held" if errors or any(one.rule in WAITING for one in found) else "accepted"


def is_total(record: Record) -> bool:
    """Whether the row is the sum below the table rather than a case."""
    return any(fault.rule == TOTAL_ROW for fault in record.faults)


def row_findings(
    row: Row, record: Record, check: Check, records: TableRecords
) -> tuple[Finding, ...]:
    """All that is wrong with a row: what reading it told, then what its check tells of columns
    that could be read."""
    if is_total(record):
        return tuple(fault for fault in record.faults if fault.rule == TOTAL_ROW)
    told = (*record.faults, *record.notes)
    checked = tuple(check(without_faults(record))) if record.data else ()
    if not record.faults:
        return (*told, *(one for one in checked if one not in told))
    spoilt = {fault.path for fault in record.faults if fault.path}
    columns = records.columns_of(row)
    return (
        *told,
        *(f for f in checked if f not in told and column_of(f.path, columns) not in spoilt),
    )
