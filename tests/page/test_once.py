"""The account to pay to and the reply slip: once for both languages, whole, and fit to write in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from notices.finding import errors_in
from notices.letter.make import Letter, LetterMaker
from notices.pack.types import Part
from notices.page.content import Content
from notices.page.document import Cell, CellRole, Row, Run, Side
from notices.page.reply_slip import reply_slip_rows
from notices.proof.regions import Region, find_regions, squash
from notices.words.context import build_contexts
from tests.letter import letters
from tests.letter.letters import CARD, EN, ZH

DE = "DE/demand-1-consumer-first"
HEAVY = [CARD, DE, "NL/reminder-consumer", "HK/demand-consumer-card", "US/reminder-consumer"]
ONCE = ("pay_to", "reply_slip")


def regions(letter: Letter) -> list[Region]:
    document = letter.checked.document
    assert document is not None
    found = find_regions(document, letters.read(letter.data)).sides.values()
    return [region for region in found if region.block.kind in ONCE]


@pytest.mark.heavy
@pytest.mark.parametrize("name", HEAVY)
def test_each_value_stands_once_unbroken_and_the_block_on_one_page(
    finished: Callable[[str], Letter], name: str
) -> None:
    found = regions(finished(name))
    blocks = {region.block.id for region in found}
    assert blocks
    for block in blocks:
        mine = [region for region in found if region.block.id == block]
        assert len({run.page for region in mine for run in region.runs}) == 1
        for region in mine:
            values = [run for run in region.runs if run.ids[-1].endswith("-value")]
            inks = [run.ink for run in values if run.ink]
            assert all(one.top < two.top + two.height for one, two in pairwise(inks))
            if region.row.role == "value" and region.side is not region.row.sides[0]:
                first = region.row.sides[0].cells[1].text
                assert bool(values) == (region.side.cells[1].text != first)


@pytest.mark.heavy
@pytest.mark.parametrize("name", [CARD, DE])
def test_a_slip_has_rows_to_write_in(finished: Callable[[str], Letter], name: str) -> None:
    """9 mm from row to row, and twice that to sign; 30 mm and more for a date and for an amount."""
    found = [region for region in regions(finished(name)) if region.block.kind == "reply_slip"]
    rows = [r for r in found if r.row.role in ("tick", "sign") and r.side is r.row.sides[0]]
    feet = [max(run.ink.top + run.ink.height for run in r.runs if run.ink) for r in rows]
    assert all(two - one > 8 for one, two in pairwise(feet))
    paid = rows[0]
    tops = {run.ids[-1].rpartition("-")[2]: run.ink for run in paid.runs if run.ink}
    amount, date = tops["amount_room"], tops["date_room"]
    assert abs(amount.top - date.top) < 1.5
    last = next(region for region in found if region.row is paid.row and region is not paid)
    label = [run.ink for run in last.runs if run.ink and run.ids[-1].endswith("amount_room")][-1]
    assert date.left - (label.left + label.width) > 34


def test_a_row_that_stands_once_prints_what_differs() -> None:
    def side(lang: str, *texts: str) -> Side:
        return Side(lang, tuple(Cell("value", (Run(text),)) for text in texts))

    row = Row("value", (side(ZH, "银行", "0001"), side(EN, "Bank", "0001")), once=True)
    assert [cell.text for cell in row.printed(row.sides[0])] == ["银行", "0001"]
    assert [cell.text for cell in row.printed(row.sides[1])] == ["Bank"]


def test_a_row_whose_languages_have_other_cells_is_still_printed() -> None:
    def side(lang: str, *cells: tuple[CellRole, str]) -> Side:
        return Side(lang, tuple(Cell(role, (Run(text),)) for role, text in cells))

    first = side(ZH, ("text", "已付款"), ("amount_room", "金额"), ("date_room", "Date"))
    row = Row("tick", (first, side(EN, ("date_room", "Date"), ("text", "Paid"))), once=True)
    assert [cell.text for cell in row.printed(row.sides[1])] == ["Paid"]


OLD = {
    "reply_to": "{reference}, {name}: {address}",
    "reply_paid": "☐ Paid ____ on ____",
    "reply_sign": "Signature ____ Date ____",
}


@pytest.mark.heavy
def test_an_old_slip_of_sentences_and_underscores_can_still_be_made(maker: LetterMaker) -> None:
    """As in wording approved before: its labels are printed as they are."""
    (one,) = letters.check(maker, letters.case(CARD), letters.sender(CARD))
    assert one.case and one.figures and one.pack and one.document
    contexts = tuple(
        replace(c, labels={**c.labels, **OLD})
        for c in build_contexts(one.case, one.figures, one.pack, "CN-1")
    )
    content = Content(one.case, one.figures, one.pack, contexts)
    rows = reply_slip_rows(Part(block="reply_slip", rows=("reply_paid",)), content)
    rows = tuple(replace(row, once=True) for row in rows)
    assert [row.role for row in rows] == ["text", "tick", "sign"]
    blocks = tuple(
        replace(block, rows=rows) if block.kind == "reply_slip" else block
        for block in one.document.blocks
    )
    drawn = maker.draw(replace(one.document, blocks=blocks), one)
    assert not errors_in(drawn.findings)
    said = squash("".join(run.text for run in drawn.read.runs))
    name = letters.case(CARD).data["recipient"]["name"]
    assert f"CN-1,{squash(name if isinstance(name, str) else name['zh-Hans'])}:" in said
    assert squash("Paid ____ on ____") in said and squash(OLD["reply_sign"]) in said
