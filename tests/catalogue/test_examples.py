"""Rules of records, tables and packs have examples: the fault is found, and nothing once mended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from notices.catalogue import line_of, message, read_catalogue, read_groups
from notices.catalogue.rule_examples import RuleExample, read_rule_examples
from notices.finding import Finding
from tests.catalogue.whole_files import (
    DRAFTED,
    found_in_pack,
    found_in_record,
    found_in_table,
)

GROUPS = ("case", "tables", "grouping", "pack")
WITHOUT = {
    "more-faults": "two hundred faults are no example",
    "too-many-columns": "a thousand columns are no example",
    "xls-file": "the fault is in the file's kind, which lines do not show",
    "encrypted-file": "the fault is in the file's kind, which lines do not show",
    "not-a-workbook": "the fault is in the file's bytes, which lines do not show",
    "workbook-too-large": "the fault is in the file's bytes, which lines do not show",
    "not-a-table": "the fault is in the file's name",
    "file-missing": "a file that is not there has no lines",
    "row-not-due": "it takes the day of a run",
    "customer-missing": "it takes two tables",
    "customer-twice": "it takes two tables",
    "paid-needs-date": "it takes the figures of a run",
    "case-too-large": "thousands of rows are no example",
    "rows-left-out": "it takes a run over all rows",
    "rows-without-key": "it tells of rows that the mapping leaves out by name",
    "rows-share-id": "it takes a run over all rows",
    "cases-share-id": "it takes a run over all rows",
    "records-share-id": "it takes a run over all rows",
    "rejected-with-case": "it tells of a row of the rejects",
    "row-held": "it takes the day of a run",
    "looks-already-written": "it takes a run over all rows, or its ledger",
    "row-in-own-letter": "it takes the day of a run",
    "row-by-contract": "it takes the day of a run",
    "debt-without-own-number": "it takes the day of a run",
    "account-names-no-debt": "it takes the day of a run",
    "account-exceeds-debt": "it takes the day of a run",
    "own-contract-unstated": "it takes the day of a run",
    "rejected-with-part": "it takes the day of a run",
    "debt-first-asked": "it takes the day of a run",
    "named-debt-gone": "it takes a mapping with credit notes",
    "nothing-due": "it takes the day of a run",
    "paid-of-open": "it takes a table of what is open",
    "nothing-owed": "it takes the figures of a run",
    "table-history": "it takes a workspace with rates of its own beside the pack's",
}


def of_group(group: str) -> list[str]:
    return [rule for rule in read_groups()[group].rules if rule in read_rule_examples()]


def test_no_rule_of_these_groups_is_without_an_example() -> None:
    rules = {rule for group in GROUPS for rule in read_groups()[group].rules}
    assert rules - read_rule_examples().keys() == WITHOUT.keys(), "see notices/catalogue/examples"
    assert read_rule_examples().keys() <= rules


@pytest.mark.parametrize("rule", of_group("case"))
def test_examples_of_records(rule: str, tmp_path: Path) -> None:
    example = read_rule_examples()[rule]
    assert_found(example, found_in_record(example, example.fails, example.encoding, tmp_path))
    assert [*map(line_of, found_in_record(example, example.passes, "utf-8", tmp_path))] == []


@pytest.mark.heavy
@pytest.mark.parametrize("rule", [*of_group("tables"), *of_group("grouping")])
def test_examples_of_tables(rule: str, tmp_path: Path) -> None:
    example = read_rule_examples()[rule]
    fails, passes = (example.fails, example.encoding), (example.passes, "utf-8")
    assert_found(example, found_in_table(example, *fails, tmp_path))
    assert [*map(line_of, found_in_table(example, *passes, tmp_path))] == []


@pytest.mark.parametrize("rule", of_group("pack"))
def test_examples_of_packs(rule: str, tmp_path: Path) -> None:
    """`tests/pack/test_check.py` says that the pack is clean as it is: with what passes, mostly."""
    example = read_rule_examples()[rule]
    found = found_in_pack(example, example.fails, tmp_path)
    assert_found(example, found)
    assert {f.rule for f in found if f.severity != "note"} <= {rule}
    if example.place != example.passes:
        mended = found_in_pack(example, example.passes, tmp_path / "mended")
        assert [line_of(f) for f in mended if f.severity != "note"] == []


def assert_found(example: RuleExample, found: Sequence[Finding]) -> None:
    """The finding is found where the example says, and `explain` prints the very sentence."""
    wanted = example.found
    found = [f for f in found if (f.rule, f.path) == (wanted.rule, wanted.path)]
    assert {f.severity for f in found} == {wanted.severity}
    for language in ("en", "zh"):
        said = [f.params[language] if f.rule in DRAFTED else message(f, language) for f in found]
        if "detail" in wanted.params and wanted.rule == "broken-text":
            return  # the YAML library's own words
        assert message(wanted, language) in said


def test_examples_are_short_and_the_fault_shows() -> None:
    for rule, example in read_rule_examples().items():
        assert len(example.fails.splitlines()) <= 12, rule
        assert example.fails != example.passes or example.note, rule
        assert rule in read_catalogue()
