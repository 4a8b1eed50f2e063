"""A Document becomes an HTML page and a style sheet: geometry here, looks in templates/layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import groupby
from unicodedata import east_asian_width

from notices.markup import Layout
from notices.page.codes import qr_svg
from notices.page.document import Block, Cell, Code, Document, Envelope, Frame, Image, Run, TearOff
from notices.page.envelopes import PAPER
from notices.page.fonts import FontSet, css_family, role_family
from notices.page.head import (
    ADDRESS_TYPE,
    EDGE,
    LARGE_ADDRESS,
    LARGE_RETURN,
    MARGIN,
    TOP,
    head_rules,
    measure_head,
    measure_recipient,
    measure_return_line,
)
from notices.page.measure import MM
from notices.page.payslip import SLIP_CODE, slip_terms
from notices.page.pdf import Attachment, HtmlPage
from notices.page.pictures import printed_size
from notices.page.ties import tied
from notices.page.watermark import draft_png
from notices.places import LAYOUT

FOOT = 17.0  # mm
CODE_SIZE = 25.0  # mm, quiet zone included
FURNITURE = (16, 14, 12, 10)  # pt: large print's page furniture
REFERENCE = 76.0  # mm: the widest that the reference rows beside the address may be
REFERENCE_LABEL = 0.46  # of it, for the labels,
REFERENCE_VALUE = 34.5  # mm that a date in words needs
AMOUNT = 28.0  # mm: the last column of each side; a payment code stands in it
DIGIT = 2.26  # mm: a figure in bold, 10.5 pt, with its share of the separators
LABEL = 0.31  # of a side's measure
LABEL_ALONE = 0.25  # of the measure, where one language has it
MANY = 15  # rows: an itemisation of more may break, its head comes again
MANY_LARGE = 7  # in large print
SIGNATURE = 18.0  # mm: the height of its place
SEAL = 45.0  # mm: each side of its place
GAP = 6.0  # mm between two columns of one language
LEFT = 0.455  # of the measure, for the left one
FIGURE = 24.0  # mm: the amounts of a column
LARGE = 1.53  # large print against the ordinary size


@cache
def _layout() -> Layout:
    return Layout(LAYOUT)


def build_page(document: Document, fonts: FontSet) -> HtmlPage:
    """The page to render. Raises RenderError where the layout's templates lack a value."""
    images = {image.name: image for image in document.images}
    for code in document.codes:
        images[code.name] = _code_image(code, document)
    if document.slip:
        lines = (LAYOUT / "slips" / "cut-lines.svg").read_bytes()
        images["slip-lines"] = Image("slip-lines", "image/svg+xml", lines, {})
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
            "groups": _groups(document),
            "images": images,
            "short": " / ".join(document.furniture.short.values()),
            "page_of": _page_strings(document),
            "return_cell": _return_cell(document),
            "tied": partial(tied, languages=document.languages),
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


def _code_image(code: Code, document: Document) -> Image:
    """A code as a picture: a slip's by the slip's own measures, any other in the usual size."""
    if code.name != SLIP_CODE or document.slip is None:
        picture = qr_svg(code.payload, CODE_SIZE)
        return Image(code.name, "image/svg+xml", picture, document.furniture.code_alt)
    terms, lang = slip_terms(), document.slip.lang
    size, mark = float(terms["code"]["size"]), float(terms["mark"]["size"])
    picture = qr_svg(code.payload, size, quiet=0, mark_mm=mark)
    alt = {lang: terms["code_alt"][lang.partition("-")[0]]}
    return Image(code.name, "image/svg+xml", picture, alt)


def stylesheet(document: Document, fonts: FontSet) -> str:
    """letter.css with the letter's geometry and fonts: the same text for letters of one look."""
    envelope = document.envelope
    width, height = PAPER[envelope.page]
    line, recipient = envelope.sender_line, envelope.recipient
    head = measure_head(document)
    torn = envelope.tear_off if _has_tear_off(document) else None
    corner = "top-right" if document.slip or torn else "bottom-right"  # a slip fills a page's foot
    languages = document.languages
    families = {lang: css_family(fonts, lang, languages) for lang in languages}
    rules = [
        f"@page {{ size: {width}mm {height}mm; margin: {TOP}mm {MARGIN}mm {FOOT:g}mm; }}",
        f"@page :first {{ margin-top: {head.top}mm; }}" if head.top < TOP else "",
        f":root {{ --accent: {document.accent}; }}",
        f".address-field {{ min-height: {envelope.body_top - envelope.address_top:.2f}mm; }}",
        *head_rules(document, head),
        _frame_rule(".recipient", recipient, envelope.address_top),
        *_address_rules(document),
        _frame_rule(".return-place", line, envelope.address_top) if line else "",
        _reference_rule(envelope),
        f"@page {{ @{corner} {{ font-family: {families[languages[0]]};"
        f" content: {_page_counter(document)}; }}"
        f" @top-left {{ font-family: {families[languages[0]]}; }} }}",
    ]
    if document.large_print:
        rules += _large_corners(document, corner, width - 2 * MARGIN)
    if document.slip:
        rules += [_slip_css(), f".slip-room {{ height: {_slip_room():.2f}mm; }}"]
        rules.append(f".slip-field {{ left: {-MARGIN:g}mm; bottom: {-FOOT:g}mm; }}")
        rules.append(f".pay-slip, .pay-slip * {{ font-family: {role_family(fonts, 'slip')}; }}")
    if corner == "top-right":
        left = 50 if document.large_print else 65
        rules.append(
            f"@page {{ @top-left {{ width: {left}%; }} @top-right {{ width: {100 - left}%; }} }}"
        )

    sets = ", ".join(f"{name} attr(data-{name})" for name in _page_strings(document))
    rules.append(f"h1 {{ string-set: short attr(data-short), {sets}; }}")
    if torn:
        large = document.large_print
        sheet = replace(torn, top=TOP)
        rules += _tear_off_rules(*((sheet, height - EDGE) if large else (torn, height - FOOT)))
        rules += LARGE_BACK_RULES if large else _back_rules(torn, height)
    rules += _picture_rules(document)
    rules += [f"[lang={lang}] {{ font-family: {family}; }}" for lang, family in families.items()]
    rules.append(f".sign {{ font-family: {role_family(fonts, 'latin')}; }}")
    if document.furniture.watermark:
        rules.append("@page { background: url(notices:draft) no-repeat center / 100% auto; }")
    return "\n".join([_css(), *rules])


def _large_corners(document: Document, corner: str, measure: float) -> Iterator[str]:
    """Large print's page furniture: 16 pt, smaller only where it would take a second line."""
    room = measure / 2 if corner == "top-right" else measure
    texts = {"top-left": " / ".join(document.furniture.short.values())}
    texts[corner] = " · ".join(document.furniture.page_of.values()).replace("{pages}", "{page}")
    for place, text in texts.items():
        ems = sum(1.0 if east_asian_width(c) in "WF" else 0.62 for c in text.replace("{page}", "9"))
        size = next((size for size in FURNITURE if ems * size * 25.4 / 72 <= room), 8)
        yield f"@page {{ @{place} {{ font-size: {size}pt; }} }}"


def _picture_rules(document: Document) -> Iterator[str]:
    """Each picture's size, and its place in its room."""
    for image in document.images:
        wide, high = printed_size(image)
        yield f"img.{image.name} {{ width: {wide:.3f}mm; height: {high:.3f}mm; }}"
        if image.name == "signature":  # at the foot of its place
            yield f".hand-place img {{ margin-top: {SIGNATURE - high:.2f}mm; }}"
        if image.name == "seal":  # in the middle of its place
            left, top = (SEAL - wide) / 2, (SEAL - high) / 2
            yield f".seal-place img {{ left: {left:.2f}mm; top: {top:.2f}mm; }}"


def _reference_rule(envelope: Envelope) -> str:
    """The reference rows stand beside the recipient, clear of a window there, on the side with
    more room."""
    window = envelope.window
    taken = window if window and window.top < envelope.body_top else envelope.recipient
    measure = PAPER[envelope.page][0] - 2 * MARGIN
    before = taken.left - MARGIN
    after = measure - before - taken.width
    side, other = ("left", "right") if before > after else ("right", "left")
    width = max(1.0, min(REFERENCE, max(before, after) - 1))  # too little room: the proof says so
    label = max(0.5, min(REFERENCE_LABEL * width, width - REFERENCE_VALUE))
    return (
        f".reference {{ margin-{other}: auto; margin-{side}: 0; width: {width:.2f}mm; }}"
        f" .reference td.label {{ width: {label:.2f}mm; }}"
    )


def _address_rules(document: Document) -> Iterator[str]:
    """The window's addresses where they are not set as usual: smaller, or with tighter lines."""
    kind, line = measure_recipient(document), measure_return_line(document)
    place = ".large " if document.large_print else ""
    if (kind.size, kind.leading) != (LARGE_ADDRESS if document.large_print else ADDRESS_TYPE[0]):
        type = f"font-size: {kind.size:g}pt; line-height: {kind.leading:g};"
        air = document.envelope.recipient.height - sum(kind.taken) * kind.size * MM * kind.leading
        yield f"{place}.recipient {{ {type} padding-top: {max(0.0, air / 2):.2f}mm; }}"
    if line and document.large_print and line.size < LARGE_RETURN:
        yield f"{place}.return-address {{ font-size: {line.size:g}pt; }}"


def _return_cell(document: Document) -> Cell | None:
    """The sender in the window where it wraps as a whole; None where each part has its line."""
    line = measure_return_line(document)
    return Cell("text", (Run(line.text),)) if line and line.text else None


def _slip_room() -> float:
    """How far up a slip reaches into the page's text field, with its scissors and some air."""
    return float(slip_terms()["slip"]["height"]) - FOOT + 5


@cache
def _slip_css() -> str:
    return (LAYOUT / "slip.css").read_text(encoding="utf-8")


@cache
def _css() -> str:
    return (LAYOUT / "letter.css").read_text(encoding="utf-8")


def _frame_rule(selector: str, frame: Frame, top: float) -> str:
    return (
        f"{selector} {{ left: {frame.left - MARGIN:.2f}mm; top: {frame.top - top:.2f}mm;"
        f" width: {frame.width:.2f}mm; height: {frame.height:.2f}mm; }}"
    )


def _tear_off_rules(slip: TearOff, foot: float) -> list[str]:
    """The slip's height, down to `foot` mm from the page's top, and its three places within it."""

    def place(name: str, frame: Frame) -> str:
        left, top = frame.left - MARGIN, frame.top - slip.top
        return (
            f".tear-off .{name} {{ left: {left:.2f}mm; top: {top:.2f}mm;"
            f" width: {frame.width:.2f}mm; }}"
        )

    above = slip.mail_to.top - slip.window.top if slip.window else 0.0  # the label shows in none
    return [
        f".slip-label {{ padding-bottom: {above + 0.8:.2f}mm; }}",
        f".tear-off {{ height: {foot - slip.top:.2f}mm; }}",
        place("mail-to", slip.mail_to),
        place("mail-from", slip.mail_from),
        place("answers", slip.answers),
    ]


# Large print's slip is a sheet of its own: its answers have the whole measure, its back is free.
LARGE_BACK_RULES = (
    ".tear-off .answers { position: static; width: auto; }",
    f".slip {{ page: slip; }} @page slip {{ margin-bottom: {EDGE:g}mm; }}",
    ".slip, .body tbody.turn { break-before: right; }",
)


def _back_rules(slip: TearOff, page_height: float) -> list[str]:
    """Each language begins on a front, and the back of a slip stays free, however the letter is
    printed: to write on, and so that nothing is lost with it."""
    free = f"@page :left {{ margin-bottom: {page_height - slip.top:.2f}mm; }}"
    return [".body tbody.turn { break-before: right; }", free]


def _has_tear_off(document: Document) -> bool:
    return any(block.kind == "tear_off" for block in document.blocks)


@dataclass(frozen=True)
class Group:
    """Blocks that share one table; `pair` has a left and a right column of them; `tear_off` and
    `pay_slip` are slips; each of `long` and `list` is a table of its own."""

    kind: str  # flow | long | pair | list | tear_off | pay_slip
    blocks: tuple[Block, ...]
    right: tuple[Block, ...] = ()
    widths: tuple[tuple[str, ...], ...] = ()  # of a pair: each column's three, in mm


def _groups(document: Document) -> tuple[Group, ...]:
    """The body's blocks in order; columns only where one language has the whole measure."""
    beside = _columns(document) == 1 and not document.large_print
    most = MANY_LARGE if document.large_print else MANY

    def kind(block: Block) -> str:
        if block.kind in ("tear_off", "pay_slip"):
            return block.kind
        if block.shares:
            return "list"
        if block.kind == "items" and len(block.rows) > most:
            return "long"
        return "pair" if beside and block.column else "flow"

    groups = []
    flowing = (block for block in document.blocks if block.style != "reference")
    for name, run in groupby(flowing, kind):
        blocks = tuple(run)
        if name != "pair":
            groups.append(Group(name, blocks))
            continue
        left = tuple(block for block in blocks if block.column == "left")
        right = tuple(block for block in blocks if block.column == "right")
        groups.append(Group(name, left, right, _pair_widths(document)))
    return tuple(groups)


def _pair_widths(document: Document) -> tuple[tuple[str, ...], ...]:
    measure = PAPER[document.envelope.page][0] - 2 * MARGIN - GAP
    left = measure * LEFT
    return tuple(
        tuple(f"{part:.3f}" for part in (side * LABEL, side * (1 - LABEL) - FIGURE, FIGURE))
        for side in (left, measure - left)
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
    share = LABEL_ALONE if len(document.languages) == 1 and not document.large_print else LABEL
    return [
        width for side in sides for width in (side * share, side * (1 - share) - amount, amount)
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
