"""Nobody reads YAML in a redline: sentences, words, and what changed."""

from __future__ import annotations

from notices.pack.load import load_pack
from notices.places import PACKS
from notices.review.redline_words import changed_keys, part_lines, reworded
from notices.wording.redline import PieceChange, Run, SideChange, compare_words

CN = load_pack(PACKS / "CN")


def piece(name: str, before: str, after: str) -> PieceChange:
    return PieceChange(name, "changed", (SideChange("", compare_words(before, after)),))


def test_a_condition_is_a_sentence_before_and_after() -> None:
    it = reworded(CN, piece("clauses/x/when", "{all: [capped]}", "{not: [capped]}"))
    assert it and it.before and it.after
    assert it.before["en"] == "“A ceiling reduced what was agreed”"
    assert it.after["en"] == "not: “A ceiling reduced what was agreed”"
    assert it.after["zh"].startswith("并非")
    new = reworded(CN, piece("conditions/x", "", "{level: [2]}"))
    assert new and new.before is None and new.after
    assert reworded(CN, piece("clauses/x", "a", "b")) is None
    # A clause, a label may be called so, and read like a condition.
    assert reworded(CN, piece("clauses/when", "level: 1", "level: 2")) is None
    assert reworded(CN, piece("labels/when", "level: 1", "level: 2")) is None
    assert reworded(CN, piece("clauses/when/when", "{level: [1]}", "{level: [2]}"))


def test_formats_tell_only_what_changed_in_them() -> None:
    it = piece(
        "formats/en",
        "{date: d MMMM y, money: 'CNY {amount}'}",
        "{date: y-MM-dd, money: 'CNY {amount}'}",
    )
    assert changed_keys(it) == (("date", "d MMMM y", "y-MM-dd"),)


def test_parts_are_told_by_their_words_between_their_neighbours() -> None:
    runs = [
        *(
            Run("same", f"{{clause: {name}}}")
            for name in ("salutation-line", "dispute", "hardship")
        ),
        Run("removed", "{clause: privacy, style: small, when: {level: [2, 3]}}"),
        Run("same", "{block: items, title: items-title}"),
        Run("same", "{clause: close}"),
    ]
    lines = [*part_lines(CN, runs)]
    assert [(line.op, line.name, line.skips) for line in lines] == [
        ("same", "hardship", True),
        ("removed", "privacy", False),
        ("same", "items", False),
    ]
    assert lines[1].printed and lines[1].printed["en"] == "the letter's level is 2 or 3"
    assert lines[2].texts == dict(CN.labels["items-title"])
    assert lines[0].texts["zh-Hans"] and lines[0].printed is None
