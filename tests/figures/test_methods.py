"""Methods and parameters: what a pack may write, and what it is told."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from notices.catalogue import hint, line_of
from notices.figures.interest_types import CapPeriod, RateSpec, SimpleInterest
from notices.figures.methods import METHODS, check_rules, method_docs, read_method
from notices.pack.load import load_pack
from notices.pack.vocabulary import SECTIONS
from notices.places import PACKS
from tests.figures.build import case, day, debt, field, holidays, pack, rule, simple, told

GOOD = {
    "rate": {"agreed": "agreed_rate"},
    "cap": [
        {"through": "2020-08-19", "percent": "24"},
        {"table": "lpr_1y", "times": "4", "selected_on": "as_of"},
    ],
    "cap_covers": ["penalty", "fee"],
    "from": "due_date",
}


def faults(section: str, method: str, params: dict[str, Any]) -> list[tuple[str, str]]:
    _, findings = read_method(rule(section, method, params))
    return [(f.rule, f.params["parameter"]) for f in findings]


def test_text_becomes_a_typed_method() -> None:
    method, findings = read_method(rule("interest", "simple_interest", GOOD))
    assert findings == ()
    assert method == SimpleInterest(
        rate=RateSpec(agreed="agreed_rate"),
        cap=(
            CapPeriod(through=day("2020-08-19"), percent=D("24")),
            CapPeriod(table="lpr_1y", times=D("4"), selected_on="as_of"),
        ),
        cap_covers=("penalty", "fee"),
        from_="due_date",
    )


def test_a_lone_value_stands_for_a_list_of_one() -> None:
    method, _ = read_method(
        rule("interest", "simple_interest", GOOD | {"cap": {"percent": "24"}, "cap_covers": "fee"})
    )
    assert (len(method.cap), method.cap_covers) == (1, ("fee",))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"rat": {"percent": "5"}}, ("unknown-parameter", "rat")),
        ({"rate": {"percent": "5 %"}}, ("method-parameter", "rate.percent")),
        ({"rate": {"percent": "NaN"}}, ("method-parameter", "rate.percent")),
        ({"rate": {"percent": "1e3"}}, ("method-parameter", "rate.percent")),
        ({"rate": {"percent": "٥"}}, ("method-parameter", "rate.percent")),
        ({"rate": {"percent": None}}, ("method-parameter", "rate.percent")),
        ({"rate": "5"}, ("method-parameter", "rate")),
        ({"rate": {"percent": "5", "agreed": "x"}}, ("method-parameter", "rate")),
        ({"rate": {"table": "lpr_1y"}}, ("method-parameter", "rate")),
        (
            {"rate": {"table": "lpr_1y", "selected_on": "today"}},
            ("method-parameter", "rate.selected_on"),
        ),
        ({"rate": {"percnt": "5"}}, ("unknown-parameter", "rate.percnt")),
        ({"day_count": "ACT/364"}, ("method-parameter", "day_count")),
        ({"cap": [{"percent": "24"}, {"percent": "15"}]}, ("method-parameter", "")),
        (
            {"cap": [{"through": "2020-02-30", "percent": "24"}]},
            ("method-parameter", "cap[0].through"),
        ),
        ({"cap": [{"through": "2020-02-20", "percent": "24"}]}, ("method-parameter", "")),
    ],
)
def test_each_fault_is_told_with_its_parameter(
    change: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert faults("interest", "simple_interest", GOOD | change) == [fault]


def test_unknown_methods_and_parameters_come_with_the_near_miss() -> None:
    _, (unknown,) = read_method(rule("interest", "simple_intrest"))
    assert "(simple_interest?)" in line_of(unknown)
    assert "shown_apart" in hint(unknown, "zh")
    assert unknown.place == "rules.yaml:7"
    _, (parameter,) = read_method(rule("pay_by", "add_days", {"days": "7", "minimun": "7"}))
    assert "(minimum?)" in line_of(parameter)


def test_missing_parameters_are_told_all_at_once() -> None:
    assert faults("fee", "scale_fee", {}) == [
        ("missing-parameter", "brackets"),
        ("missing-parameter", "currency"),
        ("missing-parameter", "item_kind"),
    ]


def test_orders_and_brackets_must_make_sense() -> None:
    assert faults("allocation", "in_order", {"order": ["costs", "costs", "interest"]})
    assert faults("allocation", "in_order", {"order": ["costs", "interest"]})
    scale = {"currency": "EUR", "item_kind": "fee"}
    falling = [{"above": "500"}, {"above": "0"}]
    assert faults("fee", "scale_fee", {**scale, "brackets": falling})
    assert faults("fee", "scale_fee", {**scale, "brackets": []})


def test_a_broken_rule_stops_the_letter() -> None:
    asked = case("2026-01-15", debt("2025-12-31", "principal 100"))
    assert told(asked, pack(simple({"percent": "x"}))) == {"method-parameter", "rule-missing"}


def test_check_rules_looks_names_up_in_the_pack() -> None:
    good = pack(
        rule("interest", "simple_interest", GOOD),
        fields={"agreed_rate": field("agreed_rate", "debts[].agreed_rate", "percent")},
    )
    assert check_rules(good) == ()
    bad = GOOD | {
        "rate": {"agreed": "agreed_rat"},
        "cap": [{"table": "lpr_2y", "selected_on": "as_of"}],
        "cap_covers": ["penalties"],
        "item_kind": "interests",
    }
    found = check_rules(
        pack(
            rule("interest", "simple_interest", bad),
            rule("pay_by", "add_days", {"days": "1", "calendar": "XX"}),
        )
    )
    assert [(f.rule, f.params["parameter"], f.params["name"]) for f in found] == [
        ("rule-reference", "rate.agreed", "agreed_rat"),
        ("rule-reference", "cap.table", "lpr_2y"),
        ("rule-reference", "cap_covers", "penalties"),
        ("rule-reference", "item_kind", "interests"),
        ("rule-reference", "calendar", "XX"),
    ]


def test_every_region_of_a_term_has_its_days_off() -> None:
    land = replace(field("land", "recipient.land", "code"), allowed=("BY", "BE"))
    term = rule("pay_by", "add_days", {"days": "1", "calendar": "DE", "region_field": "land"})
    known = {"DE": holidays("DE", ""), "DE-BY": holidays("DE-BY", "")}
    found = check_rules(pack(term, fields={"land": land}, holidays=known))
    assert [(f.params["parameter"], f.params["name"]) for f in found] == [("region_field", "DE-BE")]


def test_every_section_of_the_vocabulary_has_methods() -> None:
    assert set(METHODS) == set(SECTIONS.values())


def test_every_method_and_parameter_is_documented() -> None:
    documented = {(doc.method, doc.parameter) for doc in method_docs()}
    for methods in METHODS.values():
        for name, kind in methods.items():
            assert (name, "") in documented
            assert is_dataclass(kind)
            for slot in fields(kind):
                assert (name, slot.name.rstrip("_")) in documented
    assert all(doc.meaning for doc in method_docs())


def test_claims_of_several_factors_must_each_name_their_own() -> None:
    params = {"rate": {"percent": "3"}, "range_times": ["1.3", "1.5"]}
    apart = rule("interest", "shown_apart", params)
    for basis, told_in in (
        ({"zh-Hans": "{times}倍", "en": "1.3 or 1.5 times"}, ["en"]),
        ({"zh-Hans": "{times}倍", "en": "{times} times"}, []),
    ):
        found = check_rules(pack(replace(apart, basis=basis)))
        assert [f.params["lang"] for f in found if f.rule == "factor-unsaid"] == told_in


@pytest.mark.parametrize("root", sorted(p.parent for p in PACKS.glob("*/pack.yaml")))
def test_a_term_that_no_law_sets_may_be_chosen_down_to_a_floor(root: Path) -> None:
    """And one that a law sets may not."""
    shipped = load_pack(root)
    for asked in (r for r in shipped.rules if r.section == "pay_by"):
        term, _ = read_method(asked)
        assert bool(term.days_field) == (asked.source.kind != "law"), asked.id
        if term.days is not None and term.days_field:
            assert shipped.fields[term.days_field].trust  # the sender's choice, not a column's
            assert 7 <= term.floor.days <= (term.minimum or term.days)
            assert set(shipped.formats) <= set(term.floor.reason)


def test_a_floor_needs_a_term_of_its_own_and_a_choice() -> None:
    floor = {"days": "7", "reason": {"en": "post"}}
    fault = [("method-parameter", "")]
    assert faults("pay_by", "add_days", {"days": "9", "days_field": "n", "floor": floor}) == []
    assert faults("pay_by", "add_days", {"days": "9", "floor": floor}) == fault
    assert faults("pay_by", "add_days", {"days_field": "n", "floor": floor}) == fault
    assert faults("pay_by", "add_days", {"days": "6", "days_field": "n", "floor": floor}) == fault
    spoken = {"days": "7", "reason": "post"}
    wrong = faults("pay_by", "add_days", {"days": "9", "days_field": "n", "floor": spoken})
    assert wrong == [("method-parameter", "floor.reason")]


@pytest.mark.parametrize("root", sorted(p.parent for p in PACKS.glob("*/pack.yaml")))
def test_every_rate_that_a_record_may_state_has_a_bound_with_its_reason(root: Path) -> None:
    shipped = load_pack(root)
    for asked in (r for r in shipped.rules if r.section == "interest"):
        interest, _ = read_method(asked)
        stated = isinstance(interest, SimpleInterest) and interest.rate.agreed
        if stated or getattr(interest, "rate_fields", ()):
            assert 10 <= interest.warn_above <= 48, asked.id
            assert set(shipped.formats) <= set(interest.warn_reason), asked.id
