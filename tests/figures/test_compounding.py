"""Interest that compounds yearly: worked years, payments within, a count day by day beside it."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notices.case.types import Debt, Item, Payment
from notices.figures.daycounts import anniversary, next_anniversary
from notices.figures.types import Figures
from notices.pack.types import Pack
from tests.figures.build import case, day, debt, derive, pack, rule, simple, table, told

RATES = "2023-07-01 6 2024-01-01 7 2025-01-01 6 2026-01-01 4"
TRADE = "2024-01-01 12.5 2024-07-01 12.25 2025-01-01 11.15 2025-07-01 10.15 2026-07-01 10.4"


ANY_DAY = rule("pay_by", "add_days", {"days": "1", "minimum": "1", "roll": "none"})


def yearly(points: str = RATES, day_count: str = "ACT/ACT") -> Pack:
    running = {"table": "statutory", "selected_on": "running"}
    by = simple(running, compounds="yearly", day_count=day_count)
    return pack(by, ANY_DAY, rates={"statutory": table("statutory", points, "2029-12-31")})


def lines(figures: Figures) -> list[tuple[D, int, D]]:
    return [(x.principal, x.days, x.amount) for x in figures.debts[0].interest]


def test_each_years_interest_joins_the_sum_that_bears_interest() -> None:
    """Art. 6:119(2) BW, 10,000 from 2024-01-01 to 2026-06-29."""
    figures = derive(case("2026-06-29", debt("2023-12-31", "principal 10000")), yearly())
    assert lines(figures) == [
        (D("10000"), 366, D("700.00")),
        (D("10700.00"), 365, D("642.00")),
        (D("11342.00"), 180, D("223.73")),
    ]
    assert [x.compounded for x in figures.debts[0].interest] == [0, D("700.00"), D("1342.00")]
    assert figures.debts[0].interest_due == D("1565.73")
    assert figures.debts[0].principal == D("10000")  # what is owed stays principal and interest
    assert figures.daily_amount == D("1.24")  # 11,342 × 4 % / 365


@pytest.mark.parametrize(
    ("points", "due", "as_of", "day_count", "interest"),
    [
        (RATES, "2023-12-31", "2026-06-29", "ACT/365", "1567.81"),
        (TRADE, "2024-05-31", "2026-11-28", "ACT/ACT", "2956.52"),
        (TRADE, "2024-05-31", "2026-11-28", "ACT/365", "2958.80"),
    ],
)
def test_the_worked_sums_of_the_law_sheet(
    points: str, due: str, as_of: str, day_count: str, interest: str
) -> None:
    """To the cent of the unrounded count; a line that is rounded once may be a cent off."""
    figures = derive(case(as_of, debt(due, "principal 10000")), yearly(points, day_count))
    assert abs(figures.debts[0].interest_due - D(interest)) <= D("0.01")


def test_the_year_is_each_debts_own() -> None:
    asked = case(
        "2025-08-31", debt("2024-03-31", "principal 1000"), debt("2024-06-30", "principal 1000")
    )
    first, second = derive(asked, yearly("2024-01-01 10", "ACT/365")).debts
    assert [(x.first_day, x.principal) for x in first.interest] == [
        (day("2024-04-01"), D("1000")),
        (day("2025-04-01"), D("1100.00")),
    ]
    assert [x.first_day for x in second.interest] == [day("2024-07-01"), day("2025-07-01")]


@pytest.mark.parametrize(
    ("first", "years", "begins"),
    [
        ("2024-06-01", 1, "2025-06-01"),
        ("2023-03-01", 1, "2024-03-01"),
        ("2024-02-29", 1, "2025-03-01"),
        ("2024-02-29", 4, "2028-02-29"),
    ],
)
def test_a_year_ends_the_day_before_its_anniversary(first: str, years: int, begins: str) -> None:
    assert anniversary(day(first), years) == day(begins)
    eve = day(begins) - timedelta(days=1)
    assert next_anniversary(day(first), eve) == day(begins)
    assert next_anniversary(day(first), day(begins)) == anniversary(day(first), years + 1)


def test_a_payment_first_takes_the_interest_that_bears_interest() -> None:
    asked = debt("2023-12-31", "principal 1000", "2025-07-01 60")
    figures = derive(case("2026-06-30", asked), yearly("2024-01-01 10"))
    # 100.00 for 2024; 1,100 × 10 % × 182/365 = 54.85; 60 off the 100.00; 1,040 × 10 % × 183/365 =
    # 52.14; then 40 + 54.85 + 52.14 of interest bear interest beside the principal.
    assert lines(figures) == [
        (D("1000"), 366, D("100.00")),
        (D("1100.00"), 182, D("54.85")),
        (D("1040.00"), 183, D("52.14")),
        (D("1146.99"), 181, D("56.88")),
    ]


def test_interest_that_was_paid_in_time_does_not_compound() -> None:
    paid_up = debt("2023-12-31", "principal 1000", "2024-12-31 100")
    figures = derive(case("2025-12-31", paid_up), yearly("2024-01-01 10"))
    assert lines(figures) == [(D("1000"), 366, D("100.00")), (D("1000"), 365, D("100.00"))]
    late = debt("2023-12-31", "principal 1000", "2025-01-01 100")
    assert derive(case("2025-12-31", late), yearly("2024-01-01 10")).total_due == D(
        "1100.03"
    )  # 0.30 + 99.73


def test_the_day_after_a_whole_year_bears_interest_on_the_interest() -> None:
    asked = case("2024-12-31", debt("2023-12-31", "principal 36500"), pay_by=day("2025-01-20"))
    by = yearly("2024-01-01 10")
    assert derive(asked, by).daily_amount == D("11.00")  # (36,500 + 3,650) × 10 % / 365
    assert told(asked, by) == set()


def test_an_anniversary_before_pay_by_is_told() -> None:
    asked = case("2024-12-20", debt("2023-12-31", "principal 36500"), pay_by=day("2025-01-01"))
    by = yearly("2024-01-01 10", "ACT/365")
    assert told(asked, by) == {"daily-amount-changes"}
    assert told(replace(asked, pay_by=day("2024-12-31")), by) == set()
    assert told(asked, pack(simple({"percent": "10"}), ANY_DAY)) == set()


def test_a_later_item_needs_a_debt_of_its_own_once_a_year_has_ended() -> None:
    two = debt("2023-12-31", "principal 1000, principal 500 2024-03-01")
    assert told(case("2025-01-31", two), yearly()) == {"compounding-item-later"}
    assert told(case("2024-11-30", two), yearly()) == set()
    before = debt("2023-12-31", "principal 1000, principal 500 2023-12-01")
    assert told(case("2025-01-31", before), yearly()) == set()


def test_what_a_cap_leaves_is_not_counted_where_interest_compounds() -> None:
    capped = simple(
        {"percent": "10"}, compounds="yearly", cap=[{"percent": "24"}], cap_covers=["penalty"]
    )
    asked = case("2024-12-31", debt("2023-12-31", "principal 1000"))
    assert "method-parameter" in told(asked, pack(capped))


def half_up(cents: Fraction) -> int:
    return int(cents + Fraction(1, 2))


def interest_day_by_day(
    cents: int, paid: Sequence[tuple[date, int]], first: date, last: date
) -> int:
    """What is owed in all on `last`, in cents: one day after the other, in fractions of a cent."""
    words = RATES.split()
    changes = [(day(d), Fraction(r)) for d, r in zip(words[::2], words[1::2], strict=True)]
    principal, old, new, credit = cents, 0, 0, 0
    running, rounded_at = Fraction(0), None
    for back in range(40, 0, -1):  # payments before default
        for when, amount in paid:
            if when == first - timedelta(days=back):
                credit += max(amount - principal, 0)
                principal = max(principal - amount, 0)
    today = first
    while today <= last:
        begun_on_29_february = (first.month, first.day) == (2, 29)
        starts = (
            (3, 1) if begun_on_29_february and not isleap(today.year) else (first.month, first.day)
        )
        rate = next(r for d, r in reversed(changes) if d <= today)
        year = 366 if isleap(today.year) else 365
        new_year = today != first and (today.month, today.day) == starts
        if rounded_at != (rate, year) or new_year:
            new, running, rounded_at = new + half_up(running), Fraction(0), (rate, year)
        if new_year:
            old, new = old + new, 0
        running += Fraction(principal + old) * rate / 100 / year
        for when, amount in paid:
            if when == today:
                new, running = new + half_up(running), Fraction(0)
                for_old = min(amount, old)
                for_new = min(amount - for_old, new)
                for_principal = min(amount - for_old - for_new, principal)
                old, new, principal = old - for_old, new - for_new, principal - for_principal
                credit += amount - for_old - for_new - for_principal
        today += timedelta(days=1)
    return principal + old + new + half_up(running) - credit


@settings(max_examples=60, deadline=None)
@given(
    st.integers(100, 10**8),
    st.dates(date(2023, 7, 1), date(2025, 12, 31)),
    st.integers(1, 1100),
    st.lists(st.tuples(st.integers(-30, 1100), st.integers(1, 10**7)), max_size=4),
)
@example(10**6, date(2024, 2, 29), 1096, [(366, 5000), (367, 10**5)])
def test_the_sum_agrees_with_a_count_day_by_day(
    cents: int, first: date, days: int, paid: list[tuple[int, int]]
) -> None:
    last = first + timedelta(days=days)
    dated = sorted(
        (first + timedelta(days=after), amount) for after, amount in paid if after <= days
    )
    owed = Debt(
        "other",
        first - timedelta(days=1),
        (Item("principal", D(cents) / 100),),
        tuple(Payment(when, D(amount) / 100) for when, amount in dated),
    )
    beside = Debt("other", last - timedelta(days=1), (Item("principal", D(10**9)),))
    asked = case(last.isoformat(), owed, beside, pay_by=last + timedelta(days=1))
    assert int(derive(asked, yearly()).debts[0].total * 100) == interest_day_by_day(
        cents, dated, first, last
    )
