"""Python packages as a second source of days off."""

from __future__ import annotations

from datetime import date

import pytest

from notices.errors import WorkspaceError
from notices.pack.holiday_packages import package_rows
from notices.pack.load import load_pack
from notices.pack.table_types import Holidays
from notices.places import PACKS

CALENDARS = [
    pytest.param(calendar, id=calendar.region)
    for file in sorted(PACKS.glob("*/pack.yaml"))
    for calendar in load_pack(file.parent).holidays.values()
    if calendar.package
]


@pytest.mark.parametrize("calendar", CALENDARS)
def test_the_package_knows_the_shipped_days_and_no_others(calendar: Holidays) -> None:
    years = range(calendar.first.year, calendar.known_through.year + 1)
    rows = package_rows(calendar.package, years)
    days = {date.fromisoformat(r.cells["date"]): r.cells["kind"] for r in rows}
    assert {day for day, kind in days.items() if kind != "worked"} == calendar.days
    assert {day for day, kind in days.items() if kind == "worked"} == calendar.worked


def test_every_pack_s_calendar_has_a_second_source() -> None:
    packs = {calendar.values[0].region[:2] for calendar in CALENDARS}  # type: ignore[attr-defined]
    assert packs >= {"BE", "CN", "DE", "HK", "NL", "US"}


def test_each_row_says_that_nobody_checked_it_and_which_version_it_is_from() -> None:
    (row, *_) = package_rows("holidays DE-BY public+catholic", range(2029, 2030))
    assert row.cells["status"] == "unverified"
    assert row.cells["source"].startswith("PyPI holidays 0.")


def test_an_unknown_package_is_none() -> None:
    with pytest.raises(WorkspaceError):
        package_rows("os getcwd", range(2027, 2028))
