"""Which rows of a table are cases, by their values: what is left out is counted and summed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from notices.finding import Finding
from notices.money import ZERO
from notices.pack.node import parse_day
from notices.tables.doubtful_sums import RunningSums
from notices.tables.fill_down import FillDown
from notices.tables.mapper import Mapper, is_total_row
from notices.tables.row import Row, TableError
from notices.tables.row_rules import RowRules
from notices.tables.signed_amounts import amount_of

_MOST_TOLD = 20  # values of which nothing is said


class ChosenRows:
    """The rows that a mapping's `only` and `skip` keep. A value in neither list, and a row below
    zero left out without a word, stop the run when all rows were read."""

    def __init__(self, rules: RowRules, mapper: Mapper, fill: FillDown) -> None:
        self._rules = rules
        self._fill = fill
        self._mapper = mapper
        self._columns = tuple(dict.fromkeys((*rules.only, *rules.skip)))
        self._left: Counter[tuple[str, str]] = Counter()
        self._sums: dict[tuple[str, str], Decimal] = {}
        self._unknown: dict[tuple[str, str], Finding] = {}
        self._below: list[Finding] = []
        ids = (mapper.columns[name] for name in ("id",) if name in mapper.columns)
        keys = mapper.column_map.grouping.by or tuple(ids)
        self._running = RunningSums(keys, rules.heading, rules.sums, mapper.blanks)
        self.file = ""

    def kept(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows that are cases, blank cells filled from above: from rows that are left out,
        too, so that nobody gets the next one's. Raises TableError after the last one."""
        for row in rows:
            if is_total_row(row) or not row.cells:
                yield from self._settle()
                self._fill.ends()
                self._running.ends()
                yield row
            elif self._fill.is_sum(row):
                yield from self._settle()
                self._pass(row)
            else:
                whole = self._fill.filled(row)
                if self._rules.sums:
                    whole = self._running.add(row, whole, self._amount(row))
                if self._keeps(whole):
                    yield whole
        yield from self._settle()
        if faults := (*self._unknown.values(), *self._below):
            raise TableError(*faults)

    def _pass(self, row: Row) -> None:
        """A row that bears nothing of what sums leave blank: left out, or doubtful."""
        amount = self._amount(row)
        below = amount < 0 and not self._drops_below_zero
        if below and not self._day_of(row) and not self._running.is_sum(row, amount):
            self._running.doubt(row, self._fill.filled(row), amount)
            self._fill.passes(row)
            return
        self._fill.passes(row)
        self._running.ends()
        self._leave_sum(row, amount)

    def _settle(self) -> Iterator[Row]:
        """What comes of a doubtful row above, now that all rows below it went by."""
        doubtful, is_title = self._running.settled()
        if doubtful is None:
            return
        if is_title:
            self._leave_sum(doubtful.row, doubtful.amount)
            return
        taken = self._running.taken(doubtful)
        if isinstance(taken, Finding):
            self._below += [taken] if len(self._below) < _MOST_TOLD else []
        elif self._keeps(taken):
            yield taken

    def _leave_sum(self, row: Row, amount: Decimal) -> None:
        self.file = row.file
        columns = ", ".join(self._rules.sums)
        self._left[columns, ""] += 1
        self._sums[columns, ""] = self._sums.get((columns, ""), ZERO) + amount
        day = self._day_of(row) if amount < 0 else ""
        if day and not self._drops_below_zero and len(self._below) < _MOST_TOLD:
            where = self._mapper.columns.get(f"debts[0].{day}", day)
            params = {"columns": columns, "amount": str(amount), "day": where}
            self._below.append(
                Finding("sum-below-zero", "error", row.file, row.number, where, params)
            )

    def _day_of(self, row: Row) -> str:
        """The field of a day in the row: a sum bears none, but payments and credit notes do."""
        debt: Mapping[str, Any] = next(iter(self._mapper.record(row).data.get("debts", ())), {})
        days = (k for k, v in debt.items() if k.endswith("_date") and parse_day(str(v)))
        return next(days, "")

    @property
    def _drops_below_zero(self) -> bool:
        return self._mapper.column_map.signs.negative == "skip"

    def _keeps(self, row: Row) -> bool:
        """Whether the row is a case; an unknown value is noted, and holds its row back."""
        self.file = row.file
        keeps = True
        for column in self._columns:
            value = row.cells.get(column, "").strip()
            if value in self._rules.skip.get(column, ()):
                self._leave(row, column, value)
                return False
            if value not in self._rules.only.get(column, ()):
                keeps = False
                known = {*self._rules.only.get(column, ()), *self._rules.skip.get(column, ())}
                params = {"value": value[:40] or "–", "column": column}
                params["known"] = ", ".join(sorted(v or '""' for v in known))
                fault = Finding("value-unlisted", "error", row.file, row.number, column, params)
                if len(self._unknown) < _MOST_TOLD:
                    self._unknown.setdefault((column, value), fault)
        return keeps

    def _leave(self, row: Row, column: str, value: str) -> None:
        amount = self._amount(row)
        key = (column, value)
        self._left[key] += 1
        self._sums[key] = self._sums.get(key, ZERO) + amount
        if amount < 0 and not self._drops_below_zero and len(self._below) < _MOST_TOLD:
            params = {"value": value[:40] or "–", "column": column, "amount": str(amount)}
            self._below.append(
                Finding("skipped-below-zero", "error", row.file, row.number, column, params)
            )

    def _amount(self, row: Row) -> Decimal:
        """What the row's items come to, credits below zero; else its `total` column."""
        signs = self._mapper.signs
        items = self._mapper.items(row)
        if not items:
            debts = self._mapper.record(row).data.get("debts", ())
            items = [item for debt in debts for item in debt.get("items", ())]
        found = [(amount_of(item) or ZERO) * signs.get(item.get("kind", ""), 1) for item in items]
        return sum(found, ZERO) if found else self._mapper.total(row) or ZERO

    def findings(self) -> Iterator[Finding]:
        """What was left out, by column and value; to be asked when all rows were read."""
        for (column, value), count in self._left.items():
            params = {"count": str(count), "column": column, "value": value[:40] or "–"}
            params["sum"] = str(self._sums[column, value])
            yield Finding("rows-skipped", "warning", self.file, 0, column, params)
