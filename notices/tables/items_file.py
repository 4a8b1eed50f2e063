"""A second table of items, many rows a case: indexed on disk by case, whatever its size.

The index is a SQLite file in the system's folder for temporary files; it goes with the run.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from notices.errors import FileError
from notices.finding import Finding
from notices.tables.mapping import ItemsFile
from notices.tables.row import Exact, Row, table_fault
from notices.tables.rows import read_table

_BATCH = 10_000


class ItemsIndex:
    """The rows of an items file by case. `key_of_cases` is the case table's column to ask with."""

    def __init__(self, items: ItemsFile, file: Path, key_of_cases: str) -> None:
        self.file = file
        self.form = items.form
        self.key = items.key
        self.key_of_cases = key_of_cases
        handle, name = tempfile.mkstemp(prefix="notices-items-", suffix=".sqlite")
        os.close(handle)
        self.place = Path(name)
        try:
            self._base = sqlite3.connect(name)
            self._fill(items)
        except sqlite3.Error as error:
            self.close()
            raise FileError(f"{name}: {error}") from error
        except BaseException:
            self.close()
            raise

    def _fill(self, items: ItemsFile) -> None:
        run = self._base.execute
        run("PRAGMA journal_mode = OFF")
        run("PRAGMA synchronous = OFF")
        run("CREATE TABLE item (key TEXT, row INTEGER, sheet TEXT, cells TEXT, notes TEXT)")
        run("CREATE TABLE used (key TEXT PRIMARY KEY) WITHOUT ROWID")
        held: list[tuple[str, int, str, str, str]] = []
        for row in read_table(self.file, items.form):
            if not held and items.key not in row.cells:
                name = items.key[:60]
                raise table_fault("column-missing", self.file, path=name, name=name, near="–")
            cells = [[k, v, isinstance(v, Exact)] for k, v in row.cells.items()]
            notes = [[n.rule, n.severity, n.path, dict(n.params)] for n in row.notes]
            key = row.cells[items.key].strip()
            held.append((key, row.number, row.sheet, json.dumps(cells), json.dumps(notes)))
            if len(held) >= _BATCH:
                self._base.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?)", held)
                held = held[:0]
        self._base.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?)", held)
        run("CREATE INDEX by_key ON item (key, row)")
        self._base.commit()

    def rows(self, key: str) -> Iterator[Row]:
        """The items of a case, in the file's order; they count as used."""
        key = key.strip()
        found = self._base.execute(
            "SELECT row, sheet, cells, notes FROM item WHERE key = ? ORDER BY row", (key,)
        ).fetchall()
        if found:
            self._base.execute("INSERT OR IGNORE INTO used VALUES (?)", (key,))
        name = str(self.file)
        for number, sheet, cells, notes in found:
            values = {k: Exact(v) if exact else v for k, v, exact in json.loads(cells)}
            faults = tuple(Finding(r, s, name, number, *rest) for r, s, *rest in json.loads(notes))
            yield Row(name, sheet, number, values, faults)

    def unused(self) -> Iterator[Finding]:
        """Items whose case no row named, one finding a row."""
        query = "SELECT row FROM item WHERE key NOT IN (SELECT key FROM used) ORDER BY row"
        for (number,) in self._base.execute(query):
            yield Finding("items-without-case", "error", str(self.file), number, self.key)

    def close(self) -> None:
        base = getattr(self, "_base", None)
        if base is not None:
            base.close()
        self.place.unlink(missing_ok=True)

    def __enter__(self) -> ItemsIndex:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
