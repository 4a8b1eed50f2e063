"""Holds as they are written, and what is wrong with them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from notices.catalogue import hint, message
from notices.finding import Finding
from notices.plan.holds import (
    HELD_RULES,
    HOLDS,
    Hold,
    active_holds,
    build_book,
    check_case_holds,
    holds_of_record,
    only_held,
    parse_hold,
)

TODAY = date(2026, 6, 30)
DAY = timedelta(days=1)


def rules(*found: Finding) -> list[str]:
    return [finding.rule for finding in found]


@pytest.mark.parametrize("name", HOLDS)
def test_every_hold_suppresses_with_its_own_words(name: str) -> None:
    (finding,) = check_case_holds("A", {"holds": [name]}, build_book((), ""), TODAY)
    assert finding.severity == "error"
    assert finding.rule == f"hold-{name.replace('_', '-')}"
    assert finding.rule in HELD_RULES
    for language in ("en", "zh"):
        assert message(finding, language) and hint(finding, language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("dispute", None, None),
        ("Dispute until 2026-06-30", None, TODAY),
        ("debt-mediation from 2026-06-01", date(2026, 6, 1), None),
        ("  minor from 2026-06-01   until 2026-06-02 ", date(2026, 6, 1), date(2026, 6, 2)),
    ],
)
def test_the_forms_of_a_hold(text: str, since: date | None, until: date | None) -> None:
    hold, found = parse_hold(text)
    assert found == () and hold is not None
    assert (hold.since, hold.until) == (since, until)
    assert hold.name in HOLDS


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("dispute till 2026-06-30", "hold-form"),
        ("dispute until tomorrow", "hold-day"),
        ("dispute until 30.06.2026", "hold-day"),
        ("dispute until 2026-06-31", "hold-day"),
        ("dispute from 2026-07-01 until 2026-06-30", "hold-backwards"),
    ],
)
def test_what_can_t_be_read_holds_too(text: str, rule: str) -> None:
    found = check_case_holds("A", {"holds": [text]}, build_book((), ""), TODAY)
    assert rules(*found) == [rule]
    assert found[0].severity == "error" and not only_held(found)
    assert message(found[0], "zh")


def test_an_unknown_name_holds_and_is_told_with_the_nearest() -> None:
    (finding,) = check_case_holds("A", {"holds": ["dispite"]}, build_book((), ""), TODAY)
    assert finding.rule == "hold-unknown" and finding.params["near"] == "dispute"
    # Past its day it does nothing, misspelt or not.
    assert check_case_holds("A", {"holds": ["x until 2026-06-29"]}, build_book((), ""), TODAY) == ()


def test_several_in_one_cell() -> None:
    for written in (["dispute", "minor"], ["dispute; minor"], "dispute、minor", "dispute\nminor,"):
        holds, found = holds_of_record({"holds": written})
        assert [hold.name for hold in holds] == ["dispute", "minor"] and found == ()
    for blank in (None, "", [], [None, " "], {"a": "b"}, ["; ,"]):
        assert holds_of_record({"holds": blank}) == ((), ())


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_both_days_count(shift: int) -> None:
    day = TODAY + shift * DAY
    assert Hold("dispute", until=TODAY).binds(day) == (shift <= 0)
    assert Hold("dispute", since=TODAY).binds(day) == (shift >= 0)


def test_the_longest_comes_first() -> None:
    short, long, ever = Hold("a", until=TODAY), Hold("b", until=TODAY + DAY), Hold("c")
    assert active_holds([short, ever, long], TODAY) == (ever, long, short)


def rows(*written: dict[str, str]) -> list[tuple[int, dict[str, str]]]:
    return list(enumerate(written, 2))


def test_a_holds_file_binds_by_case() -> None:
    book = build_book(
        rows(
            {"case_id": "A", "hold": "dispute", "from": "", "until": "2026-06-30", "note": "x"},
            {"case_id": "A", "hold": "minor", "from": "2026-07-01"},
            {"case_id": " B ", "hold": "insolvency"},
            {"case_id": "", "hold": "", "note": ""},
        ),
        "holds.csv",
    )
    assert book.faults == ()
    (one,) = check_case_holds("A", {}, book, TODAY)
    assert (one.rule, one.file, one.line) == ("hold-dispute", "holds.csv", 2)
    assert rules(*check_case_holds("A", {}, book, TODAY + DAY)) == ["hold-minor"]
    assert rules(*check_case_holds("B", {"holds": ["dispute"]}, book, TODAY)) == [
        "hold-dispute",
        "hold-insolvency",
    ]
    assert check_case_holds("C", {}, book, TODAY) == ()


def test_a_fault_of_a_line_holds_its_case_and_no_other() -> None:
    book = build_book(
        rows(
            {"case_id": "A", "hold": "dispute", "until": "soon"},
            {"case_id": "B", "hold": ""},
        ),
        "holds.csv",
    )
    assert rules(*check_case_holds("A", {}, book, TODAY)) == ["hold-day"]
    assert rules(*check_case_holds("B", {}, book, TODAY)) == ["hold-row"]
    assert check_case_holds("C", {}, book, TODAY) == ()


def test_a_line_without_a_case_holds_everybody() -> None:
    book = build_book(rows({"case_id": "", "hold": "deceased"}), "holds.csv")
    (finding,) = check_case_holds("C", {}, book, TODAY)
    assert (finding.rule, finding.line, finding.severity) == ("hold-row", 2, "error")


def test_a_column_that_nothing_reads_is_told_once() -> None:
    book = build_book(
        rows(
            {"case_id": "A", "hold": "dispute", "untill": "2020-01-01"},
            {"case_id": "B", "hold": "dispute", "untill": "2020-01-01"},
        ),
        "holds.csv",
    )
    (warning,) = book.faults
    assert (warning.rule, warning.severity) == ("hold-column", "warning")
    assert warning.params["near"] == "until"
    assert rules(*check_case_holds("A", {}, book, TODAY)) == ["hold-dispute"]  # and so it holds


def test_notes_are_nobody_s_business() -> None:
    book = build_book(rows({"case_id": "A", "hold": "hardship", "note": "癌症 13900000000"}), "h")
    (finding,) = check_case_holds("A", {}, book, TODAY)
    assert "139" not in repr(finding) and "癌" not in repr(finding)
