"""Every pack's figures against tests/figures/day_by_day.py, for random records that it accepts.

Every day a few records per pack; many of them by `pytest -m slow tests/figures/test_day_by_day.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.case.record import Record
from notices.figures.types import DebtFigures
from notices.places import PACKS
from tests.figures import real_packs
from tests.figures.day_by_day import (
    ONE_DAY,
    Change,
    Debt,
    RateOn,
    cents,
    fixed,
    in_force,
    owed,
    table,
)
from tests.letter import letters

FEW, MANY = 20, 1500
Draw = Callable[[st.SearchStrategy[Any]], Any]
Row = dict[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A random record, and what it must come to by the plain computation."""

    record: Record
    sender: Record
    debts: tuple[Debt, ...]
    announced: tuple[Fraction, ...] = ()
    apart: tuple[Fraction, ...] = ()
    minimum: Fraction = Fraction(0)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What hypothesis prints of a record that disagrees."""
        data = self.record.data
        printer.text(f"{data['id']}, as_of {data['as_of']}: {data['debts']} → {self.debts}")

    @property
    def total(self) -> Fraction:
        return sum((debt.total for debt in self.debts), Fraction(0))


# --- what is drawn ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Terms:
    """A debt as drawn: what the record says of it, and the same as changes."""

    due: date
    last: date
    items: tuple[Row, ...]
    payments: tuple[Row, ...]
    changes: tuple[Change, ...]


def day_between(draw: Draw, first: date, last: date) -> date:
    return first + draw(st.integers(0, (last - first).days)) * ONE_DAY


def sum_of_money(draw: Draw, least: int = 1, most: int = 9_000_000) -> Fraction:
    """An amount in cents; round ones and odd ones."""
    odd, round_ = st.integers(least, most), st.integers(1, max(most // 10_000, 1))
    return Fraction(draw(st.one_of(odd, round_.map(lambda n: n * 10_000))), 100)


def percentage(draw: Draw, least: str, most: str) -> Fraction:
    places = Fraction(1, 1000)
    return draw(st.integers(int(Fraction(least) / places), int(Fraction(most) / places))) * places


def text(number: Fraction | date) -> str:
    """A number or a day as a record writes it."""
    if isinstance(number, date):
        return number.isoformat()
    return f"{Decimal(number.numerator) / number.denominator:f}"


def debt_terms(
    draw: Draw,
    last: date,
    *,
    earliest: date,
    principal: str = "principal",
    cost: str = "",
    reduction: str = "",
    later: bool = True,
    most: int = 9_000_000,
) -> Terms:
    """A due day, a principal in one or two items, perhaps a cost, a reduction and payments."""
    due = day_between(draw, earliest, last)
    around = due - 40 * ONE_DAY, last + 5 * ONE_DAY
    owed_at_first = sum_of_money(draw, 100, most)
    items: list[Row] = [{"kind": principal, "amount": owed_at_first}]
    if draw(st.booleans()):
        dated = {"date": day_between(draw, *around)} if later and draw(st.booleans()) else {}
        items.append({"kind": principal, "amount": sum_of_money(draw, 1, most // 3), **dated})
    if cost and draw(st.booleans()):
        dated = {"date": day_between(draw, around[0], last)} if draw(st.booleans()) else {}
        items.append({"kind": cost, "amount": sum_of_money(draw, 1, 30_000), **dated})
    if reduction and draw(st.booleans()):
        less = Fraction(draw(st.integers(1, int(owed_at_first * 50))), 100)
        items.append({"kind": reduction, "amount": less})
    payments: list[Row] = []
    for _ in range(draw(st.integers(0, 3))):
        paid = draw(
            st.one_of(
                st.just(Fraction(0)),
                st.just(owed_at_first),
                st.integers(1, int(owed_at_first * 60)).map(lambda n: Fraction(n, 100)),
            )
        )
        payments.append({"date": day_between(draw, *around), "amount": paid})
    meanings = {principal: ("principal", 1), cost: ("costs", 1), reduction: ("principal", -1)}
    changes = [
        Change(meanings[i["kind"]][0], meanings[i["kind"]][1] * i["amount"], i.get("date"))
        for i in items
    ]
    changes += [Change("payment", p["amount"], p["date"]) for p in payments]
    return Terms(due, last, tuple(items), tuple(payments), tuple(changes))


def written(rows: Sequence[Row]) -> list[Row]:
    return [{k: v if isinstance(v, str) else text(v) for k, v in row.items()} for row in rows]


def record_of(
    example: str, debts: Sequence[tuple[Terms, Row]], as_of: date, **facts: Any
) -> Record:
    """The example's record with these debts instead of its own, and its as-of day."""
    base = letters.case(example, as_of=text(as_of), **facts)
    own = dict(base.data["debts"][0])
    replaced = [
        {
            **{k: v for k, v in own.items() if k not in ("payments", "agreed_rate")},
            "due_date": text(terms.due),
            "items": written(terms.items),
            **({"payments": written(terms.payments)} if terms.payments else {}),
            **{k: v if isinstance(v, str) else text(v) for k, v in more.items()},
        }
        for terms, more in debts
    ]
    return replace(base, data={**base.data, "debts": replaced})


def plain(terms: Terms, rate_on: RateOn, since: date | None = None, **how: Any) -> Debt:
    return owed(terms.changes, since or terms.due, terms.last, rate_on, **how)


def drawn(example: str, record: Record, *debts: Debt, **more: Any) -> Drawn:
    profile = letters.sender(example)
    least = Fraction(profile.data.get("minimum_balance", 0))
    return Drawn(record, profile, debts, minimum=least, **more)


# --- mainland China ----------------------------------------------------------------------------

LPR = table(PACKS / "CN" / "rates" / "lpr_1y.csv")
RULES_OF_2020 = date(2020, 8, 20)


def capped(
    terms: Terms, rate_on: RateOn, ceiling_on: RateOn, kinds: Sequence[str] = ("costs",)
) -> Debt:
    """The debt with its covered costs cut to what the ceiling leaves above the interest."""
    bare = [c for c in terms.changes if c.what not in kinds]
    room = owed(bare, terms.due, terms.last, rate_on, ceiling_on=ceiling_on).under_ceiling
    left = Fraction(int(room * 100), 100)
    kept = []
    for change in terms.changes:
        if change.what in kinds:
            change = replace(change, amount=min(change.amount, left))
            left -= change.amount
        kept.append(change)
    return owed(kept, terms.due, terms.last, rate_on, ceiling_on=ceiling_on)


@st.composite
def cn_private_loan(draw: Draw) -> Drawn:
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
def cn_licensed_loan(draw: Draw) -> Drawn:
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
def cn_trade(draw: Draw) -> Drawn:
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


# --- Germany -----------------------------------------------------------------------------------

BASE = table(PACKS / "DE" / "rates" / "basiszinssatz.csv")
# BGBl. 2025 I Nr. 109: up to this value the fee is …
RVG = (
    (50, "31.50"), (500, "51.50"), (1000, "93.00"), (1500, "134.50"), (2000, "176.00"),
    (3000, "235.50"), (4000, "295.00"), (5000, "354.50"), (6000, "414.00"), (7000, "473.50"),
    (8000, "533.00"), (9000, "592.50"), (10_000, "652.00"),
)  # fmt: skip


def base_plus(points: int) -> RateOn:
    return lambda day: max(in_force(BASE, day) + points, Fraction(0))


def with_fees(debt: Debt, *fees: Fraction) -> Debt:
    """Fees of the last day: what an earlier payment left over meets them too."""
    fee = sum(fees, Fraction(0))
    met = min(debt.left_over, fee)
    return replace(debt, costs=debt.costs + fee - met, left_over=debt.left_over - met)


def open_principal(debts: Sequence[Debt]) -> Fraction:
    return sum((debt.principal - debt.left_over for debt in debts), Fraction(0))


@st.composite
def de_consumer(draw: Draw) -> Drawn:
    example = "DE/demand-2-consumer-letter-costs"
    last = day_between(draw, date(2018, 1, 1), date(2026, 3, 2))
    terms = debt_terms(
        draw, last, earliest=date(2015, 1, 1), principal="price", reduction="credit_note"
    )
    facts = {"default_since": terms.due, "contract_date": terms.due - 20 * ONE_DAY}
    letter = Fraction(draw(st.integers(1, 400)), 100)
    record = record_of(example, [(terms, {**facts, "reminder_costs": letter})], last)
    debt = plain(terms, base_plus(5))
    if open_principal([debt]) > 0:
        debt = with_fees(debt, min(letter, Fraction("2.50")))
    return drawn(example, record, debt)


@st.composite
def de_loan(draw: Draw) -> Drawn:
    """A consumer loan: payments meet the principal before the interest (BGB 497(3))."""
    example = "DE/demand-2-consumer-loan"
    last = day_between(draw, date(2018, 1, 1), date(2026, 2, 27))
    terms = debt_terms(draw, last, earliest=date(2012, 1, 1))
    facts = {"default_since": terms.due, "contract_date": terms.due - 90 * ONE_DAY}
    record = record_of(example, [(terms, facts)], last)
    order = ("costs", "principal", "interest")
    return drawn(example, record, plain(terms, base_plus(5), order=order))


@st.composite
def de_business(draw: Draw) -> Drawn:
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
def de_collection(draw: Draw) -> Drawn:
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


# --- the Netherlands and Belgium ----------------------------------------------------------------

CONSUMER_RATE = table(PACKS / "NL" / "rates" / "wettelijke_rente.csv")
TRADE_RATE = table(PACKS / "NL" / "rates" / "wettelijke_handelsrente.csv")
ACT_OF_2002 = table(PACKS / "BE" / "rates" / "retard_2002.csv")


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


def belgian_indemnity(principal: Fraction, agreed: Fraction) -> Fraction:
    """CEL art. XIX.4: the clause's sum, at most 20, 30 + 10 %, 65 + 5 %, at most 2,000."""
    if principal <= 150:
        most = Fraction(20)
    elif principal <= 500:
        most = 30 + (principal - 150) / 10
    else:
        most = min(65 + (principal - 500) / 20, Fraction(2000))
    return cents(min(agreed, most))


def fee_after(
    terms: Terms, term_ends: date, fees: Callable[[Fraction], Sequence[Fraction]], rate: RateOn,
    **how: Any,
) -> Terms:  # fmt: skip
    """The debt with what is due from the day after the term, by what was open at its end."""
    principal = open_principal([plain(replace(terms, last=term_ends), rate, **how)])
    found = fees(principal) if principal > 0 else ()
    due = tuple(Change("costs", fee, term_ends + ONE_DAY) for fee in found)
    return replace(terms, changes=(*terms.changes, *due))


DUTCH = {"yearly": True, "own_days": True}  # art. 6:119(2) and 6:119a(3) BW


def consumer_rate(day: date) -> Fraction:
    return in_force(CONSUMER_RATE, day)


def trade_rate(day: date) -> Fraction:
    return in_force(TRADE_RATE, day)


@st.composite
def nl_notice(draw: Draw) -> Drawn:
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
def nl_demand(draw: Draw) -> Drawn:
    """A consumer after the term: the fee, with VAT, on what was open when the term ended."""
    example = "NL/demand-consumer-agency-interest"
    last = day_between(draw, date(2024, 6, 1), date(2026, 3, 30))
    terms = debt_terms(draw, last - 40 * ONE_DAY, earliest=date(2023, 6, 30), later=False)
    terms = replace(terms, last=last)
    ends = day_between(draw, max(terms.due + 18 * ONE_DAY, last - 60 * ONE_DAY), last - ONE_DAY)
    debt = plain(fee_after(terms, ends, with_vat, consumer_rate, **DUTCH), consumer_rate, **DUTCH)
    facts = {"notice_date": text(ends - 17 * ONE_DAY), "notice_pay_by": text(ends)}
    return drawn(example, record_of(example, [(terms, {})], last, **facts), debt)


@st.composite
def nl_business(draw: Draw) -> Drawn:
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


@st.composite
def be_reminder(draw: Draw) -> Drawn:
    """The first reminder: the indemnity is announced on what is open."""
    example = "BE/first-reminder-after-a-payment"
    last = day_between(draw, date(2024, 1, 1), date(2026, 3, 2))
    terms = debt_terms(
        draw, last, earliest=date(2023, 1, 1), reduction="credit_note", most=4_000_000
    )
    agreed = sum_of_money(draw, 1, 250_000)
    debt = plain(terms, fixed(0))
    principal = open_principal([debt])
    announced = (belgian_indemnity(principal, agreed),) if principal > 0 else ()
    record = record_of(example, [(terms, {"indemnity_agreed": agreed})], last)
    return drawn(example, record, debt, announced=announced)


@st.composite
def be_demand(draw: Draw) -> Drawn:
    """After the free term: interest up to the act's rate; the indemnity on what was open then."""
    small = draw(st.booleans())
    example = "BE/demand-small-firm" if small else "BE/demand-creditor"
    last = day_between(draw, date(2024, 6, 1), date(2026, 4, 1))
    terms = debt_terms(draw, last - 60 * ONE_DAY, earliest=date(2023, 1, 1))
    terms = replace(terms, last=last)
    sent = day_between(draw, terms.due + ONE_DAY, last - 30 * ONE_DAY)
    ends = sent + 16 * ONE_DAY
    agreed, sum_agreed = percentage(draw, "0.5", "15"), sum_of_money(draw, 1, 250_000)
    terms = replace(terms, due=sent if small else ends)
    rate, ceiling = fixed(agreed), lambda day: in_force(ACT_OF_2002, day)
    debt = plain(
        fee_after(terms, ends, lambda open_: (belgian_indemnity(open_, sum_agreed),), rate),
        rate,
        ceiling_on=ceiling,
    )
    facts = {"first_reminder_date": text(sent), "first_reminder_free_until": text(ends)}
    own = {"due_date": text(sent - ONE_DAY), "agreed_rate": agreed, "indemnity_agreed": sum_agreed}
    return drawn(example, record_of(example, [(terms, own)], last, **facts), debt)


# --- Switzerland, Hong Kong, the United States, anywhere -----------------------------------------


@st.composite
def ch_default(draw: Draw) -> Drawn:
    """5 % from the agreed day or the demand; payments meet interest, costs, principal (OR 85)."""
    example = "CH/demand-consumer-fee"
    last = day_between(draw, date(2024, 1, 1), date(2026, 3, 31))
    terms = debt_terms(
        draw, last, earliest=date(2022, 1, 1), principal="price", cost="reminder_fee",
        reduction="credit_note",
    )  # fmt: skip
    order = ("interest", "costs", "principal")
    since = day_between(draw, terms.due, last)
    record = record_of(example, [(terms, {"demand_received": since})], last)
    if draw(st.booleans()):
        since = terms.due
        own = {**record.data["debts"][0], "default_by": "agreed_day"}
        del own["demand_received"]
        record = replace(record, data={**record.data, "debts": [own]})
    return drawn(example, record, plain(terms, fixed(5), since, order=order))


@st.composite
def hk_loan(draw: Draw) -> Drawn:
    example = "HK/demand-consumer-loan"
    last = day_between(draw, date(2024, 1, 1), date(2026, 3, 20))
    terms = debt_terms(draw, last, earliest=date(2023, 1, 1), cost="costs")
    agreed = percentage(draw, "0.5", "48")
    facts = {"agreed_rate": agreed, "contract_date": date(2022, 12, 31), "effective_rate": agreed}
    return drawn(example, record_of(example, [(terms, facts)], last), plain(terms, fixed(agreed)))


@st.composite
def hk_judgment(draw: Draw) -> Drawn:
    """Interest on a judgment, from the day that the record names."""
    example = "HK/demand-consumer-judgment"
    last = day_between(draw, date(2025, 1, 1), date(2026, 3, 20))
    terms = debt_terms(draw, last, earliest=date(2022, 1, 1))
    since = day_between(draw, terms.due, last)
    rate = percentage(draw, "0.5", "12")
    facts = {"judgment_rate": rate, "judgment_interest_from": since, "judgment_date": terms.due}
    debt = plain(terms, fixed(rate), since)
    return drawn(example, record_of(example, [(terms, facts)], last), debt)


@st.composite
def us_itemized(draw: Draw) -> Drawn:
    """No interest is worked out: what was owed, charged and credited adds up."""
    example = "US/reminder-consumer"
    last = day_between(draw, date(2025, 1, 1), date(2026, 3, 6))
    terms = debt_terms(
        draw, last, earliest=date(2023, 1, 1), principal="price", cost="fee", reduction="credit"
    )
    return drawn(example, record_of(example, [(terms, {})], last), plain(terms, fixed(0)))


@st.composite
def stated_rate(draw: Draw) -> Drawn:
    """The record's rate under the sender's own ceiling, for one to three debts."""
    example = "generic/demand-consumer-de-it-ceiling"
    last = day_between(draw, date(2024, 1, 1), date(2026, 5, 4))
    debts, expected = [], []
    for _ in range(draw(st.integers(1, 3))):
        terms = debt_terms(
            draw, last, earliest=date(2022, 1, 1), principal="price", cost="fee",
            reduction="credit_note",
        )  # fmt: skip
        agreed = percentage(draw, "0.5", "30")
        debts.append((terms, {"agreed_rate": agreed}))
        expected.append(plain(terms, fixed(agreed), ceiling_on=fixed(12)))
    return drawn(example, record_of(example, debts, last), *expected)


# --- the comparison ------------------------------------------------------------------------------

RULES: dict[str, Callable[[], st.SearchStrategy[Drawn]]] = {
    "CN-private-loan": cn_private_loan,
    "CN-licensed-loan": cn_licensed_loan,
    "CN-trade": cn_trade,
    "DE-consumer": de_consumer,
    "DE-loan": de_loan,
    "DE-business": de_business,
    "DE-collection": de_collection,
    "NL-notice": nl_notice,
    "NL-demand": nl_demand,
    "NL-business": nl_business,
    "BE-reminder": be_reminder,
    "BE-demand": be_demand,
    "CH-default": ch_default,
    "HK-loan": hk_loan,
    "HK-judgment": hk_judgment,
    "US-itemized": us_itemized,
    "generic-stated-rate": stated_rate,
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
