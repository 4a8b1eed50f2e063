"""Money: Decimal amounts, ISO 4217 currencies, one way of rounding."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

ZERO = Decimal(0)


def round_money(amount: Decimal, minor_units: int = 2) -> Decimal:
    """`amount` rounded half-up to the minor unit (2 = cents); done once per printed row."""
    with localcontext() as context:
        context.prec = 50
        return amount.quantize(Decimal(1).scaleb(-minor_units), rounding=ROUND_HALF_UP)
