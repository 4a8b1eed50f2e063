"""The layout's blocks: each takes the letter's content and one part, and yields rows of sides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from notices.case.by_language import form_in
from notices.case.types import Note
from notices.figures.types import FigureRow
from notices.pack.types import Part
from notices.page.content import Content, row_of, slot_runs, slotted
from notices.page.document import Cell, Row, RowRole, Run, Side
from notices.page.passages import text_cell, words_run
from notices.page.workings import apart_rows, payments_rows, working_rows
from notices.words.context import Context, Words
from notices.words.debt_numbers import printed_numbers
from notices.words.locales import amount_words, date_words
from notices.words.scripts import HAN_LANGUAGES, spaced, tongue

Name = Callable[[Context], str]
Named = tuple[Decimal, Name]  # an amount, and what each language calls it


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
    an address stands as on an envelope; beside the address nothing stands twice."""
    rows = _named_rows(part.rows, part.style, content)
    if part.style == "reference":
        return tuple(replace(row, once=True) for row in rows)
    return tuple(_in_lines(row, content) for row in rows) if part.style == "head" else rows


def _in_lines(row: Row, content: Content) -> Row:
    """An address in its own lines; any other row as it is."""
    name = row.sides[0].cells[1].runs[0].name
    if name not in ("sender_address", "recipient_address"):
        return row
    address = content.case.facts.get(name)

    def in_lines(side: Side) -> Side:
        lines, _ = form_in(address, side.lang)
        return Side(side.lang, (side.cells[0], lines_cell(lines, side.cells[1].runs[0].lang)))

    return Row(row.role, tuple(map(in_lines, row.sides)))


def _named_rows(names: tuple[str, ...], style: str, content: Content) -> tuple[Row, ...]:
    rows = []
    for name in names:
        said = [(c.lang, c.labels, c.values.get(name)) for c in content.contexts]
        sides = tuple([(g, labels[_called(name, w, labels)], w) for g, labels, w in said if w])
        if len(sides) == len(said):
            strong = style == "glance" and name in ("total_due", "pay_by")
            rows.append(_value_row(name, sides, strong=strong))
    return tuple(rows)


def _called(name: str, words: Words, labels: Mapping[str, str]) -> str:
    """The label of a value: one of its own, where a debt's number prints whole for once."""
    whole = f"{name}_whole"
    return whole if whole in labels and "****" not in words.text else name


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
    figures = content.figures
    rows = [_items_head(part, content)]
    for debt in figures.debts:
        if len(figures.debts) > 1:
            rows.append(_debt_row(debt.debt, content))
        rows += [item_row(row, content) for row in debt.rows]
        if len(figures.debts) > 1:
            rows.append(_sum_row("subtotal", "subtotal", debt.total, content))
    rows.append(_sum_row("total", "total_due", figures.total_due, content))
    return tuple(rows)


def _items_head(part: Part, content: Content) -> Row:
    currency = content.case.currency
    return row_of(
        "head",
        content,
        lambda c: (
            text_cell(c.labels[part.title or "column_item"], "heading"),
            text_cell(slotted(c.labels["column_amount"], c, currency=currency), "heading"),
        ),
    )


def _debt_row(index: int, content: Content) -> Row:
    debt = content.case.debts[index]
    reference = printed_numbers(content.case, content.pack)[index]
    label = "debt_line" if reference else "debt_line_plain"
    slots = {"number": str(index + 1), "reference": reference}

    def cells(c: Context) -> tuple[Cell, ...]:
        due = Run(date_words(debt.due_date, c.formats), nowrap=True)
        return (Cell("heading", slot_runs(c.labels[label], c, **slots, due_date=due)),)

    return row_of("heading", content, cells)


def item_row(row: FigureRow, content: Content) -> Row:
    def cells(c: Context) -> tuple[Cell, ...]:
        amount = Run(amount_words(row.amount, c.formats), nowrap=True)
        return (Cell("label", item_runs(row, content, c)), Cell("amount", (amount,)))

    return row_of("item", content, cells)


def item_runs(row: FigureRow, content: Content, c: Context) -> tuple[Run, ...]:
    """What a figure is: its kind, its days, the record's note."""
    runs = [Run(content.pack.item_kinds[row.kind].labels[c.lang])]
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
        runs += [Run(spaced(" ", c.lang)), as_written(row.note, "", content, c)]
    return tuple(runs)


def _sum_row(role: RowRole, label: str, amount: Decimal, content: Content) -> Row:
    def cells(c: Context) -> tuple[Cell, ...]:
        bold = role == "total"
        words = Run(amount_words(amount, c.formats), label if bold else "", bold, nowrap=True)
        return (text_cell(c.labels[label], "label", strong=bold), Cell("amount", (words,)))

    return row_of(role, content, cells)


def listed_rows(part: Part, content: Content, rows: Iterable[Named]) -> tuple[Row, ...]:
    """The itemisation of a letter that lists its debts: one row for all of them, then the rest."""
    items = [row_of("item", content, _named_cells(amount, name)) for amount, name in rows]
    total = _sum_row("total", "total_due", content.figures.total_due, content)
    return (_items_head(part, content), *items, total)


def _named_cells(amount: Decimal, name: Name) -> Callable[[Context], tuple[Cell, ...]]:
    return lambda c: (
        text_cell(name(c), "label"),
        Cell("amount", (Run(amount_words(amount, c.formats), nowrap=True),)),
    )


def as_written(said: Note, name: str, content: Content, c: Context) -> Run:
    """The record's own text for this side, marked where it is in another language."""
    text, lang = form_in(said, c.lang)
    if not lang:
        lang = tongue(text, c.lang, tuple(context.lang for context in content.contexts))
    return Run(text, name, lang=lang if lang != c.lang else "")


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

    Style `hand` leaves a signature its place over the names, `seal` a seal its own: over the
    sender's Chinese name and the date, where the letter has Chinese, else beside the names. The
    layout puts the sender's own picture there; a place without one is named in every language.
    """
    row = row_of("sign", content, _lines_cells(_signers(content, "sender_name")))
    picture, label = _PLACES.get(part.style, ("", ""))
    named = tuple(
        Run(("" if c is content.contexts[0] else " ") + c.labels[label], lang=c.lang)
        for c in content.contexts
        if label and picture not in content.images
    )
    place = (Cell("detail", named),) if named else ()
    han = next((c for c in content.contexts if c.lang.startswith(HAN_LANGUAGES)), None)
    if part.style == "seal" and han:
        sealed = Cell("sealed", _lines(han, ("sender_name", "issue_date")))
        handler = [Cell("text", _lines(han, some))] if (some := _signers(content)) else []
        own = Side(han.lang, (sealed, *place, *handler))
        return (Row("sign", tuple(own if s.lang == han.lang else s for s in row.sides)),)
    at = 0 if part.style == "hand" else -1
    sides = list(row.sides)
    sides[at] = Side(sides[at].lang, (*place, *sides[at].cells))
    return (Row("sign", tuple(sides)),)


_PLACES = {"seal": ("seal", "seal_place"), "hand": ("signature", "signature_place")}


def _signers(content: Content, *before: str) -> tuple[str, ...]:
    names = (*before, "handler_name", "handler_role")
    return tuple(name for name in names if all(name in c.values for c in content.contexts))


LINE_END = Run("\n")


def lines_cell(lines: Iterable[str], lang: str = "") -> Cell:
    """An address, a line each; `lang` where it is in another language."""
    runs = (run for line in lines for run in (LINE_END, Run(line, lang=lang)))
    return Cell("value", tuple(runs)[1:])


def _lines_cells(names: tuple[str, ...]) -> Callable[[Context], tuple[Cell, ...]]:
    return lambda c: (Cell("text", _lines(c, names)),)


def _lines(c: Context, names: tuple[str, ...]) -> tuple[Run, ...]:
    runs = [words_run(c.values[name], name) for name in names]
    return tuple(r for run in runs for r in (LINE_END, run))[1:]


def enclosures_rows(_part: Part, content: Content) -> tuple[Row, ...]:
    """The enclosures as the record lists them, numbered, a line each."""
    listed = content.case.facts.get("enclosures")
    if not isinstance(listed, tuple):
        return ()

    def cells(c: Context) -> tuple[Cell, ...]:
        runs: list[Run] = []
        for number, text in enumerate(listed, 1):
            runs += [LINE_END] * (number > 1)
            runs += [Run(f"{number}. "), as_written(text, "enclosures", content, c)]
        return (Cell("text", tuple(runs)),)

    return (row_of("text", content, cells),)


BLOCKS: Mapping[str, Callable[[Part, Content], tuple[Row, ...]]] = {
    "open_items": lambda part, content: (),  # a list, where debts are listed
    "values": values_rows,
    "items": items_rows,
    "working": working_rows,
    "payments": payments_rows,
    "apart": apart_rows,
    "pay_to": pay_to_rows,
    "signature": signature_rows,
    "enclosures": enclosures_rows,
}
