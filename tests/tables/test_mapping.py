"""Mappings: columns to fields, items, trust, and the same verdict from every kind of table."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from notices.case.record import Record, read_records
from notices.case.schema import check_schema
from notices.catalogue import hint
from notices.finding import Finding
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from notices.tables.mapping import read_mapping
from notices.tables.mapping_compile import compile_mapping
from notices.tables.row import Row, TableError, TableFormat
from notices.tables.stated_totals import Counted, compare_expected, read_expected
from notices.tables.table_records import Source, TableRecords, find_source, without_faults
from tests.tables.tables_made import (
    GOOD,
    HEADERS,
    MAPPING,
    row,
    typed,
    write_csv,
    write_jsonl,
    write_xlsx,
)

SENDER = PACKS / "CN" / "examples" / "senders" / "sample-bank.yaml"


@cache
def cn() -> Pack:
    return load_pack(PACKS / "CN")


@cache
def sender() -> Record:
    return read_records(SENDER)[0]


def found_in(text: str, tmp_path: Path, headers: tuple[str, ...] = HEADERS) -> list[Finding]:
    file = tmp_path / "map.yaml"
    file.write_text(text, encoding="utf-8")
    return list(compile_mapping(read_mapping(file), cn(), headers, tmp_path / "t.csv")[1])


def records(file: Path, text: str = MAPPING) -> list[Record]:
    mapping = file.parent / "map.yaml"
    mapping.write_text(text, encoding="utf-8")
    column_map = read_mapping(mapping)
    assert not column_map.findings
    with TableRecords(find_source(file, column_map, TableFormat()), column_map, cn()) as table:
        return [record for _, record in table]


def one(tmp_path: Path, changes: Mapping[str, str], text: str = MAPPING) -> Record:
    (record,) = records(write_csv(tmp_path / "t.csv", [{**GOOD, **changes}]), text)
    return record


def verdict(record: Record) -> set[tuple[int, str]]:
    checked = check_schema(without_faults(record), sender(), cn())
    return {(f.line, f.rule) for f in (*record.faults, *checked)}


def rules(findings: Any) -> set[str]:
    return {finding.rule for finding in findings}


def test_a_row_becomes_a_record(tmp_path: Path) -> None:
    record = one(tmp_path, {})
    assert record.data == {
        "id": "CN-0001",
        "pack": "CN",
        "kind": "reminder",
        "level": "1",
        "currency": "CNY",
        "issue_date": "2026-03-27",
        "recipient": {
            "name": "甲测试",
            "type": "consumer",
            "address": ["示例省样本市虚构路1号", "邮编000000"],
        },
        "debts": [
            {
                "debt_kind": "licensed_loan",
                "cause": {"zh-Hans": "个人消费贷款", "en": "Personal loan"},
                "contract_number": "DK-2025-0815-0001",
                "due_date": "2026-03-20",
                "stated_interest_from": "2025-10-20",
                "items": [
                    {"kind": "principal", "amount": "3000.00"},
                    {"kind": "interest", "amount": "156.25"},
                ],
            }
        ],
    }
    assert (record.faults, record.notes, record.line("debts", 0, "due_date")) == ((), (), 2)
    assert check_schema(record, sender(), cn()) == ()


BY_LANGUAGE = (
    MAPPING.replace(
        "姓名: recipient.name\n", "姓名: recipient.name.zh-Hans\n  Name: recipient.name.en\n"
    )
    .replace(
        "  地址: recipient.address\n  邮编: recipient.address\n",
        "  地址: recipient.address.zh-Hans\n  邮编: recipient.address.zh-Hans\n"
        '  Address: {to: recipient.address.en, split: "; "}\n'
        '  附件: "enclosures[0].zh-Hans"\n  Enclosure: "enclosures[0].en"\n',
    )
    .replace("amount: 本金}", "amount: 本金, note: {zh-Hans: 备注, en: Note}}")
)


def test_columns_fill_the_sides_of_a_field(tmp_path: Path) -> None:
    further = {
        **{"Name": "Jia Ceshi", "Address": "1 Xugou Road; Yangben", "附件": "账单"},
        **{"Enclosure": "bill", "备注": "首期", "Note": "first"},
    }
    record = one(tmp_path, further, BY_LANGUAGE)
    assert record.data["recipient"]["name"] == {"zh-Hans": "甲测试", "en": "Jia Ceshi"}
    assert record.data["recipient"]["address"] == {
        "zh-Hans": ["示例省样本市虚构路1号", "邮编000000"],
        "en": ["1 Xugou Road", "Yangben"],
    }
    assert record.data["enclosures"] == [{"zh-Hans": "账单", "en": "bill"}]
    assert record.data["debts"][0]["items"][0]["note"] == {"zh-Hans": "首期", "en": "first"}
    assert check_schema(record, sender(), cn()) == ()


def test_a_side_s_empty_column_says_nothing(tmp_path: Path) -> None:
    further = dict.fromkeys(("Name", "Address", "附件", "Enclosure", "备注", "Note"), "")
    record = one(tmp_path, further, BY_LANGUAGE)
    assert record.data["recipient"]["name"] == {"zh-Hans": "甲测试"}
    assert not record.data["enclosures"] and "note" not in record.data["debts"][0]["items"][0]
    assert check_schema(record, sender(), cn()) == ()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("recipient.name.en", "recipient.name.eng"), "mapping-path"),
        (("recipient.name.zh-Hans", "recipient.name"), "mapping-twice"),
        (("note: {zh-Hans: 备注, en: Note}", "note: {zh-Hans: 备注, eng: Note}"), "mapping-path"),
        (('"enclosures[0].en"', '"enclosures[0].english"'), "mapping-path"),
    ],
)
def test_sides_that_no_field_has(tmp_path: Path, change: tuple[str, str], rule: str) -> None:
    text = BY_LANGUAGE.replace(*change)
    assert text != BY_LANGUAGE
    headers = (*HEADERS, "Name", "Address", "附件", "Enclosure", "备注", "Note")
    assert rules(found_in(text, tmp_path, headers)) == {rule}


def test_noughts_beyond_the_minor_unit_say_nothing(tmp_path: Path) -> None:
    record = one(tmp_path, {"本金": "3000.0000"})
    assert verdict(record) == set()


DEFECTS: Mapping[str, tuple[dict[str, str], str]] = {
    "no name": ({"姓名": ""}, "required-field"),
    "two people": ({"姓名": "王五、赵六"}, "two-people-in-one-name"),
    "unknown type": ({"类型": "外星人"}, "unknown-code"),
    "no address": ({"地址": "", "邮编": ""}, "required-field"),
    "impossible day": ({"到期日": "2026-02-30"}, "impossible-date"),
    "unclear day": ({"到期日": "03/04/2026"}, "value-ambiguous"),
    "unclear amount": ({"本金": "1,234"}, "value-ambiguous"),
    "not an amount": ({"本金": "三千"}, "not-a-number"),
    "negative": ({"本金": "-3000.00"}, "negative-amount"),
    "third decimal": ({"本金": "3000.001"}, "too-many-decimals"),
    "no item": ({"本金": "", "利息": "0.00"}, "required-field"),
    "digits lost": ({"合同号": "6.22202E+18"}, "digits-lost"),
    "postcode lost": ({"邮编": "2.00E+05"}, "digits-lost"),
    "name lost": ({"姓名": "１.3E+10"}, "digits-lost"),
    "other currency": ({"本金": "USD 3000"}, "currency-differs"),
    "garbled": ({"姓名": "锟斤拷"}, "broken-characters"),
    "replaced": ({"地址": "示例省\ufffd市"}, "broken-characters"),
    "a formula": ({"姓名": "=cmd|' /C calc'!A0"}, "formula-text"),
    "invisible": ({"姓名": "甲\u200b测试"}, "unsafe-characters"),
    "formula in id": ({"案件编号": "=1+1"}, "unsafe-id"),
    "telling id": ({"案件编号": "debt-1"}, "unsafe-id"),
    "no id": ({"案件编号": ""}, "required-field"),
    "reference form": ({"合同号": "<b>2026"}, "wrong-form"),
}


@pytest.mark.parametrize("char", ["\0", "\x01", "\x1a", "\x7f"])
@pytest.mark.parametrize("column", ["姓名", "本金", "案件编号"])
def test_a_control_character_rejects_its_row_alone(tmp_path: Path, column: str, char: str) -> None:
    damaged = row(**{column: f"1{char}2"})
    rows = [row(), damaged, row(**{"案件编号": "CN-0003"})]
    for file in (write_csv(tmp_path / "t.csv", rows), write_jsonl(tmp_path / "t.jsonl", rows)):
        first, second, third = records(file)
        assert verdict(first) == verdict(third) == set()
        assert (column, "control-character") in {(f.path, f.rule) for f in second.faults}


@pytest.mark.parametrize("name", DEFECTS)
def test_csv_xlsx_and_jsonl_give_the_same_verdict(tmp_path: Path, name: str) -> None:
    changes, rule = DEFECTS[name]
    rows = [row(), row(**changes)]
    files = (
        write_csv(tmp_path / "t.csv", rows),
        write_xlsx(tmp_path / "t.xlsx", rows),
        write_jsonl(tmp_path / "t.jsonl", rows),
    )
    (_, csv), (_, xlsx), (_, jsonl) = (records(file) for file in files)
    assert rule in {name for _, name in verdict(csv)}
    assert csv.data == xlsx.data == jsonl.data
    assert {r for _, r in verdict(csv)} == {r for _, r in verdict(xlsx)}
    assert {r for _, r in verdict(csv)} == {r for _, r in verdict(jsonl)}
    assert {line for line, _ in verdict(csv)} == {line for line, _ in verdict(xlsx)} == {3}


def test_typed_cells_give_the_same_record(tmp_path: Path) -> None:
    rows = [row(案件编号=f"C-{i}", 本金=f"{i}000.5") for i in range(1, 9)]
    as_text = records(write_csv(tmp_path / "t.csv", rows))
    as_typed = records(write_xlsx(tmp_path / "t.xlsx", [typed(one) for one in rows]))
    for a, b in zip(as_text, as_typed, strict=True):
        assert a.data == b.data
        assert not b.notes


def test_every_change_is_a_note_with_private_values_masked(tmp_path: Path) -> None:
    record = one(tmp_path, {"到期日": "2026/3/20", "合同号": "ＤＫ１２", "本金": "￥3,000.00"})
    assert not record.faults
    assert {(n.rule, n.path, n.params["before"], n.params["after"]) for n in record.notes} == {
        ("value-normalised", "到期日", "2026/3/20", "2026-03-20"),
        ("value-normalised", "合同号", "••••", "••••"),
        ("value-normalised", "本金", "￥3,000.00", "3000.00"),
    }


@pytest.mark.parametrize(
    "path", ["sender.intends_to_act", "intends_to_act", "sender.lawyer_name", "sender.role"]
)
@pytest.mark.parametrize("where", ["columns", "constants"])
def test_trust_never_comes_from_a_mapping(tmp_path: Path, path: str, where: str) -> None:
    said = f"姓名: {path}" if where == "columns" else f'{path}: "true"'
    assert "mapping-trust" in rules(found_in(f"{where}:\n  {said}\n", tmp_path))


def test_limitation_is_no_constant(tmp_path: Path) -> None:
    text = 'constants:\n  "debts[].limitation_uncertain": "false"\n'
    assert "mapping-trust" in rules(found_in(text, tmp_path))
    text = 'constants:\n  "debts[].within_limitation": "true"\n'
    assert "mapping-trust" in rules(found_in(text, tmp_path))
    text = '{columns: {姓名: "debts[].limitation_uncertain"}}'
    assert "mapping-trust" not in rules(found_in(text, tmp_path))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("columns: {姓名: recipient.nme}", "mapping-path"),
        ('columns: {本金: "debts[].items[].amount"}', "mapping-place"),
        ('columns: {姓名: "parties[].name"}', "mapping-place"),
        ("constants: {id: A-1}", "mapping-constant"),
        ("constants: {recipient.name: 甲}", "mapping-constant"),
        ('constants: {"parties[0].name": 甲}', "mapping-constant"),
        ('constants: {"debts[].contract_number": DK-1}', "mapping-constant"),
        ("columns: {姓名: id, 地址: id}", "mapping-twice"),
        ("columns: {nobody: id}", "column-missing"),
        ("columns: [a]", "mapping-shape"),
        ("colums: {姓名: id}", "mapping-key"),
        ("dates: ddmmyy", "mapping-value"),
        ('{decimal: ",", thousands: ","}', "mapping-value"),
        ("items: [{kind: gold, amount: 本金}]", "mapping-path"),
        ("items: [{amount: 本金}]", "mapping-shape"),
        ("items: [{kind: principal, amount: nobody}]", "column-missing"),
        ("columns: {姓名: id", "broken-text"),
        ("columns: {姓名: id, 姓名: id}", "duplicate-key"),
        ("columns: {姓名: recipient.name}", "column-unmapped"),
    ],
)
def test_faults_of_a_mapping(tmp_path: Path, text: str, rule: str) -> None:
    assert rule in rules(found_in(text, tmp_path))


def test_a_constant_with_an_unknown_code_is_told_once_at_its_line(tmp_path: Path) -> None:
    text = 'columns: {}\nconstants:\n  currency: CNY\n  "debts[].debt_kind": goods\n'
    (fault,) = [f for f in found_in(text, tmp_path) if f.severity == "error"]
    assert (fault.rule, fault.line) == ("unknown-code", 4)
    assert "trade_invoice" in fault.params["allowed"]


@pytest.mark.parametrize(
    "path", ["debts[].items[].amount", "debts[].payments[].date", "parties[].name", "recipient.nme"]
)
def test_a_refused_path_is_never_its_own_remedy(tmp_path: Path, path: str) -> None:
    found = found_in(f'columns: {{姓名: "{path}"}}', tmp_path)
    (fault,) = [one for one in found if one.severity == "error"]
    assert fault.params.get("near") != path
    assert f"Nearest: {path}" not in hint(fault, "en")


def test_numbered_columns_repeat(tmp_path: Path) -> None:
    text = """
columns: {id: id}
items:
  - {kind_column: "item{n}_kind", amount: "item{n}_amount", values: {本: principal, 息: interest}}
payments:
  - {amount: 已还, date: 还款日}
"""
    cells = {"id": "A", "已还": "5", "还款日": "2026-01-02"}
    cells |= {"item1_kind": "本", "item1_amount": "10", "item2_kind": "息", "item2_amount": "2"}
    cells |= {"item3_kind": "", "item3_amount": ""}
    for write in (write_csv, write_jsonl, write_xlsx):
        suffix = {write_csv: "csv", write_jsonl: "jsonl", write_xlsx: "xlsx"}[write]
        (record,) = records(write(tmp_path / f"t.{suffix}", [cells]), text)
        assert record.data["debts"] == [
            {
                "items": [
                    {"kind": "principal", "amount": "10"},
                    {"kind": "interest", "amount": "2"},
                ],
                "payments": [{"amount": "5", "date": "2026-01-02"}],
            }
        ]


def test_items_from_a_second_file(tmp_path: Path) -> None:
    text = """
columns: {id: id}
items_file:
  file: items.csv
  key: case
  items: [{kind_column: kind, amount: amount, date: day}]
"""
    items = [
        {"case": "B", "kind": "principal", "amount": "20", "day": "2026-01-02"},
        {"case": "A", "kind": "principal", "amount": "10", "day": "2026/1/3"},
        {"case": "A", "kind": "interest", "amount": "1,234", "day": ""},
        {"case": "Z", "kind": "interest", "amount": "9", "day": ""},
    ]
    write_csv(tmp_path / "items.csv", items)
    file = write_csv(tmp_path / "t.csv", [{"id": "A"}, {"id": "B"}, {"id": "C"}])
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    column_map = read_mapping(tmp_path / "map.yaml")
    with TableRecords(find_source(file, column_map, TableFormat()), column_map, cn()) as table:
        a, b, c = (record for _, record in table)
        unused = table.unused_items()
        place = table.items.place if table.items else None
    assert a.data["debts"][0]["items"][0] == {
        "kind": "principal",
        "amount": "10",
        "date": "2026-01-03",
    }
    (fault,) = a.faults
    assert (fault.rule, fault.file, fault.line) == (
        "value-ambiguous",
        str(tmp_path / "items.csv"),
        4,
    )
    assert len(b.data["debts"][0]["items"]) == 1
    assert "items" not in c.data["debts"][0]
    assert [(f.rule, f.line) for f in unused] == [("items-without-case", 5)]
    assert place is not None
    assert not place.exists()


def test_second_parties_and_debts_stand_only_where_the_row_has_them(tmp_path: Path) -> None:
    text = """
columns:
  id: id
  name: "parties[0].name"
  name2: "parties[1].name"
  due2: "debts[1].due_date"
constants: {"parties[0].type": consumer, "parties[1].type": consumer}
"""
    rows = [
        {"id": "A", "name": "甲", "name2": "", "due2": ""},
        {"id": "B", "name": "甲", "name2": "乙", "due2": "2026-01-02"},
    ]
    first, second = records(write_csv(tmp_path / "t.csv", rows), text)
    assert first.data["parties"] == [{"name": "甲", "type": "consumer"}]
    assert [party["name"] for party in second.data["parties"]] == ["甲", "乙"]
    assert [debt.get("due_date") for debt in second.data["debts"]] == [None, "2026-01-02"]
    assert len(first.data["debts"]) == 1


def test_blanks_and_holds(tmp_path: Path) -> None:
    text = (
        "columns: {id: id, salutation: recipient.salutation}\nblanks: [N/A]\nplan: {hold: 停催}\n"
    )
    file = write_csv(tmp_path / "t.csv", [{"id": "A", "salutation": "N/A", "停催": " dispute "}])
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    column_map = read_mapping(tmp_path / "map.yaml")
    with TableRecords(Source(file, TableFormat()), column_map, cn()) as table:
        ((line, record),) = table
        assert line and record.data["holds"] == ["dispute"]
    assert record.data["recipient"] == {}


def test_total_rows_are_no_cases(tmp_path: Path) -> None:
    empty = dict.fromkeys(GOOD, "")
    rows = [row(), {**empty, "案件编号": "合  计:", "本金": "3000.00"}]
    good, total = records(write_csv(tmp_path / "t.csv", rows))
    assert not good.faults
    assert "total-row" in rules(total.faults)


def test_hidden_rows_are_refused_unless_accepted(tmp_path: Path) -> None:
    note = Finding("hidden-row", "error", "t.xlsx", 2, "", {"sheet": "s"})
    for text, severity in (("", "error"), ("hidden_rows: accept\n", "note")):
        file = tmp_path / "map.yaml"
        file.write_text(text + "columns: {id: id}\n", encoding="utf-8")
        mapper, _ = compile_mapping(read_mapping(file), cn(), ("id",), tmp_path)
        assert mapper is not None
        record = mapper.record(Row("t.xlsx", "s", 2, {"id": "A"}, (note,)))
        assert [f.severity for f in (*record.faults, *record.notes)] == [severity]


def test_faults_of_columns_that_nobody_needs_do_not_reject(tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text("columns: {id: id}\n", encoding="utf-8")
    mapper, found = compile_mapping(read_mapping(file), cn(), ("id", "x"), tmp_path)
    assert mapper is not None
    assert [f.severity for f in found] == ["warning"]
    note = Finding("formula-error", "error", "t.xlsx", 2, "x", {"sheet": "s", "column": "x"})
    assert not mapper.record(Row("t.xlsx", "s", 2, {"id": "A", "x": "#REF!"}, (note,))).faults


def test_a_table_without_rows_is_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id\n", encoding="utf-8")
    (tmp_path / "map.yaml").write_text("columns: {id: id}\n", encoding="utf-8")
    with pytest.raises(TableError) as error:
        TableRecords(
            Source(tmp_path / "t.csv", TableFormat()), read_mapping(tmp_path / "map.yaml"), cn()
        )
    assert rules(error.value.findings) == {"no-rows"}


def test_two_columns_merged_into_one_are_told_at_both(tmp_path: Path) -> None:
    """The second one's value is not there: an empty amount would make no item."""
    from openpyxl import load_workbook

    file = write_xlsx(tmp_path / "t.xlsx", [{"x": "1", **GOOD}])
    book = load_workbook(file)
    assert book.active is not None
    book.active.merge_cells("A2:B2")
    book.save(file)
    (record,) = records(file)
    assert [(f.rule, f.path) for f in record.faults] == [("merged-cells", "案件编号")]


def test_what_the_source_states_is_compared() -> None:
    counted = Counted(3, Decimal("10.50"), 0)
    assert compare_expected(read_expected(["rows=3", "total=10.5"]), counted, "t") == ()
    assert rules(compare_expected(read_expected(["rows=4 total=11"]), counted, "t")) == {
        "expected-rows",
        "expected-total",
    }
    unread = Counted(3, Decimal("10.50"), 1)
    assert rules(compare_expected(read_expected(["total=10.50"]), unread, "t")) == {
        "expected-total"
    }
    for words in ("rows=x", "total=NaN", "many"):
        assert rules(read_expected([words]).findings) == {"expected-form"}
