"""Dated tables: rates and holidays from CSV, with the rows that a workspace adds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

from notices.files import read_bytes
from notices.finding import Finding
from notices.pack.node import parse_day
from notices.pack.types import Holidays, RatePoint, RateTable, Source, SourceClass, Status

_DAY_KINDS = ("holiday", "rest", "worked")
_STATUSES = ("verified", "unverified")


@dataclass(frozen=True)
class _Row:
    cells: dict[str, str]
    file: str
    line: int


@dataclass(frozen=True)
class _Table:
    """A CSV file: its `# key: value` head, and its rows."""

    head: dict[str, str]
    rows: tuple[_Row, ...]
    file: str


def read_rates(
    root: Path, overlay: Path | None, found: list[Finding], shown: str
) -> tuple[dict[str, RateTable], list[Source]]:
    """All rate tables, by file name; findings call the folder `shown`.

    Two rows of one day must agree.
    """
    tables: dict[str, RateTable] = {}
    sources: list[Source] = []
    for name, parts in _tables(
        root, overlay, "rates", ("valid_from", "percent"), found, shown
    ).items():
        points: dict[date, RatePoint] = {}
        for number, table in enumerate(parts):
            for row in table.rows:
                point = _rate_point(row, found)
                if point is None:
                    continue
                day = point.valid_from
                if day in points and points[day].percent != point.percent:
                    _fault(found, "rates-conflict", row, day=str(day))
                elif number and day not in points and day <= _head_through(parts[0]):
                    _fault(found, "table-history", row, **_told_history(name, day, parts[0]))
                points[day] = point
                sources.append(_row_source(f"rates/{name}/{day}", table, row, point.status))
        if not points:
            found.append(Finding("table-empty", file=parts[0].file))
            continue
        ordered = tuple(points[day] for day in sorted(points))
        known = max(_known_through(t, max(points), found) for t in parts)
        tables[name] = RateTable(name, ordered, known, parts[0].file)
    return tables, sources


def read_holidays(
    root: Path, overlay: Path | None, found: list[Finding], shown: str
) -> tuple[dict[str, Holidays], list[Source]]:
    """All holiday tables, by region; a region is known for whole years."""
    tables: dict[str, Holidays] = {}
    sources: list[Source] = []
    for region, parts in _tables(root, overlay, "holidays", ("date", "kind"), found, shown).items():
        days: dict[date, str] = {}
        for number, table in enumerate(parts):
            for row in table.rows:
                day = _day(row, "date", found)
                kind = row.cells.get("kind", "")
                if kind not in _DAY_KINDS:
                    _fault(found, "bad-choice", row, allowed=", ".join(_DAY_KINDS), near="–")
                elif day is not None:
                    if number and days.get(day) != kind and day <= _head_through(parts[0]):
                        _fault(found, "table-history", row, **_told_history(region, day, parts[0]))
                    days[day] = kind
                    status = row.cells.get("status") or "verified"
                    sources.append(_row_source(f"holidays/{region}/{day}", table, row, status))
        if not days:
            found.append(Finding("table-empty", file=parts[0].file))
            continue
        tables[region] = Holidays(
            region=region,
            days=frozenset(day for day, kind in days.items() if kind != "worked"),
            worked=frozenset(day for day, kind in days.items() if kind == "worked"),
            first=date(min(days).year, 1, 1),
            known_through=max(_known_through(t, max(days), found) for t in parts),
            file=parts[0].file,
        )
    return tables, sources


def _head_through(table: _Table) -> date:
    """How far a table says that it is known."""
    return parse_day(table.head.get("known_through", "")) or date.min


def _told_history(name: str, day: date, shipped: _Table) -> dict[str, str]:
    return {"name": name, "day": str(day), "through": str(_head_through(shipped))}


def _tables(
    root: Path,
    overlay: Path | None,
    folder: str,
    needed: tuple[str, ...],
    found: list[Finding],
    shown: str,
) -> dict[str, list[_Table]]:
    """Each table's files by name: the pack's own first, then the workspace's."""
    tables: dict[str, list[_Table]] = {}
    over = f"overlay/{shown.split('/')[1]}"
    for base, place in ((root, shown), (overlay, over)):
        for file in sorted((base / folder).glob("*.csv")) if base else ():
            table = _read_table(file, f"{place}/{folder}/{file.name}", needed, found)
            if table:
                tables.setdefault(file.stem, []).append(table)
    return tables


def _read_table(
    file: Path, name: str, needed: tuple[str, ...], found: list[Finding]
) -> _Table | None:
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
    return _Table(head, rows, name)


def _rows(lines: list[str], start: int, name: str) -> Iterator[_Row]:
    reader = csv.reader(lines[start:], strict=True)
    columns: list[str] = []
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if not columns:
            columns = stripped
        elif any(stripped):
            yield _Row(dict(zip(columns, stripped, strict=False)), name, start + reader.line_num)


def _rate_point(row: _Row, found: list[Finding]) -> RatePoint | None:
    day = _day(row, "valid_from", found)
    text = row.cells.get("percent", "")
    plain = text.removeprefix("-").replace(".", "", 1)
    if not (plain.isascii() and plain.isdigit()):
        _fault(found, "bad-value", row, form="3.45")
        return None
    status = row.cells.get("status") or "verified"
    if status not in _STATUSES:
        _fault(found, "bad-choice", row, allowed=", ".join(_STATUSES), near="–")
        return None
    if day is None:
        return None
    return RatePoint(day, Decimal(text), row.cells.get("source", ""), cast(Status, status))


def _row_source(source_id: str, table: _Table, row: _Row, status: str) -> Source:
    """Tables hold published facts: they are law unless their head says otherwise."""
    kind = table.head.get("class", "law")
    citation = row.cells.get("source", "")
    return Source(
        source_id, cast(SourceClass, kind), citation, cast(Status, status), row.file, row.line
    )


def _known_through(table: _Table, last: date, found: list[Finding]) -> date:
    """Without the head's promise nothing is known after the last row."""
    if "known_through" not in table.head:
        found.append(Finding("known-through-missing", "warning", table.file, 1))
        return last
    row = _Row({"known_through": table.head["known_through"]}, table.file, 1)
    return _day(row, "known_through", found) or last


def _day(row: _Row, column: str, found: list[Finding]) -> date | None:
    day = parse_day(row.cells.get(column, ""))
    if day is None:
        _fault(found, "bad-value", row, form="2026-04-15")
    return day


def _fault(found: list[Finding], rule: str, row: _Row, **params: str) -> None:
    found.append(Finding(rule, file=row.file, line=row.line, params=params))
