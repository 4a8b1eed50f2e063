"""Amounts as records and profiles write them: noughts that say nothing, a minimum by currency."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal as D
from typing import Any

import pytest

from notices.letter.make import Checked, LetterMaker
from tests.letter import letters
from tests.letter.letters import checked, rules

YEN = "generic/reminder-business-zh-hant-es-yen"
EURO = "generic/reminder-consumer-en-fr"


@pytest.fixture(scope="module")
def maker() -> Iterator[LetterMaker]:
    with LetterMaker(letters.WORKSPACE) as maker:
        yield maker


def total(one: Checked) -> D:
    assert one.figures is not None, one.findings
    return one.figures.total_due


@pytest.mark.parametrize("amount", ["480000", "480000.0", "480000.00", "480000.000000"])
def test_noughts_beyond_the_minor_unit_say_nothing(maker: LetterMaker, amount: str) -> None:
    changes: dict[str, Any] = {
        "debts__0__items__0__amount": amount,
        "debts__0__payments": [{"date": "2026-03-10", "amount": "1000.00"}],
        "stated_total": "527000.00",
    }
    one = checked(maker, YEN, {"minimum_balance": "500.00"}, **changes)
    assert rules(one.findings) == set()
    assert total(one) == D("527000")


@pytest.mark.parametrize(
    "changes",
    [
        {"debts__0__items__0__amount": "480000.50"},
        {"debts__0__items__0__amount": "480000.0001"},
        {"debts__0__payments": [{"date": "2026-03-10", "amount": "1000.10"}]},
        {"stated_total": "528000.01"},
    ],
)
def test_a_part_of_a_minor_unit_is_refused(maker: LetterMaker, changes: dict[str, Any]) -> None:
    assert rules(checked(maker, YEN, **changes).findings) == {"too-many-decimals"}


def test_a_pack_without_such_decimals_takes_the_noughts_too(maker: LetterMaker) -> None:
    for amount, found in (("1240.0000", set()), ("1240.0010", {"too-many-decimals"})):
        one = checked(maker, "DE/demand-1-consumer-first", debts__0__items__0__amount=amount)
        assert rules(one.findings) == found


@pytest.mark.parametrize(
    ("least", "name", "refused"),
    [
        ("5.00", YEN, False),  # of whatever currency: five yen
        ("528000.50", YEN, True),
        ("528000", YEN, False),
        ({"EUR": "5.00", "JPY": "528001"}, YEN, True),
        ({"EUR": "5.00", "JPY": "528001"}, EURO, False),
        ({"EUR": "99999"}, EURO, True),
        ({"EUR": "99999"}, YEN, False),
    ],
)
def test_the_minimum_is_of_the_letters_currency(
    maker: LetterMaker, least: Any, name: str, refused: bool
) -> None:
    found = rules(checked(maker, name, {"minimum_balance": least}).findings)
    assert found == ({"total-under-minimum"} if refused else set())


@pytest.mark.parametrize(
    ("least", "rule", "path"),
    [
        ({"Euro": "5.00"}, "unknown-code", "minimum_balance.Euro"),
        ({"EUR": "five"}, "not-a-number", "minimum_balance.EUR"),
        ({"EUR": "-5"}, "negative-amount", "minimum_balance.EUR"),
        ({"EUR": ["5"]}, "wrong-type", "minimum_balance.EUR"),
        ("five", "not-a-number", "minimum_balance"),
        (["5"], "wrong-type", "minimum_balance"),
    ],
)
def test_a_minimum_that_is_none_is_told(
    maker: LetterMaker, least: Any, rule: str, path: str
) -> None:
    (found,) = checked(maker, EURO, {"minimum_balance": least}).findings
    assert (found.rule, found.path) == (rule, path)
