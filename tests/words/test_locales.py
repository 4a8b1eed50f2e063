"""Locales and patterns: what a pack may write, and what stops it before a letter is made."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from notices.errors import PackError
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.words.locales import (
    check_formats,
    count_words,
    date_words,
    money_words,
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
        assert percent_words(Decimal("2.5"), formats).replace(" ", "") == "2.5%"
    assert money_words(Decimal("1234.5"), "XTS", ZZ.formats["en"]) == "XTS 1,234.500"
