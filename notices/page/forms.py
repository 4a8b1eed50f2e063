"""Blocks of forms that the law lays out: itemised lines, slips to tear off, own passages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from notices.case.by_language import form_in
from notices.pack.types import Pack, Part
from notices.page.blocks import item_row, lines_cell
from notices.page.content import Content, row_of
from notices.page.document import Cell, Row, RowRole, Run, Side
from notices.page.passages import clause_rows, text_cell, words_run
from notices.page.payslip import slip_rows
from notices.page.reply_slip import reply_slip_rows
from notices.words.context import Context
from notices.words.locales import MINUS, money_words

BOX = re.compile(r"^\u2610\s*")  # a paragraph that begins with ☐ is a box to tick


def tear_off_rows(part: Part, content: Content) -> tuple[Row, ...]:
    """The slip's clauses, then the letter's reference, where the slip goes and who sends it.

    A paragraph that begins with ☐ becomes a drawn box; after the first of its clause, an inner one.
    """
    rows: list[Row] = []
    for name in part.rows:
        for number, row in enumerate(clause_rows(content.clauses[name], content.contexts)):
            boxed = [_unboxed(side) for side in row.sides]
            if any(side is None for side in boxed):
                rows.append(row)
            else:
                sides = tuple(side for side in boxed if side)
                rows.append(Row("inner_box" if number else "box", sides))
    party, sender = content.case.recipient, content.case.sender.facts
    office = sender.get("sender_dispute_address") or sender["sender_address"]

    def mail_to(c: Context) -> tuple[Cell, ...]:
        lines = (c.values["sender_name"].text, *form_in(office, c.lang)[0])
        return (text_cell(c.labels["mail_to"]), lines_cell(lines))

    def reference(c: Context) -> tuple[Cell, ...]:
        words = words_run(c.values["our_reference"], "our_reference")
        return (text_cell(c.labels["our_reference"], "label"), Cell("value", (words,)))

    return (
        *rows,
        row_of("value", content, reference),
        row_of("mail_to", content, mail_to),
        row_of("mail_from", content, lambda _: (lines_cell((party.name, *party.address)),)),
    )


def _unboxed(side: Side) -> Side | None:
    """A side without the ☐ that it begins with; None where it begins otherwise."""
    cell = side.cells[0]
    first = cell.runs[0]
    if not BOX.match(first.text):
        return None
    runs = (replace(first, text=BOX.sub("", first.text)), *cell.runs[1:])
    return Side(side.lang, (replace(cell, runs=runs),))


def itemization_rows(part: Part, content: Content) -> tuple[Row, ...]:
    """Clauses as lines, each with the sum of the item kinds it names; a kind without items is 0.

    What no line names stands in lines of its own before the total, so that the lines add up.
    """
    rows: list[Row] = []
    figured = [row for debt in content.figures.debts for row in debt.rows]
    named = {kind for kinds in part.sums.values() for kind in kinds}
    others = [item_row(row, content) for row in figured if row.kind not in named]
    for name in part.rows:
        kinds = part.sums.get(name, ())
        (text,) = clause_rows(content.clauses[name], content.contexts)
        if not kinds:
            rows.append(text)
        elif "total_due" in kinds:
            rows += others
            rows.append(_with_amount(text, "total", "", content.figures.total_due, content))
        else:
            amount = sum((row.amount for row in figured if row.kind in kinds), Decimal(0))
            sign = _sign_of(kinds, content.pack)
            rows.append(_with_amount(text, "item", sign, abs(amount), content))
    return tuple(rows)


def _sign_of(kinds: tuple[str, ...], pack: Pack) -> str:
    """+ or − before what raises or lowers the debt; nothing before the debt itself."""
    known = [pack.item_kinds[kind] for kind in kinds]
    if all(kind.sign < 0 for kind in known):
        return MINUS
    return "" if any(kind.counts_as == "principal" for kind in known) else "+"


def _with_amount(text: Row, role: RowRole, sign: str, amount: Decimal, content: Content) -> Row:
    bold = role == "total"
    sides = []
    for side, c in zip(text.sides, content.contexts, strict=True):
        words = money_words(amount, content.case.currency, c.formats)
        signed = [Run(f"{sign} ")] if sign else []
        signed.append(Run(words, "total_due" if bold else "", bold, nowrap=True))
        runs = tuple(replace(run, strong=bold or run.strong) for run in side.cells[0].runs)
        sides.append(Side(c.lang, (Cell("label", runs), Cell("amount", tuple(signed)))))
    return Row(role, tuple(sides))


def paragraphs_rows(part: Part, content: Content) -> tuple[Row, ...]:
    """The record's own paragraphs as they are written, parted by blank lines."""
    rows: list[Row] = []
    for name in part.rows:
        texts = {
            c.lang: re.split(r"\n\s*\n", c.values[name].text.strip())
            for c in content.contexts
            if name in c.values
        }
        for number in range(max(map(len, texts.values()), default=0)):
            sides = (
                Side(lang, (Cell("text", (Run(said[number].replace("\n", " "), name),)),))
                for lang, said in texts.items()
                if number < len(said)
            )
            rows.append(Row("text", tuple(sides)))
    return tuple(rows)


def pay_slip_rows(_part: Part, content: Content) -> tuple[Row, ...]:
    """The payment slip's sections, in its one language."""
    return slip_rows(content.slip) if content.slip else ()


FORMS: Mapping[str, Callable[[Part, Content], tuple[Row, ...]]] = {
    "itemization": itemization_rows,
    "paragraphs": paragraphs_rows,
    "reply_slip": reply_slip_rows,
    "tear_off": tear_off_rows,
    "pay_slip": pay_slip_rows,
}
