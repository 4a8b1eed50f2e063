"""One mapping for rows of several packs and currencies: each row is read as its own pack has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from notices.finding import Finding, errors_in
from notices.pack.types import Pack
from notices.tables.cell_values import trimmed
from notices.tables.mapper import Mapper
from notices.tables.mapping import ColumnMap
from notices.tables.mapping_check import declared, field_type, fields_by_path
from notices.tables.mapping_columns import Column
from notices.tables.mapping_compile import compile_mapping
from notices.tables.read_currency import read_currency
from notices.tables.row import Row


def compile_for_rows(
    column_map: ColumnMap,
    pack: Pack,
    packs: Mapping[str, Pack],
    first: Row,
    file: Path,
    loose: bool = False,
) -> tuple[Mapper | None, tuple[Finding, ...]]:
    """The mapping made ready for rows that may name their own pack and currency; as
    `compile_mapping` where no column does. `packs` are those that rows may name, beside `pack`; the
    first row's is the one that the mapping as a whole is held against."""
    headers = tuple(first.cells)
    rows = _RowMappers(column_map, {pack.id: pack, **packs}, headers, file, loose)
    pack = packs.get(rows.pack_of(first), pack)
    mapper, found = compile_mapping(rows.map_for(pack), pack, headers, file, loose)
    if mapper is None or not (rows.pack_column or rows.currency_column):
        return mapper, found
    rows.first = mapper
    return replace(mapper, of_row=rows.of), found


class _RowMappers:
    """The mappers of the packs and currencies that rows have named so far."""

    first: Mapper

    def __init__(
        self,
        column_map: ColumnMap,
        packs: Mapping[str, Pack],
        headers: tuple[str, ...],
        file: Path,
        loose: bool,
    ) -> None:
        self._map = column_map
        self._packs = packs
        self._table = headers, file, loose
        self._made: dict[tuple[str, str], Mapper] = {}
        by_path = {column.path: column for column in column_map.columns}
        self.pack_column = by_path.get("pack")
        self.currency_column = by_path.get("currency")

    def of(self, row: Row) -> Mapper:
        """The mapper of a row; one whose pack is not known, or can't be mapped so, says it."""
        name = self.pack_of(row)
        currency = self._said(self.currency_column, row)
        pack = self._packs.get(name) or next(iter(self._packs.values()))
        currency = read_currency(pack)(currency)[0]
        key = (name, currency)
        if key not in self._made:
            self._made[key] = self._compiled(name, currency)
        return self._made[key]

    def pack_of(self, row: Row) -> str:
        """The name of the row's pack, by its column, else by the mapping."""
        return self._said(self.pack_column, row) or self._map.pack

    def _said(self, column: Column | None, row: Row) -> str:
        if column is None:
            return ""
        text = row.cells.get(column.header, "")
        if text in self._map.style.blanks:
            return ""
        return column.values.get(text, trimmed(text))

    def _compiled(self, name: str, currency: str) -> Mapper:
        column = self.pack_column
        if column is not None and not name:
            params = {"name": column.header}
            return replace(
                self.first, faults=(Finding("row-lacks", path=column.header, params=params),)
            )
        pack = self._packs.get(name) if column is not None else self._packs[self.first.home]
        if pack is None:
            return self.first  # that no pack is called so, the check of the record says
        headers, file, loose = self._table
        mapper, found = compile_mapping(
            self.map_for(pack), pack, headers, file, loose, currency=currency
        )
        return mapper or replace(self.first, faults=errors_in(found))

    def map_for(self, pack: Pack) -> ColumnMap:
        """The mapping for one of several packs: without fields that only others have."""
        if self.pack_column is None:
            return self._map

        def serves(path: str) -> bool:
            if path == "sender" or _has(path, pack):
                return True
            return not any(_has(path, other) for other in self._packs.values())

        left = [column for column in self._map.columns if not serves(column.path)]
        return replace(
            self._map,
            columns=tuple(column for column in self._map.columns if column not in left),
            constants={p: _spoken(v, pack) for p, v in self._map.constants.items() if serves(p)},
            ignored=self._map.ignored | {name for column in left for name in column.headers},
        )


def _spoken(value: Any, pack: Pack) -> Any:
    """A constant in the languages of the pack, where it is written in those of several."""
    if not isinstance(value, dict):
        return value
    spoken = {tag: text for tag, text in value.items() if tag in pack.formats or tag == "und"}
    return spoken or value


def _has(path: str, pack: Pack) -> bool:
    """Whether records of the pack may have the field."""
    fields, name = fields_by_path(pack), declared(path)
    return name in fields or (name.rpartition(".")[0] in fields and field_type(path, pack) != "")
