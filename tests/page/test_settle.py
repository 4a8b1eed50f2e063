"""How pages end, on a model of pages: blocks of given heights, one below the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.page.document import Block, Box, Document, Frame, Row
from notices.page.head import TOP
from notices.page.layout import FOOT
from notices.page.settle import ENOUGH, settle
from tests.page.minimal import CLOSE, document, filler

BOTTOM = 297 - FOOT
FIELD = BOTTOM - TOP
FIRST = 110.0  # where the first page's text begins
SPACING = {0: 1.0, 1: 0.87, 2: 0.8}
SIGNATURE = replace(CLOSE, id="signature", kind="signature")


@dataclass(frozen=True)
class Laid:
    pages: int
    boxes: tuple[Box, ...]

    def on(self, page: int) -> list[str]:
        return [box.name for box in self.boxes if box.page == page]

    def filled(self, page: int) -> float:
        return sum(box.frame.height for box in self.boxes if box.page == page)


def lay_out(document: Document, heights: Mapping[str, float]) -> Laid:
    """Each block whole, on the page where it fits."""
    page, at, boxes = 1, FIRST, []
    for block in document.blocks:
        height = heights[block.id] * SPACING[document.compact]
        begins = block.id in document.page_starts or block.kind == "turn"
        if at > TOP and (begins or at + height > BOTTOM):
            page, at = page + 1, TOP
        boxes.append(Box(block.id, page, Frame(20, at, 170, height)))
        at += height
    return Laid(page, tuple(boxes))


def settled(
    *heights: float, blocks: tuple[Block, ...] = (), large: bool = False
) -> tuple[Document, Laid]:
    """The letter of fillers with these heights, a close and a signature, as it is to be drawn."""
    blocks = blocks or (*filler(len(heights) - 2), CLOSE, SIGNATURE)
    high = {block.id: height for block, height in zip(blocks, heights, strict=True)}
    doc = replace(document(blocks, page_limit=3), large_print=large)
    return settle(doc, lambda tried: lay_out(tried, high))


def test_a_letter_that_fits_is_left_as_it_is() -> None:
    doc, laid = settled(60, 60, 20, 15)
    assert (laid.pages, doc.compact, doc.page_starts) == (1, 0, ())


@pytest.mark.parametrize(("last", "step"), [(14.0, 1), (34.0, 2)])
def test_tighter_spacing_saves_a_page(last: float, step: int) -> None:
    doc, laid = settled(80, 75, last, 10)
    assert (laid.pages, doc.compact) == (1, step)


def test_where_it_saves_none_the_spacing_stays_and_whole_blocks_move() -> None:
    doc, laid = settled(50, 50, 50, 50, 25, 5, 5)
    assert (laid.pages, doc.compact) == (2, 0)
    assert laid.on(2)[0] == "clause-2" == doc.page_starts[0]
    assert laid.filled(2) >= ENOUGH * FIELD


def test_no_page_holds_only_a_close_or_a_slip() -> None:
    slip = replace(CLOSE, id="pay_slip", kind="pay_slip")
    blocks = (*filler(3), CLOSE, SIGNATURE, slip)
    doc, laid = settled(60, 60, 25, 5, 10, 105, blocks=blocks)
    assert laid.on(2) == ["clause-2", "clause-close", "signature", "pay_slip"]
    assert doc.compact == 0


def test_no_page_is_made_to_begin_with_a_list() -> None:
    """The layout breaks no page before one: what stands before it moves with it."""
    lists = [replace(block, kind="open_items", shares=(0.5, 0.5)) for block in filler(4)[2:]]
    blocks = (*filler(2), *lists, CLOSE, SIGNATURE)
    doc, laid = settled(50, 50, 50, 50, 5, 5, blocks=blocks)
    assert doc.page_starts == ("clause-1",)
    assert laid.on(2)[0] == "clause-1"


def test_large_print_keeps_its_spacing() -> None:
    doc, laid = settled(40, 40, 40, 40, 10, 5, large=True)
    assert (doc.compact, laid.on(2)[0]) == (0, "clause-2")


def test_each_language_s_last_page_carries_enough() -> None:
    turn = replace(CLOSE, id="turn-en", kind="turn")
    more = tuple(replace(block, id=f"{block.id}-en") for block in filler(8))
    blocks = (*filler(6), turn, *more)
    doc, laid = settled(*[40.0] * 6, 10, *[42.0] * 8, blocks=blocks)
    assert doc.page_starts == ("clause-3", "clause-5-en")
    assert [laid.on(page)[0] for page in (1, 2, 3, 4)] == [
        *("clause-0", "clause-3", "turn-en", "clause-5-en")
    ]


def test_no_page_begins_with_a_translation_alone() -> None:
    pairs = [(b, replace(b, id=f"{b.id}-en", rows=only_english(b))) for b in filler(5)]
    blocks = tuple(block for pair in pairs for block in pair)
    doc = replace(document(blocks), arrangement="stacked")
    _, laid = settle(doc, lambda tried: lay_out(tried, dict.fromkeys((b.id for b in blocks), 24.0)))
    assert laid.on(2)[0] == "clause-3"


def only_english(block: Block) -> tuple[Row, ...]:
    return tuple(replace(row, sides=row.sides[1:]) for row in block.rows)


@settings(deadline=None)
@given(st.lists(st.floats(4, 90), min_size=3, max_size=14))
def test_no_letter_grows_and_none_is_tighter_for_nothing(heights: list[float]) -> None:
    blocks = (*filler(len(heights) - 2), CLOSE, SIGNATURE)
    high = {block.id: height for block, height in zip(blocks, heights, strict=True)}
    usual = lay_out(document(blocks), high)
    doc, laid = settled(*heights)
    assert laid.pages <= usual.pages
    assert not doc.compact or laid.pages < usual.pages
