"""`notices map`, and a whole table checked without a letter."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from notices.batch.dry_run import dry_run
from notices.batch.dry_summary import Summary
from notices.batch.rows import TableRows
from notices.batch.settings import BatchSettings, Limits, Start
from notices.files import safe_cell
from notices.letter.options import LetterOptions
from notices.letter.workspace import Workspace
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.tables.findings_csv import HEADERS
from notices.tables.mapping import read_mapping
from notices.tables.presets import preset_names
from notices.tables.row import TableFormat
from notices.tables.stated_totals import read_expected
from notices.tables.table_records import TableRecords, find_source
from tests.cli.calls import Call
from tests.letter.letters import HOME
from tests.tables.tables_made import (
    GOOD,
    MAPPING,
    row,
    write_book,
    write_csv,
    write_jsonl,
    write_xlsx,
)

DAY = date(2026, 6, 1)
SENDER = PACKS / "CN" / "examples" / "senders" / "sample-bank.yaml"
ENGLISH = {
    "Case ID": "A-1",
    "Customer Name": "Ann Example",
    "Address Line 1": "1 Sample Road",
    "Address Line 2": "Testville",
    "Loan Number": "L-1",
    "Contract Date": "27.03.2024",
    "Due Date": "27.03.2026",
    "Gender": "F",
    "Principal (CNY)": "1.234,50",
    "Interest": "2,00",
    "Shoe size": "38",
}


def test_a_draft_places_what_it_knows_and_says_what_it_lacks(call: Call, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "t.csv", [ENGLISH], delimiter=";")
    said = call("map", file, "--pack", "CN", "--kind", "formal_demand", "--json")
    assert said.code == 0
    placed = {header: one["field"] for header, one in said.json["placed"].items()}
    assert placed == {
        "Case ID": "id",
        "Customer Name": "recipient.name",
        "Address Line 1": "recipient.address",
        "Address Line 2": "recipient.address",
        "Loan Number": "debts[].contract_number",
        "Contract Date": "debts[].contract_date",
        "Due Date": "debts[].due_date",
        "Gender": "recipient.salutation",
        "Principal (CNY)": "items.principal",
        "Interest": "items.interest",
    }
    assert said.json["unplaced"] == ["Shoe size"]
    assert {"recipient.type", "debts[].debt_kind", "debts[].cause"} <= set(said.json["missing"])
    assert said.rules == {"column-unplaced", "field-without-column"}
    text = said.json["text"]
    assert "dates: dmy" in text
    assert 'decimal: ","' in text
    assert "values: {F: ms}" in text
    assert "款项来由 · what the debt is for" in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_draft_can_be_used_at_once(call: Call, tmp_path: Path, lang: str) -> None:
    file = write_csv(tmp_path / "t.csv", [ENGLISH], delimiter=";")
    out = tmp_path / "map.yaml"
    assert call("map", file, "--pack", "CN", "--out", out, "--lang", lang).code == 0
    column_map = read_mapping(out)
    assert not column_map.findings
    pack = load_pack(PACKS / "CN")
    with TableRecords(find_source(file, column_map, TableFormat()), column_map, pack) as table:
        ((_, record),) = table
        assert {f.rule for f in table.findings} == {"column-unmapped"}
    assert not record.faults
    assert record.data["debts"][0]["due_date"] == "2026-03-27"
    assert record.data["debts"][0]["items"][0] == {"kind": "principal", "amount": "1234.50"}
    assert call("map", file, "--out", out).code == 2  # never over an existing one


def test_chinese_headers_and_numbered_columns(call: Call, tmp_path: Path) -> None:
    cells = {"案件编号": "A", "债务人姓名": "甲", "项目1金额": "1", "项目2金额": "2"}
    said = call("map", write_csv(tmp_path / "t.csv", [cells]), "--pack", "CN", "--json")
    assert set(said.json["placed"]) == {"案件编号", "债务人姓名"}
    assert 'amount: "项目{n}金额"' in said.json["text"]
    assert said.json["unplaced"] == []


LEDGER = {
    "Kundennummer": "10001",
    "Rechnungsnummer": "RE-1",
    "Kunde": "Muster GmbH",
    "Fälligkeit": "31.03.2026",
    "Rechnungsbetrag": "1100,00",
    "Zinsen": "5,00",
    "Bezahlt": "20,00",
    "Gesamtbetrag": "1105,00",
    "Letter Date": "01.04.2026",
}


def test_a_draft_offers_what_the_pack_refuses_and_what_would_mislead(
    call: Call, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "t.csv", [LEDGER], delimiter=";")
    said = call("map", file, "--pack", "DE", "--kind", "reminder", "--json").json
    offered = {header: one["match"] for header, one in said["offered"].items()}
    assert offered == {"Zinsen": "refused", "Gesamtbetrag": "trap", "Letter Date": "trap"}
    told = {*said["placed"], *said["offered"], *said["unplaced"]}
    assert told == {*LEDGER}, "each column is placed, offered or left out"
    text = said["text"]
    assert "paid: Bezahlt" in text and 'decimal: ","' in text and "dates: dmy" in text
    assert "  # - {kind: interest, amount: Zinsen}" in text
    assert "  # Gesamtbetrag: stated_total" in text


def test_interest_as_stated_is_drafted_where_a_rule_takes_it(call: Call, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "t.csv", [ENGLISH], delimiter=";")
    said = call("map", file, "--pack", "CN", "--kind", "formal_demand", "--json").json
    assert said["placed"]["Interest"]["field"] == "items.interest"


def test_rows_of_one_customer_are_drafted_as_one_case(call: Call, tmp_path: Path) -> None:
    rows = [LEDGER, {**LEDGER, "Rechnungsnummer": "RE-2"}]
    out = tmp_path / "map.yaml"
    file = write_csv(tmp_path / "t.csv", rows, delimiter=";")
    said = call("map", file, "--pack", "DE", "--kind", "reminder", "--json", "--out", out).json
    column_map = read_mapping(out)
    assert not column_map.findings
    assert column_map.grouping.by == ("Kundennummer",)
    placed = {header: one["field"] for header, one in said["placed"].items()}
    assert (placed["Kundennummer"], placed["Rechnungsnummer"]) == ("id", "debts[].contract_number")


LIST = {
    "Kd-Nr": "10001",
    "Firma": "Muster GmbH",
    "Rg-Nr": "RE-1",
    "Rg-Datum": "28.02.2026",
    "fällig am": "31.03.2026",
    "bezahlt": "20,00",
    "Mahnstufe": "1",
}


@pytest.mark.parametrize("amount", [{"Rest": "80,00"}, {"Posten": "100,00"}])
def test_what_was_paid_is_taken_off_no_amount_that_may_be_less_it(
    call: Call, tmp_path: Path, amount: dict[str, str]
) -> None:
    """What is open is less it already; nor where nobody has said yet which amount counts."""
    rows = [{**LIST, **amount}, {**LIST, **amount, "Rg-Nr": "RE-2"}]
    file = write_csv(tmp_path / "t.csv", rows, delimiter=";")
    said = call("map", file, "--pack", "DE", "--kind", "reminder", "--json").json
    assert "\npaid:" not in said["text"] and "\n# paid: bezahlt" in said["text"]
    offered = {header: one["match"] for header, one in said["offered"].items()}
    assert offered == {"bezahlt": "trap", "Mahnstufe": "unproven"}, "the level of the last letter"
    assert {"Kd-Nr", "Firma", "Rg-Nr", "Rg-Datum"} <= {*said["placed"]}


def reminded(
    levels: list[str], level: str = "Mahnstufe", last: str = "Letzte Mahnung"
) -> Iterator[dict[str, str]]:
    own = {k: v for k, v in LIST.items() if k not in ("bezahlt", "Mahnstufe")}
    for n, said in enumerate(levels):
        day = {last: "11.05.2026" if said not in ("", "0") else ""} if last else {}
        yield own | {"Rest": "80,00", "Rg-Nr": f"RE-{n}", level: said, **day}


@pytest.mark.parametrize(
    ("level", "last"),
    [
        ("Mahnstufe", "Letzte Mahnung"),
        ("Reminder Level", "Last Reminder Date"),
        ("Niveau de rappel", "Date du dernier rappel"),
        ("Aanmaningsniveau", "Datum laatste aanmaning"),
        ("催款级别", "上次催款日期"),
    ],
)
def test_as_many_levels_as_the_ladder_has_letters_are_drafted(
    call: Call, tmp_path: Path, level: str, last: str
) -> None:
    rows = reminded(["0", "1", "02", "", "3"], level, last)
    file = write_csv(tmp_path / "t.csv", rows, delimiter=";")
    said = call("map", file, "--pack", "generic", "--json").json
    assert {level, last} <= {*said["placed"]}
    (line,) = (one for one in said["text"].splitlines() if "earlier:" in one)
    made = yaml.safe_load(line)["earlier"]
    letters = {"1": "reminder 1", "2": "reminder 2", "3": "formal_demand 1"}
    assert {str(k): v for k, v in made["levels"].items()} == letters
    assert (made["level"], made["date"]) == (level, last)


@pytest.mark.parametrize(
    ("levels", "last"),
    [
        (["1", "2"], "Letzte Mahnung"),  # the ladder has three letters
        (["1", "2", "3", "4"], "Letzte Mahnung"),
        (["1", "A", "3"], "Letzte Mahnung"),
        (["1", "2", "3"], ""),
        (["", "0"], "Letzte Mahnung"),
    ],
)
def test_levels_that_prove_nothing_are_offered_with_the_lines_to_paste(
    call: Call, tmp_path: Path, levels: list[str], last: str
) -> None:
    file = write_csv(tmp_path / "t.csv", reminded(levels, last=last), delimiter=";")
    said = call("map", file, "--pack", "generic", "--json").json
    assert said["offered"]["Mahnstufe"]["match"] == "unproven"
    (line,) = (one for one in said["text"].splitlines() if "earlier:" in one)
    assert line.startswith("# earlier: {levels: {") and "level: Mahnstufe" in line
    assert yaml.safe_load(line[2:])["earlier"]["levels"]


def test_an_amount_in_two_columns_is_drafted_as_a_pair(call: Call, tmp_path: Path) -> None:
    cells = {"Konto": "1", "Name": "A", "Sollbetrag": "1,00", "Habenbetrag": "", "Saldo": "1,00"}
    file = write_csv(tmp_path / "t.csv", [cells], delimiter=";")
    said = call("map", file, "--pack", "DE", "--kind", "reminder", "--json").json
    assert "amount: {credit: Habenbetrag, debit: Sollbetrag}" in said["text"]
    assert said["offered"]["Saldo"]["match"] == "trap", "the same amount once more"


def test_a_table_that_can_not_be_read_is_a_finding(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes("id,name\nC-1,位\n".encode("gb18030"))
    said = call("map", file, "--pack", "CN", "--json")
    assert (said.code, said.rules) == (1, {"encoding-unsure"})
    assert call("map", file, "--pack", "CN", "--encoding", "gbk", "--json").code == 0


def check(tmp_path: Path, file: Path, text: str = MAPPING, expect: str = "") -> Summary:
    dated = text.replace("2026-03-27", str(DAY))  # the run's own day
    (tmp_path / "map.yaml").write_text(dated, encoding="utf-8")
    column_map = read_mapping(tmp_path / "map.yaml")
    pack = load_pack(PACKS / "CN")
    asked = BatchSettings(options=LetterOptions(sender=str(SENDER), issue_date=DAY))
    rows = TableRows(find_source(file, column_map, TableFormat()), column_map, pack)
    found = dry_run(
        *(
            rows,
            asked,
            Workspace(),
            Start(DAY, ""),
            tmp_path / "out",
            Limits(workers=1, laid_out=0),
        ),
        read_expected(expect.split()),
    )
    assert found.summary is not None
    return found.summary


def lines(summary: Summary) -> list[dict[str, str]]:
    assert summary.findings_file is not None
    with summary.findings_file.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


ROWS = [
    row(案件编号="C-1"),
    row(案件编号="C-2", 姓名="王五、赵六", 到期日="03/04/2026", 本金="1,234"),
    row(案件编号="C-3", 到期日="2026/3/20"),
    row(案件编号="C-4", 合同号=""),
    {**dict.fromkeys(GOOD, ""), "案件编号": "合计", "本金": "12000.00"},
]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl"])
def test_a_dry_run_counts_tells_and_gives_rejects_back(tmp_path: Path, suffix: str) -> None:
    write = {"csv": write_csv, "xlsx": write_xlsx, "jsonl": write_jsonl}[suffix]
    file = write(tmp_path / f"t.{suffix}", ROWS)
    summary = check(tmp_path, file, expect="rows=4 total=12000")
    assert (summary.accepted, summary.rejected, summary.total_rows) == (2, 2, 1)
    assert (summary.total, summary.unread) == (Decimal(9000), 1)
    first = 1 if suffix == "jsonl" else 2
    assert set(summary.rejects) == {first + 1, first + 3}
    told = {(one["row"], one["column"], one["severity"], one["rule"]) for one in lines(summary)}
    assert told == {
        (str(first + 1), "到期日", "error", "value-ambiguous"),
        (str(first + 1), "本金", "error", "value-ambiguous"),
        (str(first + 1), "姓名", "error", "two-people-in-one-name"),
        (str(first + 2), "到期日", "note", "value-normalised"),
        (str(first + 3), "合同号", "error", "required-field"),
        (str(first + 4), "", "error", "total-row"),
        ("", "", "error", "expected-total"),
    }
    by_rule = {one["rule"]: one for one in lines(summary)}
    assert by_rule["two-people-in-one-name"]["value"] == "••、••"
    assert by_rule["two-people-in-one-name"]["sheet"] == ("明细" if suffix == "xlsx" else "")
    assert by_rule["value-ambiguous"]["reason_zh"]
    assert "王五" not in str(lines(summary))
    assert summary.rejects_file == tmp_path / "out" / f"rejects.{suffix}"
    again = check(tmp_path, summary.rejects_file)
    assert (again.accepted, again.rejected, again.total_rows) == (0, 2, 0)


def test_a_line_that_can_not_be_read_is_told_once(tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "t.jsonl", [row()])
    lines_ = file.read_text(encoding="utf-8")
    file.write_text(
        lines_ + lines_[:40] + "\n" + '{"案件编号": "A", "案件编号": "B"}\n', encoding="utf-8"
    )
    summary = check(tmp_path, file)
    assert (summary.accepted, summary.rejected) == (1, 2)
    assert [(one["row"], one["rule"]) for one in lines(summary)] == [
        ("2", "broken-json"),
        ("3", "duplicate-key"),
    ]
    assert all(one["reason_en"] and one["reason_zh"] and one["remedy_zh"] for one in lines(summary))


ITEMS_FILE = (
    MAPPING.partition("items:")[0]
    + """\
items_file:
  file: items.csv
  key: case
  items: [{kind_column: kind, amount: amount, values: {本: principal}}]
"""
)


def items_case(tmp_path: Path) -> Path:
    """Three cases; the second has an item of no known kind, the third an amount that is none."""
    items = [
        {"case": "C-1", "kind": "本", "amount": "3000.00"},
        {"case": "C-2", "kind": "本", "amount": "1000.00"},
        {"case": "C-3", "kind": "本", "amount": "10"},
        {"case": "C-2", "kind": "gold", "amount": "5.00"},
        {"case": "C-3", "kind": "本", "amount": "1,234"},
    ]
    write_csv(tmp_path / "items.csv", items)
    return write_csv(tmp_path / "t.csv", [row(案件编号=f"C-{n}") for n in (1, 2, 3)])


def test_a_fault_of_an_item_is_told_in_the_items_file(tmp_path: Path) -> None:
    summary = check(tmp_path, items_case(tmp_path), ITEMS_FILE)
    by_rule = {one["rule"]: one for one in lines(summary) if one["severity"] == "error"}
    told = by_rule["unknown-code"]
    assert (told["file"], told["row"], told["column"]) == (str(tmp_path / "items.csv"), "5", "kind")
    assert told["value"] == "••••"
    assert by_rule["value-ambiguous"]["row"] == "6"


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl"])
def test_rejects_come_with_their_items(tmp_path: Path, suffix: str) -> None:
    """They run with the same mapping as they are, and corrected; nobody else's items come along."""
    write = {"csv": write_csv, "xlsx": write_xlsx, "jsonl": write_jsonl}[suffix]
    lines_ = [
        {"case": case, "kind": "本", "amount": amount}
        for case, amount in (("C-1", "3000.00"), ("C-2", "1,234"), ("C-2", "10.00"))
    ]
    write(tmp_path / f"items.{suffix}", lines_)
    mapping = ITEMS_FILE.replace("items.csv", f"items.{suffix}").replace("total: 本金", "")
    file = write_csv(tmp_path / "t.csv", [row(案件编号=f"C-{n}") for n in (1, 2, 3)])
    summary = check(tmp_path, file, mapping)
    assert (summary.accepted, summary.rejected) == (1, 2)
    assert summary.rejects_file is not None
    items = tmp_path / "out" / f"rejects-items.{suffix}"
    again = check(tmp_path, summary.rejects_file, mapping)
    assert (again.accepted, again.rejected, again.reasons) == (0, 2, summary.reasons)
    assert not [one for one in lines(again) if one["rule"] == "items-without-case"]
    write(items, [{**one, "amount": "1234"} for one in lines_[1:]])
    assert check(tmp_path, summary.rejects_file, mapping).accepted == 1
    check(tmp_path, write_csv(tmp_path / "t.csv", [row(案件编号="C-1")]), mapping)
    assert not items.exists()


def test_corrected_rejects_run_through(tmp_path: Path) -> None:
    summary = check(tmp_path, write_csv(tmp_path / "t.csv", ROWS, encoding="gb18030"))
    assert summary.rejects_file is not None
    text = summary.rejects_file.read_bytes().decode("gb18030")
    for wrong, right in (
        ("王五、赵六", "王五"),
        ("03/04/2026", "2026-03-04"),
        ('"1,234"', "1234"),
        (",邮编000000,,", ",邮编000000,DK-1,"),
    ):
        assert wrong in text
        text = text.replace(wrong, right)
    summary.rejects_file.write_bytes(text.encode("gb18030"))
    again = check(tmp_path, summary.rejects_file)
    assert (again.accepted, again.rejected) == (2, 0)
    assert again.rejects_file is None
    assert not summary.rejects_file.exists()


def test_a_findings_file_is_no_formula(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "t.csv", [{"=cmd|x": "A", "@id": "B"}])
    text = 'columns: {"=cmd|x": id, "@id": "debts[].due_date"}'
    summary = check(tmp_path, file, text)
    assert lines(summary)
    for one in lines(summary):
        assert tuple(one) == HEADERS
        assert not any(
            cell[:1] in ("=", "+", "-", "@", "\t", "\r") for cell in one.values() if cell
        )
    for bad in ("=1", "+1", "-1", "@x", "\tx", "\rx", " =1", "＝1"):
        assert safe_cell(bad).startswith("'")
    assert safe_cell("1-1") == "1-1"


def test_what_nothing_proves_is_a_comment(call: Call, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "t.csv", [{"id": "A", "due date": "03/04/2026"}])
    assert "\n# dates: ymd" in call("map", file, "--pack", "CN", "--json").json["text"]


def test_the_order_of_days_is_proven_or_asked_for(call: Call, tmp_path: Path) -> None:
    def drafted(*days: str) -> str:
        rows = [{"id": "A", "due date": day, "contract date": "2025-01-05"} for day in days]
        file = write_csv(tmp_path / "t.csv", rows)
        text: str = call("map", file, "--pack", "CN", "--json").json["text"]
        return next(line for line in text.splitlines() if "dates:" in line)

    assert drafted("01.11.2026", "02.11.2026").startswith("# dates: ymd | dmy | mdy  #")
    assert drafted("01.11.2026", "13.11.2026") == "dates: dmy"
    assert drafted("11/30/2026") == "dates: mdy"
    assert drafted("13/11/2026", "11/13/2026").startswith("# dates:")
    assert drafted("2026-11-01") == "dates: ymd"


def test_what_tells_people_apart_is_never_proposed_as_a_constant(
    call: Call, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "t.csv", [{"Interest": "2.00", "currency": "CNY"}])
    text = call("map", file, "--pack", "CN", "--kind", "reminder", "--json").json["text"]
    columns, _, constants = text.partition("constants:")
    for path in ("id", "recipient.name", "recipient.address"):
        assert f"# …: {path}  #" in columns
    assert "due_date" in columns
    told = [line for line in constants.splitlines() if line.startswith("  ")]
    assert {line.split(":")[0].strip(' #"') for line in told if "kind: " not in line} <= {
        "recipient.type",
        "debts[].debt_kind",
        "debts[].cause",
    }
    with_draft = tmp_path / "m.yaml"
    with_draft.write_text(text, encoding="utf-8")
    assert not read_mapping(with_draft).findings


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_headers_below_a_title_are_proposed(call: Call, tmp_path: Path, suffix: str) -> None:
    rows = [["逾期明细表", ""], ["制表日", "2026-03-01"], list(GOOD), list(GOOD.values())]
    file = tmp_path / f"t.{suffix}"
    if suffix == "xlsx":
        write_book(file, {"明细": rows})
    else:
        with file.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(rows)
    said = call("map", file, "--pack", "CN", "--json")
    assert (said.code, said.rules) == (1, {"header-row-likely"})
    assert "--header-row 3" in call("map", file, "--pack", "CN").err
    said = call("map", file, "--pack", "CN", "--header-row", "3", "--json")
    assert "案件编号" in said.json["placed"] and "header_row: 3" in said.json["text"]


def test_a_draft_leaves_the_letter_to_the_ladder_and_places_holds(
    call: Call, tmp_path: Path
) -> None:
    line = {"id": "A", "due date": "2026-03-04", "停催原因": "争议", "停催至": "2026-05-01"}
    text = call("map", write_csv(tmp_path / "t.csv", [line]), "--pack", "CN", "--json").json["text"]
    assert "\ndates: ymd\n" in text
    assert "\nplan: {hold: 停催原因, hold_until: 停催至}\n" in text
    assert "\n# kind: " in text and "\nkind: " not in text


def test_a_hold_in_a_column_reaches_the_record(tmp_path: Path) -> None:
    mapping = "pack: CN\ncolumns: {案件编号: id}\nplan: {hold: 停催, hold_until: 停催至}\n"
    lines = [
        {"案件编号": "A", "停催": "争议", "停催至": "2026/5/1"},
        {"案件编号": "B", "停催": "未成年人", "停催至": ""},
        {"案件编号": "C", "停催": "", "停催至": ""},
        {"案件编号": "D", "停催": "", "停催至": "2026-05-01"},
    ]
    file = write_csv(tmp_path / "t.csv", lines)
    (tmp_path / "map.yaml").write_text(mapping, encoding="utf-8")
    column_map = read_mapping(tmp_path / "map.yaml")
    source = find_source(file, column_map, TableFormat())
    with TableRecords(source, column_map, load_pack(PACKS / "CN")) as table:
        holds = [record.data.get("holds") for _, record in table]
    assert holds == [["dispute until 2026-05-01"], ["minor"], None, ["blocked until 2026-05-01"]]


def test_a_table_that_cannot_be_read_is_told_in_the_reader_s_language(
    call: Call, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text("id;id\n1;2\n", encoding="utf-8")
    said = call("map", tmp_path / "t.csv", "--pack", "CN", "--lang", "zh")
    assert said.code == 1 and "表头 id 同时用于" in said.err and "stands over" not in said.err


GERMAN = {
    "Aktenzeichen": "D-7",
    "Kundenname": "Beat Muster",
    "Anrede": "Herr",
    "Kundentyp": "Privatkunde",
    "Straße": "Beispielweg 4",
    "PLZ": "00000",
    "Ort": "Musterdorf",
    "Forderungsgrund": "Reparatur",
    "Rechnungsnummer": "R-2026-31",
    "Fällig am": "31.03.2026",
    "Währung": "EUR",
    "Rechnungsbetrag": "1.730,50",
    "Zinssatz": "6,5",
    "Zahlung 1 Betrag": "100,00",
    "Zahlung 1 Datum": "10.04.2026",
    "Zahlung 2 Betrag": "",
    "Zahlung 2 Datum": "",
    "Schuhgröße": "38",
}
FRENCH = {
    "N° dossier": "F-9",
    "Nom du client": "Ada Exemple",
    "Civilité": "Mme",
    "Type de client": "particulier",
    "Rue": "12 rue du Modèle",
    "Code postal": "00000",
    "Ville": "Exempleville",
    "Objet": "facture",
    "Numéro de facture": "F-2026-0117",
    "Date d’échéance": "31/01/2026",
    "Devise": "EUR",
    "Montant de la facture": "1 250,50",
    "Frais": "20,00",
    "Pointure": "38",
}


@pytest.mark.parametrize(
    ("cells", "lost", "values", "amount"),
    [
        (GERMAN, "Schuhgröße", ("Privatkunde: consumer", "Herr: mr"), "1730.50"),
        (FRENCH, "Pointure", ("particulier: consumer", "Mme: ms"), "1250.50"),
    ],
)
def test_exports_in_other_languages_are_placed(
    call: Call,
    tmp_path: Path,
    cells: dict[str, str],
    lost: str,
    values: tuple[str, ...],
    amount: str,
) -> None:
    file = write_csv(tmp_path / "t.csv", [cells], delimiter=";")
    out = tmp_path / "map.yaml"
    asked = ("map", file, "--pack", "generic", "--kind", "reminder")
    said = call(*asked, "--json")
    assert said.json["unplaced"] == [lost]
    fields = {one["field"] for one in said.json["placed"].values()}
    assert {
        *("id", "recipient.name", "recipient.salutation", "recipient.type", "recipient.address"),
        *("debts[].contract_number", "debts[].due_date", "currency"),
        "items.price",
    } <= fields
    (cause,) = (one for one in said.json["offered"].values() if one["field"] == "debts[].cause")
    assert cause["match"] == "language", "a letter says it in two languages"
    assert all(one in said.json["text"] for one in values)
    assert call(*asked, "--out", out).code == 0
    column_map, pack = read_mapping(out), load_pack(PACKS / "generic")
    with TableRecords(find_source(file, column_map, TableFormat()), column_map, pack) as table:
        ((_, record),) = table
    assert not record.faults
    (debt,) = record.data["debts"]
    assert {"kind": "price", "amount": amount} in debt["items"]
    assert debt["due_date"] in ("2026-03-31", "2026-01-31")
    assert record.data["recipient"]["type"] == "consumer"
    assert len(record.data["recipient"]["address"]) >= 2


EXPORTS = HOME / "docs" / "exports"


@pytest.mark.heavy
def test_a_preset_s_draft_asks_only_for_what_no_column_says(call: Call, tmp_path: Path) -> None:
    table, customers = EXPORTS / "datev" / "OPOS-Debitoren.csv", EXPORTS / "datev/Debitoren.csv"
    draft = tmp_path / "datev.yaml"
    asked = ("map", table, "--preset", "datev-opos", "--customers", customers)
    said = call(*asked, "--pack", "DE", "--kind", "reminder", "--out", draft, "--json")
    assert said.code == 0 and said.json["missing"] == ["debts[].cause"]
    text = draft.read_text(encoding="utf-8")
    assert '# "debts[].cause": {de:' in text and "customers: {file: Debitoren.csv}" in text
    filled = text.replace('# "debts[].cause"', '"debts[].cause"')
    draft.write_text(filled, encoding="utf-8")
    sender = PACKS / "DE" / "examples" / "senders" / "sample-trader.yaml"
    batch = ("batch", table, "--map", draft, "--sender", sender, "--issue-date", "2026-05-18")
    checked = call(*batch, "--dry-run", "--out", tmp_path / "check", "--json")
    assert (checked.code, checked.json["accepted"]) == (0, 3)


def test_a_preset_s_draft_lets_a_day_say_whether_the_period_runs(call: Call) -> None:
    table = EXPORTS / "odoo" / "Journal Entry (account.move).csv"
    said = call("map", table, "--preset", "odoo-aged", "--pack", "NL", "--kind", "reminder")
    assert '# …: {to: "debts[].within_limitation", since: 2024-01-01}' in said.out


def test_what_goes_with_a_preset_only_is_said(call: Call) -> None:
    table = EXPORTS / "sap" / "FBL5N.XLSX"
    assert call("map", table, "--customers", table, "--pack", "DE").code == 2
    said = call("map", table, "--preset", "datev-opos", "--pack", "DE")
    assert said.code == 1 and "preset-column-missing" in said.err


DUTCH = {
    "Relatiecode": "1001",
    "Relatie": "Voorbeeld Bouw B.V.",
    "Adres": "Dorpsstraat 1",
    "Postcode": "1234 AB",
    "Plaats": "Voorbeelddam",
    "Land": "NL",
    "Factuurnr.": "2026-0101",
    "Vervaldatum": "31-07-2026",
    "Omschrijving": "Levering hout",
    "Factuurbedrag": "1.210,00",
    "Openstaand": "810,00",
}


def test_what_is_open_is_the_claim_and_the_parts_of_an_address_are_joined(
    call: Call, tmp_path: Path
) -> None:
    credit = {**DUTCH, "Factuurnr.": "C-7", "Factuurbedrag": "-210,00", "Openstaand": "-210,00"}
    file = write_csv(tmp_path / "t.csv", [DUTCH, credit], delimiter=";")
    said = call("map", file, "--pack", "NL", "--json")
    text = said.json["text"]
    assert "- {kind: principal, amount: Openstaand}" in text
    assert "# - {kind: principal, amount: Factuurbedrag}" in text, "else it is asked twice"
    assert "parts: {street: Adres, postcode: Postcode, town: Plaats, country: Land}" in text
    assert "group_by: [Relatiecode]" in text
    assert "# negative: credit_note | payment" in text, "a row is below zero"
    assert said.json["offered"]["Omschrijving"]["match"] == "language"


@pytest.mark.parametrize(
    ("headers", "lines"),
    [
        (("Adres", "Plaats"), ""),
        (("Straat", "Plaats"), "parts: {street: Straat, town: Plaats}"),
        (("Adresregel 1", "Adres 2", "Plaats"), "Plaats: recipient.address"),
        (("Adres", "Postcode"), "Postcode: recipient.address"),
    ],
)
def test_columns_that_are_no_parts_stay_lines_of_the_address(
    call: Call, tmp_path: Path, headers: tuple[str, ...], lines: str
) -> None:
    file = write_csv(tmp_path / "t.csv", [dict.fromkeys(headers, "x")])
    text = call("map", file, "--pack", "NL", "--json").json["text"]
    assert (lines or "parts: {street: Adres, town: Plaats}") in text


def test_an_open_sum_beside_interest_is_a_total(call: Call, tmp_path: Path) -> None:
    row = {"Case ID": "1", "Principal": "10.00", "Interest": "2.00", "Outstanding": "12.00"}
    file = write_csv(tmp_path / "t.csv", [row])
    said = call("map", file, "--pack", "CN", "--kind", "formal_demand", "--json").json
    assert said["placed"]["Outstanding"]["field"] == "stated_total"
    assert said["placed"]["Principal"]["field"] == "items.principal"


def test_a_customer_who_stands_once_above_his_rows_is_filled_down(
    call: Call, tmp_path: Path
) -> None:
    """Else his first row would be a letter, and the others rejects."""
    below = {**DUTCH, "Relatiecode": "", "Relatie": "", "Factuurnr.": "2026-0102"}
    total = {**dict.fromkeys(DUTCH, ""), "Openstaand": "1.620,00"}
    file = write_csv(tmp_path / "t.csv", [DUTCH, below, total], delimiter=";")
    text = call("map", file, "--pack", "NL", "--json").json["text"]
    assert "group_by: [Relatiecode]" in text and "fill_down: [Relatiecode]" in text
    file = write_csv(tmp_path / "u.csv", [DUTCH, total], delimiter=";")
    text = call("map", file, "--pack", "NL", "--json").json["text"]
    assert "group_by" not in text and "fill_down" not in text, "a sum is no row of a debt"


KINDS = ("Document Type", "单据类型", "凭证类型", "Belegart", "Type de pièce", "Soort document")


@pytest.mark.parametrize("kind", [*KINDS, "Tipo de documento"])
def test_what_rows_are_is_offered_with_the_values_seen(
    tmp_path: Path, call: Call, kind: str
) -> None:
    """And what may be anything, a reference or earlier letters, is placed nowhere."""
    file = tmp_path / "op.csv"
    head = f"Konto;Name;{kind};Rechnungsnummer;Ref;Fälligkeit;Betrag offen;Aanmaning;letzte Mahnung"
    rows = "1;A GmbH;RE;R-1;x;13.03.2026;5,00;1;01.04.2026\n1;A GmbH;GS;R-2;y;13.03.2026;7,00;;\n"
    file.write_text(f"{head}\n{rows}", encoding="utf-8")
    said = call("map", file, "--pack", "DE", "--kind", "reminder", "--json").json
    offered = {header: one["field"] for header, one in said["offered"].items()}
    assert offered == {
        kind: "rows.kind",
        "Ref": "rows.reference",
        "Aanmaning": "earlier.level",
        "letzte Mahnung": "earlier.date",
    }
    text = said["text"]
    assert "[RE, GS]}" in text and "# earlier: {levels: {" in text
    assert "date: letzte Mahnung, level: Aanmaning}" in text
    live = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    assert not any(header in line for line in live for header in offered)


def test_the_help_names_every_preset(call: Call) -> None:
    for command in ("map", "batch"):
        said = re.sub(r"-\s+", "-", call(command, "--help").out)  # lines end at hyphens
        assert [name for name in preset_names() if name not in said] == []
