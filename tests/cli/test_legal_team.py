"""The legal team at the command line: an edit, the redline, a second person, a live letter."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.errors import WorkspaceError
from notices.letter.workspace import Workspace, read_workspace
from notices.pack.core import copy_pack
from notices.places import PACKS
from notices.review.edit_pack import edit_pack
from notices.wording.edit_log import read_edits
from notices.wording.edits import Outcome, RemovePart, change_parts, read_value, set_text
from tests.cli.calls import DATED, Call

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
FILE = "clauses/opening.yaml"
CLAUSE = "demand-opening"


def edit(workspace: Path, side: str, old: str, new: str, by: str = "Ann Example") -> Outcome:
    """One side of the demand's opening, edited as the web page does it."""

    def change(root: Path) -> Outcome:
        path = (CLAUSE, *side.split("."))
        text, seen = read_value(root, FILE, path)
        assert old in text
        return set_text(root, FILE, path, text.replace(old, new), seen)

    return edit_pack(read_workspace(workspace, workspace), "CN", by, NOW, change)


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.mark.heavy
def test_a_sentence_from_edit_to_live_letter(call: Call, workspace: Path, case: Path) -> None:
    """The editor's approval alone is not enough; a second person's is."""
    assert (
        edit(workspace, "en", "we ask you to pay", "we kindly ask you to pay").status == "written"
    )
    assert (workspace / "packs" / "CN" / ".origin.json").is_file()
    assert edit(workspace, "zh-Hans.person", "请", "谨请").status == "written"
    assert call("letter", *DATED, case, "--live", "--json").rules == {"not-approved"}
    own = call("pack", "approve", "CN", "formal_demand", "--by", "Ann Example", "--json")
    assert own.code == 0 and own.json["approved"]["enough"] is False
    assert call("letter", *DATED, case, "--live", "--json").rules == {"four-eyes"}
    second = call("pack", "approve", "CN", "formal_demand", "--by", "Bo Example", "--json")
    assert second.json["approved"]["enough"] is True
    live = call("letter", *DATED, case, "--live", "--json")
    assert live.code == 0, live.out


@pytest.mark.heavy
def test_text_for_later_letters_waits(call: Call, workspace: Path, case: Path) -> None:
    issued = json.loads(case.read_text(encoding="utf-8"))["issue_date"]
    later = f"{datetime.now(UTC).year + 1}-01-01"
    line = ("pack", "approve", "CN", "formal_demand", "--by", "Ann Example", "--json")
    assert call(*line, "--from", later).json["approved"]["effective_from"] == later
    assert call("letter", *DATED, case, "--live", "--json").rules == {"not-effective"}
    assert call(*line, "--until", later).code == 0
    assert call("letter", *DATED, case, "--live", "--json").code == 0
    assert call(*line, "--from", later, "--until", issued).code == 2
    past = call(*line, "--until", issued)
    assert past.code == 2 and f"--until {issued} has passed" in past.out


def test_a_pack_with_errors_is_not_approved(call: Call, workspace: Path) -> None:
    edit(workspace, "en", "{{ pay_by }}", "soon")
    said = call("pack", "approve", "CN", "formal_demand", "--by", "Bo Example", "--json")
    assert said.code == 1 and "placeholder-parity" in said.rules
    assert not (workspace / "approvals" / "CN.jsonl").exists()


@pytest.mark.heavy
def test_one_language_edited_alone_is_told_at_approval(call: Call, workspace: Path) -> None:
    assert call("pack", "approve", "CN", "formal_demand", "--by", "Bo Example").code == 0
    edit(workspace, "en", "we ask you", "we kindly ask you")
    said = call("pack", "approve", "CN", "formal_demand", "--by", "Bo Example", "--json")
    assert "translation-stale" in said.rules


@pytest.mark.heavy
def test_the_diff_tells_words_and_what_breaks(call: Call, workspace: Path) -> None:
    edit(workspace, "en", "we ask you to pay by {{ pay_by }}", "please pay soon")
    said = call("pack", "diff", "CN", "--from", "shipped")
    assert "[-we ask you to-]{+please+} pay [-by {{ pay_by }}-]{+soon+}." in said.out
    data = call("pack", "diff", "CN", "--from", "shipped", "--json")
    assert data.code == 1 and "placeholder-parity" in data.rules
    (piece,) = data.json["pieces"]
    assert piece["name"] == f"clauses/{CLAUSE}" and piece["stale"] is True
    assert call("pack", "diff", "CN", "--from", "shipped", "--to", "shipped", "--json").code == 0


@pytest.mark.heavy
def test_examples_that_no_longer_come_out_are_named(call: Call, workspace: Path) -> None:
    """Only by rehearsal: the phrase stood in the letter that the change took it from."""

    def change(root: Path) -> Outcome:
        parts, seen = read_value(root, "kinds.yaml", ("formal_demand", "parts"))
        place = parts.index({"clause": "hardship"})
        return change_parts(root, "formal_demand", RemovePart(place), seen)

    place = read_workspace(workspace, workspace)
    assert edit_pack(place, "CN", "Ann Example", NOW, change).status == "written"
    for file in (workspace / "packs" / "CN" / "examples").glob("*.yaml"):
        if file.stem != "demand-consumer-loan-no-rate":
            file.unlink()
    expected = workspace / "packs" / "CN" / "examples" / "demand-consumer-loan-no-rate.yaml"
    text = expected.read_text(encoding="utf-8")
    expected.write_text(text.replace("total_due: 8180.16", "total_due: 1.00"), encoding="utf-8")
    data = call("pack", "diff", "CN", "--from", "shipped", "--json")
    assert [one["example"] for one in data.json["broken"]] == ["demand-consumer-loan-no-rate"]
    assert "rehearsal-figure" in data.rules
    assert list(data.json["parts"]) == ["formal_demand"]


@pytest.mark.slow
@pytest.mark.heavy
def test_any_revision_of_git_can_be_compared(call: Call, workspace: Path) -> None:
    edit(workspace, "en", "we ask you", "we kindly ask you")
    git(workspace, "init", "-q")
    git(workspace, "add", "-A")
    git(workspace, "commit", "-qm", "first")
    edit(workspace, "en", "kindly", "politely")
    data = call("pack", "diff", "CN", "--from", "HEAD", "--json").json
    runs = data["pieces"][0]["sides"]["en"]
    assert ["removed", "kindly"] in runs and ["added", "politely"] in runs
    for name in ("nobody", "--output=x", "HEAD:notices.toml"):
        said = call("pack", "diff", "CN", f"--from={name}")
        assert said.code == 2 and "no revision" in said.err, name
    assert not (workspace / "x").exists()


@pytest.mark.heavy
def test_without_git_a_revision_is_told_plainly(
    call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_pack(PACKS / "CN", workspace / "packs" / "CN")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(workspace.parent))
    said = call("pack", "diff", "CN", "--from", "HEAD")
    assert said.code == 2 and "not a git repository" in said.err
    monkeypatch.setenv("PATH", "/nowhere")
    said = call("pack", "diff", "CN", "--from", "HEAD")
    assert said.code == 2 and "git is not installed" in said.err


@pytest.mark.heavy
def test_the_approved_text_is_a_state(call: Call, workspace: Path) -> None:
    assert call("pack", "diff", "CN", "--from", "approved").code == 2
    call("pack", "approve", "CN", "formal_demand", "--by", "Bo Example")
    edit(workspace, "en", "we ask you", "we kindly ask you")
    data = call("pack", "diff", "CN", "--from", "approved", "--json").json
    assert [piece["name"] for piece in data["pieces"]] == [f"clauses/{CLAUSE}"]
    assert "reminder" in data["unapproved"] and "formal_demand" not in data["unapproved"]


@pytest.mark.heavy
def test_the_page_is_one_file_and_escapes(call: Call, workspace: Path) -> None:
    edit(workspace, "en", "we ask you", "<script>alert(1)</script> we ask you")
    page = workspace / "out" / "redline.html"
    call("pack", "diff", "CN", "--from", "shipped", "--html", page)
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text and "&lt;script&gt;" in text
    assert "<ins>" in text and "文字修订对照" in text and "Changes to the wording" in text
    assert "http" not in text.replace("http-equiv", "") and "src=" not in text.replace("-src", "")


def test_where_names_kinds_and_levels(call: Call, workspace: Path) -> None:
    data = call("pack", "where", "CN", "salutation-line", "--json").json
    assert {use["kind"] for use in data["uses"]} == {"reminder", "formal_demand", "card_demand"}
    near = call("pack", "where", "CN", "salutation-lin")
    assert near.code == 2 and "salutation-line" in near.err


def test_hints_are_notes(call: Call, workspace: Path) -> None:
    line = ("pack", "check", "CN", "--as-of", "2026-06-01", "--json")
    assert not call(*line).rules & {"long-sentence", "term-unexplained"}
    said = call(*line, "--hints")
    assert said.code == 0 and said.rules & {"long-sentence", "term-unexplained"}


@pytest.mark.heavy
def test_a_signed_workspace_shows_what_was_written_by_hand(
    call: Call, workspace: Path, case: Path, tmp_path: Path
) -> None:
    key = tmp_path / "bo.pem"
    assert call("keys", "new", "--name", "Bo Example", "--out", key).code == 0
    line = ("pack", "approve", "CN", "formal_demand", "--by", "Bo Example")
    unsigned = call(*line)
    assert unsigned.code == 2 and "--key" in unsigned.err
    assert call("pack", "accept", "CN", "--by", "Cy", "--kind", "reminder").code == 2
    assert call(*line, "--key", key, "--json").json["approved"]["signed"] is True
    assert call("letter", *DATED, case, "--live", "--json").code == 0
    book = workspace / "approvals" / "CN.jsonl"
    book.write_text(book.read_text(encoding="utf-8").replace("Bo Example", "Cy Example"))
    assert call("letter", *DATED, case, "--live", "--json").rules == {
        "approval-signature",
        "not-approved",
    }


@pytest.mark.slow
@pytest.mark.heavy
def test_nobody_signs_the_log_of_edits(call: Call, workspace: Path, tmp_path: Path) -> None:
    """A line added there by hand must not replace a second signature."""
    edit(workspace, "en", "we ask you", "we kindly ask you")
    enough = []
    for name in ("Bo Example", "Ann Example"):
        key = tmp_path / f"{name}.pem"
        assert call("keys", "new", "--name", name, "--out", key).code == 0
        line = ("pack", "approve", "CN", "formal_demand", "--by", name, "--key", key, "--json")
        enough.append(call(*line).json["approved"]["enough"])
    assert enough == [False, True]


def test_edits_at_once_name_all_their_editors(workspace: Path) -> None:
    """Each kind's chain of edits leads from the shipped text to today's through everybody."""
    sides = [("en", "we ask you", "we kindly ask you"), ("zh-Hans.person", "请", "谨请")]
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda s: edit(workspace, *s, by=f"Editor {s[0]}"), sides))
    assert [outcome.status for outcome in made] == ["written", "written"]
    first, second = (
        e for e in read_edits(workspace / "approvals", "CN") if e.kind == "formal_demand"
    )
    assert first.after == second.before
    assert {first.by, second.by} == {"Editor en", "Editor zh-Hans.person"}


def test_edits_need_a_workspace_and_a_name(workspace: Path) -> None:
    with pytest.raises(WorkspaceError):
        edit_pack(Workspace(), "CN", "Ann", NOW, lambda root: pytest.fail("called"))
    with pytest.raises(WorkspaceError):
        edit(workspace, "en", "we", "we", by=" ")
    assert not (workspace / "packs" / "CN").exists()
