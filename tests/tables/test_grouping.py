"""A row per invoice, a case per customer: which rows are one case, and what they say together."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from notices.batch.not_due import without_not_due
from notices.case.record import Record
from notices.tables.row import TableError
from tests.tables.ledger_made import DAY, MAPPING, check_table, invoice, read_cases, write_table

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


CREDITS = f"negative: credit_note\n{MAPPING}"


def account(record: Record) -> list[tuple[str, str]]:
    return [(e["amount"], e.get("reference", "")) for e in record.data.get("credits", ())]


@pytest.mark.parametrize(
    "amount", ["-50,00", "50,00-", "(50,00)", "50,00 H", "50,00 CR", "€ 50,00-"]
)
def test_a_row_below_zero_is_a_credit_note_where_the_mapping_says_so(
    tmp_path: Path, amount: str
) -> None:
    credit = invoice("10001", "GS-1", amount, Fällig="")
    for rows in ([credit, *ROWS], [*ROWS, credit]):
        file = write_table(tmp_path, rows)
        case = next(c for c in read_cases(file, CREDITS) if c.data["id"] == "10001")
        assert account(case) == [("50.00", "GS-1")]
        assert case.line("credits", 0) == [r["Beleg"] for r in rows].index("GS-1") + 2
        assert len(case.data["debts"]) == 2
        undeclared = check_table(file)
        assert undeclared.states["rejected"] == 1, "never a guess"


def test_a_credit_note_names_its_invoice(tmp_path: Path) -> None:
    rows = [{**row, "Bezug": ""} for row in ROWS]
    rows.append({**invoice("10001", "GS-1", "-50,00"), "Bezug": "RE-2026-0310"})
    text = CREDITS.replace("columns:", 'columns:\n  Bezug: "credits[].debt_number"')
    first, second = read_cases(write_table(tmp_path, rows), text)
    (credit,) = first.data["credits"]
    assert credit == {"amount": "50.00", "reference": "GS-1", "debt_number": "RE-2026-0310"}
    assert "credits" not in second.data


def test_a_sign_in_a_column_beside_the_amount(tmp_path: Path) -> None:
    rows = [{**row, "S/H": "S"} for row in ROWS]
    rows.append({**invoice("10001", "GS-1", "50,00"), "S/H": "H"})
    text = f'signs: {{column: S/H, values: {{S: "+", H: "-"}}}}\n{CREDITS}'
    first, _ = read_cases(write_table(tmp_path, rows), text)
    assert account(first) == [("50.00", "GS-1")]
    for said, rule in (("X", "sign-unknown"), ("", "sign-unknown"), ("H", "sign-twice")):
        rows[-1] = {**invoice("10001", "GS-1", "-50,00"), "S/H": said}
        first, second = read_cases(write_table(tmp_path, rows), text)
        assert ([f.rule for f in first.faults], second.faults) == ([rule], ())


def test_amounts_in_a_pair_of_columns(tmp_path: Path) -> None:
    rows = [{**row, "Haben": "0,00"} for row in ROWS]
    rows.append({**invoice("10001", "GS-1", ""), "Haben": "50,00"})
    text = CREDITS.replace("amount: Betrag", "amount: {debit: Betrag, credit: Haben}")
    first, _ = read_cases(write_table(tmp_path, rows), text)
    assert (account(first), len(first.data["debts"])) == ([("50.00", "GS-1")], 2)
    rows[-1]["Betrag"] = "20,00"
    first, _ = read_cases(write_table(tmp_path, rows), text)
    assert [f.rule for f in first.faults] == ["sign-twice"]


def test_rows_below_zero_are_left_out_only_by_name_and_told(tmp_path: Path) -> None:
    rows = [*ROWS, invoice("10001", "GS-1", "-50,00"), invoice("10009", "GS-2", "-7,00")]
    file = write_table(tmp_path, rows)
    first, _, alone = read_cases(file, f"negative: {{skip: said}}\n{MAPPING}")
    told = [f for c in (first, alone) for f in c.notes if f.rule != "value-normalised"]
    assert [(f.rule, f.line, f.params["amount"]) for f in told] == [
        ("row-below-zero", 5, "-50.00"),
        ("row-below-zero", 6, "-7.00"),
    ]
    assert not first.data.get("credits")
    assert check_table(file, f"negative: {{skip: said}}\n{MAPPING}").states["held"] == 1


def test_rows_not_due_are_left_out_of_the_letter_and_told(tmp_path: Path) -> None:
    rows = [*ROWS, invoice("10001", "RE-9", "70,00", Fällig="18.05.2026")]
    rows.append(invoice("10003", "RE-10", "80,00", Fällig="19.05.2026"))
    summary = check_table(write_table(tmp_path, rows))
    assert summary.states == {"accepted": 2, "held": 1}
    told = rows_of(tmp_path / "out" / "findings.csv", ",")
    left_out = [(t["row"], t["rule"]) for t in told if t["rule"] in ("row-not-due", "nothing-due")]
    assert left_out == [("5", "row-not-due"), ("6", "row-not-due"), ("6", "nothing-due")]


def test_a_row_not_due_leaves_with_what_its_own_credit_note_lowers(tmp_path: Path) -> None:
    early = {"contract_number": "RE-9", "due_date": "2026-05-18", "items": [{"amount": "70.00"}]}
    late = {"contract_number": "RE-8", "due_date": "2026-05-17", "items": [{"amount": "30.00"}]}
    credits = [{"amount": "90.00", "debt_number": "RE-9"}, {"amount": "5.00"}]
    record = Record(
        {"debts": [early, late], "credits": credits},
        lines={("debts", 0): 2, ("debts", 1): 3, ("credits", 0): 4, ("credits", 1): 5},
        grouped=True,
    )
    left, (note,) = without_not_due(record, DAY)
    assert (note.line, note.params["amount"]) == (2, "70.00")
    assert left.data["debts"] == [late]
    assert left.data["credits"] == [{"amount": "20.00"}, {"amount": "5.00"}]
    assert (left.line("debts", 0), left.line("credits", 1)) == (3, 5)
