"""Rejects, run again as they are: the same rows are rejected for the same reasons, always."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from notices.batch.dry_summary import Summary
from notices.tables.rows import read_rows
from tests.cli.test_map import check, lines
from tests.tables.tables_made import GOOD, HEADERS, row, write_csv, write_jsonl, write_xlsx
from tests.tables.test_mapping import DEFECTS

PLACES = {name: f"{column}" for name, column in zip(HEADERS, "ABCDEFGHIJ", strict=True)}
SPOIL: dict[str, Callable[[Worksheet, int], Any]] = {
    "formula by itself": lambda s, n: put(s, "本金", n, "=60000+1234.56"),
    "formula of other cells": lambda s, n: put(s, "利息", n, f"=I{n}*2+I2"),
    "formula in a name": lambda s, n: put(s, "姓名", n, '=HYPERLINK("http://x","y")'),
    "error value": lambda s, n: put(s, "姓名", n, "#REF!", "e"),
    "error in an amount": lambda s, n: put(s, "利息", n, "#N/A", "e"),
    "digits lost": lambda s, n: put(s, "合同号", n, 6222020000000012345678),
    "no day": lambda s, n: put(s, "到期日", n, 20260327, form="yyyy-mm-dd"),
    "the day that never was": lambda s, n: put(s, "起息", n, 60, form="yyyy-mm-dd"),
    "hidden": lambda s, n: hide(s, n),
    "control character": lambda s, n: put(s, "姓名", n, "甲_x0007_测试"),
    "too wide": lambda s, n: s.cell(n, 12, "3000.00"),
    "merged down": lambda s, n: s.merge_cells(f"D{n}:D{n + 1}"),
    "merged below": lambda s, n: put(s, "地址", n, "邻居路9号"),
    "merged across": lambda s, n: s.merge_cells(f"I{n}:J{n}"),
    "merged with a blank row": lambda s, n: s.merge_cells(f"B{n}:B{n + 1}"),
}


def put(sheet: Worksheet, name: str, at: int, value: Any, kind: str = "", form: str = "") -> None:
    cell = sheet[f"{PLACES[name]}{at}"]
    if type(cell).__name__ == "MergedCell":
        return
    cell.value = value
    cell.data_type = kind or cell.data_type
    cell.number_format = form or cell.number_format


def hide(sheet: Worksheet, at: int) -> None:
    sheet.row_dimensions[at].hidden = True


def spoilt(file: Path, only: str = "") -> Path:
    """One good row, then a row for each way to spoil one, then a blank one and another good one."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(list(HEADERS))
    spoil = {name: how for name, how in SPOIL.items() if name.startswith(only)}
    ids = ["good", *spoil]
    for name in ids:
        sheet.append(list(row(案件编号=name.replace(" ", "-")).values()))
    for at, how in enumerate(spoil.values(), start=3):
        how(sheet, at)
    sheet.append([None])
    sheet.append(list(row(案件编号="good-too").values()))
    book.save(file)
    return file


def reasons(summary: Summary) -> list[list[str]]:
    """The rules of each rejected row, row by row."""
    by_row: dict[int, set[str]] = {}
    for one in lines(summary):
        if one["severity"] == "error":
            by_row.setdefault(int(one["row"]), set()).add(one["rule"])
    return [sorted(by_row[number]) for number in sorted(by_row)]


def run_again(tmp_path: Path, first: Summary) -> Summary:
    assert first.rejects_file is not None
    return check(tmp_path, first.rejects_file)


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl", "json"])
def test_no_defect_of_a_row_is_lost_in_the_rejects(tmp_path: Path, suffix: str) -> None:
    rows = [
        row(案件编号="good"),
        *(row(**{"案件编号": f"D-{n}", **d}) for n, (d, _) in enumerate(DEFECTS.values())),
    ]
    file = tmp_path / f"t.{suffix}"
    write = {"csv": write_csv, "xlsx": write_xlsx, "jsonl": write_jsonl, "json": write_list}
    summary = check(tmp_path, write[suffix](file, rows))
    assert (summary.accepted, summary.rejected) == (1, len(DEFECTS))
    again = run_again(tmp_path, summary)
    assert (again.accepted, again.rejected) == (0, len(DEFECTS))
    assert again.reasons == summary.reasons


def write_list(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return file


def test_no_defect_of_a_workbook_is_lost_in_the_rejects(tmp_path: Path) -> None:
    summary = check(tmp_path, spoilt(tmp_path / "t.xlsx"))
    assert (summary.accepted, summary.rejected) == (2, len(SPOIL))
    told = reasons(summary)
    first = hashlib.sha256((summary.rejects_file or tmp_path).read_bytes()).hexdigest()
    again = run_again(tmp_path, summary)
    assert (again.accepted, again.rejected) == (0, len(SPOIL))
    # What a formula of other cells would come to is not known here: it becomes an error.
    known = [
        ["formula-error" if r == "formula-without-value" and at else r for r in rules]
        for at, rules in enumerate(told)
    ]
    assert reasons(again) == known
    third = run_again(tmp_path, again)
    assert (third.accepted, third.rejected) == (0, len(SPOIL))
    check(tmp_path, spoilt(tmp_path / "t.xlsx"))
    assert hashlib.sha256((summary.rejects_file or tmp_path).read_bytes()).hexdigest() == first


def test_a_formula_that_needs_no_other_cell_can_be_worked_out_in_the_rejects(
    tmp_path: Path,
) -> None:
    summary = check(tmp_path, spoilt(tmp_path / "t.xlsx", "formula"))
    book = load_workbook(summary.rejects_file or "")
    assert book.active is not None
    assert book.active["K2"].value == "=60000+1234.56"
    assert book.active["L3"].value == "#REF!"


def test_total_rows_count_a_formula_as_unread(tmp_path: Path) -> None:
    summary = check(tmp_path, spoilt(tmp_path / "t.xlsx"))
    assert summary.unread == 1


def test_broken_rows_of_a_text_table_stay_broken(tmp_path: Path) -> None:
    """Few rows, and all of them ragged, leave no doubt about the mark between the columns."""
    good = [";".join(row(案件编号=f"C-{n}").values()) for n in range(61)]
    ragged = [";".join([*list(GOOD.values())[:5], "a,b,c,d"]), good.pop() + ";" + "x"]
    text = "\r\n".join([";".join(HEADERS), *good, *ragged]) + "\r\n"
    (tmp_path / "t.csv").write_bytes(text.encode("gb18030"))
    summary = check(tmp_path, tmp_path / "t.csv")
    assert summary.reasons["rejected"]["ragged-row"] == 2
    again = run_again(tmp_path, summary)
    assert (again.accepted, again.rejected) == (0, 2)
    assert again.reasons["rejected"]["ragged-row"] == 2


def test_a_workbook_by_another_name_gives_rejects_by_the_right_one(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "t.xlsx", [row(合同号="")]).rename(tmp_path / "t.xls")
    assert check(tmp_path, file).rejects_file == tmp_path / "out" / "rejects.xlsx"


def test_numbers_of_json_keep_their_digits(tmp_path: Path) -> None:
    text = json.dumps([row(合同号="")], ensure_ascii=False).replace('"3000.00"', "3000.10")
    (tmp_path / "t.json").write_text(text, encoding="utf-8")
    rejects = check(tmp_path, tmp_path / "t.json").rejects_file
    assert rejects is not None
    assert "3000.10" in rejects.read_text(encoding="utf-8")


def two_faulty() -> list[dict[str, Any]]:
    """The second row lacks a number, the fourth has an amount that can be read in two ways."""
    others: dict[str, Any] = {"本金": "1,234"}
    rows = [row(案件编号="A"), row(案件编号="B", 合同号=""), row(案件编号="C")]
    return [*rows, row(案件编号="D", **others)]


def test_a_rejected_row_of_a_workbook_says_why_and_which_row_it_was(tmp_path: Path) -> None:
    summary = check(tmp_path, write_xlsx(tmp_path / "t.xlsx", two_faulty()))
    book = load_workbook(summary.rejects_file or "")
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    heads = [cell.value for cell in sheet[1]]
    assert heads == ["notices_reason", "notices_row", *HEADERS]
    assert [sheet.cell(n, 2).value for n in (2, 3)] == ["3", "5"]
    first, second = str(sheet["A2"].value), str(sheet["A3"].value)
    assert "合同号" in first and "required" in first and "缺少" in first
    assert "本金" in second and "1,234" not in first
    guilty = {
        (cell.row, heads[cell.column - 1])
        for line in sheet.iter_rows(min_row=2)
        for cell in line
        if cell.comment is not None
    }
    assert guilty == {(2, "合同号"), (3, "本金")}
    told = sheet.cell(2, heads.index("合同号") + 1)
    assert told.fill.start_color.rgb == "FFFFC7CE"
    assert "缺少" in str(told.comment and told.comment.text)
    assert sheet.cell(2, heads.index("姓名") + 1).fill.fill_type is None


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl", "json"])
def test_rejects_mended_in_place_run_as_they_are(tmp_path: Path, suffix: str) -> None:
    """The first mending leaves one fault: its row keeps the number that it had first."""
    write = {"csv": write_csv, "xlsx": write_xlsx, "jsonl": write_jsonl, "json": write_list}
    first = check(tmp_path, write[suffix](tmp_path / f"t.{suffix}", two_faulty()))
    numbers = ["3", "5"] if suffix in ("csv", "xlsx") else ["2", "4"]
    assert first.rejects_file is not None
    rows = list(read_rows(first.rejects_file))
    assert [r.cells["notices_row"] for r in rows] == numbers
    again = tmp_path / "again"
    again.mkdir()
    mended = [{**r.cells, "合同号": r.cells["合同号"] or "DK-9"} for r in rows]
    left = check(again, write[suffix](again / f"rejects.{suffix}", mended))
    assert (left.accepted, left.rejected) == (1, 1)
    assert left.rejects_file is not None
    (kept,) = read_rows(left.rejects_file)
    assert list(kept.cells) == ["notices_reason", "notices_row", *HEADERS]
    assert kept.cells["notices_row"] == numbers[1]
    assert "合同号" not in kept.cells["notices_reason"]
    write[suffix](again / f"rejects.{suffix}", [{**kept.cells, "本金": "1234.00"}])
    assert check(again, again / f"rejects.{suffix}").states == {"accepted": 1}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_a_text_table_says_why_in_both_languages(tmp_path: Path, encoding: str) -> None:
    file = write_csv(tmp_path / "t.csv", two_faulty(), encoding=encoding)
    summary = check(tmp_path, file)
    assert summary.rejects_file is not None
    text = summary.rejects_file.read_bytes().decode(encoding)
    assert text.startswith("notices_reason,notices_row,")
    assert "缺少" in text and "required" in text
