"""Every letter of every language that the fonts claim is drawn, and reads back as written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape
from pathlib import Path
from unicodedata import normalize

import pytest

from notices.catalogue import line_of
from notices.page.fonts import css_family, read_font_set
from notices.page.pdf import HtmlPage, PdfRenderer
from notices.places import FONTS, LAYOUT
from notices.proof.readback import read_pdf
from notices.proof.regions import squash
from notices.textfiles import read_text_file
from tests.letter import letters
from tests.letter.letters import REMINDER
from tests.page.test_fonts import tiny_font

LETTERS: Mapping[str, str] = read_text_file(Path(__file__).with_name("exemplars.yaml")).data
SAMPLE = tuple(sorted(LETTERS))[::12]
SET_FOR = ("en", "zh-Hans", "zh-Hant")  # the orders in which texts look through the fonts


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> PdfRenderer:
    return PdfRenderer(read_font_set(FONTS), tmp_path_factory.mktemp("fonts"))


def read_back(renderer: PdfRenderer, texts: Mapping[str, str], lang: str, bold: bool) -> set[str]:
    """The languages of which something else is read than was written."""
    fonts = read_font_set(FONTS)
    names = {f"t{number}": name for number, name in enumerate(texts)}
    lines = (f'<p id="{at}">{escape(texts[name])}</p>' for at, name in names.items())
    style = (
        f"body {{ font-family: {css_family(fonts, lang)}; font-weight: {700 if bold else 400} }}"
    )
    page = HtmlPage(
        f'<!DOCTYPE html><html lang="{lang}"><title>t</title><h1>t</h1>{"".join(lines)}</html>',
        (LAYOUT / "letter.css").read_text(encoding="utf-8") + style,
        *("t", lang, date(2026, 1, 1), "a", {}, ()),
    )
    rendering = renderer.render(page)
    assert rendering.warnings == ()
    read = read_pdf(rendering.data)
    assert read.missing_glyphs == ()
    told = dict.fromkeys(names, "")
    for run in read.runs:
        for at in told.keys() & set(run.ids):
            told[at] += run.text
    return {name for at, name in names.items() if squash(told[at]) != squash(texts[name])}


@pytest.mark.heavy
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_sample_of_alphabets_reads_back(renderer: PdfRenderer, form: str) -> None:
    texts = {name: normalize(form, LETTERS[name]) for name in SAMPLE}  # type: ignore[arg-type]
    assert read_back(renderer, texts, "en", False) == set()


@pytest.mark.slow
@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("lang", SET_FOR)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_alphabet_reads_back(renderer: PdfRenderer, form: str, lang: str, bold: bool) -> None:
    texts = {name: normalize(form, text) for name, text in LETTERS.items()}  # type: ignore[arg-type]
    assert read_back(renderer, texts, lang, bold) == set()


@pytest.mark.heavy
@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("example", ["DE/reminder-1-consumer", REMINDER])
def test_names_with_marks_become_letters(
    maker: letters.LetterMaker, example: str, form: str
) -> None:
    name = normalize(form, "Nguyễn Thị Ngọc Ẹ̀kọ́ Ṣṃṅǹḿ G̃ ị́")  # type: ignore[arg-type]
    record = letters.case(example, recipient__name=name)
    letter = letters.made(maker, record, letters.sender(example))
    assert letters.says(letter, name)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "family, name",
    [
        ("My Armenian", "Անի Հակոբյան"),
        ("My Georgian", "ნინო ბერიძე"),
        ("Noto Sans", "김민수"),
        ("Noto Sans SC", "김민수"),
    ],
)
def test_a_font_of_one_s_own_sets_its_script_and_may_be_of_a_shipped_family(
    tmp_path: Path, family: str, name: str
) -> None:
    text = "".join(dict.fromkeys(f" {name}"))
    own = tiny_font(tmp_path / "own.ttf", family, text)
    example = "DE/reminder-1-consumer"
    record, sender = letters.case(example, recipient__name=name), letters.sender(example)
    with letters.LetterMaker(letters.WORKSPACE, (own,)) as maker:
        letter = letters.made(maker, record, sender)
    assert letters.says(letter, name)


def test_what_cannot_be_set_is_told_at_its_field(maker: letters.LetterMaker) -> None:
    record = letters.case(REMINDER, recipient__name="محمد 样本\ue000")
    (one,) = letters.check(maker, record, letters.sender(REMINDER))
    found = {(f.rule, f.path, f.line > 0) for f in one.findings if f.severity == "error"}
    assert found == {
        ("script-unset", "recipient.name", True),
        ("no-font", "recipient.name", True),
    }


@pytest.mark.parametrize(
    ("name", "en", "zh"),
    [
        ("محمد", "(Arabic)", "（阿拉伯文）"),
        ("ᎳᏅ ᜀᜁ", "(not Latin, Greek, Cyrillic or Chinese)", "（非拉丁、希腊、西里尔文字或汉字）"),
    ],
)
def test_a_script_that_cannot_be_set_is_told_in_a_sentence(
    maker: letters.LetterMaker, name: str, en: str, zh: str
) -> None:
    record = letters.case(REMINDER, recipient__name=name)
    (one,) = letters.check(maker, record, letters.sender(REMINDER))
    (told,) = [f for f in one.findings if f.rule == "script-unset"]
    assert f"letters of this script {en} can't be set" in line_of(told, "en")
    assert f"此种文字{zh}" in line_of(told, "zh")


def test_an_address_that_does_not_fit_is_told_at_its_field(maker: letters.LetterMaker) -> None:
    sender = letters.sender(REMINDER)
    for length, told in ((20, set()), (119, {("address-too-long", "recipient.name")})):
        name = "示例建筑材料供应链管理股份有限公司上海分公司"[:20].ljust(length, "样")
        (one,) = letters.check(maker, letters.case(REMINDER, recipient__name=name), sender)
        found = {(f.rule, f.path) for f in one.findings if f.rule == "address-too-long"}
        assert found == told
