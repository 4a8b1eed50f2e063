"""Sheets of all pages side by side, to look at: each page at 110 dpi under its letter's name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from notices.places import FONTS
from notices.proof.readback import rasterise
from tests.look.table import Row

DPI = 110
ACROSS, DOWN = 4, 2  # pages on a sheet
LABEL, EDGE = 30, 12  # pixels over a page and around it
GROUND = "#bbb"


def write_sheets(rows: Sequence[Row], out: Path) -> tuple[Path, ...]:
    """The sheets of each pack and layout, `PACK-LAYOUT-NUMBER.png`."""
    files = []
    drawn = [row for row in rows if row.measures]
    drawn.sort(key=lambda row: (row.name.partition("/")[0], row.layout))
    for (pack, layout), some in groupby(drawn, key=lambda r: (r.name.partition("/")[0], r.layout)):
        pages = [page for row in some for page in _pages(row, out)]
        for number, start in enumerate(range(0, len(pages), ACROSS * DOWN), start=1):
            file = out / f"{pack}-{layout}-{number}.png"
            sheet(pages[start : start + ACROSS * DOWN]).save(file)
            files.append(file)
    return tuple(files)


def _pages(row: Row, out: Path) -> Iterator[Image.Image]:
    """Each page of the letter under its name, its number and what is wrong with it."""
    assert row.measures is not None
    data = (out / f"{row.full_name}.pdf").read_bytes()
    font = ImageFont.truetype(str(FONTS / "NotoSans-Regular.ttf"), LABEL - 12)
    for number in range(1, row.measures.pages + 1):
        page = rasterise(data, number, DPI, grey=False)
        framed = Image.new("RGB", (page.width, page.height + LABEL), GROUND)
        label = f"{row.full_name}  {number}/{row.measures.pages}"
        ImageDraw.Draw(framed).text((0, 4), label, "black", font)
        framed.paste(page, (0, LABEL))
        yield framed


def sheet(pages: Sequence[Image.Image]) -> Image.Image:
    """The pages in rows, in few colours."""
    wide = max(page.width for page in pages) + EDGE
    high = max(page.height for page in pages) + EDGE
    rows = -(-len(pages) // ACROSS)
    whole = Image.new("RGB", (wide * ACROSS + EDGE, high * rows + EDGE), GROUND)
    for number, page in enumerate(pages):
        whole.paste(page, (EDGE + wide * (number % ACROSS), EDGE + high * (number // ACROSS)))
    return whole.quantize(64)
