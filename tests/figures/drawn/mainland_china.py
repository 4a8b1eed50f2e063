"""Mainland China: loans under a ceiling, supplies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from notices.places import PACKS
from tests.figures.day_by_day import (
    ONE_DAY,
    Debt,
    RateOn,
    fixed,
    in_force,
    owed,
    table,
)
from tests.figures.drawn.records import (
    Draw,
    Drawn,
    Row,
    Terms,
    day_between,
    debt_terms,
    drawn,
    percentage,
    plain,
    record_of,
)

LPR = table(PACKS / "CN" / "rates" / "lpr_1y.csv")
RULES_OF_2020 = date(2020, 8, 20)


def capped(
    terms: Terms, rate_on: RateOn, ceiling_on: RateOn, kinds: Sequence[str] = ("costs",)
) -> Debt:
    """The debt with its covered costs cut to what the ceiling leaves above the interest."""
    bare = [c for c in terms.changes if c.what not in kinds]
    room = owed(
        bare, terms.due, terms.last, rate_on, ceiling_on=ceiling_on, covers_costs=True
    ).under_ceiling
    left = Fraction(int(room * 100), 100)
    kept = []
    for change in terms.changes:
        if change.what in kinds:
            change = replace(change, amount=min(change.amount, left))
            left -= change.amount
        kept.append(change)
    return owed(kept, terms.due, terms.last, rate_on, ceiling_on=ceiling_on, covers_costs=True)


@st.composite
def private_loan(draw: Draw) -> Drawn:
    example = "CN/demand-consumer-loan-before-2020"
    last = day_between(draw, date(2023, 1, 1), date(2026, 5, 11))
    terms = debt_terms(draw, last, earliest=date(2020, 2, 1), cost="fee")
    contract = day_between(draw, date(2019, 8, 20), terms.due)
    agreed = draw(st.none() | st.just(Fraction(24)) | st.integers(1, 60).map(Fraction))
    first = terms.due + ONE_DAY
    rate = fixed(agreed if agreed is not None else in_force(LPR, first))
    if contract >= RULES_OF_2020:
        ceiling = fixed(4 * in_force(LPR, contract))
    else:
        new = 4 * in_force(LPR, last)
        before = Fraction(24) if agreed is not None else new
        ceiling = lambda day: before if day < RULES_OF_2020 else new  # noqa: E731
    facts: Row = {"contract_date": contract}
    if agreed is not None:
        facts["agreed_rate"] = agreed
    record = record_of(example, [(terms, facts)], last, debts__0__limitation_restarts=None)
    return drawn(example, record, capped(terms, rate, ceiling))


@st.composite
def licensed_loan(draw: Draw) -> Drawn:
    example = "CN/reminder-1-consumer-loan"
    last = day_between(draw, date(2024, 1, 1), date(2026, 3, 27))
    terms = debt_terms(draw, last, earliest=date(2022, 1, 1), cost="penalty")
    agreed = percentage(draw, "0.5", "40")
    record = record_of(
        example,
        [(terms, {"agreed_rate": agreed, "contract_date": terms.due - 400 * ONE_DAY})],
        last,
        debts__0__stated_interest_from=None,
    )
    return drawn(example, record, capped(terms, fixed(agreed), fixed(24)))


@st.composite
def trade(draw: Draw) -> Drawn:
    """A supply: a rate agreed, 0.05 % a day for a small firm, or claims apart."""
    last = day_between(draw, date(2025, 9, 1), date(2026, 4, 29))
    terms = debt_terms(draw, last, earliest=date(2025, 6, 1), principal="price", cost="costs")
    by = draw(st.sampled_from(["agreed", "small firm", "apart"]))
    contract = {"contract_date": terms.due - 30 * ONE_DAY}
    if by == "agreed":
        agreed = percentage(draw, "0.5", "36")
        example = "CN/demand-business-lawyer"
        record = record_of(example, [(terms, {**contract, "agreed_rate": agreed})], last)
        return drawn(example, record, plain(terms, fixed(agreed)))
    if by == "small firm":
        example = "CN/reminder-2-business-sme"
        record = record_of(example, [(terms, contract)], last)
        return drawn(example, record, plain(terms, fixed(Fraction("0.05") * 365)))
    example = "CN/demand-business-sale-no-term"
    record = record_of(example, [(terms, contract)], last)
    rate = in_force(LPR, terms.due + ONE_DAY)
    unpaid = ("costs", "principal", "interest")  # no payment meets what is only shown apart
    apart = [
        amount
        for times in ("1.3", "1.5")
        for _, amount in plain(terms, fixed(rate * Fraction(times)), order=unpaid).stretches
    ]
    return drawn(example, record, plain(terms, fixed(0)), apart=tuple(apart))
