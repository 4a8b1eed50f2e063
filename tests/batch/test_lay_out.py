"""A dry run lays out a few letters of each look, those in which something is longest."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.batch.dry_run import dry_run
from notices.batch.dry_summary import Summary
from notices.batch.looks import LongestLetters, Look, longest_word, look_of, width
from notices.batch.rows import PlainRows
from notices.batch.settings import Limits, Start
from notices.letter.make import LetterMaker
from tests.batch import batches
from tests.batch.batches import DAY, NOW, Rows, run, settings
from tests.letter import letters
from tests.letter.letters import WORKSPACE

REMINDER = "ZZ/invoice-reminder"
LONG = "A-" + 12 * "MW40"  # has no blank at which a line could break
PLACES = ("letter", "name", "reference", "amount")
LENGTHS = st.lists(st.tuples(*[st.integers(1, 9)] * len(PLACES)), min_size=1, max_size=40)


def look(lengths: tuple[int, ...], kind: str = "reminder") -> Look:
    of_places = dict(zip(PLACES, lengths, strict=True))
    return Look("ZZ", kind, 1, ("fr", "en"), "parallel", "a4", False, ("items-",), of_places)


@given(LENGTHS)
def test_the_longest_of_each_place_is_among_the_chosen(rows: list[tuple[int, ...]]) -> None:
    longest: LongestLetters[tuple[int, ...]] = LongestLetters()
    for number, lengths in enumerate(rows):
        longest.add(number, look(lengths), lengths)
    ((_, letters_of_look, chosen),) = longest.chosen(len(PLACES) + 1)
    assert letters_of_look == len(rows)
    for place, most in enumerate(map(max, zip(*rows, strict=True))):
        assert any(lengths[place] == most for lengths in chosen), PLACES[place]
    assert min(lengths[0] for lengths in rows) == chosen[0][0], "the shortest letter too"


@given(LENGTHS)
def test_little_is_kept_of_many(rows: list[tuple[int, ...]]) -> None:
    longest: LongestLetters[int] = LongestLetters()
    for turn in range(30):
        for number, lengths in enumerate(rows):
            longest.add(turn * len(rows) + number, look(lengths), number)
    (kept,) = longest._looks.values()
    assert len(kept.kept) <= len(PLACES)


def test_looks_part_by_what_stands_on_the_page() -> None:
    longest: LongestLetters[str] = LongestLetters()
    for kind in ("reminder", "demand", "reminder"):
        longest.add(1, look((1, 1, 1, 1), kind), kind)
    assert [(of.kind, many) for of, many, _ in longest.chosen(1)] == [
        ("reminder", 2),
        ("demand", 1),
    ]
    assert not any(chosen for _, _, chosen in longest.chosen(0))


def test_widths_go_by_what_characters_take_of_a_line() -> None:
    assert width("WWW") > width("www") > width("iii")
    assert width("示例") > width("ab")
    assert longest_word("vier Ungeheuerlichkeiten hier") == width("Ungeheuerlichkeiten")
    assert longest_word("示例路INV2026号") == width("INV2026")


def test_a_letters_look_names_its_long_places(maker: LetterMaker) -> None:
    usual = look_of(letters.checked(maker, REMINDER))
    long = look_of(letters.checked(maker, REMINDER, id=LONG))
    assert usual and long and usual == long
    longer = {place for place, n in long.lengths.items() if n > usual.lengths[place]}
    assert "values-reference value our_reference" in longer
    assert "recipient" not in longer


def check(
    tmp_path: Path, rows: Any, limits: Limits | None = None, **start: Any
) -> tuple[Summary, list[dict[str, str]]]:
    """A dry run over records as JSON lines: its summary, and the lines of findings.csv."""
    file = tmp_path / "rows.jsonl"
    said = (json.dumps(dict(record.data), ensure_ascii=False) for record in rows)
    file.write_text("\n".join(said) + "\n", encoding="utf-8")
    found = dry_run(
        *(PlainRows(file), settings(), WORKSPACE, Start(DAY, NOW, **start), tmp_path / "dry"),
        limits or Limits(workers=1),
    )
    assert found.summary is not None and found.summary.findings_file is not None
    with found.summary.findings_file.open(encoding="utf-8-sig", newline="") as text:
        return found.summary, list(csv.DictReader(text))


@pytest.mark.heavy
def test_a_value_that_does_not_fit_is_told_before_the_run(tmp_path: Path) -> None:
    rows = Rows(40, {17: {"id": LONG}})
    summary, found = check(tmp_path, rows)
    assert summary.states == {"accepted": 39, "failed": 1}
    assert summary.reasons == {"failed": {"proof-clipped": 1}}
    assert [one["row"] for one in found if one["rule"] == "proof-clipped"] == ["17"]
    (one,) = summary.looks
    assert (one.letters, one.failed, one.rules) == (40, 1, ("proof-clipped",))
    assert 2 <= one.laid <= 8
    (group,) = summary.letters.values()
    assert group.letters == 39, "a letter that fails is none"
    assert not list(tmp_path.rglob("*.pdf"))
    only = Rows(1, {17: {"id": LONG}}, first=17)
    ((made,), _) = run(only, tmp_path / "run")
    assert (made.state, [f.rule for f in made.findings if f.severity == "error"]) == (
        "failed",
        ["proof-clipped"],
    )


@pytest.mark.heavy
def test_what_fails_in_every_letter_is_told_so(tmp_path: Path) -> None:
    summary, _ = check(tmp_path, Rows(6, {n: {"id": f"{LONG}{n}"} for n in range(1, 7)}))
    (one,) = summary.looks
    assert one.failed == one.laid and one.letters == 6


@pytest.mark.heavy
def test_laying_out_keeps_a_runs_limits(tmp_path: Path) -> None:
    """A letter that ends its worker or takes too long fails, and costs no other its answer."""
    limits = Limits(workers=1, memory_mb=0, seconds=4)
    summary, found = check(tmp_path, Rows(3), limits, make=batches.mishaps)
    assert summary.states == {"accepted": 1, "failed": 2}
    told = [("2", "letter-worker-died"), ("3", "letter-time-limit")]
    assert sorted((f["row"], f["rule"]) for f in found) == told
    assert [one.failed for one in summary.looks] == [2]


@pytest.mark.parametrize("hold", ["dispute", "no_such_hold"])
def test_a_held_row_is_checked_too(tmp_path: Path, hold: str) -> None:
    changes = {"holds": [hold], "recipient__address": None}
    summary, found = check(tmp_path, Rows(2, {2: changes}), Limits(workers=1, laid_out=0))
    assert summary.states == {"accepted": 1, "held": 1}
    assert list(summary.reasons["held"]) == [one["rule"] for one in found[:1]], "why it is held"
    assert [(one["rule"], one["severity"]) for one in found[1:]] == [("required-field", "warning")]
    assert summary.missing == {"recipient.address": 1}


def test_another_recipients_name_is_told_before_the_run(tmp_path: Path) -> None:
    rows = Rows(3, {3: {"debts__0__items__0__note": "as agreed with Bo Specimen-1x"}})
    summary, found = check(tmp_path, rows, Limits(workers=1, laid_out=0))
    assert summary.states == {"accepted": 2, "rejected": 1}
    assert [(one["row"], one["rule"]) for one in found] == [("3", "foreign-value")]
