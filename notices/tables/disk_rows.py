"""Rows of a table on disk, by a key, whatever their number and order.

They stand in a SQLite file in the system's folder for temporary files, which needs about as much
disk as the table itself and goes with its `with`.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from notices.errors import FileError
from notices.finding import Finding
from notices.tables.row import Exact, Row

_BATCH = 10_000
_MOST_NEAR = 8
_COLUMNS = "row, head, cells, exact, notes"


class DiskRows:
    """Rows by key. `folded` is the key as near keys share it; "" where nobody asks for those."""

    def __init__(self, rows: Iterable[tuple[str, str, Row]]) -> None:
        """Takes (key, folded, row). Raises FileError, and what reading the rows raises."""
        handle, name = tempfile.mkstemp(prefix="notices-rows-", suffix=".sqlite")
        os.close(handle)
        self.place = Path(name)
        self._let_go = weakref.finalize(self, self.place.unlink, missing_ok=True)
        self._heads: dict[tuple[str, str, tuple[str, ...]], int] = {}  # file, sheet, headers
        self._known: list[tuple[str, str, tuple[str, ...]]] = []
        try:
            self._base = sqlite3.connect(name)
            self._fill(rows)
        except sqlite3.Error as error:
            self.close()
            raise FileError(f"{name}: {error}") from error
        except BaseException:
            self.close()
            raise

    def _fill(self, rows: Iterable[tuple[str, str, Row]]) -> None:
        run = self._base.execute
        run("PRAGMA journal_mode = OFF")
        run("PRAGMA synchronous = OFF")
        run(f"CREATE TABLE item (key TEXT, folded TEXT, {_COLUMNS})")
        run("CREATE TABLE used (key TEXT PRIMARY KEY) WITHOUT ROWID")
        held: list[tuple[Any, ...]] = []
        add = "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)"
        for key, folded, row in rows:
            held.append((key, folded, *self._packed(row)))
            if len(held) >= _BATCH:
                self._base.executemany(add, held)
                held.clear()
        self._base.executemany(add, held)
        run("CREATE INDEX by_key ON item (key, row)")
        run(
            "CREATE TABLE first AS"
            " SELECT key, folded, min(row) AS row, count(*) AS rows FROM item GROUP BY key"
        )
        run("CREATE INDEX by_first ON first (row)")
        run("CREATE UNIQUE INDEX first_by_key ON first (key)")
        run("CREATE INDEX by_folded ON first (folded)")
        self._base.commit()

    def _packed(self, row: Row) -> tuple[Any, ...]:
        head, values = (row.file, row.sheet, tuple(row.cells)), list(row.cells.values())
        if head not in self._heads:
            self._heads[head] = len(self._known)
            self._known.append(head)
        exact = [i for i, value in enumerate(values) if isinstance(value, Exact)]
        notes = [[n.rule, n.severity, n.path, dict(n.params)] for n in row.notes]
        return (
            row.number,
            self._heads[head],
            json.dumps(values),
            json.dumps(exact) if exact else "",
            json.dumps(notes) if notes else "",
        )

    def _unpacked(self, packed: tuple[Any, ...]) -> Row:
        number, head, cells, exact, notes = packed
        (name, sheet, headers), values = self._known[head], json.loads(cells)
        for i in json.loads(exact) if exact else ():
            values[i] = Exact(values[i])
        faults = tuple(
            Finding(rule, severity, name, number, *rest)
            for rule, severity, *rest in (json.loads(notes) if notes else ())
        )
        return Row(name, sheet, number, dict(zip(headers, values, strict=True)), faults)

    def rows(self, key: str) -> tuple[Row, ...]:
        """The rows of a key, in the file's order; they count as used."""
        found = self._base.execute(
            f"SELECT {_COLUMNS} FROM item WHERE key = ? ORDER BY row",
            (key,),
        ).fetchall()
        if found:
            self._base.execute("INSERT OR IGNORE INTO used VALUES (?)", (key,))
        return tuple(self._unpacked(packed) for packed in found)

    def groups(self, most: int) -> Iterator[tuple[str, tuple[Row, ...], tuple[int, ...]]]:
        """Each key with its rows, in the order of each key's first row; of more than `most` rows
        the others' numbers only."""
        query = f"SELECT {_COLUMNS} FROM item WHERE key = ? ORDER BY row LIMIT ?"
        beyond = "SELECT row FROM item WHERE key = ? ORDER BY row LIMIT -1 OFFSET ?"
        for key, many in self._base.execute("SELECT key, rows FROM first ORDER BY row"):
            found = self._base.execute(query, (key, most))
            others = self._base.execute(beyond, (key, most)) if many > most else ()
            yield key, tuple(map(self._unpacked, found)), tuple(row for (row,) in others)

    def near(self, key: str) -> tuple[tuple[str, int], ...]:
        """Other keys that are folded to the same, each with its first row; a few of many."""
        query = (
            "SELECT other.key, other.row FROM first JOIN first AS other USING (folded)"
            " WHERE first.key = ? AND other.key <> first.key ORDER BY other.row LIMIT ?"
        )
        return tuple(self._base.execute(query, (key, _MOST_NEAR)))

    def first_rows(self, folded: str) -> tuple[int, ...]:
        """The first rows of the keys that are folded to this; a few of many."""
        query = "SELECT row FROM first WHERE folded = ? ORDER BY row LIMIT ?"
        return tuple(row for (row,) in self._base.execute(query, (folded, _MOST_NEAR)))

    def unused(self) -> Iterator[int]:
        """The numbers of the rows whose key nobody asked for."""
        query = "SELECT row FROM item WHERE key NOT IN (SELECT key FROM used) ORDER BY row"
        return (row for (row,) in self._base.execute(query))

    def close(self) -> None:
        """Let go of the file."""
        base = getattr(self, "_base", None)
        if base is not None:
            base.close()
        self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
