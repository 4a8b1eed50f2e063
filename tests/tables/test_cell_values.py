"""Values as written → as a record has them: one reading or none, and every change told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.tables.cell_values import Style, value_reader
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
