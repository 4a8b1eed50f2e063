"""Sheets that people at the printer read: a print file's cover sheet, and the calibration sheet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from notices.errors import RenderError
from notices.markup import Layout
from notices.page.document import Envelope, Frame
from notices.page.envelopes import PAPER, PrintZone, read_envelope, read_print_zone
from notices.page.fonts import FontSet, css_family, read_font_set
from notices.page.pdf import HtmlPage, PdfRenderer
from notices.places import FONTS, TEMPLATES
from notices.post.digits import cut_digits
from notices.post.marks import Mark, draw_mark
from notices.post.merge import PRODUCER, PrintWriter
from notices.post.types import PrintFile, RunFolder, total_of
from notices.textfiles import read_text_file

POST = TEMPLATES / "post"
MARGIN = 25.0  # mm
RULER_Y = 250.0  # mm: where the horizontal ruler stands
RULER_RIGHT = 190.0  # mm: where the vertical ruler stands
Text = Mapping[str, str]


@dataclass(frozen=True)
class Cover:
    """What a file's cover sheet says beside the file's own numbers."""

    run: RunFolder
    withdrawn: int
    files: int
    reprint: bool = False


@cache
def texts() -> Mapping[str, Text]:
    data: Mapping[str, Text] = read_text_file(POST / "texts.yaml").data
    return data


def draw_cover(
    renderer: PdfRenderer, fonts: FontSet, file: PrintFile, number: int, cover: Cover
) -> bytes:
    """The one page before the letters. Raises RenderError."""
    words = texts()
    notices = [words["cover_remove"]]
    notices += [words["reprint"]] if cover.reprint else []
    notices += [] if cover.run.live else [words["draft"]]
    notices += [words["oversize"]] if 0 < file.zone.sheets < file.sheets else []
    values = {
        "file": file.name,
        "title": words["cover_title"],
        "notices": notices,
        "rows": [(words[name], value) for name, value in _cover_rows(file, number, cover)],
    }
    html = Layout(POST).render("cover.html.j2", values)
    page = f"@page {{ size: {_size(file.zone)}; margin: 20mm {MARGIN}mm; }}"
    return _draw(renderer, fonts, html, ("cover.css", page), file.name, cover.run.issue_date)


def _cover_rows(file: PrintFile, number: int, cover: Cover) -> Iterator[tuple[str, str | Text]]:
    totals = total_of(placed.letter for placed in file.letters)
    sequence = file.letters[0].sequence, file.letters[-1].sequence
    yield "run", cover.run.run_id
    yield "file", file.name
    yield "part", f"{number} / {cover.files}"
    yield "envelope", file.zone.envelope
    yield "sides", texts()["duplex" if file.zone.duplex else "simplex"]
    yield "sheets_each", str(file.sheets)
    yield "sequence", f"{sequence[0]:06d} – {sequence[1]:06d}"
    yield "letters", str(totals.letters)
    yield "pages", str(totals.pages)
    yield "sheets", str(totals.sheets)
    for currency, amount in totals.money:
        yield "total", f"{currency} {amount:,}"
    yield "issue_date", cover.run.issue_date.isoformat()
    yield "dispatch_by", cover.run.dispatch_by.isoformat()
    yield "withdrawn", str(cover.withdrawn)


def make_calibration(envelope: str, folders: tuple[Path, ...] = ()) -> bytes:
    """The calibration sheet of the envelope of this name, from the first of `folders` that has it,
    else a shipped one. Raises FileError, FontError, RenderError."""
    profile, zone = read_envelope(envelope, folders), read_print_zone(envelope, folders)
    fonts = read_font_set(FONTS)
    with tempfile.TemporaryDirectory(prefix="notices-") as folder:
        renderer = PdfRenderer(fonts, Path(folder))
        return draw_calibration(renderer, fonts, profile, zone, PAPER[profile.page])


def draw_calibration(
    renderer: PdfRenderer, fonts: FontSet, envelope: Envelope, zone: PrintZone | None, paper: Any
) -> bytes:
    """The page with window, folds and zones to the millimetre. Raises RenderError."""
    words, day = texts(), date(2000, 1, 1)
    frames = {
        "window": envelope.window,
        "sender_line": envelope.sender_line,
        "recipient": envelope.recipient,
        "zone": zone.zone if zone else None,
    }
    drawn = {name: frame for name, frame in frames.items() if frame is not None}
    notices = [words["calibration_how"]]
    notices += [] if envelope.window else [words["no_window"]]
    values = {
        "envelope": envelope.id,
        "title": words["calibration_title"],
        "notices": notices,
        "frames": [*_labels(drawn), *_fold_labels(envelope)],
        "ticks": list(_tick_labels(paper)),
    }
    html = Layout(POST).render("calibration.html.j2", values)
    page = (
        f"@page {{ size: {paper[0]}mm {paper[1]}mm; margin: 0; }}"
        f" .sheet {{ width: {paper[0]}mm; height: {paper[1] - 0.5}mm; }}"
    )
    lines = _lines(drawn.values(), envelope.folds, paper).encode()
    data = _draw(
        renderer, fonts, html, ("calibration.css", page), envelope.id, day,
        {"lines": ("image/svg+xml", lines)},
    )  # fmt: skip
    digits = cut_digits(fonts)
    marks = []
    if zone:
        sample = Mark("CALIBRATION-0", 1, 1, 0)
        marks = [draw_mark(sample, zone.zone, paper[1], digits)]
    writer = PrintWriter(paper, digits)
    writer.add(data, marks)
    return writer.finish(envelope.id, day)


def _draw(
    renderer: PdfRenderer,
    fonts: FontSet,
    html: str,
    styles: tuple[str, str],
    title: str,
    day: date,
    images: Mapping[str, tuple[str, bytes]] | None = None,
) -> bytes:
    name, geometry = styles
    families = "\n".join(
        f"[lang={lang}] {{ font-family: {css_family(fonts, lang)}; }}" for lang in ("zh-Hans", "en")
    )
    sheet = (POST / name).read_text(encoding="utf-8") + geometry + families
    page = HtmlPage(html, sheet, title, "zh-Hans", day, PRODUCER, images or {}, ())
    rendering = renderer.render(page)
    if rendering.pages != 1:
        raise RenderError(f"the sheet for {title} takes {rendering.pages} pages, not one")
    return rendering.data


def _size(zone: PrintZone) -> str:
    return f"{zone.paper[0]}mm {zone.paper[1]}mm"


def _labels(frames: Mapping[str, Frame]) -> Iterator[dict[str, object]]:
    for name, frame in frames.items():
        measure = f"{frame.left:g} + {frame.width:g} × {frame.top:g} + {frame.height:g} mm"
        inside = name != "zone"
        left = frame.left + 1 if inside else frame.left + frame.width + 1
        top = frame.top + frame.height - 3.5 if inside else frame.top + 1
        yield {"left": left, "top": top, "text": texts()[name], "measure": measure}


def _fold_labels(envelope: Envelope) -> Iterator[dict[str, object]]:
    for fold in envelope.folds:
        place = {"left": 120, "top": fold - 3.5, "measure": f"{fold:g} mm"}
        yield {**place, "text": texts()["fold"]}


def _tick_labels(paper: tuple[float, float]) -> Iterator[dict[str, object]]:
    for mm in range(10, int(paper[0]), 10):
        yield {"left": mm + 0.4, "top": RULER_Y + 3.2, "text": mm}
    for mm in range(10, int(paper[1]), 10):
        yield {"left": RULER_RIGHT + 5.5, "top": mm - 2.4, "text": mm}


def _lines(frames: Iterable[Frame], folds: tuple[float, ...], paper: tuple[float, float]) -> str:
    """Rulers, frames, folds and two lines of 100 mm, as SVG in mm."""
    width, height = paper
    marks = [f"M0 {RULER_Y}H{width}M{RULER_RIGHT} 0V{height}"]
    for mm in range(1, int(width)):
        marks.append(f"M{mm} {RULER_Y}v{_tick(mm)}")
    for mm in range(1, int(height)):
        marks.append(f"M{RULER_RIGHT} {mm}h{_tick(mm)}")
    boxes = "".join(
        f'<rect x="{f.left}" y="{f.top}" width="{f.width}" height="{f.height}"/>' for f in frames
    )
    bends = "".join(f"M0 {fold}H{width}" for fold in folds)
    thick = f"M50 {RULER_Y + 12}h100M{RULER_RIGHT - 8} 130v100"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm"'
        f' viewBox="0 0 {width} {height}" fill="none" stroke="#000" stroke-width="0.1">'
        f'<path d="{"".join(marks)}"/><g stroke-width="0.25">{boxes}</g>'
        f'<path d="{bends}" stroke-width="0.2" stroke-dasharray="3 2"/>'
        f'<path d="{thick}" stroke-width="0.7"/></svg>'
    )


def _tick(mm: int) -> float:
    return 5 if mm % 10 == 0 else 3 if mm % 5 == 0 else 1.5
