"""Which rows are rejected, why, and what the whole case of each must have.

Two columns stand before rejected rows: why, and the row that it was. Two stand after them: how many
rows the case has, and their sum, so that rejects from which a row of a case was lost are faulty
rather than a smaller case.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from notices.errors import FileError
from notices.finding import Finding
from notices.tables.cell_values import Reader
from notices.tables.reasons import Reasons
from notices.tables.row import Row

# In ASCII, so that they can stand in a file of any encoding.
CASE_ROWS, CASE_SUM = "notices_case_rows", "notices_case_sum"
CONTROLS = (CASE_ROWS, CASE_SUM)
REASON, FIRST_ROW = "notices_reason", "notices_row"
BEFORE = (REASON, FIRST_ROW)
ADDED = (*BEFORE, *CONTROLS)  # known in every table, and no field


@dataclass(frozen=True)
class Control:
    """What a case must have: the number of its rows and their sum, as written; "" says nothing."""

    rows: str = ""
    total: str = ""

    @property
    def cells(self) -> dict[str, str]:
        return {CASE_ROWS: self.rows, CASE_SUM: self.total}


UNCONTROLLED = Control()


class RejectedRows(Collection[int]):
    """Row numbers, a bit each, and the controls of those that have any, on disk."""

    def __init__(self, reasons: Reasons | None = None) -> None:
        """`reasons` are those of another table's rows as well."""
        self.reasons = Reasons() if reasons is None else reasons
        self._bits = bytearray()
        self._count = 0
        self._base = sqlite3.connect("")  # gone with the connection
        weakref.finalize(self, self._base.close)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("CREATE TABLE control (row INTEGER PRIMARY KEY, rows TEXT, total TEXT)")
        self._base.execute("CREATE TABLE filled (row INTEGER PRIMARY KEY, cells TEXT)")
        self.has_controls = False
        self.filled_headers: dict[str, None] = {}

    def add(self, number: int, control: Control = UNCONTROLLED) -> None:
        """Note a row, with what its whole case must have. Raises FileError."""
        if number in self:
            return
        byte = number >> 3
        self._bits.extend(bytes(max(0, byte + 1 - len(self._bits))))
        self._bits[byte] |= 1 << (number & 7)
        self._count += 1
        if control != UNCONTROLLED:
            self.has_controls = True
            self._insert(
                "INSERT INTO control VALUES (?, ?, ?)", number, control.rows, control.total
            )

    def fill(self, number: int, cells: Mapping[str, str]) -> None:
        """Note what a row has in columns that rows above fill: among the rejects others may stand
        above. Raises FileError."""
        self.filled_headers |= dict.fromkeys(cells)
        if cells:
            text = json.dumps(dict(cells), ensure_ascii=False)
            self._insert("INSERT OR REPLACE INTO filled VALUES (?, ?)", number, text)

    def _insert(self, query: str, *values: object) -> None:
        try:
            self._base.execute(query, values)
        except sqlite3.Error as error:
            raise FileError(f"a temporary file can't be written: {error}") from error

    def filled(self, number: int) -> Mapping[str, str]:
        """Those cells, by header."""
        found = self._base.execute("SELECT cells FROM filled WHERE row = ?", (number,)).fetchone()
        cells: Mapping[str, str] = json.loads(found[0]) if found else {}
        return cells

    def control(self, number: int) -> Control:
        """What the case of a row must have."""
        found = self._base.execute("SELECT rows, total FROM control WHERE row = ?", (number,))
        return Control(*(found.fetchone() or ("", "")))

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int) or number >> 3 >= len(self._bits):
            return False
        return bool(self._bits[number >> 3] & (1 << (number & 7)))

    def __iter__(self) -> Iterator[int]:
        return (number for number in range(len(self._bits) * 8) if number in self)

    def __len__(self) -> int:
        return self._count


def added_controls(headers: Collection[str], numbers: Collection[int]) -> RejectedRows | None:
    """The rows whose controls are to be written; None where they are known, or there are none:
    rejects that are rejected again keep what they say."""
    if CASE_ROWS in headers or not isinstance(numbers, RejectedRows) or not numbers.has_controls:
        return None
    return numbers


def filled_row(row: Row, numbers: Collection[int]) -> Row:
    """A rejected row with what rows above it have filled."""
    filled = numbers.filled(row.number) if isinstance(numbers, RejectedRows) else {}
    return replace(row, cells={**row.cells, **filled}) if filled else row


def added_headers(headers: Collection[str], numbers: Collection[int]) -> tuple[str, ...]:
    """Columns that rows above filled and the table itself does not have: whose title they were
    below."""
    filled = numbers.filled_headers if isinstance(numbers, RejectedRows) else ()
    return tuple(header for header in filled if header not in headers)


def reasons_of(file: Path, numbers: Collection[int]) -> Reasons | None:
    """The reasons to be written beside a table's rejected rows; None where none is known."""
    known = isinstance(numbers, RejectedRows) and numbers.reasons.tells_of(str(file))
    return numbers.reasons if isinstance(numbers, RejectedRows) and known else None


def check_controls(rows: tuple[Row, ...], found: Control, read: Reader) -> Iterator[Finding]:
    """Whether a case's rows are all that its controls say; `found` is what the rows come to."""
    for header, rule, have in (
        (CASE_ROWS, "case-incomplete", found.rows),
        (CASE_SUM, "case-sum-differs", found.total),
    ):
        for row in rows:
            stated = _stated(row.cells, header, read)
            if stated and have and stated != _plain(have, read):
                params = {"stated": stated, "found": have, "column": header}
                yield Finding(rule, "error", row.file, row.number, header, params)
                break


def _stated(cells: Mapping[str, str], header: str, read: Reader) -> str:
    return _plain(cells.get(header, ""), read)


def _plain(text: str, read: Reader) -> str:
    value = read(text)[0] if text.strip() else ""
    return value.rstrip("0").rstrip(".") if "." in value else value
