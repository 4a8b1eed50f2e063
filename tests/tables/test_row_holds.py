"""Holds that stand in a row's own columns: of its debt, which is left out, or of its case."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from notices.batch.dry_summary import Summary
from tests.tables.ledger_made import MAPPING, check_table, invoice, read_cases, write_table

HELD = MAPPING.replace(
    "columns:\n",
    "plan: {hold_until: Sperre bis, scope: {debt: Mahnsperre, case: Klage}}\ncolumns:\n",
    1,
)
NONE = {"Mahnsperre": "", "Klage": "", "Sperre bis": ""}


def told(summary: Summary) -> list[tuple[str, str, str]]:
    assert summary.findings_file is not None
    with summary.findings_file.open(encoding="utf-8-sig", newline="") as handle:
        return [(one["row"], one["severity"], one["rule"]) for one in csv.DictReader(handle)]


def table(folder: Path, *rows: dict[str, str]) -> Path:
    return write_table(folder, [{**NONE, **row} for row in rows])


@pytest.mark.parametrize(
    "word", ["X", "bestritten", "contesté", "betwist", "争议", "dispute", "Z9"]
)
def test_a_held_row_is_left_out_and_the_others_are_asked_for(tmp_path: Path, word: str) -> None:
    """Also where nobody knows the word: less is asked for, and it is told as a warning."""
    file = table(
        tmp_path,
        invoice("10001", "RE-1", "1.000,00"),
        invoice("10001", "RE-2", "200,00", Mahnsperre=word),
    )
    summary = check_table(file, HELD)
    assert summary.states == {"accepted": 1}
    assert ("3", "note", "row-held") in told(summary)
    assert (("3", "warning", "hold-unknown") in told(summary)) is (word == "Z9")
    (group,) = summary.letters.values()
    assert {c: str(t) for c, t in group.totals.items()} == {"EUR": "1000.00"}
    assert any(f.rule == "rows-left-out" and "200.00" in f.params["sum"] for f in summary.found)


@pytest.mark.parametrize("word", ["", "nein", "0", "false", "nee", "non", "否", "-"])
def test_a_column_that_says_no_holds_nothing(tmp_path: Path, word: str) -> None:
    file = table(tmp_path, invoice("10001", "RE-1", "10,00", Mahnsperre=word, Klage=word))
    summary = check_table(file, HELD)
    assert summary.states == {"accepted": 1}
    assert "row-held" not in {rule for _, _, rule in told(summary)}


def test_a_hold_of_the_case_holds_its_letter(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        invoice("10001", "RE-1", "10,00", Klage="Insolvenz"),
        invoice("10001", "RE-2", "10,00"),
        invoice("10002", "RE-3", "10,00"),
    )
    summary = check_table(file, HELD)
    assert summary.states == {"held": 1, "accepted": 1}
    assert summary.reasons == {"held": {"hold-insolvency": 1}}


def test_a_case_all_of_whose_rows_are_held_is_held_for_that(tmp_path: Path) -> None:
    rows = [invoice("10001", f"RE-{n}", "10,00", Mahnsperre="strittig") for n in (1, 2)]
    summary = check_table(table(tmp_path, *rows), HELD)
    assert (summary.states, summary.reasons) == ({"held": 1}, {"held": {"hold-dispute": 1}})


def test_a_hold_past_its_last_day_holds_nothing(tmp_path: Path) -> None:
    day = {"Mahnsperre": "Ratenzahlung", "Sperre bis": "17.05.2026"}
    over = check_table(table(tmp_path, invoice("10001", "RE-1", "10,00", **day)), HELD)
    assert over.states == {"accepted": 1}
    last = {**day, "Sperre bis": "18.05.2026"}
    still = check_table(table(tmp_path, invoice("10001", "RE-1", "10,00", **last)), HELD)
    assert still.states == {"held": 1}


@pytest.mark.parametrize(
    ("until", "asked"),
    [
        ("", "1200.00"),
        ("0", "1200.00"),
        ("17.05.2026", "1200.00"),
        ("18.05.2026", "1000.00"),
        ("31122026", "1000.00"),
        ("31.02.2027", "1000.00"),
        ("auf weiteres", "1000.00"),
    ],
)
@pytest.mark.parametrize("plan", ["blocked_until: {debt: Sperre bis}", "hold_until: Sperre bis"])
def test_a_block_until_a_day_holds_the_row_until_it_has_passed(
    tmp_path: Path, plan: str, until: str, asked: str
) -> None:
    """The letter is of 18 May; a day that nobody can read holds, too, and is told."""
    text = MAPPING.replace("columns:\n", f"plan: {{{plan}}}\ncolumns:\n", 1)
    rows = [invoice("10001", "RE-1", "1.000,00"), invoice("10001", "RE-2", "200,00")]
    file = write_table(tmp_path, [{**rows[0], "Sperre bis": ""}, {**rows[1], "Sperre bis": until}])
    summary = check_table(file, text)
    (group,) = summary.letters.values()
    assert {c: str(t) for c, t in group.totals.items()} == {"EUR": asked}
    assert (("3", "note", "row-held") in told(summary)) is (asked == "1000.00")


def test_a_block_of_the_case_does_not_end_what_else_holds_it(tmp_path: Path) -> None:
    """The day is the block's own: an insolvency beside it has no last day."""
    text = MAPPING.replace(
        "columns:\n", "plan: {hold: Klage, blocked_until: Sperre bis}\ncolumns:\n", 1
    )
    rows = [
        invoice("10001", "RE-1", "10,00", **{"Klage": "Insolvenz", "Sperre bis": "01.05.2026"}),
        invoice("10002", "RE-2", "10,00", **{"Klage": "", "Sperre bis": "01.05.2026"}),
        invoice("10003", "RE-3", "10,00", **{"Klage": "", "Sperre bis": "01.06.2026"}),
    ]
    summary = check_table(write_table(tmp_path, rows), text)
    assert summary.states == {"held": 2, "accepted": 1}
    assert summary.reasons == {"held": {"hold-insolvency": 1, "hold-blocked": 1}}


def test_words_of_ones_own_are_translated(tmp_path: Path) -> None:
    own = HELD.replace("plan: {", "plan: {values: {A: dispute, B: }, ")
    rows = [invoice(f"1000{n}", f"RE-{n}", "10,00", Klage=code) for n, code in enumerate("AB")]
    summary = check_table(table(tmp_path, *rows), own)
    assert summary.states == {"held": 1, "accepted": 1}
    assert summary.reasons == {"held": {"hold-dispute": 1}}


def test_without_grouping_a_hold_of_the_debt_holds_the_case(tmp_path: Path) -> None:
    alone = HELD.replace("group_by: [Konto]\n", "")
    file = table(tmp_path, invoice("10001", "RE-1", "10,00", Mahnsperre="ja"))
    (record,) = read_cases(file, alone)
    assert record.data["holds"] == ["blocked"] and "holds" not in record.data["debts"][0]


@pytest.mark.parametrize("fault", [{"Betrag": "12,3x"}, {"Fällig": "31.02.2026"}])
def test_a_held_row_that_cannot_be_read_holds_its_case(
    tmp_path: Path, fault: dict[str, str]
) -> None:
    """All or nothing: a faulty row is no row that may be left out."""
    bad = {**invoice("10001", "RE-2", "200,00", Mahnsperre="X"), **fault}
    summary = check_table(table(tmp_path, invoice("10001", "RE-1", "1.000,00"), bad), HELD)
    assert summary.states == {"rejected": 1}


def test_a_held_row_whose_day_nobody_wrote_holds_its_case(tmp_path: Path) -> None:
    text = HELD.replace("columns:\n", 'columns:\n  Datum: "debts[].invoice_date"\n', 1)
    rows = [
        {**invoice("10001", "RE-1", "1.000,00"), "Datum": "01.03.2026"},
        {**invoice("10001", "RE-2", "200,00", Mahnsperre="X"), "Datum": "gestern"},
    ]
    assert check_table(table(tmp_path, *rows), text).states == {"rejected": 1}
