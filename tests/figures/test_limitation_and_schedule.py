"""Limitation periods and instalment schedules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.figures.limitation import add_months
from notices.figures.schedule import equal_instalments
from notices.figures.types import Limitation
from notices.pack.types import Pack
from tests.figures.build import case, day, debt, derive, pack, rule, told

EDGE = ("03-31", "04-01")  # the last day of the period, and the day after
THREE = {
    "years": "3",
    "longest_years": "20",
    "restarts_field": "limitation_restarts",
    "unknown_field": "limitation_open",
}


def by(**more: Any) -> Pack:
    same_day = rule("pay_by", "add_days", {"days": "0", "roll": "none"})
    return pack(rule("limitation", "years_from_last_restart", {**THREE, **more}), same_day)


def limitation(
    as_of: str, by: Pack, paid: str = "", due: str = "2022-03-31", pay_by: str = "", **facts: Any
) -> Limitation:
    asked = case(as_of, debt(due, "principal 100", paid, **facts))
    asked = replace(asked, pay_by=day(pay_by) if pay_by else None)
    return derive(asked, by).debts[0].limitation


def test_three_years_to_the_day() -> None:
    assert limitation("2025-03-31", by()) == Limitation("running", day("2025-03-31"))
    assert limitation("2025-04-01", by()) == Limitation("barred", day("2025-03-31"))


def test_what_the_letter_asks_for_must_still_be_open_on_the_day_to_pay_by() -> None:
    in_time, too_late = (limitation("2025-03-01", by(), pay_by=f"2025-{d}") for d in EDGE)
    assert in_time == Limitation("running", day("2025-03-31"))
    assert too_late == Limitation("barred", day("2025-03-31"))


def test_each_restart_in_time_starts_the_period_anew() -> None:
    restarts = ("2026-01-01", "2024-06-01", "2023-01-01")
    assert limitation("2026-02-01", by(), limitation_restarts=restarts) == Limitation(
        "running", day("2029-01-01")
    )


def test_nothing_restarts_a_period_that_has_run_out() -> None:
    assert limitation("2026-02-01", by(), limitation_restarts=("2025-04-01",)).status == "barred"


def test_a_restart_after_as_of_does_not_count_yet() -> None:
    late = limitation("2024-02-01", by(), limitation_restarts=("2024-02-02",))
    assert late.ends == day("2025-03-31")


def test_payments_restart_where_the_rule_says_so() -> None:
    paid = "2024-05-05 10"
    assert limitation("2025-06-01", by(), paid).status == "barred"
    running = limitation("2025-06-01", by(payments_restart="true"), paid)
    assert running == Limitation("running", day("2027-05-05"))


def test_the_longest_period_bounds_all_restarts() -> None:
    restarts = ("2003-01-01", "2005-12-01", "2008-11-01", "2011-10-01", "2014-09-01", "2017-08-01")
    more = (*restarts, "2020-07-01", "2021-01-01")
    found = limitation("2021-06-01", by(), due="2001-01-01", limitation_restarts=more)
    assert found == Limitation("barred", day("2021-01-01"))


def test_from_the_end_of_the_year() -> None:
    found = limitation("2025-12-31", by(from_year_end="true"))
    assert found == Limitation("running", day("2025-12-31"))


def test_unknown_where_the_record_or_the_pack_leaves_it_open() -> None:
    assert limitation("2025-01-01", by(), limitation_open=True).status == "unknown"
    assert limitation("2025-01-01", by(starts="knowledge_date")).status == "unknown"
    none = pack(rule("pay_by", "add_days", {"days": "0", "roll": "none"}))
    assert limitation("2025-01-01", none) == Limitation("unknown", None)


def test_a_restart_that_is_no_date_is_told() -> None:
    owed = debt("2024-03-31", "principal 100", limitation_restarts=("last spring",))
    assert told(case("2025-01-01", owed, pay_by=day("2099-01-01")), by()) >= {"limitation-date"}


def test_months_end_where_the_month_is_short() -> None:
    assert [add_months(day("2024-01-31"), n) for n in (1, 2, 12, 13)] == [
        day("2024-02-29"),
        day("2024-03-31"),
        day("2025-01-31"),
        day("2025-02-28"),
    ]


SIXTY = pack(rule("schedule", "equal_instalments", {"most": "60"}))


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({"instalment_count": 60}, set()),
        ({"instalment_count": 61}, {"schedule-too-long"}),
        ({"instalment_count": 0}, {"schedule-too-small"}),
        (
            {"instalment_count": 3, "instalment_first_due": day("2026-03-01")},
            {"schedule-in-the-past"},
        ),
    ],
)
def test_what_a_schedule_may_offer(facts: dict[str, Any], rules: set[str]) -> None:
    asked = case("2026-03-02", debt("2025-12-31", "principal 100"), facts=facts)
    assert told(asked, SIXTY) == rules


def test_a_schedule_of_less_than_a_cent_each_is_told() -> None:
    asked = case("2026-03-02", debt("2025-12-31", "principal 0.10"), facts={"instalment_count": 11})
    assert told(asked, SIXTY) == {"schedule-too-small"}


def test_the_first_day_is_as_offered_or_pay_by() -> None:
    owed = debt("2025-12-31", "principal 100")
    plain = derive(case("2026-03-02", owed, facts={"instalment_count": 2}), SIXTY)
    assert [i.due for i in plain.schedule] == [plain.pay_by, add_months(plain.pay_by, 1)]
    facts = {"instalment_count": 2, "instalment_first_due": day("2026-05-31")}
    offered = derive(case("2026-03-02", owed, facts=facts), SIXTY)
    assert [i.due for i in offered.schedule] == [day("2026-05-31"), day("2026-06-30")]


def test_no_schedule_where_none_is_offered_or_no_rule_holds() -> None:
    owed = debt("2025-12-31", "principal 100")
    assert derive(case("2026-03-02", owed), SIXTY).schedule == ()
    assert derive(case("2026-03-02", owed, facts={"instalment_count": 2}), pack()).schedule == ()


def test_the_residue_may_come_first() -> None:
    assert [i.amount for i in equal_instalments(D("100"), 3, day("2026-01-01"), 2, "first")] == [
        D("33.34"),
        D("33.33"),
        D("33.33"),
    ]


@given(
    st.decimals("0.60", "10000000", places=2),
    st.integers(1, 60),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_instalments_add_up_and_follow_each_other(total: D, number: int, first: date) -> None:
    schedule = equal_instalments(total, number, first, 2)
    assert sum(i.amount for i in schedule) == total
    assert all(i.amount > 0 for i in schedule)
    assert [i.due for i in schedule] == sorted({i.due for i in schedule})
    assert [i.number for i in schedule] == list(range(1, number + 1))
