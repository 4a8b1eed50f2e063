"""What Germany's pack refuses, computes and prints: its own examples, one thing changed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal as D
from typing import Any

import pytest

from notices.finding import Finding, errors_in
from notices.letter.make import LetterMaker
from tests.letter import letters
from tests.letter.letters import checked

FIRST = "DE/demand-1-consumer-first"
DEFAULT = "DE/demand-2-consumer-rate-change"
THIRTY = "DE/demand-2-consumer-letter-costs"
TRADE = "DE/demand-1-business"
LOAN = "DE/demand-2-consumer-loan"
AGENCY = "DE/collection-1-consumer-simple"
EXTENSIVE = "DE/collection-2-consumer-tort"
LARGEST = "DE/collection-1-consumer-largest"
REMINDER = "DE/reminder-1-consumer"


@pytest.fixture(scope="module")
def maker() -> Iterator[LetterMaker]:
    with LetterMaker(letters.WORKSPACE) as maker:
        yield maker


def told(maker: LetterMaker, name: str, *args: Any, **changes: Any) -> tuple[Finding, ...]:
    return checked(maker, name, *args, **changes).findings


REFUSED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (FIRST, {}, {"debts__0__reminder_costs": "1.20"}, "fee-before-default"),
    (TRADE, {}, {"debts__0__reminder_costs": "1.20"}, "reminder-costs-beside-the-flat-sum"),
    (THIRTY, {}, {"debts__0__thirty_day_notice": "false"}, "thirty-days-without-notice"),
    (LOAN, {}, {"debts__0__agreed_rate": "9", "debts__0__rate_reason": {"de": "§ 5", "en": "s. 5"}},
     "higher-rate-for-a-consumer-loan"),
    (AGENCY, {}, {"engagement_date": "2025-05-31", "debts__0__due_date": "2025-05-01"},
     "old-fee-table"),
    (AGENCY, {}, {"other_collector_costs": "true"}, "costs-twice"),
    (AGENCY, {}, {"recipient__type": "business", "recipient__salutation": None},
     "collection-letter-to-a-business"),
    (DEFAULT, {}, {"debts__0__due_date": "2020-05-15", "debts__0__default_since": "2020-05-15",
                   "debts__0__contract_date": "2020-04-10"}, "out-of-time"),
    (DEFAULT, {}, {"debts__0__limitation_uncertain": "true"}, "out-of-time"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "profile", "changes", "refusal"), REFUSED)
def test_a_letter_is_refused_with_a_reason(
    maker: LetterMaker, name: str, profile: dict[str, Any], changes: dict[str, Any], refusal: str
) -> None:
    found = told(maker, name, profile, **changes)
    assert refusal in {f.params["name"] for f in found if f.rule == "pack-refusal"}
    assert errors_in(found)
    assert refusal not in {f.params.get("name") for f in told(maker, name)}


def test_a_collector_may_not_pass_the_list_by(maker: LetterMaker) -> None:
    """RDG § 13a: the first assertion against a private person carries the whole list."""
    for name in (REMINDER, FIRST):
        record = letters.case(name, handler_name="Erika Exempel")
        for profile, refused in ((AGENCY, True), (name, False)):
            (one,) = letters.check(maker, record, letters.sender(profile))
            names = {f.params["name"] for f in one.findings if f.rule == "pack-refusal"}
            assert ("collector-without-the-list" in names) is refused, one.findings
            assert (one.document is None) is refused


@pytest.mark.parametrize("name", [AGENCY, "DE/collection-1-consumer-usual"])
@pytest.mark.parametrize(
    ("path", "in_profile"),
    [
        ("creditor", True),  # 1
        ("creditor_address", True),  # 1
        ("debts__0__contract_date", False),  # 2
        ("debts__0__default_since", False),  # 3: from when interest is claimed
        ("cost_cause", False),  # 5
        ("engagement_date", False),
        ("address_origin", False),  # 7
        ("authority_name", True),  # 8
        ("authority_address", True),  # 8
        ("authority_contact", True),  # 8
    ],
)
def test_each_item_of_the_collectors_list_is_required(
    maker: LetterMaker, name: str, path: str, in_profile: bool
) -> None:
    profile, changes = ({path: None}, {}) if in_profile else ({}, {path: None})
    found = told(maker, name, profile, **changes)
    missing = {f.params["name"] for f in found if f.rule == "required-field"}
    assert path.rpartition("__")[2] in missing


@pytest.mark.parametrize(
    ("name", "changes", "missing"),
    [
        ("DE/collection-1-consumer-simple-vat", {"address_source": None}, "address_source"),  # 7
        (AGENCY, {"debts__0__agreed_rate": "9"}, "rate_reason"),  # 4
        (EXTENSIVE, {"cost_reason": None}, "cost_reason"),
        (EXTENSIVE, {"debts__0__tort_kind": None}, "tort_kind"),  # 2
        (EXTENSIVE, {"debts__0__tort_date": None}, "tort_date"),  # 2
    ],
)
def test_items_of_the_list_that_only_some_letters_need(
    maker: LetterMaker, name: str, changes: dict[str, Any], missing: str
) -> None:
    found = told(maker, name, **changes)
    assert missing in {f.params["name"] for f in found if f.rule == "required-field"}


def test_an_address_may_stay_out_only_for_a_stated_reason(maker: LetterMaker) -> None:
    found = told(maker, EXTENSIVE, {"address_withheld": None})
    assert "creditor_address" in {f.params["name"] for f in found if f.rule == "required-field"}


def test_vat_is_claimed_with_its_statement_or_not_at_all(maker: LetterMaker) -> None:
    for flag, cents in (("true", D("36.77")), ("false", D("30.90"))):
        one = checked(maker, AGENCY, {"vat_not_deductible": flag})
        assert one.figures is not None and one.document is not None
        assert one.figures.debts[0].costs == cents
        said = "\n".join(text for _, _, text in one.document.texts())
        assert ("als Vorsteuer abziehen" in said) is (flag == "true")
        assert ("cannot deduct the value-added tax" in said) is (flag == "true")


def test_the_scale_ends_where_the_facts_end(maker: LetterMaker) -> None:
    above = told(maker, LARGEST, debts__0__items__0__amount="10000.01")
    assert "fee-scale-ends" in letters.rules(errors_in(above))
    without = told(maker, LARGEST, debts__0__items__0__amount="10000.01", cost_case="none",
                   engagement_date=None, cost_cause=None)  # fmt: skip
    assert not errors_in(without)


def test_a_base_rate_that_nobody_knows_closes_the_letter(maker: LetterMaker) -> None:
    dates = dict.fromkeys(("issue_date", "as_of", "dispatch_by"), "2027-01-04")
    found = told(maker, TRADE, **dates)
    (unknown,) = (f for f in errors_in(found) if f.rule == "rate-unknown")
    assert unknown.params["table"] == "basiszinssatz"
    assert unknown.params["known_through"] == "2026-12-31"
    friendly = {**dates, "debts__0__due_date": "2026-12-14"}
    assert not errors_in(told(maker, REMINDER, **friendly)), "a letter without interest goes out"


@pytest.mark.parametrize(
    ("debtor", "kind", "creditor", "rate"),
    [
        ("business", "trade_invoice", "business", "10.27"),
        ("sole_trader", "trade_invoice", "business", "10.27"),
        ("consumer", "trade_invoice", "business", "6.27"),
        ("business", "other", "business", "6.27"),
        ("business", "trade_invoice", "private", "6.27"),
    ],
)
def test_nine_points_only_between_businesses(
    maker: LetterMaker, debtor: str, kind: str, creditor: str, rate: str
) -> None:
    changes = {"recipient__type": debtor, "debts__0__debt_kind": kind}
    one = checked(maker, TRADE, {"creditor_kind": creditor}, **changes)
    assert one.figures is not None, one.findings
    assert one.figures.debts[0].interest[0].rate == D(rate)
    flat = [r for r in one.figures.debts[0].rows if r.kind == "late_payment_flat"]
    assert [r.amount for r in flat] == (
        [D("40.00")] if debtor != "consumer" and kind == "trade_invoice" else []
    )


@pytest.mark.parametrize(
    ("debtor", "rate", "stands"),
    [
        ("business", "10.27", False),
        ("business", "10.28", True),
        ("consumer", "6.27", False),
        ("consumer", "6.28", True),
    ],
)
def test_a_rate_called_higher_is_higher(
    maker: LetterMaker, debtor: str, rate: str, stands: bool
) -> None:
    """Item 4 of the list says that the rate is above the statutory one: it must be true."""
    name = "DE/demand-1-business-other-ground"
    one = checked(maker, name, recipient__type=debtor, debts__0__agreed_rate=rate)
    assert ("rate-not-above" not in letters.rules(one.findings)) is stands
    assert (one.document is not None) is stands


def test_the_letter_that_begins_the_default_costs_nothing(maker: LetterMaker) -> None:
    one = checked(maker, FIRST, recipient__type="business", recipient__salutation=None)
    assert one.figures is not None
    assert one.figures.total_due == one.figures.debts[0].principal
    assert not one.figures.debts[0].interest


def test_what_a_letter_costs_is_print_and_postage_at_most(maker: LetterMaker) -> None:
    one = checked(maker, THIRTY, debts__0__reminder_costs="25.00")
    assert one.figures is not None
    assert one.figures.debts[0].costs == D("2.50")
    fee = told(maker, THIRTY, debts__0__items__0__kind="reminder_costs")
    assert errors_in(fee), "a fee is never stated as an item of one's own"


@pytest.mark.parametrize(
    ("de", "en", "ban"),
    [
        ("Eintrag bei der SCHUFA droht", "Goods", "credit-register-threat"),
        ("Ware", "your credit score will suffer", "credit-register-threat"),
        ("Ware, sonst Gerichtsvollzieher", "Goods", "seizure-without-judgment"),
        ("Ware, sonst Strafanzeige", "Goods", "threat-of-arrest"),
        ("Wir informieren Ihren Arbeitgeber", "Goods", "third-party"),
        ("Ware nebst Mahngebühr", "Goods", "fees-not-itemised"),
        ("Bitte unterschreiben Sie das Schuldanerkenntnis", "Goods", "acknowledgement"),
        ("Ware, 1,3-Gebühr", "Goods", "full-fee"),
        ("Nehmen Sie einen Kredit auf", "Goods", "new-debt"),
        ("Säumiger Zahler", "Goods", "shame"),
        ("Anwaltsschreiben", "Goods", "lawyers-letter"),
        ("Amtliche Mahnung", "Goods", "posing-as-authority"),
        ("Letzte Mahnung", "Goods", "false-certainty"),
    ],
)
def test_what_may_not_be_said(maker: LetterMaker, de: str, en: str, ban: str) -> None:
    found = told(maker, DEFAULT, debts__0__cause={"de": de, "en": en})
    assert ban in {f.params["ban"] for f in found if f.rule == "banned-wording"}


def test_a_name_in_the_window_tells_of_no_debt(maker: LetterMaker) -> None:
    found = told(maker, AGENCY, {"name": {"de": "Muster Inkasso", "en": "Muster Inkasso"}})
    assert "window-words" in {f.params.get("ban") for f in errors_in(found)}


@pytest.mark.parametrize(
    ("land", "day"),
    [("BY", "2026-06-05"), ("HH", "2026-06-04"), (None, "2026-06-05")],
)
def test_a_last_day_is_judged_by_the_holidays_of_the_land(
    maker: LetterMaker, land: str | None, day: str
) -> None:
    """Corpus Christi 2026 is 4 June; where the Land is unknown, every Land's holidays count."""
    one = checked(maker, "DE/reminder-1-consumer-no-holiday", recipient__federal_state=land)
    assert one.figures is not None
    assert str(one.figures.pay_by) == day


@pytest.mark.parametrize(
    ("since", "earliest"), [("2026-01-13", ["2026-01-14"]), ("2026-01-14", [])]
)
def test_default_without_a_reminder_takes_thirty_days(
    maker: LetterMaker, since: str, earliest: list[str]
) -> None:
    one = checked(maker, THIRTY, debts__0__default_since=since)
    found = [f for f in errors_in(one.findings) if f.rule == "earlier-term-too-short"]
    assert [f.params["earliest"] for f in found] == earliest
    assert {f.path for f in found} <= {"debts[0].default_since"}
