"""Blank cells that take the value above: exports write a customer once, above its rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from notices.tables.mapping import ColumnMap
from notices.tables.row import Row

# How a grouped list ends a group's name: with the number of its rows.
_GROUP = re.compile(r"\(\d+\)$")


@dataclass(frozen=True)
class Filling:
    """What a mapping says of blank cells, by headers."""

    down: tuple[str, ...] = ()  # a blank cell takes the value above
    heading: str = ""  # what a title says there counts for the rows below it
    sums: tuple[str, ...] = ()  # a row in which all of them are blank is a sum or a title


def filling_of(column_map: ColumnMap) -> Filling:
    rules = column_map.rules
    return Filling(column_map.grouping.fill_down, rules.heading, rules.sums)


class FillDown:
    """Fills the blank cells of rows that go by in the table's order.

    A column named before another that says something else begins anew: what is blank beside it
    stays blank. Below a sum or a title nothing counts that stood above it.
    """

    def __init__(self, filling: Filling) -> None:
        self._filling = filling
        self._above: dict[str, str] = {}
        self._title = ""

    def is_sum(self, row: Row) -> bool:
        """Whether the row only adds others up, names those below it, or repeats the headers."""
        sums = self._filling.sums
        if not sums:
            return False
        filled = [(header, text.strip()) for header, text in row.cells.items() if text.strip()]
        return not {header for header, _ in filled} & {*sums} or all(
            " ".join(text.split()) == header for header, text in filled
        )

    def passes(self, row: Row) -> None:
        """A sum or a title goes by."""
        heading = self._filling.heading
        name = row.cells.get(heading, "").strip()
        self._title = "" if _GROUP.search(name) or name == heading else name
        self._above = {}

    def ends(self) -> None:
        """A total goes by: nothing counts below it that stood above."""
        self._title = ""
        self._above = {}

    def filled(self, row: Row) -> Row:
        taken: dict[str, str] = {}
        heading = self._filling.heading
        if heading and row.cells.get(heading, "").strip():
            self._title = ""
        elif heading and self._title:
            taken[heading] = self._title
        for header in self._filling.down:
            if text := (taken.get(header) or row.cells.get(header, "")).strip():
                if text != self._above.get(header, text).strip():
                    break
            elif header in self._above:
                taken[header] = self._above[header]
        row = replace(row, cells={**row.cells, **taken}) if taken else row
        self._above = {header: row.cells.get(header, "") for header in self._filling.down}
        return row
