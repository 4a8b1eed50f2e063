"""Since when the law holds: each boundary of the shipped packs, the day before and the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D
from functools import cache
from typing import Any

import pytest

from notices.catalogue import hint
from notices.figures.derive import derive_figures
from notices.figures.rates import point_on
from notices.finding import Finding
from notices.letter.make import LetterMaker
from notices.pack.load import load_pack
from notices.pack.types import Pack, RateTable
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
        ("2022-07-29", {}, NINE),  # eight years after the law
        ("2018-05-02", {"contract": "2014-07-29"}, NINE),
        ("2018-05-02", {"contract": "2014-07-28"}, EIGHT),
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
        ("2022-07-28", {}),
        ("2018-05-02", {}),
        ("2023-05-02", {"performance_date": "2016-06-30"}),
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


def test_a_continuing_contract_is_asked_for_its_day(maker: LetterMaker) -> None:
    changes = {
        "continuing_contract": "true",
        "performance_date": "2017-06-01",
        "contract_date": None,
    }
    dates = dict.fromkeys(("due_date", "default_since"), "2023-05-02")
    dates |= {"contract_date": None, "limitation_restart": None}
    asked = {f"debts__0__{name}": value for name, value in (changes | dates).items()}
    found = checked(maker, OLD_TRADE, **asked).findings
    wanted = [f.path for f in found if f.rule == "required-field"]
    assert wanted == ["debts[0].contract_date"]


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


def test_an_old_debt_and_a_new_one_stand_in_one_letter_each_under_its_law() -> None:
    old, new = (
        trade("2013-06-30", contract="2013-05-01"),
        trade("2026-06-30", contract="2026-05-01"),
    )
    figures, findings = derive_figures(replace(new, debts=(*old.debts, *new.debts)), shipped("DE"))
    assert figures is not None, findings
    assert [debt.costs for debt in figures.debts] == [D("0"), D("40.00")]


def test_a_claim_from_before_the_reform_of_2002_is_refused() -> None:
    by = shipped("DE")
    (found,) = too_old(trade("2002-03-01", contract="2001-12-31"), by)
    assert (found.params["rule_id"], found.params["day"]) == ("statutory", "2001-12-31")
    for due, rules in (("2010-01-01", set()), ("2009-12-31", {"fact-missing", "rule-missing"})):
        owed = debt(due, "price 100", kind="other", default_since=day("2002-01-01"))
        owed = replace(owed, facts={**owed.facts, "limitation_restart": day("2026-01-15")})
        asked = case("2026-11-30", owed, pack="DE", currency="EUR", pay_by=day("2026-12-15"))
        assert told(asked, by) == rules, due


def owed_in(name: str, as_of: str = "2026-06-15", **more: Any) -> Any:
    """A case of a shipped pack: its one debt's `due`, `stated`, `paid`, `contract`, `rate`, `kind`;
    `letter` and whom it goes `to`; the rest are facts of the debt and the letter."""
    known = {"due": "2026-01-11", "stated": "principal 1000", "paid": "", "to": "consumer"}
    known |= {"contract": None, "rate": None, "kind": "other", "letter": "formal_demand"}
    known |= {key: more.pop(key) for key in tuple(more) if key in known}
    facts = {
        k: day(v) if isinstance(v, str) and v[:2] in ("19", "20") else v for k, v in more.items()
    }
    flags = frozenset(k for k, v in facts.items() if v is True)
    owed = debt(
        known["due"], known["stated"], known["paid"], known["contract"], known["rate"],
        known["kind"], **facts,
    )  # fmt: skip
    asked = case(
        as_of, owed, pack=name, kind=known["letter"], pay_by=day("2026-08-14"), facts=facts,
        currency=next(iter(shipped(name).currencies)), flags=flags,
    )  # fmt: skip
    return replace(asked, recipient=replace(asked.recipient, type=known["to"]))


LOAN = {"kind": "private_loan", "rate": "10", "due": "2021-01-01"}
FREE_LOAN = {"kind": "private_loan", "due": "2021-01-01"}
SUPPLY = {"kind": "trade_invoice", "sme_supply": "true", "to": "business"}
SALE = {"kind": "trade_invoice", "sale_of_goods": "true", "to": "business"}
HK_LOAN = {"kind": "licensed_loan", "rate": "10"}
TRADE = {"claims_interest": True, "to": "business"}
OLD_CONTRACT = {"contract": "2020-01-01", "due": "2023-10-15"}
CLAUSE = {"kind": "purchase", "rate": "4", "first_reminder_free_until": "2026-05-01"}
NEW, OLD = "first_reminder_date", {"first_reminder_date": "2023-11-30", "due": "2023-10-15"}
REFUSED = ""
BOUNDARIES: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("CN", LOAN | {"on": "contract"}, {
        "2020-08-20": "private-loan-agreed",
        "2020-08-19": "private-loan-agreed-before-2020-08-20",
        "2015-09-01": "private-loan-agreed-before-2020-08-20",
        "2015-08-31": REFUSED,
    }),
    ("CN", FREE_LOAN | {"on": "contract"}, {
        "2020-08-20": "private-loan-no-rate",
        "2020-08-19": "private-loan-no-rate-before-2020-08-20",
        "2015-08-31": REFUSED,
    }),
    ("CN", {"kind": "trade_invoice", "rate": "10", "on": "due"}, {
        "2021-01-01": "trade-agreed",
        "2020-12-31": "trade-agreed-before-2021",
        "1999-10-01": "trade-agreed-before-2021",
        "1999-09-30": REFUSED,
    }),
    ("CN", {"kind": "other", "rate": "10", "on": "due"}, {
        "2021-01-01": "other-agreed",
        "2020-12-31": "other-agreed-before-2021",
        "1999-09-30": REFUSED,
    }),
    ("CN", SUPPLY | {"on": "due"}, {
        "2025-06-01": "trade-sme-no-rate",
        "2025-05-31": "trade-sme-no-rate-before-2025-06-01",
        "2020-09-01": "trade-sme-no-rate-before-2025-06-01",
        "2020-08-31": REFUSED,
    }),
    ("CN", SALE | {"on": "due"}, {"2019-08-19": "trade-sale-no-term", "2019-08-18": REFUSED}),
    ("CN", {"paid": "2026-02-01 10", "on": "due"}, {
        "2009-05-13": "costs-interest-principal", "2009-05-12": REFUSED,
    }),
    ("CN", {"on": "due"}, {"2015-10-01": "three-years", "2015-09-30": "two-years"}),
    ("HK", HK_LOAN | {"on": "contract"}, {
        "2022-12-30": "loan-agreed",
        "2022-12-29": "loan-agreed-older",
        "1989-01-01": "loan-agreed-older",
        "1988-12-31": REFUSED,
    }),
    ("HK", {"kind": "licensed_loan", "stated_interest_from": "2026-01-11", "on": "contract"}, {
        "2022-12-30": "loan-as-stated",
        "2022-12-29": "loan-as-stated-older",
        "1988-12-31": REFUSED,
    }),
    ("HK", {"due": "2018-06-01", "intends_to_act": True, "action_date": "2019-02-01",
            "action_kind": "small_claims", "on": "as_of"}, {
        "2018-12-03": "small-claims", "2018-12-02": REFUSED,
    }),
    ("CH", {"default_by": "agreed_day", "on": "due"}, {
        "1912-01-01": "default-since-day", "1911-12-31": REFUSED,
    }),
    ("CH", {"default_by": "demand", "demand_received": "2026-02-01", "on": "due"}, {
        "1912-01-01": "default-since-demand", "1911-12-31": REFUSED,
    }),
    ("NL", {"notice_pay_by": "2026-05-01", "on": "due"}, {
        "2012-07-01": "fee-due", "2012-06-30": REFUSED,
    }),
    ("BE", CLAUSE | OLD | {"on": "contract"}, {"2023-09-01": "agreed", "2023-08-31": REFUSED}),
    ("BE", CLAUSE | OLD_CONTRACT | {"on": NEW}, {
        "2023-12-01": "agreed", "2023-11-30": REFUSED,
    }),
    ("BE", CLAUSE | OLD_CONTRACT | {"small_firm": True, "on": NEW}, {
        "2023-12-01": "small-firm", "2023-11-30": REFUSED,
    }),
    ("BE", CLAUSE | OLD | {"rate": None, "indemnity_agreed": D(20), "on": "contract"}, {
        "2023-09-01": "indemnity-due", "2023-08-31": REFUSED,
    }),
    ("BE", {"letter": "first_reminder", "sent_by": "post", "indemnity_agreed": D(20),
            "due": "2023-10-15", "contract": "2020-01-01", "on": "as_of"}, {
        "2023-12-01": "indemnity-announced", "2023-11-30": REFUSED,
    }),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "facts", "on", "then", "rule_id"),
    [
        pytest.param(
            name, facts, facts["on"], then, rule_id, id=f"{name}-{rule_id or 'none'}-{then}"
        )
        for name, facts, boundary in BOUNDARIES
        for then, rule_id in boundary.items()
    ],
)
def test_a_rule_holds_from_its_day_and_nothing_takes_its_place_before(
    name: str, facts: dict[str, Any], on: str, then: str, rule_id: str
) -> None:
    more = {key: value for key, value in facts.items() if key != "on"}
    asked = owed_in(name, **more | {on: then})
    figures, findings = derive_figures(asked, shipped(name))
    found = {f.rule for f in findings if f.severity == "error"}
    if rule_id:
        assert figures is not None, findings
        assert f"rules/{rule_id}" in {source.id for source in figures.sources}
    else:
        assert figures is None
        assert "before-known-rules" in found


def test_the_validation_period_is_that_of_regulation_f() -> None:
    for then, early in (("2021-11-30", False), ("2021-11-29", True)):
        asked = owed_in("US", then, letter="validation_notice", due="2021-06-01")
        assert ("before-known-rules" in told(asked, shipped("US"))) is early


TABLES = [(name, table) for name in sorted(p.name for p in PACKS.glob("[A-Z]*"))
          for table in shipped(name).rates.values()]  # fmt: skip


@pytest.mark.parametrize(("name", "table"), TABLES, ids=lambda x: getattr(x, "id", x))
def test_no_table_knows_a_day_before_its_first(name: str, table: RateTable) -> None:
    first = min(point.valid_from for point in table.points)
    assert point_on(table, first) is not None
    assert point_on(table, first - timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("name", "facts", "known", "unknown"),
    [
        ("CN", FREE_LOAN | {"contract": "2018-01-01", "on": "due"}, "2019-08-19", "2019-08-18"),
        ("DE", {"contract": "2002-01-01", "on": "default_since"}, "2001-12-31", "2001-12-30"),
        ("NL", {"claims_interest": True, "on": "due"}, "2023-06-30", "2023-06-29"),
        ("NL", TRADE | {"on": "due"}, "2023-12-31", "2023-12-30"),
        ("BE", CLAUSE | {"contract": "2023-09-01", "on": "first_reminder_free_until"},
         "2022-12-31", "2022-12-30"),
    ],
)  # fmt: skip
def test_interest_from_before_the_first_known_rate_is_refused(
    name: str, facts: dict[str, Any], known: str, unknown: str
) -> None:
    more = {key: value for key, value in facts.items() if key != "on"}
    for then, found in ((known, set()), (unknown, {"rate-too-old"})):
        asked = owed_in(name, "2026-06-15", **more | {facts["on"]: then})
        assert told(asked, shipped(name)) & {"rate-unknown", "rate-too-old"} == found, then


# Rules of law without a day of their own, and why.
OPEN = {
    "a table's first row is their first day": "NL/statutory NL/commercial",
    "they claim nothing": """DE/before-default BE/none DE/no-flat-sum-before-2014-07-29
        HK/bank-as-stated""",
    "a ceiling that a court applies today, whenever the contract was made": """
        CN/licensed-agreed CN/licensed-as-stated CN/micro-loan-agreed CN/micro-loan-as-stated""",
    "they follow the contract or the judgment": """HK/bank-agreed HK/judgment NL/agreed
        NL/agreed-compound""",
    "about what the letter itself does, and no letter is older than the rule": """
        BE/first-reminder-by-post BE/first-reminder-by-email NL/fifteen-days-after-delivery
        CN/card-instalments""",
    "older than any claim, or their day is not in the facts": """DE/costs-interest-principal
        DE/since-restart CH/interest-costs-principal CH/five-years BE/costs-interest-principal
        NL/costs-interest-principal HK/judgment-twelve-years HK/contract-six-years
        DE/by-rank CH/by-rank NL/by-rank""",
    "the fee or interest that rests on the term has its day itself": """
        NL/fourteen-day-letter BE/free-term-by-post BE/free-term-by-email DE/thirty-days""",
    "the older version of a rule; its end is its day": "CN/two-years",
    "case law, and a ceiling of the product": "DE/reminder-costs",
}


def test_every_rule_of_law_says_since_when_it_holds() -> None:
    law = {
        f"{name}/{r.id}"
        for name in sorted(root.name for root in PACKS.glob("[!_]*"))
        for r in shipped(name).rules
        if r.source.kind == "law" and r.valid_from is None
    }
    assert law == {name for names in OPEN.values() for name in names.split()}
