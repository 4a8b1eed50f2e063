"""Records meet the plan: what is read from them, and what the chosen step puts into them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from notices.batch.next_letter import days_overdue, plan_record, planned
from notices.case.record import Record
from notices.letter.options import LetterOptions
from notices.pack.load import load_pack
from notices.places import PACKS
from notices.plan.holds import NO_BOOK, HoldsBook, build_book
from notices.plan.ladder import Held, Past, Step

PACK = load_pack(PACKS / "CN")
TODAY = date(2026, 6, 30)
REMINDER = Past("reminder", 2, 1, date(2026, 4, 1), date(2026, 4, 10), "posted", 1, "L1")


def record(*due: str, kinds: tuple[str, ...] = ("private_loan",), **data: Any) -> Record:
    debts = [{"due_date": day, "debt_kind": kinds[i % len(kinds)]} for i, day in enumerate(due)]
    return Record({"id": "A", "recipient": {"type": "consumer"}, "debts": debts, **data})


def plan(record: Record, *past: Past, book: HoldsBook = NO_BOOK, kind: str = "") -> Any:
    options = LetterOptions(kind=kind)
    return plan_record(record, PACK, past, TODAY, book=book, options=options)


def test_the_oldest_debt_says_how_long() -> None:
    assert days_overdue(record("2026-06-20", "2026-05-01").data, TODAY) == 60
    assert days_overdue(record("", "20/05/2026", "2026-06-29").data, TODAY) == 1
    for data in ({}, {"debts": None}, {"debts": ["x"]}, {"debts": [{"due_date": ["x"]}]}):
        assert days_overdue(data, TODAY) is None
        assert plan(Record(data)) is None


def test_the_ladder_the_record_and_the_door() -> None:
    late = record("2026-01-01")
    chosen = plan(late, REMINDER)
    assert isinstance(chosen, Step) and chosen.kind == "formal_demand"
    own = plan(record("2026-01-01", kind="reminder", level="3"), REMINDER)
    assert isinstance(own, Step) and (own.kind, own.level) == ("reminder", 3)
    door = plan(record("2026-01-01", kind="reminder", level="3"), REMINDER, kind="formal_demand")
    assert isinstance(door, Step) and (door.kind, door.level) == ("formal_demand", 3)
    refused = plan(late, kind="formal_demand")
    assert isinstance(refused, Held) and refused.reason == "ladder-needs-earlier"
    card = plan(record("2026-01-01", kinds=("card",)), REMINDER)
    assert isinstance(card, Step) and card.kind == "card_demand"


def test_what_the_record_states_counts_as_recorded() -> None:
    stated = plan(record("2026-01-01", previous_notice_date="2026-03-01"))
    assert isinstance(stated, Step) and stated.kind == "formal_demand"
    blank = plan(record("2026-01-01", previous_notice_date=" "))
    assert isinstance(blank, Step) and (blank.kind, blank.level) == ("reminder", 2)


def test_holds_of_the_record_and_of_the_file_stop_the_plan() -> None:
    held = plan(record("2026-01-01", holds=["dispute until 2026-06-30"]), REMINDER)
    assert isinstance(held, Held) and held.reason == "hold-dispute"
    book = build_book([(2, {"case_id": "A", "hold": "deceased"})], "holds.csv")
    other = plan(record("2026-01-01"), REMINDER, book=book)
    assert isinstance(other, Held) and other.reason == "hold-deceased"


def test_the_step_fills_the_record() -> None:
    chosen = plan(record("2026-05-15"), REMINDER)
    assert isinstance(chosen, Step)
    done = planned(record("2026-05-15"), chosen, PACK).data
    assert (done["kind"], done["level"], done["cycle"]) == ("reminder", "2", "2")
    second = plan(record("2026-03-25"), REMINDER)
    assert isinstance(second, Step)
    done = planned(record("2026-03-25"), second, PACK).data
    assert done["previous_notice_date"] == "2026-04-01"
    own = planned(record("2026-03-25", previous_notice_date="2026-04-02"), second, PACK).data
    assert own["previous_notice_date"] == "2026-04-02"


@pytest.mark.parametrize("level", ["", "x", "-1", "99999", None, ["1"]])
def test_a_strange_level_is_left_to_the_schema(level: object) -> None:
    chosen = plan(record("2026-01-01", kind="reminder", level=level), REMINDER)
    assert isinstance(chosen, Step) and chosen.level == 1
