"""Where a run's records come from: a table with its mapping, or records as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from notices.batch.left_out import LeftOut
from notices.batch.manifest import TO_MEND, Outcome
from notices.batch.seen import SeenCases
from notices.batch.settings import Frozen
from notices.batch.written_back import FILE as WRITTEN_BACK
from notices.batch.written_back import written_back
from notices.case.record import Record, read_record_lines, read_records
from notices.errors import FileError, RequestError
from notices.files import writing
from notices.finding import Finding
from notices.letter.resources import find_usable_pack
from notices.letter.workspace import Workspace
from notices.pack.types import Pack
from notices.pack.vocabulary import near_miss
from notices.tables.findings_csv import findings_sheet
from notices.tables.grouping import GroupedRows
from notices.tables.mapping import ColumnMap
from notices.tables.presets import FOLDER, NOTHING_ASKED, Asked, read_column_map
from notices.tables.rejected_rows import RejectedRows
from notices.tables.rejecting import reject_case
from notices.tables.rejects import write_rejects
from notices.tables.row import DETECTED, TableError, TableFormat
from notices.tables.stated_totals import Counted
from notices.tables.table_records import NO_PACKS, Source, TableRecords, find_source

_CHUNK = 1 << 20
TOTAL_ROW = "total-row"


class OutcomesOf(Protocol):
    """What became of each row, by its number: a run's journal."""

    def outcomes_of(self, number: int) -> tuple[Outcome, ...]: ...


class _Looked:
    """Records that were looked over as a whole once know what the others have of theirs."""

    _seen: SeenCases | None = None

    def _look(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records; the first look from beginning to end is remembered."""
        if self._seen is not None:
            yield from map(self._told, records)
            return
        seen = SeenCases()
        for number, record in enumerate(records, start=1):
            seen.add(record, number)
            yield record
        seen.finish()
        self._seen = seen

    def _told(self, record: Record) -> Record:
        """The record with what others have of it. Two letters would ask for one debt; and those of
        one id are no letters, for each may be one over a part of what is owed."""
        if self._seen is None:
            return record
        if rows := self._seen.same_debt(record):
            params = {"others": ", ".join(map(str, rows))}
            place = record.file, record.line()
            twice = Finding("looks-already-written", "error", *place, "", params)
            record = replace(record, stops=(*record.stops, twice))
        if (many := self._seen.same_id(record)) > 1:
            shared = self._shared_id(record, str(many))
            record = replace(record, faults=(*record.faults, shared))
        return record

    def _shared_id(self, record: Record, many: str) -> Finding:
        """The finding that so many records have this one's id."""
        place = record.file, record.line(), "id"
        return Finding("records-share-id", "error", *place, {"many": many})


@dataclass
class PlainRows(_Looked):
    """Records of a YAML, JSON or JSONL file, in order; JSONL is never held as a whole."""

    file: Path
    counted: Counted = field(default_factory=Counted)

    def __iter__(self) -> Iterator[Record]:
        rows = 0
        is_lines = self.file.suffix == ".jsonl"
        records = read_record_lines(self.file) if is_lines else read_records(self.file)
        for record in self._look(records):
            rows += 1
            yield record
        self.counted = Counted(rows)

    @property
    def parts(self) -> tuple[Path, ...]:
        return (self.file,)


@dataclass
class TableRows(_Looked):
    """The cases of a table; rows that only add up are left out. Each look opens the table anew."""

    source: Source
    column_map: ColumnMap
    pack: Pack
    counted: Counted = field(default_factory=Counted)
    findings: tuple[Finding, ...] = field(default=())  # of the table as a whole
    packs: Mapping[str, Pack] = field(default_factory=lambda: NO_PACKS)  # its rows may name
    _groups: GroupedRows | None = field(default=None, repr=False)

    def __iter__(self) -> Iterator[Record]:
        count = _Count()
        with self.records() as records:
            yield from self._look(map(self._with_stated, count.cases(records)))
            whole = (*records.unused_items(), *records.without_key())
            self.findings = (*records.findings, *whole)
        self.counted = Counted(count.rows, count.total, count.unread)

    def records(self) -> TableRecords:
        """A new look at the table; it is grouped at the first one. Raises TableError."""
        records = TableRecords(self.source, self.column_map, self.pack, self.packs, self._groups)
        self._groups = records.groups
        return records

    def named(self, record: Record) -> Record:
        """The record as a run takes it: with the pack and kind that the mapping names for all rows,
        and what the look over all of them found."""
        return self._told(self._with_stated(record))

    def _with_stated(self, record: Record) -> Record:
        """A row of which nothing could be read stays empty, for nothing more can be said of it."""
        if not record.data:
            return record
        stated = {"pack": self.column_map.pack or self.pack.id, "kind": self.column_map.kind}
        named = {name: value for name, value in stated.items() if value}
        return replace(record, data={**named, **record.data})

    def _shared_id(self, record: Record, many: str) -> Finding:
        by = self.column_map.grouping.by
        column = next((c.header for c in self.column_map.columns if c.path == "id"), "")
        params = {"many": many, "column": column or ", ".join(by)}
        rule = "cases-share-id" if by else "rows-share-id"
        return Finding(rule, "error", record.file, record.line(), column or "id", params)

    @property
    def parts(self) -> tuple[Path, ...]:
        preset = self.column_map.preset
        mapping = Path(self.column_map.file) if self.column_map.file != preset else None
        shipped = FOLDER / Path(preset).name if preset else None
        others = (shipped, mapping, self.source.items, self.source.customers)
        return (self.source.file, *filter(None, others))

    def write_findings(self, folder: Path, journal: OutcomesOf, frozen: Frozen) -> None:
        """findings.csv in the table's own terms, what is written back, and the rejected rows as a
        table."""
        rejected, left_out = RejectedRows(), LeftOut()
        number = 0
        back = written_back(self.column_map, frozen)
        with (
            self.records() as records,
            findings_sheet(folder / "findings.csv") as sheet,
            writing(folder / WRITTEN_BACK) as lines,
        ):
            lines.write(back.head())
            for case, record in records:
                if is_total(record):
                    fault = total_fault(record)
                    sheet.add(fault, records.mapper.columns, records.sheet, case.first)
                    continue
                number += 1
                wrong: list[Finding] = []
                outcomes = journal.outcomes_of(number)
                lines.writelines(back.lines(case, outcomes))
                for outcome in outcomes:
                    left_out.add(outcome.findings, record.data.get("currency"))
                    if outcome.state in TO_MEND:
                        wrong += outcome.findings
                    for finding in outcome.findings:
                        placed = records.placed(finding, case)
                        sheet.add(placed.finding, placed.columns, records.sheet, placed.row)
                if wrong:
                    reject_case(rejected, records, case, self.named(record), wrong)
            told = left_out.findings(str(self.source.file))
            for finding in (*self.findings, *told):
                sheet.add(finding, records.mapper.columns, records.sheet)
            write_rejects(self.source, rejected, folder, records.items, records.customers)


@dataclass
class _Count:
    """Rows of a table and the sum of its `total` column, as its cases go by."""

    rows: int = 0
    total: Decimal = Decimal(0)
    unread: int = 0

    def cases(self, records: TableRecords) -> Iterator[Record]:
        """The records of the table's cases; rows of totals are none."""
        for case, record in records:
            if is_total(record):
                continue
            self.rows += len(case.numbers)
            if records.mapper.column_map.total:
                for row in case.rows:
                    amount = records.mapper.total(row)
                    self.unread += amount is None
                    self.total += amount or 0
            yield record


Rows = PlainRows | TableRows


def open_table(
    file: Path,
    mapping: Path | None,
    workspace: Workspace,
    form: TableFormat = DETECTED,
    items: str = "",
    asked: Asked = NOTHING_ASKED,
) -> TableRows:
    """The rows of a table by its mapping, with the pack that each row names, else the mapping, else
    the workspace, else the only one there is; `items` is the items file, where it is another than
    the mapping's, and `asked` names a preset or the file of the customers.

    Raises TableError where table or mapping can't be used, RequestError where no pack is meant,
    PackError, FileError.
    """

    def find_pack(name: str) -> Pack:
        return _pack(name or workspace.defaults.pack, workspace)

    column_map = read_column_map(file, mapping, form, asked, find_pack)
    if column_map.findings:
        raise TableError(*column_map.findings)
    packs = _packs(workspace) if any(c.path == "pack" for c in column_map.columns) else {}
    name = column_map.pack or workspace.defaults.pack or next(iter(packs), "")
    source = find_source(file, column_map, form, items)
    rows = TableRows(source, column_map, _pack(name, workspace), packs=packs)
    with rows.records() as records:
        rows.findings = records.findings
    return rows


def _packs(workspace: Workspace) -> Mapping[str, Pack]:
    """Every pack that can be used."""
    found = {name: find_usable_pack(name, workspace) for name in workspace.pack_ids()}
    return {name: pack for name, pack in found.items() if pack is not None}


def _pack(name: str, workspace: Workspace) -> Pack:
    known = workspace.pack_ids()
    if not name and len(known) != 1:
        raise RequestError(
            "which pack? Write `pack: NAME` in the mapping, map a column to `pack`, or set `pack`"
            f" under [defaults] in notices.toml; there are: {', '.join(known) or '–'}"
        )
    pack = find_usable_pack(name or known[0], workspace)
    if pack is None:
        near = near_miss(name, known) or "–"
        raise RequestError(
            f"no pack is called {name} (nearest: {near}); `notices packs` lists them"
        )
    return pack


def is_total(record: Record) -> bool:
    """Whether the row is the sum below the table rather than a case."""
    return any(fault.rule == TOTAL_ROW for fault in record.faults)


def total_fault(record: Record) -> Finding:
    """What is reported of such a row."""
    return next(fault for fault in record.faults if fault.rule == TOTAL_ROW)


def digest_of(rows: Rows, words: Iterable[str] = ()) -> str:
    """Over the bytes of every file that the rows come from, and how they are read: `words`, else as
    the rows say, for another sheet or encoding of one file is another input."""
    form = rows.source.form if isinstance(rows, TableRows) else TableFormat()
    words = words or (form.encoding, form.delimiter, form.sheet, str(form.header_row))
    digest = hashlib.sha256()
    for part in rows.parts:
        try:
            with part.open("rb") as handle:
                while chunk := handle.read(_CHUNK):
                    digest.update(chunk)
        except OSError as error:
            raise FileError(f"{part}: {error.strerror or error}") from error
        digest.update(b"\0")
    digest.update("\0".join(words).encode())
    return digest.hexdigest()
