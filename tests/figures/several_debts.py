"""Payments among several debts, in fractions and apart from the product.

Each debt is counted by tests/figures/day_by_day.py; here is only which of them a payment goes to,
written from the laws' own texts: those due before those not due, then by what the pack's law says,
and what is equal in proportion, to the cent, the first ones taking what rounding leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from tests.figures.day_by_day import COSTS_FIRST, Change, Debt, RateOn, owed

Rank = Callable[["Invoice", date], Any]


@dataclass
class Invoice:
    """A debt with what happens to it; `since` is the day whose morrow bears the first interest."""

    amount: Fraction
    due: date
    since: date
    rate_on: RateOn
    number: str = ""
    credited: Fraction = Fraction(0)
    paid: tuple[Change, ...] = ()

    def on(self, day: date, order: Sequence[str]) -> Debt:
        changes = (
            Change("principal", self.amount),
            Change("principal", -self.credited),
            *(change for change in self.paid if change.day is not None and change.day <= day),
        )
        return owed(changes, self.since, day, self.rate_on, order=order)


@dataclass(frozen=True)
class Paid:
    amount: Fraction
    day: date
    names: str = ""


def settled(
    invoices: Sequence[Invoice],
    payments: Sequence[Paid],
    last: date,
    rank: Rank,
    order: Sequence[str] = COSTS_FIRST,
) -> list[Debt]:
    """Every debt at the end of `last`."""
    for payment in sorted(payments, key=lambda one: one.day):
        day, left = min(payment.day, last), payment.amount
        named = [one for one in invoices if payment.names and one.number == payment.names]
        others = [one for one in invoices if one not in named]
        due = sorted({_place(one, day, rank) for one in others})
        groups = [named, *([one for one in others if _place(one, day, rank) == p] for p in due)]
        for group in groups:
            left -= _pay(group, left, day, order)
        if left:
            invoices[0].paid += (Change("payment", left, day),)
    return [one.on(last, order) for one in invoices]


def _place(one: Invoice, day: date, rank: Rank) -> tuple[bool, Any]:
    return one.due > day, rank(one, day)


def _pay(group: Sequence[Invoice], left: Fraction, day: date, order: Sequence[str]) -> Fraction:
    open_ = [max(one.on(day, order).total, Fraction(0)) for one in group]
    whole = sum(open_, Fraction(0))
    if not whole:
        return Fraction(0)
    spent = min(left, whole)
    shares = [Fraction(floor(spent * one / whole * 100), 100) for one in open_]
    for number in range(len(shares)):
        if sum(shares) < spent:
            shares[number] += Fraction(1, 100)
    for one, share in zip(group, shares, strict=True):
        if share:
            one.paid += (Change("payment", share, day),)
    return spent
