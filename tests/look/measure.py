"""What a reader's eye measures in a letter, from its finished PDF alone.

How full the last page is, which units are torn at a line's end, which sizes of type there are,
and how near the title stands to what is above it. It knows no layout: text, places and sizes are
read back from the file. What the patterns of units are, and the limits, says `pages.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from notices.page.document import Frame
from notices.page.head import TOP
from notices.page.layout import FOOT
from notices.proof.readback import MarkedText, ReadBack, read_pdf
from notices.textfiles import read_text_file

DATA = Path(__file__).with_name("pages.yaml")
PAUSE = 15.0  # mm between two lines that still count as one text
SLIP = "Sect"  # a payment slip's own structure type: its standard prescribes its sizes


@dataclass(frozen=True)
class Measures:
    """Of one letter. `fill`: share in % of the last page's text field that is written on; `ends`:
    the blocks on the last page, in order; `torn`: each unit that a line's end tears, `/` at the
    tear; `sizes`: the sizes of type in pt, least first, a payment slip's left out; `title`: mm from
    the title up to what stands above it."""

    pages: int
    fill: int
    ends: tuple[str, ...]
    torn: tuple[str, ...]
    sizes: tuple[float, ...]
    title: float


@cache
def settings() -> Mapping[str, Any]:
    """pages.yaml: patterns, limits, exceptions."""
    found: Mapping[str, Any] = read_text_file(DATA).data
    return found


@cache
def limits() -> Mapping[str, float]:
    """What no letter passes."""
    return {name: float(number) for name, number in settings()["limits"].items()}


def measure(data: bytes) -> Measures:
    """The measures of a finished letter. Raises RenderError where it can't be read."""
    read = read_pdf(data)
    last = len(read.pages)
    return Measures(
        pages=last,
        fill=round(100 * _written(read, last) / (read.pages[-1][1] - TOP - FOOT)),
        ends=tuple(dict.fromkeys(r.ids[0] for r in read.runs if r.page == last and r.ids)),
        torn=tuple(_torn(read)),
        sizes=tuple(sorted(_sizes(data, read))),
        title=_title(read),
    )


def _written(read: ReadBack, page: int) -> float:
    """The height in mm of what is written on the page, pauses within the text counted in."""
    frames = [r.ink for r in read.runs if r.page == page and r.path and r.ink]
    frames += [f.frame for f in read.figures if f.page == page and f.frame]
    spans = sorted((frame.top, frame.top + frame.height) for frame in frames)
    written, foot = 0.0, TOP
    for top, bottom in spans:
        if bottom > foot:
            written += bottom - (foot if top - foot <= PAUSE else top)
            foot = bottom
    return written


def _title(read: ReadBack) -> float:
    """From the top of the title up to the lowest of what is read before it on its page."""
    before: list[Frame] = []
    for run in read.runs:
        if run.ink and "H1" in run.path:
            return round(run.ink.top - max(ink.top + ink.height for ink in before), 1)
        if run.ink and run.path:
            before.append(run.ink)
    return 0.0


# --- units that a line's end tears ------------------------------------------------------------


def _torn(read: ReadBack) -> Iterator[str]:
    for text in texts(read):
        seen: set[int] = set()
        for pattern in _patterns():
            for found in pattern.finditer(text):
                ends = {at for at in range(*found.span()) if text[at] == "\n"}
                if ends - seen:
                    yield found[0].replace("\n", "/").strip()
                seen |= ends


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """A blank stands for any white space, `_` for none or some."""
    units = settings()["units"].values()
    return tuple(re.compile(p.replace(" ", r"\s+").replace("_", r"\s*")) for p in units)


def texts(read: ReadBack) -> Iterator[str]:
    """The text of each cell or paragraph, `\\n` where a line ends and the text goes on."""
    tagged = (run for run in read.runs if run.ink and run.path)
    for _, runs in groupby(tagged, key=lambda run: run.ids):
        parts = list(runs)
        text = parts[0].text
        for before, run in pairwise(parts):
            text = (
                text.rstrip() + "\n" + run.text.lstrip() if _below(before, run) else text + run.text
            )
        yield text


def _below(before: MarkedText, run: MarkedText) -> bool:
    """Whether the run stands on another line than the one before."""
    a, b = before.ink, run.ink
    if a is None or b is None or before.page != run.page:
        return before.page != run.page
    return min(a.top + a.height, b.top + b.height) - max(a.top, b.top) <= 0


# --- sizes of type ----------------------------------------------------------------------------


def _sizes(data: bytes, read: ReadBack) -> set[float]:
    """Each size in pt that text has, page numbers and short titles included."""
    document = pypdfium2.PdfDocument(data)
    try:
        found: set[float] = set()
        for page in range(1, len(document) + 1):
            runs = [r for r in read.runs if r.page == page and r.ink and SLIP not in r.path]
            found |= _page_sizes(document[page - 1].get_textpage(), runs)
    finally:
        document.close()
    return found


def _page_sizes(text_page: Any, runs: Sequence[MarkedText]) -> set[float]:
    matrix, found = pdfium.FS_MATRIX(), set()
    for start in (part.start for run in runs for part in run.parts):
        if shown := pdfium.FPDFText_GetTextObject(text_page, start):
            pdfium.FPDFPageObj_GetMatrix(shown, matrix)
            size = pdfium.FPDFText_GetFontSize(text_page, start)
            found.add(round(size * abs(matrix.d), 1))
    return found
