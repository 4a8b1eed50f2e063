"""How a letter's pages end: a last page carries a whole thought and a third of a page, or is not
there.

The usual spacing is tried first, then the tighter one where it takes fewer pages; then whole blocks
move on to a last page that would else carry too little. Laying out is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from notices.page.document import Block, Box, Document
from notices.page.envelopes import PAPER
from notices.page.head import TOP
from notices.page.layout import FOOT

ENOUGH = 1 / 3  # of a page's text field: what a last page carries at the least
SAVED = {1: 0.22, 2: 0.28}  # of all that is written: the most that each tighter spacing saves
# no thought of their own
CLOSING = ("clause-close", "signature", "enclosures", "reply_slip", "tear_off", "pay_slip")


class LaidOut(Protocol):
    """A letter as it would be drawn: the boxes of its ids on each of its pages."""

    @property
    def pages(self) -> int: ...

    @property
    def boxes(self) -> Sequence[Box]: ...


_L = TypeVar("_L", bound=LaidOut)
_TRIES = 3  # places at which the last page may begin instead


@dataclass(frozen=True)
class _Piece:
    """A block, or the part of it that stands on one page, in mm from the page's top."""

    block: Block
    top: float
    bottom: float


_Page = Sequence[_Piece]  # from its top down


def settle(document: Document, lay_out: Callable[[Document], _L]) -> tuple[Document, _L]:
    """The document as it is to be drawn, and laid out: its spacing, and the blocks that begin a
    page."""
    laid = lay_out(document)
    for tighter in _tighter(document, laid):
        tried = lay_out(tighter)
        if (_astray(tighter, tried), tried.pages) < (_astray(document, laid), laid.pages):
            document, laid = tighter, tried
            if not _astray(document, laid):
                break
    for number in range(len(_runs(document, laid))):
        document, laid = _filled(document, laid, number, lay_out)
    return document, laid


def _filled(
    document: Document, laid: _L, number: int, lay_out: Callable[[Document], _L]
) -> tuple[Document, _L]:
    """The same with enough on the last page of a run of pages, where moving blocks can do it."""
    run = _runs(document, laid)[number]
    if not _is_short(document, run):
        return document, laid
    for block in list(_first_of_last_page(document, run))[:_TRIES]:
        moved = replace(document, page_starts=(*document.page_starts, block.id))
        tried = lay_out(moved)
        if tried.pages == laid.pages and not _is_short(moved, _runs(moved, tried)[number]):
            return moved, tried
    return document, laid


def _tighter(document: Document, laid: LaidOut) -> Iterator[Document]:
    """The document in each tighter spacing that may save a page too many, or too empty, or bring a
    slip back to the first page of its language."""
    if document.compact or document.large_print:
        return
    shares = [
        _height(run[-1]) / sum(map(_height, run))
        for run in _runs(document, laid)
        if _is_short(document, run)
    ]
    always = laid.pages > document.page_aim or _astray(document, laid)
    for step, saved in SAVED.items():
        if always or (shares and min(shares) <= saved):
            yield replace(document, compact=step)


def _astray(document: Document, laid: LaidOut) -> int:
    """How many slips stand on another page than the first of their language."""
    pages = [page for run in _runs(document, laid) for page in run]
    later = (page for page in pages[1:] if page[0].block.kind != "turn")
    return sum(piece.block.kind == "tear_off" for page in later for piece in page)


def _is_short(document: Document, run: Sequence[_Page]) -> bool:
    """Whether the last of several pages carries less than it is worth."""
    last = run[-1]
    closing = all(_is_closing(piece.block) for piece in last)
    return len(run) > 1 and (closing or _height(last) < ENOUGH * _field(document))


def _first_of_last_page(document: Document, run: Sequence[_Page]) -> Iterator[Block]:
    """The blocks with which the last page could begin so that both pages carry enough, the
    lowest first."""
    before, last = run[-2], run[-1]
    earlier = {piece.block.id for page in run[:-2] for piece in page}
    enough, most = ENOUGH * _field(document), _field(document)
    for number in range(len(before) - 1, 0, -1):
        block, moved = before[number].block, before[number:]
        if block.id in earlier or before[number].top - TOP < enough:
            return
        if enough <= _height(moved) + _height(last) <= most and _may_begin(document, block):
            yield block


def _may_begin(document: Document, block: Block) -> bool:
    """Whether a page may begin with the block: not with a close, a column, a list, a translation
    alone."""
    languages = {side.lang for row in block.rows for side in row.sides}
    translation = document.arrangement == "stacked" and document.languages[0] not in languages
    return not (_is_closing(block) or block.column or block.shares or translation)


def _is_closing(block: Block) -> bool:
    return block.kind in CLOSING or block.id.startswith(CLOSING)


def _runs(document: Document, laid: LaidOut) -> tuple[tuple[_Page, ...], ...]:
    """The pages with what stands on them, cut where a further language, a form's reverse or large
    print's slip begins a page of its own."""
    blocks = {block.id: block for block in document.blocks if block.style != "reference"}
    pages: dict[int, list[_Piece]] = {}
    for box in laid.boxes:
        if box.name in blocks:
            top, bottom = box.frame.top, box.frame.top + box.frame.height
            pages.setdefault(box.page, []).append(_Piece(blocks[box.name], top, bottom))
    runs: list[list[_Page]] = []
    for number in sorted(pages):
        page = tuple(sorted(pages[number], key=lambda piece: piece.top))
        first = page[0].block
        if not runs or first.kind in ("turn", "tear_off") or first.style == "reverse":
            runs.append([])
        runs[-1].append(page)
    return tuple(map(tuple, runs))


def _height(page: _Page) -> float:
    """The height in mm that the pieces cover, those beside each other counted once."""
    height, foot = 0.0, 0.0
    for piece in page:
        height += max(0.0, piece.bottom - max(piece.top, foot))
        foot = max(foot, piece.bottom)
    return height


def _field(document: Document) -> float:
    return PAPER[document.envelope.page][1] - TOP - FOOT
