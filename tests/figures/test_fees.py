"""Fees by rule."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.figures.fees import scale_amount
from notices.figures.method_types import Bracket, ScaleFee
from notices.figures.types import Figures
from notices.pack.types import Scale, Source
from tests.figures.build import case, day, debt, derive, pack, rule, simple, told

FORTY = {"amount": "40", "currency": "EUR", "item_kind": "fee"}


def flat(**more: Any) -> Any:
    return rule("fee", "flat_fee", {**FORTY, **more})


def scale(**more: Any) -> Any:
    brackets = [{"above": "0", "percent": "10"}]
    return rule(
        "fee", "scale_fee", {"brackets": brackets, "currency": "EUR", "item_kind": "fee", **more}
    )


def owed(*rules: Any, paid: str = "", debts: int = 1, **facts: Any) -> Figures:
    one = debt("2025-12-31", "principal 1000", paid, **facts)
    return derive(case("2026-03-02", *[one] * debts, currency="EUR"), pack(*rules))


def test_a_flat_fee_is_a_row_after_the_others() -> None:
    figures = owed(flat(), paid="2026-02-01 100")
    assert [(r.kind, r.amount) for r in figures.debts[0].rows] == [
        ("principal", D("1000")),
        ("payment", D("-100")),
        ("fee", D("40.00")),
    ]


def test_earlier_payments_are_not_set_off_against_a_fee_of_today() -> None:
    assert owed(flat(), paid="2026-02-01 100").debts[0].allocations[0].to_costs == 0
    assert owed(flat(arises="due_date"), paid="2026-02-01 100").debts[0].allocations[
        0
    ].to_costs == D("40")


def test_a_scale_takes_the_open_principal_or_the_stated_one() -> None:
    assert owed(scale(), paid="2026-02-01 100").debts[0].costs == D("90.00")
    by_stated = owed(scale(arises="due_date"), paid="2026-02-01 100")
    assert sum(r.amount for r in by_stated.debts[0].rows if r.kind == "fee") == D("100.00")


def test_per_debt_or_for_the_whole_letter() -> None:
    assert [d.costs for d in owed(flat(), debts=2).debts] == [D("40"), D("40")]
    assert [d.costs for d in owed(scale(per="letter"), debts=2).debts] == [D("200.00"), 0]


def test_an_announced_fee_is_in_no_total() -> None:
    figures = owed(flat(announced="true"))
    assert (figures.total_due, [r.amount for r in figures.announced]) == (D("1000"), [D("40.00")])


def test_an_agreed_amount_is_capped_by_the_scale() -> None:
    by = scale(agreed="indemnity")
    assert owed(by, indemnity=D("30")).debts[0].costs == D("30.00")
    assert owed(by, indemnity=D("300")).debts[0].costs == D("100.00")
    asked = case("2026-03-02", debt("2025-12-31", "principal 1000"), currency="EUR")
    assert told(asked, pack(by)) == {"fact-missing"}


def test_a_fee_never_crosses_currencies() -> None:
    asked = case("2026-03-02", debt("2025-12-31", "principal 1000"), currency="GBP")
    assert told(asked, pack(flat())) == {"fee-currency"}


def test_surcharges_build_on_each_other_and_may_be_limited() -> None:
    figures = owed(
        flat(
            surcharges=[
                {"percent": "80", "maximum": "20", "item_kind": "fee"},
                {"percent": "19", "item_kind": "vat"},
            ]
        )
    )
    assert [r.amount for r in figures.debts[0].rows[1:]] == [D("40.00"), D("20.00"), D("11.40")]


def test_a_scale_is_silent_above_what_is_known_of_it() -> None:
    assert owed(scale(known_through="1000")).debts[0].costs == D("100.00")
    asked = case("2026-03-02", debt("2025-12-31", "principal 1000.01"), currency="EUR")
    assert told(asked, pack(scale(known_through="1000"))) == {"fee-scale-ends"}


def test_nothing_open_bears_no_fee() -> None:
    paid = debt("2025-12-31", "principal 1000", "2026-01-10 1000")
    still_open = debt("2025-12-31", "principal 1000")
    asked = case("2026-03-02", paid, still_open, currency="EUR")
    figures = derive(asked, pack(scale(minimum="40"), flat()))
    assert [d.costs for d in figures.debts] == [0, D("140.00")]


TERM = {"announced_until": day("2026-01-31")}


@pytest.mark.parametrize(
    ("paid", "fee", "to_costs", "principal"),
    [
        ("", "100.00", [], "1000"),
        ("2026-01-31 400", "60.00", ["0"], "600"),  # the term's last day: the rest is the basis
        ("2026-02-01 400", "100.00", ["100.00"], "700.00"),  # the fee is due, and paid first
        ("2026-01-10 300, 2026-02-20 50", "70.00", ["0", "50"], "700"),
        ("2026-01-31 1000", "", ["0"], "0"),
        ("2026-03-02 400", "100.00", ["100.00"], "700.00"),
    ],
)
def test_a_fee_with_a_term_is_taken_when_it_ends_and_paid_first_afterwards(
    paid: str, fee: str, to_costs: list[str], principal: str
) -> None:
    by = pack(scale(term_ends="announced_until"))
    beside = debt("2025-12-31", "principal 1", **TERM)
    asked = case("2026-03-02", debt("2025-12-31", "principal 1000", paid, **TERM), beside)
    figures = derive(replace(asked, currency="EUR"), by).debts[0]
    assert [r.amount for r in figures.rows if r.kind == "fee"] == ([D(fee)] if fee else [])
    assert [a.to_costs for a in figures.allocations] == [D(paid) for paid in to_costs]
    assert figures.principal == D(principal)


def test_the_basis_is_the_principal_that_interest_left_open_in_the_term() -> None:
    by = pack(scale(term_ends="announced_until"), simple({"percent": "36.5"}))
    owed = debt("2025-12-31", "principal 1000", "2026-01-31 31", **TERM)  # 31.00 of interest
    assert derive(case("2026-03-02", owed, currency="EUR"), by).debts[0].costs == D("100.00")


def test_the_first_day_after_the_term_is_as_of() -> None:
    owed = debt("2025-12-31", "principal 1000", "2026-02-01 400", **TERM)
    asked = case("2026-02-01", owed, currency="EUR", pay_by=day("2026-02-28"))
    figures = derive(asked, pack(scale(term_ends="announced_until"))).debts[0]
    assert (figures.costs, figures.principal) == (D("0.00"), D("700.00"))


def test_where_a_term_decides_its_end_is_asked_for() -> None:
    asked = case("2026-03-02", debt("2025-12-31", "principal 1000"), currency="EUR")
    by = pack(scale(term_ends="announced_until"))
    assert told(asked, by) == {"fact-missing"}
    both = scale(term_ends="announced_until", announced="true")
    assert "method-parameter" in told(asked, pack(both))


NL = ScaleFee(
    brackets=tuple(
        Bracket(D(a), D(p))
        for a, p in (("0", "15"), ("2500", "10"), ("5000", "5"), ("10000", "1"), ("200000", "0.5"))
    ),
    currency="EUR",
    item_kind="fee",
    cumulative=True,
    minimum=D(40),
    maximum=D(6775),
)


@pytest.mark.parametrize(
    ("principal", "fee"),
    [("100", "40"), ("2500", "375"), ("3200", "445"), ("10000", "875"), ("9000000", "6775")],
)
def test_cumulative_brackets(principal: str, fee: str) -> None:
    assert scale_amount(NL, D(principal)) == D(fee)


def test_below_the_lowest_bracket_there_is_no_fee() -> None:
    above_500 = ScaleFee((Bracket(D(500), plus=D(9)),), "EUR", "fee", minimum=D(40))
    assert [scale_amount(above_500, D(p)) for p in ("500", "500.01")] == [0, 40]


@given(st.decimals("0.01", "1000000", places=2), st.decimals("0.01", "1000000", places=2))
def test_more_principal_never_costs_a_lower_fee(some: D, more: D) -> None:
    assert scale_amount(NL, min(some, more)) <= scale_amount(NL, max(some, more))


def test_a_fee_rests_on_its_rule_and_on_the_scale_it_names() -> None:
    named = Source("scales/late", "law", "the decree", "verified", "rules.yaml", 3)
    fee = scale()
    figures = owed(replace(fee, scale=Scale("late", fee.params, named)))
    assert {fee.source, named} <= set(figures.sources)
    assert named not in owed(fee).sources
