"""The letters of another system, from its own table into the ledger: as stated, never as proven."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from notices.batch.history import usual_term
from notices.batch.rows import TableRows, is_total
from notices.case.identity import id_fault
from notices.case.raw_values import written_number
from notices.case.record import Record
from notices.errors import NoticesError
from notices.finding import Finding, errors_in
from notices.ledger.store import Ledger
from notices.ledger.types import ImportedLetter
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from notices.pack.node import parse_day
from notices.pack.read_ladder import named_rung
from notices.pack.types import Pack
from notices.tables.case_rows import TWICE, CaseRows
from notices.tables.mapping_cases import NO_EARLIER
from notices.tables.row import TableError
from notices.tables.row_earlier import DATE, LETTER, PAY_BY, STATED
from notices.tables.table_records import TableRecords

_SOME = 500  # cases in one transaction
_LONGEST_FILE = 200


@dataclass
class ImportedHistory:
    """What came of an import: letters that are new, and those that stood there; rows refused."""

    entered: int = 0
    known: int = 0
    refused: int = 0
    findings: list[Finding] = field(default_factory=list)


def import_history(
    rows: TableRows, workspace: Workspace, ledger: Ledger, now: str, today: date, sender: str = ""
) -> ImportedHistory:
    """Enter every earlier letter that the table states, case by case: of a case with a faulty row
    nothing is entered. Entered once; the same table again adds nothing.

    `sender` is the profile by which letters are told apart, where the table does not name one;
    `today` is the day of the call. Raises TableError where the mapping does not say which case a
    row is of and which letter it states, and as `open_table` does.
    """
    column_map = rows.column_map
    names_case = column_map.grouping.by or any(c.path == "id" for c in column_map.columns)
    if column_map.earlier is NO_EARLIER or not column_map.earlier.levels or not names_case:
        raise TableError(Finding("import-unmapped", "error", column_map.file))
    reading = _Reading(rows, Resources(workspace), sender or workspace.defaults.sender, now, today)
    done = ImportedHistory()
    waiting: list[ImportedLetter] = []
    with rows.records() as records:
        for case, record in records:
            if is_total(record):
                continue
            letters, found = reading.letters(records, case, record)
            done.findings += found
            if errors_in(found):
                done.refused += len(case.numbers)
                continue
            waiting += letters
            if len(waiting) >= _SOME:
                _enter(ledger, waiting, done)
        done.findings += (*records.unused_items(), *records.without_key())
    _enter(ledger, waiting, done)
    return done


def _enter(ledger: Ledger, waiting: list[ImportedLetter], done: ImportedHistory) -> None:
    """Enter what is new: no statement of a letter that stands there as one to the same debts, or
    to more of them."""
    known = ledger.imported_letters(dict.fromkeys(letter.case_id for letter in waiting))
    new = [one for one in waiting if not any(_covers(k, one) for k in known.get(one.case_id, ()))]
    entered = ledger.import_letters(new)
    done.entered += entered
    done.known += len(waiting) - entered
    waiting.clear()


def _covers(known: ImportedLetter, stated: ImportedLetter) -> bool:
    same = (known.creditor_id, known.case_id, known.kind, known.level, known.issue_date)
    if same != (stated.creditor_id, stated.case_id, stated.kind, stated.level, stated.issue_date):
        return False
    return not known.debts or (bool(stated.debts) and set(stated.debts) <= set(known.debts))


@dataclass(frozen=True)
class _Reading:
    """What the rows of a case state, as letters."""

    rows: TableRows
    resources: Resources
    sender: str
    now: str
    today: date

    def letters(
        self, records: TableRecords, case: CaseRows, record: Record
    ) -> tuple[list[ImportedLetter], list[Finding]]:
        # A history has a row for each letter, so several for one debt.
        own = (fault for fault in record.faults if fault.rule != TWICE)
        faults = [*own, *self._case_faults(record)]
        stated: dict[tuple[str, int, date, date], list[str]] = {}
        pack = self._pack(record)
        for i, debt in enumerate(record.data.get("debts") or ()):
            said: Mapping[str, str] = debt.get(STATED) or {}
            if not said:
                continue
            place = (record.file, record.line("debts", i), f"debts[{i}].{STATED}")
            rung = named_rung(pack.ladder, said[LETTER])
            if DATE not in said:
                plan = self.rows.column_map.earlier
                params = {"column": plan.date or STATED, "value": said[LETTER] or "–"}
                where = (record.file, record.line("debts", i), plan.date or place[2])
                faults.append(Finding("earlier-undated", "error", *where, params))
                continue
            day = parse_day(said[DATE])
            if day is None or day > self.today:
                params = {"day": said[DATE], "today": self.today.isoformat()}
                faults.append(Finding("import-day", "error", *place, params))
            elif rung is None:
                faults.append(Finding("import-letter-unsaid", "error", *place))
            else:
                pay_by = parse_day(said.get(PAY_BY, "")) or day + timedelta(usual_term(pack))
                key = (rung.kind, rung.level, day, pay_by)
                stated.setdefault(key, []).append(written_number(debt))
        found = [self._told(fault, records, case) for fault in faults]
        if errors_in(found):
            return [], found
        creditor = self._creditor(record)
        letters = [
            ImportedLetter(
                *(str(record.data["id"]), creditor, *key),
                debts=tuple(sorted(set(numbers))) if all(numbers) else (),
                file=Path(record.file).name[:_LONGEST_FILE],
                at=self.now,
            )
            for key, numbers in stated.items()
        ]
        return letters, found

    def _case_faults(self, record: Record) -> Iterator[Finding]:
        case_id = record.data.get("id")
        place = (record.file, record.line(), "id")
        if not isinstance(case_id, str) or id_fault(case_id):
            yield Finding("import-without-case", "error", *place)
        if not self._creditor(record):
            name = str(record.data.get("sender") or self.sender or "–")
            yield Finding("import-without-sender", "error", record.file, record.line(), "sender",
                          {"name": name[:60]})  # fmt: skip

    def _creditor(self, record: Record) -> str:
        """The id under which the ledger has the sender's letters; "" where there is no such."""
        name = str(record.data.get("sender") or self.sender)
        if not name:
            return ""
        try:
            profile = self.resources.sender(name, from_door=not record.data.get("sender"))
        except NoticesError:
            return ""
        return str(profile.data.get("id") or Path(profile.file).stem)

    def _pack(self, record: Record) -> Pack:
        named = record.data.get("pack")
        return (self.resources.pack(named) if isinstance(named, str) else None) or self.rows.pack

    def _told(self, finding: Finding, records: TableRecords, case: CaseRows) -> Finding:
        """A finding in the table's own terms: its row, its column."""
        placed = records.placed(finding, case)
        return replace(placed.finding, line=placed.row.number, path=placed.column or finding.path)
