"""The proof on the real layout: a letter's page, spoilt between the layout and the renderer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from notices.finding import errors_in
from notices.letter.make import Checked, Letter, LetterMaker
from notices.page.document import Code, Document, Side
from notices.page.layout import build_page
from notices.page.pdf import HtmlPage
from notices.proof.check import check_bytes, check_pictures
from notices.proof.regions import is_contained
from tests.letter import letters
from tests.letter.letters import CARD, EN, EXAMPLES, ZH

Spoil = Callable[[HtmlPage], HtmlPage]


def proven(maker: LetterMaker, checked: Checked, page: HtmlPage, rule: str = "") -> set[str]:
    """The rules under which a page's finished bytes are refused; the pages are drawn and looked
    at only where `rule` is not among those that the bytes tell."""
    document = checked.document
    assert document is not None
    rendering = maker.renderer.render(page)
    found = check_bytes(document, rendering, checked.expected)
    if not rule or rule not in letters.rules(found):
        found += check_pictures(document, rendering)
    return letters.rules(errors_in(found))


def swap(old: str, new: str, count: int = 1) -> Spoil:
    def spoil(page: HtmlPage) -> HtmlPage:
        assert old in page.html
        return replace(page, html=page.html.replace(old, new, count))

    return spoil


def style(css: str) -> Spoil:
    return lambda page: replace(page, stylesheet=f"{page.stylesheet}\n{css}")


def cell(html: str, name: str) -> str:
    """What stands in the cell with this id."""
    found = re.search(rf'id="{name}">(.*?)</t[dh]>', html, re.DOTALL)
    assert found, name
    return found[1]


def trade(one: str, other: str) -> Spoil:
    """The contents of two cells change places."""

    def spoil(page: HtmlPage) -> HtmlPage:
        a, b = cell(page.html, one), cell(page.html, other)
        html = page.html.replace(f'id="{one}">{a}', f'id="{one}">{b}')
        return replace(page, html=html.replace(f'id="{other}">{b}', f'id="{other}">{a}'))

    return spoil


def without_row(name: str) -> Spoil:
    """The table row in which this cell stands is gone."""

    def spoil(page: HtmlPage) -> HtmlPage:
        rows = re.findall(r"<tr.*?</tr>", page.html, re.DOTALL)
        (row,) = [row for row in rows if f'id="{name}"' in row]
        return replace(page, html=page.html.replace(row, ""))

    return spoil


def without_block(name: str) -> Spoil:
    def spoil(page: HtmlPage) -> HtmlPage:
        html, count = re.subn(rf'<tbody id="{name}".*?</tbody>', "", page.html, flags=re.DOTALL)
        assert count == 1
        return replace(page, html=html)

    return spoil


def last_first(page: HtmlPage) -> HtmlPage:
    """The reply slip stands before everything else."""
    blocks = re.findall(r"<tbody.*?</tbody>", page.html, re.DOTALL)
    html = page.html.replace(blocks[-1], "")
    return replace(page, html=html.replace(blocks[0], blocks[-1] + blocks[0]))


def attached(data: bytes) -> Spoil:
    return lambda page: replace(page, attachments=(replace(page.attachments[0], data=data),))


LAST_DAY = date.fromisoformat(EXAMPLES[CARD].data["expect"]["pay_by"])
PAY_BY, DAY_BEFORE = (f"{day.day} {day:%B}" for day in (LAST_DAY, LAST_DAY - timedelta(1)))
COVER = (
    ".letterhead::after { content: ''; position: absolute; z-index: 9; background: #fff;"
    " left: 0; top: 110mm; width: 170mm; height: 30mm }"
)
PATCH = (
    ".code-place { position: relative } .code-place::after { content: ''; position: absolute;"
    " right: 0; top: 0; width: 13mm; height: 26mm; background: #fff }"
)
PLANTED: dict[str, tuple[str, Spoil]] = {
    "a value removed": ("proof-text-missing", swap("CNY 43,218.67", "")),
    "one language's total altered": ("proof-text-missing", swap("CNY 43,218.67", "CNY 43,281.67")),
    "one digit of an item altered": ("proof-text-missing", swap(">38,000.00<", ">88,000.00<")),
    "one language's date altered": ("proof-text-missing", swap(PAY_BY, DAY_BEFORE)),
    "the total in words altered": ("proof-text-missing", swap("肆万叁仟", "肆万肆仟")),
    "a row removed": ("proof-text-missing", without_row("items-items-title-1-en-amount")),
    "a right removed": ("proof-text-missing", without_block("clause-dispute")),
    "the recipient altered": (
        "proof-text-missing",
        swap("示例省样本市虚构路1号", "示例省样本市虚构路2号"),
    ),
    "the subject altered": ("proof-text-missing", swap("Formal demand", "Final demand", -1)),
    "sides swapped": (
        "proof-language-region",
        trade("clause-dispute-0-zh-Hans", "clause-dispute-0-en"),
    ),
    "a side in the other's language": (
        "proof-language-region",
        swap(
            'lang="en" class="text side-2 text" id="clause-dispute-0-en"',
            'lang="zh-Hans" class="text side-2 text" id="clause-dispute-0-en"',
        ),
    ),
    "text added to a side": (
        "proof-text-extra",
        swap("This letter is not a court document.", "This letter is not a court document. Pay!"),
    ),
    "text added by the style sheet": (
        "proof-text-extra",
        style("h1::after { content: 'LAST WARNING' }"),
    ),
    "text added to the foot": (
        "proof-text-extra",
        style("@page { @bottom-left { content: 'Pay now' } }"),
    ),
    "blocks in another order": ("proof-order", last_first),
    "text covered": ("proof-unseen", style(COVER)),
    "text as pale as its ground": ("proof-unseen", style("#clause-dispute td { color: #fff }")),
    "text hidden behind its own ground": (
        "proof-unseen",
        style("#clause-hardship td { background: #000 }"),
    ),
    "a box too small": ("proof-clipped", style("#clause-dispute td { white-space: nowrap }")),
    "an address field too small": (
        "proof-window-recipient",
        style(".recipient { height: 28mm; line-height: 6 }"),
    ),
    "small print": ("proof-small-type", style("#clause-dispute td { font-size: 7pt }")),
    "small furniture": ("proof-small-type", style(".letterhead .contacts p { font-size: 7.5pt }")),
    "off the page": ("proof-clipped", style(".letterhead .contacts { right: -18mm }")),
    "lines on each other": ("proof-overlap", style("#clause-dispute td { line-height: 0.6 }")),
    "a word in the window": (
        "proof-window",
        style(".address-field::after { content: 'Overdue'; position: absolute; top: 42mm }"),
    ),
    "the reference rows in the window": ("proof-window", style(".reference { margin-left: 0 }")),
    "a line drawn through the window": (
        "proof-window",
        style(".address-field { border-top: 3mm solid #000 }"),
    ),
    "a code that is too small to read": (
        "proof-code",
        style("img.code { width: 3mm; height: 3mm }"),
    ),
    "a code that is covered": ("proof-code", style(PATCH)),
    "too many pages": ("proof-page-limit", style("html { line-height: 5 !important }")),
    "a character that no font has": ("proof-glyph-missing", swap("谨此函达", "谨此函达\U0010fffd")),
    "the attached data altered": ("proof-attachment", attached(b"{}")),
    "a renderer's complaint": ("proof-renderer-warning", style("td { colour: red }")),
    "a picture from elsewhere": (
        "proof-renderer-warning",
        swap("<table class", '<img alt="x" src="http://127.0.0.1/x.png"><table class'),
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(
    maker: LetterMaker, finished: Callable[[str], Letter], fault: str
) -> None:
    checked = finished(CARD).checked
    assert checked.document is not None
    rule, spoil = PLANTED[fault]
    page = build_page(checked.document, maker.resources.fonts)
    assert rule in proven(maker, checked, spoil(page), rule)


def test_the_same_page_unspoilt_has_no_fault(
    maker: LetterMaker, finished: Callable[[str], Letter]
) -> None:
    checked = finished(CARD).checked
    assert checked.document is not None
    assert proven(maker, checked, build_page(checked.document, maker.resources.fonts)) == set()


def test_a_code_of_another_amount_or_reference_is_found(
    maker: LetterMaker, finished: Callable[[str], Letter]
) -> None:
    checked = finished(CARD).checked
    document = checked.document
    assert document is not None
    (code,) = document.codes
    for old, new in (("43218.67", "43218.68"), (document.letter_id, "CN-0005")):
        assert old in code.payload
        other = Code("code", code.payload.replace(old, new))
        page = build_page(replace(document, codes=(other,)), maker.resources.fonts)
        assert proven(maker, checked, page) == {"proof-code", "proof-code-extra"}


@pytest.mark.parametrize("lang", [ZH, EN])
def test_what_the_kind_must_print_is_missed_even_where_no_part_says_it(
    maker: LetterMaker, finished: Callable[[str], Letter], lang: str
) -> None:
    """A second expectation, which does not come from the composed letter."""
    checked = finished(CARD).checked
    assert checked.document is not None
    wanted = {value.name: value.text for value in checked.expected if value.lang == lang}
    thin = without_names(checked.document, set(wanted), lang)
    found = check_bytes(
        thin, maker.renderer.render(build_page(thin, maker.resources.fonts)), checked.expected
    )
    missed = {f.path for f in found if f.rule == "proof-value-missing"}
    said = [
        cell.text
        for block in thin.blocks
        for row in block.rows
        for side in row.sides
        for cell in side.cells
        if block.kind != "reply_slip" and (row.once or side.lang == lang)
    ]
    elsewhere = {
        n for n, value in wanted.items() if any(is_contained(value, text) for text in said)
    }
    assert missed == wanted.keys() - elsewhere
    assert len(missed) > 10


def without_names(document: Document, names: set[str], lang: str) -> Document:
    """The letter with a dash for these values in one language."""

    def dashed(side: Side) -> Side:
        if side.lang != lang:
            return side
        return replace(
            side,
            cells=tuple(
                replace(
                    cell,
                    runs=tuple(
                        replace(run, text="–") if run.name in names else run for run in cell.runs
                    ),
                )
                for cell in side.cells
            ),
        )

    return replace(
        document,
        blocks=tuple(
            replace(
                block,
                rows=tuple(replace(row, sides=tuple(map(dashed, row.sides))) for row in block.rows),
            )
            for block in document.blocks
        ),
    )
