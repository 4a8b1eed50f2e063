"""A Document becomes an HTML page and a style sheet: geometry here, looks in templates/layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from notices.markup import Layout
from notices.page.codes import qr_svg
from notices.page.document import Document, Frame, Image
from notices.page.envelopes import PAPER
from notices.page.fonts import FontSet, css_family
from notices.page.pdf import Attachment, HtmlPage
from notices.page.watermark import draft_png
from notices.places import LAYOUT

MARGIN = 20.0  # mm, left and right
TOP = 16.0  # mm
CODE_SIZE = 25.0  # mm, quiet zone included
AMOUNT = 26.0  # mm: the last column of each side; a payment code stands in it
DIGIT = 2.15  # mm: a figure in bold, 10 pt, with its share of the separators
LABEL = 0.31  # of a side's measure
LARGE = 1.6  # large print against the ordinary size


@cache
def _layout() -> Layout:
    return Layout(LAYOUT)


def build_page(document: Document, fonts: FontSet) -> HtmlPage:
    """The page to render. Raises RenderError where the layout's templates lack a value."""
    images = {image.name: image for image in document.images}
    for code in document.codes:
        picture = qr_svg(code.payload, CODE_SIZE)
        images[code.name] = Image(code.name, "image/svg+xml", picture, document.furniture.code_alt)
    if document.furniture.watermark:
        mark = draft_png(document.furniture.watermark, fonts)
        images["draft"] = Image("draft", "image/png", mark, {})
    first = document.languages[0]
    html = _layout().render(
        "letter.html.j2",
        {
            "document": document,
            "columns": _columns(document),
            "widths": [f"{width:.3f}" for width in _widths(document)],
            "images": images,
            "short": " / ".join(document.furniture.short.values()),
            "page_of": _page_strings(document),
        },
    )
    return HtmlPage(
        html=html,
        stylesheet=stylesheet(document, fonts),
        title=document.title,
        lang=first,
        created=document.issue_date,
        author=document.letterhead.names[0].text,
        images={name: (image.media_type, image.data) for name, image in images.items()},
        attachments=(
            Attachment(
                "letter.json",
                "application/json",
                document.attachment,
                document.furniture.attachment,
                "Data",
            ),
        ),
    )


def stylesheet(document: Document, fonts: FontSet) -> str:
    """letter.css with the letter's geometry and fonts: the same text for letters of one look."""
    envelope = document.envelope
    width, height = PAPER[envelope.page]
    line, recipient = envelope.sender_line, envelope.recipient
    languages = document.languages
    families = {lang: css_family(fonts, lang, languages) for lang in languages}
    rules = [
        f"@page {{ size: {width}mm {height}mm; margin: {TOP}mm {MARGIN}mm 17mm; }}",
        f":root {{ --accent: {document.accent}; }}",
        f".address-field {{ height: {envelope.body_top - envelope.address_top:.2f}mm; }}",
        f".letterhead {{ height: {envelope.address_top - TOP:.2f}mm; }}",
        _frame_rule(".recipient", recipient, envelope.address_top),
        _frame_rule(".return-address", line, envelope.address_top) if line else "",
        f"@page {{ @bottom-right {{ font-family: {families[languages[0]]};"
        f" content: {_page_counter(document)}; }}"
        f" @top-left {{ font-family: {families[languages[0]]}; }} }}",
    ]
    sets = ", ".join(f"{name} attr(data-{name})" for name in _page_strings(document))
    rules.append(f"h1 {{ string-set: short attr(data-short), {sets}; }}")
    rules += [f"[lang={lang}] {{ font-family: {family}; }}" for lang, family in families.items()]
    if document.furniture.watermark:
        rules.append("@page { background: url(notices:draft) no-repeat center / 100% auto; }")
    return "\n".join([_css(), *rules])


@cache
def _css() -> str:
    return (LAYOUT / "letter.css").read_text(encoding="utf-8")


def _frame_rule(selector: str, frame: Frame, top: float) -> str:
    return (
        f"{selector} {{ left: {frame.left - MARGIN:.2f}mm; top: {frame.top - top:.2f}mm;"
        f" width: {frame.width:.2f}mm; height: {frame.height:.2f}mm; }}"
    )


def _columns(document: Document) -> int:
    return len(document.languages) if document.arrangement == "parallel" else 1


def _widths(document: Document) -> list[float]:
    """Each side's three columns in mm: label, middle, amount."""
    measure = PAPER[document.envelope.page][0] - 2 * MARGIN
    shares = document.column_shares if _columns(document) > 1 else (1.0,)
    sides = [measure * share / sum(shares) for share in shares]
    longest = max((len(text) for text in _amounts(document)), default=0)
    amount = max(AMOUNT, longest * DIGIT) * (LARGE if document.large_print else 1)
    return [
        width for side in sides for width in (side * LABEL, side * (1 - LABEL) - amount, amount)
    ]


def _amounts(document: Document) -> Iterator[str]:
    """Every amount of the amount columns, as printed: the longest sets their width."""
    for block in document.blocks:
        for row in block.rows:
            for side in row.sides:
                yield from (cell.text for cell in side.cells if cell.role == "amount")


def _page_pieces(document: Document) -> list[str]:
    """`page x of y` in every language, cut at its counters: wording and slots by turns."""
    return re.split(r"\{(pages?)\}", " · ".join(document.furniture.page_of.values()))


def _page_strings(document: Document) -> dict[str, str]:
    """The wording between the counters, as the heading's data for the style sheet to pick up."""
    return {f"page-{number}": text for number, text in enumerate(_page_pieces(document)[::2])}


def _page_counter(document: Document) -> str:
    """CSS content of the page number: strings set by the heading, and the slots' counters."""
    slots = [*_page_pieces(document)[1::2], ""]
    return " ".join(
        f"string(page-{number})" + (f" counter({slot})" if slot else "")
        for number, slot in enumerate(slots)
    )
