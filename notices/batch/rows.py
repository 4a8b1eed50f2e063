"""Where a run's records come from: a table with its mapping, or records as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from notices.batch.manifest import Outcome
from notices.case.record import Record, read_record_lines, read_records
from notices.errors import FileError, RequestError
from notices.finding import Finding
from notices.letter.resources import find_usable_pack
from notices.letter.workspace import Workspace
from notices.pack.types import Pack
from notices.pack.vocabulary import near_miss
from notices.tables.findings_csv import findings_sheet
from notices.tables.mapping import ColumnMap, read_mapping
from notices.tables.rejects import write_rejects
from notices.tables.row import DETECTED, TableError, TableFormat
from notices.tables.stated_totals import Counted
from notices.tables.table_records import NO_PACKS, Source, TableRecords, find_source

_CHUNK = 1 << 20
TOTAL_ROW = "total-row"


class OutcomesOf(Protocol):
    """What became of each row, by its number: a run's journal."""

    def outcomes_of(self, number: int) -> tuple[Outcome, ...]: ...


@dataclass
class PlainRows:
    """Records of a YAML, JSON or JSONL file, in order; JSONL is never held as a whole."""

    file: Path
    counted: Counted = field(default_factory=Counted)

    def __iter__(self) -> Iterator[Record]:
        rows = 0
        is_lines = self.file.suffix == ".jsonl"
        records = read_record_lines(self.file) if is_lines else read_records(self.file)
        for record in records:
            rows += 1
            yield record
        self.counted = Counted(rows)

    @property
    def parts(self) -> tuple[Path, ...]:
        return (self.file,)


@dataclass
class TableRows:
    """The cases of a table; rows that only add up are left out. Each look opens the table anew."""

    source: Source
    column_map: ColumnMap
    pack: Pack
    counted: Counted = field(default_factory=Counted)
    findings: tuple[Finding, ...] = field(default=())  # of the table as a whole
    packs: Mapping[str, Pack] = field(default_factory=lambda: NO_PACKS)  # its rows may name

    def __iter__(self) -> Iterator[Record]:
        rows, total, unread = 0, Decimal(0), 0
        with self.records() as records:
            for case, record in records:
                if is_total(record):
                    continue
                rows += len(case.rows)
                if self.column_map.total:
                    for row in case.rows:
                        amount = records.mapper.total(row)
                        unread += amount is None
                        total += amount or 0
                yield self.named(record)
            self.findings = (*records.findings, *records.unused_items())
        self.counted = Counted(rows, total, unread)

    def records(self) -> TableRecords:
        """A new look at the table. Raises TableError."""
        return TableRecords(self.source, self.column_map, self.pack, self.packs)

    def named(self, record: Record) -> Record:
        """The record with the pack and kind that the mapping names for all rows; a row of which
        nothing could be read stays empty, for nothing more can be said of it."""
        if not record.data:
            return record
        stated = {"pack": self.column_map.pack or self.pack.id, "kind": self.column_map.kind}
        named = {name: value for name, value in stated.items() if value}
        return replace(record, data={**named, **record.data})

    @property
    def parts(self) -> tuple[Path, ...]:
        second = (self.source.items,) if self.source.items else ()
        return (self.source.file, Path(self.column_map.file), *second)

    def write_findings(self, folder: Path, journal: OutcomesOf) -> None:
        """findings.csv in the table's own terms, and the rejected rows as a table."""
        rejected: set[int] = set()
        number = 0
        with self.records() as records, findings_sheet(folder / "findings.csv") as sheet:
            for case, record in records:
                if is_total(record):
                    fault = total_fault(record)
                    sheet.add(fault, records.mapper.columns, records.sheet, case.first)
                    continue
                number += 1
                for outcome in journal.outcomes_of(number):
                    if outcome.state == "rejected":
                        rejected.update(case.numbers)
                    for finding in outcome.findings:
                        placed = records.placed(finding, case)
                        sheet.add(placed.finding, placed.columns, records.sheet, placed.row)
            for finding in self.findings:
                sheet.add(finding, records.mapper.columns, records.sheet)
            write_rejects(self.source, rejected, folder, records.items)


Rows = PlainRows | TableRows


def open_table(
    file: Path,
    mapping: Path,
    workspace: Workspace,
    form: TableFormat = DETECTED,
    items: str = "",
) -> TableRows:
    """The rows of a table by its mapping, with the pack that each row names, else the mapping, else
    the workspace, else the only one there is; `items` is the items file, where it is another than
    the mapping's.

    Raises TableError where table or mapping can't be used, RequestError where no pack is meant,
    PackError, FileError.
    """
    column_map = read_mapping(mapping)
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
