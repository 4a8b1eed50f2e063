"""Calendars: working days, and terms whose last day is a day off.

Civil Code 201 and 203 (CN), BGB 187(1) and 193 (DE), cap. 1 s. 71 (HK) have one shape: the first
day is not counted, and a last day off moves on. An ordinary weekend is a day off as well (Civil
Code 203 speaks of 法定休假日, which weekly rest days are; moving on never shortens the debtor's
term); a weekend day that is worked instead (调休) is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import count as count_up

from notices.figures.daycounts import ONE_DAY
from notices.figures.method_types import AddDays, Count
from notices.figures.scope import Scope
from notices.pack.table_types import Holidays
from notices.pack.types import Pack, Rule, Source
from notices.pack.vocabulary import in_both

_LONGEST_WAIT = 30  # days off in a row that a term may wait for on the safe side


@dataclass(frozen=True)
class UnknownDay:
    """A day for which nobody has said yet whether it is worked."""

    region: str
    day: date


@dataclass(frozen=True)
class Calendar:
    """A region's days off. `holidays` None: nothing is known of any day.

    `safe_side`: past the last known day a weekday is off where it may be, and no weekend day is
    worked, so that a term ends rather too late.
    """

    region: str
    weekend: frozenset[int]  # ISO weekdays
    holidays: Holidays | None
    safe_side: bool = False

    def knows(self, day: date) -> bool:
        if self.holidays is None:
            return False
        return self.holidays.knows(day) or (self.safe_side and self.holidays.may_tell(day))

    def is_off(self, day: date) -> bool:
        """Whether the known `day` is a statutory day off or a weekend day that isn't worked."""
        assert self.holidays is not None  # noqa: S101 - asked only of days it knows
        if self.holidays.knows(day):
            return self.holidays.is_off(day, self.weekend)
        return self.holidays.may_be_off(day, self.weekend)


@lru_cache(maxsize=1024)  # a batch's letters begin on one day
def add_days(
    start: date, days: int, count: Count, roll: bool, calendar: Calendar
) -> date | UnknownDay:
    """The last day of a term of `days` after `start`, which is not counted itself.

    `roll` moves a last day off to the next day that is none. Unknown where the count meets a day
    that the calendar doesn't know.
    """
    last = start
    if count == "calendar":
        last += days * ONE_DAY
    else:
        for _ in range(days):
            found = _next_worked(last + ONE_DAY, calendar)
            if isinstance(found, UnknownDay):
                return found
            last = found
    return _next_worked(last, calendar) if roll else last


def _next_worked(day: date, calendar: Calendar) -> date | UnknownDay:
    """`day`, or the first day after it that isn't off; on the safe side within 30 days."""
    for ahead in count_up():
        found = day + ahead * ONE_DAY
        if not calendar.knows(found) or (calendar.safe_side and ahead > _LONGEST_WAIT):
            return UnknownDay(calendar.region, found)
        if not calendar.is_off(found):
            return found
    raise AssertionError  # unreachable: a calendar knows a finite range


def derive_dates(scope: Scope) -> dict[str, date]:
    """The pack's further dates whose rules hold, by name; one that can't be counted is reported."""
    found = {}
    for rule, method in scope.rules("date"):
        scope.derivation.cite_rule(rule)
        days = _length(scope, rule, method)
        if days is None:
            continue
        day = derive_term(scope, method, days, _start(scope, method), roll=method.roll != "none")
        if isinstance(day, UnknownDay):
            _tell_unknown(scope, day)
        else:
            found[rule.id] = day
    return found


def derive_pay_by(scope: Scope) -> date | None:
    """The day to pay by: as stated, where the rule's minimum allows it, else by the rule."""
    stated = scope.case.pay_by
    chosen = scope.rule("pay_by")
    if chosen is None:
        if stated is None:
            scope.tell_no_rule("pay_by")
        return stated
    rule, method = chosen
    assert isinstance(method, AddDays)  # noqa: S101 - read_method picks by section
    days = _length(scope, rule, method)
    if days is None:
        return None
    start = _start(scope, method)
    if stated is None:
        derived = derive_term(scope, method, days, start, roll=method.roll != "none")
        if isinstance(derived, UnknownDay):
            _tell_unknown(scope, derived)
            return None
        return derived
    least = days if method.minimum is None else min(days, method.minimum)
    earliest = derive_term(scope, method, least, start, roll=method.roll != "none")
    if isinstance(earliest, UnknownDay):
        earliest = derive_term(scope, method, least, start, roll=False)
        if isinstance(earliest, UnknownDay):  # the minimum itself counts working days
            _tell_unknown(scope, earliest)
            return None
        scope.derivation.report(
            "pay-by-not-checked",
            "warning",
            path="pay_by",
            pay_by=stated,
            least=least,
            rule_id=rule.id,
            pack=scope.pack.id,
        )
    if stated < earliest:
        scope.derivation.report(
            "pay-by-too-soon", path="pay_by", pay_by=stated, earliest=earliest, least=least
        )
    return stated


def _length(scope: Scope, rule: Rule, method: AddDays) -> int | None:
    """The days of the term: those that the sender sets, not under the rule's floor, else the
    rule's own."""
    set_by_sender = scope.values().get(method.days_field)
    if set_by_sender is None and method.days is not None:
        return method.days
    days = scope.value(method.days_field, rule)
    if not isinstance(days, int):
        return None
    if method.floor and days < method.floor.days:
        reasons = in_both(method.floor.reason, "reason")
        scope.derivation.report(
            "term-below-floor",
            "error",
            scope.path(method.days_field),
            days=days,
            floor=method.floor.days,
            **reasons,
        )
        return None
    return days


def _start(scope: Scope, method: AddDays) -> date:
    """The day after which the letter's own term runs."""
    issued = scope.case.issue_date
    if method.from_ == "dispatch_by":
        return max(issued, scope.case.dispatch_by)  # posting doesn't eat the debtor's term
    return issued


def derive_term(
    scope: Scope, method: AddDays, days: int, start: date, roll: bool
) -> date | UnknownDay:
    """The last day of the method's term, of `days`, from `start` on."""
    region = method.calendar or scope.pack.id
    part = scope.values().get(method.region_field)
    region = f"{region}-{part}" if part else region
    weekend = scope.pack.weekend if method.weekend is None else frozenset(method.weekend)
    holidays = scope.pack.holidays.get(region)
    calendar = Calendar(region, weekend, holidays, scope.takes_safe_side)
    arrival = add_days(start, method.delivery_days, method.delivery_count, False, calendar)
    if isinstance(arrival, UnknownDay):
        return arrival
    days -= method.first_day_counts
    last = add_days(arrival, days, method.count, roll, calendar)
    if isinstance(last, date):
        counted = method.count == "working" or (
            method.delivery_days and method.delivery_count == "working"
        )
        decided_from = start if counted else arrival + days * ONE_DAY
        _cite_days(scope, region, decided_from, last)
        if roll or counted:
            _tell_assumed(scope, calendar, last)
    return last


def _tell_assumed(scope: Scope, calendar: Calendar, last: date) -> None:
    """Says so where the term rests on days that nobody has announced yet."""
    holidays = calendar.holidays
    if holidays is None or last <= holidays.known_through:
        return
    scope.derivation.days_off_known_through = holidays.known_through
    source = _sources_of(scope.pack).get(f"uncertain_days/{calendar.region}")
    if source:
        scope.derivation.cite(source)
    scope.derivation.report(
        "days-off-assumed", "warning", "sender.safe_side",
        region=calendar.region, through=holidays.known_through, last=last,
    )  # fmt: skip


@lru_cache(maxsize=16)
def _sources_of(pack: Pack) -> dict[str, Source]:
    return {source.id: source for source in pack.sources}


def _cite_days(scope: Scope, region: str, start: date, last: date) -> None:
    """The rows of the holiday table that decided: of calendar days, those of the last day on."""
    for source in _sources_between(scope.pack, region, start, last):
        scope.derivation.cite(source)


@lru_cache(maxsize=1024)
def _sources_between(pack: Pack, region: str, start: date, last: date) -> tuple[Source, ...]:
    return tuple(source for day, source in _day_sources(pack, region) if start <= day <= last)


@lru_cache(maxsize=64)
def _day_sources(pack: Pack, region: str) -> tuple[tuple[date, Source], ...]:
    """The pack's sources for single days of the region's holiday table."""
    days = {f"holidays/{region}/{day}": day for day in _days_of(pack.holidays.get(region))}
    return tuple((days[source.id], source) for source in pack.sources if source.id in days)


def _days_of(holidays: Holidays | None) -> frozenset[date]:
    return holidays.days | holidays.worked if holidays else frozenset()


def _tell_unknown(scope: Scope, unknown: UnknownDay) -> None:
    scope.derivation.report(
        "calendar-unknown",
        pack=scope.pack.id,
        region=unknown.region,
        year=unknown.day.year,
        day=unknown.day,
    )
