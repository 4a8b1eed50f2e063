"""A font of a few kilobytes for the numbers on print files, cut from a shipped font."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

from fontTools import subset
from fontTools.ttLib import TTFont

from notices.errors import FontError
from notices.page.fonts import FontSet

CHARACTERS = "0123456789/ "


@dataclass(frozen=True)
class Digits:
    """A TrueType font with CHARACTERS; widths and measures in thousandths of its size."""

    data: bytes
    widths: tuple[int, ...]  # of the codes 32 to 57
    box: tuple[int, int, int, int]
    ascent: int
    descent: int

    def width(self, text: str) -> float:
        """The width of `text` at size 1."""
        return sum(self.widths[ord(char) - 32] for char in text) / 1000


@cache
def cut_digits(fonts: FontSet) -> Digits:
    """The digits of the set's plain Latin font. Raises FontError where it has none."""
    source = next((f for f in fonts.fonts if f.role == "latin" and f.weight == 400), None)
    if source is None:
        raise FontError("no plain Latin font for the numbers on print files")
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "STAT", "name", "meta"]
    options.name_IDs = []
    with TTFont(source.path, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=CHARACTERS)
        cutter.subset(font)
        out = io.BytesIO()
        font.save(out)
        scale = 1000 / font["head"].unitsPerEm
        names, advances = font.getBestCmap(), font["hmtx"].metrics
        widths = tuple(
            round(advances[names[code]][0] * scale) if code in names else 0
            for code in range(32, 58)
        )
        head, line = font["head"], font["hhea"]
        box = tuple(round(v * scale) for v in (head.xMin, head.yMin, head.xMax, head.yMax))
        ascent, descent = round(line.ascent * scale), round(line.descent * scale)
    return Digits(out.getvalue(), widths, (box[0], box[1], box[2], box[3]), ascent, descent)
