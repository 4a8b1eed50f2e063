"""What `new` and `init` write can be filled in, and then passes `check`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notices.textfiles import parse_yaml
from tests.cli.calls import Call

ANSWERS = {
    "id": "N-1",
    "issue_date": "2026-03-31",
    "as_of": "2026-03-31",
    "debt_kind": "private_loan",
    "due_date": "2025-06-30",
    "contract_date": "2024-06-30",
    "kind": "principal",
    "amount": "8000.00",
    "creditor_kind": "private",
    "address": "示例省样本市虚构路2号",
    "enclosures": "借条 / note of hand",
}


def filled_in(text: str) -> str:
    """Every line that is always needed gets an answer, or the example that stands beside it."""
    lines: list[str] = []
    owner = ""
    for line in text.splitlines():
        if line.strip() == "-":
            lines.append(f"{line} {ANSWERS[owner]}")
            continue
        asked = re.fullmatch(r"(\s*(?:- )?)([\w-]+):\s*(?:# (?:e\.g\.|one of) (.*))?", line)
        sometimes = bool(lines) and "needed when" in lines[-1]
        if asked and not sometimes:
            before, owner, example = asked.groups()
            answer = ANSWERS.get(owner, example)
            if answer and not (example or "[").startswith("["):
                line = f"{before}{owner}: {answer.split(' | ')[0]}"
        lines.append(line)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_new_case_and_profile_pass_once_filled_in(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    assert call("--lang", lang, "init", tmp_path / "ws", "--pack", "CN").code == 0
    monkeypatch.chdir(tmp_path / "ws")
    assert call("--lang", lang, "new", "CN/formal_demand", "--out", "case.yaml").code == 0
    for file in (Path("senders/our-company.yaml"), Path("case.yaml")):
        text = file.read_text(encoding="utf-8").replace("例:", "e.g. ")
        text = text.replace("以下情况必填", "needed when").replace("以下之一:", "one of ")
        file.write_text(filled_in(text), encoding="utf-8")
    said = call("check", "case.yaml")
    assert said.code == 0, said.err + Path("case.yaml").read_text(encoding="utf-8")


def test_an_unfilled_case_tells_every_required_field_by_its_line(
    call: Call, workspace: Path
) -> None:
    call("new", "CN/reminder", "--out", "case.yaml")
    said = call("check", "case.yaml", "--sender", "sample-lender", "--json")
    assert said.code == 1
    told = {finding["path"] for finding in said.json["findings"]}
    assert {"id", "recipient.name", "debts[0].due_date"} <= told
    assert all(finding["line"] for finding in said.json["findings"])


@pytest.mark.parametrize("kind", ["CN/reminder", "CN/formal_demand"])
@pytest.mark.parametrize("debtor", ["consumer", "business"])
def test_every_scaffold_is_a_record_with_hints_and_sources(
    call: Call, workspace: Path, kind: str, debtor: str
) -> None:
    said = call("new", kind, "--debtor-type", debtor, "--sender-role", "agency")
    (text,) = parse_yaml(said.out, "new")
    assert text.data["recipient"]["type"] == debtor
    assert list(text.data["debts"][0]["items"][0]) == ["kind", "amount"]
    assert "#   - date: " in said.out and "#     amount: " in said.out
    assert "e.g. " in said.out and "[practice: " in said.out
    uncommented = re.sub(r"^(\s*)# (\w+): .*$", "", said.out, flags=re.MULTILINE)
    assert "sender" not in next(parse_yaml(uncommented, "new")).data


def test_nothing_is_written_over(call: Call, workspace: Path) -> None:
    Path("mine.yaml").write_text("mine", encoding="utf-8")
    said = call("new", "CN/reminder", "--out", "mine.yaml")
    assert said.code == 2 and "mine.yaml" in said.err
    assert Path("mine.yaml").read_text(encoding="utf-8") == "mine"
    assert call("init", workspace).code == 2


def test_a_level_that_does_not_exist_is_told(call: Call, workspace: Path) -> None:
    said = call("new", "CN/formal_demand", "--level", "7")
    assert said.code == 2 and "level 7" in said.err
