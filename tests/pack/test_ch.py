"""Switzerland's days: a last day that is kept moves on (OR 78), by canton, or by every canton's."""

from __future__ import annotations

import pytest

from notices.catalogue import line_of
from notices.letter.make import LetterMaker
from notices.pack.load import load_pack
from notices.places import PACKS
from tests.letter.letters import checked

DEMAND, REMINDER = "CH/demand-consumer", "CH/reminder-consumer"
CANTONS = load_pack(PACKS / "CH").fields["canton"].allowed


def pay_by(maker: LetterMaker, name: str, issued: str, canton: str | None = None) -> str:
    days = dict.fromkeys(("issue_date", "as_of", "dispatch_by"), issued)
    one = checked(maker, name, {"canton": canton}, **days)
    assert one.figures is not None, [line_of(finding) for finding in one.findings]
    return str(one.figures.pay_by)


@pytest.mark.parametrize("canton", [None, "ZH", "GE", "TI"])
@pytest.mark.parametrize(
    ("name", "issued", "day"),
    [
        (DEMAND, "2026-12-15", "2026-12-28"),  # 25 December, a Friday
        (REMINDER, "2026-12-02", "2027-01-04"),  # 1 January, a Friday
        (DEMAND, "2027-04-26", "2027-05-07"),  # Ascension
        (DEMAND, "2028-07-22", "2028-08-02"),  # 1 August, a Tuesday
    ],
)
def test_days_that_every_canton_keeps_move_on(
    maker: LetterMaker, name: str, issued: str, day: str, canton: str | None
) -> None:
    assert pay_by(maker, name, issued, canton) == day


@pytest.mark.parametrize(
    ("canton", "day"),
    [("ZH", "2026-01-02"), ("BE", "2026-01-05"), ("GE", "2026-01-02"), (None, "2026-01-05")],
)
def test_a_canton_s_own_days_count_there_and_where_none_is_known(
    maker: LetterMaker, canton: str | None, day: str
) -> None:
    """2 January 2026, a Friday, is kept in Bern; of an unknown canton the later day is taken."""
    found = pay_by(maker, DEMAND, "2025-12-23", canton)
    assert found == day


def test_every_canton_has_a_table_that_the_one_for_all_contains() -> None:
    pack = load_pack(PACKS / "CH")
    every = pack.holidays["CH"]
    tables = [pack.holidays[f"CH-{canton}"] for canton in CANTONS]
    assert len(tables) == 26
    assert frozenset().union(*(table.days for table in tables)) == every.days
    assert {table.known_through for table in tables} == {every.known_through}
    kept = frozenset.intersection(*(table.days for table in tables))
    assert {(day.month, day.day) for day in kept} >= {(1, 1), (8, 1), (12, 25)}
    assert len(kept) == 4 * len({day.year for day in kept})  # and Ascension
