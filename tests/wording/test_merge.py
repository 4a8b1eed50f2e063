"""Three ways of one text: what one side changed is taken, what both changed is a conflict."""

from __future__ import annotations

from typing import Any

import pytest

from notices.wording.merge import merge, merge_lists, reads_alike
from notices.wording.pack_wording import with_piece
from notices.wording.yaml_rewrite import MISSING


def steps(base: Any, ours: Any, theirs: Any) -> dict[str, Any]:
    """Each piece with what it comes to; a conflict as "?"."""
    found = merge(base, ours, theirs)
    return {step.piece: "?" if step.is_conflict else step.merged for step in found}


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "wanted"),
    [
        ({"a": "1"}, {"a": "1"}, {"a": "1\n"}, {}),
        ({"a": "1"}, {"a": "1"}, {"a": "2"}, {"a": "2"}),
        ({"a": "1"}, {"a": "2"}, {"a": "1"}, {"a": "2"}),
        ({"a": "1"}, {"a": "2"}, {"a": "2"}, {"a": "2"}),
        ({"a": "1"}, {"a": "2"}, {"a": "3"}, {"a": "?"}),
        ({"a": "1"}, {}, {"a": "1"}, {"a": MISSING}),
        ({"a": "1"}, {"a": "1"}, {}, {"a": MISSING}),
        ({"a": "1"}, {}, {"a": "2"}, {"a": "?"}),
        ({}, {"a": "1"}, {"b": "2"}, {"a": "1", "b": "2"}),
        ({"a": {"x": "1", "y": "1"}}, {"a": {"x": "2", "y": "1"}}, {"a": {"x": "1", "y": "3"}},
         {"a/x": "2", "a/y": "3"}),
    ],
)  # fmt: skip
def test_entry_by_entry(base: Any, ours: Any, theirs: Any, wanted: dict[str, Any]) -> None:
    assert steps(base, ours, theirs) == wanted


def test_without_a_base_whatever_both_say_otherwise_is_a_conflict() -> None:
    found = steps({}, {"a": "1", "b": "1", "c": "1"}, {"a": "2", "b": "1", "d": "1"})
    assert found == {"a": "?", "b": "1", "c": "1", "d": "1"}


def test_one_s_own_text_stays_with_the_recipient_whose_words_it_was() -> None:
    """The shipped pack words a text by recipient now."""
    theirs = {"zh": {"person": "您好。", "company": "贵公司好。"}}
    found = steps({"zh": "您好。"}, {"zh": "您好！"}, theirs)
    assert found == {"zh/person": "您好！", "zh/company": "贵公司好。"}


@pytest.mark.parametrize(
    ("ours", "theirs", "wanted"),
    [
        ("abxcd", "abcd", "abxcd"),
        ("abcd", "abyc", "abyc"),
        ("axbcd", "abcyd", "axbcyd"),
        ("bcd", "abc", "bc"),
        ("aXcd", "aYcd", None),
        ("abXcd", "abYcd", None),
        ("abXcd", "abXcd", "abXcd"),
    ],
)
def test_item_by_item(ours: str, theirs: str, wanted: str | None) -> None:
    merged = merge_lists(list("abcd"), list(ours), list(theirs))
    assert merged == (None if wanted is None else list(wanted))


TEXT = """# head
one:
  heading: {fr: Un, en: One}
  en: |
    First.
  # about parts
  parts:
    - {clause: a}
    # before b
    - {clause: b}
two:
  en: Second
"""


@pytest.mark.parametrize(
    ("path", "value", "kept"),
    [
        (("one", "en"), "Changed.\n", "# before b"),
        (("one", "heading", "en"), "Another: one", "fr: Un"),
        (("one", "parts"), [{"clause": "a"}, {"clause": "x"}, {"clause": "b"}], "# before b"),
        (("one", "parts"), [{"clause": "b"}], "# before b"),
        (("two",), MISSING, "# head"),
        (("two", "fr"), "Deux\n", "en: Second"),
        (("three",), {"class": "law", "en": "Third.\n", "fr": "a\n\nb\n"}, "en: Second"),
        (("two", "heading", "en"), "Two", "en: Second"),
        (("two", "en"), {"person": "Du\n", "company": "Sie"}, "two:"),
    ],
)
def test_a_piece_is_written_and_all_else_stays(path: Any, value: Any, kept: str) -> None:
    new = with_piece(TEXT, path, value)
    assert kept in new
    import yaml

    before, after = yaml.safe_load(TEXT), yaml.safe_load(new)
    inner: Any = after
    for step in path[:-1]:
        inner = inner[step]
    assert reads_alike(inner.pop(path[-1], MISSING), value)
    outer: Any = before
    for step in path[:-1]:
        outer = outer.setdefault(step, {})
    outer.pop(path[-1], None)
    assert before == after
