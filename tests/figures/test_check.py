"""Checks beside the figures, the amount per day, the rules' scope, the words of findings."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import notices.figures
from notices.case.types import Case
from notices.catalogue import message, read_catalogue
from notices.figures.check import check_figures
from notices.figures.derive import derive_figures
from notices.pack.types import Refusal, Rule, Source
from notices.textfiles import read_text_file
from tests.figures.build import (
    case,
    day,
    debt,
    derive,
    field,
    pack,
    rule,
    settling_kind,
    simple,
    table,
    told,
)

OWED = debt("2025-12-31", "principal 1000", "2026-01-10 100", contract="2025-01-01")
ASKED = case("2026-03-02", OWED)


def checked(asked: Case, by: Any = None) -> dict[str, str]:
    by = by or pack()
    return {f.rule: f.path for f in check_figures(asked, derive_figures(asked, by)[0], by)}


def test_a_sound_case_has_no_finding() -> None:
    assert checked(ASKED) == {}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (replace(ASKED, as_of=day("2026-03-03")), {"as-of-after-issue-date": "as_of"}),
        (replace(ASKED, dispatch_by=day("2026-03-01")), {"dispatch-before-issue": "dispatch_by"}),
        (
            replace(ASKED, as_of=day("2025-12-31"), debts=(debt("2025-12-31", "principal 1"),)),
            {"as-of-before-due": "as_of"},
        ),
        (
            case("2026-03-02", debt("2026-03-02", "principal 1")),
            {"due-date-not-before-issue": "debts[0].due_date"},
        ),
        (
            case("2026-03-02", debt("2025-03-02", "principal 1", contract="2025-03-03")),
            {"contract-after-due-date": "debts[0].contract_date"},
        ),
        (
            case("2026-03-02", OWED, debt("2025-12-31", "principal 9", "2026-03-03 1")),
            {"entry-after-as-of": "debts[1].payments[0].date"},
        ),
        (
            case("2026-03-02", debt("2025-12-31", "principal 9, fee 1 2026-03-03")),
            {"entry-after-as-of": "debts[0].items[1].date"},
        ),
        (
            case("2026-03-02", debt("2025-12-31", "principal 9", "2024-12-31 1", "2025-01-01")),
            {"entry-before-contract": "debts[0].payments[0].date"},
        ),
        (replace(ASKED, stated_total=D("1000")), {"stated-total-mismatch": "stated_total"}),
        (replace(ASKED, stated_total=D("900.00")), {}),
    ],
)
def test_dates_and_sums_of_the_record(asked: Case, found: dict[str, str]) -> None:
    assert checked(asked) == found


def test_a_term_from_the_issue_date_may_end_before_the_letter_is_posted() -> None:
    by = pack(rule("pay_by", "add_days", {"days": "15", "from": "issue_date"}))
    late = replace(ASKED, dispatch_by=day("2026-03-17"))
    assert checked(late, by) == {"pay-by-before-dispatch": "pay_by"}


BOUND = {
    "step": replace(
        field("step", "step", "date"), bounds={"after": ("pay_by",), "not_after": ("ends",)}
    ),
    "ends": field("ends", "debts[].ends", "date"),
    "sold": replace(field("sold", "debts[].sold", "date"), bounds={"not_after": ("issue_date",)}),
    "wrote": replace(field("wrote", "wrote", "date"), bounds={"before": ("issue_date",)}),
    "until": replace(
        field("until", "sender.until", "date"), bounds={"not_before": ("dispatch_by",)}
    ),
}


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"step": day("2026-03-18")}, {}),
        ({"step": day("2026-03-17")}, {"date-order": "step"}),  # pay_by itself
        ({"wrote": day("2026-03-01")}, {}),
        ({"wrote": day("2026-03-02")}, {"date-order": "wrote"}),
        ({"until": day("2026-03-02")}, {}),
        ({"until": day("2026-03-01")}, {"date-order": "sender.until"}),
    ],
)
def test_declared_dates_keep_their_bounds(facts: Any, found: dict[str, str]) -> None:
    assert checked(replace(ASKED, facts=facts), pack(fields=BOUND)) == found


def test_a_debts_date_is_bound_debt_by_debt() -> None:
    good = debt("2025-12-31", "principal 9", sold=day("2026-03-02"), ends=day("2026-05-01"))
    late = debt("2025-12-31", "principal 9", sold=day("2026-03-03"), ends=day("2026-04-01"))
    asked = case("2026-03-02", good, late, facts={"step": day("2026-04-15")})
    by = pack(fields=BOUND)
    found = check_figures(asked, derive(asked, by), by)
    assert [(f.rule, f.path) for f in found] == [
        ("date-order", "step"),
        ("date-order", "debts[1].sold"),
    ]
    assert found[0].params["other"] == "ends"


def test_what_is_announced_must_still_be_open_on_its_day() -> None:
    step = replace(field("step", "step", "date"), bounds={"not_after": ("limitation_ends",)})
    by = pack(rule("limitation", "years_from_last_restart", {"years": "3"}), fields={"step": step})
    owed = debt("2023-06-30", "principal 9")  # ends on 2026-06-30
    for issued, announced, rules in (
        ("2026-03-02", "2026-06-30", set()),
        ("2026-03-02", "2026-07-01", {"date-order"}),
        ("2026-08-03", "2026-10-01", set()),  # over: nothing is announced
    ):
        asked = case(issued, owed, facts={"step": day(announced)})
        assert set(checked(asked, by)) == rules


def refusal(when: Any, **more: Any) -> Refusal:
    source = Source("refusals/no", "law", "art. 1", "verified", "refusals.yaml", 1)
    return replace(Refusal("no", "error", when, "", {"zh": "不行", "en": "No"}, source), **more)


def test_a_pack_refuses_letters() -> None:
    card = refusal({"debt_kind": ("card",)}, at="debt_kind")
    by = pack(refusals=(card,))
    asked = case("2026-03-02", OWED, replace(OWED, debt_kind="card"))
    (found,) = check_figures(asked, derive(asked, by), by)
    assert (found.rule, found.severity, found.path) == (
        "pack-refusal",
        "error",
        "debts[1].debt_kind",
    )
    assert message(found) == "No (no)" and message(found, "zh") == "不行（no）"
    warning = pack(refusals=(replace(card, severity="warning"),))
    assert [f.severity for f in check_figures(asked, None, warning)] == ["warning"]
    assert checked(ASKED, by) == {}


def test_a_refusal_knows_each_debts_limitation_even_without_figures() -> None:
    by = pack(
        rule("limitation", "years_from_last_restart", {"years": "3"}),
        refusals=(refusal({"is": ("time_barred",)}, at="due_date"),),
    )
    old = debt("2020-01-01", "principal 9")
    asked = case("2026-03-02", OWED, old)
    for figures in (derive(asked, by), None):
        found = check_figures(asked, figures, by)
        assert [f.path for f in found] == ["debts[1].due_date"]


def test_a_rate_may_be_refused_without_a_cap_that_is_printed() -> None:
    by = pack(simple({"agreed": "agreed_rate"}, warn_above="24", refuse_above="36"))
    for rate, rules in (
        ("24", set()),
        ("24.01", {"rate-to-review"}),
        ("36", {"rate-to-review"}),
        ("36.01", {"rate-refused"}),
    ):
        asked = case("2026-03-02", debt("2025-12-31", "principal 1000", rate=rate))
        assert told(asked, by) == rules, rate
    asked = case("2026-03-02", debt("2025-12-31", "principal 1000", rate="30"))
    assert {line.cap for line in derive(asked, by).debts[0].interest} == {None}


@pytest.mark.parametrize("method", ["simple_interest", "stated_interest"])
def test_another_yearly_rate_is_bound_by_the_same_percentages(method: str) -> None:
    bounds = {"warn_above": "36", "refuse_above": "48", "rate_fields": ("effective_rate",)}
    rate = {"rate": {"percent": "5"}} if method == "simple_interest" else {}
    by = pack(rule("interest", method, bounds | rate))
    for effective, rules in (
        ("36", set()),
        ("36.01", {"rate-to-review"}),
        ("48", {"rate-to-review"}),
        ("48.01", {"rate-refused"}),
    ):
        owed = debt("2025-12-31", "principal 1000", effective_rate=D(effective))
        assert told(case("2026-03-02", owed), by) == rules, effective


def test_a_letter_may_claim_no_more_than_the_total_rule_lets_it() -> None:
    limit = {"most": "75000", "currency": "CNY"}
    asked = [case("2026-03-02", debt("2025-12-31", f"principal {sum_}")) for sum_ in (75000, 75001)]
    by = pack(rule("interest", "no_interest", {}), rule("total", "sum_of_rows", limit))
    assert [told(one, by) for one in asked] == [set(), {"total-above-most"}]
    other = pack(
        rule("interest", "no_interest", {}),
        rule("total", "sum_of_rows", limit | {"currency": "XTS"}),
    )
    assert told(asked[0], other) == {"limit-currency"}
    half = pack(
        rule("interest", "no_interest", {}), rule("total", "sum_of_rows", {"most": "75000"})
    )
    assert told(asked[0], half) == {"method-parameter"}


def test_entries_of_the_as_of_day_itself_count() -> None:
    assert checked(case("2026-03-02", debt("2025-12-31", "principal 9", "2026-03-02 1"))) == {}


def test_too_many_items() -> None:
    most = debt("2025-12-31", ", ".join(["principal 1"] * 40))
    assert checked(case("2026-03-02", most)) == {}
    many = debt("2025-12-31", ", ".join(["principal 1"] * 41))
    assert checked(case("2026-03-02", many)) == {"too-many-items": "debts[0].items"}
    assert checked(case("2026-03-02", many), pack(defaults={})) == {}


def test_a_lowered_rate_is_noted() -> None:
    by = pack(simple({"agreed": "agreed_rate"}, cap=[{"percent": "24"}]))
    asked = case("2026-03-02", debt("2025-12-31", "principal 1000", rate="30"))
    (note,) = check_figures(asked, derive(asked, by), by)
    assert (note.rule, note.severity) == ("rate-above-cap", "note")


def test_the_record_is_checked_even_without_figures() -> None:
    asked = replace(ASKED, as_of=day("2026-03-03"))
    assert {f.rule for f in check_figures(asked, None, pack())} == {"as-of-after-issue-date"}


def test_a_rate_above_the_bound_is_told_with_the_bounds_reason() -> None:
    said = {"zh-Hans": "像是录入错误", "en": "looks like a slip"}
    by = pack(simple({"agreed": "agreed_rate"}, warn_above="24", warn_reason=said))
    asked = case("2026-03-02", debt("2025-12-31", "principal 1000", rate="240"))
    _, (finding,) = derive_figures(asked, by)
    assert finding.severity == "warning"
    assert message(finding, "en") == "the rate of 240 % a year is above 24 %: looks like a slip"
    assert message(finding, "zh") == "年利率 240% 高于 24%：像是录入错误"
    bare = pack(simple({"agreed": "agreed_rate"}, warn_above="24"))
    (plain,) = derive_figures(asked, bare)[1]
    assert message(plain, "en") == "the rate of 240 % a year is above 24 %"


BASE = table("base", "2026-01-01 1.27 2026-07-01 1.52", "2026-12-31")
RUNNING = simple({"table": "base", "plus": "5", "selected_on": "running"})


def test_the_amount_per_day_takes_the_rate_of_the_day_after() -> None:
    asked = case("2026-06-30", debt("2026-05-31", "principal 36500"), pay_by=day("2026-07-20"))
    figures = derive(asked, pack(RUNNING, rates={"base": BASE}))
    assert figures.daily_amount == D("6.52")
    assert figures.debts[0].interest[0].rate == D("6.27")


def test_the_amount_per_day_is_summed_before_it_is_rounded() -> None:
    half = debt("2026-01-01", "principal 182.50")
    by = pack(simple({"percent": "1"}))
    asked = case("2026-03-02", half, half)
    assert derive(asked, by).daily_amount == D("0.01")  # 0.005 each


def test_a_rate_that_changes_before_pay_by_is_told() -> None:
    asked = case("2026-06-20", debt("2026-05-31", "principal 100"), pay_by=day("2026-07-10"))
    by = pack(RUNNING, rates={"base": BASE})
    assert told(asked, by) == {"daily-amount-changes"}
    kinds = {"formal_demand": settling_kind("formal_demand")}
    assert told(asked, replace(by, kinds=kinds)) == set()


def test_the_amount_per_day_holds_as_long_as_its_rates_are_known() -> None:
    fixed = rule("pay_by", "add_days", {"days": "15", "roll": "none"})

    def through(as_of: str, interest: Rule, due: str = "2026-05-31") -> date | None:
        asked = case(as_of, debt(due, "principal 36500", rate="8.5"))
        return derive(asked, pack(interest, fixed, rates={"base": BASE})).daily_through

    assert through("2026-06-20", RUNNING) == day("2026-06-30")  # known to change the day after
    assert through("2026-12-21", RUNNING) == day("2026-12-31")  # nobody knows of the day after
    assert through("2026-12-21", simple({"agreed": "agreed_rate"})) is None
    assert through("2026-12-21", simple({"percent": "5"})) is None
    once = simple({"table": "base", "plus": "5", "selected_on": "first_day"})
    assert through("2026-12-21", once) is None  # fixed on a day gone by
    cap = [{"table": "base", "times": "10", "selected_on": "running"}]
    assert through("2026-12-21", simple({"agreed": "agreed_rate"}, cap=cap)) == day("2026-12-31")
    assert through("2026-12-21", RUNNING, due="2026-12-31") is None  # no interest runs yet


def test_the_day_after_the_known_rates_is_needed_only_where_it_is_printed() -> None:
    asked = case("2026-12-31", debt("2026-05-31", "principal 36500"), pay_by=day("2027-01-29"))
    by = replace(
        pack(RUNNING, rule("pay_by", "add_days", {"days": "15", "roll": "none"})),
        rates={"base": BASE},
    )
    assert told(asked, by) == {"rate-unknown"}
    settled = replace(by, kinds={"formal_demand": settling_kind("formal_demand")})
    assert derive(asked, settled).daily_amount == D("6.52")


def test_a_debts_rules_see_that_debt_alone() -> None:
    agreed = rule(
        "interest",
        "simple_interest",
        {"rate": {"agreed": "agreed_rate"}},
        {"has": ("agreed_rate",), "debt_kind": ("private_loan",), "channel": ("app",)},
        rule_id="agreed",
    )
    by = pack(
        agreed,
        rule("interest", "no_interest"),
        fields={
            "channel": field("channel", "debts[].channel", "code"),
            "reference": field("reference", "reference", "code"),
        },
    )
    asked = case(
        "2026-03-02",
        debt("2025-12-31", "principal 1000", rate="10", channel="app"),
        debt("2025-12-31", "principal 1000", channel="app"),
        debt("2025-12-31", "principal 1000", rate="10"),
        debt("2025-12-31", "principal 1000", rate="10", channel="app", kind="card"),
        facts={"agreed_rate": D("10"), "channel": "app", "reference": "x"},
    )
    assert [len(d.interest) for d in derive(asked, by).debts] == [1, 0, 0, 0]


def test_rules_see_what_the_reader_found_present() -> None:
    by = pack(
        rule("interest", "no_interest", when={"has": ("nested", "own")}, rule_id="noted"),
        simple({"percent": "10"}),
        fields={
            "nested": field("nested", "sender.accounts[].bank", "text"),
            "own": field("own", "debts[].own", "text"),
        },
    )
    for present, interest_lines in (("nested", 0), ("own", 2)):
        asked = case("2026-03-02", OWED, present=frozenset({present}))
        assert len(derive(asked, by).debts[0].interest) == interest_lines


def test_a_payment_among_the_items_is_a_payment_made() -> None:
    by = pack(
        rule("interest", "no_interest", when={"is": ("payments_made",)}), simple({"percent": "10"})
    )
    asked = case("2026-03-02", debt("2025-12-31", "principal 9, bank_transfer 1 2026-01-10"))
    assert derive(asked, by).debts[0].interest == ()


def test_flags_steer_rules() -> None:
    for flag, holds in (("payments_made", True), ("several_debts", False), ("signed", True)):
        by = pack(
            rule("interest", "no_interest", when={"is": (flag,)}, rule_id="flagged"),
            simple({"percent": "10"}),
        )
        asked = case("2026-03-02", OWED, flags=frozenset({"signed"}))
        assert bool(derive(asked, by).debts[0].interest) != holds


WORDED = read_text_file(
    Path(notices.figures.__file__).parents[1] / "catalogue" / "figures.yaml"
).data


def told_by_the_code() -> dict[str, set[str]]:
    """Each finding's id in the code of figures."""
    found: dict[str, set[str]] = {}
    for file in Path(notices.figures.__file__).parent.glob("*.py"):
        for name in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', file.read_text(encoding="utf-8")):
            found.setdefault(name, set()).add(file.name)
    return found


def test_every_finding_is_worded_and_none_is_left_over() -> None:
    assert set(told_by_the_code()) == set(WORDED)
    assert set(WORDED) <= set(read_catalogue())


def test_both_languages_speak_of_the_same_values() -> None:
    def slots(text: str) -> set[str]:
        found = {name for _, name, _, _ in Formatter().parse(text) if name}
        return {re.sub("_(en|zh)$", "", name) for name in found}

    for name, texts in WORDED.items():
        assert slots(texts["en"]) == slots(texts["zh"]), name
        assert slots(texts["hint"]["en"]) == slots(texts["hint"]["zh"]), name
