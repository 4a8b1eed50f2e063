"""What a mapping says of rows as cases: which belong together, and what an amount's sign means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NO_VALUES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Grouping:
    """How rows become cases: all rows of a key are one case, each row one debt of it."""

    by: tuple[str, ...] = ()  # headers; () = each row is a case of its own
    fill_down: tuple[str, ...] = ()  # headers: a blank cell takes the value above
    skips_blank: bool = False  # rows whose key is blank are left out, and told
    first: frozenset[str] = frozenset()  # fields of which a case's first row counts


@dataclass(frozen=True)
class Signs:
    """What an amount's sign says, and a column that says it beside the amount."""

    negative: str = ""  # what a row below zero is: credits | payments | skip; "" = a fault
    column: str = ""  # header
    values: Mapping[str, str] = field(default_factory=lambda: NO_VALUES)  # text → + or -


UNGROUPED, UNSIGNED = Grouping(), Signs()
