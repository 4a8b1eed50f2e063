"""Values as written → as a record has them: one reading or none, and every change told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.pack.load import load_pack
from notices.places import PACKS
from notices.tables.cell_values import Style, value_reader
from notices.tables.read_currency import read_currency
from notices.tables.row import Exact

N, A, L = "normalised", "ambiguous", "digits-lost"
CNY = ("CNY", "RMB", "¥", "元")


@pytest.mark.parametrize(
    ("decimal", "thousands", "text", "value", "change"),
    [
        ("", "", "1234.50", "1234.50", ""),
        ("", "", "1,234.56", "1234.56", N),
        ("", "", "1.234,56", "1234.56", N),
        ("", "", "1 234,56", "1234.56", N),
        ("", "", "1\u00a0234.5", "1234.5", N),
        ("", "", "1'234.50", "1234.50", N),
        ("", "", "1,234,567", "1234567", N),
        ("", "", "12,34", "12.34", N),
        ("", "", "1234,567", "1234.567", N),
        ("", "", "1,234", "1,234", A),
        ("", "", "1,23,4.5", "1,23,4.5", A),
        ("", "", "１２３４．５０", "1234.50", N),
        ("", "", " 12 ", "12", N),
        ("", "", "-5", "-5", ""),
        ("", "", "−5", "-5", N),
        ("", "", "1.2万", "1.2万", ""),
        ("", "", "abc", "abc", ""),
        ("", "", "1.5E+5", "1.5E+5", L),
        (".", ",", "1,234", "1234", N),
        (".", ",", "1.234,56", "1.234,56", A),
        (".", ",", "12,34", "12,34", A),
        (".", "none", "1,234.00", "1,234.00", A),
        (",", ".", "1.234", "1234", N),
        (",", ".", "0,5", "0.5", N),
        (",", ".", "1234.50", "1234.50", A),
        (",", "space", "1 234,5", "1234.5", N),
        (".", "'", "1’234.5", "1234.5", N),
    ],
)
def test_amounts(decimal: str, thousands: str, text: str, value: str, change: str) -> None:
    read = value_reader("amount", Style(decimal=decimal, thousands=thousands))
    assert read(text) == (value, change)


@pytest.mark.parametrize(
    ("text", "value", "change"),
    [
        ("¥1,234.56", "1234.56", N),
        ("￥12", "12", N),
        ("12元", "12", N),
        ("CNY 12.5", "12.5", N),
        ("USD 12", "USD 12", "other-currency"),
        ("$12", "$12", "other-currency"),
        ("12€", "12€", "other-currency"),
        ("12 apples", "12 apples", ""),
    ],
)
def test_currency_marks(text: str, value: str, change: str) -> None:
    read = value_reader("amount", Style(marks=CNY, other_marks=("USD", "$", "€")))
    assert read(text) == (value, change)


@pytest.mark.parametrize(
    ("order", "text", "value", "change"),
    [
        ("", "2026-03-27", "2026-03-27", ""),
        ("", "2026/3/27", "2026-03-27", N),
        ("", "2026年3月27日", "2026-03-27", N),
        ("", "2026.3.7", "2026-03-07", N),
        ("", "20260327", "2026-03-27", N),
        ("", "２０２６-03-27", "2026-03-27", N),
        ("", "2026-03-27 08:30:00", "2026-03-27", N),
        ("", "27.03.2026", "2026-03-27", N),
        ("", "03/04/2026", "03/04/2026", A),
        ("", "27032026", "27032026", A),
        ("", "3/4/26", "3/4/26", A),
        ("", "46108", "46108", A),
        ("", "2026-02-30", "2026-02-30", ""),
        ("", "soon", "soon", ""),
        ("dmy", "03/04/2026", "2026-04-03", N),
        ("dmy", "03272026", "03272026", A),
        ("dmy", "31.02.2026", "2026-02-31", N),
        ("mdy", "03/04/2026", "2026-03-04", N),
        ("mdy", "27/03/2026", "27/03/2026", A),
        ("ymd", "2026/3/4", "2026-03-04", N),
    ],
)
def test_dates(order: str, text: str, value: str, change: str) -> None:
    assert value_reader("date", Style(dates=order))(text) == (value, change)


def test_serial_dates_only_where_declared() -> None:
    assert value_reader("date", Style(serial_dates="1900"))("46108") == ("2026-03-27", N)
    assert value_reader("date", Style(serial_dates="1904"))("44646") == ("2026-03-27", N)


@pytest.mark.parametrize(
    ("kind", "text", "value", "change"),
    [
        ("reference", "00123", "00123", ""),
        ("reference", "'00123", "00123", N),
        ("reference", '="00123"', "00123", N),
        ("reference", "ＨＴ－２０２３", "HT-2023", N),
        ("reference", "6.22202E+15", "6.22202E+15", L),
        ("reference", "13800000000.0", "13800000000.0", A),
        ("phone", "１３８ ０００", "138 000", N),
        ("percent", "24%", "24", N),
        ("percent", "24 ％", "24", N),
        ("percent", "13,8", "13.8", N),
        ("flag", "TRUE", "true", N),
        ("flag", "是", "是", ""),
        ("name", " 甲\u00a0测试\u3000", "甲 测试", N),
        ("name", "张　三", "张　三", ""),
        ("text", "Ｆｕｌｌ", "Ｆｕｌｌ", ""),
        ("code", "ｍｒ ", "mr", N),
    ],
)
def test_other_types(kind: str, text: str, value: str, change: str) -> None:
    assert value_reader(kind, Style())(text) == (value, change)


def test_what_the_file_typed_is_not_read_by_marks() -> None:
    style = Style(decimal=",", thousands=".")
    assert value_reader("amount", style)(Exact("1234.5")) == ("1234.5", "")
    assert value_reader("amount", style)(Exact("1.234")) == ("1.234", "")
    value, _ = value_reader("amount", style)(Exact("1.5"))
    assert type(value) is str


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_every_way_of_grouping_gives_the_same_amount(whole: int, cents: int) -> None:
    plain = f"{whole}.{cents:02}"
    for decimal, thousands, mark in ((".", ",", ","), (",", ".", "."), (",", "space", "\u00a0")):
        text = f"{whole:,}".replace(",", mark) + f"{decimal}{cents:02}"
        read = value_reader("amount", Style(decimal=decimal, thousands=thousands))
        assert read(text)[0] == plain


@given(st.text(max_size=30), st.sampled_from(["amount", "date", "reference", "percent", "text"]))
def test_no_text_breaks_a_reader_and_a_second_reading_changes_nothing(text: str, kind: str) -> None:
    read = value_reader(kind, Style(marks=CNY, other_marks=("USD",)))
    value, change = read(text)
    if change in ("", N):
        assert read(value)[0] == value or kind == "reference"


@pytest.mark.parametrize(
    "text",
    [
        "1. März 2026", "1 MÄRZ 2026", "1. Mär. 2026", "01-Mar-2026", "March 1, 2026",
        "1st March 2026", "Mar 1 2026", "1 mars 2026", "1er mars 2026", "1 de marzo de 2026",
        "1 marzo 2026", "1 maart 2026", "1 mrt. 2026", "2026 March 1", "Sonntag, 1. März 2026",
        "dimanche 1 mars 2026", "1-mrt-2026", "2026年3月1日", "２０２６年３月１日",
        "2026年03月01日",
        "二〇二六年三月一日", "1ᵉʳ mars 2026", "domenica 1° marzo 2026", "1/Mar/2026",
    ],
)  # fmt: skip
def test_days_with_the_month_as_a_word(text: str) -> None:
    assert value_reader("date", Style())(text) == ("2026-03-01", N)


def test_han_numbers_of_days() -> None:
    read = value_reader("date", Style())
    assert read("二〇二六年十二月三十一日") == ("2026-12-31", N)
    assert read("二零二六年十月二十日") == ("2026-10-20", N)


@pytest.mark.parametrize("text", ["31 Foo 2026", "March 2026", "1 March", "1 March April 2026"])
def test_what_is_no_day_is_left_to_the_schema(text: str) -> None:
    value, change = value_reader("date", Style())(text)
    assert change in ("", A) or value == text


@pytest.mark.parametrize(
    ("order", "text", "value"),
    [
        ("dmy", "3.4.26", "2026-04-03"),
        ("ymd", "26/2/9", "2026-02-09"),
        ("mdy", "3/4/26", "2026-03-04"),
        ("", "3-Apr-26", "2026-04-03"),
    ],
)
def test_two_digit_years_where_the_century_is_declared(order: str, text: str, value: str) -> None:
    assert value_reader("date", Style(dates=order, century="2000"))(text) == (value, N)
    assert value_reader("date", Style(dates=order))(text) == (text, A)


@pytest.mark.parametrize(
    ("text", "code", "change"),
    [
        ("EUR", "EUR", ""),
        ("eur", "EUR", "normalised"),
        ("Eur", "EUR", "normalised"),
        ("EUR ", "EUR", "normalised"),
        ("ＥＵＲ", "EUR", "normalised"),
        ("€", "EUR", "normalised"),
        ("RMB", "CNY", "normalised"),
        ("人民币", "CNY", "normalised"),
        ("HK$", "HKD", "normalised"),
        ("$", "$", "ambiguous"),
        ("元", "元", "ambiguous"),
        ("¥", "¥", "ambiguous"),
        ("CNH", "CNH", ""),
    ],
)
def test_a_currency_is_read_as_its_code_where_one_is_meant(
    text: str, code: str, change: str
) -> None:
    """In columns and in single case files alike; CNH is no code of ISO 4217, and not CNY."""
    assert read_currency(load_pack(PACKS / "DE"))(text) == (code, change)


@pytest.mark.parametrize(("pack", "mark", "code"), [("CN", "¥", "CNY"), ("US", "$", "USD")])
def test_a_mark_of_several_currencies_is_that_of_the_pack_s_own(
    pack: str, mark: str, code: str
) -> None:
    assert read_currency(load_pack(PACKS / pack))(mark) == (code, "normalised")
