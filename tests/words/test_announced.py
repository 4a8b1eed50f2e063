"""A fee that will be claimed if unpaid: its placeholders and its flag, in no total."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

from notices.figures.types import Figures
from notices.words.facts import build_facts
from notices.words.figure_values import figure_values
from tests.figures.build import case, debt, derive, pack, rule

FEE: dict[str, Any] = {
    "amount": "40",
    "currency": "CNY",
    "item_kind": "fee",
    "surcharges": {"percent": "21", "item_kind": "fee"},
}
OWED = case("2026-03-27", debt("2026-03-01", "principal 1000"))


def figures(announced: str) -> Figures:
    return derive(OWED, pack(rule("fee", "flat_fee", FEE | {"announced": announced})))


def test_an_announced_fee_has_a_sum_and_a_total_of_its_own() -> None:
    values = figure_values(OWED, figures("true"), pack(), "A-1")
    assert values["total_due"] == D("1000")
    assert (values["announced_fee"], values["announced_total"]) == (D("48.40"), D("1048.40"))
    charged = figure_values(OWED, figures("false"), pack(), "A-1")
    assert charged["total_due"] == D("1048.40")
    assert (charged["announced_fee"], charged["announced_total"]) == (None, None)


def test_conditions_may_ask_whether_a_fee_is_announced() -> None:
    for announced, known in (("true", True), ("false", False)):
        facts = build_facts(OWED, figures(announced), pack())
        flags = facts["flags"]
        assert isinstance(flags, frozenset)
        assert ("fee_announced" in flags) is known


def test_an_iban_is_printed_in_fours_however_it_is_written() -> None:
    for written in ("NL02ABNA0123456789", "NL02 ABNA 0123 4567 89"):
        sender = replace(OWED.sender, accounts=({"iban": written},))
        values = figure_values(replace(OWED, sender=sender), figures("false"), pack(), "A-1")
        assert values["account_number"] == "NL02 ABNA 0123 4567 89"
