"""What the Hong Kong pack claims, says and refuses: its own examples, one thing changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from notices.finding import Finding, errors_in
from notices.letter.make import Checked, Letter, LetterMaker
from notices.pack.load import load_pack
from notices.pack.types import language_of
from notices.places import PACKS
from tests.letter import letters
from tests.letter.letters import checked

LOAN = "HK/demand-consumer-loan"
ITEMISED = "HK/demand-consumer-agency"
PRIVATE = "HK/reminder-consumer-private-loan"
BANK = "HK/demand-consumer-assigned"
CARD = "HK/demand-consumer-card"
TRIBUNAL = "HK/demand-business-small-claims"
JUDGMENT = "HK/demand-consumer-judgment"
AGENT = "HK/agent-notice-consumer-loan"
BANK_AGENT = "HK/agent-notice-business-bank"
BANK_NAME = {"zh-Hant": "示例銀行有限公司", "en": "Sample Bank Limited"}
FOR_THE_BANK = {"role": "lawyer", "creditor": BANK_NAME, "lawyer_name": "李樣本"}
LENDER = {"creditor_kind": "money_lender", "licence": "0000/2026"}
PLANNED = {"action_date": "2026-05-11", "action_kind": "court"}
SIX_YEARS_OVER = {"debts__0__contract_date": "2018-05-03", "debts__0__due_date": "2020-04-07"}
NEW, OLD = "2022-12-30", "2022-12-29"


def rate_findings(one: Checked) -> list[Finding]:
    return [f for f in one.findings if f.rule in ("rate-refused", "rate-to-review")]


def refusals(one: Checked) -> list[Any]:
    return [f.params["name"] for f in errors_in(one.findings) if f.rule == "pack-refusal"]


@pytest.mark.parametrize("field", ["agreed_rate", "effective_rate"])
@pytest.mark.parametrize("name", [LOAN, PRIVATE])
@pytest.mark.parametrize(
    ("agreed_on", "rate", "told", "bound"),
    [
        ("2024-08-01", "52", "rate-refused", "48"),
        ("2024-08-01", "40", "rate-to-review", "36"),
        (NEW, "48.01", "rate-refused", "48"),
        (NEW, "48", "rate-to-review", "36"),
        (NEW, "36.01", "rate-to-review", "36"),
        (NEW, "36", "", ""),
        (OLD, "60.01", "rate-refused", "60"),
        (OLD, "60", "rate-to-review", "48"),
        (OLD, "48", "", ""),
        ("2022-12-01", "40", "", ""),
    ],
)
def test_the_limits_go_by_the_day_of_the_agreement(
    maker: LetterMaker, name: str, field: str, agreed_on: str, rate: str, told: str, bound: str
) -> None:
    changes = {"debts__0__contract_date": agreed_on, f"debts__0__{field}": rate}
    one = checked(maker, name, **changes)
    assert [f.rule for f in rate_findings(one)] == ([told] if told else [])
    assert (one.document is None) == (told == "rate-refused")
    for finding in rate_findings(one):
        assert finding.path == f"debts[0].{field}"
        assert str(finding.params.get("cap", finding.params.get("bound"))) == bound


def test_itemised_interest_is_held_against_the_limit_too(maker: LetterMaker) -> None:
    # 20,000 x 48 % x 140/365 = 3,682.19
    at = checked(maker, ITEMISED, debts__0__items__1__amount="3682.19")
    assert at.document is not None
    above = checked(maker, ITEMISED, debts__0__items__1__amount="3682.20")
    assert letters.rules(errors_in(above.findings)) == {"charges-above-cap"}
    dear = checked(maker, ITEMISED, debts__0__effective_rate="52")
    assert letters.rules(errors_in(dear.findings)) == {"rate-refused"}


def test_a_bank_is_outside_the_ordinance(maker: LetterMaker) -> None:
    """Its rate is not refused; one that looks like a slip of the pen is told."""
    one = checked(maker, BANK, debts__0__agreed_rate="52")
    assert one.document is not None
    assert [(f.rule, f.params["bound"]) for f in rate_findings(one)] == [("rate-to-review", "36")]
    assert rate_findings(checked(maker, BANK, debts__0__agreed_rate="36")) == []


@pytest.mark.parametrize(
    ("name", "profile", "changes", "refusal"),
    [
        (LOAN, {"creditor_kind": "private"}, {}, "unlicensed-lender"),
        (PRIVATE, {}, {"debts__0__lends_as_business": "true"}, "lending-without-a-licence"),
        (TRIBUNAL, LENDER, {}, "another-debt-of-a-money-lender"),
        (PRIVATE, LENDER, {}, "another-debt-of-a-money-lender"),
        (LOAN, {}, {"debts__0__agreement_in_form": "false"}, "agreement-not-in-form"),
        (CARD, {"creditor_kind": "trade"}, {}, "bank-debt-by-another"),
        (LOAN, {"creditor_kind": "bank"}, {}, "bank-with-a-lenders-debt"),
        (BANK_AGENT, FOR_THE_BANK, {}, "agent-notice-by-another"),
        (BANK_AGENT, {"creditor_kind": "sfc_licensee"}, {}, "agent-notice-of-another-creditor"),
        (JUDGMENT, {}, {"debts__0__judgment_rate": None}, "rate-of-a-judgment-missing"),
        (JUDGMENT, {"intends_to_act": "true"}, PLANNED, "judgment-already-given"),
        (CARD, {}, SIX_YEARS_OVER, "limitation-over"),
        (CARD, {}, {"debts__0__limitation_uncertain": "true"}, "limitation-over"),
        (JUDGMENT, {}, {"debts__0__judgment_date": "2014-04-07"}, "limitation-over"),
    ],
)
def test_letters_that_may_not_be_made(
    maker: LetterMaker, name: str, profile: dict[str, Any], changes: dict[str, Any], refusal: str
) -> None:
    one = checked(maker, name, profile, **changes)
    assert one.document is None
    assert refusal in refusals(one)


def test_a_contract_may_be_sued_on_for_six_years_a_judgment_for_twelve(maker: LetterMaker) -> None:
    # the letters ask for payment by 2026-04-08
    old = {"debts__0__contract_date": "2018-05-03", "debts__0__due_date": "2020-04-08"}
    assert checked(maker, CARD, **old).document is not None
    assert checked(maker, JUDGMENT, debts__0__judgment_date="2014-04-08").document is not None


@pytest.mark.parametrize(
    "missing",
    ["agent_name", "agent_from", "agent_costs_agreed", "agent_costs", "agent_costs_ground"],
)
def test_the_notice_before_an_agent_needs_every_item(maker: LetterMaker, missing: str) -> None:
    one = checked(maker, AGENT, **{missing: None})
    assert one.document is None
    assert missing in {f.params.get("name") for f in one.findings if f.rule == "required-field"}


@pytest.mark.parametrize("missing", ["recovery_phone", "report_channel", "licence"])
def test_the_lender_s_profile_needs_every_item(maker: LetterMaker, missing: str) -> None:
    one = checked(maker, AGENT, {missing: None})
    assert one.document is None
    named = {f.params.get("name") for f in one.findings if f.rule == "required-field"}
    assert named == {missing if missing != "licence" else "sender_licence"}


def test_an_agent_of_a_lender_names_its_licence_and_the_notice(maker: LetterMaker) -> None:
    assert checked(maker, ITEMISED, {"lender_licence": None}).document is None
    assert checked(maker, ITEMISED, agent_notice_date=None).document is None


def test_a_letter_that_names_the_tribunal_claims_no_more_than_it_hears(maker: LetterMaker) -> None:
    one = checked(maker, TRIBUNAL, debts__0__items__0__amount="78000.01")
    (told,) = errors_in(one.findings)
    assert (told.rule, told.params["most"]) == ("total-above-most", "HKD 75,000.00")
    court = checked(maker, TRIBUNAL, debts__0__items__0__amount="78000.01", action_kind="court")
    assert court.document is not None
    quiet = checked(maker, TRIBUNAL, {"intends_to_act": "false"}, action_kind=None)
    assert quiet.document is not None
    assert not any("審裁處" in said for _, _, said in quiet.document.texts())


@pytest.mark.parametrize(
    ("posted", "last"),
    [
        ("2026-03-19", "2026-04-02"),
        ("2026-03-20", "2026-04-08"),  # Good Friday, and four general holidays after it
        ("2026-03-23", "2026-04-08"),
        ("2026-03-28", "2026-04-11"),  # a Saturday is no general holiday
        ("2026-03-29", "2026-04-13"),  # a Sunday is one
        ("2026-09-17", "2026-10-02"),
    ],
)
def test_general_holidays_move_the_last_day(maker: LetterMaker, posted: str, last: str) -> None:
    dates = {"issue_date": posted, "as_of": posted, "dispatch_by": posted}
    one = checked(maker, LOAN, **dates)
    assert one.figures is not None and one.figures.pay_by == date.fromisoformat(last)


def test_no_referee_is_addressed(maker: LetterMaker) -> None:
    assert checked(maker, LOAN, recipient__role="guarantor").document is None


@pytest.mark.parametrize(
    ("words", "ban"),
    [
        ("否則報警處理", "threat-of-arrest"),
        ("將由執達主任處理", "posing-as-authority"),
        ("此乃律師信", "posing-as-lawyer"),
        ("我們會通知閣下的僱主", "third-party"),
        ("我們會聯絡諮詢人", "third-party"),
        ("在屋邨張貼街招", "shame"),
        ("否則後果自負", "harassment"),
        ("將扣除薪金", "seizure-without-judgment"),
        ("必定入稟", "false-certainty"),
        ("將上報環聯", "credit-register-threat"),
        ("另加一切費用", "fees-not-itemised"),
        ("請向親友借款", "new-debt"),
        ("十萬火急", "euphemism-and-urgency"),
        ("or we will call the police", "threat-of-arrest"),
        ("we will pursue your referees", "third-party"),
        ("we put up posters", "shame"),
    ],
)
def test_what_may_not_be_said_is_caught(maker: LetterMaker, words: str, ban: str) -> None:
    one = checked(maker, LOAN, {"hardship_contact": {"zh-Hant": words, "en": words}})
    assert ban in {f.params["ban"] for f in one.findings if f.rule == "banned-wording"}


def test_a_company_is_no_閣下(maker: LetterMaker) -> None:
    words = {"zh-Hant": "閣下請致電", "en": "call us"}
    one = checked(maker, TRIBUNAL, {"hardship_contact": words})
    assert "company-as-person" in {
        f.params["ban"] for f in one.findings if f.rule == "banned-wording"
    }


def test_names_print_in_the_shapes_of_hong_kong(finished: Callable[[str], Letter]) -> None:
    letter = finished("HK/reminder-consumer-hkscs")
    assert letters.said(letter).count("何㗎𨋢") >= 3, "in the window, and on either side"
    assert "邨𡃁樓12樓㗎室" in letters.said(letter)
    families = {
        font.partition("+")[2].replace("-", " ") for font in letters.read(letter.data).fonts
    }
    assert "Noto Sans HK" in families
    assert not any(" SC" in family or "Rare" in family for family in families), families


def test_every_chinese_character_is_one_of_hong_kong() -> None:
    """No simplified forms in what a letter prints: each is in Big5 with HKSCS."""
    pack = load_pack(PACKS / "HK")
    said = [part for clause in pack.clauses.values() for part in (clause.texts, clause.headings)]
    printed = [
        text for part in said for side, text in part.items() if language_of(side) == "zh-Hant"
    ]
    printed += [label["zh-Hant"] for label in pack.labels.values()]
    assert printed
    han = set(re.findall(r"[\u2e80-\U0003ffff]", "".join(map(str, printed))))
    assert len(han) > 200
    assert [one for one in sorted(han) if not _in_hkscs(one)] == []


def _in_hkscs(character: str) -> bool:
    try:
        character.encode("big5hkscs")
    except UnicodeEncodeError:
        return False
    return True
