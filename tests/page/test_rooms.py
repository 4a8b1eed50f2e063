"""Names, contacts and addresses that people have: they fit, or `check` says at which field not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from notices.case.record import Record
from notices.finding import errors_in
from notices.letter.make import Drawing, LetterMaker
from notices.page.head import measure_head, measure_recipient, measure_return_line
from notices.page.measure import count_lines, text_width
from notices.proof.regions import is_on_side
from tests.letter import letters
from tests.letter.test_images import write_png

CN, DE = "CN/reminder-1-consumer-loan", "DE/reminder-1-consumer-no-holiday"
HK, NL = "HK/reminder-consumer-private-loan", "NL/reminder-consumer"
US = "US/reminder-consumer"
NAMES = {
    CN: {
        "zh-Hans": "广东示例大湾区消费金融股份有限公司",
        "en": "Sample Greater Bay Area Consumer Finance Company Limited",
    },
    NL: dict.fromkeys(
        ("nl", "en"), "Coöperatieve Voorbeeld Woningbouwvereniging Groot-Voorbeeldstad U.A."
    ),
    HK: {
        "zh-Hant": "示例環球消費信貸（香港）有限公司",
        "en": "Sample Global Consumer Credit (Hong Kong) Company Limited",
    },
    DE: dict.fromkeys(
        ("de", "en"), "Musterstädter Handels- und Vertriebsgesellschaft Nord mbH & Co. KG"
    ),
}
LONGEST = {
    "zh-Hans": "示例省样本市虚构新区大湾区跨境消费金融与供应链管理集团股份有限公司样本分公司",
    "en": "Sample Greater Bay Area Cross-Border Consumer Finance Company Limited",
}
CONTACTS = {
    "email": "forderungsservice@musterhandel-musterstadt.example",
    "web": "https://www.musterhandel-musterstadt.example/service",
    "hours": {
        "de": "montags bis freitags von 9 bis 17 Uhr, samstags von 9 bis 12 Uhr",
        "en": "Monday to Friday from 9 a.m. to 5 p.m., Saturday from 9 a.m. to noon",
    },
}
ADDRESSES = {
    HK: ["Flat A, 12/F, Block 3", "Sample Garden", "88 Sample Road", "Quarry Bay", "Hong Kong"],
    US: ["c/o Pat Sample", "Apt 4B", "12 Sample Street", "Sampleton, TX 78701"],
    DE: [
        *("Wohngemeinschaft Sonnenhof", "c/o Familie Beispiel", "Hinterhaus, 3. Stock links"),
        *("Musterstraße 5", "12345 Musterstadt"),
    ],
}


def sender(example: str, /, tmp_path: Path, logo: bool, **changes: Any) -> Record:
    if not logo:
        return letters.sender(example, **changes)
    write_png(tmp_path / "logo.png", (300, 130))
    own = letters.sender(example, logo="logo.png", **changes)
    return replace(own, folder=str(tmp_path))


def errors(maker: LetterMaker, record: Record, own: Record, **asked: Any) -> list[tuple[str, str]]:
    (one,) = letters.check(maker, record, own, **asked)
    return [(found.rule, found.path) for found in errors_in(one.findings)]


def drawn(maker: LetterMaker, record: Record, own: Record, **asked: Any) -> Drawing:
    (one,) = letters.check(maker, record, own, **asked)
    assert one.document is not None, letters.rules(one.findings)
    drawing = maker.draw(one.document, one)
    assert not errors_in(drawing.findings), letters.rules(drawing.findings)
    return drawing


@pytest.mark.heavy
@pytest.mark.parametrize("logo", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_an_ordinary_name_of_a_sender_fits(
    maker: LetterMaker, tmp_path: Path, name: str, logo: bool
) -> None:
    drawn(maker, letters.case(name), sender(name, tmp_path, logo, name=NAMES[name]))


@pytest.mark.heavy
@pytest.mark.parametrize(("envelope", "logo"), [("cn-dl", False), ("cn-c5", True)])
def test_forty_han_and_seventy_latin_letters_fit(
    maker: LetterMaker, tmp_path: Path, envelope: str, logo: bool
) -> None:
    own = sender(CN, tmp_path, logo, name=LONGEST)
    drawing = drawn(maker, letters.case(CN), own, envelope=envelope)
    assert measure_head(drawing.document).names_fit


def test_a_name_that_does_not_fit_is_told_at_its_field(maker: LetterMaker) -> None:
    name = {"zh-Hans": LONGEST["zh-Hans"] * 3, "en": LONGEST["en"]}
    found = errors(maker, letters.case(CN), letters.sender(CN, name=name))
    assert ("sender-name-too-long", "sender.name") in found
    assert not errors(maker, letters.case(CN), letters.sender(CN, name=LONGEST))


@pytest.mark.heavy
def test_contacts_fit_beside_a_logo_or_are_told_at_the_longest(
    maker: LetterMaker, tmp_path: Path
) -> None:
    own, case = sender(DE, tmp_path, True, **CONTACTS), letters.case(DE)
    assert errors(maker, case, own, envelope="de-din-a") == [("contacts-too-long", "sender.hours")]
    drawn(maker, case, own, envelope="de-din-b")
    drawn(maker, case, sender(DE, tmp_path, True), envelope="de-din-a")


@pytest.mark.heavy
@pytest.mark.parametrize("name", ADDRESSES)
def test_many_short_lines_of_an_address_fit(maker: LetterMaker, name: str) -> None:
    lines = ADDRESSES[name]
    case = letters.case(name, recipient__address=lines)
    drawing = drawn(maker, case, letters.sender(name))
    frame = drawing.document.envelope.recipient
    inks = [r.ink for r in drawing.read.runs if r.page == 1 and is_on_side(r, "recipient")]
    tops = {round(ink.top) for ink in inks if ink}
    assert len(tops) == len(lines) + 1
    assert all(ink.top + ink.height <= frame.top + frame.height + 0.5 for ink in inks if ink)


def test_too_many_lines_of_an_address_are_told_at_the_address(maker: LetterMaker) -> None:
    for more, told in ((0, []), (1, [("address-lines", "recipient.address")])):
        case = letters.case(US, recipient__address=["Sample"] * more + ADDRESSES[US])
        assert errors(maker, case, letters.sender(US)) == told


def test_an_address_of_few_lines_is_set_as_ever(maker: LetterMaker) -> None:
    for name in (CN, DE, HK, NL, US):
        (one,) = letters.check(maker, letters.case(name), letters.sender(name))
        assert one.document is not None
        kind = measure_recipient(one.document)
        assert (kind.size, kind.leading) == (10.0, 1.35)


@pytest.mark.heavy
def test_no_line_above_the_recipient_begins_with_a_dot(maker: LetterMaker) -> None:
    name = "Musterstädter Handels- und Vertriebsgesellschaft Mitte-Nord mbH & Co. KG"
    drawing = drawn(maker, letters.case(DE), letters.sender(DE, name={"de": name, "en": name}))
    lines: dict[int, str] = {}
    for run in drawing.read.runs:
        if run.ids and run.ids[-1] == "return-address" and run.ink:
            at = round(run.glyphs[0].frame.top + run.glyphs[0].frame.height)
            lines[at] = lines.get(at, "") + run.text
    whole = [text.strip() for text in lines.values()]
    assert len(whole) > 1 and not any(text.startswith("·") for text in whole), whole
    assert any("mbH & Co. KG" in text.replace("\u00a0", " ") for text in whole), whole


def test_a_sender_too_long_for_the_window_is_told(maker: LetterMaker) -> None:
    address = [f"Postfach {n} in der Hauptstelle für den Schriftverkehr" for n in (1, 2, 3, 4)]
    own = letters.sender(DE, return_address=address)
    found = errors(maker, letters.case(DE), own)
    assert ("return-line-too-long", "sender.return_address") in found
    (one,) = letters.check(maker, letters.case(DE), letters.sender(DE))
    assert one.document is not None
    line = measure_return_line(one.document)
    assert line is not None and not line.text


def test_characters_of_the_subject_are_told_as_well(maker: LetterMaker) -> None:
    from notices.letter.characters import check_characters
    from notices.page.document import Cell, Run, Side

    (one,) = letters.check(maker, letters.case(DE), letters.sender(DE))
    assert one.document is not None
    for text, told in (("Zahlung", []), ("Zahlung \u0e01", ["script-unset"])):
        subject = (Side("de", (Cell("text", (Run(text),)),)),)
        document = replace(one.document, subject=subject)
        found = check_characters(document, maker.resources.fonts, (letters.case(DE),))
        assert [finding.rule for finding in found] == told


def test_widths_are_those_of_the_fonts() -> None:
    from fontTools.ttLib import TTFont

    from notices.places import FONTS

    for bold, file in ((False, "NotoSans-Regular.ttf"), (True, "NotoSans-Bold.ttf")):
        with TTFont(FONTS / file, lazy=True) as font:
            names, widths = font.getBestCmap(), font["hmtx"]
            for char in "Aij MW0.,ß–äÖé":
                assert text_width(char, bold) * 1000 == pytest.approx(widths[names[ord(char)]][0])
    assert text_width("汉") == 1


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("Muster", 9, 1),
        ("Muster Handel", 4, 2),
        ("汉字" * 4, 4, 2),
        ("汉字汉字，", 4, 2),
        ("X" * 20, 6, 2),
    ],
)
def test_lines_of_a_text(text: str, room: float, lines: int) -> None:
    assert count_lines(text, room, ("de", "zh-Hans")) == lines
