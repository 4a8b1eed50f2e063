"""The payment slip: its facts, its place to the millimetre, and what its code says on the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from notices.batch.isolation import identities
from notices.catalogue import hint, line_of
from notices.finding import Finding, errors_in
from notices.letter.make import Letter, LetterMaker
from notices.pack.fieldtypes import reference_type
from notices.page.codes import qr_svg
from notices.page.document import Document, PaySlip, Rendering
from notices.page.fonts import read_font_set
from notices.page.layout import build_page
from notices.page.payslip import slip_payload, slip_rows, slip_terms
from notices.page.pdf import HtmlPage
from notices.places import FONTS
from notices.proof.check import check_bytes, check_pictures
from notices.proof.decode import decode_codes
from notices.proof.pay_slip import slip_lines
from notices.proof.readback import rasterise, read_pdf
from notices.proof.regions import squash
from tests.letter import letters
from tests.page.minimal import renderer

DEMAND, CRAFT, EURO = (
    "CH/demand-consumer",
    "CH/demand-consumer-fee",
    "CH/demand-business-action-euro",
)
SLIPS = sorted(name for name in letters.EXAMPLES if name.startswith("CH/"))
FIXED = read_font_set(FONTS)

# The first worked case, by the guidelines' list of lines: written by hand, not by the code.
LINES = [
    *("SPC", "0200", "1", "CH4431999123000889012"),
    *("S", "Muster Möbel AG", "Beispielstrasse", "10", "8000", "Zürich", "CH"),
    *("", "", "", "", "", "", ""),
    *("970.52", "CHF"),
    *("S", "Reto Muster", "Musterweg", "1", "3000", "Bern", "CH"),
    *("QRR", "210000000003139471430009017", "CH-0001-FSUF6Q", "EPD"),
]


@pytest.fixture
def good(finished: Callable[[str], Letter]) -> Document:
    document = finished(DEMAND).checked.document
    assert document is not None and document.slip is not None
    return document


def slip_of(letter: Letter) -> PaySlip:
    document = letter.checked.document
    assert document is not None and document.slip is not None
    return document.slip


def prove(document: Document, page: HtmlPage) -> tuple[Finding, ...]:
    return prove_rendering(document, renderer().render(page))


def prove_rendering(document: Document, rendering: Rendering) -> tuple[Finding, ...]:
    found = (*check_bytes(document, rendering, ()), *check_pictures(document, rendering))
    for finding in found:
        for language in ("en", "zh"):
            assert "{" not in line_of(finding, language) + hint(finding, language)
    return found


@pytest.mark.heavy
def test_the_code_on_the_page_says_each_line_of_the_guidelines(
    finished: Callable[[str], Letter],
) -> None:
    letter = finished(DEMAND)
    (code,) = decode_codes(rasterise(letter.data, letter.pages, 200))
    assert code.split("\r\n") == LINES


@pytest.mark.heavy
@pytest.mark.parametrize("name", SLIPS)
def test_every_slip_asks_for_the_total_of_its_letter(
    finished: Callable[[str], Letter], name: str
) -> None:
    letter = finished(name)
    slip, figures = slip_of(letter), letter.checked.figures
    assert figures is not None
    (code,) = decode_codes(rasterise(letter.data, letter.pages, 200))
    lines = code.split("\r\n")
    assert lines == slip_lines(slip)
    assert Decimal(lines[18]) == figures.total_due == slip.amount
    assert letter.checked.case is not None and lines[19] == letter.checked.case.currency


@pytest.mark.heavy
def test_slip_and_code_lie_where_the_guidelines_put_them(good: Document) -> None:
    rendering = renderer().render(build_page(good, FIXED))
    places = {box.name: box for box in rendering.boxes}
    slip, code = places["pay_slip"], places["slip-code"]
    assert slip.page == code.page == rendering.pages
    frame = slip.frame
    assert (frame.left, frame.top, frame.width, frame.height) == pytest.approx(
        (0, 192, 210, 105), abs=0.1
    )
    frame = code.frame
    assert (frame.left, frame.top, frame.width, frame.height) == pytest.approx(
        (67, 209, 46, 46), abs=0.1
    )
    sections = {  # each row of the slip: left, top, width, height on the slip, in mm
        0: (5, 5, 52, 7), 1: (5, 12, 52, 56), 2: (5, 68, 52, 14), 3: (5, 82, 52, 18),
        4: (67, 5, 51, 7), 5: (67, 68, 51, 22), 6: (118, 5, 87, 85),
    }  # fmt: skip
    for number, (left, top, width, height) in sections.items():
        frame = places[f"pay_slip-{number}-de"].frame
        assert (frame.left, frame.top, frame.width, frame.height) == pytest.approx(
            (left, 192 + top, width, height), abs=0.1
        ), number


@pytest.mark.heavy
def test_the_slip_is_text_in_one_language_from_its_own_face(good: Document) -> None:
    read = read_pdf(renderer().render(build_page(good, FIXED)).data)
    runs = [run for run in read.runs if "pay_slip" in run.ids]
    assert {run.lang for run in runs} == {"de"}
    said = squash("".join(run.text for run in runs))
    for text in ("Empfangsschein", "Zahlteil", "CH44 3199 9123 0008 8901 2", "970.52", "Musterweg"):
        assert squash(text) in said
    assert not any(word in said for word in ("Récépissé", "Receipt", "Zugunsten"))
    assert any("Notices-Slip" in font for font in read.fonts)
    assert [f.alt for f in read.figures if f.page == len(read.pages)] == [
        slip_terms()["code_alt"]["de"]
    ]


@pytest.mark.heavy
def test_page_numbers_stand_at_the_head_and_nothing_else_on_the_slip(good: Document) -> None:
    read = read_pdf(renderer().render(build_page(good, FIXED)).data)
    foot = [
        run
        for run in read.runs
        if run.page == len(read.pages)
        and "pay_slip" not in run.ids
        and any(g.frame.top + g.frame.height > 192 for g in run.glyphs if g.text.strip())
    ]
    assert foot == []


def swapped(page: HtmlPage, old: str, new: str) -> HtmlPage:
    assert old in page.html
    return replace(page, html=page.html.replace(old, new))


def styled(page: HtmlPage, css: str) -> HtmlPage:
    return replace(page, stylesheet=page.stylesheet + css)


def recoded(page: HtmlPage, payload: str, size: float = 46) -> HtmlPage:
    svg = qr_svg(payload, size, quiet=0, mark_mm=7)
    return replace(page, images={**page.images, "slip-code": ("image/svg+xml", svg)})


PLANTED: dict[str, tuple[str, Callable[[HtmlPage], HtmlPage]]] = {
    "slip a millimetre too high": (
        "proof-slip-place",
        lambda p: styled(p, ".pay-slip { top: 2mm; }"),
    ),
    "slip too small": ("proof-slip-place", lambda p: styled(p, ".pay-slip { width: 208mm; }")),
    "code a millimetre aside": (
        "proof-slip-place",
        lambda p: styled(p, ".pay-slip .code-field { left: 68mm; }"),
    ),
    "code too small": (
        "proof-slip-place",
        lambda p: styled(p, ".pay-slip img.slip-code { width: 44mm; height: 44mm; }"),
    ),
    "code asks for another sum": (
        "proof-slip-line",
        lambda p: recoded(p, "\r\n".join(LINES).replace("970.52", "970.53")),
    ),
    "code pays another account": (
        "proof-slip-line",
        lambda p: recoded(p, "\r\n".join(LINES).replace("CH4431", "CH4531")),
    ),
    "printed sum altered": (
        "proof-text-missing",
        lambda p: swapped(p, "<p>970.52</p>", "<p>970.25</p>"),
    ),
    "no code": ("proof-code", lambda p: styled(p, "img.slip-code { visibility: hidden; }")),
    "page number on the slip": (
        "proof-slip-intruder",
        lambda p: styled(p, "@page { @bottom-right { content: counter(page); } }"),
    ),
    "account beside the letter's own number": (
        "proof-slip-account",
        lambda p: swapped(p, "Lea Beispiel<", "CH44 3199 9123 0008 8901 2, CH-0001-FSUF6Q<"),
    ),
    "sum off its section": (
        "proof-clipped",
        lambda p: styled(p, ".pay-slip .sum + .sum { left: 60mm; }"),
    ),
}


@pytest.mark.heavy
@pytest.mark.parametrize(("rule", "plant"), PLANTED.values(), ids=PLANTED)
def test_each_planted_fault_is_found(
    good: Document, rule: str, plant: Callable[[HtmlPage], HtmlPage]
) -> None:
    page = build_page(good, FIXED)
    assert rule in {f.rule for f in errors_in(prove(good, plant(page)))}


def test_a_sound_slip_has_no_findings(good: Document) -> None:
    assert prove(good, build_page(good, FIXED)) == ()


def test_a_slip_that_differs_from_the_letters_total_is_found(good: Document) -> None:
    assert good.slip is not None
    other = replace(good, slip=replace(good.slip, amount=Decimal("970.53")))
    assert "proof-slip-amount" in {f.rule for f in prove(other, build_page(other, FIXED))}


def test_a_slip_on_an_earlier_page_is_found(good: Document) -> None:
    page = swapped(build_page(good, FIXED), "</body>", "<p class='after'>Seite 3 von 3</p></body>")
    page = styled(page, ".after { break-before: page; }")
    assert "proof-slip-place" in {f.rule for f in prove(good, page)}


def test_the_slips_values_excuse_nothing_in_the_body(good: Document) -> None:
    from notices.page.document import Expected

    rendering = renderer().render(build_page(good, FIXED))
    wanted = Expected("x", "de", "21 00000 00003 13947 14300 09017")
    found = check_bytes(good, rendering, (wanted,))
    assert [f.rule for f in found] == ["proof-value-missing"]


# What keeps a slip from being made


def told(maker: LetterMaker, name: str, profile: dict[str, Any], **changes: Any) -> set[str]:
    record, sender = letters.case(name, **changes), letters.sender(name, **profile)
    (checked,) = letters.check(maker, record, sender)
    found = errors_in(checked.findings)
    assert checked.document is None
    for finding in found:
        for language in ("en", "zh"):
            said = line_of(finding, language) + hint(finding, language)
            assert not re.search(r"\{\w+\}", said)
    return {finding.rule for finding in found}


ORDINARY = "CH58 0079 1123 0008 8901 2"
FAULTS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "foreign account": (
        "slip-account", {"accounts__0__iban": "DE89 3704 0044 0532 0130 00"}, {}
    ),
    "QR-IBAN without reference": ("slip-reference-needed", {}, {"slip_reference": None}),
    "QR-IBAN with a creditor reference": (
        "slip-reference-needed", {}, {"slip_reference": "RF18 5390 0754 7034"}
    ),
    "27 digits with an ordinary IBAN": (
        "slip-reference-account", {"accounts__0__iban": ORDINARY}, {}
    ),
    "wrong check digit": (
        "slip-reference", {}, {"slip_reference": "21 00000 00003 13947 14300 09018"}
    ),
    "a plain number": ("slip-reference", {}, {"slip_reference": "4711"}),
    "holder is another": ("slip-holder", {"accounts__0__holder": "Sonst Wer AG"}, {}),
    "postcode of another place": ("slip-address-differs", {}, {"recipient__postcode": "3001"}),
    "part of a house number": (
        "slip-address-differs", {}, {"recipient__address": ["Musterweg 10", "3000 Bern"]}
    ),
    "country as a word": ("slip-too-long", {}, {"recipient__country": "Schweiz"}),
    "a country that is none": ("slip-refused", {}, {"recipient__country": "ZZ"}),
    "name too long": ("slip-too-long", {}, {"recipient__name": "Reto Maximilian " * 5}),
    "name in other letters": ("slip-character", {}, {"recipient__name": "李示例"}),
    "too large": ("slip-amount", {}, {"debts__0__items__0__amount": "999999999.00"}),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "profile", "changes"), FAULTS.values(), ids=FAULTS)
def test_a_faulty_slip_is_refused_by_name(
    maker: LetterMaker, rule: str, profile: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert told(maker, DEMAND, profile, **changes) == {rule}


def test_a_qr_iban_is_named_on_a_slip_only(maker: LetterMaker) -> None:
    """Banks send back what comes to a QR-IBAN with another reference, whatever the pack."""
    garden = "generic/demand-consumer-fr-en"
    own = {"accounts__0__iban": "CH44 3199 9123 0008 8901 2"}
    assert told(maker, garden, own) == {"account-beside-slip"}
    assert letters.checked(maker, garden, {"accounts__0__iban": ORDINARY}).document is not None
    for name in SLIPS:
        document = letters.checked(maker, name).document
        assert document is not None and document.slip is not None
        assert "pay_to" not in {block.kind for block in document.blocks}


def test_other_paper_and_other_money_are_refused(maker: LetterMaker) -> None:
    from notices.page.payslip import build_slip

    (checked,) = letters.check(maker, letters.case(DEMAND), letters.sender(DEMAND))
    assert checked.case is not None and checked.pack is not None
    case = replace(checked.case, currency="XTS")
    _, found = build_slip(case, checked.pack, Decimal("1.00"), "A-1", "Letter")
    assert {finding.rule for finding in found} == {"slip-paper", "slip-currency"}
    for amount in ("0.00", "-1.00", "1000000000.00"):
        _, found = build_slip(checked.case, checked.pack, Decimal(amount), "A-1", "A4")
        assert [finding.rule for finding in found] == ["slip-amount"]


@pytest.mark.parametrize("written", ["ch44 3199 9123 0008 8901 2", "CH4431999123000889012"])
def test_account_and_reference_are_read_however_they_are_written(
    maker: LetterMaker, written: str
) -> None:
    profile = letters.sender(DEMAND, accounts__0__iban=written)
    (one,) = letters.check(maker, letters.case(DEMAND), profile)
    assert one.document is not None and one.document.slip is not None
    assert one.document.slip.iban == "CH4431999123000889012"
    record = letters.case(DEMAND, slip_reference="rf18 5390 0754 7034")
    profile = letters.sender(DEMAND, accounts__0__iban=ORDINARY.lower())
    (one,) = letters.check(maker, record, profile)
    assert one.document is not None and one.document.slip is not None
    assert one.document.slip.reference == "RF18539007547034"


def test_umlauts_and_ampersands_stand_on_a_slip(maker: LetterMaker) -> None:
    name = "Müller & Söhne AG"
    profile = letters.sender(
        DEMAND, name=dict.fromkeys(("de", "fr", "en", "it"), name), accounts__0__holder=name
    )
    (one,) = letters.check(maker, letters.case(DEMAND), profile)
    assert one.document is not None and one.document.slip is not None
    assert name in slip_payload(one.document.slip).split("\r\n")


def test_an_agreed_fee_needs_its_ground(maker: LetterMaker) -> None:
    assert "required-field" in told(maker, CRAFT, {}, debts__0__fee_clause=None)


def test_both_kinds_of_reference_are_known() -> None:
    assert reference_type("210000000003139471430009017") == "QRR"
    assert reference_type("RF18539007547034") == "SCOR"
    for text in ("RF19539007547034", "210000000003139471430009018", "10000000003139471430009017"):
        assert reference_type(text) == ""


# What is printed


def test_a_euro_slip_of_another_land(finished: Callable[[str], Letter]) -> None:
    slip = slip_of(finished(EURO))
    rows = slip_rows(slip)
    texts = [cell.text for cell in rows[6].sides[0].cells]
    assert texts[1].split("\n")[0] == "LI21 0881 0000 2324 013A A".replace(" ", "\u00a0")
    assert texts[1].split("\n")[-1] == "LI-9490 Vaduz"
    assert texts[3] == "RF18 5390 0754 7034".replace(" ", "\u00a0")
    assert [cell.text for cell in rows[5].sides[0].cells][1:4:2] == ["EUR", "5\u00a0061.64"]
    assert slip_payload(slip).split("\r\n")[27:29] == ["SCOR", "RF18539007547034"]


@pytest.mark.heavy
@pytest.mark.parametrize("layout", ["stacked", "sequential"])
def test_one_slip_comes_last_in_every_arrangement(maker: LetterMaker, layout: str) -> None:
    letter = letters.made(maker, letters.case(DEMAND), letters.sender(DEMAND), arrangement=layout)
    document = letter.checked.document
    assert document is not None
    assert [block.kind for block in document.blocks].count("pay_slip") == 1
    assert document.blocks[-1].kind == "pay_slip"


@pytest.mark.heavy
def test_large_print_leaves_the_slip_as_it_is(maker: LetterMaker) -> None:
    letter = letters.made(maker, letters.case(DEMAND), letters.sender(DEMAND), large_print=True)
    read = letters.read(letter.data)
    heights = [
        glyph.frame.height
        for run in read.runs
        if "pay_slip-6-de" in run.ids
        for glyph in run.glyphs
        if glyph.text == "M"
    ]
    assert heights and max(heights) < 2.8  # 10 pt, not 16


@pytest.mark.heavy
@pytest.mark.parametrize("envelope", ["ch-c56-left", "ch-c5-right"])
def test_the_other_envelopes_hold_the_address_too(maker: LetterMaker, envelope: str) -> None:
    letters.made(maker, letters.case(DEMAND), letters.sender(DEMAND), envelope=envelope)


def test_a_town_is_nobodys_name(maker: LetterMaker) -> None:
    """Two debtors may live in one street: its name in a letter is not another's name."""
    pack = maker.resources.pack("CH")
    found = set(identities(letters.case(DEMAND).data, pack))
    assert {"Reto Muster", "21 00000 00003 13947 14300 09017"} <= found
    assert not {"Bern", "Musterweg", "3000", "1"} & found
