"""Money: Decimal amounts, ISO 4217 currencies, one way of rounding."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache

ZERO = Decimal(0)
WIDE = Context(prec=50)  # digits enough for any sum before it is rounded


def round_money(amount: Decimal, minor_units: int = 2) -> Decimal:
    """`amount` rounded half-up to the minor unit (2 = cents); done once per printed row."""
    return amount.quantize(_unit(minor_units), rounding=ROUND_HALF_UP, context=WIDE)


@cache
def _unit(minor_units: int) -> Decimal:
    return Decimal(1).scaleb(-minor_units)
