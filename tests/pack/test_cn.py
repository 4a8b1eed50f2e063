"""What the mainland's pack refuses, warns of and lets pass: its own examples, one thing changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from notices.catalogue import line_of
from notices.finding import Finding
from notices.letter.make import LetterMaker
from notices.page.document import Document
from tests.letter import letters
from tests.letter.letters import BARRED, CAPPED, CARD, DEMAND, REMINDER

INVOICE = "CN/reminder-2-business-sme"
AGENCY = "CN/reminder-2-consumer-agency"
ASSIGNED = "CN/demand-consumer-assigned"
SUPPLY = "CN/demand-business-lawyer"
SECOND = "CN/reminder-3-sole-trader-two-invoices"


@pytest.fixture(scope="module")
def maker() -> Iterator[LetterMaker]:
    with LetterMaker(letters.WORKSPACE) as maker:
        yield maker


def told(
    maker: LetterMaker, name: str, profile: dict[str, Any] | None = None, **changes: Any
) -> tuple[Finding, ...]:
    record, sender = letters.case(name, **changes), letters.sender(name, **(profile or {}))
    (checked,) = letters.check(maker, record, sender)
    return checked.findings


def document(maker: LetterMaker, name: str, **changes: Any) -> Document:
    (checked,) = letters.check(maker, letters.case(name, **changes), letters.sender(name))
    assert checked.document is not None, checked.findings
    return checked.document


def text(document: Document, lang: str) -> str:
    return "\n".join(said for _, tag, said in document.texts() if tag == lang)


PRIVATE = {"creditor_kind": "private", "licence": "X-1"}


@pytest.mark.parametrize(
    ("name", "profile", "changes", "refusal"),
    [
        (REMINDER, {"creditor_kind": "trade"}, {}, "licensed-loan-by-another"),
        (REMINDER, PRIVATE, {"debts__0__agreed_rate": "24"}, "licensed-loan-by-another"),
        (CARD, {"creditor_kind": "micro_loan"}, {}, "licensed-loan-by-another"),
        (REMINDER, {}, {"debts__0__debt_kind": "micro_loan"}, "micro-loan-by-another"),
        (REMINDER, {}, {"debts__0__debt_kind": "private_loan"}, "private-loan-by-a-lender"),
        (AGENCY, {"principal_kind": "trade"}, {}, "agency-without-a-licensed-principal"),
        (INVOICE, {}, {"recipient__type": "consumer"}, "sme-rate-person"),
        (INVOICE, {"is_information_provider": "true"}, {}, "no-information-provider"),
        (AGENCY, {"is_information_provider": "true"}, {}, "no-information-provider"),
        (CARD, {}, {"kind": "formal_demand"}, "formal-demand-for-a-card"),
        (CARD, {}, {"debts__0__debt_kind": "licensed_loan"}, "card-demand-for-another-debt"),
    ],
)
def test_a_letter_is_refused_with_a_reason(
    maker: LetterMaker, name: str, profile: dict[str, Any], changes: dict[str, Any], refusal: str
) -> None:
    found = told(maker, name, profile, **changes)
    refused = [f for f in found if f.rule == "pack-refusal"]
    assert refusal in {f.params["name"] for f in refused}
    assert all(f.severity == "error" and f.path for f in refused)


OFFER = {
    "schedule_count": "12",
    "schedule_first_due": "2026-06-20",
    "schedule_terms": {"zh-Hans": "每月20日", "en": "on the 20th"},
}


def test_no_instalments_are_offered_where_limitation_is_over_or_unknown(maker: LetterMaker) -> None:
    """Taking them up may cost the debtor the defence; an offer was left out in silence before."""
    for name, changes in (
        (BARRED, {}),
        (DEMAND, {"debts__0__limitation_uncertain": "true"}),
    ):
        found = told(maker, name, **changes, **OFFER)
        assert "instalments-out-of-time" in {f.params.get("name") for f in found}
    in_time = told(maker, DEMAND, **OFFER)
    assert "pack-refusal" not in letters.rules(in_time)


@pytest.mark.parametrize(
    ("rate", "rule"),
    [("24", None), ("24.5", "rate-to-review"), ("36", "rate-to-review"), ("36.5", "rate-refused")],
)
@pytest.mark.parametrize("kind", ["trade_invoice", "other"])
def test_high_rates_of_trade_are_reviewed_or_refused(
    maker: LetterMaker, rate: str, rule: str | None, kind: str
) -> None:
    found = told(maker, SUPPLY, debts__0__agreed_rate=rate, debts__0__debt_kind=kind)
    rates = {f.rule for f in found if f.rule.startswith("rate-")}
    assert rates == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("name", "profile", "changes", "path"),
    [
        (AGENCY, {"authority_until": "2026-03-29"}, {}, "sender.authority_until"),
        (CAPPED, {}, {"action_date": "2026-06-30"}, "action_date"),
        (CAPPED, {}, {"action_date": "2028-09-06"}, "action_date"),
        (ASSIGNED, {}, {"debts__0__assignment_date": "2026-05-13"}, "debts[0].assignment_date"),
        (SECOND, {}, {"previous_notice_date": "2026-05-18"}, "previous_notice_date"),
    ],
)
def test_declared_dates_keep_their_order(
    maker: LetterMaker, name: str, profile: dict[str, Any], changes: dict[str, Any], path: str
) -> None:
    found = [f for f in told(maker, name, profile, **changes) if f.rule == "date-order"]
    assert path in {f.path for f in found}
    assert all(f.params["name"] and f.params["other"] for f in found)
    sound = told(maker, name)
    assert "date-order" not in letters.rules(sound)


@pytest.mark.parametrize("level", ["1", "2", "3"])
@pytest.mark.parametrize("person", [True, False])
def test_a_reminder_asks_for_nothing_where_limitation_is_not_running(
    maker: LetterMaker, level: str, person: bool
) -> None:
    changes = {"level": level, "previous_notice_date": "2026-05-04"}
    changes |= {} if person else {"recipient__type": "business"}
    for debt in ("0", "1"):
        changes[f"debts__{debt}__limitation_uncertain"] = "true"
    letter = document(maker, SECOND, **changes)
    zh, en = text(letter, "zh-Hans"), text(letter, "en")
    assert "是否付款由" in zh and "Whether you pay is your choice" in en
    for asking in ("请最迟于", "付款期限", "我们的请求"):
        assert asking not in zh
    for asking in ("please pay by", "Please pay by", "What we ask"):
        assert asking not in en


def test_a_demand_out_of_time_labels_no_day_to_pay_by(maker: LetterMaker) -> None:
    letter = document(maker, BARRED)
    assert "付款期限" not in text(letter, "zh-Hans")
    assert "Please pay by" not in text(letter, "en")
    assert "付款期限" in text(document(maker, DEMAND), "zh-Hans")


SUING = [
    "法院见",
    "将通过法律途径解决",
    "走司法途径",
    "启动法律程序",
    "法庭上见",
    "我要告你",
    "告您",
    "告上去",
]
SUING += ["See you in court", "legal proceedings will follow", "We consider legal action"]
SUING += ["we will go to court", "we will take you to court"]


@pytest.mark.parametrize("phrase", SUING)
def test_suing_in_free_text(maker: LetterMaker, phrase: str) -> None:
    """Blocked where limitation is over; warned of where nobody has decided to act."""

    def severities(name: str) -> set[str]:
        found = told(maker, name, debts__0__items__0__note=phrase)
        return {f.severity for f in found if f.rule == "banned-wording"}

    assert "error" in severities(BARRED)
    assert severities(DEMAND) == {"warning"}
    assert severities(CAPPED) == set()  # it intends to act, and says when


@pytest.mark.parametrize(
    "phrase", ["特此报告您", "并转告您", "广告上的号码", "诉讼时效", "courtesy discount"]
)
def test_what_only_looks_like_suing(maker: LetterMaker, phrase: str) -> None:
    found = told(maker, DEMAND, debts__0__items__0__note=phrase)
    assert "banned-wording" not in letters.rules(found)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", {"zh-Hans": "示例催收有限公司", "en": "Sample Services"}),
        ("name", {"zh-Hans": "示例服务有限公司", "en": "Sample Debt Collection"}),
        ("address", ["示例省样本市逾期账款管理部"]),
        ("return_address", ["Collections Department, PO Box 1"]),
    ],
)
def test_the_window_tells_of_no_debt(maker: LetterMaker, field: str, value: object) -> None:
    found = [f for f in told(maker, REMINDER, {field: value}) if f.rule == "banned-wording"]
    assert found and {f.params["ban"] for f in found} == {"window-words"}
    assert {(f.severity, f.path) for f in found} == {("error", f"sender.{field}")}


def test_an_unsure_ceiling_is_not_named(maker: LetterMaker) -> None:
    """Two loans with different rates: no clause speaks of the one rate or the one ceiling."""
    debt = letters.case(DEMAND).data["debts"][0]
    two = {"debts__0__agreed_rate": "6", "debts__1": {**debt, "agreed_rate": "8"}}
    for changes in (two, {**two, "debts__1": {**debt, "agreed_rate": "24"}}):
        en = text(document(maker, DEMAND, **changes), "en")
        assert "is within the legal ceiling" not in en
    one = text(document(maker, DEMAND, debts__0__agreed_rate="6"), "en")
    assert "is within the legal ceiling" in one


def test_law_cites_law(maker: LetterMaker) -> None:
    pack = maker.resources.pack("CN")
    assert pack is not None
    for source in pack.sources:
        if source.kind == "law":
            assert not source.citation.casefold().startswith(("own ", "product ", "this project"))
    assert not any("own choice" in source.citation.casefold() for source in pack.sources)
    assert all(rule.basis for rule in pack.rules if rule.section == "interest")


@pytest.mark.parametrize(
    ("chosen", "stated", "rules"),
    [
        (None, None, set()),
        (None, "2026-04-13", {"pay-by-too-soon"}),  # 15 days, where the creditor chose none
        ("10", "2026-04-13", set()),
        ("10", "2026-04-10", set()),
        ("10", "2026-04-09", {"pay-by-too-soon"}),
        ("7", "2026-04-07", set()),
        ("6", "2026-04-30", {"term-below-floor"}),
        ("20", "2026-04-15", set()),  # a longer choice binds nobody who states a day
    ],
)
def test_the_creditor_may_choose_the_days_of_a_demand_down_to_a_floor(
    maker: LetterMaker, chosen: str | None, stated: str | None, rules: set[str]
) -> None:
    """2026-03-31 and so many days; the pack's own are 15, which no law sets."""
    found = told(maker, DEMAND, {"demand_days": chosen}, pay_by=stated)
    assert {f.rule for f in found if f.rule in ("pay-by-too-soon", "term-below-floor")} == rules
    for finding in found:
        if finding.rule == "term-below-floor":
            assert finding.path == "sender.demand_days"
            assert "民法典第675条" in line_of(finding, "zh")
            assert "Civil Code art. 675" in line_of(finding, "en")


def test_a_chosen_term_is_the_letter_s_own(maker: LetterMaker) -> None:
    for chosen, day in ((None, "2026-04-15"), ("10", "2026-04-10"), ("20", "2026-04-20")):
        figures = letters.checked(maker, DEMAND, {"demand_days": chosen}, pay_by=None).figures
        assert figures is not None
        assert str(figures.pay_by) == day
