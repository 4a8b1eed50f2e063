"""Dated tables as frozen values: rates, days off, and the rhythm in which rates are announced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

Status = Literal["verified", "unverified"]
ONE_DAY = timedelta(days=1)
_ROLLS = " or the next working day"
_LONGEST_REST = 12  # days: no row of days off is longer
_EACH = re.compile(r"(?:(0[1-9]|1[0-2])-)?(0[1-9]|1[0-9]|2[0-8]|[1-9])")  # days every month has


@dataclass(frozen=True)
class Window:
    """Days, both included, in which a weekday may be made a day off once the year is announced."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class UncertainDays:
    """Every window after a table's last known day, complete `through` a day."""

    windows: tuple[Window, ...]
    through: date


@dataclass(frozen=True)
class Holidays:
    """Statutory days off, and weekend days that are worked; known for whole years only."""

    region: str
    days: frozenset[date]  # statutory holidays (adjusted rest days included)
    worked: frozenset[date]  # weekend days that are working days
    first: date
    known_through: date
    file: str
    package: str = ""  # which Python package knows its days: see pack/holiday_packages.py
    announcers: tuple[str, ...] = ()  # one of them stands in the source of a verified row

    uncertain: UncertainDays | None = None

    def knows(self, day: date) -> bool:
        return self.first <= day <= self.known_through

    def may_tell(self, day: date) -> bool:
        """Whether `day`, not known yet, lies where the windows say which weekdays may be off."""
        return self.uncertain is not None and self.known_through < day <= self.uncertain.through

    def may_be_off(self, day: date, weekend: frozenset[int]) -> bool:
        """Whether `day` is a weekend day (ISO weekdays) or lies in a window."""
        windows = self.uncertain.windows if self.uncertain else ()
        return day.isoweekday() in weekend or any(w.first <= day <= w.last for w in windows)

    def is_off(self, day: date, weekend: frozenset[int]) -> bool:
        """Whether the known `day` is a statutory day off or a weekend day (ISO weekdays) that isn't
        worked."""
        return day in self.days or (day.isoweekday() in weekend and day not in self.worked)


@dataclass(frozen=True)
class Rhythm:
    """The days on which a table's next value may come: of each month (None), or of a month.

    `rolls`: a day off moves to the next working day, by `holidays` and `weekend` (ISO weekdays).
    """

    days: tuple[tuple[int | None, int], ...]
    rolls: bool = False
    holidays: Holidays | None = None
    weekend: frozenset[int] = frozenset()

    def due_after(self, day: date) -> date:
        """The first such day after `day`. Where nobody knows yet whether it is worked, it counts:
        a table is then known too short rather than too far."""
        back = (day - ahead * ONE_DAY for ahead in range(_LONGEST_REST))
        moved = [self._moved(named) for named in back if self._names(named)]
        late = min((due for due in moved if due > day), default=None)
        if late is not None:
            return late
        named = day + ONE_DAY
        while not self._names(named):
            named += ONE_DAY
        return self._moved(named)

    def due_through(self, day: date, last: date) -> Iterator[date]:
        """Each such day after `day`, through `last`."""
        while (day := self.due_after(day)) <= last:
            yield day

    def left_out(self, before: date, day: date) -> date | None:
        """The first of its days that is missing between two rows that follow each other."""
        due = self.due_after(before)
        return due if self.due_after(due) <= day else None

    def fits(self, day: date) -> bool:
        """Whether `day` may be one of its days. A weekend day that is worked may count or not: the
        LPR of 2026-09-20, a Sunday worked, came on the Monday."""
        if self._names(day) or not self.rolls:
            return self._names(day) and not self._is_off(day)
        before = day
        for _ in range(_LONGEST_REST if not self._is_off(day) else 0):
            before -= ONE_DAY
            if before.isoweekday() not in self.weekend and self._is_worked(before):
                return False
            if self._names(before):
                return True
        return False

    def _is_off(self, day: date) -> bool:
        """Whether `day` is known to be off, where that moves a day of the rhythm."""
        known = self.rolls and self.holidays is not None and self.holidays.knows(day)
        return known and self.holidays is not None and self.holidays.is_off(day, self.weekend)

    def _is_worked(self, day: date) -> bool:
        known = self.holidays is not None and self.holidays.knows(day)
        return known and not self._is_off(day)

    def _names(self, day: date) -> bool:
        return any(day.day == d and month in (None, day.month) for month, d in self.days)

    def _moved(self, named: date) -> date:
        day = named
        while self._is_off(day):
            day += ONE_DAY
        return day if day == named or self._is_worked(day) else named


def read_rhythm(
    text: str, holidays: Holidays | None = None, weekend: frozenset[int] = frozenset()
) -> Rhythm | None:
    """A rhythm as a table's head writes it; None where `text` is none.

    `20 or the next working day`: each month. `01-01, 07-01`: each year, month and day.
    """
    parts = [_EACH.fullmatch(part.strip()) for part in text.removesuffix(_ROLLS).split(",")]
    named = [(int(found[1]) if found[1] else None, int(found[2])) for found in parts if found]
    if len(named) < len(parts):
        return None
    return Rhythm(tuple(named), text.endswith(_ROLLS), holidays, weekend)


@dataclass(frozen=True)
class RatePoint:
    """From `valid_from` on, the rate is `percent` a year."""

    valid_from: date
    percent: Decimal
    source: str
    status: Status


@dataclass(frozen=True)
class RateTable:
    """A dated rate; nothing is known after `known_through`, nor before the first point.

    A point may repeat the value before it: what was announced then changed nothing.
    """

    id: str
    points: tuple[RatePoint, ...]
    known_through: date
    file: str
    rhythm: Rhythm | None = None
    announcers: tuple[str, ...] = ()  # one of them stands in the source of a verified row
    announced_ahead: int = 0  # days before it begins that a value is announced, at most

    @property
    def next_due(self) -> date:
        """The first day whose value is not known."""
        return self.known_through + ONE_DAY
