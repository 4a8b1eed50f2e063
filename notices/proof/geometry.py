"""Where a finished letter's characters stand: on the page, in their block, in the window, apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from notices.finding import Finding, masked
from notices.page.document import Document, Frame, Rendering
from notices.page.payslip import slip_terms
from notices.proof.readback import ARTIFACT, Glyph, MarkedText, ReadBack
from notices.proof.regions import Regions, is_on_side, is_watermark

EDGE = 5.0  # mm that no common printer reaches
BLEED = 0.6  # mm that the ink of a character may reach over its block's edge
TOUCH = 0.15  # mm by which characters of different runs may reach into each other
SHARE = 0.15  # of the smaller character that another may cover
LEGIBLE = 8.0  # pt: the smallest type that a letter has
ROUNDING = 0.05  # pt
LONELY_LINES = 3
CLOSING = frozenset(("close", "signature"))
WINDOW_PARTS = ("recipient", "return-address")


def check_places(
    document: Document, rendering: Rendering, read: ReadBack, regions: Regions
) -> Iterator[Finding]:
    """All checks of this room: characters clipped, overlapping or too small, the window, the last
    page."""
    yield from check_clipped(rendering, read, regions)
    yield from check_overlap(document, read)
    yield from check_sizes(document, read, regions)
    yield from check_window(document, read)
    yield from check_tear_offs(document, regions)
    yield from check_last_page(read, regions)


def check_clipped(rendering: Rendering, read: ReadBack, regions: Regions) -> Iterator[Finding]:
    """Every character is on the page, clear of its edge, and inside its block."""
    boxes = {(box.name, box.page): box.frame for box in rendering.boxes}
    for run in read.runs:
        if (hull := run.ink) is None:
            continue
        owner = regions.owner(run)
        frames = [frame for name in run.ids if (frame := boxes.get((name, run.page)))]
        spills = owner and not all(inside(hull, frame, BLEED) for frame in frames)
        if spills or not on_paper(hull, read, run.page):
            block = regions.sides[owner].block.id if owner else where(run)
            params = {"page": str(run.page), "block": block, "text": masked(run.text)}
            yield Finding("proof-clipped", path=owner, params=params)


def on_paper(frame: Frame, read: ReadBack, page: int) -> bool:
    """Whether a frame is on the page, clear of its edge."""
    wide, high = read.pages[page - 1]
    return inside(frame, Frame(EDGE, EDGE, wide - 2 * EDGE, high - 2 * EDGE), 0.0)


def check_overlap(document: Document, read: ReadBack) -> Iterator[Finding]:
    """No character stands on another, within a page; only the watermark may."""
    for page in range(1, len(read.pages) + 1):
        lines = [
            (run, ink)
            for run in read.runs
            if run.page == page and (ink := run.ink) and not is_watermark(run, document)
        ]
        lines.sort(key=lambda line: line[1].top)
        for number, (run, ink) in enumerate(lines, start=1):
            foot = ink.top + ink.height
            for other, others_ink in lines[number:]:
                if others_ink.top > foot:
                    break
                if cut(ink, others_ink) > 0 and _collide(
                    within(run, others_ink), within(other, ink)
                ):
                    params = {"page": str(page), "block": where(run), "other": where(other)}
                    yield Finding("proof-overlap", path=where(run), params=params)


def check_sizes(document: Document, read: ReadBack, regions: Regions) -> Iterator[Finding]:
    """No type is too small to read; a payment slip has the smallest that its own standard has."""
    told: set[str] = set()
    for run in read.runs:
        if run.ink is None or is_watermark(run, document):
            continue
        owner = regions.owner(run)
        slip = owner and regions.sides[owner].block.kind == "pay_slip"
        least = float(slip_terms()["smallest"]) if slip else LEGIBLE
        if run.size < least - ROUNDING and (place := where(run)) not in told:
            told.add(place)
            params = {"page": str(run.page), "block": place, "text": masked(run.text)}
            params |= {"size": f"{run.size:.1f}", "least": f"{least:g}"}
            yield Finding("proof-small-type", path=place, params=params)


def within(run: MarkedText, frame: Frame) -> tuple[Glyph, ...]:
    """The run's characters that reach into the frame."""
    return tuple(glyph for glyph in _inked(run) if cut(glyph.frame, frame) > 0)


@dataclass(frozen=True)
class Window:
    """What shows of one page through an envelope: `address` whole, and beside it only `others`."""

    page: int
    frame: Frame
    address: str  # identifier
    others: tuple[str, ...] = ()

    def shows(self, run: MarkedText) -> bool:
        return any(is_on_side(run, part) for part in (self.address, *self.others))


def windows(document: Document, read: ReadBack) -> Iterator[Window]:
    """The window of the letter on its way out, and that of each slip on its way back."""
    envelope, slip = document.envelope, document.envelope.tear_off
    addresses = [
        (row.role, f"{block.id}-{number}-{side.lang}-value")
        for block in document.blocks
        if block.kind == "tear_off"
        for number, row in enumerate(block.rows)
        for side in row.sides
    ]
    if envelope.window is not None:
        out = WINDOW_PARTS[0]
        if slip and cut(slip.mail_from, envelope.window) > 0:  # that panel lies outward
            out = next((name for role, name in addresses if role == "mail_from"), out)
        yield Window(1, envelope.window, out, WINDOW_PARTS[1:])
    if slip and slip.window is not None:
        for name in (name for role, name in addresses if role == "mail_to"):
            page = next((run.page for run in read.runs if name in run.ids), 1)
            yield Window(page, slip.window, name)


def check_window(document: Document, read: ReadBack) -> Iterator[Finding]:
    """Through each window show the addresses only, and the one that it is for shows whole."""
    for window in windows(document, read):
        whole = False
        for run in read.runs:
            ink = run.ink if run.page == window.page else None
            if ink is None or is_watermark(run, document):
                continue
            if cut(ink, window.frame) > 0 and not window.shows(run) and within(run, window.frame):
                params = {"block": where(run), "text": masked(run.text), "what": "extra"}
                yield Finding("proof-window", path=where(run), params=params)
            if is_on_side(run, window.address):
                whole = True
                if not inside(ink, window.frame, 0.0):
                    params = {"block": window.address, "text": masked(run.text)}
                    yield Finding("proof-window-recipient", path=window.address, params=params)
        if not whole:
            params = {"block": window.address, "text": masked(document.recipient.lines[0])}
            yield Finding("proof-window-recipient", path=window.address, params=params)


def check_tear_offs(document: Document, regions: Regions) -> Iterator[Finding]:
    """Every slip stands on the first page of its language: nobody finds it further behind. Large
    print has a sheet for it."""
    if document.large_print:
        return
    first: dict[str, int] = {}
    for region in regions.sides.values():
        if region.block.style != "reference" and region.page:
            first.setdefault(region.side.lang, region.page)
    reported: set[str] = set()
    for region in regions.sides.values():
        wanted = first.get(region.side.lang, 1)
        block = region.block
        if block.kind == "tear_off" and region.page not in (0, wanted) and block.id not in reported:
            reported.add(block.id)
            params = {"block": block.id, "page": str(region.page), "wanted": str(wanted)}
            yield Finding("proof-tear-off-page", path=block.id, params=params)


def check_last_page(read: ReadBack, regions: Regions) -> Iterator[Finding]:
    """A second or later last page carries more than the letter's close, or a payment slip alone."""
    last = len(read.pages)
    if last < 2:
        return
    sides = regions.sides
    here = [
        (regions.owner(run), run.ink)
        for run in read.runs
        if run.page == last and run.path and run.ink
    ]
    blocks = {owner: sides[owner].block for owner, _ in here if owner}
    slips = {owner for owner, block in blocks.items() if block.kind == "pay_slip"}
    tops = [ink.top for owner, ink in here if not slips or (owner and owner not in slips)]
    if not tops:
        return
    lines = {round(top / 2) for top in tops}
    kinds = {
        "close" if block.id == "clause-close" else block.kind
        for owner, block in blocks.items()
        if owner not in slips
    }
    figures = not slips and any(figure.page == last for figure in read.figures)
    if (len(lines) <= LONELY_LINES and not figures) or kinds <= CLOSING:
        params = {"page": str(last), "lines": str(len(lines))}
        yield Finding("proof-lonely-page", "warning", params=params)


def where(run: MarkedText) -> str:
    """What a person calls the run's place: its innermost identifier, else its structure type."""
    return run.ids[-1] if run.ids else (run.path[-2] if len(run.path) > 1 else run.tag or ARTIFACT)


def _inked(run: MarkedText) -> tuple[Glyph, ...]:
    return tuple(glyph for glyph in run.glyphs if not glyph.text.isspace())


def inside(inner: Frame, outer: Frame, bleed: float) -> bool:
    """Whether a frame is in another, or reaches out of it by `bleed` mm at most."""
    return (
        inner.left >= outer.left - bleed
        and inner.top >= outer.top - bleed
        and inner.left + inner.width <= outer.left + outer.width + bleed
        and inner.top + inner.height <= outer.top + outer.height + bleed
    )


def cut(a: Frame, b: Frame) -> float:
    """The area (mm²) that two frames share."""
    width = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    height = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    return width * height if width > 0 and height > 0 else 0.0


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
