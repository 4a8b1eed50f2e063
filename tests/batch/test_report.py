"""What a run's report says of rows that were not written: sentences, and no record's values."""

from __future__ import annotations

import re
import string

import pytest

from notices.batch.manifest import Outcome
from notices.batch.report import read_reasons, sentences_of, summarise
from notices.catalogue import CATALOGUE, read_catalogue
from notices.finding import Finding
from notices.textfiles import read_text_file

FILES = (
    "batch",
    "case",
    "figures",
    "grouping",
    "letter",
    "live",
    "plan",
    "proof",
    "tables",
    "wording",
)
# What no row of a run can be told: whole files, mappings, packs under edit, other commands.
ELSEWHERE = re.compile(
    "batch-|delivery-|edit-|rehearsal-|reissue-|mapping-|expected-|encoding-|delimiter-|column-"
    "|sheet-unknown|several-sheets|not-a-table|too-many-columns|empty-header|duplicate-header"
    "|key-blank|rows-left-out|rows-without-key|field-without-column|hold-column|ladder-(unreachable|twice|when)|long-sentence|term-unexplained"
)
RULES = [
    rule
    for name in FILES
    for rule in read_text_file(CATALOGUE / f"{name}.yaml").data
    if not ELSEWHERE.match(rule)
]
# Faults of a pack, which every letter of it can hear.
RULES += [rule for rule in read_text_file(CATALOGUE / "pack.yaml").data if rule in read_reasons()]


def blanked(rule: str) -> Finding:
    text = read_catalogue()[rule].message
    slots = {n for t in text.values() for _, n, _, _ in string.Formatter().parse(t) if n}
    return Finding(rule, params=dict.fromkeys(slots - {"path"}, "7-VALUE-7"))


@pytest.mark.parametrize("rule", RULES)
def test_every_reason_reads_as_a_sentence_without_values(rule: str) -> None:
    told = sentences_of(blanked(rule))
    assert set(told) == {"en", "zh"}
    for text in told.values():
        assert not re.search(r"…|7-VALUE|[{}]|  |[:,，：、(（] *$|^[\W_]*$", text), text
    assert re.search("[\u4e00-\u9fff]", told["zh"]) and not re.search("[\u4e00-\u9fff]", told["en"])


def test_a_general_sentence_stands_for_a_rule_that_needs_one() -> None:
    for rule in read_reasons():
        assert rule in RULES, rule
        assert blanked(rule).params, f"{rule}: the catalogue's own sentence names no value"


def test_dates_out_of_order_are_told_without_dots() -> None:
    params = {"name": "issue_date", "day": "2026-01-01", "bound_en": "after", "bound_zh": "晚于"}
    params |= {"other": "due_date", "other_day": "2026-02-01"}
    found = Finding("date-order", params=params)
    outcome = Outcome(number=1, row=1, state="rejected", findings=(found,))
    summary = summarise([outcome])
    assert sentences_of(summary.examples["date-order"]) == {
        "en": "two dates are not in the order that the pack requires",
        "zh": "两个日期的先后不符合规则包要求",
    }
