"""Tables for tests: the same rows as CSV, XLSX and JSONL, and sheets with faults."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

MAPPING = """
pack: CN
kind: reminder
total: 本金
columns:
  案件编号: id
  姓名: recipient.name
  类型: {to: recipient.type, values: {个人: consumer, 企业: business}}
  地址: recipient.address
  邮编: recipient.address
  合同号: "debts[].contract_number"
  到期日: "debts[].due_date"
  起息: "debts[].stated_interest_from"
constants:
  level: "1"
  currency: CNY
  issue_date: "2026-03-27"
  "debts[].debt_kind": licensed_loan
  "debts[].cause": {zh-Hans: 个人消费贷款, en: Personal loan}
items:
  - {kind: principal, amount: 本金}
  - {kind: interest, amount: 利息}
"""
GOOD = {
    "案件编号": "CN-0001",
    "姓名": "甲测试",
    "类型": "个人",
    "地址": "示例省样本市虚构路1号",
    "邮编": "邮编000000",
    "合同号": "DK-2025-0815-0001",
    "到期日": "2026-03-20",
    "起息": "2025-10-20",
    "本金": "3000.00",
    "利息": "156.25",
}
HEADERS = tuple(GOOD)


def row(**changes: Any) -> dict[str, Any]:
    """A good row with these changes; another case has another contract."""
    case = changes.get("案件编号", GOOD["案件编号"])
    own = {} if case == GOOD["案件编号"] else {"合同号": f"DK-2025-0815-{case}"}
    return {**GOOD, **own, **changes}


def write_csv(
    file: Path, rows: Iterable[Mapping[str, str]], encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    rows = list(rows)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(rows[0])
    writer.writerows(one.values() for one in rows)
    file.write_bytes(text.getvalue().encode(encoding))
    return file


def write_jsonl(file: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    lines = (json.dumps(dict(one), ensure_ascii=False) + "\n" for one in rows)
    file.write_text("".join(lines), encoding="utf-8")
    return file


def write_xlsx(file: Path, rows: Iterable[Mapping[str, Any]], name: str = "明细") -> Path:
    rows = list(rows)
    return write_book(file, {name: [list(rows[0]), *(list(one.values()) for one in rows)]})


def write_book(file: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for values in rows:
            sheet.append(list(values))
        for cell in (cell for cells in sheet.iter_rows() for cell in cells):
            if cell.data_type == "f":  # text that looks like a formula is text here
                cell.data_type = "s"
    book.save(file)
    return file


def typed(values: Mapping[str, str]) -> dict[str, Any]:
    """The row as a careful spreadsheet holds it: amounts as numbers, days as dates."""
    made: dict[str, Any] = dict(values)
    for name in ("本金", "利息"):
        if made[name].replace(".", "").isdigit():
            made[name] = Decimal(made[name])
    for name in ("到期日", "起息"):
        made[name] = date.fromisoformat(made[name])
    return made
