"""Every pack's figures against tests/figures/day_by_day.py, for random records that it accepts.

Every day a few records per pack; many of them by `pytest -m slow tests/figures/test_day_by_day.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.figures.types import DebtFigures
from tests.figures import real_packs
from tests.figures.day_by_day import Change
from tests.figures.drawn import belgium, germany, mainland_china, netherlands, others
from tests.figures.drawn.germany import base_plus
from tests.figures.drawn.netherlands import DUTCH, consumer_rate, trade_rate, with_vat
from tests.figures.drawn.records import Drawn, Terms, fee_after, plain

FEW, MANY = 20, 1500

RULES: dict[str, Callable[[], st.SearchStrategy[Drawn]]] = {
    "CN-private-loan": mainland_china.private_loan,
    "CN-licensed-loan": mainland_china.licensed_loan,
    "CN-trade": mainland_china.trade,
    "DE-consumer": germany.consumer,
    "DE-loan": germany.loan,
    "DE-business": germany.business,
    "DE-collection": germany.collection,
    "NL-notice": netherlands.notice,
    "NL-demand": netherlands.demand,
    "NL-business": netherlands.business,
    "BE-reminder": belgium.reminder,
    "BE-demand": belgium.demand,
    "CH-default": others.ch_default,
    "HK-loan": others.hk_loan,
    "HK-judgment": others.hk_judgment,
    "US-itemized": others.us_itemized,
    "generic-stated-rate": others.stated_rate,
}


def test_the_plain_computation_comes_to_the_worked_sums() -> None:
    """Sums worked by hand from the law's own text: what the packs are held to is held itself."""
    loan = Terms(date(2023, 12, 31), date(2026, 6, 29), (), (), _owed("10000"))
    supply = replace(loan, due=date(2024, 5, 31), last=date(2026, 11, 28))
    assert plain(loan, consumer_rate, yearly=True).interest == Fraction("1567.81")
    assert plain(loan, consumer_rate, **DUTCH).interest == Fraction("1565.73")
    assert plain(supply, trade_rate, yearly=True).interest == Fraction("2958.79")
    assert plain(supply, trade_rate, **DUTCH).interest == Fraction("2956.51")
    older = Terms(date(2013, 6, 30), date(2026, 11, 28), (), (), _owed("1000"))
    assert plain(older, base_plus(8)).interest == Fraction("1084.38")
    late = Change("payment", Fraction(1000), date(2026, 3, 25))
    bill = Terms(date(2026, 1, 31), date(2026, 3, 30), (), (), (*_owed("3200"), late))
    with_fee = fee_after(bill, date(2026, 3, 21), with_vat, consumer_rate)
    assert sum(one.amount for one in with_fee.changes[2:]) == Fraction("538.45")
    assert plain(with_fee, consumer_rate).total == Fraction("2758.55")


def _owed(principal: str) -> tuple[Change, ...]:
    return (Change("principal", Fraction(principal)),)


def compare(asked: Drawn) -> None:
    """To the cent: each part of each debt, each line of interest, what is announced and apart."""
    figures, findings = real_packs.derived(asked.record, asked.sender)
    told = {finding.rule for finding in findings if finding.severity == "error"}
    if asked.total <= 0 or asked.total < asked.minimum:
        assert told == {"total-not-positive" if asked.total <= 0 else "total-under-minimum"}
        return
    assert figures is not None, [(f.rule, f.params) for f in findings]
    assert Fraction(figures.total_due) == asked.total
    for met, expected in zip(figures.debts, asked.debts, strict=True):
        assert parts(met) == (
            expected.costs,
            expected.interest,
            expected.principal - expected.left_over,
            [(rate, amount) for rate, amount in expected.stretches],
        )
    apart = [Fraction(line.amount) for debt in figures.debts for line in debt.apart]
    assert apart == list(asked.apart)
    assert tuple(Fraction(row.amount) for row in figures.announced) == asked.announced


def parts(met: DebtFigures) -> tuple[Fraction, Fraction, Fraction, list[tuple[Fraction, Fraction]]]:
    lines = [(Fraction(line.rate), Fraction(line.amount)) for line in met.interest]
    return Fraction(met.costs), Fraction(met.interest_due), Fraction(met.principal), lines


def run(rule: str, number: int) -> None:
    slow_is_fine = [HealthCheck.too_slow, HealthCheck.data_too_large]

    @settings(max_examples=number, deadline=None, suppress_health_check=slow_is_fine)
    @given(RULES[rule]())
    def agrees(asked: Drawn) -> None:
        compare(asked)

    agrees()


@pytest.mark.parametrize("rule", RULES)
def test_figures_agree_with_a_count_day_by_day(rule: str) -> None:
    run(rule, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_many_figures_agree_with_a_count_day_by_day(rule: str) -> None:
    run(rule, MANY)
