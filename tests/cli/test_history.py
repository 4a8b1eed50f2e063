"""Who changed which text when; and each change undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from notices.letter.workspace import read_workspace
from notices.pack.load import load_pack, pack_digest
from notices.places import PACKS
from notices.review.edit_pack import edit_pack
from notices.review.put_back import put_text_back
from notices.wording.edit_log import read_edits
from notices.wording.edits import (
    AddPart,
    MovePart,
    Outcome,
    PartsChange,
    RemovePart,
    add_clause,
    change_parts,
    read_value,
    set_text,
    value_digest,
)
from notices.wording.new_clause import NewClause
from tests.cli.calls import Call

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
KIND = "formal_demand"
CLAUSE = "clauses/demand-opening"


def change(workspace: Path, do: Callable[[Path], Outcome], by: str, minutes: int = 0) -> None:
    place = read_workspace(workspace, workspace)
    assert edit_pack(place, "CN", by, NOW + timedelta(minutes=minutes), do).status == "written"


def word(workspace: Path, old: str, new: str, by: str, side: str = "en", minutes: int = 0) -> None:
    def do(root: Path) -> Outcome:
        file, path = "clauses/opening.yaml", ("demand-opening", *side.split("."))
        text, seen = read_value(root, file, path)
        assert old in text
        return set_text(root, file, path, text.replace(old, new), seen)

    change(workspace, do, by, minutes)


def parts(workspace: Path, made: Callable[[list[Any]], PartsChange]) -> None:
    def do(root: Path) -> Outcome:
        now, seen = read_value(root, "kinds.yaml", (KIND, "parts"))
        return change_parts(root, KIND, made(now), seen)

    change(workspace, do, "Ann Example")


def digest(workspace: Path) -> str:
    place = read_workspace(workspace, workspace)
    return pack_digest(*place.of_pack(workspace / "packs" / "CN"))


@pytest.fixture
def edited(workspace: Path) -> Path:
    word(workspace, "we ask you", "we kindly ask you", "Ann Example")
    word(workspace, "请", "谨请", "Bo Example", "zh-Hans.person", 1)
    word(workspace, "kindly", "politely", "Cy Example", minutes=2)
    return workspace


def test_the_log_says_who_when_before_and_after(call: Call, edited: Path) -> None:
    changes = call("pack", "log", "CN", CLAUSE, "--json").json["changes"]
    said = [(c["number"], c["by"], c["when"][:16], c["piece"]) for c in changes]
    assert said == [
        (1, "Ann Example", "2026-04-01T12:00", f"{CLAUSE}/en"),
        (2, "Bo Example", "2026-04-01T12:01", f"{CLAUSE}/zh-Hans/person"),
        (3, "Cy Example", "2026-04-01T12:02", f"{CLAUSE}/en"),
    ]
    assert KIND in changes[0]["kinds"] and len(set(changes[0]["kinds"])) == len(changes[0]["kinds"])
    assert "we ask you" in changes[0]["before"] and "we kindly ask you" in changes[0]["after"]
    assert changes[2]["before"] == changes[0]["after"]
    plain = call("pack", "log", "CN", f"{CLAUSE}/en").out
    assert "[-kindly-]{+politely+}" in plain and "Bo Example" not in plain
    assert "no edit" in call("pack", "log", "CN", "clauses/hardship").out


def test_the_last_change_is_undone_and_logged(call: Call, edited: Path) -> None:
    said = call("pack", "revert", "CN", f"{CLAUSE}/en", "--by", "Dee Example", "--json")
    assert said.code == 0 and said.json["texts"][0]["status"] == "written"
    changes = call("pack", "log", "CN", f"{CLAUSE}/en", "--json").json["changes"]
    assert changes[-1]["by"] == "Dee Example" and "kindly" in changes[-1]["after"]
    again = call("pack", "revert", "CN", f"{CLAUSE}/en", "--by", "Dee Example", "--json")
    assert "politely" in again.json["texts"][0]["after"], "the undoing is undone"


def test_any_change_can_be_gone_back_to(call: Call, edited: Path) -> None:
    call("pack", "revert", "CN", CLAUSE, "--to", "1", "--by", "Dee Example")
    call("pack", "revert", "CN", CLAUSE, "--to", "2", "--by", "Dee Example")
    texts = load_pack(edited / "packs" / "CN").clauses["demand-opening"].texts
    assert texts == load_pack(PACKS / "CN").clauses["demand-opening"].texts
    assert digest(edited) == pack_digest(PACKS / "CN"), "every byte is as it was"
    assert call("pack", "revert", "CN", CLAUSE, "--to", "99", "--by", "Dee").code == 2
    assert call("pack", "revert", "CN", "clauses/hardship", "--by", "Dee").code == 2


def test_the_shipped_text_comes_back_whole(call: Call, edited: Path) -> None:
    said = call("pack", "revert", "CN", CLAUSE, "--shipped", "--by", "Dee Example", "--json")
    assert said.code == 0 and len(said.json["texts"]) == 2
    assert digest(edited) == pack_digest(PACKS / "CN")
    again = call("pack", "revert", "CN", CLAUSE, "--shipped", "--by", "Dee Example", "--json")
    assert again.code == 0 and again.json["texts"] == []
    assert call("pack", "revert", "CN", "clauses/none", "--shipped", "--by", "Dee").code == 2


def test_without_an_own_copy_nothing_is_restored_or_copied(call: Call, workspace: Path) -> None:
    assert call("pack", "revert", "CN", CLAUSE, "--shipped", "--by", "Dee").code == 2
    assert not (workspace / "packs" / "CN").exists()


@pytest.mark.parametrize(
    "made",
    [
        lambda now: RemovePart(next(i for i, part in enumerate(now) if "block" in part)),
        lambda now: RemovePart(next(i for i, part in enumerate(now) if "style" in part)),
        lambda now: MovePart(2, 6),
        lambda now: AddPart(3, {"clause": "hardship"}),
    ],
)
def test_removed_moved_and_added_parts_come_back_as_they_were(
    call: Call, workspace: Path, made: Callable[[list[Any]], PartsChange]
) -> None:
    parts(workspace, made)
    assert digest(workspace) != pack_digest(PACKS / "CN")
    said = call("pack", "revert", "CN", f"kinds/{KIND}/parts", "--by", "Dee Example", "--json")
    assert said.code == 0, said.out
    then = read_value(PACKS / "CN", "kinds.yaml", (KIND, "parts"))
    assert read_value(workspace / "packs" / "CN", "kinds.yaml", (KIND, "parts")) == then


def test_a_new_clause_has_a_history_and_can_be_taken_out(call: Call, workspace: Path) -> None:
    """Though no kind prints it yet."""
    new = NewClause("extra", "product", "Our own", {"zh-Hans": "多谢。", "en": "Thank you."})
    change(workspace, lambda root: add_clause(root, "clauses/opening.yaml", new), "Ann Example")
    (entry,) = call("pack", "log", "CN", "clauses/extra", "--json").json["changes"]
    assert entry["before"] is None and entry["after"]["en"] == "Thank you." and not entry["kinds"]
    assert call("pack", "revert", "CN", "clauses/extra", "--by", "Dee Example").code == 0
    assert "extra" not in load_pack(workspace / "packs" / "CN").clauses


def test_what_an_earlier_version_logged_is_told_and_not_guessed(call: Call, edited: Path) -> None:
    file = edited / "approvals" / "edits.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        for key in ("old", "new", "is_kept"):
            line.pop(key, None)
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    said = call("pack", "log", "CN", CLAUSE)
    assert "Ann Example" in said.out and "earlier version" in said.out
    assert len(call("pack", "log", "CN", CLAUSE, "--json").json["changes"]) == 3
    assert call("pack", "revert", "CN", CLAUSE, "--by", "Dee Example").code == 2


def test_a_text_that_was_changed_meanwhile_is_not_written_over(edited: Path) -> None:
    place = read_workspace(edited, edited)
    seen = value_digest("what the page showed")
    outcome = put_text_back(place, "CN", f"{CLAUSE}/en", "Dee", NOW, seen=seen)
    assert outcome.status == "conflict" and "politely" in outcome.before
    assert len(read_edits(edited / "approvals", "CN")) == len(
        [e for e in read_edits(edited / "approvals", "CN") if e.by != "Dee"]
    )
