"""Schedules: an offer of equal monthly instalments."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, Decimal

from notices.figures.limitation import add_months
from notices.figures.scope import Scope
from notices.figures.types import Instalment


def equal_instalments(
    total: Decimal, number: int, first_due: date, minor_units: int, residue: str = "last"
) -> tuple[Instalment, ...]:
    """`total` in `number` equal parts, month by month; the last (or first) one has the residue."""
    part = (total / number).quantize(Decimal(1).scaleb(-minor_units), rounding=ROUND_DOWN)
    odd = number if residue == "last" else 1
    return tuple(
        Instalment(
            nth,
            add_months(first_due, nth - 1),
            total - part * (number - 1) if nth == odd else part,
        )
        for nth in range(1, number + 1)
    )


def derive_schedule(scope: Scope, total: Decimal, pay_by: date | None) -> tuple[Instalment, ...]:
    """The instalments that the record offers; () where it offers none or the rule refuses them."""
    chosen = scope.rule("schedule")
    if chosen is None:
        return ()
    method, values = chosen[1], scope.values()
    number = values.get(method.count_field)
    if not isinstance(number, int):
        return ()
    path = scope.path(method.count_field)
    if number > method.most:
        scope.derivation.report("schedule-too-long", path=path, number=number, most=method.most)
        return ()
    if number < 1 or total < number * Decimal(1).scaleb(-scope.minor_units):
        scope.derivation.report(
            "schedule-too-small", path=path, number=number, total=scope.money(total)
        )
        return ()
    first_due = values.get(method.first_due_field, pay_by)
    if not isinstance(first_due, date) or first_due < scope.case.issue_date:
        scope.derivation.report(
            "schedule-in-the-past", path=scope.path(method.first_due_field), first_due=first_due
        )
        return ()
    return equal_instalments(total, number, first_due, scope.minor_units, method.residue)
