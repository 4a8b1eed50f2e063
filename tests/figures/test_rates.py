"""Rate lookup, running rates, caps by period, day counts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.catalogue import hint, message
from notices.figures.daycounts import count_days
from notices.figures.derive import derive_figures
from notices.figures.rates import point_on
from tests.figures.build import LPR, case, day, debt, derive, pack, rule, simple, table, told

LPR_1Y = table("lpr_1y", LPR, "2026-09-21")
RUNNING = simple({"table": "lpr_1y", "selected_on": "running"})


@pytest.mark.parametrize(
    ("on", "percent"),
    [
        ("2019-08-20", "4.25"),
        ("2023-09-05", "3.45"),
        ("2025-05-19", "3.10"),
        ("2025-05-20", "3.00"),
        ("2026-09-21", "3.00"),
        ("2019-08-19", None),
        ("2026-09-22", None),
    ],
)
def test_a_table_knows_from_its_first_point_to_known_through(on: str, percent: str | None) -> None:
    point = point_on(LPR_1Y, day(on))
    assert (point and point.percent) == (percent and D(percent))


def test_after_the_known_range_figures_fail_closed_and_the_remedy_names_the_next_value() -> None:
    asked = case("2026-10-01", debt("2026-01-01", "principal 100"), pay_by=day("2027-01-04"))
    figures, findings = derive_figures(asked, pack(RUNNING))
    assert figures is None
    (unknown,) = [f for f in findings if f.rule == "rate-unknown"]
    assert "lpr_1y" in message(unknown)
    assert "notices rates add CN/lpr_1y 2026-09-22 PERCENT" in hint(unknown, "zh")


def test_before_the_known_range_figures_fail_closed_and_no_command_is_promised() -> None:
    asked = case("2020-01-01", debt("2019-01-01", "principal 100"), pay_by=day("2027-01-04"))
    figures, findings = derive_figures(asked, pack(RUNNING))
    assert figures is None
    (unknown,) = [f for f in findings if f.rule == "rate-too-old"]
    assert "2019-08-20" in message(unknown) and "rates add" not in hint(unknown, "en")


def test_a_table_that_the_pack_lacks_is_unknown() -> None:
    asked = case("2026-03-31", debt("2026-01-01", "principal 100"))
    assert told(asked, pack(simple({"table": "lpr_9y", "selected_on": "as_of"}))) == {
        "rate-unknown"
    }


def test_each_change_of_a_running_rate_starts_a_stretch() -> None:
    asked = case("2025-12-31", debt("2024-06-30", "principal 36500"), pay_by=day("2026-02-02"))
    lines = derive(asked, pack(RUNNING)).debts[0].interest
    assert [(x.first_day, x.last_day, x.rate) for x in lines] == [
        (day("2024-07-01"), day("2024-07-21"), D("3.45")),
        (day("2024-07-22"), day("2024-10-20"), D("3.35")),
        (day("2024-10-21"), day("2025-05-19"), D("3.10")),
        (day("2025-05-20"), day("2025-12-31"), D("3.00")),
    ]
    assert [x.amount for x in lines] == [D("72.45"), D("304.85"), D("654.10"), D("678.00")]


def test_one_selected_rate_holds_throughout() -> None:
    for selected_on, percent in {
        "contract_date": "3.45",
        "due_date": "3.35",
        "first_day": "3.10",
        "as_of": "3.00",
    }.items():
        by = pack(simple({"table": "lpr_1y", "selected_on": selected_on}))
        asked = case("2026-01-05", debt("2024-10-20", "principal 100", contract="2023-09-05"))
        (line,) = derive(asked, by).debts[0].interest
        assert line.rate == D(percent)


def test_times_plus_and_rates_per_day_or_month() -> None:
    asked = case("2026-01-05", debt("2025-10-20", "principal 100", rate="0.05"))
    for rate, percent in (
        ({"table": "lpr_1y", "times": "4", "plus": "0.5", "selected_on": "as_of"}, "12.5"),
        ({"agreed": "agreed_rate", "per": "day"}, "18.25"),
        ({"percent": "4", "per": "month"}, "48"),
    ):
        assert derive(asked, pack(simple(rate))).debts[0].interest[0].rate == D(percent)


def test_a_cap_with_periods_cuts_the_stretch_and_lowers_each_part() -> None:
    old = simple(
        {"agreed": "agreed_rate"},
        cap=[
            {"through": "2020-08-19", "percent": "24"},
            {"table": "lpr_1y", "times": "4", "selected_on": "as_of"},
        ],
    )
    asked = case("2026-03-31", debt("2019-12-31", "principal 10000", rate="30"))
    lines = derive(asked, pack(old)).debts[0].interest
    assert [(x.last_day, x.rate, x.agreed_rate) for x in lines] == [
        (day("2020-08-19"), D("24"), D("30")),
        (day("2026-03-31"), D("12.00"), D("30")),
    ]


def test_a_cap_above_the_agreed_rate_changes_nothing() -> None:
    by = pack(simple({"agreed": "agreed_rate"}, cap=[{"percent": "24"}]))
    (line,) = (
        derive(case("2026-03-31", debt("2026-01-01", "principal 1", rate="10")), by)
        .debts[0]
        .interest
    )
    assert (line.rate, line.agreed_rate, line.cap) == (D("10"), None, D("24"))


def test_a_cap_that_changes_above_the_agreed_rate_cuts_nothing() -> None:
    cap = [{"through": "2026-02-10", "percent": "24"}, {"percent": "15"}]
    asked = case("2026-03-31", debt("2026-01-01", "principal 1000", rate="10"))
    (line,) = derive(asked, pack(simple({"agreed": "agreed_rate"}, cap=cap))).debts[0].interest
    assert (line.days, line.amount, line.cap) == (89, D("24.38"), D("15"))
    covering = pack(simple({"agreed": "agreed_rate"}, cap=cap, cap_covers=["fee"]))
    assert [x.cap for x in derive(asked, covering).debts[0].interest] == [D("24"), D("15")]


def test_a_missing_fact_is_named() -> None:
    for rate in (
        {"agreed": "agreed_rate"},
        {"table": "lpr_1y", "selected_on": "contract_date"},
    ):
        assert told(case("2026-03-31", debt("2026-01-01", "principal 1")), pack(simple(rate))) == {
            "fact-missing"
        }


def test_negative_base_rates_never_lower_the_debt() -> None:
    base = table("base", "2020-01-01 -0.88", "2026-12-31")
    by = pack(simple({"table": "base", "selected_on": "running"}), rates={"base": base})
    figures = derive(case("2026-03-31", debt("2026-01-01", "principal 100")), by)
    assert (figures.total_due, figures.debts[0].interest) == (D("100"), ())


@pytest.mark.parametrize(
    ("convention", "first", "last", "days"),
    [
        ("ACT/365", "2024-02-01", "2024-03-01", 30),
        ("ACT/360", "2024-02-01", "2024-03-01", 30),
        ("30E/360", "2024-02-01", "2024-02-29", 29),
        ("30E/360", "2024-01-31", "2024-02-29", 29),
        ("30E/360", "2025-01-01", "2025-12-31", 360),
        ("30E/360", "2025-01-31", "2025-01-31", 0),
    ],
)
def test_day_counts(convention: str, first: str, last: str, days: int) -> None:
    assert count_days(day(first), day(last), convention) == days


def test_conventions_change_the_basis() -> None:
    asked = case("2024-12-31", debt("2023-12-31", "principal 36600"), pay_by=day("2025-01-31"))
    for convention, amount in {
        "ACT/365": "3670.03",
        "ACT/360": "3721.00",
        "30E/360": "3660.00",
        "ACT/ACT": "3660.00",
    }.items():
        by = pack(simple({"percent": "10"}, day_count=convention))
        assert derive(asked, by).debts[0].interest_due == D(amount)


def test_a_stretch_without_days_is_no_line() -> None:
    paid = debt("2025-12-31", "principal 36000", "2026-01-30 6000, 2026-01-31 6000")
    by = pack(simple({"percent": "10"}, day_count="30E/360"))
    lines = derive(case("2026-02-28", paid, pay_by=day("2026-03-31")), by).debts[0].interest
    assert [(x.principal, x.days) for x in lines] == [(D("36000"), 30), (D("24300.00"), 28)]


def test_act_act_prints_each_years_own_basis() -> None:
    asked = case("2025-01-31", debt("2023-12-30", "principal 1000"), pay_by=day("2026-03-31"))
    by = pack(simple({"percent": "10"}, day_count="ACT/ACT"))
    assert [(x.basis, x.days) for x in derive(asked, by).debts[0].interest] == [
        ("ACT/365", 1),
        ("ACT/366", 366),
        ("ACT/365", 31),
    ]


DATES = st.dates(date(2019, 1, 1), date(2027, 1, 1))


@given(
    st.sampled_from(["ACT/365", "ACT/360", "30E/360"]),
    st.lists(DATES, min_size=3, max_size=3, unique=True),
)
def test_splitting_a_period_never_changes_the_days(convention: str, dates: list[date]) -> None:
    first, middle, last = sorted(dates)
    assert count_days(first, last, convention) == count_days(
        first, middle, convention
    ) + count_days(middle + timedelta(days=1), last, convention)


@given(
    st.decimals("0", "100", places=2),
    st.decimals("0.01", "60", places=2),
    st.dates(date(2023, 1, 1), date(2025, 12, 31)),
)
def test_the_applied_rate_is_never_above_the_cap(agreed: D, cap: D, due: date) -> None:
    by = pack(simple({"agreed": "agreed_rate"}, cap=[{"percent": str(cap)}]))
    asked = case("2026-01-15", debt(due.isoformat(), "principal 1000", rate=str(agreed) or None))
    for line in derive(asked, by).debts[0].interest:
        assert line.rate <= cap
        assert line.rate <= agreed


def test_versions_are_chosen_by_their_own_day() -> None:
    old = rule(
        "interest",
        "simple_interest",
        {"rate": {"percent": "5"}},
        rule_id="old",
        valid_to=day("2020-08-19"),
        selected_on="contract_date",
    )
    new = rule(
        "interest",
        "simple_interest",
        {"rate": {"percent": "6"}},
        rule_id="new",
        valid_from=day("2020-08-20"),
        selected_on="contract_date",
    )
    for contract, name in (("2020-08-19", "old"), ("2020-08-20", "new")):
        asked = case("2026-01-15", debt("2025-12-31", "principal 100", contract=contract))
        assert derive(asked, pack(old, new)).debts[0].interest[0].rule == name
    undated = case("2026-01-15", debt("2025-12-31", "principal 100"))
    assert told(undated, pack(old, new)) == {"fact-missing", "rule-missing"}
