"""A second table with the customers of the first: addresses, language, type. Rows that say the
same of one customer are one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from notices.case.raw_values import shown
from notices.case.record import Record
from notices.finding import Finding, errors_in
from notices.pack.types import Pack
from notices.pack.vocabulary import near_miss
from notices.tables.case_rows import CaseRows, fold_key, own_values, put_value
from notices.tables.disk_rows import DiskRows
from notices.tables.mapper import Mapper
from notices.tables.mapping import ColumnMap
from notices.tables.mapping_columns import Customers
from notices.tables.mapping_compile import compile_mapping
from notices.tables.row import Row, TableError, table_fault
from notices.tables.rows import read_table, table_kind

NO_CUSTOMER = ("customer-missing", "customer-twice")


class CustomersIndex(DiskRows):
    """The customers by the key that the cases' table names them by, read by their own columns."""

    def __init__(self, customers: Customers, column_map: ColumnMap, pack: Pack, file: Path) -> None:
        """Raises TableError where the table can't be read or the mapping does not serve it."""
        self.file = file
        self.form = customers.form
        self.key = customers.key
        self.same_as = customers.same_as
        self.prefer = customers.prefer
        rows = read_table(file, customers.form)
        first = next(rows, None)
        if first is None:
            raise table_fault("no-rows", file)
        own = ColumnMap(  # how cells are read is the whole mapping's, what they fill its own
            column_map.file,
            style=column_map.style,
            hidden_rows=column_map.hidden_rows,
            constant_lines=column_map.constant_lines,
            ignored=column_map.ignored | {customers.key, *customers.prefer},
            columns=customers.columns,
            plan=customers.plan,
            preset=column_map.preset,
        )
        loose = table_kind(file) == "json"
        mapper, self.findings = compile_mapping(own, pack, tuple(first.cells), file, loose)
        if mapper is None:
            raise TableError(*errors_in(self.findings))
        for name in (self.key, *self.prefer):
            if name not in first.cells:
                near = shown(near_miss(name, first.cells)) or "–"
                raise table_fault("column-missing", file, path=shown(name), name=name, near=near)
        self.mapper: Mapper = mapper
        super().__init__(self._keyed(chain([first], rows)))

    def _keyed(self, rows: Iterator[Row]) -> Iterator[tuple[str, str, Row]]:
        for row in rows:
            key = row.cells.get(self.key, "").strip()
            if key:
                yield key, fold_key((key,)), row

    def of_case(self, case: CaseRows) -> Row | None:
        """The customer's row; None where there is none or more than one."""
        found = self._preferred(self.rows(_key(case.first, self.same_as)))
        alike = found and all(self._said(row) == self._said(found[0]) for row in found[1:])
        return found[0] if alike else None

    def _preferred(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """Of several rows of a customer those that the mapping prefers; else all of them."""
        wanted = self.prefer.items()
        best = [r for r in rows if all(r.cells.get(h, "").strip() == text for h, text in wanted)]
        return tuple(best) or rows

    def _said(self, row: Row) -> Any:
        return self.mapper.record(row).data

    def of_row(self, row: Row) -> tuple[Row, ...]:
        """The customers that a row of the first table names."""
        return self.rows(_key(row, self.same_as))

    def joined(self, case: CaseRows, record: Record) -> Record:
        """The case's record with what the customer's row says; a fault where it is not one row."""
        customer = self.of_case(case)
        faults = (*record.faults, *self._faults(case, customer))
        if customer is None:
            return replace(record, faults=faults)
        said = self.mapper.record(customer)
        data: dict[str, Any] = {**record.data}
        own = {**said.data}
        if holds := own.pop("holds", ()):
            data["holds"] = [*dict.fromkeys((*data.get("holds", ()), *holds))]
        for steps, value in own_values(own):
            put_value(data, steps, value)
        notes = (*record.notes, *said.notes)
        return replace(record, data=data, faults=(*faults, *said.faults), notes=notes)

    def _faults(self, case: CaseRows, customer: Row | None) -> Iterator[Finding]:
        row, keys = case.first, {_key(row, self.same_as) for row in case.rows}
        params = {"column": self.same_as, "file": self.file.name}
        place = (row.file, row.number, self.same_as)
        if len(keys) > 1:
            others = [
                r.number for r in case.rows if _key(r, self.same_as) != _key(row, self.same_as)
            ]
            params |= {"row": str(row.number), "others": ", ".join(map(str, others[:8]))}
            params["field"] = self.same_as
            yield Finding("rows-disagree", "error", *place, params)
        if customer is not None:
            return
        found = self.rows(_key(row, self.same_as))
        near = self.first_rows(fold_key((_key(row, self.same_as),)))
        numbers = [r.number for r in found] or list(near)
        params["others"] = ", ".join(map(str, numbers[:8])) or "–"
        yield Finding(NO_CUSTOMER[bool(found)], "error", *place, params)

    def fills(self, path: str) -> bool:
        """Whether it is this table that fills a field."""
        own = self.mapper.columns
        return any(path == name or path.startswith((f"{name}[", f"{name}.")) for name in own)

    def row_of(self, path: str, case: CaseRows) -> Row | None:
        """The customer's row where it is this table that fills a field; else None."""
        return self.of_case(case) if self.fills(path) else None


def _key(row: Row, header: str) -> str:
    return row.cells.get(header, "").strip()
