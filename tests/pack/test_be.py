"""What Belgium's pack announces, charges and refuses: its own examples, one thing changed."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import pytest

from notices.finding import errors_in
from notices.letter.make import LetterMaker
from tests.letter import letters
from tests.letter.letters import checked

FIRST = "BE/first-reminder-by-post"
DEMAND = "BE/demand-creditor"
COLLECTOR = "BE/demand-collector"
PLAIN = {"recipient__salutation": None}


SECOND_DEBT = {
    "debt_kind": "purchase",
    "product": {"fr": "une table", "nl": "een tafel"},
    "due_date": "2026-02-10",
    "within_limitation": "true",
    "items": [{"kind": "principal", "amount": "90.00"}],
}


@pytest.mark.parametrize(
    ("name", "profile", "changes", "refusal"),
    [
        (FIRST, {}, {"recipient__type": "business", **PLAIN}, "debts-of-trade"),
        (FIRST, {}, {"recipient__type": "sole_trader", **PLAIN}, "debts-of-trade"),
        (DEMAND, {"role": "lawyer"}, {}, "lawyer-or-bailiff"),
        (FIRST, {"role": "lawyer"}, {}, "lawyer-or-bailiff"),
        (FIRST, {}, {"debts__1": SECOND_DEBT}, "one-debt-a-letter"),
        (DEMAND, {}, {"term_passed_unpaid": "false"}, "demand-inside-the-term"),
        (DEMAND, {}, {"debts__0__within_limitation": "false"}, "limitation-over"),
    ],
)  # fmt: skip
def test_letters_that_may_not_be_made(
    maker: LetterMaker, name: str, profile: dict[str, Any], changes: dict[str, Any], refusal: str
) -> None:
    one = checked(maker, name, profile, **changes)
    assert one.document is None
    told = errors_in(one.findings)
    assert refusal in {f.params["name"] for f in told if f.rule == "pack-refusal"}


def test_a_collector_sends_no_first_reminder(maker: LetterMaker) -> None:
    (one,) = letters.check(maker, letters.case(FIRST), letters.sender(COLLECTOR))
    told = {f.params["name"] for f in errors_in(one.findings) if f.rule == "pack-refusal"}
    assert told == {"first-reminder-by-an-agency"}


@pytest.mark.parametrize(
    ("sent", "dispatched", "free_through"),
    [
        ("post", "2026-03-02", "2026-03-18"),  # Monday: the clock starts on Thursday
        ("post", "2026-03-05", "2026-03-23"),  # Thursday: Saturday is no working day here
        ("post", "2026-05-13", "2026-06-01"),  # before Ascension Day
        ("email", "2026-03-02", "2026-03-16"),
        ("email", "2026-03-06", "2026-03-20"),
    ],
)
def test_the_clock_of_the_first_reminder(
    maker: LetterMaker, sent: str, dispatched: str, free_through: str
) -> None:
    dates = dict.fromkeys(("issue_date", "as_of", "dispatch_by"), dispatched)
    one = checked(maker, FIRST, sent_by=sent, **dates)
    assert one.figures is not None and str(one.figures.pay_by) == free_through


@pytest.mark.parametrize(
    ("sent_by", "sent", "through", "earliest"),
    [
        (None, "2026-03-16", "2026-03-17", "2026-04-01"),
        (None, "2026-03-02", "2026-03-17", "2026-03-18"),
        (None, "2026-03-02", "2026-03-18", None),
        ("post", "2026-03-02", "2026-03-16", "2026-03-18"),
        ("email", "2026-03-02", "2026-03-15", "2026-03-16"),
        ("email", "2026-03-02", "2026-03-16", None),
    ],
)
@pytest.mark.parametrize("name", [DEMAND, "BE/demand-paid-after-the-term", "BE/demand-small-firm"])
def test_after_too_short_a_free_term_no_indemnity_is_owed(
    maker: LetterMaker,
    name: str,
    sent_by: str | None,
    sent: str,
    through: str,
    earliest: str | None,
) -> None:
    dates = {"first_reminder_date": sent, "first_reminder_free_until": through}
    one = checked(maker, name, first_reminder_sent_by=sent_by, **dates)
    told = [f for f in errors_in(one.findings) if f.rule == "earlier-term-too-short"]
    assert [f.params["earliest"] for f in told] == [day for day in (earliest,) if day]
    assert (one.document is None) is bool(told)


@pytest.mark.parametrize(
    ("principal", "ceiling"),
    [
        ("0.01", "20.00"), ("150.00", "20.00"), ("150.01", "30.00"), ("215.00", "36.50"),
        ("480.00", "63.00"), ("500.00", "65.00"), ("500.01", "65.00"), ("39200.00", "2000.00"),
        ("39200.10", "2000.00"), ("90000.00", "2000.00"),
    ],
)  # fmt: skip
def test_the_ceiling_of_the_indemnity(maker: LetterMaker, principal: str, ceiling: str) -> None:
    changes = {"debts__0__items__0__amount": principal, "debts__0__indemnity_agreed": "9999.00"}
    one = checked(maker, FIRST, {"minimum_balance": None}, **changes)
    assert one.figures is not None
    assert sum(row.amount for row in one.figures.announced) == D(ceiling)
    assert one.figures.total_due == D(principal)


def test_nothing_above_the_principal_without_a_clause(maker: LetterMaker) -> None:
    bare = {"debts__0__indemnity_agreed": None, "debts__0__agreed_rate": None}
    for name in (FIRST, DEMAND):
        one = checked(maker, name, **bare)
        assert one.document is not None and one.figures is not None
        assert (one.figures.total_due, one.figures.announced) == (D("480.00"), ())


def test_interest_starts_after_the_free_term_or_for_a_small_firm_after_sending(
    maker: LetterMaker,
) -> None:
    for small, first, days in (("false", "2026-03-19", 14), ("true", "2026-03-03", 30)):
        one = checked(maker, DEMAND, {"small_firm": small})
        assert one.figures is not None
        (line,) = one.figures.debts[0].interest
        assert (str(line.first_day), line.days, line.rate) == (first, days, D("10.5"))


def test_a_collector_names_both_parties_and_the_authority(maker: LetterMaker) -> None:
    one = checked(maker, COLLECTOR)
    assert one.document is not None
    for lang, words in (
        ("fr", ("Boulevard du Roi Albert II 16, 1000 Bruxelles", "0000.000.000", "0000.000.002")),
        ("nl", ("Koning Albert II-laan 16, 1000 Brussel", "verkoper", "02 000 01 00")),
    ):
        said = "\n".join(text for _, tag, text in one.document.texts() if tag == lang)
        assert all(word in said for word in words), lang
    for missing in (
        "original_creditor",
        "original_creditor_number",
        "original_creditor_address",
        "original_creditor_phone",
        "original_creditor_capacity",
        "licence",
    ):
        assert checked(maker, COLLECTOR, {missing: None}).document is None, missing


@pytest.mark.parametrize(
    "words",
    [
        "frais de rappel : 10 euros",
        "notre huissier passera",
        "wij bellen uw werkgever",
        "dossierkosten",
    ],
)
def test_words_that_may_not_be_said(maker: LetterMaker, words: str) -> None:
    one = checked(maker, FIRST, {"hardship_contact": {"fr": words, "nl": words}})
    assert "banned-wording" in letters.rules(errors_in(one.findings))
