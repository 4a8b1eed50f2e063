"""Lists in which a customer stands as a title above its rows: the title becomes a column.

A title is known by its form: one filled cell, in the column of titles, that is no day and no
amount. Below its rows a sum may stand, `Total NAME` or `Total`: a case of rows that do not come to
it is held back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from notices.finding import Finding
from notices.money import ZERO
from notices.tables.cell_values import Style, is_day, trimmed, value_reader
from notices.tables.rejected_rows import ADDED
from notices.tables.row import Row
from notices.tables.row_rules import Titles
from notices.tables.table_words import bare, sum_words

_MOST_NESTED = 20  # titles within titles; of more, each stands below the other


@dataclass(frozen=True)
class Gap:
    """Rows that do not come to the sum below them: those after `after` and before `until`."""

    after: int
    until: int
    title: str
    stated: Decimal
    found: Decimal

    def finding(self, row: Row, column: str) -> Finding:
        """The fault of a case that has some of these rows."""
        params = {"title": self.title[:60], "stated": str(self.stated), "found": str(self.found)}
        params["row"] = str(self.until)
        return Finding("title-sum-differs", "error", row.file, row.number, column, params)


@dataclass(frozen=True)
class _Section:
    title: str
    row: int
    before: Decimal  # what the rows above it came to


class TitledRows:
    """A table's rows with the title above each as a cell of its own; titles and sums are left out.

    `amount` says what a row comes to, None where nothing is stated or can be read.
    """

    def __init__(self, titles: Titles, style: Style) -> None:
        self._titles = titles
        self._read_day = value_reader("date", style)
        self._read_amount = value_reader("amount", style)
        self.amount: Callable[[Row], Decimal | None] = lambda _: None
        self.gaps: list[Gap] = []
        self._open: list[_Section] = []
        self._first = _Section("", 0, ZERO)  # of those that are open
        self._sum = ZERO
        self._unread = 0  # the last row whose amount can't be read
        self._sums, self._left_out, self._file = 0, ZERO, ""

    def rows(self, rows: Iterable[Row]) -> Iterator[Row]:
        name = self._titles.name
        for row in rows:
            if not row.cells:
                yield row
                continue
            column = self._titles.column or next(h for h in row.cells if h not in ADDED)
            filled = [h for h, text in row.cells.items() if h not in ADDED and trimmed(text)]
            text = trimmed(row.cells.get(column, ""))
            others = [row.cells[header] for header in filled if header != column]
            if self._is_sum(text, others):
                self._close(row, _summed(text))
            elif text and not others and self._is_name(text):
                self._begin(text, row)
            else:
                title = trimmed(row.cells.get(name, ""))
                title = title or (self._open[-1].title if self._open else "")
                yield replace(row, cells={**row.cells, name: title})
                amount = self.amount(row)
                self._sum += amount or ZERO
                self._unread = row.number if amount is None else self._unread

    def _is_name(self, text: str) -> bool:
        value, change = self._read_amount(text)
        is_amount = change not in ("", "normalised") or not any(map(str.isalpha, value))
        return not is_amount and not self._is_day(text)

    def _is_day(self, text: str) -> bool:
        value, change = self._read_day(text)
        return change == "ambiguous" or is_day(value)

    def _is_sum(self, text: str, others: Collection[str]) -> bool:
        """Whether a row adds up rows above it: those of an open title, or others and without a
        day, for a debt has one."""
        of = _summed(text)
        if "" in of or self._place(of) is not None:
            return True
        return bool(of and others) and not any(map(self._is_day, others))

    def _place(self, of: Collection[str]) -> int | None:
        """The open title that a sum is of, the innermost first."""
        places = range(len(self._open) - 1, -1, -1)
        return next((n for n in places if bare(self._open[n].title) in of), None)

    def _begin(self, title: str, row: Row) -> None:
        section = _Section(title, row.number, self._sum)
        if not self._open:
            self._first = section
        self._open = [*self._open[-_MOST_NESTED:], section]

    def _close(self, row: Row, of: Collection[str]) -> None:
        amount = self.amount(row)
        self._file = row.file
        self._sums += 1
        self._left_out += amount or ZERO
        if not self._open:
            return  # the sum of the whole list, after those of its titles
        place = self._place(of)
        if place is None and "" in of and amount == self._sum - self._open[-1].before:
            place = len(self._open) - 1
        if place is None:
            section, self._open = self._first, []
        else:
            section, self._open = self._open[place], self._open[:place]
        found = self._sum - section.before
        agrees = amount in (None, found) or (place is None and amount == self._sum)
        if not agrees and self._unread < section.row and amount is not None:
            self.gaps.append(Gap(section.row, row.number, section.title, amount, found))

    def gaps_of(self, numbers: Collection[int]) -> tuple[Gap, ...]:
        """The gaps that rows of these numbers are in."""
        return tuple(g for g in self.gaps if any(g.after < n < g.until for n in numbers))

    def findings(self) -> Iterator[Finding]:
        """The sums that were left out; to be asked when all rows were read."""
        if self._sums:
            column = self._titles.column or self._titles.name
            params = {"count": str(self._sums), "column": column, "value": "–"}
            params["sum"] = str(self._left_out)
            yield Finding("rows-skipped", "warning", self._file, 0, column, params)


def _summed(text: str) -> frozenset[str]:
    """What a text may be the sum of: `Total NAME`, `NAME 合计`; "" where it says no more than that
    it is one; nothing for what is no sum."""
    plain = bare(text)
    if plain in sum_words():
        return frozenset([""])
    before = {plain.removeprefix(word) for word in sum_words() if plain.startswith(word)}
    after = {plain.removesuffix(word) for word in sum_words() if plain.endswith(word)}
    return frozenset(before | after)
