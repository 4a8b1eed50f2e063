"""Amounts in words: the examples of the rules to the character, and the way back to the digits."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.words.amounts import METHODS, amount_in_words

CNY = {"prefix": "人民币", "major": "元", "whole": "整"}
HKD = {"prefix": "港幣", "major": "元", "whole": "正"}
YUAN = {"major": "yuan", "minor": "fen"}
DIGITS = "零壹贰叁肆伍陆柒捌玖"


def chinese(amount: str) -> str:
    return amount_in_words("zh-financial", D(amount), CNY).removeprefix("人民币")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        # 支付结算办法 annex 1
        ("1409.50", "人民币壹仟肆佰零玖元伍角"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("1680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        # the worked cases
        ("3156.25", "人民币叁仟壹佰伍拾陆元贰角伍分"),
        ("51918.17", "人民币伍万壹仟玖佰壹拾捌元壹角柒分"),
        # 支付结算办法 annex 1, the first of the two forms it allows
        ("107000.53", "人民币壹拾万柒仟元零伍角叁分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("8000", "人民币捌仟元整"),
        ("10", "人民币壹拾元整"),
        ("0.50", "人民币伍角"),
        ("0.04", "人民币肆分"),
        ("0", "人民币零元整"),
    ],
)
def test_financial_chinese_to_the_character(amount: str, words: str) -> None:
    assert amount_in_words("zh-financial", D(amount), CNY) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("10000", "壹万元整"),
        ("100100", "壹拾万零壹佰元整"),
        ("1000001", "壹佰万零壹元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000000000001", "壹万亿零壹元整"),
        ("1000100000000", "壹万零壹亿元整"),
        (
            "1234567890123456.78",
            "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌亿玖仟零壹拾贰万叁仟肆佰伍拾陆元柒角捌分",
        ),
    ],
)
def test_large_amounts_and_their_zeros(amount: str, words: str) -> None:
    assert chinese(amount) == words


def test_traditional_glyphs_of_hong_kong() -> None:
    written = amount_in_words("zh-Hant-financial", D("21289.04"), HKD)
    assert written == "港幣貳萬壹仟貳佰捌拾玖元零肆分"
    assert amount_in_words("zh-Hant-financial", D("600000000"), HKD) == "港幣陸億元正"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("3156.25", "three thousand one hundred and fifty-six yuan and twenty-five fen"),
        ("8000", "eight thousand yuan"),
        ("0.05", "zero yuan and five fen"),
    ],
)
def test_english(amount: str, words: str) -> None:
    assert amount_in_words("en-amount", D(amount), YUAN) == words


def test_english_singular_prefix_and_close() -> None:
    pounds = {"prefix": "GBP", "major": "pound|pounds", "minor": "penny|pence", "whole": "only"}
    assert amount_in_words("en-amount", D("1.01"), pounds) == "GBP one pound and one penny"
    assert amount_in_words("en-amount", D("2"), pounds) == "GBP two pounds only"


def test_dutch() -> None:
    euro = {"major": "euro", "minor": "cent"}
    assert amount_in_words("nl-amount", D("445.10"), euro) == (
        "vierhonderdvijfenveertig euro en tien cent"
    )


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "10000000000000000"])
def test_what_cannot_be_written_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="zh-financial"):
        amount_in_words("zh-financial", D(amount), CNY)


@pytest.mark.parametrize("method", METHODS)
def test_a_missing_unit_is_refused(method: str) -> None:
    for unit in METHODS[method].units:
        units = {name: "x" for name in METHODS[method].units if name != unit}
        with pytest.raises(ValueError, match=method):
            amount_in_words(method, D(1), units)


def digits_of(words: str) -> D:
    """Financial Chinese back to digits: a reader of its own, from the right unit to the left."""
    yuan, _, rest = words.partition("元") if "元" in words else ("", "", words)
    hundredths = 0
    for glyph, unit in (("角", 10), ("分", 1)):
        if glyph in rest:
            hundredths += DIGITS.index(rest[rest.index(glyph) - 1]) * unit
    return D(integer_of(yuan)) + D(hundredths) / 100


def integer_of(words: str) -> int:
    for unit, worth in (("亿", 10**8), ("万", 10**4)):
        if unit in words:
            left, _, right = words.rpartition(unit)
            return integer_of(left) * worth + integer_of(right)
    total, digit = 0, 0
    for glyph in words:
        if glyph in DIGITS:
            digit = DIGITS.index(glyph)
        else:
            total += digit * 10 ** ("拾佰仟".index(glyph) + 1)
            digit = 0
    return total + digit


@given(st.integers(0, 10**18 - 1).map(lambda cents: D(cents) / 100))
def test_chinese_words_read_back_as_the_digits(amount: D) -> None:
    assert digits_of(chinese(str(amount))) == amount


SPARSE = st.lists(st.sampled_from("000000123456789"), min_size=1, max_size=18).map(
    lambda digits: D(int("".join(digits))) / 100
)


@given(SPARSE)
def test_zeros_are_never_doubled_nor_left_at_a_groups_end(amount: D) -> None:
    words = chinese(str(amount))
    assert digits_of(words) == amount
    assert "零零" not in words
    for unit in "拾佰仟万亿元角分":
        assert f"零{unit}" not in words.replace("零元整", "")
    assert words.endswith("整") == (amount == int(amount))


NAMES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen"""
SMALL = {name: number for number, name in enumerate(NAMES.split())}
TENS_NAMES = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL |= {name: 10 * (number + 2) for number, name in enumerate(TENS_NAMES.split())}
SCALE_NAMES = "thousand million billion trillion quadrillion"
SCALES = {name: 1000 ** (power + 1) for power, name in enumerate(SCALE_NAMES.split())}


def english_number(words: str) -> int:
    total, part = 0, 0
    for word in words.replace("-", " ").replace(" and ", " ").split():
        if word in SCALES:
            total, part = total + part * SCALES[word], 0
        elif word == "hundred":
            part *= 100
        else:
            part += SMALL[word]
    return total + part


@given(st.integers(0, 10**17).map(lambda cents: D(cents) / 100))
def test_english_words_read_back_as_the_digits(amount: D) -> None:
    words = amount_in_words("en-amount", amount, YUAN)
    yuan, _, rest = words.partition(" yuan")
    fen = rest.removeprefix(" and ").removesuffix(" fen")
    assert english_number(yuan) + D(english_number(fen)) / 100 == amount
