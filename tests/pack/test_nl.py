"""What the Dutch pack announces, charges and refuses: its own examples, one thing changed."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import pytest

from notices.finding import errors_in
from notices.letter.make import Checked, LetterMaker
from notices.pack.load import load_pack
from tests.letter import letters
from tests.letter.letters import checked

NOTICE = "NL/veertiendagenbrief-consumer"
VAT = "NL/veertiendagenbrief-consumer-vat"
DEMAND = "NL/demand-consumer"
REMINDER = "NL/reminder-consumer"
BUSINESS = "NL/demand-business-minimum"
AGENCY = "NL/veertiendagenbrief-agency"
AGENCY_DEMAND = "NL/demand-consumer-agency-interest"
COMPOUND = "NL/demand-consumer-interest-on-interest"
COMPANY = {"recipient__type": "business", "recipient__salutation": None}


def written(one: Checked, lang: str) -> str:
    assert one.document is not None, one.findings
    return "\n".join(said for _, tag, said in one.document.texts() if tag == lang)


@pytest.mark.parametrize(
    ("name", "changes", "refusal"),
    [
        (NOTICE, COMPANY, "fourteen-day-letter-in-business"),
        (NOTICE, {"recipient__type": "sole_trader"}, "fourteen-day-letter-in-business"),
        (NOTICE, {"debts__0__within_limitation": "false"}, "limitation-over"),
        (DEMAND, {"term_passed_unpaid": "false"}, "demand-inside-the-term"),
    ],
)  # fmt: skip
def test_letters_that_may_not_be_made(
    maker: LetterMaker, name: str, changes: dict[str, Any], refusal: str
) -> None:
    told = errors_in(checked(maker, name, **changes).findings)
    assert [f.params["name"] for f in told if f.rule == "pack-refusal"] == [refusal]


@pytest.mark.parametrize("missing", ["notice_date", "notice_pay_by", "term_passed_unpaid"])
def test_a_consumer_owes_no_fee_without_the_fourteen_day_letter(
    maker: LetterMaker, missing: str
) -> None:
    one = checked(maker, DEMAND, **{missing: None})
    assert one.document is None
    assert missing in {f.params.get("name") for f in one.findings if f.rule == "required-field"}


@pytest.mark.parametrize("kind", ["fee", "fee_vat", "interest"])
def test_a_fee_or_interest_is_never_stated(maker: LetterMaker, kind: str) -> None:
    extra = {"kind": kind, "amount": "40.00"}
    one = checked(maker, REMINDER, debts__0__items__1=extra)
    assert one.document is None
    assert {f.path for f in errors_in(one.findings)} == {"debts[0].items[1].kind"}


def test_the_announced_fee_is_in_no_total_and_printed_once(maker: LetterMaker) -> None:
    one = checked(maker, NOTICE)
    assert one.figures is not None
    assert (one.figures.total_due, one.figures.debts[0].costs) == (D("3200.00"), D("0"))
    for lang, fee in (("nl", "445,00"), ("en", "445.00")):
        assert written(one, lang).count(fee) == 1
    taxed = checked(maker, VAT)
    for lang, fee, part in (("nl", "538,45", "445,00"), ("en", "538.45", "445.00")):
        assert written(taxed, lang).count(fee) == 1 and part not in written(taxed, lang)


def test_a_stated_day_may_not_shorten_the_fifteen_days(maker: LetterMaker) -> None:
    short = checked(maker, NOTICE, pay_by="2026-03-20")
    assert "pay-by-too-soon" in letters.rules(errors_in(short.findings))
    assert checked(maker, NOTICE, pay_by="2026-03-21").document is not None
    late = checked(maker, NOTICE, dispatch_by="2026-03-05")  # posting later moves the last day
    assert late.figures is not None and str(late.figures.pay_by) == "2026-03-22"


@pytest.mark.parametrize(
    ("sent", "through", "earliest"),
    [
        ("2026-03-20", "2026-03-21", "2026-04-08"),  # Friday: the post brings it on Tuesday
        ("2026-03-04", "2026-03-10", "2026-03-21"),
        ("2026-03-04", "2026-03-20", "2026-03-21"),
        ("2026-03-04", "2026-03-21", None),
    ],
)
@pytest.mark.parametrize("name", [AGENCY_DEMAND, DEMAND])
def test_after_too_short_a_term_no_fee_is_owed(
    maker: LetterMaker, name: str, sent: str, through: str, earliest: str | None
) -> None:
    one = checked(maker, name, notice_date=sent, notice_pay_by=through)
    told = [f for f in errors_in(one.findings) if f.rule == "earlier-term-too-short"]
    assert [(f.path, f.params["earliest"]) for f in told] == [
        ("notice_pay_by", day) for day in (earliest,) if day
    ]
    assert (one.document is None) is bool(told)


def test_a_term_of_years_without_known_days_off_is_told(maker: LetterMaker) -> None:
    past = {"debts__0__due_date": "2021-12-31", "debts__0__contract_date": None}
    one = checked(maker, DEMAND, notice_date="2022-03-04", notice_pay_by="2022-03-10", **past)
    assert "earlier-term-not-checked" in letters.rules(one.findings)


def test_statutory_interest_is_unknown_from_july_2026(maker: LetterMaker) -> None:
    name = "NL/demand-consumer-agency-interest"
    in_time = {"issue_date": "2026-06-30", "as_of": "2026-06-29", "dispatch_by": "2026-06-30"}
    assert checked(maker, name, **in_time).figures is not None
    one = checked(maker, name, **(in_time | {"issue_date": "2026-07-01", "as_of": "2026-07-01"}))
    told = [f for f in errors_in(one.findings) if f.rule == "rate-unknown"]
    assert told and told[0].params["table"] == "wettelijke_rente"
    assert told[0].params["known_through"] == "2026-06-30"


def test_interest_compounds_by_law_in_no_other_pack() -> None:
    compounding = {
        (root.name, rule.id)
        for root in letters.ROOTS
        for rule in load_pack(root).rules
        if rule.params.get("compounds") == "yearly"
    }
    assert compounding == {("NL", "statutory"), ("NL", "commercial"), ("NL", "agreed-compound")}


@pytest.mark.parametrize(
    ("agreed", "interest"), [(None, "1994.52"), ("false", "1994.52"), ("true", "2124.17")]
)
def test_an_agreed_rate_compounds_only_if_agreed(
    maker: LetterMaker, agreed: str | None, interest: str
) -> None:
    """10,000 at 8 %: 800.00, 800.00 and 394.52 simple; 800.00, 864.00 and 460.17 compounding."""
    changes = {"debts__0__agreed_rate": "8", "debts__0__compound_interest_agreed": agreed}
    one = checked(maker, COMPOUND, **{k: v for k, v in changes.items() if v})
    assert one.figures is not None
    assert one.figures.debts[0].interest_due == D(interest)
    said = "telt de onbetaalde rente van dat jaar mee" in written(one, "nl")
    assert said is (agreed == "true")


@pytest.mark.parametrize(
    ("example", "paid", "fee", "total"),
    [
        (DEMAND, "2026-03-21", "330.00", "2530.00"),  # 15 % of 2,200
        (DEMAND, "2026-03-22", "445.00", "2645.00"),
        (AGENCY_DEMAND, "2026-03-21", "402.42", "2621.79"),
        (AGENCY_DEMAND, "2026-03-22", "538.45", "2758.40"),
    ],
)
def test_what_is_paid_in_the_term_lowers_the_fee_and_what_is_paid_later_does_not(
    maker: LetterMaker, example: str, paid: str, fee: str, total: str
) -> None:
    one = checked(maker, example, debts__0__payments=[{"date": paid, "amount": "1000.00"}])
    assert one.figures is not None
    assert sum(row.amount for row in one.figures.debts[0].rows if "fee" in row.kind) == D(fee)
    assert one.figures.total_due == D(total)
    assert f"werd u € {fee.replace('.', ',')} incassokosten" in written(one, "nl").replace(
        "\u00a0", " "
    )


def test_a_fee_is_not_due_on_the_terms_last_day(maker: LetterMaker) -> None:
    for as_of, rules in (("2026-03-21", {"date-order"}), ("2026-03-22", set())):
        one = checked(maker, DEMAND, as_of=as_of)
        assert letters.rules(errors_in(one.findings)) == rules


def test_a_businesss_fee_is_the_scales_over_what_is_open_in_the_demand(maker: LetterMaker) -> None:
    paid = [{"date": "2026-03-22", "amount": "1000.00"}]
    one = checked(maker, BUSINESS, debts__0__items__0__amount="3200.00", debts__0__payments=paid)
    assert one.figures is not None
    assert one.figures.debts[0].costs == D("336.67")  # 15 % of 2,244.49
    assert one.figures.debts[0].allocations[0].to_costs == 0


@pytest.mark.parametrize(
    "words",
    [
        "betaal binnen 14 dagen na dagtekening",
        "binnen veertien dagen na heden",
        "within 14 days of the date of this letter",
    ],
)
def test_fourteen_days_from_the_wrong_day_are_told(maker: LetterMaker, words: str) -> None:
    one = checked(maker, NOTICE, {"hardship_contact": {"nl": words, "en": words}})
    told = [f for f in errors_in(one.findings) if f.rule == "banned-wording"]
    assert "fourteen-days-from-the-wrong-day" in {f.params["ban"] for f in told}


def test_fifteen_days_after_delivery_may_be_said(maker: LetterMaker) -> None:
    words = "binnen 15 dagen nadat deze brief bij u is bezorgd"
    one = checked(maker, NOTICE, {"hardship_contact": {"nl": words, "en": words}})
    assert not errors_in(one.findings)


def test_a_business_is_charged_without_a_fourteen_day_letter(maker: LetterMaker) -> None:
    one = checked(maker, BUSINESS)
    assert one.figures is not None and one.figures.debts[0].costs == D("40.00")
    assert {line.rule for line in one.figures.debts[0].interest} == {"commercial"}


def test_a_collector_gives_the_specification(maker: LetterMaker) -> None:
    for missing in ("registration_number", "creditor_address", "creditor", "licence"):
        one = checked(maker, AGENCY, {missing: None})
        assert one.document is None, missing
    said = written(checked(maker, AGENCY), "nl")
    for words in ("Praktijk Fictief", "Modelplein 3", "R-00000", "Er is geen rente"):
        assert words in said
