"""Since when the law holds: each boundary of the shipped packs, the day before and the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal as D
from functools import cache
from typing import Any

import pytest

from notices.catalogue import hint
from notices.figures.derive import derive_figures
from notices.finding import Finding
from notices.letter.make import LetterMaker
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from tests.figures.build import case, day, debt, derive, told
from tests.letter import letters
from tests.letter.letters import checked

OLD_TRADE = "DE/demand-3-business-before-2014"


@cache
def shipped(name: str) -> Pack:
    return load_pack(PACKS / name)


@pytest.fixture(scope="module")
def maker() -> Iterator[LetterMaker]:
    with LetterMaker(letters.WORKSPACE) as maker:
        yield maker


def trade(due: str, **facts: Any) -> Any:
    """A business's price of 36,500.00 under the law of Germany, in default since it was due."""
    contract = facts.pop("contract", None)
    rate = facts.pop("rate", None)
    owed = debt(
        due, "price 36500", contract=contract, rate=rate, kind="trade_invoice",
        default_since=day(due), limitation_restart=day("2026-01-15"), **facts,
    )  # fmt: skip
    asked = case("2026-11-30", owed, pack="DE", currency="EUR", pay_by=day("2026-12-15"))
    return replace(asked, recipient=replace(asked.recipient, type="business"))


def points(asked: Any) -> tuple[D, D]:
    """Points above the base rate of 1.52 on the last day, and the flat sum."""
    (figured,) = derive(asked, shipped("DE")).debts
    return figured.interest[-1].rate - D("1.52"), figured.costs


NINE, EIGHT = (D("9.00"), D("40.00")), (D("8.00"), D("0"))


@pytest.mark.parametrize(
    ("due", "facts", "owed"),
    [
        ("2026-06-30", {}, NINE),  # an ordinary invoice of today
        ("2017-07-01", {}, NINE),
        ("2026-06-30", {"contract": "2014-07-29"}, NINE),
        ("2026-06-30", {"contract": "2014-07-28"}, EIGHT),  # not the default decides
        ("2014-08-15", {"contract": "2014-07-29"}, NINE),
        ("2013-06-30", {"contract": "2013-05-01"}, EIGHT),
        ("2002-03-01", {"contract": "2002-01-01"}, EIGHT),
        # A continuing contract from before: the performance decides.
        ("2016-08-31", {"contract": "2013-05-01", "performance_date": "2016-07-01"}, NINE),
        ("2016-08-31", {"contract": "2013-05-01", "performance_date": "2016-06-30"}, EIGHT),
        ("2016-08-31", {"performance_date": "2016-07-01"}, NINE),
        ("2016-05-31", {"contract": "2015-05-01", "performance_date": "2016-05-01"}, NINE),
    ],
)
def test_the_day_of_the_obligation_decides_between_eight_points_and_nine(
    due: str, facts: dict[str, Any], owed: tuple[D, D]
) -> None:
    """Art. 229 § 34 EGBGB."""
    facts = {k: day(v) if k == "performance_date" else v for k, v in facts.items()}
    assert points(trade(due, **facts)) == owed


@pytest.mark.parametrize(
    ("due", "facts"),
    [
        ("2017-06-30", {}),
        ("2013-06-30", {}),
        ("2016-08-31", {"performance_date": "2016-06-30"}),
    ],
)
@pytest.mark.parametrize("rate", [None, "19"])
def test_an_early_claim_without_its_contract_date_is_asked_for_it(
    due: str, facts: dict[str, Any], rate: str | None
) -> None:
    facts = {k: day(v) for k, v in facts.items()}
    figures, findings = derive_figures(trade(due, rate=rate, **facts), shipped("DE"))
    assert figures is None
    (asked,) = [f for f in findings if f.severity == "error"]
    assert (asked.rule, asked.path) == ("fact-missing", "debts[0].contract_date")
    assert "debts[0].contract_date" in hint(asked)


def test_a_rate_called_higher_is_higher_than_the_points_of_its_time() -> None:
    for contract, rules in (("2014-07-28", set()), ("2014-07-29", {"rate-not-above"})):
        asked = trade("2026-07-31", contract=contract, rate="10")  # 1.52 + 8 < 10 < 1.52 + 9
        assert told(asked, shipped("DE")) == rules


def test_the_worked_case_of_2013(maker: LetterMaker) -> None:
    """Interest of 13 years at 8 points, each rate one line: exactly 1,084.3803."""
    figures = checked(maker, OLD_TRADE).figures
    assert figures is not None
    assert (figures.debts[0].interest_due, figures.total_due) == (D("1084.38"), D("2084.38"))
    assert len(figures.debts[0].interest) == 12


def test_a_continuing_contract_is_asked_for_the_day_of_the_performance(maker: LetterMaker) -> None:
    changes = {"debts__0__continuing_contract": "true"}
    (found,) = checked(maker, OLD_TRADE, **changes).findings
    assert (found.rule, found.path) == ("required-field", "debts[0].performance_date")
    one = checked(maker, OLD_TRADE, **changes, debts__0__performance_date="2013-06-01")
    assert one.figures is not None and one.figures.total_due == D("2084.38")
    alone = {"debts__0__performance_date": "2013-06-01"}
    assert letters.rules(checked(maker, OLD_TRADE, **alone).findings) == {"field-not-here"}


def too_old(asked: Any, by: Pack) -> list[Finding]:
    figures, findings = derive_figures(asked, by)
    assert figures is None
    return [f for f in findings if f.rule == "before-known-rules"]


def test_a_claim_from_before_the_reform_of_2002_is_refused() -> None:
    by = shipped("DE")
    (found,) = too_old(trade("2002-03-01", contract="2001-12-31"), by)
    assert (found.params["rule_id"], found.params["day"]) == ("statutory", "2001-12-31")
    for due, rules in (("2002-01-01", set()), ("2001-12-31", {"fact-missing", "rule-missing"})):
        owed = debt(due, "price 100", kind="other", default_since=day("2002-01-01"))
        owed = replace(owed, facts={**owed.facts, "limitation_restart": day("2026-01-15")})
        asked = case("2026-11-30", owed, pack="DE", currency="EUR", pay_by=day("2026-12-15"))
        assert told(asked, by) == rules, due
