"""Where a finished letter's characters stand: on the page, in their block, in the window, apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from notices.findings import Finding
from notices.page.document import Document, Frame, Rendering
from notices.page.readback import ARTIFACT, Glyph, MarkedText, ReadBack
from notices.page.regions import Regions, is_watermark, mask, side_of

EDGE = 5.0  # mm that no common printer reaches
BLEED = 0.6  # mm that the ink of a character may reach over its block's edge
TOUCH = 0.15  # mm by which characters of different runs may reach into each other
SHARE = 0.15  # of the smaller character that another may cover
LONELY_LINES = 3
CLOSING = frozenset(("close", "signature"))
WINDOW_PARTS = ("recipient", "return-address")


def check_places(
    document: Document, rendering: Rendering, read: ReadBack, regions: Regions
) -> Iterator[Finding]:
    """All checks of this room: clipped and overlapping characters, the window, the last page."""
    yield from check_clipped(rendering, read, regions)
    yield from check_overlap(document, read)
    yield from check_window(document, read)
    yield from check_last_page(read, regions)


def check_clipped(rendering: Rendering, read: ReadBack, regions: Regions) -> Iterator[Finding]:
    """Every character is on the page, clear of its edge, and inside its block."""
    sides = regions.sides
    boxes = {(box.name, box.page): box.frame for box in rendering.boxes}
    for run in read.runs:
        width, height = read.pages[run.page - 1]
        paper = Frame(EDGE, EDGE, width - 2 * EDGE, height - 2 * EDGE)
        owner = side_of(run, sides)
        block = sides[owner].block.id if owner else ""
        frames = [frame for name in run.ids if (frame := boxes.get((name, run.page)))]
        glyphs = _inked(run)
        if not glyphs:
            continue
        hull = _hull(glyph.frame for glyph in glyphs)
        spills = owner and not all(_inside(hull, frame, BLEED) for frame in frames)
        if spills or not _inside(hull, paper, 0.0):
            params = {"page": str(run.page), "block": block or _where(run), "text": mask(run.text)}
            yield Finding("proof-clipped", path=owner, params=params)


def check_overlap(document: Document, read: ReadBack) -> Iterator[Finding]:
    """No character stands on another, within a page; only the watermark may."""
    for page in range(1, len(read.pages) + 1):
        lines = [
            _Line(run, glyphs, _hull(glyph.frame for glyph in glyphs))
            for run in read.runs
            if run.page == page and not is_watermark(run, document) and (glyphs := _inked(run))
        ]
        lines.sort(key=lambda line: line.hull.top)
        for number, line in enumerate(lines):
            for other in lines[number + 1 :]:
                if other.hull.top > line.hull.top + line.hull.height:
                    break
                if _cut(line.hull, other.hull) > 0 and _collide(line.glyphs, other.glyphs):
                    params = {
                        "page": str(page),
                        "block": _where(line.run),
                        "other": _where(other.run),
                    }
                    yield Finding("proof-overlap", path=_where(line.run), params=params)


@dataclass(frozen=True)
class _Line:
    run: MarkedText
    glyphs: tuple[Glyph, ...]
    hull: Frame


def check_window(document: Document, read: ReadBack) -> Iterator[Finding]:
    """Through the envelope's window show the two addresses only, and the recipient's whole."""
    window = document.envelope.window
    if window is None:
        return
    whole = False
    for run in read.runs:
        if run.page != 1 or is_watermark(run, document):
            continue
        part = next((p for p in WINDOW_PARTS for name in run.ids if _part_of(name, p)), "")
        glyphs = _inked(run)
        if not part and any(_cut(glyph.frame, window) > 0 for glyph in glyphs):
            params = {"block": _where(run), "text": mask(run.text), "what": "extra"}
            yield Finding("proof-window", path=_where(run), params=params)
        if part == "recipient":
            whole = True
            if not all(_inside(glyph.frame, window, 0.0) for glyph in glyphs):
                params = {"block": part, "text": mask(run.text)}
                yield Finding("proof-window-recipient", path=part, params=params)
    if not whole:
        params = {"block": "recipient", "text": mask(document.recipient.lines[0])}
        yield Finding("proof-window-recipient", path="recipient", params=params)


def check_last_page(read: ReadBack, regions: Regions) -> Iterator[Finding]:
    """A second or later last page carries more than the letter's close, or a payment slip alone."""
    last = len(read.pages)
    if last < 2:
        return
    sides = regions.sides
    here = [run for run in read.runs if run.page == last and run.path and _inked(run)]
    blocks = {owner: sides[owner].block for run in here if (owner := side_of(run, sides))}
    slip = any(block.kind == "pay_slip" for block in blocks.values())
    text = [
        run
        for run in here
        if ((owner := side_of(run, sides)) and blocks[owner].kind != "pay_slip") or not slip
    ]
    if not text:
        return
    lines = {round(_hull(g.frame for g in _inked(run)).top / 2) for run in text}
    kinds = {
        "close" if block.id == "clause-close" else block.kind
        for block in blocks.values()
        if block.kind != "pay_slip"
    }
    figures = not slip and any(figure.page == last for figure in read.figures)
    if (len(lines) <= LONELY_LINES and not figures) or kinds <= CLOSING:
        params = {"page": str(last), "lines": str(len(lines))}
        yield Finding("proof-lonely-page", "warning", params=params)


def _part_of(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}-")


def _where(run: MarkedText) -> str:
    """What a person calls the run's place: its innermost identifier, else its structure type."""
    return run.ids[-1] if run.ids else (run.path[-2] if len(run.path) > 1 else run.tag or ARTIFACT)


def _inked(run: MarkedText) -> tuple[Glyph, ...]:
    return tuple(glyph for glyph in run.glyphs if not glyph.text.isspace())


def _inside(inner: Frame, outer: Frame, bleed: float) -> bool:
    return (
        inner.left >= outer.left - bleed
        and inner.top >= outer.top - bleed
        and inner.left + inner.width <= outer.left + outer.width + bleed
        and inner.top + inner.height <= outer.top + outer.height + bleed
    )


def _cut(a: Frame, b: Frame) -> float:
    """The area (mm²) that two frames share."""
    width = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    height = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    return width * height if width > 0 and height > 0 else 0.0


def _hull(frames: Iterable[Frame]) -> Frame:
    parts = list(frames)
    left, top = min(f.left for f in parts), min(f.top for f in parts)
    right = max(f.left + f.width for f in parts)
    bottom = max(f.top + f.height for f in parts)
    return Frame(left, top, right - left, bottom - top)


def _collide(glyphs: tuple[Glyph, ...], others: tuple[Glyph, ...]) -> bool:
    for glyph in glyphs:
        a = glyph.frame
        for other in others:
            b = other.frame
            width = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
            if width <= TOUCH:
                continue
            height = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
            if height <= TOUCH or a == b:
                continue
            if width * height >= SHARE * min(a.width * a.height, b.width * b.height):
                return True
    return False
