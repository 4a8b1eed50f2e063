"""The Netherlands: interest on interest, the fee of the fourteen-day letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from notices.places import PACKS
from tests.figures.day_by_day import (
    ONE_DAY,
    cents,
    fixed,
    in_force,
    table,
)
from tests.figures.drawn.records import (
    Draw,
    Drawn,
    day_between,
    debt_terms,
    drawn,
    fee_after,
    open_principal,
    paid_around,
    plain,
    record_of,
    text,
    with_fees,
)

CONSUMER_RATE = table(PACKS / "NL" / "rates" / "wettelijke_rente.csv")
TRADE_RATE = table(PACKS / "NL" / "rates" / "wettelijke_handelsrente.csv")


def dutch_fee(principal: Fraction) -> Fraction:
    """Besluit vergoeding voor buitengerechtelijke incassokosten, art. 2."""
    slices = ((2500, "15"), (2500, "10"), (5000, "5"), (190_000, "1"), (10**9, "0.5"))
    fee = Fraction(0)
    for width, percent in slices:
        fee += min(principal, width) * Fraction(percent) / 100
        principal -= min(principal, width)
    return cents(min(max(fee, Fraction(40)), Fraction(6775)))


def with_vat(principal: Fraction) -> tuple[Fraction, ...]:
    fee = dutch_fee(principal)
    return fee, cents(fee * Fraction(21, 100))


DUTCH = {"yearly": True, "own_days": True}  # art. 6:119(2) and 6:119a(3) BW


def consumer_rate(day: date) -> Fraction:
    return in_force(CONSUMER_RATE, day)


def trade_rate(day: date) -> Fraction:
    return in_force(TRADE_RATE, day)


@st.composite
def notice(draw: Draw) -> Drawn:
    """The fourteen-day letter: interest compounds yearly; the fee is announced, not owed."""
    example = "NL/veertiendagenbrief-interest-and-payment"
    last = day_between(draw, date(2024, 6, 1), date(2026, 3, 4))
    debts, expected = [], []
    for _ in range(draw(st.integers(1, 2))):
        terms = debt_terms(
            draw, last, earliest=date(2023, 6, 30), reduction="credit_note", later=False
        )
        debts.append((terms, {}))
        expected.append(plain(terms, consumer_rate, **DUTCH))
    principal = open_principal(expected)
    announced = (dutch_fee(principal),) if principal > 0 else ()
    record = record_of(example, debts, last)
    return drawn(example, record, *expected, announced=announced)


@st.composite
def demand(draw: Draw) -> Drawn:
    """A consumer after the term: the fee, with VAT, on what was open when the term ended."""
    example = "NL/demand-consumer-agency-interest"
    last = day_between(draw, date(2024, 6, 1), date(2026, 3, 30))
    terms = debt_terms(draw, last - 40 * ONE_DAY, earliest=date(2023, 6, 30), later=False)
    terms = replace(terms, last=last)
    ends = last - draw(st.sampled_from([1, 1, 2, 3, 10, 20])) * ONE_DAY
    terms = paid_around(draw, terms, ends)
    debt = plain(fee_after(terms, ends, with_vat, consumer_rate, **DUTCH), consumer_rate, **DUTCH)
    facts = {"notice_date": text(ends - 24 * ONE_DAY), "notice_pay_by": text(ends)}
    return drawn(example, record_of(example, [(terms, {})], last, **facts), debt)


@st.composite
def business(draw: Draw) -> Drawn:
    """Between businesses: the trade rate compounds, an agreed one only where that is agreed."""
    example = "NL/demand-business-lawyer"
    last = day_between(draw, date(2025, 1, 1), date(2026, 9, 1))
    terms = debt_terms(draw, last, earliest=date(2023, 12, 31), later=False)
    by = draw(st.sampled_from(["law", "agreed", "agreed-compound"]))
    agreed, facts = Fraction(draw(st.integers(1, 24))), {}
    if by == "law":
        debt = plain(terms, trade_rate, **DUTCH)
    else:
        compound = by == "agreed-compound"
        debt = plain(terms, fixed(agreed), yearly=compound, own_days=True)
        facts = {"agreed_rate": agreed}
        if compound:
            facts["compound_interest_agreed"] = "true"
    principal = open_principal([debt])
    if principal > 0:
        debt = with_fees(debt, dutch_fee(principal))
    return drawn(example, record_of(example, [(terms, facts)], last), debt)
