"""Letters with one side below the other, in one language, in large print: signed once, and no page
begins with a close; the head of a table comes again with its unit; the draft mark is whole."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageOps

from notices.letter.make import LetterMaker
from notices.page.arranged import arranged
from notices.page.document import Block, Cell, CellRole, Document, Row, RowRole, Run, Side
from notices.page.watermark import draft_png
from notices.places import LAYOUT
from notices.proof.regions import squash
from tests.letter import letters
from tests.letter.many_debts import many

ONE = {
    "CN": "CN/reminder-1-consumer-loan",
    "DE": "DE/demand-1-consumer-first",
    "HK": "HK/demand-consumer-card",
    "NL": "NL/demand-consumer",
    "US": "US/reminder-consumer",
    "seal": "CN/demand-consumer-card-pictures",
    "generic": "generic/demand-consumer-fr-en",
}
MARKS = ("DRAFT", "样稿", "样稿 · DRAFT", "ENTWURF · PROJET", "BROUILLON · CONCEPT")


def document_of(maker: LetterMaker, name: str, **asked: object) -> Document:
    (one,) = letters.check(maker, letters.case(name), letters.sender(name), **asked)
    assert one.document is not None
    return one.document


def signers(document: Document) -> list[str]:
    return [
        run.text
        for block in document.blocks
        if block.kind == "signature"
        for row in block.rows
        for side in row.sides
        for cell in side.cells
        for run in cell.runs
        if run.name
    ]


@pytest.mark.parametrize("arrangement", ["stacked", "sequential"])
@pytest.mark.parametrize("name", ONE.values(), ids=ONE)
def test_a_letter_is_signed_once(maker: LetterMaker, name: str, arrangement: str) -> None:
    document = document_of(maker, name, arrangement=arrangement)
    said = signers(document)
    assert said
    assert len(said) == len(set(said))
    if arrangement == "sequential":
        closes = [_lang(b) for b in document.blocks if b.id.startswith("clause-close")]
        signed = [_lang(b) for b in document.blocks if b.kind == "signature"]
        assert closes in (signed, []), "both or neither in each language"


def pair(role: RowRole, one: str, other: str) -> Row:
    cell: CellRole = "heading" if role == "heading" else "text"
    return Row(
        role, (Side("de", (Cell(cell, (Run(one),)),)), Side("en", (Cell(cell, (Run(other),)),)))
    )


@pytest.mark.parametrize("close", ["clause-close", "clause-close-formal"])
@pytest.mark.parametrize("signature", ["signature", "signature-hand", "signature-sender"])
def test_a_signature_with_a_title_or_a_style_and_a_close_with_variants(
    close: str, signature: str
) -> None:
    subject = pair("text", "Betreff", "Subject").sides
    title = pair("heading", "Absender", "Sender")
    blocks = [
        Block("clause-opening", "clause", (pair("text", "Guten Tag", "Hello"),)),
        Block(close, "clause", (pair("text", "Gruß", "Sincerely"),)),
        Block(signature, "signature", (title, pair("sign", "Muster GmbH", "Sample Ltd"))),
    ]
    ended = [block.id for block in arranged(blocks, "sequential", subject)]
    assert ended == ["clause-opening-de", f"{close}-de", f"{signature}-de", *ended[3:]]
    assert ended[3:] == ["turn-en", "clause-opening-en"]
    *_, last = arranged(blocks, "stacked", subject)
    assert (last.id, [row.sides[0].text for row in last.rows]) == (
        f"{signature}-en",
        ["Sender", "Sample Ltd"],
    )
    alike = replace(blocks[-1], rows=(title, pair("sign", "Muster GmbH", "Muster GmbH")))
    *_, last = arranged([*blocks[:-1], alike], "stacked", subject)
    assert last.id == f"{signature}-de"


@pytest.mark.heavy
@pytest.mark.parametrize("asked", [{"arrangement": "stacked"}, {"large_print": True}], ids=str)
@pytest.mark.parametrize("name", ONE.values(), ids=ONE)
def test_no_page_begins_with_a_close_or_holds_only_a_slip(
    maker: LetterMaker, name: str, asked: dict[str, object]
) -> None:
    letter = letters.made(maker, letters.case(name), letters.sender(name), **asked)
    document = letter.checked.document
    assert document is not None
    kinds = {block.id: block.kind for block in document.blocks}
    for page in range(2, letter.pages + 1):
        runs = [run for run in letters.read(letter.data).runs if run.page == page and run.path]
        first = min(runs, key=lambda run: run.ink.top if run.ink else 999.0)
        assert not any(i.startswith(("clause-close", "signature")) for i in first.ids), page
        here = {kinds[i] for run in runs for i in run.ids if i in kinds}
        assert not here or here - {"reply_slip", "pay_slip", "signature"}, page


@pytest.mark.heavy
@pytest.mark.parametrize("count", [3, 60, pytest.param(500, marks=pytest.mark.slow)])
def test_a_list_says_its_unit_on_every_page(maker: LetterMaker, count: int) -> None:
    record, sender = many("DE", count)
    letter = letters.made(maker, record, sender)
    document = letter.checked.document
    assert document is not None
    (block,) = (b for b in document.blocks if b.kind == "open_items" and _lang(b) == "de")
    (head,) = (row for row in block.rows if row.role == "table_head")
    unit = squash(head.sides[0].cells[-1].text)
    assert "EUR" in unit
    pages: dict[int, str] = {}
    for run in letters.read(letter.data).runs:
        pages[run.page] = pages.get(run.page, "") + squash(run.text)
    listed = {
        run.page
        for run in letters.read(letter.data).runs
        if any(i.startswith(f"{block.id}-") for i in run.ids)
    }
    assert len(listed) > 1 or count < 60
    assert all(unit in pages[page] for page in listed)


def _lang(block: object) -> str:
    return block.rows[0].sides[0].lang  # type: ignore[attr-defined, no-any-return]


@pytest.mark.heavy
def test_a_long_itemisation_says_its_unit_on_every_page(maker: LetterMaker) -> None:
    name = ONE["DE"]
    (one,) = letters.check(maker, letters.case(name), letters.sender(name))
    assert one.document is not None
    blocks = tuple(
        replace(block, rows=(block.rows[0], *[block.rows[1]] * 60, *block.rows[2:]))
        if block.kind == "items"
        else block
        for block in one.document.blocks
    )
    drawn = maker.draw(replace(one.document, blocks=blocks), one)
    pages: dict[int, str] = {}
    rows: set[int] = set()
    for run in drawn.read.runs:
        pages[run.page] = pages.get(run.page, "") + squash(run.text)
        if any(i.startswith("items-") and i.endswith("-amount") for i in run.ids):
            rows.add(run.page)
    assert len(rows) > 1
    assert all("Betrag(EUR)" in pages[page] and "Amount(EUR)" in pages[page] for page in rows)
    said = {f.rule for f in drawn.findings}
    assert not said & {"proof-text-missing", "proof-text-extra", "proof-order", "proof-untagged"}


@pytest.mark.parametrize("mark", MARKS)
def test_the_draft_mark_is_whole(maker: LetterMaker, mark: str) -> None:
    page = Image.open(io.BytesIO(draft_png(mark, maker.resources.fonts)))
    left, top, right, bottom = ImageOps.invert(page.convert("L")).getbbox() or (0, 0, 0, 0)
    edge = page.width * 10 / 210  # 10 mm
    assert left >= edge
    assert page.width - right >= edge
    assert top >= edge
    assert page.height - bottom >= edge


def test_no_fill_hides_the_draft_mark() -> None:
    css = (LAYOUT / "letter.css").read_text(encoding="utf-8")
    assert "solid #fff" not in css
    fills = [line for line in css.splitlines() if "background: #" in line]
    assert all("border-radius" in line for line in fills), "bullets alone are opaque"
