"""Blank cells take the value above: nobody gets another customer's row."""

from __future__ import annotations

from pathlib import Path

import pytest

from notices.tables.row import TableError
from tests.tables.ledger_made import MAPPING, invoice, read_cases, write_table


def below(number: str, amount: str, **changes: str) -> dict[str, str]:
    """A further row of the customer above."""
    return invoice("10001", number, amount, **{"Konto": "", "Name": "", **changes})


def debts(folder: Path, rows: list[dict[str, str]], text: str) -> dict[str, list[str]]:
    cases = read_cases(write_table(folder, rows), text)
    return {
        case.data["id"]: [debt["contract_number"] for debt in case.data.get("debts", ())]
        for case in cases
    }


def test_a_row_that_is_left_out_still_says_whose_the_next_ones_are(tmp_path: Path) -> None:
    """The first row of the second customer is a draft; the row below it is still his."""
    rows = [
        invoice("10001", "RE-1", "100,00", Stand="fest"),
        invoice("10002", "RE-2", "200,00", Stand="Entwurf"),
        below("RE-3", "300,00", Stand="fest", Straße="Musterweg 02"),
    ]
    text = f"fill_down: [Konto]\nonly: {{Stand: [fest]}}\nskip: {{Stand: [Entwurf]}}\n{MAPPING}"
    assert debts(tmp_path, rows, text) == {"10001": ["RE-1"], "10002": ["RE-3"]}


def test_a_row_of_sums_ends_what_it_adds_up(tmp_path: Path) -> None:
    total = dict.fromkeys(invoice("", "", ""), "") | {"Betrag": "100,00"}
    rows = [invoice("10001", "RE-1", "100,00"), total, below("RE-2", "5,00")]
    with pytest.raises(TableError) as stopped:
        debts(tmp_path, rows, f"fill_down: [Konto]\nsum_rows: [Beleg, Fällig]\n{MAPPING}")
    assert [(f.rule, f.line) for f in stopped.value.findings] == [("key-blank", 4)]


def test_a_total_ends_what_stands_above_it(tmp_path: Path) -> None:
    """Also where no `sum_rows` are declared: the row below it may be anybody's."""
    total = dict.fromkeys(invoice("", "", ""), "") | {"Konto": "Summe", "Betrag": "100,00"}
    rows = [invoice("10001", "RE-1", "100,00"), total, below("RE-2", "5,00")]
    with pytest.raises(TableError) as stopped:
        debts(tmp_path, rows, f"fill_down: [Konto]\n{MAPPING}")
    assert [(f.rule, f.line) for f in stopped.value.findings] == [("key-blank", 4)]


def test_a_payment_without_a_number_is_no_row_of_sums(tmp_path: Path) -> None:
    """Left out, it would not count, and its customer be asked for too much."""
    rows = [invoice("10001", "RE-1", "100,00"), invoice("10001", "", "-30,00")]
    mapping = f"negative: payment\nsum_rows: [Beleg]\n{MAPPING}"
    with pytest.raises(TableError) as stopped:
        debts(tmp_path, rows, mapping)
    (fault,) = stopped.value.findings
    assert (fault.rule, fault.line, fault.params["amount"]) == ("sum-below-zero", 3, "-30.00")
    dated = mapping.replace("[Beleg]", f"[Beleg, {fault.params['day']}]")
    (case,) = read_cases(write_table(tmp_path, rows), dated)
    assert [entry["amount"] for entry in case.data["payments"]] == ["30.00"]


def test_a_new_name_beside_a_blank_account_is_not_the_account_above(tmp_path: Path) -> None:
    rows = [
        invoice("10001", "RE-1", "100,00"),
        below("RE-2", "5,00"),
        below("RE-3", "7,00", Name="Anders GmbH"),
    ]
    text = f"fill_down: [Name, Konto]\n{MAPPING}"
    with pytest.raises(TableError) as stopped:
        debts(tmp_path, rows, text)
    assert [(f.rule, f.line) for f in stopped.value.findings] == [("key-blank", 4)]
    rows[2]["Name"] = rows[0]["Name"]
    assert debts(tmp_path, rows, text) == {"10001": ["RE-1", "RE-2", "RE-3"]}


def test_a_row_with_nothing_open_is_left_out_and_told(tmp_path: Path) -> None:
    rows = [
        invoice("10001", "RE-1", "100,00"),
        invoice("10001", "RE-2", "0,00"),
        invoice("10002", "RE-3", "0,00"),
        invoice("10003", "RE-4", ""),
    ]
    first, second, third = read_cases(write_table(tmp_path, rows))
    assert [debt["contract_number"] for debt in first.data["debts"]] == ["RE-1"]
    told = [note.line for note in first.notes if note.rule == "row-paid"]
    assert told == [3]
    assert "debts" not in second.data and not second.faults
    assert "items" not in third.data["debts"][0], "nothing stated is not nothing owed"


@pytest.mark.parametrize(
    ("day", "within"), [("16.03.2026", "true"), ("31.12.2022", "false"), ("bald", "bald")]
)
def test_a_day_says_whether_it_is_since_another(day: str, within: str, tmp_path: Path) -> None:
    text = MAPPING.replace(
        'Fällig: "debts[].due_date"',
        'Fällig: ["debts[].due_date", {to: "debts[].limitation_uncertain", since: 2023-01-01}]',
    )
    (case,) = read_cases(write_table(tmp_path, [invoice("1", "RE-1", "5,00", Fällig=day)]), text)
    assert case.data["debts"][0]["limitation_uncertain"] == within
