"""What a debt comes to, day by day in fractions: plain, slow, and apart from the product.

It shares nothing with `notices`: its own rounding, its own reading of the packs' tables, its own
set-off. The rules it follows are those of docs/law.md and of the sources in the packs' rules.yaml:

- interest runs from the day after the due day; every day bears principal × rate ÷ 100 ÷ 365, or
  ÷ 366 in a leap year where the law's year has its own days;
- a stretch of days is rounded half-up once, where it ends: the rate, the year's length or a
  ceiling that matters (it lowers the rate, or has costs to cover too) changes, the principal
  changes, or a payment reaches beyond the costs;
- where interest compounds, what is unpaid of it when a year of default ends bears interest too, and
  is what the next payment meets first;
- what arises or is paid on a day changes the interest of the next day; a payment meets what arose
  on its own day; an undated cost arises on the last day, after all payments;
- what a payment leaves over waits, bears nothing, and meets what arises later.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from pathlib import Path

ONE_DAY = timedelta(days=1)
COSTS_FIRST = ("costs", "interest", "principal")
RateOn = Callable[[date], Fraction]


def cents(exact: Fraction) -> Fraction:
    """Half-up to two decimals."""
    return Fraction(floor(exact * 100 + Fraction(1, 2)), 100)


@dataclass(frozen=True)
class Change:
    """Something that happens to a debt: `what` is a part of it, or "payment"; dated or not."""

    what: str
    amount: Fraction
    day: date | None = None


@dataclass
class Debt:
    """A debt as it stands on the last day counted."""

    costs: Fraction = Fraction(0)
    interest: Fraction = Fraction(0)
    principal: Fraction = Fraction(0)
    left_over: Fraction = Fraction(0)
    raised_by: Fraction = Fraction(0)  # interest of past years that bears interest itself
    under_ceiling: Fraction = Fraction(0)  # what the ceiling would have allowed beyond the interest
    stretches: list[tuple[Fraction, Fraction]] = field(default_factory=list)  # rate, rounded sum

    @property
    def total(self) -> Fraction:
        return self.costs + self.interest + self.principal - self.left_over


def owed(
    changes: Iterable[Change],
    due: date,
    last: date,
    rate_on: RateOn,
    *,
    ceiling_on: RateOn | None = None,
    covers_costs: bool = False,
    order: Sequence[str] = COSTS_FIRST,
    yearly: bool = False,
    own_days: bool = False,
) -> Debt:
    """The debt at the end of `last`.

    `yearly`: each year's unpaid interest bears interest. `own_days`: a leap year has 366 days.
    """
    debt = Debt()
    dated: dict[date, list[Change]] = {}
    at_the_end = []
    for change in (one for one in changes if one.amount):
        if change.what != "payment" and (change.amount < 0 or change.day is None):
            if change.amount > 0 and change.what != "principal":
                at_the_end.append(change)
            else:  # a reduction, or a principal without a date: from the start
                _add(debt, change)
        elif change.day is not None:
            dated.setdefault(change.day, []).append(change)
    running, terms, rate = Fraction(0), None, Fraction(0)
    day = min([due + ONE_DAY, last, *dated])
    while day <= last:
        if day > due:
            year = (date(day.year, 12, 31) - date(day.year - 1, 12, 31)).days if own_days else 365
            now = rate_on(day), ceiling_on(day) if ceiling_on else None, year
            anniversary = yearly and _is_anniversary(day, due + ONE_DAY)
            matters = now[1] is not None and (covers_costs or now[1] < now[0])
            ruling = now if matters else (now[0], None, year)
            if terms is not None and (ruling != terms or anniversary):
                running = _close(debt, running, rate)
            terms = ruling
            if anniversary:
                debt.raised_by = debt.interest
            rate = now[0] if now[1] is None else min(now[0], now[1])
            bearing = max(debt.principal, Fraction(0))
            running += (bearing + debt.raised_by) * rate / 100 / year
            if now[1] is not None:
                debt.under_ceiling += bearing * (now[1] - rate) / 100 / year
        today = sorted(dated.get(day, ()), key=lambda change: change.what == "payment")
        for change in today:
            if change.what == "payment":
                if order[0] != "costs" or change.amount > debt.costs:
                    running = _close(debt, running, rate)
                debt.left_over += change.amount
            else:
                if change.what == "principal":
                    running = _close(debt, running, rate)
                _add(debt, change)
            _set_off(debt, order)
        day += ONE_DAY
    _close(debt, running, rate)
    for change in at_the_end:
        _add(debt, change)
    _set_off(debt, order)
    return debt


def _add(debt: Debt, change: Change) -> None:
    setattr(debt, change.what, getattr(debt, change.what) + change.amount)


def _close(debt: Debt, running: Fraction, rate: Fraction) -> Fraction:
    """The stretch's interest joins the debt, rounded; the next one begins at nothing."""
    if running:
        debt.stretches.append((rate, cents(running)))
    debt.interest += cents(running)
    return Fraction(0)


def _set_off(debt: Debt, order: Sequence[str]) -> None:
    for part in order:
        there = getattr(debt, part)
        taken = min(debt.left_over, max(there, Fraction(0)))
        setattr(debt, part, there - taken)
        debt.left_over -= taken
        if part == "interest":
            debt.raised_by -= min(debt.raised_by, taken)


def _is_anniversary(day: date, of: date) -> bool:
    if (of.month, of.day) == (2, 29) and (day.month, day.day) == (3, 1):
        return day.year > of.year and day.year % 4 != 0
    return day.year > of.year and (day.month, day.day) == (of.month, of.day)


# --- the packs' tables, read here once more -------------------------------------------------------


def table(file: Path) -> list[tuple[date, Fraction]]:
    """The rows of a table of rates, by day."""
    lines = [x for x in file.read_text(encoding="utf-8").splitlines() if not x.startswith("#")]
    rows = csv.DictReader(lines)
    return sorted((date.fromisoformat(r["valid_from"]), Fraction(r["percent"])) for r in rows)


def in_force(rows: Sequence[tuple[date, Fraction]], day: date) -> Fraction:
    """The value of the last row that is not later than `day`."""
    return [percent for since, percent in rows if since <= day][-1]


def fixed(percent: Fraction | str | int) -> RateOn:
    return lambda _: Fraction(percent)
