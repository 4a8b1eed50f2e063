"""One change of a list taken back, and what came later left."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from notices.wording.history import without_change
from notices.wording.yaml_rewrite import MISSING

LISTS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=7)


def test_what_went_comes_back_to_its_place() -> None:
    assert without_change(list("abcd"), list("abd"), list("xabd")) == list("xabcd")
    assert without_change(list("abcd"), list("abd"), list("adx")) == list("acdx")
    assert without_change(list("abcd"), list("bcd"), list("bcd")) == list("abcd")


def test_what_came_goes_and_what_moved_goes_back() -> None:
    assert without_change(list("abc"), list("abxc"), list("abxcd")) == list("abcd")
    assert without_change(list("abcd"), list("bcad"), list("bcadx")) == list("abcdx")


def test_what_was_changed_again_can_t_be_undone_alone() -> None:
    assert without_change(list("ab"), list("aB"), list("ac")) is MISSING
    assert without_change("one", "two", "three") is MISSING
    assert without_change("one", "two", "two") == "one"


@given(LISTS, LISTS)
def test_the_last_change_is_undone_whole(before: list[str], after: list[str]) -> None:
    assert without_change(before, after, after) == before


@given(LISTS, LISTS, st.sampled_from("xyz"))
def test_nothing_that_came_later_is_lost(before: list[str], after: list[str], new: str) -> None:
    found = without_change(before, after, [*after, new])
    assert new in found and set(before) <= set(found)
