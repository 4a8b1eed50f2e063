"""What conditions of parts, clauses and wording look at: facts, and the figures' flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from notices.case.types import Case
from notices.figures.scope import Derivation, Scope
from notices.figures.types import Figures
from notices.money import ZERO
from notices.pack.types import Pack

_LIMITATION = {
    "running": "limitation_running",
    "barred": "time_barred",
    "unknown": "limitation_unknown",
}


def build_facts(
    case: Case, figures: Figures, pack: Pack, layout: str = ""
) -> Mapping[str, frozenset[str]]:
    """Facts for `holds`, with the flags that follow from the figures."""
    facts = Scope(case, pack, Derivation()).facts()
    flags = facts["flags"] | frozenset(_flags(figures, pack))
    return {**facts, "layout": frozenset((layout,)), "flags": flags}


def _flags(figures: Figures, pack: Pack) -> Iterator[str]:
    yield _limitation(figures)
    if figures.daily_amount:
        yield "interest_runs"
    if figures.reserved_after:
        yield "interest_reserved"
    if figures.days_off_known_through:
        yield "days_off_assumed"
    if figures.daily_through:
        yield "daily_amount_ends"
    if any(debt.interest for debt in figures.debts):
        yield "interest_shown"
    if any(debt.allocations for debt in figures.debts):
        yield "payments_made"
    if any(d.capped_out or any(i.agreed_rate for i in d.interest) for d in figures.debts):
        yield "capped"
    lines = [line for debt in figures.debts for line in debt.interest]
    if any(line.compounded for line in lines):
        yield "interest_compounded"
    if len({(line.rate, line.agreed_rate, line.cap) for line in lines}) > 1:
        yield "several_rates"
    if any(debt.apart for debt in figures.debts):
        yield "shown_apart"
    if costs_total(figures, pack) > 0:
        yield "costs_charged"
    if figures.announced:
        yield "fee_announced"
    if figures.schedule:
        yield "schedule_offered"


def costs_total(figures: Figures, pack: Pack) -> Decimal:
    """All costs that arose, before payments went to them."""
    rows = (row for debt in figures.debts for row in debt.rows)
    costs = (row.amount for row in rows if pack.item_kinds[row.kind].counts_as == "costs")
    return sum(costs, ZERO)


def _limitation(figures: Figures) -> str:
    """The letter's limitation flag: the worst of its debts decides what may be said."""
    statuses = {debt.limitation.status for debt in figures.debts}
    worst = next(s for s in ("barred", "unknown", "running") if s in statuses)
    return _LIMITATION[worst]
