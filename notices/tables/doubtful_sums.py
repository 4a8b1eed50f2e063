"""Rows below zero that bear no number and no day: sums, or payments that nobody allocated.

A sum comes to what the rows above it come to, back to the last one, or to what all do; a title's,
to what the rows under it do. Any other row is a payment, and counts for the customer whom it names.
Where that is uncertain, the case is held, and where nobody's case is near, the run stops.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from notices.finding import Finding, Severity
from notices.money import ZERO
from notices.tables.cell_values import trimmed
from notices.tables.row import Row

COUNTED, UNPROVEN = "sum-counted", "sum-unproven"  # rules
Key = tuple[str, ...]


@dataclass(frozen=True)
class Doubtful:
    """A row that the rows above it do not prove a sum. `filled` is it with its blank cells filled,
    `above` the row before it where all rows since the last sum are one customer's."""

    row: Row
    filled: Row
    amount: Decimal
    above: Row | None


class RunningSums:
    """What a table's rows come to as they go by, back to the last sum and in all."""

    def __init__(
        self, keys: Key, heading: str, columns: tuple[str, ...], blanks: frozenset[str]
    ) -> None:
        """Headers: `keys` say whose a row is, `heading` may name those under a title, and `columns`
        are blank in sums; `blanks` are the texts that say nothing."""
        self._keys = keys
        self._heading = heading
        self._columns = ", ".join(columns)
        self._blanks = blanks
        self._whole = ZERO
        self._closed: set[Key] = set()  # customers below whose rows such a sum stands
        self._doubtful: Doubtful | None = None
        self._after, self._untitled = ZERO, False  # the rows since the doubtful one
        self._begin()

    def _begin(self) -> None:
        self._group, self._is_one = ZERO, True
        self._above: Row | None = None
        self._doubtful = None

    def add(self, row: Row, filled: Row, amount: Decimal) -> Row:
        """A row that is no sum goes by. It comes back, with a fault where its customer goes on
        below what was taken for the sum of his rows."""
        self._group += amount
        self._after += amount
        self._whole += amount
        self._untitled = self._untitled or self._says(row, self._heading)
        key = self._key(filled)
        if self._above is not None and self._key(self._above) != key:
            self._is_one = False
        self._above = filled
        return self._noted(filled, UNPROVEN, "error", amount) if key in self._closed else filled

    def is_sum(self, row: Row, amount: Decimal) -> bool:
        """Whether a row below zero is the sum of those above it: of one customer's where it names
        him, else of all since the last sum or of the whole table."""
        above = self._key(self._above) if self._above is not None and self._is_one else ()
        named = any(self._says(row, header) for header in self._keys)
        if amount == self._group and (not named or self._key(row) == above):
            if above:
                self._closed.add(above)
            return True
        return amount == self._whole and not named

    def doubt(self, row: Row, filled: Row, amount: Decimal) -> None:
        """A row goes by that is no sum of those above it; a title's may be one of those below."""
        self._doubtful = Doubtful(row, filled, amount, self._above if self._is_one else None)
        self._group += amount
        self._whole += amount
        self._after, self._untitled = ZERO, False

    def settled(self) -> tuple[Doubtful | None, bool]:
        """The doubtful row if any, at the end of the rows below it, and whether it is their title
        and sum."""
        doubtful, self._doubtful = self._doubtful, None
        if doubtful is None or not self._says(doubtful.row, self._heading):
            return doubtful, False
        if self._untitled or doubtful.amount != self._after:
            return doubtful, False
        self._whole -= doubtful.amount
        self._group = self._after
        return doubtful, True

    def ends(self) -> None:
        """A sum or a total goes by."""
        self._begin()

    def taken(self, doubtful: Doubtful) -> Row | Finding:
        """What a doubtful row is taken for: a payment of whom it names, a faulty row of the
        customer above it, or nobody's."""
        filled = doubtful.filled
        if self._keys and all(self._says(filled, header) for header in self._keys):
            return self._noted(filled, COUNTED, "warning", doubtful.amount)
        above = doubtful.above
        if above is None or not self._keys:
            return self._finding(filled, UNPROVEN, "error", doubtful.amount)
        cells = {**filled.cells, **{header: above.cells[header] for header in self._keys}}
        return self._noted(replace(filled, cells=cells), UNPROVEN, "error", doubtful.amount)

    def _noted(self, row: Row, rule: str, severity: Severity, amount: Decimal) -> Row:
        return replace(row, notes=(*row.notes, self._finding(row, rule, severity, amount)))

    def _finding(self, row: Row, rule: str, severity: Severity, amount: Decimal) -> Finding:
        params = {"amount": str(amount), "columns": self._columns}
        return Finding(rule, severity, row.file, row.number, "", params)

    def _key(self, row: Row) -> Key:
        return tuple(row.cells.get(header, "").strip() for header in self._keys)

    def _says(self, row: Row, header: str) -> bool:
        text = trimmed(row.cells.get(header, ""))
        return bool(text) and text not in self._blanks
