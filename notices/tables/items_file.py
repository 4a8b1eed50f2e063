"""A second table of items, many rows a case: indexed on disk by case, whatever its size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from notices.finding import Finding
from notices.tables.disk_rows import DiskRows
from notices.tables.mapping_columns import ItemsFile
from notices.tables.row import Row, TableFormat, table_fault
from notices.tables.rows import read_table


class ItemsIndex(DiskRows):
    """The rows of an items file by case. `key_of_cases` is the case table's column to ask with."""

    def __init__(self, items: ItemsFile, file: Path, key_of_cases: str) -> None:
        self.file = file
        self.form = items.form
        self.key = items.key
        self.key_of_cases = key_of_cases
        super().__init__(keyed_rows(file, items.form, items.key))

    def rows(self, key: str) -> tuple[Row, ...]:
        """The items of a case, in the file's order; they count as used."""
        return super().rows(key.strip())

    def of_row(self, row: Row) -> tuple[Row, ...]:
        """The items of the case in a row of the first table."""
        return self.rows(row.cells.get(self.key_of_cases, ""))

    def without_case(self) -> Iterator[Finding]:
        """Items whose case no row named, one finding a row."""
        for number in self.unused():
            yield Finding("items-without-case", "error", str(self.file), number, self.key)


def keyed_rows(file: Path, form: TableFormat, key: str) -> Iterator[tuple[str, str, Row]]:
    """The rows of a second table with what their column `key` says. Raises TableError where the
    table can't be read or has no such column."""
    for number, row in enumerate(read_table(file, form)):
        if not number and key not in row.cells:
            name = key[:60]
            raise table_fault("column-missing", file, path=name, name=name, near="–")
        yield row.cells.get(key, "").strip(), "", row
