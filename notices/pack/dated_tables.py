"""Dated tables: rates and holidays from CSV, with the rows that a workspace adds.

A table's head is lines `# key: value`. `known_through`: how far it is complete, of a table without
a `rhythm` (table_types.read_rhythm). `between: 0, 10`: the percentages that are plausible.
`announced_by: NIFC; PBoC`: one of them stands in the source of a row that a workspace adds as
verified. `package`: which Python package knows the days (holiday_packages). `class`: of the sources.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast

from notices.files import read_bytes
from notices.finding import Finding
from notices.pack.node import parse_day
from notices.pack.table_types import (
    ONE_DAY,
    Holidays,
    RatePoint,
    RateTable,
    Rhythm,
    Status,
    read_rhythm,
)
from notices.pack.types import Source, SourceClass

DAY_KINDS = ("holiday", "rest", "worked")
_STATUSES = ("verified", "unverified")
_FURTHEST = timedelta(days=731)  # a promise without a row reaches no further: two years
_PLAUSIBLE = (Decimal(-10), Decimal(100))  # per cent a year, where the head says nothing narrower
_FEWEST = 0.75  # of the rows of a known year: a year with fewer may be cut off


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
    root: Path,
    overlay: Path | None,
    found: list[Finding],
    holidays: Holidays | None = None,
    weekend: frozenset[int] = frozenset(),
) -> tuple[dict[str, RateTable], list[Source]]:
    """All rate tables, by file name. Two rows of one day must agree.

    `holidays` and `weekend`: by which a day of announcement moves that is a day off.
    """
    tables: dict[str, RateTable] = {}
    sources: list[Source] = []
    for name, parts in _tables(root, overlay, "rates", ("valid_from", "percent"), found).items():
        head = parts[0].head
        rhythm = read_rhythm(head["rhythm"], holidays, weekend) if "rhythm" in head else None
        if "rhythm" in head and rhythm is None:
            _fault(found, "bad-value", _Row({}, parts[0].file, 1), form="01-01, 07-01")
        points: dict[date, RatePoint] = {}
        rows: dict[date, _Row] = {}
        last, shipped = date.min, date.min  # of the pack's own table: its last row, how far known
        for number, table in enumerate(parts):
            for row in table.rows:
                point = _rate_point(row, head, found)
                if point is None:
                    continue
                day = point.valid_from
                if day in points and points[day].percent != point.percent:
                    _fault(found, "rates-conflict", row, day=str(day))
                elif number and day not in points and day <= shipped:
                    _fault(found, "table-history", row, **_told_history(name, day, shipped))
                points[day], rows[day] = point, row
                sources.append(_row_source(f"rates/{name}/{day}", table, row, point.status))
            if not number and rows:
                last, shipped = max(rows), _rates_through(parts[:1], rows, rhythm, [])
        if not points:
            found.append(Finding("table-empty", file=parts[0].file))
            continue
        if rhythm:
            _check_rhythm(name, rhythm, {d: r for d, r in rows.items() if d >= last}, found)
        ordered = tuple(points[day] for day in sorted(points))
        known = _rates_through(parts, rows, rhythm, found)
        told = tuple(filter(None, (n.strip() for n in head.get("announced_by", "").split(";"))))
        tables[name] = RateTable(name, ordered, known, parts[0].file, rhythm, told)
    return tables, sources


def _rates_through(
    parts: Iterable[_Table],
    rows: Mapping[date, _Row],
    rhythm: Rhythm | None,
    found: list[Finding],
) -> date:
    """How far a table is known: by its rhythm through the day before the next value may come."""
    last = max(rows, default=date.min)
    if not rhythm:
        known = max(_known_through(table, last, found) for table in parts)
        if rows and known > last + _FURTHEST:
            furthest = max(parts, key=_head_through)
            params = {"through": str(known), "last": str(last)}
            _fault(found, "promise-too-far", _Row({}, furthest.file, 1), **params)
        return known
    known = rhythm.due_after(last) - ONE_DAY if rows else last
    for table in parts:
        if _head_through(table) > known:
            params = {"through": str(_head_through(table)), "known": str(known)}
            found.append(Finding("promise-unconfirmed", "warning", table.file, 1, params=params))
    return known


def _check_rhythm(
    name: str, rhythm: Rhythm, rows: Mapping[date, _Row], found: list[Finding]
) -> None:
    """Whether the rows that follow the pack's own last one leave no announcement out."""
    days = sorted(rows)
    for before, day in zip(days, days[1:], strict=False):
        due = rhythm.left_out(before, day)
        if due is not None:
            params = {"name": name, "day": str(day), "before": str(before), "due": str(due)}
            _fault(found, "rates-gap", rows[day], **params)
        elif not rhythm.fits(day):
            params = {"name": name, "day": str(day), "due": str(rhythm.due_after(before))}
            place = (rows[day].file, rows[day].line)
            found.append(Finding("rate-off-rhythm", "warning", *place, params=params))


def read_holidays(
    root: Path,
    overlay: Path | None,
    found: list[Finding],
    weekend: frozenset[int] = frozenset(),
) -> tuple[dict[str, Holidays], list[Source]]:
    """All holiday tables, by region; a region is known for whole years."""
    tables: dict[str, Holidays] = {}
    sources: list[Source] = []
    for region, parts in _tables(root, overlay, "holidays", ("date", "kind"), found).items():
        days: dict[date, str] = {}
        for number, table in enumerate(parts):
            for row in table.rows:
                day = _day(row, "date", found)
                kind = _choice(row, "kind", DAY_KINDS, "", found)
                status = _choice(row, "status", _STATUSES, "verified", found)
                if day is None or not kind or not status:
                    continue
                if number and days.get(day) != kind and day <= _head_through(parts[0]):
                    told = _told_history(region, day, _head_through(parts[0]))
                    _fault(found, "table-history", row, **told)
                if kind == "worked" and weekend and day.isoweekday() not in weekend:
                    _fault(found, "worked-no-weekend", row, day=str(day))
                days[day] = kind
                sources.append(_row_source(f"holidays/{region}/{day}", table, row, status))
        if not days:
            found.append(Finding("table-empty", file=parts[0].file))
            continue
        known = max(_known_through(t, max(days), found) for t in parts)
        _check_years(region, parts, days, known, found)
        tables[region] = Holidays(
            region=region,
            days=frozenset(day for day, kind in days.items() if kind != "worked"),
            worked=frozenset(day for day, kind in days.items() if kind == "worked"),
            first=date(min(days).year, 1, 1),
            known_through=known,
            file=parts[0].file,
            package=parts[0].head.get("package", ""),
        )
    return tables, sources


def _check_years(
    region: str,
    parts: list[_Table],
    days: Mapping[date, str],
    known: date,
    found: list[Finding],
) -> None:
    """Whether each year that counts as known has days, of each kind that the pack's own years all
    have."""
    by_year: dict[int, list[str]] = {}
    for day, kind in days.items():
        by_year.setdefault(day.year, []).append(kind)
    shipped = [y for y in by_year if y <= _head_through(parts[0]).year] or sorted(by_year)[:1]
    usual = set.intersection(*(set(by_year[year]) for year in shipped))
    fewest = min(len(by_year[year]) for year in shipped)
    file = max(parts, key=_head_through).file
    for year in range(min(by_year), known.year + 1):
        rows = by_year.get(year, [])
        params = {"region": region, "year": str(year), "rows": str(len(rows))}
        missing = [kind for kind in DAY_KINDS if kind in usual - set(rows)]
        if missing:
            params["kinds"] = ", ".join(missing)
            found.append(Finding("calendar-year-incomplete", file=file, line=1, params=params))
            return  # the years after it say no more
        if len(rows) < fewest * _FEWEST:
            params["fewest"] = str(fewest)
            found.append(Finding("calendar-year-thin", "warning", file, 1, params=params))


def _head_through(table: _Table) -> date:
    """How far a table says that it is known."""
    return parse_day(table.head.get("known_through", "")) or date.min


def _told_history(name: str, day: date, through: date) -> dict[str, str]:
    return {"name": name, "day": str(day), "through": str(through)}


def _tables(
    root: Path, overlay: Path | None, folder: str, needed: tuple[str, ...], found: list[Finding]
) -> dict[str, list[_Table]]:
    """Each table's files by name: the pack's own first, then the workspace's."""
    tables: dict[str, list[_Table]] = {}
    for base, shown in ((root, f"packs/{root.name}"), (overlay, f"overlay/{root.name}")):
        for file in sorted((base / folder).glob("*.csv")) if base else ():
            table = _read_table(file, f"{shown}/{folder}/{file.name}", needed, found)
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


def _rate_point(row: _Row, head: Mapping[str, str], found: list[Finding]) -> RatePoint | None:
    day = _day(row, "valid_from", found)
    percent = as_percent(row.cells.get("percent", ""))
    status = _choice(row, "status", _STATUSES, "verified", found)
    if percent is None:
        _fault(found, "bad-value", row, form="3.45")
    if percent is None or day is None or not status:
        return None
    least, most = _bounds(head)
    if not least <= percent <= most:
        _fault(
            found, "rate-implausible", row, percent=str(percent), least=str(least), most=str(most)
        )
    return RatePoint(day, percent, row.cells.get("source", ""), cast(Status, status))


def as_percent(text: str) -> Decimal | None:
    """A number such as `3.45` or `-0.88`; None where it is none."""
    plain = text.removeprefix("-").replace(".", "", 1)
    return Decimal(text) if plain.isascii() and plain.isdigit() else None


def _bounds(head: Mapping[str, str]) -> tuple[Decimal, Decimal]:
    """The percentages between which a table's rates lie."""
    least, _, most = head.get("between", "").partition(",")
    found = as_percent(least.strip()), as_percent(most.strip())
    return _PLAUSIBLE if found[0] is None or found[1] is None else (found[0], found[1])


def _choice(
    row: _Row, column: str, allowed: tuple[str, ...], usual: str, found: list[Finding]
) -> str:
    """The cell, or `usual` where it is empty; "", with a finding, where it is none of `allowed`."""
    value = row.cells.get(column) or usual
    if value in allowed:
        return value
    _fault(found, "bad-choice", row, allowed=", ".join(allowed), near="–")
    return ""


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
