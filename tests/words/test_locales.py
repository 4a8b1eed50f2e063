"""Locales and patterns: what a pack may write, and what stops it before a letter is made."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel import Locale, localedata

from notices.errors import PackError
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.words.locales import (
    check_formats,
    count_words,
    date_words,
    factor_words,
    money_words,
    number_signs,
    percent_words,
)

ZZ = load_pack(Path(__file__).parent.parent / "packs" / "ZZ")


def faults(**changed: Any) -> list[str]:
    formats = {**ZZ.formats, "en": replace(ZZ.formats["en"], **changed)}
    return [finding.path for finding in check_formats(replace(ZZ, formats=formats))]


@pytest.mark.parametrize("root", sorted(p.parent for p in PACKS.glob("*/pack.yaml")))
def test_shipped_formats_are_usable(root: Path) -> None:
    assert list(check_formats(load_pack(root))) == []


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"locale": "xx_YY"}, "formats.en.locale"),
        ({"locale": "not a locale"}, "formats.en.locale"),
        ({"percent": "#,##0.##"}, "formats.en.percent"),
        ({"money": "XTS"}, "formats.en.money"),
        ({"money": "{amuont}"}, "formats.en.locale"),
    ],
)
def test_unusable_formats_are_named(changed: dict[str, str], path: str) -> None:
    assert faults() == []
    assert faults(**changed) == [path]


def test_a_pack_with_an_unknown_locale_makes_no_letter(tmp_path: Path) -> None:
    own = tmp_path / "packs" / "ZZ"
    shutil.copytree(ZZ.root, own)
    text = (own / "pack.yaml").read_text(encoding="utf-8")
    (own / "pack.yaml").write_text(text.replace("en_GB", "xx_YY"), encoding="utf-8")
    with pytest.raises(PackError) as told:
        Resources(Workspace(pack_roots=(own.parent,))).pack("ZZ")
    assert [finding.rule for finding in told.value.findings] == ["format-unusable"]


def test_the_law_of_a_place_is_no_excuse_for_a_date_that_may_be_misread() -> None:
    """Where one language's readers disagree, the month stands in words: 03/11 is two days."""
    orders: dict[str, set[str]] = {}
    for name in localedata.locale_identifiers():
        short = re.sub("'[^']*'", "", Locale.parse(name).date_formats["short"].pattern)
        if {"y", "M", "d"} <= set(short):
            order = "".join(sorted("yMd", key=short.index))
            orders.setdefault(name.partition("_")[0], set()).add(order)
    disagree = {lang for lang, found in orders.items() if {"dMy", "Mdy"} <= found}
    for root in sorted(p.parent for p in PACKS.glob("*/pack.yaml")):
        for formats in load_pack(root).formats.values():
            for pattern in filter(None, (formats.date, formats.first_of_month)):
                fields = re.findall("y+|M+|d+", re.sub("'[^']*'", "", pattern))
                numeric = not any(f.startswith("MMM") for f in fields) and fields[0] != "y"
                assert not (numeric and formats.locale.partition("_")[0] in disagree), root
    for locale, pattern, good in (
        ("en_US", "MM/dd/y", False),
        ("en_GB", "dd/MM/y", False),
        ("es_US", "dd/MM/y", False),
        ("en_GB", "y-MM-dd", True),
        ("de_DE", "dd.MM.y", True),
        ("de_DE", "dd.MM.yy", False),
        ("es_US", "d 'de' MMMM 'de' y", True),
    ):
        assert (faults(locale=locale, date=pattern) == []) == good, (locale, pattern)


def test_us_dates_have_their_month_in_words_on_both_sides() -> None:
    formats = load_pack(PACKS / "US").formats
    eleventh = date(2026, 3, 11)
    assert date_words(eleventh, formats["en"]) == "March 11, 2026"
    assert date_words(eleventh, formats["es"]) == "11 de marzo de 2026"


@pytest.mark.parametrize("root", sorted(p.parent for p in PACKS.glob("*/pack.yaml")))
def test_a_rate_is_printed_with_every_digit_in_its_usual_look(root: Path) -> None:
    """8.125 % printed as 8.12 % beside a sum worked out at 8.125 % would be false."""
    for formats in load_pack(root).formats.values():
        decimal = number_signs(formats)[1]
        usual = "5.00" if ".00" in formats.percent else "5"
        for rate, digits in (
            ("5", usual),
            ("6.52", "6.52"),
            ("8.125", "8.125"),
            ("8.1250", "8.125"),
        ):
            words = percent_words(Decimal(rate), formats)
            assert re.sub(r"\s|%", "", words) == digits.replace(".", decimal), formats.tag
        assert percent_words(Decimal("0.00000001"), formats).startswith(f"0{decimal}00000001")
        assert factor_words(Decimal("1.30"), formats) == f"1{decimal}3"


def test_dates_follow_the_pack() -> None:
    assert date_words(date(2026, 4, 7), ZZ.formats["fr"]) == "7 avril 2026"


def test_a_first_day_may_have_a_pattern_of_its_own() -> None:
    own = load_pack(PACKS / "generic").formats
    first, eleventh = date(2026, 4, 1), date(2026, 4, 11)
    assert date_words(first, own["fr"]) == "1er avril 2026"
    assert date_words(eleventh, own["fr"]) == "11 avril 2026"
    assert date_words(first, own["it"]) == "1° aprile 2026"
    assert date_words(first, own["nl"]) == "1 april 2026"


def test_a_pack_may_have_number_signs_of_its_own() -> None:
    own = load_pack(PACKS / "CH")
    assert own.formats["fr"].locale == "fr_CH"  # which has a comma and thin spaces
    for formats in own.formats.values():
        assert money_words(Decimal("1234567.5"), "XTS", formats) == "XTS 1'234'567.50"
        assert count_words(1234, formats) == "1'234"
        gap = "\u00a0" if formats.tag in ("de", "fr") else ""
        assert percent_words(Decimal("2.5"), formats) == f"2.5{gap}%"
    assert money_words(Decimal("1234.5"), "XTS", ZZ.formats["en"]) == "XTS 1,234.500"
