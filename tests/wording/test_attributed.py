"""Who changed which words since an earlier text."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from notices.wording.attributed import Hand, HandRun, attribute
from notices.wording.history import Change

PIECE = "clauses/opening/en"
ANN, BOB = Hand("Ann", "2026-04-01T12:00:00+00:00"), Hand("Bob", "2026-04-02T12:00:00+00:00")


def change(before: Any, after: Any, hand: Hand, piece: str = PIECE) -> Change:
    return Change(1, hand.by, hand.when, piece, (), before, after, True, "", ())


def test_each_word_has_the_hand_of_its_last_change() -> None:
    log = [
        change("a b c", "a x c", ANN),
        change("a x c", "a x c d", BOB),
    ]
    assert attribute("a b c", "a x c d", log, PIECE) == [
        HandRun("same", "a "),
        HandRun("removed", "b", ANN),
        HandRun("added", "x", ANN),
        HandRun("same", " c"),
        HandRun("added", " d", BOB),
    ]


def test_what_came_and_went_again_leaves_no_trace() -> None:
    log = [change("a", "a b", ANN), change("a b", "a", BOB)]
    assert attribute("a", "a", log, PIECE) == [HandRun("same", "a")]


def test_a_change_in_the_file_itself_is_nobody_s() -> None:
    assert attribute("a", "a b", [], PIECE)[1] == HandRun("added", " b")
    log = [change("a", "a b", ANN), change("a b c", "a b c d", BOB)]
    assert [run.hand.by for run in attribute("a", "a b c d", log, PIECE)] == ["", "Ann", "", "Bob"]


def test_a_change_of_the_whole_clause_counts_for_its_side() -> None:
    log = [change({"en": "a", "zh": "甲"}, {"en": "a b", "zh": "甲"}, ANN, "clauses/opening")]
    assert attribute("a", "a b", log, PIECE)[1].hand == ANN


def test_a_log_that_does_not_reach_back_tells_its_last_hand() -> None:
    assert attribute("a", "a b", [change("x", "a b", BOB)], PIECE)[1].hand == BOB


def test_words_that_went_in_the_file_are_not_the_last_editor_s() -> None:
    log = [change("a c", "a c d", ANN), change("a c d", "a c d e", BOB)]
    assert attribute("a b c", "a c d e", log, PIECE) == [
        HandRun("same", "a "),
        HandRun("removed", "b "),
        HandRun("same", "c"),
        HandRun("added", " d", ANN),
        HandRun("added", " e", BOB),
    ]


def test_a_log_with_a_gap_tells_only_what_it_knows() -> None:
    log = [change("x", "a z", ANN), change("a c", "a c d", BOB)]
    runs = attribute("a b c", "a c d", log, PIECE)
    assert [(run.op, run.text, run.hand.by) for run in runs if run.op != "same"] == [
        ("removed", "b ", ""),
        ("added", " d", "Bob"),
    ]


texts = st.text("ab \n", max_size=12)


@given(texts, st.lists(texts, max_size=4), texts)
def test_runs_joined_are_both_texts(first: str, between: list[str], last: str) -> None:
    chain = [first, *between]
    log = [change(a, b, ANN) for a, b in pairwise(chain)]
    runs = attribute(first, last, log, PIECE)
    assert "".join(run.text for run in runs if run.op != "added") == first
    assert "".join(run.text for run in runs if run.op != "removed") == last
