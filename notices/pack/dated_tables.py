"""Dated tables: rates and holidays, with the rows that a workspace adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import cast

from notices.finding import Finding
from notices.pack.fixed_days import days_lacking, read_fixed_days
from notices.pack.table_files import (
    Row,
    Table,
    choice_in,
    day_in,
    fault,
    known_through,
    row_source,
    tables_in,
)
from notices.pack.table_types import (
    ONE_DAY,
    Holidays,
    RatePoint,
    RateTable,
    Rhythm,
    Status,
    read_rhythm,
)
from notices.pack.types import Source

DAY_KINDS = ("holiday", "rest", "worked")
STATUSES = ("verified", "unverified")
_FURTHEST = timedelta(days=731)  # a promise without a row reaches no further: two years
_PLAUSIBLE = (Decimal(-10), Decimal(100))  # per cent a year, where the head says nothing narrower
_FEWEST = 0.75  # of the rows of a known year: a year with fewer may be cut off


def read_rates(
    root: Path,
    overlay: Path | None,
    found: list[Finding],
    shown: str,
    holidays: Holidays | None = None,
    weekend: frozenset[int] = frozenset(),
) -> tuple[dict[str, RateTable], list[Source]]:
    """All rate tables, by file name; findings call the folder `shown`.

    Two rows of one day must agree.

    `holidays` and `weekend`: by which a day of announcement moves that is a day off.
    """
    tables: dict[str, RateTable] = {}
    sources: list[Source] = []
    needed = ("valid_from", "percent")
    for name, parts in tables_in(root, overlay, "rates", needed, found, shown).items():
        head = parts[0].head
        rhythm = read_rhythm(head["rhythm"], holidays, weekend) if "rhythm" in head else None
        if "rhythm" in head and rhythm is None:
            fault(found, "bad-value", Row({}, parts[0].file, 1), form="01-01, 07-01")
        points: dict[date, RatePoint] = {}
        rows: dict[date, Row] = {}
        last, shipped = date.min, date.min  # of the pack's own table: its last row, how far known
        for number, table in enumerate(parts):
            for row in table.rows:
                point = _rate_point(row, head, found)
                if point is None:
                    continue
                day = point.valid_from
                if day in points and points[day].percent != point.percent:
                    fault(found, "rates-conflict", row, day=str(day))
                elif number and day not in points and day <= shipped:
                    fault(found, "table-history", row, **_told_history(name, day, shipped))
                points[day], rows[day] = point, row
                sources.append(row_source(f"rates/{name}/{day}", table, row, point.status))
            if not number and rows:
                last, shipped = max(rows), _rates_through(parts[:1], rows, rhythm, [])
        if not points:
            found.append(Finding("table-empty", file=parts[0].file))
            continue
        if rhythm:
            _check_rhythm(name, rhythm, {d: r for d, r in rows.items() if d >= last}, found)
        ordered = tuple(points[day] for day in sorted(points))
        known = _rates_through(parts, rows, rhythm, found)
        told, ahead = parts[0].told("announced_by"), parts[0].head.get("announced_ahead", "0")
        if not (ahead.isascii() and ahead.isdigit()):
            fault(found, "bad-value", Row({}, parts[0].file, 1), form="31")
            ahead = "0"
        tables[name] = RateTable(name, ordered, known, parts[0].file, rhythm, told, int(ahead))
    return tables, sources


def _rates_through(
    parts: Iterable[Table],
    rows: Mapping[date, Row],
    rhythm: Rhythm | None,
    found: list[Finding],
) -> date:
    """How far a table is known: by its rhythm through the day before the next value may come."""
    last = max(rows, default=date.min)
    if not rhythm:
        known = max(known_through(table, last, found) for table in parts)
        if rows and known > last + _FURTHEST:
            furthest = max(parts, key=lambda table: table.through)
            params = {"through": str(known), "last": str(last)}
            fault(found, "promise-too-far", Row({}, furthest.file, 1), **params)
        return known
    known = rhythm.due_after(last) - ONE_DAY if rows else last
    for table in parts:
        if table.through > known:
            params = {"through": str(table.through), "known": str(known)}
            found.append(Finding("promise-unconfirmed", "warning", table.file, 1, params=params))
    return known


def _check_rhythm(
    name: str, rhythm: Rhythm, rows: Mapping[date, Row], found: list[Finding]
) -> None:
    """Whether the rows that follow the pack's own last one leave no announcement out."""
    days = sorted(rows)
    for before, day in pairwise(days):
        due = rhythm.left_out(before, day)
        if due is not None:
            params = {"name": name, "day": str(day), "before": str(before), "due": str(due)}
            fault(found, "rates-gap", rows[day], **params)
        elif not rhythm.fits(day):
            params = {"name": name, "day": str(day), "due": str(rhythm.due_after(before))}
            fault(found, "rate-off-rhythm", rows[day], **params)


def read_holidays(
    root: Path,
    overlay: Path | None,
    found: list[Finding],
    shown: str,
    weekend: frozenset[int] = frozenset(),
) -> tuple[dict[str, Holidays], list[Source]]:
    """All holiday tables, by region; a region is known for whole years."""
    tables: dict[str, Holidays] = {}
    sources: list[Source] = []
    needed = ("date", "kind")
    for region, parts in tables_in(root, overlay, "holidays", needed, found, shown).items():
        days: dict[date, str] = {}
        for number, table in enumerate(parts):
            for row in table.rows:
                day = day_in(row, "date", found)
                kind = choice_in(row, "kind", DAY_KINDS, "", found)
                status = choice_in(row, "status", STATUSES, "verified", found)
                if day is None or not kind or not status:
                    continue
                if number and days.get(day) != kind and day <= parts[0].through:
                    fault(
                        found, "table-history", row, **_told_history(region, day, parts[0].through)
                    )
                    continue
                if day in days and "worked" in (kind, days[day]) and days[day] != kind:
                    fault(found, "rates-conflict", row, day=str(day))
                    continue
                if kind == "worked" and weekend and day.isoweekday() not in weekend:
                    fault(found, "worked-no-weekend", row, day=str(day))
                days[day] = kind
                sources.append(row_source(f"holidays/{region}/{day}", table, row, status))
        if not days:
            found.append(Finding("table-empty", file=parts[0].file))
            continue
        known = max(known_through(t, max(days), found) for t in parts)
        _check_years(region, parts, days, known, found)
        tables[region] = Holidays(
            region=region,
            days=frozenset(day for day, kind in days.items() if kind != "worked"),
            worked=frozenset(day for day, kind in days.items() if kind == "worked"),
            first=date(min(days).year, 1, 1),
            known_through=known,
            file=parts[0].file,
            package=parts[0].head.get("package", ""),
            announcers=parts[0].told("announced_by"),
        )
    return tables, sources


def _check_years(
    region: str,
    parts: list[Table],
    days: Mapping[date, str],
    known: date,
    found: list[Finding],
) -> None:
    """Whether each year that counts as known has the days that the law fixes, and days of each kind
    that the pack's own years all have."""
    fixed = read_fixed_days(parts[0])
    if fixed is None:
        fault(
            found, "bad-value", Row({}, parts[0].file, 1), form="fixed: … = 01-01; … = 02-05..02-28"
        )
    off = {day for day, kind in days.items() if kind != "worked"}
    by_year: dict[int, list[str]] = {}
    for day, kind in days.items():
        by_year.setdefault(day.year, []).append(kind)
    shipped = [y for y in by_year if y <= parts[0].through.year] or sorted(by_year)[:1]
    usual = set.intersection(*(set(by_year[year]) for year in shipped))
    fewest = min(len(by_year[year]) for year in shipped)
    file = max(parts, key=lambda table: table.through).file
    for year in range(min(by_year), known.year + 1):
        rows = by_year.get(year, [])
        params = {"region": region, "year": str(year), "rows": str(len(rows))}
        missing = [kind for kind in DAY_KINDS if kind in usual - set(rows)]
        lacking = list(days_lacking(fixed or (), off, year, known))
        if lacking:
            told = {**params, "days": "; ".join(lacking)}
            found.append(Finding("calendar-days-missing", file=file, line=1, params=told))
        if missing:
            params["kinds"] = ", ".join(missing)
            found.append(Finding("calendar-year-incomplete", file=file, line=1, params=params))
        if missing or lacking:
            return  # the years after it say no more
        if len(rows) < fewest * _FEWEST:
            params["fewest"] = str(fewest)
            found.append(Finding("calendar-year-thin", "warning", file, 1, params=params))


def _told_history(name: str, day: date, through: date) -> dict[str, str]:
    return {"name": name, "day": str(day), "through": str(through)}


def _rate_point(row: Row, head: Mapping[str, str], found: list[Finding]) -> RatePoint | None:
    day = day_in(row, "valid_from", found)
    percent = as_percent(row.cells.get("percent", ""))
    status = choice_in(row, "status", STATUSES, "verified", found)
    if percent is None:
        fault(found, "bad-value", row, form="3.45")
    if percent is None or day is None or not status:
        return None
    least, most = _bounds(head)
    if not least <= percent <= most:
        fault(
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
