"""Blank cells that take the value above: exports write a customer once, above its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from notices.tables.mapper import is_total_row
from notices.tables.row import Row


class FillDown:
    """The value above in blank cells of these columns. A column named before them that says
    something else begins anew: what is blank beside it stays blank."""

    def __init__(self, headers: tuple[str, ...]) -> None:
        self._headers = headers
        self._above: dict[str, str] = {}

    def filled(self, row: Row) -> Row:
        taken: dict[str, str] = {}
        for header in self._headers:
            if text := row.cells.get(header, "").strip():
                if text != self._above.get(header, text).strip():
                    break
            elif header in self._above:
                taken[header] = self._above[header]
        row = replace(row, cells={**row.cells, **taken}) if taken else row
        self._above = {header: row.cells.get(header, "") for header in self._headers}
        return row

    def forget(self) -> None:
        """After a row that ends a list: nothing above it counts any more."""
        self._above = {}


def filled_down(rows: Iterable[Row], headers: tuple[str, ...]) -> Iterator[Row]:
    """The rows with the value above in blank cells of these columns; rows of totals pass by."""
    fill = FillDown(headers)
    return (row if is_total_row(row) else fill.filled(row) for row in rows)
