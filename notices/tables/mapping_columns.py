"""What a mapping says of columns, and of the tables beside the first one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from notices.tables.mapping_cases import NO_HOLDS, Entry, RowHolds
from notices.tables.row import TableFormat
from notices.tables.row_rules import Joined

NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Column:
    """One column: its header, the field it fills, value translations, what parts a list."""

    header: str
    path: str
    values: Mapping[str, str] = field(default_factory=lambda: NONE)
    split: str = "\n"
    line: int = 0
    joined: Joined | None = None  # then `header` is the first of several
    since: str = ""  # of a flag: whether the day in the column is this one or later

    @property
    def headers(self) -> tuple[str, ...]:
        return self.joined.headers if self.joined else (self.header,)


@dataclass(frozen=True)
class ItemsFile:
    """A second table, many rows a case: `key` is its column that names the case."""

    file: str
    key: str
    form: TableFormat
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Customers:
    """A second table, one row a customer: its column `key` says what `same_as` says in the first,
    and its own columns fill fields of the case."""

    file: str
    key: str
    same_as: str
    form: TableFormat
    columns: tuple[Column, ...]
    prefer: Mapping[str, str] = field(default_factory=lambda: NONE)  # header → value: of several
    plan: RowHolds = NO_HOLDS  # what blocks the customer
