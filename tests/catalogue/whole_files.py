"""The whole files that the examples of rules are parts of, and what is found in them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from notices.case.record import Record, read_records
from notices.case.schema import check_schema
from notices.catalogue import read_groups
from notices.catalogue.rule_examples import RuleExample
from notices.finding import Finding
from notices.pack.check import check_pack_folder
from notices.pack.load import load_pack
from notices.pack.types import Pack
from notices.places import PACKS
from notices.tables.presets import read_column_map
from notices.tables.row import TableError, TableFormat
from notices.tables.stated_totals import Counted, compare_expected, read_expected
from notices.tables.table_records import TableRecords, find_source
from tests.cli.calls import run_outside

BASE = Path(__file__).parent / "base"
SENDER = PACKS / "CN" / "examples" / "senders" / "sample-bank.yaml"
ZZ = Path(__file__).parent.parent / "packs" / "ZZ"
KEY = re.compile(r"^(\w+):", re.M)
COUNTED = Counted(2, Decimal("3120.00"))  # base/accounts.csv
ITEMS_FILE = (
    "items_file: {file: items.csv, key: case, items: [{kind_column: kind, amount: amount}]}\n"
)
DRAFTED = ("column-unplaced", "field-without-column", "header-row-likely")  # by `notices map`


@cache
def cn() -> Pack:
    return load_pack(PACKS / "CN")


def base(name: str) -> str:
    return (BASE / name).read_text(encoding="utf-8")


def with_part(whole: str, part: str) -> str:
    """The part's keys in place of the whole file's; a part without keys is the whole file."""
    keys = set(KEY.findall(part))
    if keys & {"recipient", "parties"}:
        keys |= {"recipient", "parties"}
    entries = re.split(r"^(?=\w+:)", whole, flags=re.M)
    kept = [entry for entry in entries if entry.partition(":")[0] not in keys]
    return "".join((*kept, "\n", part)) if keys else part


def found_in_record(example: RuleExample, part: str, encoding: str, to: Path) -> Sequence[Finding]:
    """What the check of a case finds where the part stands in its record or its profile."""
    if example.file.startswith("senders/"):
        text = with_part(SENDER.read_text(encoding="utf-8"), part)
        (to / "sender.yaml").write_text(text, encoding="utf-8")
        (case,), (sender,) = read_records(BASE / "case.yaml"), read_records(to / "sender.yaml")
        return check_schema(case, sender, cn())
    (to / "case.yaml").write_bytes(with_part(base("case.yaml"), part).encode(encoding))
    (case,) = read_records(to / "case.yaml")
    named = example.found.rule != "sender-missing" or "sender" in case.data
    profile: Record | None = read_records(SENDER)[0] if named else None
    return check_schema(case, profile, cn())


def found_in_table(example: RuleExample, part: str, encoding: str, to: Path) -> Sequence[Finding]:
    """What the reading of a table finds where the part is its text, its mapping or its items."""
    mapping, table = base("map.yaml"), base("accounts.csv")
    file = to / ("accounts.xlsx" if "sheet:" in part else "accounts.csv")
    if example.file == "command":
        words = re.findall(r"--expect (\S+)", part)
        return compare_expected(read_expected(words), COUNTED, "accounts.csv")
    if example.found.rule in read_groups()["grouping"].rules:
        mapping = f"group_by: [case]\n{mapping}"
        if example.found.rule == "fill-down-json" and part is example.fails:
            mapping = f"fill_down: [case]\n{mapping}"
        if "paid" in part:
            mapping = f"paid: paid\n{mapping}"
        if example.found.rule == "sum-below-zero":
            mapping = f"sum_rows: [account]\n{mapping}"
        if example.found.rule in ("sum-counted", "sum-unproven"):
            mapping = f"sum_rows: [account, due]\n{mapping}"
        if example.found.rule == "title-sum-differs":
            mapping = f"title_rows: {{column: account, as: case}}\n{mapping}"
        if "sign" in part:
            mapping = f'signs: {{column: sign, values: {{S: "+", H: "-"}}}}\n{mapping}'
        skips = example.found.rule == "row-below-zero"
        mapping = f"negative: {'{skip: said}' if skips else 'credit_note'}\n{mapping}"
    if example.found.rule == "skipped-below-zero":
        mapping = f"only: {{case: [A-2]}}\nskip: {{case: [A-1]}}\n{mapping}"
    if example.file == "accounts.csv" and "currency" in part:
        mapping = mapping.replace("columns:\n", "columns:\n  currency: currency\n")
    if example.file == "accounts.csv" and "level,last" in part:
        levels = "{1: reminder, 2: reminder 2}"
        until = ", pay_by: until" if "until" in part else ""
        mapping = f"earlier: {{level: level, date: last{until}, levels: {levels}}}\n{mapping}"
    if example.file == "map.yaml":
        mapping = with_part(mapping, part)
    elif example.file == "items.csv":
        mapping = re.sub(r"^items:\n.*\n", "ignore: [amount]\n" + ITEMS_FILE, mapping, flags=re.M)
    else:
        file, table = to / example.file, part
    items = part if example.file == "items.csv" else base("items.csv")
    (to / "items.csv").write_text(items, encoding="utf-8")
    if file.suffix == ".xlsx":
        write_book(file, table if "[" in table else f"[January]\n{table}")
    else:
        file.write_bytes(table.encode(encoding))
    if example.found.rule in DRAFTED:
        said = run_outside("map", file, "--pack", "CN", "--kind", "reminder", "--json", cwd=to)
        return [of_record(found) for found in said.json["findings"]]
    (to / "map.yaml").write_text(mapping, encoding="utf-8")
    return found_by_reading(file, to / "map.yaml")


def of_record(found: dict[str, str]) -> Finding:
    """What a command found; its sentence in place of the parameters."""
    return Finding(found["rule"], found["severity"], path=found["path"], params=found["message"])


def found_by_reading(file: Path, mapping: Path) -> Sequence[Finding]:
    try:
        column_map = read_column_map(file, mapping, TableFormat())
        with TableRecords(
            find_source(file, column_map, TableFormat()), column_map, cn()
        ) as records:
            of_rows = [f for _, r in records for f in (*r.faults, *r.notes)]
            return (*records.findings, *of_rows, *records.unused_items())
    except TableError as error:
        return error.findings


def write_book(file: Path, text: str) -> None:
    """A workbook of what an example shows: sheets, rows, and what a row's remark says."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in re.findall(r"^\[(.+)\]\n([^\[]*)", text, re.M):
        sheet = book.create_sheet(name)
        for number, line in enumerate(rows.splitlines(), 1):
            cells, _, remark = line.partition("   # ")
            sheet.append(cells.split(","))
            remark_on(sheet, number, remark)
    book.save(file)


def remark_on(sheet: Worksheet, row: int, remark: str) -> None:
    for cell in sheet[row]:
        if cell.value == "#REF!":
            cell.data_type = "e"
    if remark in ("hidden", "filtered out"):
        sheet.row_dimensions[row].hidden = True
    if remark == "filtered out":
        sheet.auto_filter.ref = f"A1:E{row}"
        sheet.auto_filter.add_filter_column(0, ["A-1"])
    if merged := re.match(r"(\w+:\w+) are merged", remark):
        sheet.merge_cells(merged[1])
    if dated := re.match(r"(\w+) has the format of a date", remark):
        sheet[dated[1]].value = int(str(sheet[dated[1]].value))
        sheet[dated[1]].number_format = "yyyy-mm-dd"


def found_in_pack(example: RuleExample, part: str, to: Path) -> Sequence[Finding]:
    """What the check of the made-up pack finds with the part in its place."""
    root = Path(shutil.copytree(ZZ, to / "ZZ"))
    file = root / example.file
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    assert text.count(example.place) == 1 or not text, f"{example.file}: {example.place}"
    file.write_text(text.replace(example.place, part, 1) if text else part, encoding="utf-8")
    return check_pack_folder(root, as_of=date(2026, 4, 1))[1]
