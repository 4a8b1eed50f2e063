"""What a finished letter parts at the end of a line, though it belongs together: read back from the
file, by the places of its characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from notices.page.arranged import ONCE
from notices.page.document import Cell, Document, Rendering
from notices.page.ties import find_ties
from notices.proof.readback import MarkedText, ReadBack
from notices.proof.regions import Region, find_regions, is_on_side, squash

BACK = 1.0  # mm to the left of the character before: a line began
NARROW = 72.0  # mm: columns about as wide as two dates may part one before its year
BY_ROLE = ("value", "mail_to", "mail_from", "head", "item", "subtotal", "total", "sign")
PAIRS = {"head": ("label", "amount"), "mail_to": ("label", "value")}  # whatever their cells' roles
IN_TABLES = ("table_head", "table_part", "table_row", "table_total")
HAN = re.compile("[\u3400-\u9fff]")


class Torn(NamedTuple):
    """A stretch that a line's end parts: where it stands, and what it is."""

    place: str
    text: str


class Read(NamedTuple):
    """A character as it is compared, the number of the line that it stands on, and its run."""

    char: str
    line: int
    run: MarkedText


def torn_units(document: Document, rendering: Rendering, read: ReadBack) -> Iterator[Torn]:
    """Every stretch that `ties.yaml` keeps together and the file parts, and every last line of one
    Han character; a date in a narrow column may be parted before its year. Fails where a cell that
    is printed is not read."""
    widths = {box.name: box.frame.width for box in rendering.boxes}
    regions = find_regions(document, read)
    places = [(_cells(region), region.runs) for region in regions.sides.values()]
    for number, side in enumerate(document.letterhead.lines):
        name = f"letterhead-line-{number}"
        places.append(([(name, side.cells[0])], [r for r in regions.loose if is_on_side(r, name)]))
    for cells, runs in places:
        for name, cell, said in _split(cells, runs):
            for text in _torn(cell, said, document.languages, widths.get(name, 0.0)):
                yield Torn(name, text)


def _cells(region: Region) -> list[tuple[str, Cell]]:
    """What is printed of a side, by the identifiers that the layout gives it."""
    kind, role = region.block.kind, region.row.role
    by_role = kind in ONCE or region.block.style == "reference" or role in BY_ROLE
    cells = []
    for number, cell in enumerate(region.cells):
        name = region.id
        if role in IN_TABLES:
            name += f"-{number}"
        elif by_role and kind != "pay_slip":
            name += f"-{PAIRS[role][number - len(region.cells)] if role in PAIRS else cell.role}"
        cells.append((name, cell))
    return cells


def _split(
    cells: list[tuple[str, Cell]], runs: list[MarkedText]
) -> Iterator[tuple[str, Cell, list[Read]]]:
    """What was read of each cell: the side says them one after the other, and nothing else."""
    read = list(_lines(runs))
    for name, cell in cells:
        wanted = squash(cell.text)
        said, read = read[: len(wanted)], read[len(wanted) :]
        assert wanted == "".join(one.char for one in said), f"{name} is not read"
        assert all(is_on_side(one.run, name) for one in said), f"{name} is not its identifier"
        yield name, cell, said
    assert not read, f"{read[0].run.ids}: not of a cell"


def _torn(cell: Cell, read: list[Read], languages: tuple[str, ...], width: float) -> Iterator[str]:
    ends = [0, *accumulate(len(squash(char)) for char in cell.text)]
    for tie in find_ties(cell, languages):
        end = tie.year if tie.year and width < NARROW else tie.end
        if len({one.line for one in read[ends[tie.start] : ends[end]]}) > 1:
            yield cell.text[tie.start : tie.end]
    last = [one.char for one in read if one.line == read[-1].line and one.char.isalnum()]
    if len(last) == 1 and HAN.match(last[0]) and read[0].line != read[-1].line:
        yield cell.text[-10:]


def _lines(runs: list[MarkedText]) -> Iterator[Read]:
    line, before, page = 0, -1.0, 0
    for run in runs:
        for glyph in run.glyphs:
            if not (text := squash(glyph.text)):
                continue
            if run.page != page or glyph.frame.left < before - BACK:
                line += 1
            before, page = glyph.frame.left, run.page
            yield from (Read(char, line, run) for char in text)
