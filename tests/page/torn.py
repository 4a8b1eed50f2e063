"""What a finished letter parts at the end of a line, though it belongs together: read back from the
file, by the places of its characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from notices.page.document import Cell, Document, Rendering
from notices.page.ties import find_ties
from notices.proof.readback import MarkedText, ReadBack
from notices.proof.regions import Region, find_regions, is_on_side, squash

BACK = 1.0  # mm to the left of the character before: a line began
NARROW = 72.0  # mm: columns about as wide as two dates may part one before its year
HAN = re.compile("[\u3400-\u9fff]")


class Torn(NamedTuple):
    """A stretch that a line's end parts: where it stands, and what it is."""

    place: str
    text: str


def torn_units(document: Document, rendering: Rendering, read: ReadBack) -> Iterator[Torn]:
    """Every stretch that `ties.yaml` keeps together and the file parts, and every last line of one
    Han character; a date in a narrow column may be parted before its year."""
    widths = {box.name: box.frame.width for box in rendering.boxes}
    regions = find_regions(document, read)
    places = [
        (name, cell, [run for run in region.runs if name == region.id or is_on_side(run, name)])
        for region in regions.sides.values()
        for name, cell in _cells(region)
    ]
    for number, side in enumerate(document.letterhead.lines):
        name = f"letterhead-line-{number}"
        places.append((name, side.cells[0], [r for r in regions.loose if is_on_side(r, name)]))
    for name, cell, runs in places:
        for text in _torn(cell, runs, document.languages, widths.get(name, 0.0)):
            yield Torn(name, text)


def _cells(region: Region) -> Iterator[tuple[str, Cell]]:
    """A side's cells by the identifiers that the layout gives them."""
    cells = region.side.cells
    for number, cell in enumerate(cells):
        if len(cells) == 1:
            name = region.id
        elif region.row.role in ("value", "mail_to", "mail_from"):
            name = f"{region.id}-{('label', 'value')[number]}"
        elif region.row.role in ("head", "item", "subtotal", "total"):
            name = f"{region.id}-{('label', 'amount')[number]}"
        else:
            name = f"{region.id}-{number}"
        yield name, cell


def _torn(
    cell: Cell, runs: list[MarkedText], languages: tuple[str, ...], width: float
) -> Iterator[str]:
    read = list(_lines(runs))
    if squash(cell.text) != "".join(char for char, _ in read):
        return  # a cell of a slip or beside a seal, which has no identifier of its own
    ends = [0, *accumulate(len(squash(char)) for char in cell.text)]
    for tie in find_ties(cell, languages):
        end = tie.year if tie.year and width < NARROW else tie.end
        if len({line for _, line in read[ends[tie.start] : ends[end]]}) > 1:
            yield cell.text[tie.start : tie.end]
    last = [char for char, line in read if line == read[-1][1] and char.isalnum()]
    if len(last) == 1 and HAN.match(last[0]) and read[0][1] != read[-1][1]:
        yield cell.text[-10:]


def _lines(runs: list[MarkedText]) -> Iterator[tuple[str, int]]:
    """Each character as it is compared, with the number of the line that it stands on."""
    line, before, page = 0, -1.0, 0
    for run in runs:
        for glyph in run.glyphs:
            if not (text := squash(glyph.text)):
                continue
            if run.page != page or glyph.frame.left < before - BACK:
                line += 1
            before, page = glyph.frame.left, run.page
            yield from ((char, line) for char in text)
