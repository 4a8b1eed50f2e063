"""Simple interest: the rate after its cap, stretch by stretch, and lines rounded once.

A stretch ends where the rate or the cap changes, a payment arrives, or the figures end; the day of
the payment still belongs to the stretch before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from notices.figures.daycounts import (
    ONE_DAY,
    basis_in,
    count_days,
    rounded,
    simple_interest,
)
from notices.figures.interest_types import CapPeriod, RateSpec
from notices.figures.rates import Step, Stretch, derive_cap_steps, derive_steps
from notices.figures.scope import Scope
from notices.figures.types import InterestLine
from notices.money import ZERO
from notices.pack.types import Rule

# Interest on this principal from the first to the last day, both included.
Accrual = Callable[[Decimal, date, date], tuple[InterestLine, ...]]


@dataclass(frozen=True)
class Segment:
    """Days over which one rate applies: `agreed` as agreed, `cap` in force, per cent per year."""

    first: date
    last: date
    agreed: Decimal
    cap: Decimal | None
    basis: str

    @property
    def rate(self) -> Decimal:
        rate = self.agreed if self.cap is None else min(self.agreed, self.cap)
        return max(rate, ZERO)  # a negative base rate never lowers what is owed


def derive_segments(
    scope: Scope,
    rule: Rule,
    rate: RateSpec,
    cap: tuple[CapPeriod, ...],
    stretch: Stretch,
    cap_counts: bool = False,
    above: RateSpec | None = None,
) -> tuple[Segment, ...] | None:
    """The stretch cut where rate or basis change; None, with a finding, where one fails.

    Where the cap counts, for what else it has to cover, it is cut where the cap changes too; else a
    cap that lowers nothing cuts nothing, and the lowest one of the days is told.
    """
    if stretch.first > stretch.last:
        return ()
    rates = derive_steps(rate, scope, rule, stretch)
    caps = derive_cap_steps(cap, scope, rule, stretch)
    if rates is None or caps is None:
        return None
    starts = {step.first for step in (*rates, *caps)} | set(_basis_changes(stretch))
    found: list[Segment] = []
    for first in sorted(starts):
        segment = Segment(
            first,
            stretch.last,
            _on(rates, first),
            _on(caps, first) if caps else None,
            basis_in(stretch.basis, first.year),
        )
        if found and _same(found[-1], segment, cap_counts):
            found[-1] = replace(found[-1], cap=_lower(found[-1].cap, segment.cap))
            continue  # a table's new row, and the old rate
        if found:
            found[-1] = replace(found[-1], last=first - ONE_DAY)
        found.append(segment)
    return tuple(found)


def _same(one: Segment, next_one: Segment, cap_counts: bool) -> bool:
    """Whether interest goes on as before; a cap matters where it lowers the rate, or counts."""
    capped = cap_counts or one.rate < one.agreed or next_one.rate < next_one.agreed
    caps_agree = one.cap == next_one.cap or not capped
    return caps_agree and (one.agreed, one.basis) == (next_one.agreed, next_one.basis)


def _lower(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return min((cap for cap in (one, other) if cap is not None), default=None)


def known_through(
    scope: Scope,
    rates: Iterable[RateSpec | None],
    cap: tuple[CapPeriod, ...],
    bearing: date,
    day: date,
) -> date | None:
    """Through which day of interest since `bearing` these rates and the cap, as they run on `day`,
    are known; None where none of them may change. One that is picked by a day whose value is not
    known yet is unknown from its own first day on."""
    ends = [_known_end(scope, rate, bearing, bearing) for rate in rates if rate is not None]
    first = bearing
    for period in cap:
        begun = first <= day
        running = period.through is None or day <= period.through
        if begun and (running or period.selected_on != "running"):
            ends.append(_known_end(scope, period, bearing, first))
        first = max(first, (period.through or first) + ONE_DAY)
    return min((end for end in ends if end is not None), default=None)


def _known_end(scope: Scope, spec: RateSpec, bearing: date, first: date) -> date | None:
    """The last known day of a rate that holds from `first` on; None where it can't change."""
    table = scope.pack.rates.get(spec.table)
    if table is None:
        return None
    if spec.selected_on == "running":
        return table.known_through
    picked = (
        bearing if spec.selected_on == "first_day" else scope.values().get(str(spec.selected_on))
    )
    unknown = isinstance(picked, date) and picked > table.known_through
    return first - ONE_DAY if unknown else None


def _basis_changes(stretch: Stretch) -> Iterable[date]:
    for year in range(stretch.first.year + 1, stretch.last.year + 1):
        if basis_in(stretch.basis, year) != basis_in(stretch.basis, year - 1):
            yield date(year, 1, 1)


def _on(steps: tuple[Step, ...], day: date) -> Decimal:
    return next(step.percent for step in steps if step.first <= day <= step.last)


def accrual(scope: Scope, rule: Rule, segments: tuple[Segment, ...]) -> Accrual:
    """How the debt's principal earns interest over these segments."""

    def accrue(principal: Decimal, first: date, last: date) -> tuple[InterestLine, ...]:
        lines = (
            _line(
                scope, rule, segment, principal, max(first, segment.first), min(last, segment.last)
            )
            for segment in segments
            if principal > 0 and max(first, segment.first) <= min(last, segment.last)
        )
        return tuple(line for line in lines if line.days)  # 30E/360: the 31st bears none

    return accrue


def _line(
    scope: Scope, rule: Rule, segment: Segment, principal: Decimal, first: date, last: date
) -> InterestLine:
    days = count_days(first, last, segment.basis)
    exact = simple_interest(principal, segment.rate, days, segment.basis)
    return InterestLine(
        debt=scope.number or 0,
        principal=principal,
        rate=segment.rate,
        first_day=first,
        last_day=last,
        days=days,
        basis=segment.basis,
        amount=rounded(exact, scope.minor_units),
        rule=rule.id,
        agreed_rate=segment.agreed if segment.rate < segment.agreed else None,
        cap=segment.cap,
    )


def headroom(lines: Iterable[InterestLine]) -> Fraction:
    """What the cap leaves above the interest charged: Σ principal × (cap − rate) × days / basis."""
    return sum(
        (
            simple_interest(line.principal, line.cap - line.rate, line.days, line.basis)
            for line in lines
            if line.cap is not None
        ),
        Fraction(0),
    )
