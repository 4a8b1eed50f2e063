"""Where a finished letter's pictures stand: each once, in its room and shape, over nothing."""

from __future__ import annotations

from collections.abc import Iterator

from notices.finding import Finding
from notices.page.document import Document, Frame, Image, Rendering
from notices.page.pictures import read_pictures
from notices.proof.geometry import TOUCH, cut, inside, on_paper, where, within
from notices.proof.readback import ReadBack
from notices.proof.regions import is_watermark
from notices.proof.structure import Figure

STRETCH = 0.01  # of its shape that a picture may be out by: a pixel is not divided
SLACK = 0.1  # mm that a picture may be larger than its room


def check_images(document: Document, rendering: Rendering, read: ReadBack) -> Iterator[Finding]:
    """The sender's pictures and the codes, as they were drawn."""
    frames = {figure: picture_frame(figure, read) for figure in read.figures}
    named = {figure: figure.ids[-1].removeprefix("picture-") for figure in frames if figure.ids}
    for image in document.images:
        if _is_placed(document, image.name):
            shown = [figure for figure, name in named.items() if name == image.name]
            if len(shown) != 1:
                params = {"picture": image.name, "times": str(len(shown))}
                yield Finding("proof-picture-missing", path=image.name, params=params)
            for figure in shown:
                yield from _check_shape(image, figure, frames[figure])
    for figure, frame in frames.items():
        yield from _check_room(figure, frame, rendering, read)
    sealed = _sealed(document)
    yield from _check_apart(document, read, frames, sealed)
    yield from _check_seal(read, frames, sealed)


def picture_frame(figure: Figure, read: ReadBack) -> Frame:
    """Where its pixels were drawn; a drawing's frame is that of its view box, which clips it."""
    pixels = [
        read.drawn[figure.page, mcid] for mcid in figure.mcids if (figure.page, mcid) in read.drawn
    ]
    return next(iter(pixels), None) or figure.frame or Frame(0.0, 0.0, 0.0, 0.0)


def _is_placed(document: Document, name: str) -> bool:
    """Whether it is the sender's, and the letter has a place: a reminder has none for a seal."""
    if name not in read_pictures().rooms:
        return False
    placed = (block for block in document.blocks if name in block.images)
    return name == document.letterhead.logo or any(
        name != "seal" or block.style == "seal" for block in placed
    )


def _check_shape(image: Image, figure: Figure, frame: Frame) -> Iterator[Finding]:
    """As wide for its height as it is, and no larger than its room."""
    wide, high = image.shape
    params = {"page": str(figure.page), "picture": image.name}
    params |= {"width": f"{frame.width:.1f}", "height": f"{frame.height:.1f}"}
    if abs(frame.width * high - frame.height * wide) > STRETCH * frame.height * wide:
        yield Finding("proof-picture-shape", path=image.name, params=params)
    room = read_pictures().rooms[image.name]
    if frame.width > room[0] + SLACK or frame.height > room[1] + SLACK:
        yield Finding("proof-picture-room", path=image.name, params=params)


def _check_room(
    figure: Figure, frame: Frame, rendering: Rendering, read: ReadBack
) -> Iterator[Finding]:
    """On the paper, and inside all that it stands in."""
    boxes = [
        box.frame
        for box in rendering.boxes
        if box.page == figure.page and box.name in figure.ids[:-1]
    ]
    if not (on_paper(frame, read, figure.page) and all(inside(frame, b, SLACK) for b in boxes)):
        params = {"page": str(figure.page), "picture": called(figure)}
        params |= {"width": f"{frame.width:.1f}", "height": f"{frame.height:.1f}"}
        yield Finding("proof-picture-room", path=called(figure), params=params)


def _sealed(document: Document) -> frozenset[str]:
    """The identifiers of what the sender's seal is set on: the name and the date."""
    return frozenset(
        f"{block.id}-{number}-{side.lang}-sealed"
        for block in document.blocks
        if block.kind == "signature" and block.style == "seal" and "seal" in block.images
        for number, row in enumerate(block.rows)
        for side in row.sides
        if side.is_sealed
    )


def _check_seal(
    read: ReadBack, frames: dict[Figure, Frame], sealed: frozenset[str]
) -> Iterator[Finding]:
    """A seal lies over every line that it is set on, not beside it or on another page."""
    seals = [(figure.page, frame) for figure, frame in frames.items() if called(figure) == "seal"]
    beside = (
        run.page
        for run in read.runs
        if run.ink and where(run) in sealed
        if not any(run.page == page and cut(run.ink, frame) > 0 for page, frame in seals)
    )
    for page in dict.fromkeys(beside):
        yield Finding("proof-seal-beside", path="seal", params={"page": str(page)})


def _check_apart(
    document: Document, read: ReadBack, frames: dict[Figure, Frame], sealed: frozenset[str]
) -> Iterator[Finding]:
    """No picture lies over text or over another picture; only the draft mark may, and a seal over
    the name and the date that it is set on."""
    figures = list(frames.items())
    for number, (figure, frame) in enumerate(figures):
        params = {"page": str(figure.page), "picture": called(figure)}
        core = Frame(
            frame.left + TOUCH, frame.top + TOUCH, frame.width - 2 * TOUCH, frame.height - 2 * TOUCH
        )
        others = [
            called(other)
            for other, place in figures[number + 1 :]
            if other.page == figure.page and cut(core, place) > 0
        ]
        others += [
            where(run)
            for run in read.runs
            if run.page == figure.page
            and run.ink
            and cut(run.ink, core) > 0
            and within(run, core)
            and not is_watermark(run, document)
            and not (called(figure) == "seal" and where(run) in sealed)
        ]
        for other in dict.fromkeys(others):
            yield Finding(
                "proof-picture-over", path=called(figure), params={**params, "other": other}
            )


def called(figure: Figure) -> str:
    """What a person calls it: its identifier, else its text."""
    return (figure.ids[-1] if figure.ids else figure.alt).removeprefix("picture-") or "–"
