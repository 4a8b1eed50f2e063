"""What belongs together stays on one line: in each language, and in finished letters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notices.finding import errors_in
from notices.letter.make import LetterMaker
from notices.page.document import Cell, Run
from notices.page.layout import build_page
from notices.page.ties import Group, find_ties, tied
from notices.proof.readback import read_pdf
from tests.letter import letters
from tests.page.torn import torn_units

# language, text, and what of it may not be parted
KEPT = [
    ("de", "(§ 288 Abs. 1 Satz 2 BGB), danach", ["(§ 288 Abs. 1 Satz 2 BGB),"]),
    ("de", "nach Art. 104 Abs. 1 OR 5 % Zins", ["Art. 104 Abs. 1 OR", "5 %"]),
    ("de", "binnen 14 Kalendertagen", ["14 Kalendertagen"]),
    ("de", "Tel. 030 5550 0101 oder +49 30 1234567.", ["030 5550 0101", "+49 30 1234567."]),
    ("de", "Muster Handel GmbH und Bau & Co. KG", ["Handel GmbH", "Bau & Co. KG"]),
    ("de", "Musterweg 1, 12345 Musterstadt", ["12345 Musterstadt"]),
    ("de", "am 1. Mai 2026 um 9 Uhr", ["1. Mai 2026", "9 Uhr"]),
    ("de", "DE02 1203 0000 0000 2020 51", ["DE02 1203 0000 0000 2020 51"]),
    ("en", "by 24 September 2026, 30 days", ["24 September 2026,", "30 days"]),
    ("en", "May 5, 2026 (12 CFR 1006.34(b)(5))", ["May 5, 2026", "(12 CFR 1006.34(b)(5))"]),
    ("en", "Sample Bank Co. Ltd, 9 a.m.", ["Bank Co. Ltd,", "9 a.m."]),
    ("en", "Sampleton, TX 78701 or 800-555-0402", ["Sampleton, TX 78701", "800-555-0402"]),
    ("nl", "art. 6:96 lid 6 BW: 14 dagen", ["art. 6:96 lid 6 BW:", "14 dagen"]),
    ("nl", "Modelkade 8, 1234 EF Voorbeeldstad", ["1234 EF Voorbeeldstad"]),
    ("fr", "art. 104 al. 1 CO, 1er mars 2026", ["art. 104 al. 1 CO,", "1er mars 2026"]),
    ("fr", "la somme de 1 234,56 EUR reste", ["1 234,56 EUR"]),
    ("fr", "EUR 12 345.60, puis 1 234 567 €", ["EUR 12 345.60,", "1 234 567 €"]),
    ("fr", "en 2025 500 EUR, 1 000 jours", ["500 EUR,", "1 000 jours"]),
    ("de", "Im Jahr 2025 500,00 EUR", ["500,00 EUR"]),
    ("de", "nach §§ 280 Abs. 1, 2, 286 BGB, 5 %", ["§§ 280 Abs. 1, 2, 286 BGB,", "5 %"]),
    (
        "de",
        "(§§ 286 und 288 BGB) wie § 288 Abs. 1, 5 Tage",
        ["(§§ 286 und 288 BGB)", "§ 288 Abs. 1,", "5 Tage"],
    ),
    ("de", "nach § 288 Abs. 1, 5 Tagen", ["§ 288 Abs. 1,", "5 Tagen"]),
    ("es", "el 24 de mayo de 2026, 5 días", ["24 de mayo de 2026,", "5 días"]),
    ("it", "art. 104 cpv. 1 CO, 10 giorni", ["art. 104 cpv. 1 CO,", "10 giorni"]),
    ("zh-Hans", "第675条，2026年5月26日前30天", ["第675条，", "2026年5月26日", "30天"]),
    ("zh-Hans", "本函所列款项即告结清。", ["结清。"]),
    ("zh-Hans", "100 × 5% ÷ 365 = 5.00", ["× 5%", "÷ 365", "= 5.00"]),
    ("en", "It was paid to us in May, after all", []),
    ("es", "el total adeudado es igual al. Si no", []),
]


@pytest.mark.parametrize(("lang", "text", "kept"), KEPT)
def test_what_belongs_together_is_found(lang: str, text: str, kept: list[str]) -> None:
    ties = find_ties(Cell("text", (Run(text),)), (lang,))
    assert [text[tie.start : tie.end] for tie in ties] == kept


def test_a_value_and_the_wording_about_it_stay_together() -> None:
    cell = Cell("text", (Run("binnen "), Run("14", "term", strong=True), Run(" Tagen nach")))
    assert tied(cell, ("de",)) == (
        Run("binnen "),
        Group("nowrap", (Run("14", "term", strong=True), Run(" Tagen"))),
        Run(" nach"),
    )


def test_a_date_may_be_parted_before_its_year_alone() -> None:
    cell = Cell("text", (Run("24 September 2026", "pay_by", nowrap=True),))
    day = Group("nowrap", (Run("24 September", "pay_by"),))
    assert tied(cell, ("en",)) == (Group("date", (day, Run(" 2026", "pay_by"))),)


def test_nothing_is_said_otherwise() -> None:
    runs = (
        Run("依据：《民法典》（第675条）；"),
        Run("2026年5月26日", "day"),
        Run("前还款（30"),
        Run("天内）。"),
    )
    cell = Cell("text", runs)
    assert "".join(map(_text, tied(cell, ("zh-Hans", "en")))) == cell.text


def _text(part: Run | Group) -> str:
    if isinstance(part, Run):
        return part.text
    return "" if part.name == "gap" else "".join(map(_text, part.parts))


def sample() -> list[str]:
    """Each sixth example of every pack, and at least two."""
    by_pack: dict[str, list[str]] = {}
    for name in letters.EXAMPLES:
        by_pack.setdefault(name.partition("/")[0], []).append(name)
    return [name for names in by_pack.values() for name in {*names[::6], names[-1]}]


def torn(maker: LetterMaker, name: str, **asked: object) -> list[str]:
    found = []
    for checked in letters.check(maker, letters.case(name), letters.sender(name), **asked):
        if checked.document is None:
            continue
        drawing = maker.draw(checked.document, checked)
        assert not errors_in(drawing.findings)
        parted = torn_units(drawing.document, drawing.rendering, drawing.read)
        found += [f"{one.place}: {one.text}" for one in parted]
    return found


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(sample()))
def test_no_letter_parts_what_belongs_together(maker: LetterMaker, name: str) -> None:
    assert torn(maker, name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(letters.EXAMPLES))
def test_no_example_parts_what_belongs_together(maker: LetterMaker, name: str) -> None:
    assert torn(maker, name) == []


@pytest.mark.slow
@pytest.mark.parametrize("asked", [{"arrangement": "stacked"}, {"arrangement": "sequential"}])
@pytest.mark.parametrize("name", sorted(sample()))
def test_no_arrangement_parts_them(maker: LetterMaker, name: str, asked: dict[str, object]) -> None:
    assert torn(maker, name, **asked) == []


@pytest.mark.heavy
def test_what_is_torn_in_a_block_that_stands_once_is_found(maker: LetterMaker) -> None:
    name = "DE/demand-1-consumer-first"
    (one,) = letters.check(maker, letters.case(name), letters.sender(name))
    assert one.document is not None
    page = build_page(one.document, maker.resources.fonts)
    css = "span { white-space: normal !important } .value .said { display: block; width: 18mm }"
    rendering = maker.renderer.render(replace(page, stylesheet=f"{page.stylesheet}\n{css}"))
    read = read_pdf(rendering.data)
    places = {one.place for one in torn_units(one.document, rendering, read)}
    blocks = {place.partition("-")[0] for place in places if place.endswith("-value")}
    assert {"pay_to", "reply_slip"} <= blocks


@pytest.mark.heavy
def test_a_cell_that_is_not_read_is_told(maker: LetterMaker) -> None:
    name = "DE/demand-1-consumer-first"
    (one,) = letters.check(maker, letters.case(name), letters.sender(name))
    assert one.document is not None
    drawn = maker.draw(one.document, one)
    runs = [r for r in drawn.read.runs if not any(i.endswith("-amount_room") for i in r.ids)]
    with pytest.raises(AssertionError, match="amount_room is not read"):
        [*torn_units(drawn.document, drawn.rendering, replace(drawn.read, runs=tuple(runs)))]
