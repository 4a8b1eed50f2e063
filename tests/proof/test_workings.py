"""The proof of printed arithmetic: a letter that says of itself what its numbers don't give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from notices.letter.make import Checked, Letter, LetterMaker
from notices.pack.load import load_pack
from notices.page.document import Cell, Document, Side
from notices.page.layout import build_page
from notices.page.settle import settle
from notices.places import PACKS
from notices.proof.check import check_bytes
from notices.proof.notation import read_day, read_number
from notices.proof.regions import squash
from notices.words.locales import amount_words, date_words, percent_words
from tests.letter import letters

heavy = pytest.mark.heavy  # draws pages
FORMATS = [
    formats
    for root in sorted(p.parent for p in PACKS.glob("*/pack.yaml"))
    for formats in load_pack(root).formats.values()
]
ZH_EN, NL_EN, DE_IT = (
    "CN/demand-consumer-loan-capped",
    "generic/demand-business-nl-en-lawyer",
    "generic/demand-consumer-de-it-ceiling",
)
# A pack's letter with an agreed rate, and the pairs of languages that it is made in.
AGREED = {
    "CN zh-Hans en": "CN/demand-business-lawyer",
    "HK zh-Hant en": "HK/demand-consumer-loan",
    "DE de en": "DE/demand-1-business-other-ground",
    "BE fr nl": "BE/demand-creditor",
    "generic nl en": NL_EN,
    "generic de it": DE_IT,
}


def respelt(document: Document, lang: str, old: str, new: str, block: str) -> Document:
    """The letter with other words on one side of a block, as if it had been composed so."""

    def cell(one: Cell) -> Cell:
        return replace(one, runs=tuple(replace(r, text=r.text.replace(old, new)) for r in one.runs))

    def side(one: Side) -> Side:
        return replace(one, cells=tuple(map(cell, one.cells))) if one.lang == lang else one

    blocks = tuple(
        replace(b, rows=tuple(replace(row, sides=tuple(map(side, row.sides))) for row in b.rows))
        if b.kind == block
        else b
        for b in document.blocks
    )
    assert blocks != document.blocks, (lang, old)
    return replace(document, blocks=blocks)


def told(maker: LetterMaker, checked: Checked, document: Document) -> set[tuple[str, str]]:
    """What the real proof has against the finished bytes: rules and languages."""
    fonts = maker.resources.fonts
    document, laid = settle(document, lambda d: maker.renderer.lay_out(build_page(d, fonts)))
    found = check_bytes(document, maker.renderer.draw(laid), checked.expected)
    return {(finding.rule, finding.params.get("language", "")) for finding in found}


@heavy
@pytest.mark.parametrize("name", AGREED.values(), ids=AGREED)
def test_a_rate_that_is_cut_is_found_on_each_side(maker: LetterMaker, name: str) -> None:
    rate, shorter = ("12.125", "12.12") if name.startswith("DE") else ("8.125", "8.12")
    checked = letters.checked(maker, name, debts__0__agreed_rate=rate)
    document = checked.document
    assert document is not None, checked.findings
    assert told(maker, checked, document) == set()
    for notation in document.notations:
        lang = notation.formats.tag
        whole, cut = (percent_words(Decimal(r), notation.formats) for r in (rate, shorter))
        spoilt = respelt(document, lang, whole, cut, "working")
        assert told(maker, checked, spoilt) == {("proof-working", lang)}


PLANTED = {
    "the principal": ("working", "50,000.00 ×", "50,000.10 ×"),
    "the days": ("working", "× 365 ÷", "× 364 ÷"),
    "the basis": ("working", "÷ 365", "÷ 360"),
    "the sum": ("working", "6,900.00", "6,900.01"),
    "the first day": ("working", "6 September 2024", "5 September 2024"),
    "the last day": ("working", "5 September 2025", "5 October 2025"),
    "the line": ("working", " ÷ ", " / "),
    "a row": ("items", "50,000.00", "50,000.01"),
    "the total": ("items", "51,918.17", "51,918.71"),
    "what a payment covered": ("payments", "3,100.00", "3,200.00"),
    "a payment": ("payments", "10,000.00", "9,000.00"),
}


@heavy
@pytest.mark.parametrize("what", PLANTED)
def test_a_number_that_the_others_don_t_give_is_found(
    maker: LetterMaker, finished: Callable[[str], Letter], what: str
) -> None:
    checked = finished(ZH_EN).checked
    assert checked.document is not None
    block, old, new = PLANTED[what]
    spoilt = respelt(checked.document, "en", old, new, block)
    assert ("proof-working", "en") in told(maker, checked, spoilt)


@heavy
def test_a_subtotal_is_held_against_its_own_rows(
    maker: LetterMaker, finished: Callable[[str], Letter]
) -> None:
    checked = finished(NL_EN).checked
    assert checked.document is not None
    spoilt = respelt(checked.document, "nl", "6.108,29", "6.108,30", "items")
    assert told(maker, checked, spoilt) == {("proof-working", "nl")}


@heavy
def test_the_lines_of_an_itemization_add_up(
    maker: LetterMaker, finished: Callable[[str], Letter]
) -> None:
    checked = finished("US/notice-card").checked
    assert checked.document is not None
    spoilt = respelt(checked.document, "es", "75.00", "57.00", "itemization")
    assert ("proof-working", "es") in told(maker, checked, spoilt)


@pytest.mark.parametrize("formats", FORMATS, ids=lambda f: f"{f.locale}")
def test_every_language_s_numbers_and_days_are_read_as_they_are_written(formats) -> None:  # type: ignore[no-untyped-def]
    for amount in map(Decimal, ("0.00", "12.50", "1234.50", "-1234567.89")):
        assert read_number(squash(amount_words(amount, formats)), formats) == amount
    for rate in map(Decimal, ("5", "6.52", "8.125", "18.25", "0.00000001")):
        assert read_number(squash(percent_words(rate, formats)), formats) == rate
    for month in range(1, 13):
        for day in (date(2026, month, 1), date(2026, month, 11)):
            assert read_day(squash(date_words(day, formats)), formats) == day
