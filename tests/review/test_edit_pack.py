"""What an edit may leave behind: a text that can't be read is never written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.cli.main import main
from notices.letter.workspace import Workspace, read_workspace
from notices.pack.core import place_in
from notices.pack.load import load_pack
from notices.review.add_clause import Place, add_new_clause
from notices.review.edit_pack import Change, edit_at_once, edit_pack
from notices.wording.edits import (
    Outcome,
    RemovePart,
    SetConditions,
    change_parts,
    read_value,
    set_clause_conditions,
    set_text,
)
from notices.wording.new_clause import NewClause

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
FILE = "clauses/opening.yaml"
ENGLISH, CHINESE = ("demand-opening", "en"), ("demand-opening", "zh-Hans", "person")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    assert main(["init", str(tmp_path / "ws")]) == 0
    return read_workspace(tmp_path / "ws", tmp_path)


def adding(words: str, path: tuple[str, ...] = ENGLISH) -> Change:
    """Words at the end of a text, as somebody writes who reads the text that is there."""

    def change(root: Path) -> Outcome:
        text, seen = read_value(root, FILE, path)
        return set_text(root, FILE, path, f"{text} {words}", seen)

    return change


def edit(workspace: Workspace, change: Change) -> Outcome:
    return edit_pack(workspace, "CN", "Ann Example", NOW, change)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("{{ total_due }", "clause-fault"),
        ("{{ total due }}", "clause-fault"),
        ("{% if x %}", "clause-fault"),
        ("{{ total_due|upper }}", "clause-fault"),
        ("total_due }}", "clause-fault"),
        ("{ total_due }", "clause-fault"),
        ("｛｛ total_due ｝｝", "clause-fault"),
        ("a **bold word", "clause-fault"),
        ("{{ totl_due }}", "unknown-placeholder"),
    ],
)
def test_what_can_t_be_read_is_not_written(workspace: Workspace, words: str, rule: str) -> None:
    outcome = edit(workspace, adding(words))
    assert (outcome.status, {f.rule for f in outcome.findings}) == ("refused", {rule})
    assert not (workspace.pack_roots[0] / "CN").exists()
    assert edit(workspace, adding("Please {{ total_due }}.")).status == "written"


def test_of_both_sides_none_is_written_alone(workspace: Workspace) -> None:
    changes = [adding("{{ total_due }"), adding("好的。", CHINESE)]
    outcomes = edit_at_once(workspace, "CN", "Ann Example", NOW, changes)
    assert [outcome.status for outcome in outcomes] == ["refused", "refused"]

    def stale(root: Path) -> Outcome:
        return set_text(root, FILE, ENGLISH, "Other words.", "what somebody saw long ago")

    outcomes = edit_at_once(workspace, "CN", "Ann Example", NOW, [stale, changes[1]])
    assert [outcome.status for outcome in outcomes] == ["conflict", "held"]
    assert not (workspace.pack_roots[0] / "CN").exists()
    changes[0] = adding("Good.")
    outcomes = edit_at_once(workspace, "CN", "Ann Example", NOW, changes)
    assert [outcome.status for outcome in outcomes] == ["written", "written"]
    text = (workspace.pack_roots[0] / "CN" / FILE).read_text(encoding="utf-8")
    assert "Good." in text and "好的。" in text


def test_a_label_that_would_stop_the_pack_is_not_written(workspace: Workspace) -> None:
    def change(root: Path) -> Outcome:
        path = ("salutations", "consumer", "en")
        _, seen = read_value(root, "terms.yaml", path)
        return set_text(root, "terms.yaml", path, "Dear {nobody}", seen)

    assert edit(workspace, change).status == "refused"


@pytest.mark.parametrize(
    ("path", "words", "rule"),
    [
        (("labels", "page_of", "en"), "Page {page} of {total}", "bad-slot"),
        (("labels", "total_due", "en"), "Total {total_due}", "bad-slot"),
        (("labels", "total_due", "zh-Hans"), "合计｛", "bad-slot"),
        (("labels", "more_listed", "en"), "{listed} and {count more", "bad-slot"),
        (("labels", "working_line", "en"), "{principal} × {rate} = {amount}", "slot-not-once"),
        (("labels", "period", "en"), "{first_day} {first_day} {last_day}", "slot-not-once"),
        (("labels", "reply_paid", "en"), "Paid {amount}", "rooms-differ"),
        (("labels", "reply_paid", "zh-Hans"), "已付款 {date} {amount}", "rooms-differ"),
        (("labels", "reply_discuss", "en"), "Call me {phone} or {phone}", "slot-not-once"),
        (("labels", "reply_sign", "en"), "Signed {date} {signature}", "rooms-differ"),
        (("salutations", "consumer", "zh-Hans"), "｛name｝：", "bad-slot"),
        (("item_kinds", "principal", "en"), "Principal {amount}", "bad-slot"),
        (("glossary", "*", "en"), "{x}", "bad-slot"),
        (("*", "hint", "en"), "the amount {amount}", "bad-slot"),
    ],
)
def test_a_term_that_no_letter_can_fill_is_not_written(
    workspace: Workspace, path: tuple[str, ...], words: str, rule: str
) -> None:
    pack = load_pack(workspace.builtin_root / "CN")
    terms = pack.fields if path[1] == "hint" else pack.glossary
    path = tuple(next(iter(terms)) if step == "*" else step for step in path)

    def change(root: Path) -> Outcome:
        name = "fields.yaml" if path[1] == "hint" else "terms.yaml"
        place = place_in(root, name, path)
        return set_text(root, *place, words, read_value(root, *place)[1])

    outcome = edit(workspace, change)
    assert (outcome.status, {f.rule for f in outcome.findings}) == ("refused", {rule})
    assert not (workspace.pack_roots[0] / "CN").exists()


def part_of(root: Path, clause: str) -> tuple[int, str]:
    parts, seen = read_value(root, "kinds.yaml", ("formal_demand", "parts"))
    return next(i for i, part in enumerate(parts) if part.get("clause") == clause), seen


def conditions(
    clause: str, hold: tuple[str, ...], hold_not: tuple[str, ...] = ()
) -> Callable[[Path], Outcome]:
    def change(root: Path) -> Outcome:
        index, seen = part_of(root, clause)
        return change_parts(root, "formal_demand", SetConditions(index, hold, hold_not), seen)

    return change


def test_contradictions_are_refused_at_the_door(workspace: Workspace) -> None:
    runs = ("limitation-runs",)
    both = edit(workspace, conditions("salutation-line", runs, runs))
    assert (both.status, {f.rule for f in both.findings}) == ("refused", {"never-printed"})
    against = edit(workspace, conditions("demand-opening-no-suit", runs))
    assert against.status == "refused"
    assert edit(workspace, conditions("salutation-line", (), ("capped",))).status == "written"


def test_a_new_clause_that_contradicts_itself_is_refused_wherever_it_stands(
    workspace: Workspace,
) -> None:
    pack = load_pack(workspace.builtin_root / "CN")
    texts = {"en": "Thank you.", "zh-Hans": "谢谢。"}

    def add(hold: str, hold_not: str, place: Place | None) -> set[str]:
        new = NewClause("thanks", "practice", "House style", texts, {}, (hold,), (hold_not,))
        outcomes = add_new_clause(workspace, pack, new, "Ann Example", NOW, place)
        return {o.status for o in outcomes} | {f.rule for o in outcomes for f in o.findings}

    for place in (None, Place("formal_demand", 3)):
        assert add("company", "company", place) == {"refused", "never-printed"}
    assert not (workspace.pack_roots[0] / "CN").exists()
    assert add("company", "capped", None) == {"written"}


def test_a_clause_s_conditions_are_set_and_taken_away(workspace: Workspace) -> None:
    def setting(hold: tuple[str, ...], hold_not: tuple[str, ...]) -> Change:
        def change(root: Path) -> Outcome:
            _, seen = read_value(root, FILE, ("salutation-line", "when"))
            return set_clause_conditions(root, FILE, "salutation-line", hold, hold_not, seen)

        return change

    assert edit(workspace, adding("Yes.")).status == "written"
    root = workspace.pack_roots[0] / "CN"
    file = root / FILE
    before = file.read_text(encoding="utf-8")
    assert edit(workspace, setting((), ("capped",))).status == "written"
    assert read_value(file.parent.parent, FILE, ("salutation-line", "when"))[0] == {
        "not": ["capped"]
    }
    assert edit(workspace, setting((), ())).status == "written"
    assert file.read_text(encoding="utf-8") == before


def test_a_protected_part_may_go_and_nothing_calls_that_whole(workspace: Workspace) -> None:
    def change(root: Path) -> Outcome:
        index, seen = part_of(root, "hardship")
        return change_parts(root, "formal_demand", RemovePart(index), seen)

    assert edit(workspace, change).status == "written"
