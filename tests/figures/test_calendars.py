"""Terms and days off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.figures.calendars import Calendar, UnknownDay, add_days
from notices.pack.types import Source
from tests.figures.build import (
    CN_DAYS_OFF,
    CN_WORKED,
    case,
    day,
    debt,
    derive,
    holidays,
    pack,
    rule,
    told,
)

CN = Calendar("CN", frozenset({6, 7}), holidays("CN", CN_DAYS_OFF, CN_WORKED))
OWED = debt("2025-12-01", "principal 100")


def term(**params: object) -> object:
    return pack(rule("pay_by", "add_days", {"days": "10", **params}))


def test_a_last_day_off_moves_to_the_next_day_that_is_none() -> None:
    assert add_days(day("2026-03-27"), 10, "calendar", True, CN) == day("2026-04-07")
    assert add_days(day("2026-03-27"), 10, "calendar", False, CN) == day("2026-04-06")


def test_an_ordinary_weekend_is_a_day_off_and_a_worked_one_is_not() -> None:
    assert add_days(day("2026-03-07"), 7, "calendar", True, CN) == day("2026-03-16")  # Saturday
    assert add_days(day("2026-02-21"), 7, "calendar", True, CN) == day("2026-02-28")  # 调休


def test_weekends_stand_where_the_rule_says_so() -> None:
    statutory = Calendar("CN", frozenset(), CN.holidays)
    assert add_days(day("2026-03-07"), 7, "calendar", True, statutory) == day("2026-03-14")
    issued = case("2026-03-04", OWED)
    assert derive(issued, term(weekend=[])).pay_by == day("2026-03-14")  # type: ignore[arg-type]
    assert derive(issued, term()).pay_by == day("2026-03-16")  # type: ignore[arg-type]


def test_working_days_skip_holidays_and_count_make_up_days() -> None:
    assert add_days(day("2026-02-09"), 7, "working", False, CN) == day("2026-02-25")
    assert add_days(day("2026-04-30"), 1, "working", False, CN) == day("2026-05-06")
    assert add_days(day("2026-05-08"), 1, "working", False, CN) == day("2026-05-09")


def test_beyond_the_known_years_nothing_is_guessed() -> None:
    assert add_days(day("2026-12-25"), 10, "calendar", True, CN) == UnknownDay(
        "CN", day("2027-01-04")
    )
    assert add_days(day("2026-12-31"), 1, "working", False, CN) == UnknownDay(
        "CN", day("2027-01-01")
    )
    assert add_days(day("2025-12-24"), 7, "calendar", True, CN) == UnknownDay(
        "CN", day("2025-12-31")
    )
    assert told(case("2026-12-25", OWED), term()) == {"calendar-unknown"}  # type: ignore[arg-type]


def test_a_stated_pay_by_needs_no_calendar_but_is_marked() -> None:
    stated = case("2026-12-25", OWED, pay_by=day("2027-01-04"))
    assert told(stated, term()) == {"pay-by-not-checked"}  # type: ignore[arg-type]
    assert derive(stated, term()).pay_by == day("2027-01-04")  # type: ignore[arg-type]
    working = term(count="working")
    assert told(stated, working) == {"calendar-unknown"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pay_by", "rules"),
    [("2026-04-06", {"pay-by-too-soon"}), ("2026-04-07", set()), ("2026-05-30", set())],
)
def test_a_stated_pay_by_respects_the_minimum(pay_by: str, rules: set[str]) -> None:
    by = term(minimum="10")
    assert told(case("2026-03-27", OWED, pay_by=day(pay_by)), by) == rules  # type: ignore[arg-type]


def test_the_minimum_may_be_shorter_than_the_term_and_is_the_term_where_left_out() -> None:
    stated = case("2026-03-09", OWED, pay_by=day("2026-03-16"))
    assert told(stated, term(minimum="7")) == set()  # type: ignore[arg-type]
    assert told(stated, term()) == {"pay-by-too-soon"}  # type: ignore[arg-type]


def test_the_term_may_start_on_the_last_posting_day() -> None:
    posted_late = case("2026-03-09", OWED, dispatch_by=day("2026-03-11"))
    from_issue = term(**{"from": "issue_date"})
    assert derive(posted_late, from_issue).pay_by == day("2026-03-19")  # type: ignore[arg-type]
    assert derive(posted_late, term()).pay_by == day("2026-03-23")  # type: ignore[arg-type]


def test_posting_does_not_eat_the_term() -> None:
    posted_late = case("2026-03-09", OWED, dispatch_by=day("2026-03-11"), pay_by=day("2026-03-19"))
    assert told(posted_late, term()) == {"pay-by-too-soon"}  # type: ignore[arg-type]
    in_time = replace(posted_late, pay_by=day("2026-03-23"))
    assert told(in_time, term()) == set()  # type: ignore[arg-type]


def test_only_the_days_off_that_decided_are_cited() -> None:
    """Of calendar days only where the last day fell matters; of working days each one does."""
    rows = tuple(
        Source(f"holidays/CN/{d}", "law", "a notice", "unverified", "holidays/CN.csv", 1)
        for d in ("2026-02-14", "2026-02-23")
    )
    asked = case("2026-02-09", OWED)
    for count, cited in (("calendar", {"2026-02-23"}), ("working", {"2026-02-14", "2026-02-23"})):
        by = replace(term(count=count, days="14"), sources=rows)  # type: ignore[type-var]
        met = {s.id.rpartition("/")[2] for s in derive(asked, by).sources}  # type: ignore[arg-type]
        assert met & {"2026-02-14", "2026-02-23"} == cited


def test_without_a_rule_only_a_stated_pay_by_serves() -> None:
    never = pack(rule("pay_by", "add_days", {"days": "10"}, {"kind": ("reminder",)}))
    assert told(case("2026-03-27", OWED), never) == {"rule-missing"}
    assert derive(case("2026-03-27", OWED, pay_by=day("2026-03-28")), never).pay_by == day(
        "2026-03-28"
    )


def test_an_unknown_region_is_unknown() -> None:
    assert told(case("2026-03-27", OWED), term(calendar="HK")) == {"calendar-unknown"}  # type: ignore[arg-type]


DAYS_2026 = st.dates(date(2026, 1, 1), date(2026, 9, 1))


@given(DAYS_2026, st.integers(0, 60))
def test_rolling_never_shortens_a_term_and_ends_on_a_worked_day(start: date, days: int) -> None:
    last = add_days(start, days, "calendar", True, CN)
    assert isinstance(last, date)
    assert last >= start + timedelta(days=days)
    assert not CN.is_off(last)


@given(DAYS_2026, st.integers(0, 20), st.integers(0, 20))
def test_working_days_add_up(start: date, some: int, more: int) -> None:
    halfway = add_days(start, some, "working", False, CN)
    assert isinstance(halfway, date)
    assert add_days(halfway, more, "working", False, CN) == add_days(
        start, some + more, "working", False, CN
    )
