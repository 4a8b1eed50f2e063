"""Germany: default interest, set-off, flat sum, collection costs."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from notices.places import PACKS
from tests.figures.day_by_day import (
    ONE_DAY,
    RateOn,
    cents,
    in_force,
    table,
)
from tests.figures.drawn.records import (
    Draw,
    Drawn,
    Row,
    day_between,
    debt_terms,
    drawn,
    open_principal,
    plain,
    record_of,
    with_fees,
)

BASE = table(PACKS / "DE" / "rates" / "basiszinssatz.csv")
# BGBl. 2025 I Nr. 109: up to this value the fee is …
RVG = (
    (50, "31.50"), (500, "51.50"), (1000, "93.00"), (1500, "134.50"), (2000, "176.00"),
    (3000, "235.50"), (4000, "295.00"), (5000, "354.50"), (6000, "414.00"), (7000, "473.50"),
    (8000, "533.00"), (9000, "592.50"), (10_000, "652.00"),
)  # fmt: skip


def base_plus(points: int) -> RateOn:
    return lambda day: max(in_force(BASE, day) + points, Fraction(0))


@st.composite
def consumer(draw: Draw) -> Drawn:
    example = "DE/demand-2-consumer-letter-costs"
    last = day_between(draw, date(2018, 1, 1), date(2026, 3, 2))
    terms = debt_terms(
        draw, last, earliest=date(2015, 1, 1), principal="price", reduction="credit_note"
    )
    facts = {
        "default_since": terms.due,
        "contract_date": terms.due - 20 * ONE_DAY,
        "default_ground": "calendar_date",
    }
    letter = Fraction(draw(st.integers(1, 400)), 100)
    record = record_of(example, [(terms, {**facts, "reminder_costs": letter})], last)
    debt = plain(terms, base_plus(5))
    if open_principal([debt]) > 0:
        debt = with_fees(debt, min(letter, Fraction("2.50")))
    return drawn(example, record, debt)


@st.composite
def loan(draw: Draw) -> Drawn:
    """A consumer loan: payments meet the principal before the interest (BGB 497(3))."""
    example = "DE/demand-2-consumer-loan"
    last = day_between(draw, date(2018, 1, 1), date(2026, 2, 27))
    terms = debt_terms(draw, last, earliest=date(2012, 1, 1))
    facts = {"default_since": terms.due, "contract_date": terms.due - 90 * ONE_DAY}
    record = record_of(example, [(terms, facts)], last)
    order = ("costs", "principal", "interest")
    return drawn(example, record, plain(terms, base_plus(5), order=order))


@st.composite
def business(draw: Draw) -> Drawn:
    """A supply between businesses: 9 points and 40.00; before, 8 and nothing (EGBGB 229 § 34)."""
    example = "DE/demand-1-business"
    last = day_between(draw, date(2018, 1, 1), date(2026, 7, 15))
    debts, expected = [], []
    for _ in range(draw(st.integers(1, 3))):
        terms = debt_terms(
            draw, last, earliest=date(2013, 1, 1), principal="price", reduction="credit_note"
        )
        contract = terms.due - draw(st.integers(10, 300)) * ONE_DAY
        facts: Row = {"default_since": terms.due, "contract_date": contract}
        newer = contract >= date(2014, 7, 29)
        if not newer and draw(st.booleans()):
            performed = day_between(draw, date(2016, 6, 1), date(2016, 8, 1))
            facts |= {"continuing_contract": "true", "performance_date": performed}
            newer = performed > date(2016, 6, 30)
        debts.append((terms, facts))
        debt = plain(terms, base_plus(9 if newer else 8))
        if open_principal([debt]) > 0 and newer:
            debt = with_fees(debt, Fraction(40))
        expected.append(debt)
    return drawn(example, record_of(example, debts, last), *expected)


@st.composite
def collection(draw: Draw) -> Drawn:
    """An agency's fee by the lawyers' table, its expenses, and VAT on both."""
    example = "DE/collection-1-consumer-simple-vat"
    last = day_between(draw, date(2026, 1, 1), date(2026, 7, 15))
    terms = debt_terms(draw, last, earliest=date(2025, 7, 1), principal="price", most=700_000)
    facts = {"default_since": terms.due, "contract_date": terms.due - 20 * ONE_DAY}
    case, times = draw(st.sampled_from([("simple", "0.5"), ("usual", "0.9"), ("extensive", "1.3")]))
    reason = {"de": "Streit über drei Verträge", "en": "three contracts in dispute"}
    more = {"cost_reason": reason} if case == "extensive" else {}
    record = record_of(example, [(terms, facts)], last, cost_case=case, **more)
    debt = plain(terms, base_plus(5))
    principal = open_principal([debt])
    if principal > 0:
        fee = next(Fraction(value) for up_to, value in RVG if principal <= up_to)
        fee = cents(max(fee * Fraction(times), Fraction(15)))
        expenses = cents(min(fee / 5, Fraction(20)))
        debt = with_fees(debt, fee, expenses, cents((fee + expenses) * Fraction(19, 100)))
    return drawn(example, record, debt)
