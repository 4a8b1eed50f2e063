"""What one look over a whole input remembers: case ids that come again, and debts that were seen
under another case id. It stands in a temporary database on disk, so that memory does not grow.
"""

from __future__ import annotations

import sqlite3
import weakref

from notices.batch.case_keys import case_key, debt_keys, digest_key, row_of
from notices.case.record import Record
from notices.errors import FileError

_BATCH = 10_000
_MOST_NAMED = 8  # rows named in one finding
_SIGNED = 1 << 63  # SQLite's whole numbers have a sign


class SeenCases:
    """The cases of one input, by their ids and by recipient and debt number."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("")  # on disk, and gone with the connection
        weakref.finalize(self, self._base.close)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("CREATE TABLE seen (key INTEGER, case_key INTEGER, row INTEGER)")
        self._held: list[tuple[int, int, int]] = []

    def add(self, record: Record, number: int) -> None:
        """Remember the record, the `number`th of the input."""
        case, row = case_key(record) - _SIGNED, row_of(record, number)
        self._held.append((case, case, row))
        self._held += ((digest_key(key) - _SIGNED, case, row) for key in debt_keys(record.data))
        if len(self._held) >= _BATCH:
            self._write()

    def _write(self) -> None:
        try:
            self._base.executemany("INSERT INTO seen VALUES (?, ?, ?)", self._held)
        except sqlite3.Error as error:
            raise FileError(f"a temporary file can't be written: {error}") from error
        self._held = []

    def finish(self) -> None:
        """All records were added."""
        self._write()
        self._base.execute("CREATE INDEX by_key ON seen (key)")

    def same_id(self, record: Record) -> int:
        """How many records have this one's case id; 0 where it has none."""
        key = case_key(record)
        if not key:
            return 0
        query = "SELECT count(*) FROM seen WHERE key = ? AND case_key = key"
        return int(self._base.execute(query, (key - _SIGNED,)).fetchone()[0])

    def same_debt(self, record: Record) -> tuple[int, ...]:
        """The rows of other cases that have one of this one's debts, by recipient and number."""
        case = case_key(record) - _SIGNED
        query = "SELECT row FROM seen WHERE key = ? AND case_key <> ? LIMIT ?"
        rows: set[int] = set()
        for key in debt_keys(record.data):
            asked = (digest_key(key) - _SIGNED, case, _MOST_NAMED)
            rows.update(row for (row,) in self._base.execute(query, asked))
        return tuple(sorted(rows)[:_MOST_NAMED])
