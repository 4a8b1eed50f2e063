"""A row per invoice, a case per customer: which rows are one case, and what they say together."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notices.batch.case_keys import debt_keys
from notices.batch.not_due import without_not_due
from notices.case.record import Record
from notices.finding import Finding
from notices.ledger.entry import build_entry
from notices.ledger.store import Ledger
from notices.ledger.types import Evidence, digest_of_name
from notices.letter.check import Request, check_record
from notices.letter.options import LetterOptions
from notices.letter.resources import Resources
from notices.letter.workspace import Workspace
from notices.pack.vocabulary import DEBT_NUMBERS
from notices.tables.case_rows import fold_key
from notices.tables.row import TableError
from notices.tables.rows import read_rows
from notices.wording.digests import KindText
from tests.tables.ledger_made import (
    DAY,
    MAPPING,
    ROWS,
    SENDER,
    check_table,
    invoice,
    read_cases,
    write_table,
)
from tests.tables.tables_made import write_csv, write_jsonl, write_xlsx


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


def test_a_debt_that_stands_there_twice_holds_its_case(tmp_path: Path) -> None:
    """An export that wrote a row twice would ask for it twice; parts of one invoice are no such."""
    again = ROWS[0]
    first, second = read_cases(write_table(tmp_path, [*ROWS, again]))
    assert [(f.rule, f.line, f.params["row"]) for f in first.faults] == [("row-twice", 5, "2")]
    assert not second.faults
    for other in ({"Betrag": "1,00"}, {"Fällig": "02.03.2026"}, {"Beleg": "RE-2026-0311"}):
        first, _ = read_cases(write_table(tmp_path, [*ROWS, {**again, **other}]))
        assert not first.faults


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


@pytest.mark.parametrize(("one", "other"), [("K0007", "K7"), ("D-001", "d-1"), ("0", "00")])
def test_zeros_before_a_number_are_zeros_wherever_it_stands(one: str, other: str) -> None:
    assert fold_key([one]) == fold_key([other])
    assert fold_key([one]) != fold_key([f"{other}1"])


def test_a_blank_key_stops_the_run_unless_it_is_declared(tmp_path: Path) -> None:
    file = write_table(tmp_path, [ROWS[0], invoice("10001", "RE-7", "7,00", Konto=" "), ROWS[1]])
    with pytest.raises(TableError) as stopped:
        read_cases(file)
    assert [(f.rule, f.line) for f in stopped.value.findings] == [("key-blank", 3)]
    filled = read_cases(file, f"fill_down: [Konto]\n{MAPPING}")
    assert [len(case.data["debts"]) for case in filled] == [2, 1]
    skipped = read_cases(file, f"blank_key: skip\n{MAPPING}")
    assert [len(case.data["debts"]) for case in skipped] == [1, 1]
    summary = check_table(file, f"blank_key: skip\n{MAPPING}")
    (told,) = (f for f in summary.found if f.rule == "rows-without-key")
    assert (told.params["many"], told.params["sum"]) == ("1", "7.00")


@pytest.mark.parametrize("mapped", [True, False])
def test_no_case_has_an_id_that_is_made_of_another_ones(tmp_path: Path, mapped: bool) -> None:
    """Letters of `10001.new` would count for 10001, and the other way round; in two months, too."""
    rows = [*ROWS, invoice("10002.new", "RE-8", "8,00"), invoice("10003.NEW", "RE-9", "8,00")]
    file = write_table(tmp_path, rows)
    text = MAPPING if mapped else MAPPING.replace("  Konto: id\n", "")
    (fault,) = faults_of(file, f"levels: split\n{text}")
    assert (fault.rule, fault.line, fault.path) == ("id-ending-given", 5, "Konto")
    assert faults_of(file, text) == []
    ended = text.replace("  Konto: id\n", "")
    ended = 'fields: {id: {lines: ["{Konto}-K"]}}\n' + ended
    assert faults_of(file, f"levels: split\n{ended}") == []


def faults_of(file: Path, text: str) -> list[Finding]:
    return [fault for case in read_cases(file, text) for fault in case.faults]


def test_an_id_that_ends_in_a_currency_is_none_of_another_customers(tmp_path: Path) -> None:
    text = MAPPING.replace("  currency: EUR\n", "")
    text = text.replace("columns:", "columns:\n  Währung: currency")
    kinds = (("C1", "USD"), ("C2-USD", "EUR"), ("C3-USD", "USD"), ("C4-EUR", "EUR"))
    rows = [{**invoice(key, f"R-{key}", "8,00"), "Währung": money} for key, money in kinds]
    cases = read_cases(write_table(tmp_path, rows), text)
    assert [(c.data["id"], [f.rule for f in c.faults]) for c in cases] == [
        ("C1-USD", []),
        ("C2-USD", ["id-ending-given"]),  # in another month it may be customer C2's
        ("C3-USD-USD", []),
        ("C4-EUR", []),
    ]


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


def test_a_blank_currency_is_the_one_that_the_mapping_says(tmp_path: Path) -> None:
    """Ledgers leave their own currency blank; said once, it is that of the key as well."""
    rows = [{**row, "Währung": ""} for row in ROWS]
    rows += [{**invoice("10001", "RE-8", "8,00"), "Währung": "EUR"}]
    file = write_table(tmp_path, rows)
    column = 'columns:\n  Währung: {to: currency, values: {"": EUR}}'
    for text in (
        MAPPING.replace("columns:", "columns:\n  Währung: currency"),
        MAPPING.replace("  currency: EUR\n", "").replace("columns:", column),
    ):
        cases = read_cases(file, text)
        assert [case.data["id"] for case in cases] == ["10001", "10002"]
        assert [case.data["currency"] for case in cases] == ["EUR", "EUR"]
        assert [(case.faults, len(case.data["debts"])) for case in cases] == [((), 3), ((), 1)]


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
    (whole,) = (f for f in summary.found if f.rule == "rows-left-out")
    assert (whole.params["many"], whole.params["sum"]) == ("2", "150.00 EUR")


@pytest.mark.parametrize("number", DEBT_NUMBERS)
def test_a_row_not_due_leaves_with_what_its_own_credit_note_lowers(number: str) -> None:
    """By whatever field a pack calls its debts."""
    early = {number: "RE-9", "due_date": "2026-05-18", "items": [{"amount": "70.00"}]}
    late = {number: "RE-8", "due_date": "2026-05-17", "items": [{"amount": "30.00"}]}
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


def test_without_grouping_all_rows_of_an_id_are_rejected_and_group_by_is_proposed(
    tmp_path: Path,
) -> None:
    summary = check_table(write_table(tmp_path, ROWS), MAPPING.replace("group_by: [Konto]", ""))
    assert summary.states == {"accepted": 1, "rejected": 2}
    told = rows_of(tmp_path / "out" / "findings.csv", ",")
    shared = [t for t in told if t["rule"] == "rows-share-id"]
    assert [(t["row"], t["column"]) for t in shared] == [("2", "Konto"), ("4", "Konto")]
    assert all("group_by: [Konto]" in t["remedy_zh"] for t in shared)


def test_groups_of_one_id_are_no_cases(tmp_path: Path) -> None:
    text = MAPPING.replace("[Konto]", "[Konto, Beleg]")
    assert check_table(write_table(tmp_path, ROWS), text).states == {"accepted": 1, "rejected": 2}
    keyed = text.replace("  Konto: id\n", "")
    assert check_table(tmp_path / "op.csv", keyed).states == {"accepted": 3}


def test_a_debt_that_stands_in_another_case_too_holds_both(tmp_path: Path) -> None:
    for number in (ROWS[1]["Beleg"], "re 2026/0311"):
        rows = [*ROWS, {**ROWS[1], "Konto": "20002", "Beleg": number}]
        summary = check_table(write_table(tmp_path, rows))
        assert summary.states == {"accepted": 1, "held": 2}
    assert summary.reasons == {"held": {"looks-already-written": 2}}
    told = rows_of(tmp_path / "out" / "findings.csv", ",")
    (first, second) = (t for t in told if t["rule"] == "looks-already-written")
    assert "5" in first["reason_en"] and "3" in second["reason_en"]


def with_letter(folder: Path, data: Mapping[str, Any] | None = None) -> Workspace:
    """A workspace whose ledger has a letter to the first case of ROWS."""
    workspace = Workspace(root=folder, ledger_url=f"sqlite:///{folder / 'letters.sqlite'}")
    first, _ = read_cases(write_table(folder, ROWS))
    data = {**first.data, "pack": "DE", "kind": "reminder", "level": "1"}
    day = DAY - timedelta(days=40)
    asked = Request(day, LetterOptions(sender=str(SENDER), issue_date=day))
    (checked,) = check_record(replace(first, data=data), Resources(workspace), asked)
    assert checked.case and checked.figures and checked.pack
    evidence = Evidence(checked.letter_id, KindText("t" * 64, {}, {}), "p" * 64, "2026-04-08")
    entry = build_entry(checked.case, checked.figures, checked.pack, data, evidence)
    with Ledger(workspace.ledger_url) as ledger:
        ledger.issue(entry)
    return workspace


MOVED = {"Straße": "Andere Straße 5", "Ort": "20095 Hamburg"}
RENAMED = {"Name": "Ganz Anders AG"}
SPELT = {"Name": "BEISPIEL １０００１  G.m.b.H."}


@pytest.mark.parametrize(
    ("changes", "is_held"),
    [
        ({}, True),
        (MOVED, True),
        (RENAMED, True),
        (MOVED | SPELT, True),
        (MOVED | RENAMED, False),
        (MOVED | {"Beleg": "RE-2026-9999"}, False),
    ],
)
def test_a_debt_written_about_under_another_case_id_is_held(
    tmp_path: Path, changes: dict[str, str], is_held: bool
) -> None:
    """Whoever moved is found by the name, however it is written now; whoever has another name, by
    the address. Another one with the same number of a debt has his own letter."""
    workspace = with_letter(tmp_path)
    moved = {**ROWS[0], "Konto": "910001", **changes}
    summary = check_table(write_table(tmp_path, [moved]), workspace=workspace)
    assert summary.states == ({"held": 1} if is_held else {"accepted": 1})
    if is_held:
        assert summary.reasons == {"held": {"looks-already-written": 1}}
    both = check_table(write_table(tmp_path, [ROWS[0], moved]))  # the same within a run
    assert both.states == ({"held": 2} if is_held else {"accepted": 2})


def test_a_ledger_finds_whoever_moved_without_his_name_in_the_new_column(tmp_path: Path) -> None:
    workspace = with_letter(tmp_path)
    with sqlite3.connect(tmp_path / "letters.sqlite") as base:
        (digest,) = base.execute("SELECT name_digest FROM letters").fetchone()
        assert digest == digest_of_name(ROWS[0]["Name"]) and len(digest) == 64
        base.execute("UPDATE letters SET name_digest = ''")
    base.close()
    for changes, state in ((MOVED, "accepted"), ({}, "held")):  # without one: by the address alone
        moved = {**ROWS[0], "Konto": "910001", **changes}
        summary = check_table(write_table(tmp_path, [moved]), workspace=workspace)
        assert summary.states == {state: 1}


@pytest.mark.parametrize("field", DEBT_NUMBERS)
def test_a_debt_is_known_by_whatever_field_its_pack_calls_it(field: str) -> None:
    recipient = {"name": "Beispiel GmbH"}
    for number in ("RE-1", "re 1", "ＲＥ/1"):
        (key,) = debt_keys({"recipient": recipient, "debts": [{field: number}]})
        assert key == f"{digest_of_name('Beispiel GmbH')}\x1fre1"


WRITERS = {"csv": write_table, "jsonl": write_jsonl, "xlsx": write_xlsx}


@pytest.mark.parametrize("suffix", WRITERS)
def test_rejects_from_which_a_row_is_lost_make_no_smaller_letter(
    tmp_path: Path, suffix: str
) -> None:
    rows = [*ROWS, invoice("10001", "RE-2026-0400", "70,00", Name="Ganz anders")]
    place = tmp_path if suffix == "csv" else tmp_path / f"op.{suffix}"
    summary = check_table(WRITERS[suffix](place, rows))
    assert summary.rejects_file is not None
    kept = [dict(row.cells) for row in read_rows(summary.rejects_file)]
    assert {row["notices_case_rows"] for row in kept} == {"3"}
    assert {row["notices_case_sum"] for row in kept} == {"1170,00"}
    for row in kept:
        row["Name"] = "Beispiel 10001 GmbH"
    again = tmp_path / "again"
    again.mkdir()
    place = again if suffix == "csv" else again / f"rejects.{suffix}"
    assert check_table(WRITERS[suffix](place, kept)).states == {"accepted": 1}
    for part, rule in ((kept[:2], "case-incomplete"), (kept[1:], "case-incomplete")):
        lost = check_table(WRITERS[suffix](place, part))
        assert lost.states == {"rejected": 1} and rule in lost.reasons["rejected"]
        assert lost.rejects_file is not None
        said = {row.cells["notices_case_rows"] for row in read_rows(lost.rejects_file)}
        assert said == {"3"}, "rejects of rejects keep what they say"
    less = [*kept[:2], {**kept[2], "Betrag": "7,00"}]
    changed = check_table(WRITERS[suffix](place, less))
    assert changed.reasons == {"rejected": {"case-sum-differs": 1}}
    cleared = [{**row, "notices_case_sum": ""} for row in less]
    assert check_table(WRITERS[suffix](place, cleared)).states == {"accepted": 1}


@pytest.mark.parametrize("amount", ["", "12,3x"])
def test_an_amount_that_is_mended_needs_no_other_cell(tmp_path: Path, amount: str) -> None:
    """What was not written is in no sum that the case must have; a lost row is still told."""
    summary = check_table(write_table(tmp_path, [*ROWS, invoice("10001", "RE-3", amount)]))
    assert summary.rejects_file is not None
    kept = rows_of(summary.rejects_file)
    assert {row["notices_case_sum"] for row in kept} == {""}
    mended = [
        {**row, "Betrag": row["Betrag"] if row["Beleg"] != "RE-3" else "7,00"} for row in kept
    ]
    assert check_table(write_table(tmp_path, mended, "m.csv")).states == {"accepted": 1}
    lost = check_table(write_table(tmp_path, mended[:2], "l.csv"))
    assert lost.reasons == {"rejected": {"case-incomplete": 1}}


def test_rejects_of_rows_that_share_an_id_need_all_of_them(tmp_path: Path) -> None:
    ungrouped = MAPPING.replace("group_by: [Konto]", "")
    summary = check_table(write_table(tmp_path, ROWS), ungrouped)
    assert summary.rejects_file is not None
    kept = rows_of(summary.rejects_file)
    assert [row["notices_case_rows"] for row in kept] == ["2", "2"]
    file = write_table(tmp_path, kept[:1], "rejects.csv")
    assert check_table(file, ungrouped).reasons == {"rejected": {"case-incomplete": 1}}
    file = write_table(tmp_path, kept, "rejects.csv")
    assert check_table(file).states == {"accepted": 1}, "with group_by they are one letter"


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_rejects_keep_what_was_filled_down(tmp_path: Path, suffix: str) -> None:
    """In the rejects another customer's row may stand above a blank key."""
    rows = [
        invoice("10001", "RE-1", "100,00", Filiale="A"),
        invoice("10002", "RE-2", "200,00", Filiale="B"),
        invoice("10002", "RE-3", "12,3x", Filiale="C", Konto=""),
    ]
    text = f"fill_down: [Konto]\n{MAPPING}ignore: [Filiale]\n"
    text = text.replace("group_by: [Konto]", "group_by: [Konto, Filiale]").replace(
        "  Konto: id\n", ""
    )
    place = tmp_path if suffix == "csv" else tmp_path / "op.xlsx"
    summary = check_table(WRITERS[suffix](place, rows), text)
    assert summary.rejects_file is not None
    assert [row.cells["Konto"] for row in read_rows(summary.rejects_file)] == ["10002"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_rejects_are_filled_as_the_run_was(tmp_path: Path, suffix: str) -> None:
    """The row above says whose a row is, also where it is left out itself, as a draft is."""
    rows = [
        invoice("10001", "RE-1", "100,00", Typ="RE"),
        invoice("10002", "RE-2", "200,00", Typ="ENTWURF"),
        invoice("10002", "RE-3", "12,3x", Typ="RE", Konto=""),
    ]
    text = f"fill_down: [Konto]\n{MAPPING}only: {{Typ: [RE]}}\nskip: {{Typ: [ENTWURF]}}\n"
    place = tmp_path if suffix == "csv" else tmp_path / "op.xlsx"
    summary = check_table(WRITERS[suffix](place, rows), text)
    assert summary.rejects_file is not None
    kept = [(row.cells["Konto"], row.cells["Beleg"]) for row in read_rows(summary.rejects_file)]
    assert kept == [("10002", "RE-3")], "nobody else's row"


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_rejects_keep_the_name_that_stood_above(tmp_path: Path, suffix: str) -> None:
    """A row that names those below it is none of the rejects; what it says is."""
    names = {"Kunde": "Beispiel 10001 GmbH"}
    blank = dict.fromkeys(invoice("", "", ""), "")
    rows = [
        {**blank, **names},
        {**invoice("10001", "RE-1", "12,3x"), "Kunde": ""},
    ]
    assert {"Kunde"} <= set(rows[1]), "the column of the heading"
    text = MAPPING + "sum_rows: [Beleg]\nheading: Kunde\n"
    place = tmp_path if suffix == "csv" else tmp_path / "op.xlsx"
    summary = check_table(WRITERS[suffix](place, rows), text)
    assert summary.rejects_file is not None
    assert [row.cells["Kunde"] for row in read_rows(summary.rejects_file)] == [names["Kunde"]]


CUSTOMERS = """customers:
  file: kunden.csv
  key: Nummer
  columns: {Firma: recipient.name, Weg: recipient.address, Stadt: recipient.address}
""" + "".join(
    line
    for line in MAPPING.splitlines(keepends=True)
    if ": recipient." not in line or "type" in line
)
APART = [{k: row[k] for k in ("Konto", "Beleg", "Fällig", "Betrag")} for row in ROWS]
KNOWN = [
    {"Nummer": account, "Firma": f"Beispiel {account} GmbH", "Weg": "Musterweg 1", "Stadt": town}
    for account, town in (("10003", "?"), ("10002", "20002 Stadt"), ("10001", "10001 Stadt"))
]


def test_addresses_come_from_a_second_table(tmp_path: Path) -> None:
    write_table(tmp_path, KNOWN, "kunden.csv")
    file = write_table(tmp_path, APART)
    first, second = read_cases(file, CUSTOMERS)
    assert first.data["recipient"]["address"] == ["Musterweg 1", "10001 Stadt"]
    assert second.data["recipient"]["name"] == "Beispiel 10002 GmbH"
    assert check_table(file, CUSTOMERS).states == {"accepted": 2}


def test_of_several_addresses_the_one_that_the_mapping_prefers_counts(tmp_path: Path) -> None:
    rows = [
        {**KNOWN[2], "Haupt": "1"},
        {**KNOWN[2], "Haupt": "1"},  # once more, beside another contact
        {**KNOWN[2], "Haupt": "0", "Weg": "Lagerweg 9"},
        {**KNOWN[1], "Haupt": "0"},  # the only one
    ]
    write_table(tmp_path, rows, "kunden.csv")
    file = write_table(tmp_path, APART)
    text = CUSTOMERS.replace("  key: Nummer", '  key: Nummer\n  prefer: {Haupt: "1"}')
    first, second = read_cases(file, text)
    assert first.data["recipient"]["address"][0] == "Musterweg 1" and not first.faults
    assert second.data["recipient"]["name"] == "Beispiel 10002 GmbH" and not second.faults
    undecided, _ = read_cases(file, CUSTOMERS + "ignore: [Haupt]\n")
    assert [fault.rule for fault in undecided.faults] == ["customer-twice"]


def test_what_the_second_table_must_say_is_asked_when_both_are_read(tmp_path: Path) -> None:
    write_table(tmp_path, KNOWN, "kunden.csv")
    file = write_table(tmp_path, APART)
    wanted = CUSTOMERS + "required: [recipient.name, 'debts[].due_date', recipient.federal_state]\n"
    for record in read_cases(file, wanted):
        told = [(fault.rule, fault.params["name"]) for fault in record.faults]
        assert told == [("row-lacks", "recipient.federal_state")]


@pytest.mark.parametrize(
    ("known", "rule"),
    [
        (KNOWN[:2], "customer-missing"),
        ([*KNOWN, {**KNOWN[2], "Firma": "Anders GmbH"}], "customer-twice"),
        ([*KNOWN[:2], {**KNOWN[2], "Stadt": "\ufffd Stadt"}], "broken-characters"),
        ([*KNOWN[:2], {**KNOWN[2], "Firma": ""}], "required-field"),
    ],
)
def test_a_fault_in_the_second_table_rejects_the_whole_case(
    tmp_path: Path, known: list[dict[str, str]], rule: str
) -> None:
    write_table(tmp_path, known, "kunden.csv")
    summary = check_table(write_table(tmp_path, APART), CUSTOMERS)
    assert summary.states == {"accepted": 1, "rejected": 1}
    assert summary.reasons["rejected"] == {rule: 1}
    assert summary.rejects_file is not None
    assert [row["Beleg"] for row in rows_of(summary.rejects_file)] == [
        *("RE-2026-0310", "RE-2025-0310"),
    ]
    own = tmp_path / "out" / "rejects-customers.csv"
    found = rows_of(own) if own.exists() else []
    assert [row["Nummer"] for row in found] == [
        k["Nummer"] for k in known if k["Nummer"] == "10001"
    ]
    told = rows_of(tmp_path / "out" / "findings.csv", ",")
    (fault,) = (t for t in told if t["severity"] == "error")
    in_second = rule not in ("customer-missing", "customer-twice")
    assert fault["file"].endswith("kunden.csv") == in_second
    assert fault["row"] == ("4" if in_second else "2")


def test_rejects_run_again_with_their_own_customers(tmp_path: Path) -> None:
    write_table(tmp_path, [*KNOWN[:2], {**KNOWN[2], "Firma": ""}], "kunden.csv")
    summary = check_table(write_table(tmp_path, APART), CUSTOMERS)
    assert summary.rejects_file is not None
    own = tmp_path / "out" / "rejects-customers.csv"
    write_table(tmp_path / "out", [{**rows_of(own)[0], "Firma": "Neu GmbH"}], own.name)
    assert check_table(summary.rejects_file, CUSTOMERS).states == {"accepted": 1}


PAID = f"paid: Bezahlt\n{MAPPING}"


def test_what_was_paid_is_taken_off_where_no_interest_depends_on_the_day(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "Bezahlt": "400,00"}, {**ROWS[1], "Bezahlt": "200,00"}]
    rows.append({**ROWS[2], "Bezahlt": ""})
    file = write_table(tmp_path, rows)
    first, _ = read_cases(file, PAID)
    assert [debt["items"][0]["amount"] for debt in first.data["debts"]] == ["600.50", "99.50"]
    assert check_table(file, PAID).states == {"accepted": 1, "held": 1}
    told = {t["rule"] for t in rows_of(tmp_path / "out" / "findings.csv", ",")}
    assert {"paid-undated", "row-paid", "nothing-owed"} <= told


def test_a_credit_note_for_what_is_paid_counts_for_the_account(tmp_path: Path) -> None:
    """Its invoice is no longer in the letter; the credit still is the customer's."""
    rows = [{**row, "Bezahlt": "", "Bezug": ""} for row in ROWS]
    rows[0]["Bezahlt"] = rows[0]["Betrag"]
    credit = {**rows[0], "Beleg": "GS-1", "Betrag": "-50,00", "Bezahlt": ""}
    text = f"negative: credit_note\n{PAID}".replace(
        "columns:", 'columns:\n  Bezug: "credits[].debt_number"'
    )
    for named, kept in ((rows[0]["Beleg"], False), (rows[2]["Beleg"], True)):
        file = write_table(tmp_path, [*rows, {**credit, "Bezug": named}])
        first = next(c for c in read_cases(file, text) if c.data["id"] == "10001")
        (entry,) = first.data["credits"]
        assert entry["amount"] == "50.00" and ("debt_number" in entry) is kept
        assert "named-debt-gone" not in {note.rule for note in first.notes}
        assert check_table(file, text).states == {"accepted": 2}


@pytest.mark.parametrize("amount", ["Offen", "Restbetrag", "Betrag"])
def test_what_was_paid_may_be_in_what_is_open(tmp_path: Path, amount: str) -> None:
    rows = [{**row, amount: row["Betrag"], "Bezahlt": ""} for row in ROWS]
    text = PAID.replace("amount: Betrag", f"amount: {amount}")
    summary = check_table(write_table(tmp_path, rows), text)
    told = [f for f in summary.found if f.rule == "paid-of-open"]
    assert [f.params["paid"] for f in told] == ([] if amount == "Betrag" else ["Bezahlt"])


@pytest.mark.parametrize(
    ("amount", "used", "left"),
    [("-80,00", "30,00", "50.00"), ("-80,00", "0,00", "80.00"), ("-50,00", "", "50.00")],
)
def test_what_is_left_of_a_credit_counts(tmp_path: Path, amount: str, used: str, left: str) -> None:
    credit = invoice("10001", "GS-1", amount, Bezahlt=used)
    rows = [*({**row, "Bezahlt": ""} for row in ROWS), credit]
    case, _ = read_cases(write_table(tmp_path, rows), f"negative: credit_note\n{PAID}")
    assert [entry["amount"] for entry in case.data["credits"]] == [left]
    assert not case.faults and not case.undated, "no interest depends on the day"
    told = [note.params["left"] for note in case.notes if note.rule == "credit-used"]
    assert told == (["-50.00"] if used == "30,00" else [])
    credit["Bezahlt"] = amount.removeprefix("-")
    case, _ = read_cases(write_table(tmp_path, rows), f"negative: credit_note\n{PAID}")
    assert not case.data.get("credits") and not case.faults


def test_what_is_left_of_a_credit_and_is_unsure_holds_its_case(tmp_path: Path) -> None:
    """Taken off twice, what was used of it would make the claim too large."""
    text = f"negative: credit_note\n{PAID}"
    opened = text.replace("Betrag", "Offen")
    for asked, name, used in ((text, "Betrag", "-30,00"), (text, "Betrag", "80,01"),
                              (opened, "Offen", "30,00")):  # fmt: skip
        rows = [*ROWS, invoice("10001", "GS-1", "-80,00", Bezahlt=used)]
        rows = [{"Bezahlt": "", **row, name: row["Betrag"]} for row in rows]
        case, other = read_cases(write_table(tmp_path, rows), asked)
        assert [(f.rule, f.line) for f in case.faults] == [("credit-used-unclear", 5)]
        assert not other.faults
        rows[-1] |= {"Bezahlt": "", name: "-50,00"}  # the remedy
        case, _ = read_cases(write_table(tmp_path, rows), asked)
        assert [c["amount"] for c in case.data["credits"]] == ["50.00"] and not case.faults


@pytest.mark.parametrize(
    ("paid", "rule"), [("2.000,00", "paid-too-much"), ("teils", "paid-unplaced")]
)
def test_what_was_paid_and_can_not_be_taken_off_is_a_fault(
    tmp_path: Path, paid: str, rule: str
) -> None:
    rows = [{**row, "Bezahlt": paid if row is ROWS[0] else "0,00"} for row in ROWS]
    first, second = read_cases(write_table(tmp_path, rows), PAID)
    assert ([f.rule for f in first.faults], second.faults) == ([rule], ())


def test_a_key_that_all_rows_share_is_no_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notices.tables.grouping.MOST_ROWS", 3)
    rows = [*ROWS, *(invoice("10001", f"RE-{n}", "10,00") for n in range(4))]
    summary = check_table(write_table(tmp_path, rows))
    assert summary.states == {"accepted": 1, "rejected": 1}
    assert summary.reasons["rejected"]["case-too-large"] == 1
    assert (summary.table_rows, len(summary.rejects)) == (7, 6)


def test_a_key_of_several_columns_is_blank_where_one_of_them_is(tmp_path: Path) -> None:
    text = MAPPING.replace("[Konto]", "[Konto, Ort]")
    file = write_table(tmp_path, [*ROWS, invoice("10001", "RE-9", "1,00", Ort="")])
    with pytest.raises(TableError) as stopped:
        read_cases(file, text)
    assert [(f.rule, f.line) for f in stopped.value.findings] == [("key-blank", 5)]


def test_the_rejects_say_which_row_holds_a_case_back(tmp_path: Path) -> None:
    """In an encoding that has no Chinese they say it in English, and stay in it."""
    rows = [invoice("10001", "RE-1", "12,3x", Name="Müller Ölhandel GmbH & Söhne")]
    rows.append({**rows[0], "Beleg": "RE-2", "Betrag": "200,00"})
    file = write_csv(tmp_path / "op.csv", rows, delimiter=";", encoding="cp1252")
    summary = check_table(file)
    assert summary.rejects_file is not None
    text = summary.rejects_file.read_bytes().decode("cp1252")
    assert "Müller" in text and "sep=" not in text
    faulty, other = read_rows(summary.rejects_file)
    assert faulty.cells["notices_reason"].startswith("Betrag")
    assert "row(s) 2" in other.cells["notices_reason"]


def test_a_credit_note_for_what_is_no_longer_listed_counts_and_is_told(tmp_path: Path) -> None:
    rows = [{**row, "Bezug": ""} for row in ROWS]
    credit = {**rows[0], "Beleg": "GS-1", "Betrag": "-50,00", "Bezug": "RE-2019-1"}
    text = f"negative: credit_note\n{MAPPING}".replace(
        "columns:", 'columns:\n  Bezug: "credits[].debt_number"'
    )
    file = write_table(tmp_path, [*rows, credit])
    first = next(c for c in read_cases(file, text) if c.data["id"] == "10001")
    assert [entry["amount"] for entry in first.data["credits"]] == ["50.00"]
    (told,) = (note for note in first.notes if note.rule == "named-debt-gone")
    assert (told.params["number"], told.line) == ("RE-2019-1", 2 + len(rows))
    assert check_table(file, text).states == {"accepted": 2}


def test_a_block_in_the_customers_table_holds_his_case(tmp_path: Path) -> None:
    known = [{**one, "Sperre": "strittig" if n == 2 else ""} for n, one in enumerate(KNOWN)]
    write_table(tmp_path, known, "kunden.csv")
    text = CUSTOMERS.replace("customers:\n", "customers:\n  plan: {hold: Sperre}\n", 1)
    assert text != CUSTOMERS
    summary = check_table(write_table(tmp_path, APART), text)
    assert summary.states == {"accepted": 1, "held": 1}
    assert summary.reasons["held"] == {"hold-dispute": 1}


@pytest.mark.parametrize(("other", "states"), [
    ("USD", {"accepted": 2, "rejected": 1}),  # a case of its own, which this pack does not know
    ("ERU", {"accepted": 1, "rejected": 2}),  # whose row it is can't be known
])  # fmt: skip
def test_a_row_in_another_currency_is_a_case_of_its_own(
    tmp_path: Path, other: str, states: dict[str, int]
) -> None:
    rows = [{**row, "Whg": "EUR"} for row in ROWS]
    rows.append({**rows[0], "Beleg": "RE-X", "Whg": other})
    text = MAPPING.replace("columns:", "columns:\n  Whg: currency").replace("  currency: EUR\n", "")
    assert check_table(write_table(tmp_path, rows), text).states == states


def test_a_currency_in_small_letters_is_no_other_case(tmp_path: Path) -> None:
    rows = [{**row, "Währung": said} for row, said in zip(ROWS, ("EUR", "eur", "€"), strict=True)]
    text = MAPPING.replace("columns:\n", "columns:\n  Währung: currency\n", 1)
    text = text.replace("  currency: EUR\n", "")
    cases = read_cases(write_table(tmp_path, rows), text)
    assert [(c.data["id"], c.data["currency"], c.faults) for c in cases] == [
        ("10001", "EUR", ()),
        ("10002", "EUR", ()),
    ]
