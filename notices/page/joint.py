"""Blocks that stand once for all languages of a letter: labels side by side, each value once."""

from __future__ import annotations

from dataclasses import replace

from notices.page.document import Block, Cell, Row, Run, Side

STROKE = Run("\u00a0/")  # between what two languages say; it ends a line, and never begins one


def joined(block: Block) -> Block:
    """The block with each text once: what a later side writes as an earlier one does is left out,
    and a stroke parts the rest."""
    if max((len(row.sides) for row in block.rows), default=0) < 2:
        return block
    return replace(block, rows=tuple(map(_joined_row, block.rows)), joint=True)


def _joined_row(row: Row) -> Row:
    kept: list[list[Cell]] = [[] for _ in row.sides]
    for cells in zip(*(side.cells for side in row.sides), strict=True):
        said = {cell.text: number for number, cell in reversed(list(enumerate(cells)))}
        places = sorted(said.values())
        for place in places:
            cell = cells[place]
            stroke = (STROKE,) if place != places[-1] else ()
            kept[place].append(replace(cell, runs=(*cell.runs, *stroke)))
    sides = zip(row.sides, kept, strict=True)
    return Row(row.role, tuple(Side(side.lang, tuple(some)) for side, some in sides if some))
