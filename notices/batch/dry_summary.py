"""Rows checked one by one, without a letter: the summary, findings.csv and the rejects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from notices.batch.dry_pool import Asked
from notices.batch.dry_run import DRY_STATES, Verdict
from notices.batch.rows import is_total, total_fault
from notices.case.record import Record
from notices.finding import Finding, errors_in
from notices.tables.findings_csv import FindingsSheet
from notices.tables.rejects import write_rejects
from notices.tables.row import Row
from notices.tables.stated_totals import Counted, Expected, compare_expected
from notices.tables.table_records import TableRecords, column_of

__all__ = ["Judging", "RowSet", "Summary", "check_records", "check_rows", "write_rejects"]

Judging = Callable[[Iterator[Asked[Row | None]]], Iterable[tuple[Asked[Row | None], Verdict]]]
TOLD = 200  # findings of plain records that are said; findings.csv has them all


class RowSet(Collection[int]):
    """Row numbers, a bit each: of a million rows as small as of ten."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._count = 0

    def add(self, number: int) -> None:
        if number in self:
            return
        byte = number >> 3
        self._bits.extend(bytes(max(0, byte + 1 - len(self._bits))))
        self._bits[byte] |= 1 << (number & 7)
        self._count += 1

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int) or number >> 3 >= len(self._bits):
            return False
        return bool(self._bits[number >> 3] & (1 << (number & 7)))

    def __iter__(self) -> Iterator[int]:
        return (number for number in range(len(self._bits) * 8) if number in self)

    def __len__(self) -> int:
        return self._count


@dataclass
class Summary:
    """What a check of all rows came to.

    Rows = accepted + rejected + held + failed + known; total rows stand apart.
    """

    states: Counter[str] = field(default_factory=Counter)
    total_rows: int = 0
    total: Decimal = Decimal(0)
    unread: int = 0
    # rows that get no letter, by state and by the rule of their errors
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    by_severity: Counter[str] = field(default_factory=Counter)
    rejects: RowSet = field(default_factory=RowSet)  # row numbers
    found: tuple[Finding, ...] = ()  # of the table as a whole; of plain records, the first
    findings_file: Path | None = None
    rejects_file: Path | None = None

    @property
    def rows(self) -> int:
        return self.states.total()

    @property
    def accepted(self) -> int:
        return self.states["accepted"]

    @property
    def rejected(self) -> int:
        return self.states["rejected"]

    @property
    def counted(self) -> Counted:
        return Counted(self.rows, self.total, self.unread)

    def as_record(self) -> dict[str, Any]:
        """For `--json` and report files: counts only."""
        return {
            "rows": self.rows,
            **{state: self.states[state] for state in DRY_STATES},
            "total_rows": self.total_rows,
            "total": str(self.total),
            "unread_totals": self.unread,
            "reasons": {state: dict(rules.most_common()) for state, rules in self.reasons.items()},
            "by_severity": dict(self.by_severity),
            "findings": str(self.findings_file or ""),
            "rejects": str(self.rejects_file or ""),
        }

    def add(self, record: Record, verdict: Verdict) -> None:
        """Count a row."""
        self.states[verdict.state] += 1
        if verdict.state != "accepted":
            rules = {one.rule for one in errors_in(verdict.findings)}
            self.reasons.setdefault(verdict.state, Counter()).update(rules)
        self.by_severity.update(one.severity for one in verdict.findings)


def check_rows(
    records: TableRecords,
    judging: Judging,
    folder: Path,
    expected: Expected | None = None,
    on_row: Callable[[Summary, Verdict], None] | None = None,
    named: Callable[[Record], Record] = lambda record: record,
) -> Summary:
    """Check every row of a table; write findings.csv and the rejects to `folder`.

    `judging` gives each record its verdict, in order; `named` is what the mapping says of all rows.
    """
    summary = Summary()
    columns = records.mapper.columns
    has_total = bool(records.mapper.column_map.total)
    with FindingsSheet(folder / "findings.csv") as sheet:
        summary.findings_file = sheet.file

        def cases() -> Iterator[Asked[Row | None]]:
            for row, record in records:
                if is_total(record):
                    summary.total_rows += 1
                    fault = total_fault(record)
                    summary.by_severity[fault.severity] += 1
                    sheet.add(fault, columns, records.sheet, row)
                else:
                    yield Asked(named(record), row)

        for asked, verdict in judging(cases()):
            row = asked.beside
            verdict, of_row = _in_columns(records, row, asked.record, verdict)
            summary.add(asked.record, verdict)
            for one in verdict.findings:
                told, beside = (one, None) if row is None else records.placed(one, row)
                sheet.add(told, of_row, records.sheet, beside)
            if row is not None and has_total:
                amount = records.mapper.total(row)
                summary.unread += amount is None
                summary.total += amount or 0
            if row is not None and verdict.state == "rejected":
                summary.rejects.add(row.number)
            if on_row is not None:
                on_row(summary, verdict)
        whole = [*records.findings, *records.unused_items()]
        if expected is not None:
            whole += compare_expected(expected, summary.counted, str(records.source.file))
        summary.found = tuple(whole)
        for one in whole:
            summary.by_severity[one.severity] += 1
            sheet.add(one, columns, records.sheet)
    rejects = summary.rejects
    summary.rejects_file = write_rejects(records.source, rejects, folder, records.items)
    return summary


def _in_columns(
    records: TableRecords, row: Row | None, record: Record, verdict: Verdict
) -> tuple[Verdict, Mapping[str, str]]:
    """The verdict without what only follows from a cell that could not be read, and the row's own
    columns by field."""
    if row is None or not verdict.findings:
        return verdict, records.mapper.columns
    columns = records.columns_of(row)
    spoilt = {fault.path for fault in record.faults if fault.path}
    told = (*record.faults, *record.notes)
    findings = tuple(
        one for one in verdict.findings if one in told or column_of(one.path, columns) not in spoilt
    )
    return replace(verdict, findings=findings), columns


def check_records(
    records: Iterable[Record],
    judging: Judging,
    folder: Path,
    on_row: Callable[[Summary, Verdict], None] | None = None,
) -> Summary:
    """The same of plain records: their owner's file has lines rather than rows and columns."""
    summary = Summary()
    found: list[Finding] = []
    no_columns: Mapping[str, str] = {}
    with FindingsSheet(folder / "findings.csv") as sheet:
        summary.findings_file = sheet.file
        for asked, verdict in judging(Asked(record, None) for record in records):
            summary.add(asked.record, verdict)
            found += verdict.findings[: TOLD - len(found)]
            for one in verdict.findings:
                sheet.add(one, no_columns)
            if on_row is not None:
                on_row(summary, verdict)
    summary.found = tuple(found)
    return summary
