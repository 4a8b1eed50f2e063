"""The workings that a letter prints: interest line by line, and how payments were set off."""

from __future__ import annotations

from collections.abc import Callable

from notices.figures.types import Allocation, InterestLine
from notices.pack.types import Part
from notices.page.content import Content, row_of, slot_runs, slotted
from notices.page.document import Cell, Row, Run
from notices.page.passages import text_cell
from notices.words.context import Context
from notices.words.locales import amount_words, count_words, date_words, factor_words, percent_words


def _line_rows(line: InterestLine, content: Content) -> tuple[Row, ...]:
    """One stretch of interest: its period and where the rate comes from, then the sum."""
    basis = next((r.basis for r in content.pack.rules if r.id == line.rule), {})

    def period(c: Context) -> tuple[Cell, ...]:
        days: dict[str, str | Run] = {
            "first_day": Run(date_words(line.first_day, c.formats), nowrap=True),
            "last_day": Run(date_words(line.last_day, c.formats), nowrap=True),
            "days": count_words(line.days, c.formats),
        }
        runs = slot_runs(c.labels["working_period"], c, **days)
        if line.agreed_rate is not None:
            runs += capped_note(line, c)
        elif c.lang in basis:
            said = slotted(basis[c.lang], c, times=factor_words(line.times, c.formats))
            runs += slot_runs(c.labels["working_basis"], c, basis=said)
        return (Cell("label", runs),)

    def sums(c: Context) -> tuple[Cell, ...]:
        return (text_cell(working_line(line, c), "detail"),)

    return (row_of("text", content, period), row_of("text", content, sums))


def capped_note(line: InterestLine, c: Context) -> tuple[Run, ...]:
    """What was agreed and the ceiling that lowered it; nothing where none did."""
    if line.agreed_rate is None:
        return ()
    rates = {
        "agreed": percent_words(line.agreed_rate, c.formats),
        "cap": percent_words(line.cap or line.rate, c.formats),
    }
    return slot_runs(c.labels["capped_note"], c, **rates)


def working_line(line: InterestLine, c: Context) -> str:
    """Principal × rate × days ÷ days of the year = interest."""
    slots = {
        "principal": amount_words(line.principal, c.formats),
        "rate": percent_words(line.rate, c.formats),
        "days": count_words(line.days, c.formats),
        "basis": line.basis.rpartition("/")[2],
        "amount": amount_words(line.amount, c.formats),
    }
    return slotted(c.labels["working_line"], c, **slots)


def working_rows(_part: Part, content: Content) -> tuple[Row, ...]:
    """How interest was worked out: period, then principal × rate × days ÷ basis = sum."""
    rows: list[Row] = []
    for debt in content.figures.debts:
        for line in debt.interest:
            rows += _line_rows(line, content)
    return tuple(rows)


def apart_rows(_part: Part, content: Content) -> tuple[Row, ...]:
    """Claims that a court may allow, computed and shown, in no total."""
    rows: list[Row] = []
    for debt in content.figures.debts:
        for line in debt.apart:
            rows += _line_rows(line, content)
    return tuple(rows)


def payments_rows(_part: Part, content: Content) -> tuple[Row, ...]:
    """How each payment was set off: costs, interest, principal."""
    return tuple(
        row_of("text", content, _payment_cells(paid))
        for debt in content.figures.debts
        for paid in debt.allocations
    )


def _payment_cells(paid: Allocation) -> Callable[[Context], tuple[Cell, ...]]:
    return lambda c: (text_cell(payment_line(paid, c)),)


def payment_line(paid: Allocation, c: Context) -> str:
    """A payment, and how much of it went to costs, interest and principal."""
    slots = {
        "date": date_words(paid.date, c.formats),
        "amount": amount_words(paid.amount, c.formats),
        "costs": amount_words(paid.to_costs, c.formats),
        "interest": amount_words(paid.to_interest, c.formats),
        "principal": amount_words(paid.to_principal, c.formats),
    }
    return slotted(c.labels["payment_line"], c, **slots)
