"""Past the last known day: refused, or on the debtor's side where the creditor chooses so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from notices.catalogue import line_of
from notices.figures.calendars import Calendar, UnknownDay, add_days
from notices.finding import errors_in
from notices.letter.make import Checked, LetterMaker
from notices.letter.workspace import Workspace
from notices.pack.core import copy_pack
from notices.pack.load import load_pack
from notices.pack.table_types import Holidays, UncertainDays, Window
from notices.places import PACKS
from tests.letter import letters

CHOSEN = {"safe_side": "true"}
CN = "CN/demand-consumer-loan-no-rate"
DE = "DE/demand-1-consumer-turn-of-year"
NL = "NL/demand-business-lawyer"
BE = "BE/demand-creditor"


@pytest.fixture(scope="module")
def maker() -> Iterator[LetterMaker]:
    with LetterMaker(letters.WORKSPACE) as maker:
        yield maker


def moved(name: str, day: str, **more: Any) -> dict[str, Any]:
    """The changes that date an example's letter `day`; the pack works out the day to pay by."""
    acts = {"action_date": "2027-06-30"} if "action_date" in letters.case(name).data else {}
    return {"issue_date": day, "as_of": day, "dispatch_by": day, "pay_by": None, **acts, **more}


def at(maker: LetterMaker, name: str, day: str, profile: dict[str, Any], **more: Any) -> Checked:
    return letters.checked(maker, name, profile, **moved(name, day, **more))


def rules(checked: Checked) -> set[str]:
    return letters.rules(checked.findings)


def text(checked: Checked, lang: str) -> str:
    assert checked.document is not None, [line_of(f, "en") for f in checked.findings]
    return "\n".join(said for _, tag, said in checked.document.texts() if tag == lang)


@pytest.mark.parametrize(
    ("name", "rule"),
    [(CN, "calendar-unknown"), (DE, "rate-unknown"), (NL, "rate-unknown"), (BE, "rate-unknown")],
)
def test_nothing_is_assumed_unless_the_creditor_chooses_so(
    maker: LetterMaker, name: str, rule: str
) -> None:
    checked = at(maker, name, "2027-02-01", {})
    assert rule in {finding.rule for finding in errors_in(checked.findings)}
    assert checked.figures is None


@pytest.mark.parametrize(
    ("issued", "pay_by"),
    [
        ("2026-12-14", "2026-12-29"),  # a Tuesday before any window: as without the choice
        (
            "2026-12-17",
            "2027-01-05",
        ),  # + 15 is 1 January; the window of the New Year ends on the 4th
        ("2027-01-05", "2027-01-20"),  # a Wednesday outside every window is worked
        ("2027-01-20", "2027-02-15"),  # + 15 is 4 February: the Spring Festival's window, a weekend
        ("2027-03-20", "2027-04-09"),  # Qingming's window ends on 8 April
    ],
)
def test_inside_a_window_every_day_counts_as_off(
    maker: LetterMaker, issued: str, pay_by: str
) -> None:
    checked = at(maker, CN, issued, CHOSEN)
    assert checked.figures is not None, checked.findings
    assert str(checked.figures.pay_by) == pay_by
    assumed = pay_by > "2026-12-31"
    assert ("days-off-assumed" in rules(checked)) is assumed
    assert (checked.figures.days_off_known_through is not None) is assumed
    assert ("not announced yet" in text(checked, "en")) is assumed
    assert ("尚未公布" in text(checked, "zh-Hans")) is assumed


def test_the_source_of_the_windows_stands_with_the_letter_s_sources(maker: LetterMaker) -> None:
    figures = at(maker, CN, "2027-01-20", CHOSEN).figures
    assert figures is not None
    assert "uncertain_days/CN" in {source.id for source in figures.sources}


def test_a_stated_day_is_held_against_the_same_windows(maker: LetterMaker) -> None:
    soon = at(maker, CN, "2027-01-20", CHOSEN, pay_by="2027-02-10")
    assert "pay-by-too-soon" in rules(soon)
    late = at(maker, CN, "2027-01-20", CHOSEN, pay_by="2027-02-15")
    assert "pay-by-too-soon" not in rules(late)


def test_past_the_windows_and_after_thirty_days_off_nothing_is_said() -> None:
    first = date(2027, 1, 1)
    long = Window("long", first, first + timedelta(days=40))
    days = Holidays(
        "XX", frozenset(), frozenset(), date(2026, 1, 1), date(2026, 12, 31), "",
        uncertain=UncertainDays((long,), date(2027, 12, 31)),
    )  # fmt: skip
    calendar = Calendar("XX", frozenset({6, 7}), days, safe_side=True)
    assert isinstance(add_days(date(2026, 12, 20), 12, "calendar", True, calendar), UnknownDay)
    assert add_days(date(2027, 1, 10), 14, "calendar", True, calendar) == date(2027, 2, 11)
    assert isinstance(add_days(date(2027, 12, 25), 10, "calendar", True, calendar), UnknownDay)


@pytest.mark.parametrize(
    ("name", "days", "amount", "langs"),
    [
        # 1,240 × 6.52 % × 31/365, from 2026-12-01; known through 2026-12-31 (BGB § 247)
        (DE, 31, "6.87", {"de": "bleiben vorbehalten", "en": "remains reserved"}),
        (NL, None, None, {"nl": "die behouden wij ons voor", "en": "we reserve it"}),
        (BE, None, None, {"fr": "restent réservés", "nl": "blijft voorbehouden"}),
    ],
)
def test_interest_ends_with_the_last_known_day_and_the_rest_is_reserved(
    maker: LetterMaker, name: str, days: int | None, amount: str | None, langs: dict[str, str]
) -> None:
    checked = at(maker, name, "2027-02-01", CHOSEN)
    figures, document = checked.figures, checked.document
    assert figures is not None, [line_of(f, "en") for f in checked.findings]
    assert document is not None, [line_of(f, "en") for f in checked.findings]
    lines = [line for debt in figures.debts for line in debt.interest]
    assert lines
    assert max(line.last_day for line in lines) == date(2026, 12, 31) == figures.reserved_after
    if amount:
        assert [(line.days, line.amount) for line in lines] == [(days, Decimal(amount))]
    assert figures.daily_amount == 0
    assert figures.daily_through is None
    assert "interest-reserved" in rules(checked)
    assert document.attached["reserved_after"] == "2026-12-31"
    for lang, words in langs.items():
        assert words in text(checked, lang)
        for settled in ("is settled", "beglichen", "voldaan", "est réglée"):
            assert settled not in text(checked, lang)


@pytest.mark.parametrize("name", ["NL/demand-consumer-agency-interest", NL, BE, DE])
@pytest.mark.parametrize(
    ("drops_reservation", "keeps_settles", "expected"),
    [
        (False, False, set()),
        (True, True, {"reservation-missing", "settles-though-reserved"}),
        (False, True, {"settles-though-reserved"}),
        (True, False, {"reservation-missing"}),
    ],
)
def test_no_own_copy_s_conditions_keep_the_reservation_out(
    tmp_path: Path, name: str, drops_reservation: bool, keeps_settles: bool, expected: set[str]
) -> None:
    """A copy from before the reservation has no clause of it, and says that paying settles."""
    own = tmp_path / name.partition("/")[0]
    copy_pack(PACKS / own.name, own)
    if drops_reservation:
        replace_in(own / "kinds.yaml", r"    - \{clause: interest-reserved\}\n", "")
    if keeps_settles:
        when = r"when: (\{is_not: \[interest_runs|not interest-runs)(, | and not )interest.reserved"
        replace_in(own / "clauses" / "debt.yaml", when, r"when: \1")
    with LetterMaker(Workspace(pack_roots=(tmp_path, PACKS))) as maker:
        checked = at(maker, name, "2027-02-01", CHOSEN)
    assert {f.rule for f in errors_in(checked.findings)} == expected
    assert "interest-reserved" in rules(checked)
    assert (checked.document is None) is bool(expected)


def replace_in(file: Path, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, new, file.read_text("utf-8"))
    assert count, pattern
    file.write_text(text, "utf-8")


@pytest.mark.parametrize("pack_id", sorted(file.parent.name for file in PACKS.glob("*/pack.yaml")))
def test_each_pack_names_its_clauses_that_settle(pack_id: str) -> None:
    """Those whose source says so: the rule of every pack."""
    pack = load_pack(PACKS / pack_id)
    settling = {c.id for c in pack.clauses.values() if "settles the debt" in c.source.citation}
    assert settling and settling <= set(pack.settling) <= set(pack.clauses)


def test_what_was_known_when_the_principal_was_paid_leaves_nothing_to_reserve(
    maker: LetterMaker,
) -> None:
    paid = [{"date": "2026-12-21", "amount": "1244.65"}]
    checked = at(maker, DE, "2027-02-01", CHOSEN, debts__0__payments=paid)
    assert "interest-reserved" not in rules(checked)
    assert "interest-waived" not in rules(checked)


def test_where_paying_settles_the_debt_the_rest_is_given_up(maker: LetterMaker) -> None:
    settling = [
        name
        for name, example in letters.EXAMPLES.items()
        if name.startswith(("NL/veertien", "BE/first"))
    ]
    seen = set()
    for name in settling:
        checked = at(maker, name, "2027-02-01", CHOSEN)
        if checked.figures is not None and "interest-waived" in rules(checked):
            seen.add(name)
            assert checked.figures.reserved_after is None
            assert "interest-reserved" not in rules(checked)
    assert seen


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("name", "day"),
    [(CN, "2027-01-20"), (DE, "2027-02-01"), (NL, "2027-02-01"), (BE, "2027-02-01")],
)
def test_the_whole_letter_is_proven(maker: LetterMaker, name: str, day: str) -> None:
    case = letters.case(name, **moved(name, day))
    letter = letters.made(maker, case, letters.sender(name, **CHOSEN))
    assert letter.data.startswith(b"%PDF")


def lent(contract: str, due: str, rate: str | None = None, **more: Any) -> dict[str, Any]:
    """A private loan of 5,000.00, for a letter of 29 November 2026."""
    owed = {
        "debt_kind": "private_loan", "cause": {"zh-Hans": "借款", "en": "Loan"},
        "contract_date": contract, "due_date": due, **more,
        "items": [{"kind": "principal", "amount": "5000.00"}, *more.pop("items", ())],
        "limitation_restarts": ["2026-01-15"],
    } | ({"agreed_rate": rate} if rate else {})  # fmt: skip
    return moved(CN, "2026-11-29", debts=[owed])


@pytest.mark.parametrize(
    ("contract", "due", "rate", "interest", "reserved"),
    [
        ("2026-03-01", "2026-11-01", None, "0", "2026-11-01"),  # the LPR of the first overdue day
        ("2026-11-01", "2026-11-10", "12", "0", "2026-11-10"),  # the ceiling of the contract's day
        # the ceiling by the LPR on as_of: 24 % through 2020-08-19 is known, 50 days from 2020-07-01
        ("2019-01-01", "2020-06-30", "24", "164.38", "2020-08-19"),
        ("2019-01-01", "2021-06-30", "24", "0", "2021-06-30"),
    ],
)
def test_where_the_day_that_picks_the_rate_is_not_known_interest_is_reserved(
    maker: LetterMaker, contract: str, due: str, rate: str | None, interest: str, reserved: str
) -> None:
    asked = lent(contract, due, rate)
    assert "rate-unknown" in rules(letters.checked(maker, CN, {}, **asked))
    one = letters.checked(maker, CN, CHOSEN, **asked)
    assert one.figures is not None, [line_of(f, "en") for f in one.findings]
    assert one.figures.debts[0].interest_due == Decimal(interest)
    assert one.figures.total_due == 5000 + Decimal(interest)
    assert str(one.figures.reserved_after) == reserved
    assert one.figures.daily_amount == 0 and "interest-reserved" in rules(one)
    assert "is in no sum here" in text(one, "en") and "未计入本函金额" in text(one, "zh-Hans")
    assert "is settled" not in text(one, "en") and "即告结清" not in text(one, "zh-Hans")


def test_under_an_unknown_ceiling_no_covered_charge_is_asked_for(maker: LetterMaker) -> None:
    penalty = {"kind": "penalty", "amount": "100.00"}
    asked = lent("2019-01-01", "2021-06-30", "24", items=[penalty])
    one = letters.checked(maker, CN, CHOSEN, **asked)
    assert one.figures is not None and one.figures.total_due == 5000
    assert "charge-capped" in rules(one)


def test_a_claim_shown_apart_is_worked_out_or_refused_never_dropped(maker: LetterMaker) -> None:
    """The rate of its first overdue day is not known: the letter would say that all is settled."""
    sale = "CN/demand-business-sale-no-term"
    late = moved(sale, "2026-12-10", debts__0__due_date="2026-11-02")
    checked = letters.checked(maker, sale, CHOSEN, **late)
    assert "rate-unknown" in {finding.rule for finding in errors_in(checked.findings)}
    assert checked.document is None
