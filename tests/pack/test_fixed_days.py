"""Days off that the law fixes: no calendar of any pack takes a year without them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from notices.pack.fixed_days import days_lacking, read_fixed_days
from notices.pack.holiday_packages import package_rows
from notices.pack.load import read_pack
from notices.pack.table_files import Table, read_table
from notices.places import PACKS

FILES = sorted(PACKS.glob("*/holidays/*.csv"))
BY_REGION = pytest.mark.parametrize("file", [pytest.param(f, id=f.stem) for f in FILES])


def table_of(file: Path) -> Table:
    table = read_table(file, file.name, (), [])
    assert table is not None
    return table


def lacking(table: Table, off: set[date], year: int) -> list[str]:
    fixed = read_fixed_days(table)
    assert fixed, "a shipped calendar says which days the law fixes"
    return list(days_lacking(fixed, off, year, date(year, 12, 31)))


@BY_REGION
def test_each_year_that_the_second_source_works_out_has_the_fixed_days(file: Path) -> None:
    """PyPI holidays for 2029 to 2040: years that no table was written from."""
    table = table_of(file)
    package = table.head["package"].replace("chinese_calendar", "holidays CN")
    for year in range(2029, 2041):
        rows = package_rows(package, range(year, year + 1))
        off = {date.fromisoformat(row.cells["date"]) for row in rows}
        assert lacking(table, off, year) == [], year


@BY_REGION
def test_no_calendar_takes_a_year_without_a_fixed_day(file: Path, tmp_path: Path) -> None:
    """The year after the last shipped one, with the pack's other days, but for New Year's Day."""
    table = table_of(file)
    year = table.through.year + 1
    rows = package_rows(table.head["package"].replace("chinese_calendar", "holidays CN"),
                        range(year, year + 1))  # fmt: skip
    days = [row.cells["date"] for row in rows if not row.cells["date"].startswith(f"{year}-01-0")]
    text = f"# known_through: {year}-12-31\ndate,kind,name,status,source\n"
    text += "".join(f"{day},holiday,x,verified,x\n" for day in dict.fromkeys(days))
    place = tmp_path / file.parents[1].name / "holidays" / file.name
    place.parent.mkdir(parents=True)
    place.write_text(text, encoding="utf-8")
    _, found = read_pack(file.parents[1], place.parents[1])
    (finding,) = (f for f in found if f.rule == "calendar-days-missing")
    assert finding.severity == "error" and f"({year}-01-01" in finding.params["days"]


@pytest.mark.parametrize("text", ["1 January", "x = 13-01", "x = 01-05..01-01", "x = 0 of 01-01",
                                  "x = Mon", "= 01-01", "x = 2027-02-30"])  # fmt: skip
def test_what_is_no_fixed_day_is_told(text: str) -> None:
    assert read_fixed_days(Table({"fixed": text}, (), "x.csv")) is None


def test_a_day_said_of_one_year_counts_in_place_of_every_year_s() -> None:
    head = {"fixed": "x = 02-01..02-28; x = 2027-02-05; Third Monday = Mon 02-15..02-21"}
    table = Table(head, (), "x.csv")
    assert lacking(table, {date(2026, 2, 1), date(2026, 2, 16)}, 2026) == []
    off = {date(2027, 2, 1), date(2027, 2, 16)}
    assert lacking(table, off, 2027) == ["x (2027-02-05)", "Third Monday (2027-02-15)"]
