"""Rates: from a pack's rate spec to the percentage a year that holds on each day.

A dated table knows nothing before its first point or after `known_through`: figures that need more
fail closed, naming the table and the period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from notices.figures.daycounts import ONE_DAY, year_of
from notices.figures.interest_types import CapPeriod, RateSpec
from notices.figures.scope import Scope
from notices.pack.table_types import RatePoint, RateTable
from notices.pack.types import Rule, Source


@dataclass(frozen=True)
class Step:
    """From `first` to `last`, both included, the rate is `percent` a year."""

    first: date
    last: date
    percent: Decimal


@dataclass(frozen=True)
class Stretch:
    """The days asked for, of interest that runs since `bearing`, by a rule's day count."""

    first: date
    last: date
    bearing: date
    basis: str


def point_on(table: RateTable, day: date) -> RatePoint | None:
    """The table's point in force on `day`; None where the table doesn't know."""
    if day > table.known_through:
        return None
    return max(
        (point for point in table.points if point.valid_from <= day),
        key=lambda point: point.valid_from,
        default=None,
    )


def derive_steps(
    spec: RateSpec, scope: Scope, rule: Rule, stretch: Stretch
) -> tuple[Step, ...] | None:
    """The rate over the stretch, one step per value; None, with a finding, where it isn't known."""
    if spec.table:
        quoted = tuple(_table_steps(spec, scope, rule, stretch)) or None
    elif spec.percent is not None:
        quoted = (Step(stretch.first, stretch.last, spec.percent),)
    else:
        agreed = scope.value(spec.agreed, rule)
        fits = isinstance(agreed, Decimal)
        quoted = (Step(stretch.first, stretch.last, Decimal(str(agreed))),) if fits else None
    if quoted is None:
        return None
    a_year = {"year": 1, "month": 12, "day": year_of(stretch.basis)}[spec.per]
    return tuple(
        Step(step.first, step.last, step.percent * a_year * spec.times + spec.plus)
        for step in quoted
    )


def derive_cap_steps(
    cap: tuple[CapPeriod, ...], scope: Scope, rule: Rule, stretch: Stretch
) -> tuple[Step, ...] | None:
    """The cap over the stretch, period by period; () where the rule has none."""
    steps: list[Step] = []
    first = stretch.first
    for period in cap:
        last = min(period.through or stretch.last, stretch.last)
        if first > last:
            continue
        found = derive_steps(
            period, scope, rule, Stretch(first, last, stretch.bearing, stretch.basis)
        )
        if found is None:
            return None
        steps += found
        first = last + ONE_DAY
    return tuple(steps)


def _table_steps(spec: RateSpec, scope: Scope, rule: Rule, stretch: Stretch) -> Iterator[Step]:
    """One step per table value; none, with a finding, where the table doesn't know."""
    table = scope.pack.rates.get(spec.table)
    if spec.selected_on == "running":
        changes = {point.valid_from for point in table.points} if table else set()
        firsts = [stretch.first, *sorted(d for d in changes if stretch.first < d <= stretch.last)]
        ends = [day - ONE_DAY for day in firsts[1:]] + [stretch.last]
        asked = list(zip(firsts, firsts, ends, strict=True))
        asked_through = stretch.last
    else:
        selected = (
            stretch.bearing
            if spec.selected_on == "first_day"
            else scope.day(str(spec.selected_on), rule)
        )
        if selected is None:
            return
        asked, asked_through = [(selected, stretch.first, stretch.last)], selected
    points = [point_on(table, day) if table else None for day, _, _ in asked]
    if table is not None and asked[0][0] < table.points[0].valid_from:
        scope.derivation.report(
            "rate-too-old",
            table=spec.table,
            first=asked[0][0],
            known_from=table.points[0].valid_from,
            rule_id=rule.id,
        )
        return
    if table is None or None in points or asked_through > table.known_through:
        scope.derivation.report(
            "rate-unknown",
            pack=scope.pack.id,
            table=spec.table,
            first=asked[0][0],
            last=asked_through,
            known_through=table.known_through if table else "-",
            due=table.next_due if table else asked_through,
            rule_id=rule.id,
        )
        return
    for point, (_, first, last) in zip(points, asked, strict=True):
        if point is not None:
            scope.cite_row(_source(table, point))
            yield Step(first, last, point.percent)


def _source(table: RateTable, point: RatePoint) -> Source:
    return Source(
        f"rates/{table.id}/{point.valid_from}", "law", point.source, point.status, table.file, 0
    )
