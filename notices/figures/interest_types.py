"""The parameters of the interest methods: rates, caps, and what a cap covers.

A method's docstring is its manual: one sentence, then a line `parameter: meaning` for each one.
`metadata={"names": …}` says what a parameter's text refers to, so that pack check can look it up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from notices.figures.daycounts import DayCount

ONE = Decimal(1)
FIELD = {"names": "fields"}
TABLE = {"names": "rates"}
ITEM_KIND = {"names": "item_kinds"}


@dataclass(frozen=True)
class RateSpec:
    """A rate per cent: exactly one of `agreed`, `percent`, `table`; then × `times` + `plus`.

    agreed: the field of the record that holds the rate
    percent: a fixed rate
    table: a table of rates/
    times: factor
    plus: percentage points added
    selected_on: the day that picks the table's value; running = each change starts a new stretch
    per: the period the rate is for; day and month are annualised by the day count's year
    """

    agreed: str = field(default="", metadata=FIELD)
    percent: Decimal | None = None
    table: str = field(default="", metadata=TABLE)
    times: Decimal = ONE
    plus: Decimal = Decimal(0)
    selected_on: Literal["contract_date", "due_date", "first_day", "as_of", "running"] | None = None
    per: Literal["year", "month", "day"] = "year"

    def wanted(self) -> str:
        """What is missing for a complete rate, or nothing."""
        if sum((bool(self.agreed), self.percent is not None, bool(self.table))) != 1:
            return "agreed | percent | table"
        return "table + selected_on" if bool(self.table) != bool(self.selected_on) else ""


@dataclass(frozen=True)
class CapPeriod(RateSpec):
    """A cap, and the last day it is in force; the last period is open.

    through: last day of this period
    """

    through: date | None = None


@dataclass(frozen=True)
class SimpleInterest:
    """Interest on the open principal; rows of its own.

    rate: the rate
    compounds: yearly = unpaid interest bears interest after each year since the first bearing day
    cap: the highest rate, by periods in order
    cap_covers: item kinds that together with the interest may not exceed the cap
    day_count: convention
    from: date field; the day after it is the first bearing day
    item_kind: kind of the interest rows
    above_cap: lower = the cap is applied; refuse = no letter above the cap
    warn_above: warn where the agreed rate is above this percentage a year
    warn_reason: why that rate wants a second look, by language
    refuse_above: no letter where the agreed rate is above this percentage a year; no cap is printed
    daily_rate_fields: fields with a rate per day that, annualised, may not exceed the cap
    above: the rate that an agreed one must be above on every day; else no letter
    rate_fields: fields with another yearly rate (an effective one) bound by the same percentages
    """

    rate: RateSpec
    compounds: Literal["never", "yearly"] = "never"
    cap: tuple[CapPeriod, ...] = ()
    cap_covers: tuple[str, ...] = field(default=(), metadata=ITEM_KIND)
    day_count: DayCount = "ACT/365"
    from_: str = field(default="due_date", metadata=FIELD)
    item_kind: str = field(default="interest", metadata=ITEM_KIND)
    above_cap: Literal["lower", "refuse"] = "lower"
    warn_above: Decimal | None = None
    warn_reason: Mapping[str, str] = field(default_factory=dict)
    refuse_above: Decimal | None = None
    daily_rate_fields: tuple[str, ...] = field(default=(), metadata=FIELD)
    above: RateSpec | None = None
    rate_fields: tuple[str, ...] = field(default=(), metadata=FIELD)

    def wanted(self) -> str:
        if self.compounds == "yearly" and self.cap_covers:
            return "compounds: never | no cap_covers"  # what a cap leaves is counted simple
        return _wanted_periods(self.cap)


@dataclass(frozen=True)
class ShownApart:
    """Interest that a court may allow: computed, shown apart, in no total.

    rate: the rate
    range_times: factors of the rate, one claim each
    day_count: convention
    from: date field; the day after it is the first bearing day
    """

    rate: RateSpec
    range_times: tuple[Decimal, ...] = (ONE,)
    day_count: DayCount = "ACT/365"
    from_: str = field(default="due_date", metadata=FIELD)


@dataclass(frozen=True)
class StatedInterest:
    """Interest only as the creditor states it in items; checked against the cap.

    cap: the highest rate, by periods in order
    cap_covers: item kinds that together with the stated interest may not exceed the cap
    day_count: convention
    from: date field; the day after it is the first day the cap counts
    warn_above: warn where one of `rate_fields` is above this percentage a year
    warn_reason: why that rate wants a second look, by language
    refuse_above: no letter where one of `rate_fields` is above this percentage a year
    rate_fields: fields with a yearly rate (an effective one) that these percentages bind
    """

    cap: tuple[CapPeriod, ...] = ()
    cap_covers: tuple[str, ...] = field(default=(), metadata=ITEM_KIND)
    day_count: DayCount = "ACT/365"
    from_: str = field(default="due_date", metadata=FIELD)
    warn_above: Decimal | None = None
    warn_reason: Mapping[str, str] = field(default_factory=dict)
    refuse_above: Decimal | None = None
    rate_fields: tuple[str, ...] = field(default=(), metadata=FIELD)

    def wanted(self) -> str:
        return _wanted_periods(self.cap)


@dataclass(frozen=True)
class NoInterest:
    """No interest is computed; what the creditor states stands as it is."""


def _wanted_periods(cap: tuple[CapPeriod, ...]) -> str:
    ends = [period.through for period in cap[:-1]]
    dated = [end for end in ends if end is not None]
    fits = len(dated) == len(ends) and dated == sorted(set(dated))
    return "" if fits and not (cap and cap[-1].through) else "cap: through … < through …, open"
