"""Changes that somebody asks of a text keep it from going live, and end nothing that is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from notices.errors import WorkspaceError
from notices.wording.approval_check import (
    check_text,
    counting,
    last_accepted,
    open_requests,
    standing_line,
    still_needed,
)
from notices.wording.approvals import Approval, accept_kind, ask_changes
from notices.wording.digests import Seen, kind_text
from notices.wording.edit_log import build_edits
from tests.wording.test_standing_text import KIND, ONE, PACK, TWO, both, live

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
TEXT = kind_text(TWO, KIND).digests


def ask(name: str = "Bo") -> Approval:
    return ask_changes(TWO, KIND, name, NOW, "too harsh")


def settle(name: str = "Ann") -> Approval:
    return ask_changes(TWO, KIND, name, NOW, "", settled=True)


def approve(name: str) -> Approval:
    return accept_kind(TWO, KIND, Seen("", ""), name, NOW)


def all_rules(*book: Approval) -> list[str]:
    return [f.rule for f in check_text(TWO, KIND, book) if f.rule != "translation-stale"]


def told_on(book: list[Approval], day: str) -> list[str]:
    return [f.rule for f in check_text(TWO, KIND, book, day=day)]


def rules(*book: Approval) -> list[str]:
    found = check_text(TWO, KIND, book)
    return [f.rule for f in found if f.rule not in ("translation-stale", "approval-ended")]


def test_what_is_asked_keeps_a_text_back_until_it_is_settled() -> None:
    asked = [ask("Dora"), approve("Ann"), approve("Bo")]
    assert rules(*asked) == ["changes-asked"]
    assert rules(*asked, settle()) == []
    assert rules(*asked, approve("dora")) == []
    assert rules(approve("Ann"), ask("Dora")) == ["four-eyes", "changes-asked"]


def test_a_request_is_no_approval_and_no_withdrawal() -> None:
    assert counting([ask(), settle()]) == ()
    assert rules(approve("Ann"), ask("Bo")) == ["four-eyes", "changes-asked"]
    line = standing_line([*both(ONE), ask()], (), frozenset())
    assert line is not None and line.digest == kind_text(ONE, KIND).digest


def test_a_text_that_is_live_stays_so() -> None:
    assert rules(*both(TWO), ask("Dora")) == []


def test_the_text_before_stays_live_while_changes_are_asked() -> None:
    book = [*both(ONE), ask("Dora"), *both(TWO)]
    line = standing_line(book, (), frozenset())
    assert line is not None and line.digest == kind_text(ONE, KIND).digest
    assert last_accepted(book, (), frozenset()) == line
    assert last_accepted([*book, settle()], (), frozenset()) == book[-1]


def test_settling_what_was_asked_of_a_text_given_up_brings_no_older_text_back() -> None:
    """Two approved the newer text since: what is asked of the older one is only talk."""
    book = [*both(TWO), *both(ONE), ask("Dora"), settle()]
    assert live(book) == "one"
    assert "approval-ended" in all_rules(*book)
    needed = still_needed(TEXT, book, (), frozenset())
    assert needed.missing == 1, "an older text is approved anew"
    open_still = still_needed(TEXT, book[:-1], (), frozenset())
    assert (open_still.missing, len(open_still.requests)) == (1, 1), "settling is not enough"
    assert set(all_rules(*book[:-1])) == {"approval-ended", "changes-asked"}
    assert live([*book, approve("Ann")]) == "two"


def test_settling_a_text_approved_before_the_newest_was_leaves_the_newest() -> None:
    book = [ask("Dora"), *both(TWO), *both(ONE), settle()]
    assert live(book) == "one"
    assert live([ask("Dora"), *both(ONE), *both(TWO), settle()]) == "two"


def test_whoever_asked_and_approves_from_a_later_day_still_asks_until_then() -> None:
    dora = accept_kind(TWO, KIND, Seen("", ""), "Dora", NOW, "", (date(2027, 1, 1), None))
    book = [*both(ONE), ask("Dora"), *both(TWO), dora]
    assert live(book, "2026-12-31") == "one" and live(book, "2027-01-01") == "two"
    assert told_on(book, "2026-12-31") == ["not-effective", "changes-asked"]
    (when, asked) = check_text(TWO, KIND, book, day="2026-12-31")
    assert "2027-01-01" in when.params["spans"] and asked.params["by"] == "Dora"
    assert told_on(book, "2027-01-01") == []
    needed = still_needed(TEXT, book, (), frozenset(), "2026-12-31")
    assert (needed.missing, [a.by for a in needed.requests]) == (0, ["Dora"])
    assert live([*book, settle()], "2026-12-31") == "two"
    alone = book[2:]
    assert live(alone, "2026-12-31") == ""
    assert told_on(alone, "2026-12-31") == ["not-effective", "changes-asked"]


def test_another_text_ends_what_was_asked() -> None:
    assert open_requests([ask()], TEXT) != ()
    assert open_requests([ask()], kind_text(ONE, KIND).digests) == ()


def test_who_is_still_needed() -> None:
    log = build_edits(PACK, TWO, "Cy Example", NOW)
    shipped = kind_text(PACK, KIND).digests
    nobody = still_needed(TEXT, (), log, shipped)
    assert (nobody.missing, nobody.editors, nobody.approvers) == (1, ("Cy Example",), ())
    editor = still_needed(TEXT, [approve("cy example")], log, shipped)
    assert (editor.missing, editor.approvers) == (1, ("cy example",))
    assert still_needed(TEXT, [approve("Ann")], log, shipped).missing == 0
    assert still_needed(TEXT, (), (), shipped).missing == 2  # by hand: two people
    assert still_needed(shipped, (), (), shipped).missing == 1
    asked = still_needed(TEXT, [ask("Dora"), approve("Ann")], log, shipped)
    assert asked.missing == 0 and [a.by for a in asked.requests] == ["Dora"]
    given_up = still_needed(TEXT, [*both(TWO), *both(ONE)], (), shipped)
    assert given_up.missing == 1, "an older text is approved anew"


def test_a_request_says_what_it_asks() -> None:
    with pytest.raises(WorkspaceError):
        ask_changes(TWO, KIND, "Ann", NOW, "  ")
