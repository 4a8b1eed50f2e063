"""Until which issue day a pack's letters can be made: what its tables of rates and days off allow.

Counted from the rules alone, for letters whose dates are all the day of issue: a letter with an
earlier as_of, or a pay_by that the record states, may be possible longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from notices.figures.calendars import Calendar, UnknownDay, add_days
from notices.figures.daycounts import ONE_DAY
from notices.figures.interest_types import SimpleInterest
from notices.figures.method_types import AddDays
from notices.figures.methods import read_method
from notices.pack.formula import ALWAYS, disjuncts, possible
from notices.pack.types import Kind, Pack, Rule

_LONGEST_TERM = 31  # days, where the record states the term's length


@dataclass(frozen=True)
class Reach:
    """The last issue day of letters of `kind` that need `table` (`holidays/CN`, `rates/lpr_1y`).

    `always`: every letter of the kind needs it; else those whose interest rests on it.
    """

    kind: str
    table: str
    until: date
    always: bool


def derive_reach(pack: Pack) -> tuple[Reach, ...]:
    """The nearest end for each kind and table; none for letters that need no table."""
    ends: dict[tuple[str, str], Reach] = {}
    for kind in pack.kinds.values():
        for reach in (*_terms(kind, pack), *_rates(kind, pack)):
            key = (reach.kind, reach.table)
            ends[key] = min(ends.get(key, reach), reach, key=lambda one: one.until)
    return tuple(ends.values())


def _rules(kind: Kind, pack: Pack, sections: tuple[str, ...]) -> Iterator[tuple[Rule, object]]:
    """The rules that may hold for a letter of the kind."""
    for section in sections:
        for rule in pack.rules:
            if rule.section != section:
                continue
            when = disjuncts(rule.when, {"kind": kind.id}, pack.conditions)
            if possible(when):
                yield rule, read_method(rule)[0]
            if when == ALWAYS and section != "date" and not (rule.valid_from or rule.valid_to):
                break  # the first that holds counts


def _terms(kind: Kind, pack: Pack) -> Iterator[Reach]:
    sections = ("pay_by", "date") if kind.asks_payment else ("date",)
    for _, method in _rules(kind, pack, sections):
        if not isinstance(method, AddDays):
            continue
        region = method.calendar or pack.id
        field = pack.fields.get(method.region_field)
        parts = [f"{region}-{part}" for part in field.allowed] if field else []
        weekend = pack.weekend if method.weekend is None else frozenset(method.weekend)
        for name in (region, *parts):
            calendar = Calendar(name, weekend, pack.holidays.get(name))
            until = _last_start(method, calendar)
            if until is not None:
                yield Reach(kind.id, f"holidays/{region}", until, True)


def _last_start(method: AddDays, calendar: Calendar) -> date | None:
    """The last day on which a term may begin that ends on a known day; None: any day may."""
    if calendar.holidays is None:
        return None
    day = calendar.holidays.known_through
    if isinstance(_end(method, day + 366 * ONE_DAY, calendar), date):
        return None  # counts no day off at all
    while isinstance(_end(method, day, calendar), UnknownDay):
        day -= ONE_DAY
    return day


def _end(method: AddDays, start: date, calendar: Calendar) -> date | UnknownDay:
    arrival = add_days(start, method.delivery_days, method.delivery_count, False, calendar)
    if isinstance(arrival, UnknownDay):
        return arrival
    days = (method.days or method.minimum or _LONGEST_TERM) - method.first_day_counts
    return add_days(arrival, days, method.count, method.roll != "none", calendar)


def _rates(kind: Kind, pack: Pack) -> Iterator[Reach]:
    """Rates that run to as_of, or to the day after it where the amount a day is printed."""
    for _, method in _rules(kind, pack, ("interest",)):
        if not isinstance(method, SimpleInterest):
            continue
        above = (method.above,) if method.above else ()
        for spec in (method.rate, *method.cap, *above):
            table = pack.rates.get(spec.table)
            if table and spec.selected_on in ("running", "as_of"):
                printed = not kind.settles and spec.selected_on == "running" and spec not in above
                until = table.known_through - printed * ONE_DAY
                yield Reach(kind.id, f"rates/{table.id}", until, False)
