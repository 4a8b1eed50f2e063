"""docs/look.md: the pictures of typical pages and the table by pack, as the letters are now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from notices.proof.readback import rasterise
from tests.look.measure import settings
from tests.look.table import Row, pack_table

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "look.md"
BEGIN, END = "<!-- now: begin -->", "<!-- now: end -->"
DPI = 66


def write_docs(rows: Sequence[Row], out: Path, word: str = "now") -> None:
    """The table of now into the page; the typical pages as pages-WORD-PACK.png."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"{PAGE}: the marks {BEGIN} … {END} are gone")
    usual = [row for row in rows if row.layout == "usual"]
    PAGE.write_text(f"{before}{BEGIN}\n\n{pack_table(usual)}\n\n{END}{after}", encoding="utf-8")
    draw_typical(out, word)


def draw_typical(out: Path, word: str) -> None:
    """The typical pages, small and in few greys."""
    for name, page in settings()["typical"].items():
        data = (out / f"{name}.usual.pdf").read_bytes()
        large = rasterise(data, int(page), DPI * 2, grey=False)
        small = large.resize((large.width // 2, large.height // 2), Image.Resampling.LANCZOS)
        file = DOCS / "pictures" / f"pages-{word}-{name.partition('/')[0]}.png"
        ImageOps.expand(small, 1, fill="#aaa").quantize(24).save(file, optimize=True)
