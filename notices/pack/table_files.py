"""CSV tables of a pack and of a workspace's overlay: their heads, rows and cells.

A table's head is lines `# key: value`, of which these are read:

    known_through   how far the table is complete, where it has no rhythm
    rhythm          when the next rate may come: table_types.read_rhythm
    between         the percentages that are plausible: 0, 10
    announced_by    one of these stands in the source of a row that a workspace adds as verified
    announced_ahead how many days before it begins a rate is announced, at most: 31; else 0
    fixed           the days off that the law fixes: fixed_days
    package         which Python package knows the days off: holiday_packages
    class           of the rows' sources; else law
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from notices.files import read_bytes
from notices.finding import Finding
from notices.pack.node import parse_day
from notices.pack.table_types import Status
from notices.pack.types import Source, SourceClass


@dataclass(frozen=True)
class Row:
    """One row: its cells by column, and where it stands."""

    cells: dict[str, str]
    file: str
    line: int


@dataclass(frozen=True)
class Table:
    """A CSV file: its `# key: value` head, and its rows."""

    head: dict[str, str]
    rows: tuple[Row, ...]
    file: str

    @property
    def through(self) -> date:
        """How far its head says that it is known; the first day of all where it doesn't."""
        return parse_day(self.head.get("known_through", "")) or date.min

    def told(self, key: str) -> tuple[str, ...]:
        """The parts of a head's value that are set apart by semicolons."""
        return tuple(filter(None, (part.strip() for part in self.head.get(key, "").split(";"))))


def tables_in(
    root: Path,
    overlay: Path | None,
    folder: str,
    needed: tuple[str, ...],
    found: list[Finding],
    shown: str,
) -> dict[str, list[Table]]:
    """Each table's files by name: the pack's own first, then the workspace's.

    Findings call the pack's folder `shown`.
    """
    tables: dict[str, list[Table]] = {}
    over = f"overlay/{shown.split('/')[1]}"
    for base, place in ((root, shown), (overlay, over)):
        for file in sorted((base / folder).glob("*.csv")) if base else ():
            table = read_table(file, f"{place}/{folder}/{file.name}", needed, found)
            if table:
                tables.setdefault(file.stem, []).append(table)
    return tables


def read_table(
    file: Path, name: str, needed: tuple[str, ...], found: list[Finding]
) -> Table | None:
    try:
        lines = read_bytes(file).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        found.append(Finding("not-utf8", file=name, line=1, params={"detail": "not UTF-8 text"}))
        return None
    head: dict[str, str] = {}
    start = 0
    while start < len(lines) and lines[start].startswith("#"):
        key, _, value = lines[start].lstrip("# ").partition(":")
        head[key.strip()] = value.strip()
        start += 1
    try:
        rows = tuple(_rows(lines, start, name))
    except csv.Error as error:
        found.append(Finding("broken-text", file=name, line=start, params={"detail": str(error)}))
        return None
    columns = lines[start].split(",") if start < len(lines) else []
    lacking = [c for c in (*needed, "source") if c not in [x.strip() for x in columns]]
    if lacking:
        params = {"name": ", ".join(lacking)}
        found.append(Finding("key-missing", file=name, line=start + 1, params=params))
        return None
    return Table(head, rows, name)


def _rows(lines: list[str], start: int, name: str) -> Iterator[Row]:
    reader = csv.reader(lines[start:], strict=True)
    columns: list[str] = []
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if not columns:
            columns = stripped
        elif any(stripped):
            yield Row(dict(zip(columns, stripped, strict=False)), name, start + reader.line_num)


def choice_in(
    row: Row, column: str, allowed: tuple[str, ...], usual: str, found: list[Finding]
) -> str:
    """The cell, or `usual` where it is empty; "", with a finding, where it is none of `allowed`."""
    value = row.cells.get(column) or usual
    if value in allowed:
        return value
    fault(found, "bad-choice", row, allowed=", ".join(allowed), near="–")
    return ""


def day_in(row: Row, column: str, found: list[Finding]) -> date | None:
    day = parse_day(row.cells.get(column, ""))
    if day is None:
        fault(found, "bad-value", row, form="2026-04-15")
    return day


def known_through(table: Table, last: date, found: list[Finding]) -> date:
    """Without the head's promise nothing is known after the last row."""
    if "known_through" not in table.head:
        found.append(Finding("known-through-missing", "warning", table.file, 1))
        return last
    row = Row({"known_through": table.head["known_through"]}, table.file, 1)
    return day_in(row, "known_through", found) or last


def row_source(source_id: str, table: Table, row: Row, status: str) -> Source:
    """Tables hold published facts: they are law unless their head says otherwise."""
    kind = table.head.get("class", "law")
    citation = row.cells.get("source", "")
    return Source(
        source_id, cast(SourceClass, kind), citation, cast(Status, status), row.file, row.line
    )


def fault(found: list[Finding], rule: str, row: Row, **params: str) -> None:
    found.append(Finding(rule, file=row.file, line=row.line, params=params))
