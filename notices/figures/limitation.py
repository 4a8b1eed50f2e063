"""Limitation: whether suing is still open on the day the letter asks for payment by.

CN: three years from knowledge, at most twenty, restarted by a demand or an acknowledgement (Civil
Code 188, 189, 195). The last day is not moved over holidays: the letter rather takes a claim for
barred too early than too late.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from notices.figures.method_types import YearsFromLastRestart
from notices.figures.scope import Scope
from notices.figures.types import Limitation

UNKNOWN = Limitation("unknown", None)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it is shorter (Civil Code 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def derive_limitation(scope: Scope, pay_by: date | None) -> Limitation:
    """The debt's limitation; unknown where the pack, a date or the record leaves it open.

    Running only where the period ends on or after pay_by: what the letter asks for until then must
    still be open. Without one (reported elsewhere) the last posting day counts.
    """
    chosen = scope.rule("limitation")
    if chosen is None:
        return UNKNOWN
    method = chosen[1]
    values = scope.values()
    start = values.get(method.starts)
    restarts = _restarts(scope, method)
    if not isinstance(start, date) or restarts is None or values.get(method.unknown_field) is True:
        return UNKNOWN
    ends = _end(start, method)
    for restart in restarts:
        if start < restart <= ends:  # nothing restarts a period that has run out
            ends = max(ends, _end(restart, method))
    if method.longest_years is not None:
        ends = min(ends, add_months(start, 12 * method.longest_years))
    open_until = max(pay_by or scope.case.dispatch_by, scope.case.dispatch_by)
    return Limitation("barred" if ends < open_until else "running", ends)


def _end(start: date, method: YearsFromLastRestart) -> date:
    counted_from = date(start.year, 12, 31) if method.from_year_end else start
    return add_months(counted_from, 12 * method.years)


def _restarts(scope: Scope, method: YearsFromLastRestart) -> list[date] | None:
    """The declared restarts up to as_of, in order; None, with a finding, where one is no date."""
    declared = scope.values().get(method.restarts_field, ())
    days = [paid.date for paid in scope.debt.payments_made] if method.payments_restart else []
    for text in declared if isinstance(declared, tuple) else (declared,):
        try:
            days.append(text if isinstance(text, date) else date.fromisoformat(str(text)))
        except ValueError:
            path = scope.path(method.restarts_field)
            scope.derivation.report("limitation-date", path=path, found=text)
            return None
    return sorted(day for day in days if day <= scope.case.as_of)
