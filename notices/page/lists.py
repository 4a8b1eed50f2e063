"""Lists of many debts as tables over the whole measure: open items, interest, payments.

Each language has its own, at the end of the letter; the itemisation then has one row for all open
items. A debt's number leads each row, so that the tables can be read beside each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import compress
from math import ceil

from notices.case.by_language import form_in
from notices.figures.types import DebtFigures, InterestLine
from notices.money import ZERO
from notices.pack.list_limits import list_limits
from notices.pack.types import ItemKind, Part
from notices.page.blocks import LINE_END, Named, item_runs, listed_rows, title_rows
from notices.page.content import Content, row_of, slot_runs, slotted
from notices.page.document import Block, Cell, Row, Run
from notices.page.passages import text_cell
from notices.page.workings import capped_note, payment_line, working_line
from notices.words.context import Context
from notices.words.debt_numbers import printed_numbers
from notices.words.locales import amount_words, count_words, date_words, factor_words
from notices.words.scripts import spaced


@dataclass(frozen=True)
class Listed:
    """A table's rows and its columns' shares of the measure."""

    rows: tuple[Row, ...]
    shares: tuple[float, ...]


def _cell(text: str, *, number: bool = False) -> Cell:
    return Cell("number" if number else "text", (Run(text, nowrap=number),))


def _head(content: Content, *labels: tuple[str, bool]) -> Row:
    currency = content.case.currency

    def cells(c: Context) -> tuple[Cell, ...]:
        said = ((slotted(c.labels[name], c, currency=currency), num) for name, num in labels)
        return tuple(Cell("number" if number else "text", (Run(text),)) for text, number in said)

    return row_of("table_head", content, cells)


def _number(content: Content, debt: int) -> str:
    """The debt's number; its place in the list, where it has none."""
    return printed_numbers(content.case, content.pack)[debt] or f"{debt + 1}"


def open_items(part: Part, content: Content) -> Listed:
    """Number, invoice date where any is stated, due date, days overdue, the amount where any is
    open in part only, and open principal."""
    debts = content.figures.debts
    dated = any("invoice_date" in debt.facts for debt in content.case.debts)
    parted = any(_charged(debt, content) != debt.principal for debt in debts)
    columns = [("column_number", False), ("column_invoice_date", False), ("due_date", False)]
    columns += [("days_overdue", True), ("column_amount", True), ("column_open", True)]
    shown = [True, dated, True, True, parted, True]
    rows = [*title_rows(part, content), _head(content, *compress(columns, shown))]
    apart = [debt for debt in debts if content.case.debts[debt.debt].first_asked]
    rows += [_open_row(content, debt, shown) for debt in debts if debt not in apart]
    if apart and len(apart) < len(debts):
        rows.append(_apart_head(content))
    rows += [_open_row(content, debt, shown) for debt in apart]
    whole = sum((debt.principal for debt in debts), ZERO)

    def total(c: Context) -> tuple[Cell, ...]:
        label = Cell("text", (Run(c.labels["list_total"], strong=True),))
        amount = Run(amount_words(whole, c.formats), strong=True, nowrap=True)
        return (label, *[_cell("")] * (sum(shown) - 2), Cell("number", (amount,)))

    rows.append(row_of("table_total", content, total))
    return Listed(tuple(rows), tuple(compress((24, 18, 18, 10, 15, 15), shown)))


def _apart_head(content: Content) -> Row:
    """What stands over the debts that no earlier letter named."""

    def cells(c: Context) -> tuple[Cell, ...]:
        title = Run(c.labels["first_asked"], strong=True)
        return (Cell("text", (title, LINE_END, Run(c.labels["first_asked_note"]))),)

    return row_of("table_part", content, cells)


def _open_row(content: Content, debt: DebtFigures, shown: list[bool]) -> Row:
    stated = content.case.debts[debt.debt]
    days = (stated.facts.get("invoice_date"), stated.due_date)

    def cells(c: Context) -> tuple[Cell, ...]:
        said = [date_words(day, c.formats) if isinstance(day, date) else "–" for day in days]
        late = count_words(debt.days_overdue, c.formats) if debt.total else "–"
        numbers = (
            late,
            *(amount_words(a, c.formats) for a in (_charged(debt, content), debt.principal)),
        )
        every = (
            Cell("text", tuple(_name_runs(content, debt, c))),
            *(Cell("text", (Run(text, nowrap=True),)) for text in said),
            *(_cell(text, number=True) for text in numbers),
        )
        return tuple(compress(every, shown))

    return row_of("table_row", content, cells)


def _charged(debt: DebtFigures, content: Content) -> Decimal:
    """The principal before payments and reductions."""
    kinds = content.pack.item_kinds
    rows = (row for row in debt.rows if kinds[row.kind].counts_as == "principal")
    return sum((row.amount for row in rows if row.amount > 0), ZERO)


def _name_runs(content: Content, debt: DebtFigures, c: Context) -> Iterator[Run]:
    """A debt's number; below, what it is for, where the debts differ in that; its reductions."""
    yield from _cell(_number(content, debt.debt)).runs
    causes = [stated.facts.get("cause") for stated in content.case.debts]
    said = causes[debt.debt]
    if isinstance(said, Mapping) and any(cause != said for cause in causes):
        yield from (LINE_END, Run(form_in(said, c.lang)[0]))
    for row in debt.rows:
        if row.amount < 0 and content.pack.item_kinds[row.kind].counts_as == "principal":
            amount = Run(amount_words(row.amount, c.formats), nowrap=True)
            yield from (LINE_END, *item_runs(row, content, c), Run(spaced(" ", c.lang)), amount)


def interest_list(part: Part, content: Content) -> Listed:
    """Each stretch of interest: whose, from when to when, and the working."""
    return _lines(part, content, [line for d in content.figures.debts for line in d.interest])


def apart_list(part: Part, content: Content) -> Listed:
    """The same of claims that a court may allow, in no total."""
    return _lines(part, content, [line for d in content.figures.debts for line in d.apart])


def _lines(part: Part, content: Content, lines: list[InterestLine]) -> Listed:
    if not lines:
        return Listed((), ())
    columns = (("column_number", False), ("column_period", False), ("column_working", True))
    head = _head(content, *columns)
    rows = [*title_rows(part, content), *_basis_rows(content, lines), head]
    rows += [_line_row(content, line) for line in lines]
    return Listed(tuple(rows), (22, 36, 42))


def _basis_rows(content: Content, lines: list[InterestLine]) -> list[Row]:
    """Where the rates come from, each source once."""
    used = dict.fromkeys((line.rule, line.times) for line in lines if line.agreed_rate is None)
    basis = {rule.id: rule.basis for rule in content.pack.rules}

    def cells(rule: str, times: Decimal) -> Callable[[Context], tuple[Cell, ...]]:
        said = basis[rule]
        return lambda c: (
            text_cell(slotted(said[c.lang], c, times=factor_words(times, c.formats))),
        )

    langs = {c.lang for c in content.contexts}
    return [row_of("text", content, cells(*one)) for one in used if langs <= basis[one[0]].keys()]


def _line_row(content: Content, line: InterestLine) -> Row:
    def cells(c: Context) -> tuple[Cell, ...]:
        days = {
            "first_day": date_words(line.first_day, c.formats),
            "last_day": date_words(line.last_day, c.formats),
        }
        period = slot_runs(c.labels["period"], c, **days)
        return (
            _cell(_number(content, line.debt)),
            Cell("text", period + capped_note(line, c)),
            Cell("number", (Run(working_line(line, c)),)),
        )

    return row_of("table_row", content, cells)


def payments_list(part: Part, content: Content) -> Listed:
    """Each payment, as far as it went to a debt, and how it was set off there."""
    made = [paid for debt in content.figures.debts for paid in debt.allocations]
    if not made:
        return Listed((), ())

    def cells(number: int) -> Callable[[Context], tuple[Cell, ...]]:
        paid = made[number]
        return lambda c: (
            _cell(_number(content, paid.debt)),
            Cell("text", (Run(payment_line(paid, c)),)),
        )

    head = _head(content, ("column_number", False), ("column_set_off", False))
    rows = [row_of("table_row", content, cells(number)) for number in range(len(made))]
    return Listed((*title_rows(part, content), head, *rows), (24, 76))


def listed_items(part: Part, content: Content) -> tuple[Row, ...]:
    """The itemisation: all open principal, interest and costs by kind, and what payments took of
    these."""
    figures, kinds = content.figures, content.pack.item_kinds
    principal = sum((debt.principal for debt in figures.debts), ZERO)
    further: dict[str, Decimal] = {}
    for row in (row for debt in figures.debts for row in debt.rows):
        if kinds[row.kind].counts_as in ("interest", "costs"):
            further[row.kind] = further.get(row.kind, ZERO) + row.amount

    def listed(c: Context) -> str:
        count = count_words(sum(debt.principal > 0 for debt in figures.debts), c.formats)
        return slotted(c.labels["listed_principal"], c, count=count)

    rows: list[Named] = [(principal, listed)]
    rows += [(amount, _kind_name(kinds[kind])) for kind, amount in further.items()]
    rest = figures.total_due - sum((amount for amount, _ in rows), ZERO)
    if rest:
        rows.append((rest, lambda c: c.labels["set_off_elsewhere"]))
    return listed_rows(part, content, rows)


def _kind_name(kind: ItemKind) -> Callable[[Context], str]:
    return lambda c: kind.labels[c.lang]


def list_pages(blocks: Iterable[Block]) -> int:
    """The further pages that a letter may have for the rows of its lists."""
    rows = sum(len(block.rows) for block in blocks if block.shares)
    return ceil(rows / list_limits().rows_a_page)


LISTS: Mapping[str, Callable[[Part, Content], Listed]] = {
    "open_items": open_items,
    "working": interest_list,
    "apart": apart_list,
    "payments": payments_list,
}
