"""A live run is written by the text that was live when it began, and says which that is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from notices.cli import clock
from notices.letter.workspace import read_workspace
from notices.review.edit_pack import edit_pack
from notices.wording.edits import Outcome, read_value, set_text
from tests.cli.calls import Call
from tests.cli.test_batch import ASKED, MAP, line, write

pytestmark = pytest.mark.heavy

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
OLD, NEW = "was overdue", "is long overdue"
APPROVE = ("pack", "approve", "CN", "reminder", "--by", "Bo Example")


@pytest.fixture
def words(call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[object, ...]:
    """A live run of two letters whose sentence was edited since the approval."""
    monkeypatch.setattr(clock, "today", lambda: date(2026, 4, 15))
    assert call("pack", "accept", "CN", "--by", "Ann Example", "--all-facts").code == 0
    assert edit(workspace).status == "written"
    (workspace / "map.yaml").write_text(MAP.replace("  备注: ", "  #备注: "), encoding="utf-8")
    table = write(workspace / "accounts.csv", [line(1), line(3)])
    return ("batch", table, "--map", "map.yaml", *ASKED, "--live", "--out", "run", "--json")


def edit(workspace: Path) -> Outcome:
    def change(root: Path) -> Outcome:
        file, path = "clauses/opening.yaml", ("reminder-opening-2", "en")
        text, seen = read_value(root, file, path)
        return set_text(root, file, path, text.replace(OLD, NEW), seen)

    return edit_pack(read_workspace(workspace, workspace), "CN", "Cy Example", NOW, change)


def letters(workspace: Path) -> dict[Path, bytes]:
    return {
        file: file.read_bytes() for file in sorted((workspace / "run" / "letters").rglob("*.pdf"))
    }


def take_away(workspace: Path) -> None:
    for file in letters(workspace):
        file.unlink()


def test_the_run_says_which_text_it_has(
    call: Call, workspace: Path, words: tuple[object, ...]
) -> None:
    first = call(*words)
    assert first.code == 0, first.out
    run = workspace / "run"
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    (text,) = summary["texts"]
    assert text["kind"] == "reminder" and text["edits_waiting"] == 1
    report = (run / "report.html").read_text(encoding="utf-8")
    assert text["text_of"] in report and "edits waiting" in report and "Ann Example" not in report
    frozen = json.loads((run / "run.json").read_text(encoding="utf-8"))["texts"]
    assert text["text_of"] in {one["date"] for one in frozen}
    plain = call(*words[:-1])
    assert f"text of {text['text_of']}" in plain.out and "1 edit(s) waiting" in plain.out
    for entry in call("ledger", "show", "CS-2001", "--json").json["letters"]:
        assert entry["text_of"] == text["text_of"] and entry["edits_waiting"] == "1"


def test_an_approval_meanwhile_changes_no_letter_of_the_run(
    call: Call, workspace: Path, words: tuple[object, ...]
) -> None:
    assert call(*words).code == 0
    made = letters(workspace)
    assert len(made) == 2
    assert call(*APPROVE).code == 0
    take_away(workspace)
    assert call(*words).code == 0
    assert letters(workspace) == made


def test_a_stop_stops_a_run_too(call: Call, workspace: Path, words: tuple[object, ...]) -> None:
    assert call(*words).code == 0
    call("pack", "withdraw", "CN", "reminder", "--by", "Bo Example")
    take_away(workspace)
    assert call(*words).code == 1 and not letters(workspace)
    assert "approval-withdrawn" in (workspace / "run" / "findings.csv").read_text(encoding="utf-8")


def test_the_run_s_own_snapshot_is_proven(
    call: Call, workspace: Path, words: tuple[object, ...]
) -> None:
    assert call(*words).code == 0
    for kept in (workspace / "run" / "approved").rglob("*.json"):
        text = kept.read_text(encoding="utf-8")
        kept.write_text(text.replace(OLD, "must be paid"), encoding="utf-8")
    take_away(workspace)
    assert call(*words).code == 1 and not letters(workspace)
    assert "snapshot-altered" in (workspace / "run" / "findings.csv").read_text(encoding="utf-8")


def test_a_dry_run_checks_the_text_that_the_run_would_have(
    call: Call, workspace: Path, words: tuple[object, ...]
) -> None:
    dry = [word for word in words if word not in ("--out", "run")]
    assert call(*dry, "--dry-run").code == 0
    call("pack", "withdraw", "CN", "reminder", "--by", "Bo Example")
    stopped = call(*dry, "--dry-run")
    assert stopped.code and "approval-withdrawn" in stopped.rules
