"""Case files as people write them: Chinese keys, full-width colons, amounts with marks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from notices.case.record import Record, read_records
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from notices.tables.written_record import as_written

FLAT = """案件编号：CN-0001
法律包：CN
函件种类：reminder
币种：ＣＮＹ
姓名：甲测试
债务人类型: consumer
地址：
  - 示例省样本市虚构路1号
合同号：（2026）样购字第0302号
到期日：2026年3月1日
债务种类：licensed_loan
本金：¥12,345.60
利息：１５６．２５元
"""
NESTED = """案件编号：CN-0001
法律包：CN
函件种类：reminder
币种：ＣＮＹ
收件人：
  姓名：甲测试
  债务人类型：consumer
  地址：
    - 示例省样本市虚构路1号
债务：
  - 合同号：（2026）样购字第0302号
    到期日：二〇二六年三月一日
    债务种类：licensed_loan
    明细：
      - 种类：principal
        金额：¥12,345.60
      - {种类: interest, 金额: 156.25}
"""
DATA = {
    "id": "CN-0001",
    "pack": "CN",
    "kind": "reminder",
    "currency": "CNY",
    "recipient": {"name": "甲测试", "type": "consumer", "address": ["示例省样本市虚构路1号"]},
    "debts": [
        {
            "contract_number": "（2026）样购字第0302号",
            "due_date": "2026-03-01",
            "debt_kind": "licensed_loan",
            "items": [
                {"kind": "principal", "amount": "12345.60"},
                {"kind": "interest", "amount": "156.25"},
            ],
        }
    ],
}


@cache
def cn() -> Pack:
    return load_pack(PACKS / "CN")


def written(tmp_path: Path, text: str) -> Record:
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    (record,) = read_records(file)
    assert record.faults == ()
    return as_written(record, cn())


@pytest.mark.parametrize("text", [FLAT, NESTED])
def test_a_chinese_case_file_is_the_record_it_means(tmp_path: Path, text: str) -> None:
    record = written(tmp_path, text)
    assert record.data == DATA
    changed = {note.path: note.line for note in record.notes}
    assert changed["debts[0].due_date"] == text.split("到期日")[0].count("\n") + 1
    assert changed["debts[0].items[0].amount"] == text.split("¥")[0].count("\n") + 1
    assert {note.severity for note in record.notes} == {"note"}


def test_a_record_as_the_pack_writes_it_stays_as_it_is(tmp_path: Path) -> None:
    for file in sorted((PACKS / "CN" / "examples").glob("*.yaml")):
        (record,) = read_records(file)
        again = as_written(record, cn())
        assert again.data == record.data
        assert again.notes == ()
        assert {k: again.line(*k) for k in record.lines} == dict(record.lines)


def test_what_can_be_read_in_two_ways_is_told(tmp_path: Path) -> None:
    record = written(
        tmp_path, FLAT.replace("¥12,345.60", "1,234").replace("2026年3月1日", "03/04/2026")
    )
    assert {(n.rule, n.path) for n in record.notes if n.severity == "error"} == {
        ("value-ambiguous", "debts[0].items[0].amount"),
        ("value-ambiguous", "debts[0].due_date"),
    }


def test_texts_with_colons_stay_texts(tmp_path: Path) -> None:
    text = FLAT + "备注: |\n  姓名：乙\n  电话：无\n附件:\n  - 合同：复印件\n"
    record = written(tmp_path, text)
    assert record.data["备注"] == "姓名：乙\n电话：无\n"
    assert record.data["enclosures"] == ["合同：复印件"]


def test_an_unknown_key_is_left_for_the_check_to_name(tmp_path: Path) -> None:
    assert written(tmp_path, FLAT + "心情: 好\n").data["心情"] == "好"


@pytest.mark.parametrize(
    "text", ["债务: 无\n本金: 5\n", "收件人: 王五\n姓名: 王五\n", "姓名: {a: b}\n"]
)
def test_odd_shapes_end_in_findings_not_in_a_crash(tmp_path: Path, text: str) -> None:
    assert written(tmp_path, f"id: A-1\n{text}").data["id"] == "A-1"


@pytest.mark.parametrize("written", ["eur", "Eur", "€", "EUR"])
def test_a_currency_is_its_code_as_in_tables(tmp_path: Path, written: str) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(f"id: A-1\ncurrency: {written}\n", "utf-8")
    (record,) = read_records(file)
    made = as_written(record, load_pack(PACKS / "DE"))
    assert made.data["currency"] == "EUR"
    assert [note.rule for note in made.notes] == ([] if written == "EUR" else ["value-normalised"])
