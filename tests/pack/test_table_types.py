"""Rhythms: when a table's next value may come, and what a year of days off says of a day."""

from __future__ import annotations

from datetime import date

import pytest

from notices.pack.load import load_pack
from notices.pack.table_types import Rhythm, read_rhythm
from notices.places import PACKS

DAY = date.fromisoformat
CN = load_pack(PACKS / "CN")
LPR = "20 or the next working day"


def rhythm(text: str) -> Rhythm:
    found = read_rhythm(text, CN.holidays["CN"], CN.weekend)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "after", "due"),
    [
        ("01-01, 07-01", "2026-07-01", "2027-01-01"),
        ("01-01, 07-01", "2026-06-30", "2026-07-01"),
        (LPR, "2026-08-20", "2026-09-20"),  # a Sunday that is worked: it may come that day
        (LPR, "2026-09-21", "2026-10-20"),  # and came on the Monday
        (LPR, "2026-01-20", "2026-02-24"),  # the 20th lies in the Spring Festival
        (LPR, "2026-05-20", "2026-06-22"),  # Dragon Boat Festival, and a weekend
        (LPR, "2026-12-21", "2027-01-20"),
        (LPR, "2027-01-20", "2027-02-20"),  # a Saturday, but nobody knows that year yet
    ],
)
def test_the_next_value_is_due_on_the_first_day_of_the_rhythm(
    text: str, after: str, due: str
) -> None:
    assert rhythm(text).due_after(DAY(after)) == DAY(due)


def test_an_announcement_that_is_left_out_is_found() -> None:
    found = rhythm(LPR)
    assert found.left_out(DAY("2026-09-21"), DAY("2026-10-20")) is None
    assert found.left_out(DAY("2026-09-21"), DAY("2026-11-20")) == DAY("2026-10-20")
    assert found.left_out(DAY("2027-01-20"), DAY("2027-02-22")) is None  # not known: may be late
    assert tuple(found.due_through(DAY("2026-09-21"), DAY("2026-11-29"))) == (
        DAY("2026-10-20"),
        DAY("2026-11-20"),
    )


def test_a_day_that_fits_no_announcement_is_told() -> None:
    found = rhythm(LPR)
    assert found.fits(DAY("2026-09-20")) and found.fits(DAY("2026-09-21"))
    assert found.left_out(DAY("2026-08-20"), DAY("2026-09-21")) is None
    assert found.fits(DAY("2026-02-24")) and not found.fits(DAY("2026-02-20"))
    assert not found.fits(DAY("2026-03-21"))
    assert found.fits(DAY("2027-02-22")) and not found.fits(DAY("2027-03-10"))


@pytest.mark.parametrize("text", ["", "now and then", "13-01", "31", "01-01; 07-01", "20 or later"])
def test_what_is_no_rhythm_is_none(text: str) -> None:
    assert read_rhythm(text) is None


@pytest.mark.parametrize("pack_id", ["BE", "CN", "DE", "NL"])
def test_each_shipped_rate_began_on_a_day_of_its_table_s_rhythm(pack_id: str) -> None:
    """Published: the LPR's days, the base rate's and both Dutch rates' half-years since 2002."""
    for table in load_pack(PACKS / pack_id).rates.values():
        assert table.rhythm is not None, table.id
        for point in table.points:
            assert table.rhythm.fits(point.valid_from), (table.id, point.valid_from)
        assert table.next_due == table.rhythm.due_after(table.points[-1].valid_from)


@pytest.mark.parametrize(
    ("pack_id", "table", "through"),
    [
        ("CN", "lpr_1y", "2026-10-19"),  # last announced on 2026-09-21
        ("DE", "basiszinssatz", "2026-12-31"),  # of 2026-07-01
        ("NL", "wettelijke_rente", "2026-06-30"),  # decree of 2025-12-10, from 2026-01-01
        ("NL", "wettelijke_handelsrente", "2026-12-31"),
        ("BE", "retard_2002", "2026-12-31"),
    ],
)
def test_a_value_stands_through_the_day_before_the_next_one(
    pack_id: str, table: str, through: str
) -> None:
    assert load_pack(PACKS / pack_id).rates[table].known_through == DAY(through)
