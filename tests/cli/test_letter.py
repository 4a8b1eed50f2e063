"""`notices letter` and `notices check`: what is written, what is said, how it ends."""

from __future__ import annotations

import json
import os
import select
from pathlib import Path

import pytest

from tests.cli.calls import DATED, SENDERS, Call, example, run_outside, write_case


@pytest.mark.heavy
def test_init_then_letter_writes_a_draft(call: Call, workspace: Path, case: Path) -> None:
    said = call("letter", *DATED, case)
    assert said.code == 0, said.err
    letters = list((workspace / "out").iterdir())
    assert [file.suffixes for file in letters] == [[".draft", ".pdf"]]
    assert letters[0].read_bytes().startswith(b"%PDF")
    assert "8180.16" in said.out and "2026-04-15" in said.out and "draft" in said.out


@pytest.mark.heavy
def test_letter_answers_machines(call: Call, workspace: Path, case: Path) -> None:
    said = call("letter", *DATED, case, "--json", "--out", workspace / "elsewhere")
    assert said.code == 0, said.out
    (letter,) = said.json["letters"]
    assert set(said.json) == {"command", "exit_code", "letters", "findings"}
    assert set(letter) == {
        *("letter_id", "file", "live", "case", "pack", "kind", "level", "languages"),
        *("currency", "total_due", "issue_date", "pay_by", "pages", "sha256"),
    }
    assert Path(letter["file"]).parent == workspace / "elsewhere"
    assert letter["total_due"] == "8180.16" and letter["live"] is False
    assert said.err == ""


def test_a_fault_means_findings_exit_1_and_no_letter(call: Call, case: Path) -> None:
    data = json.loads(case.read_text())
    data["debts"][0].pop("due_date")
    data["debts"][0]["duedate"] = "2025-01-01"
    data["recipient"].pop("name")
    write_case(case, data)
    said = call("letter", *DATED, case)
    assert said.code == 1
    assert said.out == ""
    assert "due_date" in said.err and "recipient.name" in said.err
    assert not list(Path("out").iterdir())


@pytest.mark.parametrize("command", ["check", "letter"])
def test_a_folder_without_a_record_is_no_all_clear(
    call: Call, workspace: Path, case: Path, command: str
) -> None:
    (workspace / "elsewhere").mkdir()
    (workspace / "elsewhere" / "notes.txt").write_text("nothing to send", encoding="utf-8")
    said = call(command, "elsewhere", "--json")
    assert (said.code, said.rules) == (1, {"empty-file"})


@pytest.mark.heavy
def test_one_bad_case_does_not_keep_the_good_one_back(
    call: Call, workspace: Path, case: Path
) -> None:
    write_case(workspace / "cases" / "bad.json", {"id": "B-1"})
    said = call("letter", *DATED, workspace / "cases", "--json")
    assert said.code == 1
    assert len(said.json["letters"]) == 1
    assert {f["file"] for f in said.json["findings"]} == {str(workspace / "cases" / "bad.json")}


@pytest.mark.heavy
def test_the_same_letter_twice_in_one_run_is_told(call: Call, workspace: Path, case: Path) -> None:
    (workspace / "cases" / "twin.json").write_bytes(case.read_bytes())
    said = call("letter", *DATED, workspace / "cases", "--json")
    assert said.code == 1
    assert said.rules == {"letter-twice"}
    assert len(said.json["letters"]) == 1


def test_check_is_clean_and_writes_nothing(call: Call, workspace: Path, case: Path) -> None:
    said = call("check", *DATED, case, "--json")
    assert said.code == 0
    assert said.json["cases"][0]["total_due"] == "8180.16"
    assert not list((workspace / "out").iterdir())


def test_messages_come_in_chinese(call: Call, case: Path) -> None:
    data = json.loads(case.read_text())
    data.pop("id")
    write_case(case, data)
    said = call("--lang", "zh", "check", *DATED, case)
    assert said.code == 1
    assert "错误 1 项" in said.err


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", *DATED, "cases/good.json"], 0),
        (["check", "cases/nothing.yaml"], 2),
        (["letter"], 2),
        (["nonsense"], 2),
        (["fields", "XX/reminder"], 2),
        (["fields", "CN/remindr"], 2),
        (["--version"], 0),
        (["--workspace", "nowhere", "check", "cases/good.json"], 2),
    ],
)
def test_exit_codes_of_real_processes(
    case: Path, workspace: Path, arguments: list[str], code: int
) -> None:
    said = run_outside(*arguments, cwd=workspace)
    assert said.code == code, said.err
    assert "Traceback" not in said.err


def test_a_case_id_never_leads_outside_the_folder(call: Call, workspace: Path, case: Path) -> None:
    before = {f for f in workspace.parent.rglob("*") if f.is_file()}
    data = json.loads(case.read_text())
    for bad in ("../../escape", "/tmp/escape", "a/../../b", "..", "CON\x00"):
        write_case(case, {**data, "id": bad})
        assert call("letter", *DATED, case).code == 1
    assert {f for f in workspace.parent.rglob("*") if f.is_file()} == before


def test_a_sender_of_the_record_is_a_name_never_a_path(
    call: Call, workspace: Path, case: Path
) -> None:
    outside = workspace.parent / "evil.yaml"
    outside.write_bytes((workspace / "senders" / "sample-lender.yaml").read_bytes())
    data = json.loads(case.read_text())
    for name in ("../../evil", "../evil.yaml", str(outside)):
        said = call("check", *DATED, write_case(case, {**data, "sender": name}))
        assert said.code != 0
        assert "Traceback" not in said.err
    assert call("check", *DATED, case, "--sender", outside).code == 0


def test_a_folder_that_cannot_be_made_is_told(call: Call, case: Path) -> None:
    said = call("letter", *DATED, case, "--out", "/proc/notices")
    assert said.code == 2 and "/proc/notices" in said.err


def test_a_file_in_the_folder_s_place_is_told(call: Call, workspace: Path, case: Path) -> None:
    (workspace / "taken").write_text("")
    said = call("letter", *DATED, case, "--out", workspace / "taken" / "deep")
    assert said.code == 2
    assert said.err.startswith("notices: ") and "taken" in said.err


def test_values_cannot_steer_the_terminal(call: Call, case: Path) -> None:
    data = {**json.loads(case.read_text()), "kind": "\x1b[2Jdemand\u202e"}
    said = call("check", *DATED, write_case(case, data))
    assert said.code == 1
    assert "\x1b" not in said.err and "\u202e" not in said.err


def test_an_unforeseen_fault_shows_no_traceback_and_no_value(
    call: Call, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("the secret 6222")

    monkeypatch.setattr("notices.cli.check.check_files", fail)
    said = call("check", *DATED, case)
    assert said.code == 2
    assert "ZeroDivisionError" in said.err and "NOTICES_DEBUG" in said.err
    assert "Traceback" not in said.err and "6222" not in said.err
    assert call("check", *DATED, case, "--json").json["error"]["kind"] == "unforeseen"
    monkeypatch.setenv("NOTICES_DEBUG", "1")
    assert "Traceback" in call("check", *DATED, case).err


@pytest.mark.heavy
def test_a_small_minimum_workspace_is_none_at_all(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    record = write_case(tmp_path / "case.json", example("demand-consumer-loan-no-rate"))
    said = call(
        "letter", *DATED, record, "--sender", SENDERS / "sample-lender.yaml", "--out", "letters"
    )
    assert said.code == 0, said.err
    assert len(list(Path("letters").glob("*.pdf"))) == 1
    assert "not-approved" not in said.err
    live = call(
        "letter", *DATED, record, "--sender", SENDERS / "sample-lender.yaml", "--live", "--json"
    )
    assert live.rules == {"live-needs-workspace"}


@pytest.mark.heavy
def test_open_shows_the_letter_where_there_is_a_screen_and_else_its_path(
    case: Path, workspace: Path, tmp_path: Path
) -> None:
    opener, opened = tmp_path / "bin" / "xdg-open", tmp_path / "opened"
    os.mkfifo(opened)
    reader = os.open(opened, os.O_RDONLY | os.O_NONBLOCK)
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    opener.chmod(0o755)
    path = f"{opener.parent}{os.pathsep}{os.environ['PATH']}"
    words = ("letter", *DATED, case, "--open")
    said = run_outside(*words, cwd=workspace, PATH=path, DISPLAY="", WAYLAND_DISPLAY="")
    (file,) = (workspace / "out").iterdir()
    assert said.code == 0 and str(file) in said.out
    said = run_outside(*words, cwd=workspace, PATH=path, DISPLAY=":9")
    assert said.code == 0 and str(file) in said.out
    assert select.select([reader], [], [], 60)[0], "the viewer is started, and not waited for"
    assert os.read(reader, 4096).decode().strip() == str(file)
    os.close(reader)


@pytest.mark.heavy
def test_each_step_names_the_next_one(call: Call, workspace: Path, case: Path) -> None:
    dated = f"{case} {' '.join(DATED)}"  # the next step has the date that this one was asked for
    assert call("check", *DATED, case).out.splitlines()[-1] == f"Next: `notices letter {dated}`"
    assert f"`notices letter {dated} --live`" in call("letter", *DATED, case).out.splitlines()[-1]
    refused = call("letter", *DATED, case, "--live")
    assert "notices pack accept CN --by NAME --all-facts" in refused.err.splitlines()[-1]
    accepted = call("pack", "accept", "CN", "--by", "Ann Example")
    assert "Next: " in accepted.out and "--by 'Ann Example' --all-facts" in accepted.out
    call("pack", "accept", "CN", "--by", "Ann Example", "--all-facts")
    assert "notices ledger show" in call("letter", *DATED, case, "--live").out.splitlines()[-1]
    assert call("letter", *DATED, case, "--json").json["letters"], "one JSON document, no next step"
