"""The proof: the finished bytes are read back and compared with what the letter was to say.

Every check returns findings and never raises for content. `check_bytes` reads text, structure and
places and always runs; `check_pictures` draws the pages and looks at them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from notices.finding import Finding, masked
from notices.page.document import Document, Expected, Frame, Rendering
from notices.page.pictures import read_pictures
from notices.proof.decode import decode_codes
from notices.proof.geometry import check_places, windows
from notices.proof.images import called, check_images, picture_frame
from notices.proof.pay_slip import check_accounts, check_slip, check_slip_code
from notices.proof.readback import Picture, ReadBack, rasterise, read_pdf
from notices.proof.regions import check_values, check_words, find_regions
from notices.proof.workings import check_workings

DPI = 150
PX = DPI / 25.4  # per mm
CONTRAST = 60  # of 255: between a text's ink and its ground
INK = 110  # of 255: darker is ink that shows through a window
HALO = 0.7  # mm around a character that its own ink may reach


def check_bytes(
    document: Document,
    rendering: Rendering,
    expected: tuple[Expected, ...],
    read: ReadBack | None = None,
) -> tuple[Finding, ...]:
    """What the finished file says and where, against what it was to say.

    `read` saves reading the file again. Raises RenderError only where it can't be read at all.
    """
    read = read or read_pdf(rendering.data)
    regions = find_regions(document, read)
    return (
        *check_words(document, regions),
        *check_values(regions, expected),
        *check_workings(document, regions),
        *check_places(document, rendering, read, regions),
        *check_images(document, rendering, read),
        *check_slip(document, rendering, read, regions),
        *check_accounts(regions),
        *_check_glyphs(read),
        *_check_page_limit(document, read),
        *_check_warnings(rendering),
        *_check_attachment(document, read),
        *_check_languages(document, read),
    )


def check_pictures(
    document: Document, rendering: Rendering, read: ReadBack | None = None
) -> tuple[Finding, ...]:
    """What the drawn pages show: codes that decode, text that can be seen, a clean window."""
    read = read or read_pdf(rendering.data)
    pictures = [rasterise(rendering.data, page, DPI) for page in range(1, len(read.pages) + 1)]
    return (
        *_check_codes(document, pictures),
        *check_slip_code(document, read, pictures[-1]),
        *_check_seen(document, read, pictures),
        *_check_figures_seen(read, pictures),
        *_check_window_ink(document, read, pictures),
    )


def _check_glyphs(read: ReadBack) -> Iterator[Finding]:
    for page, char in dict.fromkeys(read.missing_glyphs):
        params = {"page": str(page), "code": " ".join(f"U+{ord(c):04X}" for c in char) or "–"}
        yield Finding("proof-glyph-missing", params=params)


def _check_page_limit(document: Document, read: ReadBack) -> Iterator[Finding]:
    if len(read.pages) > document.page_limit:
        params = {"pages": str(len(read.pages)), "limit": str(document.page_limit)}
        yield Finding("proof-page-limit", params=params)


def _check_warnings(rendering: Rendering) -> Iterator[Finding]:
    for warning in dict.fromkeys(rendering.warnings):
        yield Finding("proof-renderer-warning", params={"warning": warning[:160]})


def _check_attachment(document: Document, read: ReadBack) -> Iterator[Finding]:
    attached = list(read.attachments.values())
    wanted = [document.attachment] if document.attachment else []
    if attached != wanted:
        names = ", ".join(read.attachments) or "–"
        yield Finding("proof-attachment", params={"names": names})


def _check_languages(document: Document, read: ReadBack) -> Iterator[Finding]:
    if read.lang != document.languages[0]:
        params = {"language": document.languages[0], "found": read.lang or "–"}
        yield Finding("proof-language-tags", params=params)
    for lang in document.languages:
        if not read.tagged_langs.get(lang):
            yield Finding("proof-language-tags", params={"language": lang, "found": "–"})


def _check_codes(document: Document, pictures: list[Picture]) -> Iterator[Finding]:
    """Each payload decodes exactly once; no other code decodes."""
    found = Counter(payload for picture in pictures for payload in decode_codes(picture))
    wanted = {code.payload: code.name for code in document.codes}
    for payload, name in wanted.items():
        if found[payload] != 1:
            params = {"name": name, "times": str(found[payload])}
            yield Finding("proof-code", path=name, params=params)
    for payload in found:
        if payload not in wanted:
            params = {"text": masked(payload), "times": str(found[payload])}
            yield Finding("proof-code-extra", params=params)


def _check_seen(document: Document, read: ReadBack, pictures: list[Picture]) -> Iterator[Finding]:
    """Every tagged run stands out from its ground: not white on white, not under a picture."""
    for run in read.runs:
        picture = pictures[run.page - 1]
        inked = [glyph.frame for glyph in run.glyphs if not glyph.text.isspace()]
        if not run.path or not inked:
            continue
        for frame in inked[:: max(1, len(inked) // 4)]:
            low, high = _greys(picture, frame, 0.3)
            if high - low < CONTRAST:
                params = {"page": str(run.page), "text": masked(run.text)}
                params["block"] = run.ids[-1] if run.ids else run.tag
                yield Finding("proof-unseen", path=params["block"], params=params)
                break


def _check_figures_seen(read: ReadBack, pictures: list[Picture]) -> Iterator[Finding]:
    """Every picture stands out from the white paper."""
    for figure in read.figures:
        darkest, _ = _greys(pictures[figure.page - 1], picture_frame(figure, read), 0.0)
        if 255 - darkest < read_pictures().ink:
            params = {"page": str(figure.page), "picture": called(figure)}
            yield Finding("proof-picture-unseen", path=params["picture"], params=params)


def _check_window_ink(
    document: Document, read: ReadBack, pictures: list[Picture]
) -> Iterator[Finding]:
    """Nothing drawn shows through a window: no logo, line or picture, whatever it is."""
    for window in windows(document, read):
        left, top, right, bottom = _pixels(window.frame, 0.0)
        crop = pictures[window.page - 1].crop((left, top, right, bottom))
        for run in read.runs:
            if run.page == window.page and window.shows(run):
                for glyph in run.glyphs:
                    x1, y1, x2, y2 = _pixels(glyph.frame, HALO)
                    crop.paste(255, (x1 - left, y1 - top, x2 - left, y2 - top))
        if any(crop.histogram()[:INK]):
            params = {"block": "–", "text": "–", "what": "picture"}
            yield Finding("proof-window", path="window", params=params)


def _greys(picture: Picture, frame: Frame, halo: float) -> tuple[float, float]:
    """The darkest and the lightest grey, of 255, in a frame with `halo` mm around it."""
    low, high = picture.crop(_pixels(frame, halo)).getextrema() or (0, 0)
    return float(low), float(high)  # type: ignore[arg-type]  # of one band: numbers, no pairs


def _pixels(frame: Frame, halo: float) -> tuple[int, int, int, int]:
    return (
        int((frame.left - halo) * PX),
        int((frame.top - halo) * PX),
        int((frame.left + frame.width + halo) * PX) + 1,
        int((frame.top + frame.height + halo) * PX) + 1,
    )
