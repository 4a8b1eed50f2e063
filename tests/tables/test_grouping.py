"""A row per invoice, a case per customer: which rows are one case, and what they say together."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from notices.tables.row import TableError
from tests.tables.ledger_made import MAPPING, check_table, invoice, read_cases, write_table

ROWS = [
    invoice("10001", "RE-2026-0310", "1.000,50", Fällig="15.03.2026"),
    invoice("10002", "RE-2026-0311", "200,00"),
    invoice("10001", "RE-2025-0310", "99,50", Fällig="15.02.2026"),
]


def rows_of(file: Path, delimiter: str = ";") -> list[dict[str, str]]:
    text = file.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=delimiter))


def test_rows_of_a_key_are_one_case_and_each_row_a_debt(tmp_path: Path) -> None:
    first, second = read_cases(write_table(tmp_path, ROWS))
    assert (first.data["id"], second.data["id"]) == ("10001", "10002"), "in order of first rows"
    debts = first.data["debts"]
    assert [debt["contract_number"] for debt in debts] == ["RE-2026-0310", "RE-2025-0310"]
    assert [debt["due_date"] for debt in debts] == ["2026-03-15", "2026-02-15"]
    assert [debt["items"][0]["amount"] for debt in debts] == ["1000.50", "99.50"]
    assert first.data["recipient"]["address"] == ["Musterweg 01", "12345 Musterstadt"]
    assert (first.line(), first.line("debts", 1, "due_date")) == (2, 4)


def test_a_grouped_table_is_checked_case_by_case(tmp_path: Path) -> None:
    summary = check_table(write_table(tmp_path, ROWS))
    assert (summary.states, summary.table_rows) == ({"accepted": 2}, 3)
    assert str(summary.total) == "1300.00"


def test_one_faulty_row_rejects_all_rows_of_its_case(tmp_path: Path) -> None:
    broken = invoice("10001", "RE-2026-0400", "12,3x")
    summary = check_table(write_table(tmp_path, [*ROWS, broken]))
    assert summary.states == {"accepted": 1, "rejected": 1}
    assert summary.rejects_file is not None
    assert [row["Beleg"] for row in rows_of(summary.rejects_file)] == [
        *("RE-2026-0310", "RE-2025-0310", "RE-2026-0400"),
    ]
    errors = [
        row for row in rows_of(tmp_path / "out" / "findings.csv", ",") if row["severity"] == "error"
    ]
    assert [(e["row"], e["column"], e["rule"]) for e in errors] == [("5", "Betrag", "not-a-number")]


@pytest.mark.parametrize("column", ["Name", "Straße"])
def test_rows_that_disagree_hold_their_case(tmp_path: Path, column: str) -> None:
    other = invoice("10001", "RE-2026-0400", "12,30", **{column: "Ganz anders"})
    first, second = read_cases(write_table(tmp_path, [*ROWS, other]))
    (fault,) = first.faults
    assert (fault.rule, fault.line, fault.path) == ("rows-disagree", 5, column)
    assert not second.faults
    path = fault.params["field"]
    mended, _ = read_cases(tmp_path / "op.csv", f"first: [{path}]\n{MAPPING}")
    assert not mended.faults
    assert mended.data["recipient"]["name"] == "Beispiel 10001 GmbH"


def test_a_blank_cell_contradicts_nothing(tmp_path: Path) -> None:
    blank = invoice("10001", "RE-2026-0400", "12,30", Name="", Straße="", Ort="")
    for rows in ([*ROWS, blank], [blank, *ROWS]):
        case = next(c for c in read_cases(write_table(tmp_path, rows)) if c.data["id"] == "10001")
        assert not case.faults
        assert case.data["recipient"]["name"] == "Beispiel 10001 GmbH"


@pytest.mark.parametrize("key", ["10001 ", "010001", "１０００１", "1 0001"])
def test_keys_that_are_nearly_the_same_hold_both_cases(tmp_path: Path, key: str) -> None:
    rows = [*ROWS, invoice("10001", "RE-9", "1,00", Konto=key)]
    cases = read_cases(write_table(tmp_path, rows))
    held = [[f.rule for f in case.faults] for case in cases]
    assert held == [["key-nearly-same"], [], ["key-nearly-same"]]


def test_a_blank_key_stops_the_run_unless_it_is_declared(tmp_path: Path) -> None:
    file = write_table(tmp_path, [ROWS[0], invoice("10001", "RE-7", "7,00", Konto=" "), ROWS[1]])
    with pytest.raises(TableError) as stopped:
        read_cases(file)
    assert [(f.rule, f.line) for f in stopped.value.findings] == [("key-blank", 3)]
    filled = read_cases(file, f"fill_down: [Konto]\n{MAPPING}")
    assert [len(case.data["debts"]) for case in filled] == [2, 1]
    skipped = read_cases(file, f"blank_key: skip\n{MAPPING}")
    assert [len(case.data["debts"]) for case in skipped] == [1, 1]


def test_currencies_make_cases_of_their_own(tmp_path: Path) -> None:
    rows = [{**row, "Währung": "EUR"} for row in ROWS]
    rows += [{**invoice("10001", "RE-8", "8,00"), "Währung": "USD"}]
    text = MAPPING.replace("  currency: EUR\n", "").replace(
        "columns:", "columns:\n  Währung: currency"
    )
    cases = read_cases(write_table(tmp_path, rows), text)
    assert [case.data["id"] for case in cases] == ["10001", "10002", "10001-USD"]
    assert [case.data["currency"] for case in cases] == ["EUR", "EUR", "USD"]
    rows += [{**invoice("10001", "RE-9", "9,00"), "Währung": ""}]
    unclear = read_cases(write_table(tmp_path, rows), text)
    assert [len(case.faults) for case in unclear] == [1, 0, 1, 1], "all cases of the key"
