"""A table as records: the reader, the mapping and the items file put together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from types import TracebackType

from notices.case.record import Record
from notices.finding import Finding, errors_in
from notices.pack.types import Pack
from notices.tables.items_file import ItemsIndex
from notices.tables.mapper import Mapper
from notices.tables.mapping import ColumnMap
from notices.tables.mapping_compile import compile_mapping
from notices.tables.row import Row, TableError, TableFormat, table_fault
from notices.tables.rows import read_table, table_kind

REJECTS, REJECTED_ITEMS = "rejects", "rejects-items"
_ENTRY = re.compile(r"debts\[0\]\.(?:items|payments)\[\d+\]")


@dataclass(frozen=True)
class Source:
    """A table that is to become letters: the file, how it is read, and the items file if any."""

    file: Path
    form: TableFormat
    items: Path | None = None


def find_source(file: Path, column_map: ColumnMap, form: TableFormat, items: str = "") -> Source:
    """What a door asked for, else what the mapping says; the items file stands beside the table.

    Beside rejects stand their own items, which are taken before those that the mapping names.
    """
    own = column_map.form
    form = TableFormat(
        form.encoding or own.encoding,
        form.delimiter or own.delimiter,
        form.sheet or own.sheet,
        own.header_row if form.header_row == 1 else form.header_row,
    )
    second = column_map.items_file
    if second is None:
        return Source(file, form)
    if items:
        return Source(file, form, Path(items))
    if file.stem == REJECTS and (beside := sorted(file.parent.glob(f"{REJECTED_ITEMS}.*"))):
        return Source(file, form, beside[0])
    if not second.file:
        raise table_fault("items-file-missing", file)
    return Source(file, form, file.parent / second.file)


class TableRecords:
    """The rows of a table, each with its record, in order. Use it in a `with`."""

    def __init__(self, source: Source, column_map: ColumnMap, pack: Pack) -> None:
        """Raises TableError where the table can't be read or the mapping does not serve it."""
        self.source = source
        rows = read_table(source.file, source.form)
        first = next(rows, None)
        if first is None:
            raise table_fault("no-rows", source.file)
        loose = table_kind(source.file) == "json"
        mapper, found = compile_mapping(column_map, pack, tuple(first.cells), source.file, loose)
        if mapper is None:
            raise TableError(*errors_in(found))
        self.mapper: Mapper = mapper
        self.findings: tuple[Finding, ...] = found  # warnings of the mapping as a whole
        self.sheet = first.sheet
        self._rows = chain([first], rows)
        self._stack = ExitStack()
        self.items: ItemsIndex | None = None
        if column_map.items_file is not None and source.items is not None:
            key = next((c.header for c in column_map.columns if c.path == "id"), "")
            index = ItemsIndex(column_map.items_file, source.items, key)
            self.items = self._stack.enter_context(index)

    def __iter__(self) -> Iterator[tuple[Row, Record]]:
        record, items = self.mapper.record, self.items
        for row in self._rows:
            yield row, record(row, items)

    def unused_items(self) -> tuple[Finding, ...]:
        """Items of cases that no row named; to be asked when all rows were read."""
        return tuple(self.items.unused()) if self.items else ()

    def columns_of(self, row: Row) -> Mapping[str, str]:
        """Which header fills which field in this row."""
        return self.mapper.columns_of(row, self.items)

    def placed(self, finding: Finding, row: Row) -> tuple[Finding, Row]:
        """A finding of this row's record where it stands: what an item lacks, in the items file."""
        entry = _ENTRY.match(finding.path)
        if self.items is None or entry is None:
            return finding, row
        source = self.mapper.rows_of_entries(row, self.items).get(entry.group(), row)
        if source.file == row.file:
            return finding, row
        return replace(finding, file=source.file, line=source.number), source

    def __enter__(self) -> TableRecords:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()


def column_of(path: str, columns: Mapping[str, str]) -> str:
    """The header of a field's path, or of the nearest value around it."""
    if path in columns.values():
        return path
    while path:
        if path in columns:
            return columns[path]
        loose = re.sub(r"(items|payments)\[\d+\]", r"\1[]", path)
        if loose in columns:
            return columns[loose]
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return ""


def without_faults(record: Record) -> Record:
    """The record as far as it was read, for the checks that can still be made."""
    return replace(record, faults=())
