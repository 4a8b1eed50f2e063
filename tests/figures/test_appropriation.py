"""Payments and credit notes on the account: which debt they go to, and what then is owed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.case.record import Record
from notices.review.examples import Example, read_examples
from tests.figures import real_packs
from tests.figures.day_by_day import fixed
from tests.figures.drawn.germany import base_plus
from tests.figures.several_debts import Invoice, Paid, settled
from tests.letter import letters

NAMES_NONE = "payment-names-none"


def example(pack: str) -> Example:
    found = read_examples(letters.PACKS / pack)
    return next(one for one in found if one.name.endswith(NAMES_NONE))


def by_rate_then_due(one: Invoice, day: date) -> Any:
    return -(one.rate_on(day) if day > one.since else 0), one.due


def by_due(one: Invoice, _day: date) -> Any:
    return one.due


def invoice(amount: str, due: date, rate_on: Any, number: str = "", credit: str = "0") -> Invoice:
    return Invoice(Fraction(amount), due, due, rate_on, number, Fraction(credit))


def total_of(pack: str) -> Fraction:
    one = example(pack)
    return Fraction(real_packs.figures(one.record, one.sender).total_due)


def test_germany_the_older_debt_at_one_rate_then_the_next() -> None:
    nine = base_plus(9)
    debts = [
        invoice("1000", date(2026, 3, 31), nine),
        invoice("500", date(2026, 4, 30), nine, "RE-2026-0310", "50"),
        invoice("250", date(2026, 5, 31), nine),
    ]
    owed = settled(
        debts, [Paid(Fraction(1200), date(2026, 5, 15))], date(2026, 6, 30), by_rate_then_due
    )
    # a flat sum of 40 beside each principal that is open; the first is paid
    assert owed[0].total == 0
    assert total_of("DE") == sum(debt.total for debt in owed) + 80


def test_mainland_china_the_heavier_debt_first_and_the_credit_note_as_it_was_written() -> None:
    debts = [
        invoice("20000", date(2025, 12, 31), fixed(6)),
        invoice("8000", date(2026, 1, 5), fixed(9)),
        invoice("3000", date(2026, 2, 5), fixed(9)),
    ]
    paid = [Paid(Fraction(10000), date(2026, 1, 15)), Paid(Fraction(500), date(2026, 1, 20))]
    owed = settled(debts, paid, date(2026, 2, 6), by_rate_then_due)
    assert owed[1].total == 0
    assert total_of("CN") == sum(debt.total for debt in owed)


def test_switzerland_the_first_due_then_in_proportion() -> None:
    five = fixed(5)
    debts = [
        invoice("5000", date(2025, 12, 31), five),
        invoice("1200", date(2026, 1, 31), five),
        invoice("600", date(2026, 1, 31), five),
    ]
    order = ("interest", "costs", "principal")
    paid = [Paid(Fraction(5600), date(2026, 2, 15))]
    owed = settled(debts, paid, date(2026, 3, 31), by_due, order)
    assert owed[0].total == 0
    assert abs(owed[1].principal - 2 * owed[2].principal) <= Fraction(2, 100)
    assert total_of("CH") == sum(debt.total for debt in owed)


def test_netherlands_the_fee_is_on_what_stays_open() -> None:
    one = example("NL")
    figures = real_packs.figures(one.record, one.sender)
    assert figures.total_due == 2000 - 500 + 600 - 40 + 100
    # the fee for 2,160: 15 % of 2,160 = 324
    assert [row.amount for row in figures.announced] == [324]


@pytest.mark.parametrize("pack", ["HK", "US", "generic"])
def test_where_no_method_is_known_a_payment_must_name_its_debt(pack: str) -> None:
    one = _twice(pack)
    payment = {"date": "2026-03-01", "amount": "1.00"}
    assert _told(one, payments=[payment]) == {"appropriation-unknown"}
    assert not _told(one, payments=[{**payment, "debt_number": "1-4711"}])
    assert "debt-number-unknown" in _told(one, payments=[{**payment, "debt_number": "None-0"}])


def _twice(pack: str) -> Example:
    """An example of two debts, of a pack that knows no method for several."""
    names = {
        "HK": "reminder-business-two-invoices",
        "US": "reminder-business",
        "generic": "demand-business-nl-en-lawyer",
    }
    found = {one.name: one for one in read_examples(letters.PACKS / pack)}
    one = found[names[pack]]
    field = "account_reference" if pack == "US" else "contract_number"
    debts = [{**debt, field: f"{n}-4711"} for n, debt in enumerate(one.record.data["debts"])]
    debts = debts if len(debts) == 2 else [*debts, {**debts[0], field: "1-4711"}]
    return replace(one, record=Record({**one.record.data, "debts": debts}))


def _told(one: Example, **changes: Any) -> set[str]:
    _, findings = real_packs.derived(Record({**one.record.data, **changes}), one.sender)
    return {finding.rule for finding in findings if finding.severity == "error"}


def test_where_all_is_paid_no_method_is_needed_and_a_customer_in_credit_gets_no_letter() -> None:
    payment = {"date": "2026-06-01", "amount": "99999.00"}
    assert _told(_twice("generic"), payments=[payment]) == {"total-not-positive"}


def test_a_payment_counts_whatever_its_date() -> None:
    one = example("DE")
    late = {"date": "2026-07-03", "amount": "10.00"}
    data = one.record.data
    record = Record({**data, "payments": [*data["payments"], late]})
    assert Fraction(real_packs.figures(record, one.sender).total_due) == total_of("DE") - 10


AMOUNTS = st.integers(100, 300_000).map(lambda cents_: Fraction(cents_, 100))
FIRST = date(2026, 1, 5)
LAST = date(2026, 6, 30)


@st.composite
def accounts(draw: st.DrawFn) -> tuple[list[Invoice], list[Paid]]:
    debts = []
    for number in range(draw(st.integers(2, 6))):
        due = FIRST + timedelta(draw(st.integers(0, 170)))
        debts.append(invoice(str(draw(AMOUNTS)), due, base_plus(9), f"RE-{number:04}"))
    paid = []
    for _ in range(draw(st.integers(1, 5))):
        named = draw(st.sampled_from(["", *(debt.number for debt in debts)]))
        paid.append(Paid(draw(AMOUNTS), FIRST + timedelta(draw(st.integers(0, 180))), named))
    return debts, paid


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(accounts())
def test_sums_over_several_debts_agree_with_a_count_day_by_day(
    account: tuple[list[Invoice], list[Paid]],
) -> None:
    debts, paid = account
    one = example("DE")
    first = one.record.data["debts"][0]
    data = {
        **{k: v for k, v in one.record.data.items() if k != "credits"},
        "previous_notice_date": "2026-06-29",
        "debts": [
            {
                **{k: v for k, v in first.items() if k != "invoice_date"},
                "contract_number": debt.number,
                "contract_date": "2026-01-01",
                "due_date": debt.due.isoformat(),
                "default_since": debt.due.isoformat(),
                "items": [{"kind": "price", "amount": f"{float(debt.amount):.2f}"}],
            }
            for debt in debts
        ],
        "payments": [
            {
                "date": p.day.isoformat(),
                "amount": f"{float(p.amount):.2f}",
                **({"debt_number": p.names} if p.names else {}),
            }
            for p in paid
        ],
    }
    figures, findings = real_packs.derived(Record(data), one.sender)
    owed = settled(debts, paid, LAST, by_rate_then_due)
    flats = sum(40 for debt in owed if debt.principal > 0)
    total = sum((debt.total for debt in owed), Fraction(0)) + flats
    if figures is None:
        told = {finding.rule for finding in findings if finding.severity == "error"}
        assert told <= {"total-not-positive", "total-under-minimum"}
        assert total < 10
        return
    assert Fraction(figures.total_due) == total
