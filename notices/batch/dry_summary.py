"""Rows checked one by one, without a letter: the summary, findings.csv and the rejects."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from notices.batch.left_out import LeftOut
from notices.batch.looks import Look
from notices.batch.manifest import TO_MEND, Outcome, reasons_of
from notices.batch.report import Group, band_of
from notices.batch.rows import is_total, total_fault
from notices.case.record import Record
from notices.finding import Finding
from notices.letter.stages import State
from notices.tables.case_rows import CaseRows
from notices.tables.findings_csv import FindingsSheet, findings_sheet
from notices.tables.rejected_rows import RejectedRows
from notices.tables.rejecting import reject_case
from notices.tables.rejects import write_rejects
from notices.tables.stated_totals import Counted, Expected, compare_expected
from notices.tables.table_records import TableRecords

DRY_STATES: tuple[State, ...] = ("accepted", "known", "held", "rejected", "failed")
_WORST: tuple[State, ...] = ("failed", "rejected", "held", "known")  # of several letters of one row
_LACKS = ("required-field", "row-lacks")
_INDEX = re.compile(r"\[\d+\]")
_Key = TypeVar("_Key")
TOLD = 200  # findings of plain records that are said; findings.csv has them all


@dataclass(frozen=True)
class GivenRow:
    """A record to be checked, and the table's rows that it comes from, if any."""

    record: Record
    case: CaseRows | None = None


Outcomes = tuple[Outcome, ...]
Check = Callable[[Iterator[GivenRow]], Iterator[tuple[GivenRow, Outcomes]]]


@dataclass(frozen=True)
class LaidLook:
    """What came of the letters of a look that were laid out.

    `letters` have that look; `rules` say why some fail.
    """

    look: Look
    letters: int
    laid: int
    failed: int
    rules: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        look = self.look
        return {
            "pack": look.pack,
            "kind": look.kind,
            "level": look.level,
            "languages": list(look.languages),
            "envelope": look.envelope,
            "letters": self.letters,
            "laid_out": self.laid,
            "failed": self.failed,
            "rules": list(self.rules),
        }


@dataclass(frozen=True)
class LaidRow:
    """A row before and after its letters were laid out."""

    given: GivenRow
    before: Outcomes
    after: Outcomes

    @property
    def found(self) -> tuple[Finding, ...]:
        """What laying out has found."""
        known = [finding for outcome in self.before for finding in outcome.findings]
        return tuple(f for outcome in self.after for f in outcome.findings if f not in known)


@dataclass(frozen=True)
class Laid:
    """All that was laid out, rows in their order."""

    looks: tuple[LaidLook, ...] = ()
    rows: tuple[LaidRow, ...] = ()


LayOut = Callable[[], Laid]


@dataclass
class Summary:
    """What a check of all rows came to.

    Rows = accepted + rejected + held + failed + known; total rows stand apart. Of a grouped table
    these are cases, and `table_rows` their rows.
    """

    states: Counter[str] = field(default_factory=Counter)
    table_rows: int = 0
    total_rows: int = 0
    total: Decimal = Decimal(0)
    unread: int = 0
    # rows that get no letter, by state and by the rule of their errors
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    by_severity: Counter[str] = field(default_factory=Counter)
    # letters that a run would make, by pack, kind, level and currency
    letters: dict[tuple[str, str, int, str], Group] = field(default_factory=dict)
    ages: dict[int, Group] = field(default_factory=dict)  # by where the band of days overdue begins
    missing: Counter[str] = field(default_factory=Counter)  # required fields, by column or path
    looks: tuple[LaidLook, ...] = ()  # each with what came of the letters that were laid out
    left_out: LeftOut = field(default_factory=LeftOut)
    rejects: RejectedRows = field(default_factory=RejectedRows)  # row numbers
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
        return Counted(self.table_rows, self.total, self.unread)

    def as_record(self) -> dict[str, Any]:
        """For `--json` and report files: counts only."""
        return {
            "rows": self.rows,
            **{state: self.states[state] for state in DRY_STATES},
            "table_rows": self.table_rows,
            "total_rows": self.total_rows,
            "total": str(self.total),
            "unread_totals": self.unread,
            "reasons": {state: dict(rules.most_common()) for state, rules in self.reasons.items()},
            "kinds": [
                {"pack": pack, "kind": kind, "level": level, "currency": currency, **counted(group)}
                for (pack, kind, level, currency), group in sorted(self.letters.items())
            ],
            "days_overdue": [
                {"from": band, **counted(group)} for band, group in sorted(self.ages.items())
            ],
            "missing": dict(self.missing.most_common()),
            "looks": [look.plain() for look in self.looks],
            "by_severity": dict(self.by_severity),
            "findings": str(self.findings_file or ""),
            "rejects": str(self.rejects_file or ""),
        }

    def add_letters(self, outcomes: Iterable[Outcome]) -> None:
        """Count the letters that a run would make of a row."""
        for outcome in outcomes:
            if outcome.state == "accepted":
                key = (outcome.pack, outcome.kind, outcome.level, outcome.currency)
                self.letters.setdefault(key, Group()).add(outcome)
                self.ages.setdefault(band_of(outcome), Group()).add(outcome)

    def add(self, outcome: Outcome) -> None:
        """Count a row."""
        self.states[outcome.state] += 1
        self._add_reasons(outcome)
        self.by_severity.update(finding.severity for finding in outcome.findings)

    def add_laid(self, row: LaidRow) -> Outcome:
        """Count anew a row of which a letter was laid out, and what that has found."""
        before, after = row_outcome(row.before), row_outcome(row.after)
        gone = {o.letter_id for o in row.after if o.state == "accepted"}
        for outcome in row.before:
            if outcome.state == "accepted" and outcome.letter_id not in gone:
                key = (outcome.pack, outcome.kind, outcome.level, outcome.currency)
                _take_out(outcome, self.letters, key)
                _take_out(outcome, self.ages, band_of(outcome))
        if before.state == "accepted" and after.state != "accepted":
            self.states["accepted"] -= 1
            self.states[after.state] += 1
            self._add_reasons(after)
        self.by_severity.update(finding.severity for finding in row.found)
        return after

    def _add_reasons(self, outcome: Outcome) -> None:
        if outcome.state != "accepted":
            self.reasons.setdefault(outcome.state, Counter()).update(reasons_of(outcome))


def _take_out(outcome: Outcome, groups: dict[_Key, Group], key: _Key) -> None:
    groups[key].remove(outcome)
    if not groups[key].letters:
        del groups[key]


def counted(group: Group) -> dict[str, Any]:
    """A group before its letters have pages."""
    plain = group.plain()
    return {name: plain[name] for name in ("letters", "totals")}


def row_outcome(outcomes: Sequence[Outcome]) -> Outcome:
    """The outcome of a row whose letters may have several: the worst, with all their findings."""
    states = {outcome.state for outcome in outcomes}
    worst: State = next((state for state in _WORST if state in states), "accepted")
    findings: list[Finding] = []
    for outcome in outcomes:
        findings += (finding for finding in outcome.findings if finding not in findings)
    return replace(outcomes[0], state=worst, findings=tuple(findings))


def check_rows(
    records: TableRecords,
    named: Callable[[Record], Record],
    check: Check,
    lay_out: LayOut,
    folder: Path,
    tell: Callable[[Summary, Outcome], None],
    stated: Expected,
) -> Summary:
    """Check every row of a table; write findings.csv and the rejects to `folder`.

    `named` adds what the mapping says of all rows; `check` gives each row its outcomes, in order;
    `lay_out` then says what became of the few that were laid out.
    """
    summary = Summary()
    columns = records.mapper.columns
    with findings_sheet(folder / "findings.csv") as sheet:
        summary.findings_file = sheet.file

        def cases() -> Iterator[GivenRow]:
            for case, record in records:
                if is_total(record):
                    summary.total_rows += 1
                    fault = total_fault(record)
                    summary.by_severity[fault.severity] += 1
                    sheet.add(fault, columns, records.sheet, case.first)
                else:
                    yield GivenRow(named(record), case)

        for given, outcomes in check(cases()):
            outcome = row_outcome(outcomes)
            summary.add_letters(outcomes)
            if given.case is not None:
                outcome = _add_table_case(records, given, given.case, outcome, summary, sheet)
            summary.add(outcome)
            tell(summary, outcome)
        laid = lay_out()
        summary.looks = laid.looks
        for row in laid.rows:
            state = summary.add_laid(row).state
            if row.given.case is None:
                continue
            for finding in row.found:
                placed = records.placed(finding, row.given.case)
                sheet.add(placed.finding, placed.columns, records.sheet, placed.row)
            if state in TO_MEND:
                case, record = row.given.case, row.given.record
                reject_case(summary.rejects, records, case, record, row.found)
        whole = [*records.findings, *records.unused_items(), *records.without_key()]
        whole += summary.left_out.findings(str(records.source.file))
        whole += compare_expected(stated, summary.counted, str(records.source.file))
        summary.found = tuple(whole)
        for finding in whole:
            summary.by_severity[finding.severity] += 1
            sheet.add(finding, columns, records.sheet)
    rejects = summary.rejects
    second = (records.items, records.customers)
    summary.rejects_file = write_rejects(records.source, rejects, folder, *second)
    return summary


def _add_table_case(
    records: TableRecords,
    given: GivenRow,
    case: CaseRows,
    outcome: Outcome,
    summary: Summary,
    sheet: FindingsSheet,
) -> Outcome:
    """Count the case's rows and write its findings where they stand; returns the outcome without
    what only follows from a cell that could not be read."""
    record = given.record
    own = (*record.faults, *record.notes)
    kept: list[Finding] = []
    for finding in outcome.findings:
        placed = records.placed(finding, case)
        if finding not in own and records.follows(finding, placed, record):
            continue
        kept.append(finding)
        if finding.rule in _LACKS:
            summary.missing[placed.column or _INDEX.sub("[]", placed.finding.path)] += 1
        sheet.add(placed.finding, placed.columns, records.sheet, placed.row)
    summary.table_rows += len(case.numbers)
    summary.left_out.add(outcome.findings, record.data.get("currency"))
    if records.mapper.column_map.total:
        for row in case.rows:
            amount = records.mapper.total(row)
            summary.unread += amount is None
            summary.total += amount or 0
    if outcome.state in TO_MEND:
        reject_case(summary.rejects, records, case, record, kept)
    return replace(outcome, findings=tuple(kept))


def check_records(
    records: Iterable[Record],
    check: Check,
    lay_out: LayOut,
    folder: Path,
    tell: Callable[[Summary, Outcome], None],
) -> Summary:
    """The same of plain records: their owner's file has lines rather than rows and columns."""
    summary = Summary()
    found: list[Finding] = []
    no_columns: Mapping[str, str] = {}
    with findings_sheet(folder / "findings.csv") as sheet:
        summary.findings_file = sheet.file
        for _, outcomes in check(GivenRow(record) for record in records):
            outcome = row_outcome(outcomes)
            summary.add_letters(outcomes)
            lacking = (f.path for f in outcome.findings if f.rule in _LACKS)
            summary.missing.update(_INDEX.sub("[]", path) for path in lacking)
            summary.add(outcome)
            found += outcome.findings[: TOLD - len(found)]
            for finding in outcome.findings:
                sheet.add(finding, no_columns)
            tell(summary, outcome)
        laid = lay_out()
        summary.looks = laid.looks
        for row in laid.rows:
            summary.add_laid(row)
            found += row.found[: TOLD - len(found)]
            for finding in row.found:
                sheet.add(finding, no_columns)
    summary.found = tuple(found)
    return summary
