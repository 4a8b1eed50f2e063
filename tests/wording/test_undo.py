"""One change of a list taken back, and what came later left."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from notices.wording.edits import (
    AddPart,
    MovePart,
    Outcome,
    PartsChange,
    RemovePart,
    SetConditions,
    change_parts,
    read_value,
    set_text,
)
from notices.wording.history import Change, undo_change, without_change
from notices.wording.yaml_rewrite import MISSING

ZZ = Path(__file__).parent.parent / "packs" / "ZZ"
PARTS = ("reminder", "parts")
PLACES = st.integers(0, 13)
CHANGES: st.SearchStrategy[PartsChange] = st.one_of(
    st.builds(MovePart, PLACES, PLACES),
    st.builds(RemovePart, PLACES),
    st.builds(AddPart, PLACES, st.just({"clause": "hardship"}) | st.just({"block": "signature"})),
    st.builds(SetConditions, PLACES, st.sampled_from([(), ("interest-runs",)])),
)
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


REPEATED = st.lists(st.sampled_from("abc"), max_size=7)


@given(REPEATED, REPEATED)
def test_of_entries_that_stand_twice_none_is_lost(before: list[str], after: list[str]) -> None:
    assert without_change(before, after, after) == before
    found = without_change(before, after, [*after, "new"])
    assert sorted(found) == sorted([*before, "new"])


def test_a_move_and_other_conditions_of_one_change_are_both_undone() -> None:
    a, b, c, d = ({"clause": name} for name in "abcd")
    other = {**d, "when": "company"}
    assert without_change([a, b, c, d], [b, c, a, other], [b, c, a, other, {"block": "x"}]) == [
        *(a, b, c, d),
        {"block": "x"},
    ]


def test_what_moved_and_was_changed_since_goes_back_as_it_reads_now() -> None:
    a, b, c = ({"clause": name} for name in "abc")
    for now in (a | {"when": "company"}, a | {"style": "small"}):
        assert without_change([a, b, c], [b, a, c], [b, now, c]) == [now, b, c]
        assert without_change([a, b, c], [b, c, a], [b, c, now]) == [now, b, c]
    assert without_change([a, b, c], [b, c, a], [b, c, {"clause": "z"}]) is MISSING
    came = {**b, "when": "company"}
    assert without_change([a, b], [a, came], [a, {**b, "when": "consumer"}]) is MISSING


def change_of(outcome: Outcome) -> Change:
    """A change as the log tells it: its path as text."""
    path = tuple(map(str, outcome.path))
    return Change(1, "Ann", "", "", (), outcome.before, outcome.after, True, outcome.file, path)


@settings(max_examples=40, deadline=None)
@given(CHANGES)
def test_a_change_undone_leaves_the_file_as_before(what: PartsChange) -> None:
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "ZZ"
        shutil.copytree(ZZ, own)
        before = (own / "kinds.yaml").read_bytes()
        outcome = change_parts(own, PARTS[0], what, read_value(own, "kinds.yaml", PARTS)[1])
        if outcome.status == "written":
            assert undo_change(own, change_of(outcome)).status == "written"
        assert (own / "kinds.yaml").read_bytes() == before


def test_a_change_of_a_text_within_a_list_is_undone(tmp_path: Path) -> None:
    file, path = "kinds.yaml", (*PARTS, 4, "title")
    shutil.copytree(ZZ, tmp_path / "ZZ")
    before = (tmp_path / "ZZ" / file).read_bytes()
    seen = read_value(tmp_path / "ZZ", file, path)[1]
    outcome = set_text(tmp_path / "ZZ", file, path, "pay-title", seen)
    assert outcome.status == "written"
    assert undo_change(tmp_path / "ZZ", change_of(outcome)).status == "written"
    assert (tmp_path / "ZZ" / file).read_bytes() == before
