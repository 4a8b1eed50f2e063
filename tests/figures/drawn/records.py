"""Random records: what a debt is, as a record writes it and as the plain computation reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from notices.case.record import Record
from tests.figures.day_by_day import ONE_DAY, Change, Debt, RateOn, owed
from tests.letter import letters

Draw = Callable[[st.SearchStrategy[Any]], Any]
Row = dict[str, Any]
Fees = Callable[[Fraction], Sequence[Fraction]]  # on a principal, row by row


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


def with_fees(debt: Debt, *fees: Fraction) -> Debt:
    """Fees of the last day: what an earlier payment left over meets them too."""
    fee = sum(fees, Fraction(0))
    met = min(debt.left_over, fee)
    return replace(debt, costs=debt.costs + fee - met, left_over=debt.left_over - met)


def open_principal(debts: Sequence[Debt]) -> Fraction:
    return sum((debt.principal - debt.left_over for debt in debts), Fraction(0))


def paid_around(draw: Draw, terms: Terms, day: date) -> Terms:
    """The debt with a payment more, on one of the days around a term's end."""
    row = {
        "date": day + draw(st.integers(-1, 2)) * ONE_DAY,
        "amount": sum_of_money(draw, 1, 50_000),
    }
    paid = Change("payment", row["amount"], row["date"])
    return replace(terms, payments=(*terms.payments, row), changes=(*terms.changes, paid))


def fee_after(
    terms: Terms, term_ends: date, fees: Fees, rate: RateOn,
    **how: Any,
) -> Terms:  # fmt: skip
    """The debt with what is due from the day after the term, by what was open at its end."""
    principal = open_principal([plain(replace(terms, last=term_ends), rate, **how)])
    found = fees(principal) if principal > 0 else ()
    due = tuple(Change("costs", fee, term_ends + ONE_DAY) for fee in found)
    return replace(terms, changes=(*terms.changes, *due))
