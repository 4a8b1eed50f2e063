"""Where a run's records come from: a table with its mapping, or records as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from notices.case.record import Record, read_records, records_of
from notices.errors import FileError
from notices.finding import Finding
from notices.tables.findings_csv import FindingsSheet
from notices.tables.rejects import write_rejects
from notices.tables.stated_totals import Counted
from notices.tables.table_records import Source, TableRecords
from notices.textfiles import TextFileError, parse_json

if TYPE_CHECKING:
    from notices.batch.manifest import Outcome
    from notices.pack.types import Pack
    from notices.tables.mapping import ColumnMap

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
        records = _lines(self.file) if self.file.suffix == ".jsonl" else read_records(self.file)
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

    def __iter__(self) -> Iterator[Record]:
        rows, total, unread = 0, Decimal(0), 0
        with self.records() as records:
            for row, record in records:
                if is_total(record):
                    continue
                rows += 1
                if self.column_map.total:
                    amount = records.mapper.total(row)
                    unread += amount is None
                    total += amount or 0
                yield self.named(record)
            self.findings = (*records.findings, *records.unused_items())
        self.counted = Counted(rows, total, unread)

    def records(self) -> TableRecords:
        """A new look at the table. Raises TableError."""
        return TableRecords(self.source, self.column_map, self.pack)

    def named(self, record: Record) -> Record:
        """The record with the pack and kind that the mapping names for all rows; a row of which
        nothing could be read stays empty, for nothing more can be said of it."""
        if not record.data:
            return record
        stated = {"pack": self.column_map.pack or self.pack.id, "kind": self.column_map.kind}
        told = {name: value for name, value in stated.items() if value}
        return replace(record, data={**told, **record.data})

    @property
    def parts(self) -> tuple[Path, ...]:
        second = (self.source.items,) if self.source.items else ()
        return (self.source.file, Path(self.column_map.file), *second)

    def tell(self, folder: Path, journal: OutcomesOf) -> None:
        """findings.csv in the table's own terms, and the rejected rows as a table."""
        rejected: set[int] = set()
        number = 0
        with self.records() as records, FindingsSheet(folder / "findings.csv") as sheet:
            for row, record in records:
                if is_total(record):
                    sheet.add(total_fault(record), records.mapper.columns, records.sheet, row)
                    continue
                number += 1
                outcomes = journal.outcomes_of(number)
                columns = records.columns_of(row) if any(o.findings for o in outcomes) else {}
                for outcome in outcomes:
                    if outcome.state == "rejected":
                        rejected.add(row.number)
                    for finding in outcome.findings:
                        told, beside = records.placed(finding, row)
                        sheet.add(told, columns, records.sheet, beside)
            for finding in self.findings:
                sheet.add(finding, records.mapper.columns, records.sheet)
            write_rejects(self.source, rejected, folder, records.items)


Rows = PlainRows | TableRows


def is_total(record: Record) -> bool:
    """Whether the row is the sum below the table rather than a case."""
    return any(fault.rule == TOTAL_ROW for fault in record.faults)


def total_fault(record: Record) -> Finding:
    """What is told of such a row."""
    return next(fault for fault in record.faults if fault.rule == TOTAL_ROW)


def digest_of(rows: Rows, words: Iterable[str] = ()) -> str:
    """Over the bytes of every file that the rows come from, and how they are read."""
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


def _lines(file: Path) -> Iterator[Record]:
    """The records of a JSONL file, one a line. Raises FileError."""
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _line(line, str(file), number)
    except UnicodeDecodeError as error:
        raise FileError(f"{file}: not UTF-8 text") from error
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from error


def _line(line: str, name: str, number: int) -> Record:
    try:
        records = [record for text in parse_json(line, name) for record in records_of(text)]
    except TextFileError as error:
        params = {"detail": error.fault.detail[:80]}
        fault = Finding(error.fault.rule, "error", name, number, "", params)
        return Record({}, name, {(): number}, (fault,))
    if len(records) != 1:
        fault = Finding("not-a-record", file=name, line=number)
        return Record({}, name, {(): number}, (fault,))
    return replace(records[0], lines={(): number})
