"""The layout's blocks: each takes the letter's content and one part, and yields rows of sides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache

from notices.case.types import Case
from notices.figures.types import Allocation, FigureRow, Figures, InterestLine
from notices.pack.types import Clause, Pack, Part
from notices.pack.vocabulary import mask_value
from notices.page.document import Cell, PaySlip, Row, RowRole, Run, Side
from notices.page.passages import text_cell, words_run
from notices.words.context import HAN, HAN_LANGUAGES, Context, Words, spaced
from notices.words.locales import amount_words, count_words, date_words, factor_words, percent_words


@dataclass(frozen=True)
class Content:
    """All that a block may draw on: one case, its figures, and its words in each language."""

    case: Case
    figures: Figures
    pack: Pack
    contexts: tuple[Context, ...]
    images: frozenset[str] = frozenset()  # the sender's pictures, by name
    payload: str = ""  # what the payment code says
    slip: PaySlip | None = None  # the letter's payment slip, where a part asks for one
    clauses: Mapping[str, Clause] = field(default_factory=dict)  # as the recipient reads them


def row_of(role: RowRole, content: Content, cells: Callable[[Context], tuple[Cell, ...]]) -> Row:
    return Row(role, tuple(Side(c.lang, cells(c)) for c in content.contexts))


def title_rows(part: Part, content: Content) -> tuple[Row, ...]:
    """The block's title over it; `items` carries its own in the head row."""
    if not part.title or part.block == "items":
        return ()
    return (_title_row(tuple([(c.lang, c.labels[part.title]) for c in content.contexts])),)


@lru_cache(maxsize=1024)  # as labels come again in every letter
def _title_row(titles: tuple[tuple[str, str], ...]) -> Row:
    return Row("heading", tuple(Side(lang, (text_cell(t, "heading"),)) for lang, t in titles))


def values_rows(part: Part, content: Content) -> tuple[Row, ...]:
    """Label and value per name; a value that this case does not have leaves its row out. In a head
    an address stands as on an envelope."""
    rows = _named_rows(part.rows, part.style, content)
    return tuple(_in_lines(row, content) for row in rows) if part.style == "head" else rows


def _in_lines(row: Row, content: Content) -> Row:
    """An address in its own lines; any other row as it is."""
    case = content.case
    addresses = {
        "sender_address": case.sender.facts.get("sender_address"),
        "recipient_address": case.recipient.address,
    }
    lines = addresses.get(row.sides[0].cells[1].runs[0].name)
    if not isinstance(lines, tuple):
        return row
    return Row(row.role, tuple(Side(s.lang, (s.cells[0], lines_cell(lines))) for s in row.sides))


def _named_rows(names: tuple[str, ...], style: str, content: Content) -> tuple[Row, ...]:
    rows = []
    for name in names:
        said = [(c.lang, c.labels, c.values.get(name)) for c in content.contexts]
        sides = tuple([(lang, labels[name], words) for lang, labels, words in said if words])
        if len(sides) == len(said):
            strong = style == "glance" and name in ("total_due", "pay_by")
            rows.append(_value_row(name, sides, strong=strong))
    return tuple(rows)


@lru_cache(maxsize=4096)  # as a sender's values come again in every letter
def _value_row(name: str, sides: tuple[tuple[str, str, Words], ...], *, strong: bool) -> Row:
    return Row(
        "value",
        tuple(
            Side(
                lang,
                (
                    text_cell(label, "label"),
                    Cell("value", (words_run(words, name, strong=strong),)),
                ),
            )
            for lang, label, words in sides
        ),
    )


def items_rows(part: Part, content: Content) -> tuple[Row, ...]:
    """The itemisation: the title and the currency head it, one row per figure, the total apart."""
    case, figures = content.case, content.figures
    rows = [
        row_of(
            "head",
            content,
            lambda c: (
                text_cell(c.labels[part.title or "column_item"], "heading"),
                text_cell(slotted(c.labels["column_amount"], c, currency=case.currency), "heading"),
            ),
        )
    ]
    for debt in figures.debts:
        if len(figures.debts) > 1:
            rows.append(_debt_row(debt.debt, content))
        rows += [item_row(row, content) for row in debt.rows]
        if len(figures.debts) > 1:
            rows.append(_sum_row("subtotal", "subtotal", debt.total, content))
    rows.append(_sum_row("total", "total_due", figures.total_due, content))
    return tuple(rows)


def _debt_row(index: int, content: Content) -> Row:
    debt = content.case.debts[index]
    # A number too short to be masked in part shows nothing of itself.
    ending = mask_value("last4", str(debt.facts.get("contract_number", ""))).lstrip("*")
    label = "debt_line" if ending else "debt_line_plain"
    slots = {"number": str(index + 1), "reference": ending}

    def cells(c: Context) -> tuple[Cell, ...]:
        due = Run(date_words(debt.due_date, c.formats), nowrap=True)
        return (Cell("heading", slot_runs(c.labels[label], c, **slots, due_date=due)),)

    return row_of("heading", content, cells)


def item_row(row: FigureRow, content: Content) -> Row:
    kind = content.pack.item_kinds[row.kind]

    def cells(c: Context) -> tuple[Cell, ...]:
        runs = [Run(kind.labels[c.lang])]
        days = [
            Run(date_words(day, c.formats), nowrap=True)
            for day in dict.fromkeys((row.first_day, row.last_day))
            if day
        ]
        if len(days) == 2:
            slots = {"first_day": days[0], "last_day": days[1]}
            runs += [Run(spaced(" ", c.lang)), *slot_runs(c.labels["period"], c, **slots)]
        elif days:
            runs += [Run(spaced(" ", c.lang)), *days]
        if row.note:
            runs += [Run(spaced(" ", c.lang)), Run(row.note, lang=_foreign(row.note, c, content))]
        amount = amount_words(row.amount, c.formats)
        return (Cell("label", tuple(runs)), Cell("amount", (Run(amount, nowrap=True),)))

    return row_of("item", content, cells)


def _sum_row(role: RowRole, label: str, amount: Decimal, content: Content) -> Row:
    def cells(c: Context) -> tuple[Cell, ...]:
        bold = role == "total"
        words = Run(amount_words(amount, c.formats), label if bold else "", bold, nowrap=True)
        return (text_cell(c.labels[label], "label", strong=bold), Cell("amount", (words,)))

    return row_of(role, content, cells)


def _foreign(text: str, context: Context, content: Content) -> str:
    if context.lang.startswith(HAN_LANGUAGES) or not HAN.search(text):
        return ""
    return next((c.lang for c in content.contexts if c.lang.startswith(HAN_LANGUAGES)), "zh")


def slot_runs(template: str, context: Context, **slots: str | Run) -> tuple[Run, ...]:
    """A label with its `{slots}` filled; spaces beside Han become the script's thin gap."""
    runs = []
    for piece in _slots(template, context.lang):
        value = piece if isinstance(piece, Run) else slots[piece]
        run = value if isinstance(value, Run) else Run(value)
        if run.text:
            runs.append(run)
    return tuple(runs)


@cache
def _slots(template: str, lang: str) -> tuple[str | Run, ...]:
    """A label's fixed wording, set once, and the names of its slots between."""
    pieces = enumerate(re.split(r"\{(\w+)\}", template))
    return tuple(piece if number % 2 else Run(spaced(piece, lang)) for number, piece in pieces)


def slotted(template: str, context: Context, **slots: str) -> str:
    """The same as plain text."""
    return "".join(run.text for run in slot_runs(template, context, **slots))


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
            rates = {
                "agreed": percent_words(line.agreed_rate, c.formats),
                "cap": percent_words(line.cap or line.rate, c.formats),
            }
            runs += slot_runs(c.labels["capped_note"], c, **rates)
        elif c.lang in basis:
            said = slotted(basis[c.lang], c, times=factor_words(line.times, c.formats))
            runs += slot_runs(c.labels["working_basis"], c, basis=said)
        return (Cell("label", runs),)

    def sums(c: Context) -> tuple[Cell, ...]:
        slots = {
            "principal": amount_words(line.principal, c.formats),
            "rate": percent_words(line.rate, c.formats),
            "days": count_words(line.days, c.formats),
            "basis": line.basis.rpartition("/")[2],
            "amount": amount_words(line.amount, c.formats),
        }
        return (text_cell(slotted(c.labels["working_line"], c, **slots), "detail"),)

    return (row_of("text", content, period), row_of("text", content, sums))


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
    def cells(c: Context) -> tuple[Cell, ...]:
        slots = {
            "date": date_words(paid.date, c.formats),
            "amount": amount_words(paid.amount, c.formats),
            "costs": amount_words(paid.to_costs, c.formats),
            "interest": amount_words(paid.to_interest, c.formats),
            "principal": amount_words(paid.to_principal, c.formats),
        }
        return (text_cell(slotted(c.labels["payment_line"], c, **slots)),)

    return cells


def pay_to_rows(part: Part, content: Content) -> tuple[Row, ...]:
    """The sender's payment account and the reference to give; the code's caption if it has one."""
    rows = list(_named_rows(part.rows or _ACCOUNT, part.style, content))
    if content.payload:
        rows.append(
            row_of("code", content, lambda c: (text_cell(c.labels["code_caption"], "detail"),))
        )
    return tuple(rows)


_ACCOUNT = ("account_holder", "account_bank", "account_number", "our_reference")


def signature_rows(part: Part, content: Content) -> tuple[Row, ...]:
    """Who signs: sender, handler's name and role, a line each.

    Style `seal` leaves a seal its place, named in every language; style `hand` a signature. The
    layout puts the sender's own picture there, if the profile has one.
    """
    names = [
        name
        for name in ("sender_name", "handler_name", "handler_role")
        if all(name in c.values for c in content.contexts)
    ]
    row = row_of("sign", content, _lines_cells(names))
    place = {"seal": "seal_place", "hand": "signature_place"}.get(part.style, "")
    if not place or ("seal" if part.style == "seal" else "signature") in content.images:
        return (row,)
    *others, last = row.sides
    named = tuple(
        Run(("" if c is content.contexts[0] else " ") + c.labels[place], lang=c.lang)
        for c in content.contexts
    )
    return (Row("sign", (*others, Side(last.lang, (Cell("detail", named), *last.cells)))),)


LINE_END = Run("\n")


def lines_cell(lines: Iterable[str]) -> Cell:
    """An address, a line each."""
    return Cell("value", tuple(run for line in lines for run in (LINE_END, Run(line)))[1:])


def _lines_cells(names: list[str]) -> Callable[[Context], tuple[Cell, ...]]:
    def cells(c: Context) -> tuple[Cell, ...]:
        runs = [words_run(c.values[name], name) for name in names]
        return (Cell("text", tuple(r for run in runs for r in (LINE_END, run))[1:]),)

    return cells


def enclosures_rows(_part: Part, content: Content) -> tuple[Row, ...]:
    """The enclosures as the record lists them, numbered, a line each."""
    listed = content.case.facts.get("enclosures")
    if not isinstance(listed, tuple):
        return ()

    def cells(c: Context) -> tuple[Cell, ...]:
        runs: list[Run] = []
        for number, text in enumerate(listed, 1):
            runs += [LINE_END] * (number > 1)
            foreign = _foreign(text, c, content)
            runs += [Run(f"{number}. "), Run(text, "enclosures", lang=foreign)]
        return (Cell("text", tuple(runs)),)

    return (row_of("text", content, cells),)


def reply_slip_rows(part: Part, content: Content) -> tuple[Row, ...]:
    """Whose answer it is and where it goes, the tick lines (labels of the terms), who signs."""

    def whose(c: Context) -> tuple[Cell, ...]:
        address = c.values.get("sender_return_address") or c.values["sender_address"]
        slots = {
            "reference": words_run(c.values["our_reference"]),
            "name": words_run(c.values["recipient_name"]),
            "address": words_run(address),
        }
        return (Cell("detail", slot_runs(c.labels["reply_to"], c, **slots)),)

    ticks = tuple(row_of("tick", content, _label_cells(name)) for name in part.rows)
    return (
        row_of("text", content, whose),
        *ticks,
        row_of("tick", content, _label_cells("reply_sign")),
    )


def _label_cells(name: str) -> Callable[[Context], tuple[Cell, ...]]:
    return lambda c: (text_cell(c.labels[name]),)


BLOCKS: Mapping[str, Callable[[Part, Content], tuple[Row, ...]]] = {
    "values": values_rows,
    "items": items_rows,
    "working": working_rows,
    "payments": payments_rows,
    "apart": apart_rows,
    "pay_to": pay_to_rows,
    "signature": signature_rows,
    "enclosures": enclosures_rows,
    "reply_slip": reply_slip_rows,
}
