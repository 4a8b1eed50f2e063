"""Day counts: how many days of interest lie between two dates, and of how many in a year.

Each convention counts the first and the last day of a stretch. Splitting a stretch anywhere gives
the same number of days (ICMA rule 251 and the ISDA 2006 definitions, section 4.16, name them).
"""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from notices.money import WIDE, round_money

DayCount = Literal["ACT/365", "ACT/360", "30E/360", "ACT/ACT"]
ONE_DAY = timedelta(days=1)


def count_days(first: date, last: date, convention: str) -> int:
    """Days of interest from `first` to `last`, both included."""
    if convention == "30E/360":
        return _thirties(last) - _thirties(first - ONE_DAY)
    return (last - first).days + 1


def _thirties(day: date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def basis_in(convention: str, year: int) -> str:
    """The convention as a line prints it: ACT/ACT is ACT/366 in a leap year, else ACT/365."""
    if convention == "ACT/ACT":
        return "ACT/366" if isleap(year) else "ACT/365"
    return convention


def year_of(basis: str) -> int:
    """The days of a year in a basis: 365 of ACT/365; of ACT/ACT as a whole, those of most years."""
    return 365 if basis == "ACT/ACT" else int(basis.rpartition("/")[2])


def anniversary(first: date, years: int) -> date:
    """The day after whole `years` that began on `first`: 1 March where it has no 29 February."""
    year = first.year + years
    if (first.month, first.day) == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return first.replace(year=year)


def next_anniversary(first: date, day: date) -> date:
    """The first anniversary after `day`."""
    begins = anniversary(first, day.year - first.year)
    return begins if begins > day else anniversary(first, day.year - first.year + 1)


def simple_interest(principal: Decimal, rate: Decimal, days: int, basis: str) -> Fraction:
    """principal × rate % × days / basis, exact."""
    (owed, parts), (percent, hundredths) = principal.as_integer_ratio(), rate.as_integer_ratio()
    return Fraction(owed * percent * days, parts * hundredths * 100 * year_of(basis))


def rounded(exact: Fraction, minor_units: int) -> Decimal:
    """An exact amount, rounded half-up to the minor unit: the only way out of a fraction."""
    # a tie has few digits, so it survives the division exactly
    return round_money(WIDE.divide(exact.numerator, exact.denominator), minor_units)
