"""Which blocks stand where: side by side, one below the other by blocks, or by whole texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from notices.page.blocks import LINE_END
from notices.page.document import Arrangement, Block, Cell, Row, Side
from notices.page.lists import LISTS

ONCE = ("pay_to", "reply_slip")  # stand once for both languages
_LISTS = tuple(LISTS)  # in the order in which they stand


def arranged(
    blocks: list[Block], arrangement: Arrangement, subject: tuple[Side, ...]
) -> Iterator[Block]:
    """Parallel: as they are. Stacked: each block once per language. Sequential: all, then all, each
    further language under its own subject, with the values of style `head`: who writes, to whom.

    The reference rows beside the address stay together in every arrangement; lists, a table per
    language, follow the text, and a payment slip, in one language, comes last. Payment account and
    reply slip stand once for both languages; where those follow each other, only the slip, behind.
    A letter is signed once: in a stacked one a further language adds what it says otherwise, in a
    sequential one its text ends without close and names, unless a seal has its place there.
    """
    apart = arrangement == "sequential"
    blocks = [block for block in blocks if block.rows]
    last = sorted((block for block in blocks if block.shares), key=lambda b: _LISTS.index(b.kind))
    lists = [piece for block in last for piece in _by_language(block)]
    slips = [b for b in blocks if b.kind == "pay_slip" or (apart and b.kind == "reply_slip")]
    slips.sort(key=lambda block: block.kind == "pay_slip")
    ends = (*lists, *slips) if arrangement != "sequential" else tuple(slips)
    blocks = [block for block in blocks if block not in slips and block not in last]
    if arrangement != "sequential":
        blocks = [block for block in blocks if block.style != "head"]
    if arrangement == "parallel":
        yield from (*blocks, *ends)
        return
    if arrangement == "stacked":
        pieces = [piece for block in blocks for piece in _by_language(block)]
        yield from _signed_once(pieces, subject[0].lang)
        yield from ends
        return
    split = [piece for block in (*blocks, *last) for piece in _by_language(block, apart=True)]
    first = subject[0].lang
    split = [b for b in split if b.style != "head" or b.rows[0].sides[0].lang != first]
    again = {b.rows[0].sides[0].lang for b in split if _signs_again(b, first)}
    split = [b for b in split if not (_ends(b) and b.rows[0].sides[0].lang in again)]
    yield from (block for block in split if block.style == "reference")
    for side in subject:
        lang = side.lang
        if side is not subject[0]:
            heading = Side(lang, tuple(replace(cell, role="heading") for cell in side.cells))
            yield Block(f"turn-{lang}", "turn", (Row("heading", (heading,)),))
        yield from (b for b in split if b.style != "reference" and b.rows[0].sides[0].lang == lang)
    yield from slips


def _signs_again(block: Block, first: str) -> bool:
    """Whether it names in a further language who signs, and has no place for a seal or a hand."""
    if block.kind != "signature":
        return False
    side = _signing(block).sides[0]
    places = {cell.role for cell in side.cells} - {"text"}
    return side.lang != first and not places and not block.images


def _signing(block: Block) -> Row:
    """A signature's row of names, which a title may stand over."""
    return next(row for row in block.rows if row.role == "sign")


def _ends(block: Block) -> bool:
    """Whether it is a close, in whichever wording, or a signature."""
    return block.kind == "signature" or block.id.startswith("clause-close")


def _signed_once(blocks: list[Block], first: str) -> Iterator[Block]:
    """The same without lines of a further signature that stand in an earlier one."""
    said: set[str] = set()
    for block in blocks:
        if block.kind != "signature":
            yield block
            continue
        row = _signing(block)
        (side,) = row.sides
        lines = [run for cell in side.cells for run in cell.runs if run != LINE_END]
        if not _signs_again(block, first):
            yield block
        elif new := [run for run in lines if run.text not in said]:
            runs = tuple(run for line in new for run in (LINE_END, line))[1:]
            signing = Row(row.role, (Side(side.lang, (Cell("text", runs),)),))
            yield replace(block, rows=tuple(signing if r is row else r for r in block.rows))
        said |= {run.text for run in lines}


def _by_language(block: Block, *, apart: bool = False) -> Iterator[Block]:
    """The block once per language; its pictures stand with the first only, a seal with the one
    that has its place. What stands once for all languages stays whole, unless they are `apart`:
    then only what is under a code stays with it."""
    languages = tuple(dict.fromkeys(side.lang for row in block.rows for side in row.sides))
    if block.style == "reference" or len(languages) == 1 or (block.kind in ONCE and not apart):
        yield block
        return
    first = languages[0]
    sealed = next((s.lang for row in block.rows for s in row.sides if s.is_sealed), first)
    for lang in languages:
        rows = tuple(
            row if row.role == "code" else Row(row.role, sides)
            for row in block.rows
            if (sides := tuple(side for side in row.sides if side.lang == lang))
            and (row.role != "code" or lang == first)
        )
        places = {"seal": sealed}
        images = tuple(name for name in block.images if places.get(name, first) == lang)
        yield replace(block, id=f"{block.id}-{lang}", rows=rows, images=images)
