"""How wide a text is, and the lines that it takes: known before anything is drawn.

The widths are those of the fonts: templates/layout/widths.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from math import ceil
from unicodedata import category, east_asian_width, normalize

from notices.page.document import Cell, Run
from notices.page.ties import find_ties, may_part
from notices.places import LAYOUT
from notices.textfiles import read_text_file

MM = 25.4 / 72  # a point
HAN = 1.0  # em


@cache
def _widths(weight: str) -> tuple[Mapping[str, float], float]:
    """Each character's width in em, and that of all others."""
    data = read_text_file(LAYOUT / "widths.yaml").data
    widths = {char: int(width) / 1000 for width, chars in data[weight].items() for char in chars}
    return widths, int(data["other"]) / 1000


@lru_cache(maxsize=4096)
def text_width(text: str, bold: bool = False) -> float:
    """The width of a line of text, in em."""
    widths, other = _widths("700" if bold else "400")

    def width(char: str) -> float:
        if (known := widths.get(char)) is not None:
            return known
        if east_asian_width(char) in "WF":
            return HAN
        if category(char) in ("Mn", "Cf"):
            return 0.0
        return widths.get(normalize("NFD", char)[0], other)

    return sum(map(width, text))


def count_lines(text: str, room: float, languages: tuple[str, ...], bold: bool = False) -> int:
    """The lines that a text takes where one has a room of so many em."""
    if text_width(text, bold) <= room:
        return 1
    lines, at = 1, 0.0
    for piece in _pieces(text, languages):
        ink = text_width(piece.rstrip(), bold)
        if at and at + ink > room:
            # the renderer ends a line early where a space before a tie would stand outside
            lines, at = lines + (2 if at > room and " " in piece.strip() else 1), 0.0
        further = ceil(ink / room) - 1 if ink > room else 0  # parted anywhere
        lines, at = lines + further, at + text_width(piece, bold) - further * room
    return lines


def _pieces(text: str, languages: tuple[str, ...]) -> Iterator[str]:
    """The text cut wherever a line may end."""
    ties = find_ties(Cell("text", (Run(text),)), languages)
    kept = {at for tie in ties if "long" not in tie.name for at in range(tie.start + 1, tie.end)}
    start = 0
    for at in range(1, len(text)):
        one, other = text[at - 1], text[at]
        if at in kept or not may_part(one, other) or not _begins_a_line(one, other):
            continue
        yield text[start:at]
        start = at
    yield text[start:]


def _begins_a_line(one: str, other: str) -> bool:
    """Whether no mark that belongs to a neighbour would be parted from it."""
    return category(other) not in ("Pe", "Pf", "Po", "Zs") and category(one) not in ("Ps", "Pi")
