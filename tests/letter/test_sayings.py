"""What letters say, and never say: to whom, about which debts, about what follows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from notices.case.record import Record
from notices.catalogue import line_of
from notices.letter.make import Letter, LetterMaker, Request
from notices.proof.regions import is_contained
from tests.letter import letters
from tests.letter.letters import BARRED, CAPPED, CARD, DEMAND, EN, EXAMPLES, REMINDER, ZH
from tests.page.conformance import faults

CN = [name for name in EXAMPLES if name.startswith("CN/")]
TWO_INVOICES = "CN/reminder-3-sole-trader-two-invoices"
# How either half of the promise is recognised: a further amount a day, or that paying settles.
DAILY = {
    ZH: ["每天另计利息", "按同样算法为每天"],
    EN: ["For each day after", "worked out in the same way"],
}
SETTLED = {ZH: ["即告结清"], EN: ["is settled", "settles the debt"]}
PARTIES = [
    {"role": "debtor", "type": "consumer", "name": "甲样本", "address": ["示例市样本路1号"]},
    {"role": "co_debtor", "type": "consumer", "name": "乙范文", "address": ["示例市虚构街22号"]},
    {
        "role": "co_debtor",
        "type": "business",
        "name": "丙虚列有限公司",
        "address": ["示例市三巷3号"],
    },
]


def any_said(letter: Letter, phrases: list[str], lang: str) -> bool:
    return any(letters.says(letter, phrase, lang) for phrase in phrases)


def with_parties(name: str, parties: list[dict[str, Any]]) -> Record:
    return letters.case(name, recipient=None, parties=parties)


# --- what paying does ------------------------------------------------------------------------


@pytest.mark.heavy
@pytest.mark.parametrize("name", CN)
def test_every_letter_says_that_paying_settles_or_what_a_day_more_costs(
    finished: Callable[[str], Letter], name: str
) -> None:
    letter = finished(name)
    assert letter.checked.figures is not None and letter.checked.case is not None
    runs = letter.checked.figures.daily_amount > 0
    for lang in letter.checked.case.languages:
        assert any_said(letter, DAILY[lang], lang) is runs
        assert any_said(letter, SETTLED[lang], lang) is not runs


@pytest.mark.heavy
@pytest.mark.parametrize("arrangement", ["stacked", "sequential"])
def test_the_daily_amount_stands_in_each_language(maker: LetterMaker, arrangement: str) -> None:
    letter = letters.made(
        maker, letters.case(DEMAND), letters.sender(DEMAND), arrangement=arrangement
    )
    assert letters.says(letter, "每天另计利息¥0.66", ZH)
    assert letters.says(letter, "interest of CNY 0.66 is added", EN)


@pytest.mark.parametrize("rate", ["0", "0.01", "3.65", "24", None])
@pytest.mark.parametrize("amount", ["100.00", "8000.00", "123456789.01"])
def test_one_of_the_two_at_any_rate_and_amount(
    maker: LetterMaker, amount: str, rate: str | None
) -> None:
    record = letters.case(DEMAND, debts__0__agreed_rate=rate, debts__0__items__0__amount=amount)
    (checked,) = letters.check(maker, record, letters.sender(DEMAND))
    assert checked.document is not None and checked.figures is not None
    for lang in (ZH, EN):
        text = " ".join(text for _, side, text in checked.document.texts() if side == lang)
        daily = any(phrase in text for phrase in DAILY[lang])
        settled = any(phrase in text for phrase in SETTLED[lang])
        assert daily is not settled
        assert daily is (checked.figures.daily_amount > 0)


def test_a_claim_shown_apart_is_not_said_to_be_settled(
    finished: Callable[[str], Letter],
) -> None:
    letter = finished("CN/demand-business-sale-no-term")
    assert letters.says(letter, "The loss shown apart is not part of it", EN)
    assert letters.says(letter, "另列的损失不在其中", ZH)


# --- several debts ---------------------------------------------------------------------------


def test_several_debts_have_their_own_head_and_subtotal(
    finished: Callable[[str], Letter],
) -> None:
    letter = finished(TWO_INVOICES)
    figures, case = letter.checked.figures, letter.checked.case
    assert figures is not None and case is not None
    assert sum((debt.total for debt in figures.debts), Decimal(0)) == figures.total_due
    for number, subtotal in enumerate(("7,208.00", "3,180.00"), 1):
        whole = str(case.debts[number - 1].facts["contract_number"])
        assert letters.says(letter, f"第{number}笔\uff08{whole}", ZH)
        assert letters.says(letter, f"Debt {number} (no. {whole}", EN)
        for lang in (ZH, EN):
            assert is_contained(subtotal, letters.said(letter, lang))
    for number in ("FW-2026-0201", "FW-2026-0202"):  # an invoice's is no account's: it prints whole
        assert letters.says(letter, number)
    for cause in ("维修服务、配件", "Repair service, Spare parts"):
        assert letters.says(letter, cause)


@pytest.mark.heavy
def test_three_debts_of_two_kinds_in_one_demand(maker: LetterMaker) -> None:
    record = letters.case(CAPPED)
    first = record.data["debts"][0]
    other = {
        **{"debt_kind": "other", "cause": {ZH: "装修", EN: "Works"}, "contract_number": "ZX-7788"},
        **{"contract_date": "2025-06-01", "due_date": "2025-10-31"},
        "items": [{"kind": "price", "amount": "1000.00"}],
    }
    second = {**first, "contract_number": "HT-2", "payments": []}
    second["items"] = [{"kind": "principal", "amount": "2000.00"}]
    record.data["debts"] = [first, second, other]
    letter, findings = letters.make(
        maker, record, letters.sender(CAPPED), arrangement="stacked", languages=(ZH, EN)
    )
    assert letter is not None, [line_of(f) for f in findings]
    assert faults(letter.data) == []
    figures = letter.checked.figures
    assert figures is not None and len(figures.debts) == 3
    assert sum((debt.total for debt in figures.debts), Decimal(0)) == figures.total_due


# --- several parties -------------------------------------------------------------------------


@pytest.mark.heavy
def test_each_party_gets_a_letter_that_names_no_other(maker: LetterMaker) -> None:
    """One's name in another's letter would tell of a debt to somebody it does not concern."""
    record = with_parties(DEMAND, PARTIES)
    sender = letters.sender(DEMAND, genuineness_channel="138 0000 0000")
    checked = letters.check(maker, record, sender)
    assert len(checked) == 3
    assert len({one.letter_id for one in checked}) == 3
    made: list[Letter] = []
    for one in checked:
        letter, findings = maker.make(one, Request(letters.TODAY))
        assert letter is not None, [line_of(f) for f in findings]
        made.append(letter)
    for (letter, own), (other, theirs) in combinations(zip(made, PARTIES, strict=True), 2):
        for one, mine, not_mine in ((letter, own, theirs), (other, theirs, own)):
            whole = letters.said(one) + "".join(
                data.decode() for data in letters.read(one.data).attachments.values()
            )
            assert mine["name"] in whole
            assert not_mine["name"] not in whole
            assert not_mine["address"][0] not in whole
            assert not_mine["name"] not in letters.read(one.data).title
    totals = {letter.checked.figures.total_due for letter in made if letter.checked.figures}
    assert len(totals) == 1


def test_a_fault_in_one_party_keeps_all_back(maker: LetterMaker) -> None:
    parties = [PARTIES[0], {**PARTIES[1], "name": ""}]
    checked = letters.check(maker, with_parties(DEMAND, parties), letters.sender(DEMAND))
    assert all(one.document is None for one in checked)
    assert {f.path for one in checked for f in one.findings} == {"parties[1].name"}


@pytest.mark.parametrize("role", ["guarantor", "estate"])
def test_a_guarantor_or_estate_gets_no_debtor_s_letter(maker: LetterMaker, role: str) -> None:
    parties = [PARTIES[0], {**PARTIES[1], "role": role}]
    checked = letters.check(maker, with_parties(DEMAND, parties), letters.sender(DEMAND))
    assert all(one.document is None for one in checked)
    assert "unsupported-party" in {f.rule for one in checked for f in one.findings}


# --- how people are addressed ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("salutation", "surname", "zh", "en"),
    [
        ("mr", "甲", "尊敬的甲先生\uff1a", "Dear Mr 甲,"),
        ("ms", "甲", "尊敬的甲女士\uff1a", "Dear Ms 甲,"),
        ("ms", None, "尊敬的甲样本女士\uff1a", "Dear 甲样本,"),
        (None, "甲", "尊敬的甲样本，您好\uff1a", "Dear 甲样本,"),
        (None, None, "尊敬的甲样本，您好\uff1a", "Dear 甲样本,"),
    ],
)
def test_persons_are_addressed_as_they_wish(
    maker: LetterMaker, salutation: str | None, surname: str | None, zh: str, en: str
) -> None:
    said = {"name": "甲样本", "salutation": salutation, "surname": surname}
    record = letters.case(REMINDER, **{f"recipient__{key}": text for key, text in said.items()})
    (checked,) = letters.check(maker, record, letters.sender(REMINDER))
    assert checked.document is not None
    texts = {(lang, text) for _, lang, text in checked.document.texts()}
    assert {(ZH, zh), (EN, en)} <= texts


@pytest.mark.parametrize("name", CN)
def test_a_company_is_never_addressed_as_a_person_nor_a_person_as_a_company(
    finished: Callable[[str], Letter], name: str
) -> None:
    letter = finished(name)
    assert letter.checked.case is not None
    company = letter.checked.case.recipient.type == "business"
    assert letters.says(letter, "贵公司", ZH) is company
    assert any_said(letter, ["您"], ZH) is not company
    if company:
        assert not any_said(letter, ["先生", "女士", "尊敬的"], ZH)
        assert not any_said(letter, ["Dear Mr", "Dear Ms"], EN)
    elif EN in letter.checked.case.languages:
        assert letters.says(letter, "Dear ", EN)


def test_mr_or_ms_is_no_word_for_a_company(maker: LetterMaker) -> None:
    record = letters.case("CN/reminder-1-business", recipient__salutation="mr")
    (checked,) = letters.check(maker, record, letters.sender("CN/reminder-1-business"))
    assert checked.document is None
    assert {f.path for f in checked.findings} == {"recipient.salutation"}


# --- what follows, and what never does -------------------------------------------------------

NEVER_WHEN_BARRED = {
    ZH: ["起诉", "支付令", "分期", "展期", "回执", "仲裁", "延期"],
    EN: ["sue", "suing", "payment order", "instalment", "reply slip", "more time", "lawsuit"],
}


@pytest.mark.parametrize("uncertain", [None, "true"])
def test_a_barred_case_has_no_suing_instalments_or_reply_slip(
    maker: LetterMaker, uncertain: str | None
) -> None:
    """Even where everything in the record asks for it."""
    record = letters.case(
        BARRED,
        action_kind="lawsuit",
        action_date="2026-07-15",
        handler_name="张样例",
    )
    record.data["debts"][0]["limitation_uncertain"] = uncertain
    if uncertain:
        record.data["debts"][0]["due_date"] = "2025-05-10"
    sender = letters.sender(BARRED, intends_to_act="true")
    (checked,) = letters.check(maker, record, sender)
    assert checked.figures is not None
    assert {debt.limitation.status for debt in checked.figures.debts} == {
        "unknown" if uncertain else "barred"
    }
    assert checked.document is not None
    for lang, phrases in NEVER_WHEN_BARRED.items():
        text = "\n".join(text for _, side, text in checked.document.texts() if side == lang)
        words = f" {text.lower()} ".replace("issue", "").replace("pursue", "")
        assert [phrase for phrase in phrases if phrase in words] == []
    assert not [block for block in checked.document.blocks if block.kind == "reply_slip"]
    assert any("limitation" in block.id for block in checked.document.blocks)


def test_a_barred_case_refuses_an_instalment_offer(maker: LetterMaker) -> None:
    terms = {ZH: "每月", EN: "monthly"}
    record = letters.case(
        BARRED, schedule_count="12", schedule_first_due="2026-06-20", schedule_terms=terms
    )
    (checked,) = letters.check(maker, record, letters.sender(BARRED))
    assert checked.document is None
    assert letters.rules(checked.findings) == {"pack-refusal"}


def test_a_barred_case_refuses_such_words_of_the_creditor_s_own(maker: LetterMaker) -> None:
    for note in ("可以分期", "we will sue you", "请签字确认", "sign below"):
        record = letters.case(BARRED, debts__0__items__0__note=note)
        (checked,) = letters.check(maker, record, letters.sender(BARRED))
        assert checked.document is None
        assert letters.rules(checked.findings) == {"banned-wording"}
    for name in ("公安县传票村", "分期有限公司"):
        record = letters.case(BARRED, recipient__address=[name], recipient__name=name[:4])
        (checked,) = letters.check(maker, record, letters.sender(BARRED))
        assert checked.document is not None, "names and addresses are exempt"


def test_suing_is_named_only_where_it_is_meant_and_dated(
    maker: LetterMaker, finished: Callable[[str], Letter]
) -> None:
    assert letters.says(finished(CAPPED), "we intend to sue, not before 15 July 2026", EN)
    meant = letters.check(
        maker, letters.case(CAPPED), letters.sender(CAPPED, intends_to_act="false")
    )[0]
    assert meant.document is not None
    assert "sue" not in " ".join(t for _, lang, t in meant.document.texts() if lang == EN).replace(
        "issue", ""
    )
    undated = letters.check(maker, letters.case(CAPPED, action_date=None), letters.sender(CAPPED))[
        0
    ]
    assert undated.document is None and "required-field" in letters.rules(undated.findings)


@pytest.mark.parametrize("name", CN)
def test_rights_are_said_before_consequences_and_never_lapse(
    finished: Callable[[str], Letter], name: str
) -> None:
    letter = finished(name)
    document, case = letter.checked.document, letter.checked.case
    assert document is not None and case is not None
    ids = [block.id for block in document.blocks]
    helps = [i for i, name in enumerate(ids) if name.startswith(("clause-hardship", "clause-help"))]
    nexts = [i for i, name in enumerate(ids) if name.startswith("clause-next")]
    assert helps and (not nexts or helps[0] < nexts[0])
    assert any_said(letter, ["逾期提出不影响"], ZH)
    assert any_said(letter, ["核实本函\uff0c请用"], ZH)
    if EN in case.languages:
        assert letters.says(letter, "does not affect your rights", EN)
        assert letters.says(letter, "use a channel you already have", EN)


def test_a_card_letter_masks_the_card_and_names_its_channels(
    finished: Callable[[str], Letter],
) -> None:
    letter = finished(CARD)
    attached = b"".join(letters.read(letter.data).attachments.values()).decode()
    for text in (letters.said(letter), attached):
        assert "0000000000004004" not in text and "4004" in text
