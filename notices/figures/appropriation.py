"""Appropriation: which of several debts a payment or credit note on the account goes to.

To the debt that it names; what it leaves over there, and what names none, by the ranks of the
pack's method (BGB 366, Civil Code 560 (CN), BW 6:43, OR 86–87). Where it pays all that is open, no
method is needed: none of them leaves anything. It counts on its own day, on as_of at the latest.

A credit note that names a debt, or has no date, lowers principal from the start. Any other one is a
set-off on its day, as if paid then: BGB 396, BW 6:137.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import floor
from typing import Any

from notices.case.types import AccountEntry
from notices.figures.allocation import Charge, Paid
from notices.figures.claim import Claim, Entry, capped, kind_of
from notices.figures.method_types import ByRank
from notices.figures.scope import Scope
from notices.money import ZERO


def appropriate(letter: Scope, claims: Sequence[Claim]) -> list[Claim]:
    """The claims with the account's payments and credit notes as their own.

    A credit note that lowers principal from the start comes first; the others follow by day.
    Reported is one that names a debt which the record lacks, and one that only a method could
    place where the pack has none.
    """
    placed = list(claims)
    entries = list(letter.case.account)
    for kind in {claims[0].allocation.credit_kind for e in entries if e.kind == "credit_note"}:
        if kind_of(letter, kind) is None:
            return placed
    account = _Account(letter, placed)
    waiting = [_Waiting(e, e.amount, account.named(e)) for e in entries]
    for one in waiting:
        if one.entry.kind == "credit_note" and (one.named or one.entry.date is None):
            account.lower(one)
    for one in sorted(waiting, key=lambda w: w.entry.date or date.min):
        account.pay(one)
    return account.claims


@dataclass
class _Waiting:
    """An entry and what of it is not yet placed."""

    entry: AccountEntry
    left: Decimal
    named: tuple[int, ...]  # the debts that bear the number that it names


class _Account:
    """The claims, while entries are placed among them."""

    def __init__(self, letter: Scope, claims: list[Claim]) -> None:
        self.letter, self.claims, self.minor_units = letter, claims, letter.minor_units
        self.paid: set[int] = set()

    def named(self, entry: AccountEntry) -> tuple[int, ...]:
        if not entry.debt_number:
            return ()
        debts = self.letter.case.debts
        found = tuple(n for n, debt in enumerate(debts) if debt.number == entry.debt_number)
        if not found:
            head = "payments" if entry.kind == "payment" else "credits"
            entries = [e for e in self.letter.case.account if e.kind == entry.kind]
            path = f"{head}[{entries.index(entry)}].debt_number"
            self.letter.derivation.report("debt-number-unknown", path=path, kind=head)
        return found

    def lower(self, one: _Waiting) -> None:
        """Takes a credit note off the principal, from the start, as far as that is open.

        What is left of one without a date lowers the first debt: its reduction is then too large.
        """
        shares = dict(self._spread(one, date.min, self.letter.case.as_of))
        if one.left and one.entry.date is None:
            shares[0] = shares.get(0, ZERO) + one.left
        for number, share in shares.items():
            claim = self.claims[number]
            kind = self.letter.pack.item_kinds[claim.allocation.credit_kind]
            charge = Charge("principal", -share)
            entry = Entry(kind, charge, one.entry.date, one.entry.reference, "credits")
            self.claims[number] = replace(claim, entries=(*claim.entries, entry))

    def pay(self, one: _Waiting) -> None:
        """Sets an entry off on its day; what no debt takes stays a credit with the first."""
        day = one.entry.date
        if day is None:
            return
        on = min(day, self.letter.case.as_of)
        shares = dict(self._spread(one, on, on))
        if one.left:
            shares[0] = shares.get(0, ZERO) + one.left
        for number, share in shares.items():
            claim = self.claims[number]
            order = claim.allocation
            kind = order.item_kind if one.entry.kind == "payment" else order.credit_kind
            paid = Paid(day, share, kind, one.entry.reference, on)
            self.claims[number] = replace(claim, payments=(*claim.payments, paid))

    def _spread(
        self, one: _Waiting, ranked_on: date, open_on: date
    ) -> Iterator[tuple[int, Decimal]]:
        """What each debt takes of an entry; that much is no longer left of it."""
        from_start = ranked_on == date.min
        others = [n for n in range(len(self.claims)) if n not in one.named]
        for numbers in (list(one.named), others):
            if numbers is others and one.named and from_start and one.entry.date:
                return  # what it leaves over of its debt is a set-off on its day
            for equal in self._ranked(numbers, one, ranked_on):
                if not one.left:
                    return
                open_ = [self._open(number, open_on, from_start) for number in equal]
                shares = _in_proportion(one.left, open_, self.minor_units)
                for number, share in zip(equal, shares, strict=True):
                    if share:
                        one.left -= share
                        yield number, share

    def _ranked(self, numbers: list[int], one: _Waiting, day: date) -> Iterator[list[int]]:
        """The debts by turns, equal ones together; none, with a finding, where no method says."""
        if not one.left:
            return
        chosen = self.letter.rule("appropriation") if len(numbers) > 1 else None
        if chosen is None:
            from_start = day == date.min
            open_ = [self._open(n, min(day, self.letter.case.as_of), from_start) for n in numbers]
            if sum(map(bool, open_)) > 1 and one.left < sum(open_, ZERO):
                pack = self.letter.pack.id
                self.letter.derivation.report("appropriation-unknown", path="payments", pack=pack)
                return
            yield from ([number] for number in numbers)
            return
        method: ByRank = chosen[1]

        def rank(number: int) -> tuple[Any, ...]:
            return tuple(_RANKS[name](self.claims, number, day) for name in method.ranks)

        for _, equal in groupby(sorted(numbers, key=rank), rank):
            yield list(equal)

    def _open(self, number: int, day: date, from_start: bool) -> Decimal:
        """What can be set off against a debt on that day, of a credit note from the start its
        principal alone; one that is paid stays paid where nothing joins it later."""
        if number in self.paid:
            return ZERO
        claim = self.claims[number]
        open_ = _open(claim, day)
        if from_start:
            return min(open_, _principal(claim))
        if not open_ and not any(e.charge.date and e.charge.date > day for e in claim.entries):
            self.paid.add(number)
        return open_


def _open(claim: Claim, day: date) -> Decimal:
    """What a payment of that day can be set off against, principal that joins later included."""
    quiet = capped(replace(claim, scope=claim.scope.quietly()))
    settled = quiet.settle(day)
    charges = [entry.charge for entry in quiet.entries if entry.charge.bucket == "principal"]
    later = sum((c.amount for c in charges if c.date and c.date > day), ZERO)
    return max(sum(settled.owed.values(), ZERO) - settled.credit + later, ZERO)


def _principal(claim: Claim) -> Decimal:
    charges = [entry.charge for entry in claim.entries if entry.charge.bucket == "principal"]
    return max(sum((charge.amount for charge in charges), ZERO), ZERO)


def _in_proportion(amount: Decimal, open_: list[Decimal], minor_units: int) -> list[Decimal]:
    """The amount on what is open, never more than that; a unit each of what rounding leaves."""
    whole = sum(open_, ZERO)
    if amount >= whole:
        return open_
    unit = Decimal(1).scaleb(-minor_units)
    exact = [Fraction(amount) * Fraction(one) / Fraction(whole) for one in open_]
    shares = [floor(share / Fraction(unit)) * unit for share in exact]
    for number in range(len(shares)):
        if sum(shares, ZERO) < amount:
            shares[number] += unit
    return shares


def _not_due(claims: list[Claim], number: int, day: date) -> bool:
    return claims[number].scope.debt.due_date > day


def _burden(claims: list[Claim], number: int, day: date) -> Decimal:
    rates = (s.rate for s in claims[number].segments if s.first <= day <= s.last)
    return -max(rates, default=ZERO)


def _due(claims: list[Claim], number: int, _day: date) -> date:
    return claims[number].scope.debt.due_date


def _age(claims: list[Claim], number: int, day: date) -> date:
    dates = [claim.scope.debt.facts.get("invoice_date") for claim in claims]
    own = dates[number]
    return own if isinstance(own, date) and None not in dates else _due(claims, number, day)


_RANKS = {"due": _not_due, "burdensome": _burden, "earliest_due": _due, "oldest": _age}
