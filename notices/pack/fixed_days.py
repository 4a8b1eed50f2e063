"""Days off that the law itself fixes, as a calendar's head names them: no year is whole without.

    fixed: New Year = 01-01; Labor Day = Mon 09-01..09-07; 春节 = 4 of 2027-02-05..2027-02-08

Each stands on a day, or within days, of every year or of one: one day off, or so many, on a weekday
where one is named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from notices.pack.node import parse_day
from notices.pack.table_files import Table
from notices.pack.table_types import ONE_DAY

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = r"(?:\d{4}-)?\d{2}-\d{2}"
_FIXED = re.compile(
    rf"(?P<name>[^=]+?) *= *(?:(?P<count>[1-9]) of )?(?:(?P<weekday>{'|'.join(_WEEKDAYS)}) )?"
    rf"(?P<first>{_DAY})(?:\.\.(?P<last>{_DAY}))?"
)


@dataclass(frozen=True)
class FixedDay:
    """`count` days off that stand from `first` through `last`: whole dates, or month and day."""

    name: str
    first: str
    last: str
    count: int = 1
    weekday: int = 0  # ISO; 0: any

    @property
    def is_dated(self) -> bool:
        """Whether it is said of one year."""
        return len(self.first) > len("01-01")

    def days_in(self, year: int) -> tuple[date, ...]:
        """The days of a year on which it may stand; none where it is of another year."""
        if self.is_dated and not self.first.startswith(str(year)):
            return ()
        first, last = (parse_day(f"{year}-{day[-5:]}") for day in (self.first, self.last))
        if first is None or last is None:
            return ()
        days = (first + ONE_DAY * ahead for ahead in range((last - first).days + 1))
        return tuple(day for day in days if self.weekday in (0, day.isoweekday()))

    def told(self, days: tuple[date, ...]) -> str:
        """Its name and the days on which it may stand, for a reader."""
        span = str(days[0]) if len(days) == 1 else f"{days[0]} … {days[-1]}"
        return f"{self.name} ({span})"


def read_fixed_days(table: Table) -> tuple[FixedDay, ...] | None:
    """The days that a calendar's head fixes; None where it says them in no form that is read."""
    found = []
    for part in table.told("fixed"):
        it = _FIXED.fullmatch(part)
        if it is None:
            return None
        weekday = _WEEKDAYS.index(it["weekday"]) + 1 if it["weekday"] else 0
        last = it["last"] or it["first"]
        fixed = FixedDay(it["name"], it["first"], last, int(it["count"] or 1), weekday)
        if not fixed.days_in(int(fixed.first[:4]) if fixed.is_dated else 2000):
            return None
        found.append(fixed)
    return tuple(found)


def days_lacking(
    fixed: tuple[FixedDay, ...], off: Collection[date], year: int, known: date
) -> Iterator[str]:
    """What the days off of a year, known through a day, lack of what is fixed. What is said of that
    year alone counts in place of what is said of every year."""
    here = {each.name for each in fixed if each.is_dated and each.days_in(year)}
    for each in fixed:
        days = each.days_in(year) if each.is_dated or each.name not in here else ()
        if days and days[-1] <= known and sum(day in off for day in days) < each.count:
            yield each.told(days)
