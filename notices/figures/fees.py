"""Fees by rule: a fixed sum, or a scale over the principal, with expenses and VAT as own rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from notices.figures.daycounts import ONE_DAY
from notices.figures.method_types import FlatFee, ScaleFee
from notices.figures.scope import Scope
from notices.money import ZERO, round_money
from notices.pack.types import Rule


@dataclass(frozen=True)
class Fee:
    """One row of a fee: rounded once; `date` is the day it arises."""

    kind: str
    amount: Decimal
    date: date
    announced: bool
    after_payments: bool  # of its day, where nothing but the letter gives it one


def scale_amount(scale: ScaleFee, principal: Decimal) -> Decimal:
    """The scale's fee on a principal, unrounded: brackets, then `times`, minimum, maximum.

    Cumulative (NL Besluit incassokosten): each bracket's percentage on its own slice. Otherwise
    (BE CEL XIX.4, RVG table, UK fixed sums) the one bracket that the principal falls into.
    """
    reached = [bracket for bracket in scale.brackets if principal > bracket.above]
    if not reached:
        return ZERO
    ends = [*(bracket.above for bracket in reached[1:]), principal]
    slices = [
        bracket.plus + (end - bracket.above) * bracket.percent / 100
        for bracket, end in zip(reached, ends, strict=True)
    ]
    amount = (sum(slices, ZERO) if scale.cumulative else slices[-1]) * scale.times
    if scale.minimum is not None:
        amount = max(amount, scale.minimum)
    return amount if scale.maximum is None else min(amount, scale.maximum)


def has_term(method: FlatFee | ScaleFee) -> bool:
    """Whether an earlier letter gave a term to pay without the fee."""
    return isinstance(method, ScaleFee) and bool(method.term_ends)


def fee_day(scope: Scope, rule: Rule, method: FlatFee | ScaleFee) -> date | None:
    """The day the fee arises; None, with a finding, where the record doesn't say its term's end."""
    if isinstance(method, ScaleFee) and method.term_ends:
        last = scope.day(method.term_ends, rule)
        return last + ONE_DAY if last else None
    return scope.case.as_of if method.arises == "as_of" else scope.debts[0].due_date


def derive_fees(
    scope: Scope, rule: Rule, method: FlatFee | ScaleFee, principal: Decimal, arises: date
) -> Iterator[Fee]:
    """The rows of one fee rule on the principal; none where nothing of it is open."""
    case = scope.case
    if method.currency != case.currency:
        scope.derivation.report(
            "fee-currency", path="currency", rule_id=rule.id, currency=method.currency,
            asked=case.currency,
        )  # fmt: skip
        return
    amount = _amount(scope, rule, method, principal) if principal > 0 else None
    if amount is None:
        return
    by_letter = method.arises == "as_of" and not has_term(method)
    so_far = ZERO
    surcharges = [(s.item_kind, s.percent, s.maximum) for s in method.surcharges]
    for kind, percent, maximum in [(method.item_kind, None, None), *surcharges]:
        part = amount if percent is None else so_far * percent / 100
        part = part if maximum is None else min(part, maximum)
        row = round_money(part, scope.minor_units)
        so_far += row
        if row:
            yield Fee(kind, row, arises, method.announced, by_letter)


def _amount(
    scope: Scope, rule: Rule, method: FlatFee | ScaleFee, principal: Decimal
) -> Decimal | None:
    if isinstance(method, FlatFee):
        return method.amount
    if method.known_through is not None and principal > method.known_through:
        scope.derivation.report(
            "fee-scale-ends", rule_id=rule.id, principal=scope.money(principal),
            most=scope.money(method.known_through),
        )  # fmt: skip
        return None
    scale = scale_amount(method, principal)
    if not method.agreed:
        return scale
    agreed = scope.value(method.agreed, rule)
    return min(agreed, scale) if isinstance(agreed, Decimal) else None
